/* html.h - text as HTML shows it (WHATWG HTML section 13.1.4, character references). */
#ifndef HEADGATE_CODECS_HTML_H
#define HEADGATE_CODECS_HTML_H

#include "codecs/buffer.h"
#include "codecs/span.h"

/* Adds text for an element's content or a quoted attribute: markup in it is only shown; a line's end or a tab becomes a space.
 * Control characters, which HTML forbids or which would turn the text around, become U+FFFD. */
void html_append_text(struct buffer *out, struct span text);

#endif
