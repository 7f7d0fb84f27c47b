#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/html.h"

static const struct row {
    const char *text, *html;
} rows[] = {
    {"", ""},
    {"plain, \xC3\xA9 too", "plain, \xC3\xA9 too"},
    {"<b>'a' & \"b\"</b>", "&lt;b&gt;&#39;a&#39; &amp; &quot;b&quot;&lt;/b&gt;"},
    {"&amp;", "&amp;amp;"},
    {"two\nlines\tand a tab", "two lines and a tab"},
    {"bell \x07, escape \x1B[1m", "bell \xEF\xBF\xBD, escape \xEF\xBF\xBD[1m"},
    {"turned \xE2\x80\xAE around", "turned \xEF\xBF\xBD around"}, /* U+202E */
};

static void shows_text_and_no_markup(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buffer out = BUFFER_EMPTY;
        html_append_text(&out, span_of(rows[i].text));
        buffer_append_char(&out, '\0');
        assert_string_equal(out.data, rows[i].html);
        buffer_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shows_text_and_no_markup)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
