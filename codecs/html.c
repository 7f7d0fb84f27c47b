#include "codecs/html.h"

#include "codecs/utf8.h"

static const char *const references[256] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;", ['\n'] = " ", ['\t'] = " ",
};

void html_append_text(struct buffer *out, struct span text)
{
    size_t at = 0;
    while (at < text.size) {
        const char *reference = references[(unsigned char)text.data[at]];
        size_t control = reference != NULL ? 0 : utf8_control((struct span){text.data + at, text.size - at});
        if (reference != NULL)
            buffer_append_text(out, reference);
        else if (control > 0)
            buffer_append_text(out, "\xEF\xBF\xBD");
        else
            buffer_append_char(out, text.data[at]);
        at += control > 0 ? control : 1;
    }
}
