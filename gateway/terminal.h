/* terminal.h - what commands print for people: colour where it helps, tables with columns that line up. */
#ifndef HEADGATE_GATEWAY_TERMINAL_H
#define HEADGATE_GATEWAY_TERMINAL_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"

#include <stdio.h>

enum terminal_style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_CYAN };

/* Whether to colour what goes to `stream`: it is a terminal, NO_COLOR is unset or empty, and TERM is not dumb. */
bool terminal_has_colour(FILE *stream) MUST_CHECK;

/* Columns of the terminal behind `stream`; 100 where there is none. */
unsigned terminal_width(FILE *stream);

/* Appends text as terminal_text() does, wrapped in the style's escape codes where `colour` is on. */
void terminal_style(struct buffer *out, bool colour, enum terminal_style style, struct span text);

/* Appends text of a file, a broker or a caller as one that cannot steer the terminal: each character that would (utf8_control)
 * becomes '?'. */
void terminal_text(struct buffer *out, struct span text);

/* Appends JSON text as the same JSON that cannot steer the terminal: with escapes in place of what utf8_control() tells. */
void terminal_json(struct buffer *out, struct span json);

/* Appends text in lines of at most `width` columns, broken at spaces; each line but the first, which goes on where `out` stands,
 * is indented by `indent`, which the width includes. Control characters become '?'. Ends the last line. */
void terminal_wrap(struct buffer *out, struct span text, unsigned indent, unsigned width);

/* Writes the buffer to the stream and clears it; false when it could not all be written. */
bool terminal_flush(FILE *stream, struct buffer *out) MUST_CHECK;

/* A table: a heading, rows, cells of text. Widths are counted in columns (columns.h); control characters print as '?'. */
struct table;

/* `columns` names, copied. NULL when out of memory. */
struct table *table_create(struct arena *arena, const char *const *names, size_t columns) MUST_CHECK;

/* Starts a row, then adds its cells from left to right; missing ones stay empty. Out of memory is told by table_print(). */
void table_row(struct table *table);
void table_cell(struct table *table, struct span text);
void table_cell_styled(struct table *table, struct span text, enum terminal_style style);

/* Heading and rows, two spaces between columns, none behind the last. False when a cell got lost for lack of memory. */
bool table_print(const struct table *table, bool colour, struct buffer *out) MUST_CHECK;

#endif
