/* matrix_style.h - the look of the page that `headgate matrix --html` writes. */
#ifndef HEADGATE_GATEWAY_COMMANDS_MATRIX_STYLE_H
#define HEADGATE_GATEWAY_COMMANDS_MATRIX_STYLE_H

#include "codecs/buffer.h"

/* CSS: light and dark by the reader's setting, always light on paper, A4 in landscape. */
void matrix_style_write(struct buffer *out);

#endif
