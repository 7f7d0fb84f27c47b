#include "gateway/terminal.h"

#include "codecs/json_writer.h"
#include "codecs/utf8.h"
#include "gateway/columns.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const codes[] = {
    [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",     [STYLE_RED] = "\033[31m",
    [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m", [STYLE_CYAN] = "\033[36m",
};

bool terminal_has_colour(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR");
    if (no_colour != NULL && no_colour[0] != '\0') return false;
    const char *term = getenv("TERM");
    if (term == NULL || strcmp(term, "dumb") == 0) return false;
    return isatty(fileno(stream)) == 1;
}

unsigned terminal_width(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 100;
    return size.ws_col;
}

void terminal_text(struct buffer *out, struct span text)
{
    size_t begin = 0;
    for (size_t at = 0; at < text.size;) {
        size_t size = utf8_control((struct span){text.data + at, text.size - at});
        at += size > 0 ? size : 1;
        if (size == 0) continue;
        buffer_append(out, text.data + begin, at - size - begin);
        buffer_append_char(out, '?');
        begin = at;
    }
    if (text.size > begin) buffer_append(out, text.data + begin, text.size - begin);
}

void terminal_json(struct buffer *out, struct span json)
{
    for (size_t at = 0; at < json.size;) {
        size_t size = json.data[at] == '\n' ? 0 : utf8_control((struct span){json.data + at, json.size - at});
        if (size > 0)
            json_escape(out, (struct span){json.data + at, size});
        else
            buffer_append_char(out, json.data[at]);
        at += size > 0 ? size : 1;
    }
}

void terminal_style(struct buffer *out, bool colour, enum terminal_style style, struct span text)
{
    bool wrap = colour && style != STYLE_PLAIN;
    if (wrap) buffer_append_text(out, codes[style]);
    terminal_text(out, text);
    if (wrap) buffer_append_text(out, "\033[0m");
}

bool terminal_flush(FILE *stream, struct buffer *out)
{
    bool fine = buffer_ok(out) && fwrite(out->data, 1, out->size, stream) == out->size;
    fine = fflush(stream) == 0 && fine;
    buffer_clear(out);
    return fine;
}

/* The next word, from *at; empty at the end. */
static struct span next_word(struct span text, size_t *at)
{
    while (*at < text.size && (text.data[*at] == ' ' || text.data[*at] == '\n')) (*at)++;
    size_t begin = *at;
    while (*at < text.size && text.data[*at] != ' ' && text.data[*at] != '\n') (*at)++;
    return (struct span){text.data + begin, *at - begin};
}

void terminal_wrap(struct buffer *out, struct span text, unsigned indent, unsigned width)
{
    size_t at = 0, column = indent;
    if (text.size == 0) {
        buffer_append_char(out, '\n');
        return;
    }
    for (struct span word = next_word(text, &at); word.size > 0; word = next_word(text, &at)) {
        size_t size = columns_of(word);
        bool first = column == indent;
        if (!first && column + 1 + size > width) {
            buffer_printf(out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        if (!first) buffer_append_char(out, ' ');
        terminal_text(out, word);
        column += size + (first ? 0 : 1);
    }
    buffer_append_char(out, '\n');
}

struct cell {
    struct span text;
    size_t width;
    enum terminal_style style;
    struct cell *next;
};

struct row {
    struct cell *cells;
    struct cell **tail;
    struct row *next;
};

struct table {
    struct arena *arena;
    size_t columns;
    struct row heading;
    struct row *rows;
    struct row **tail;
    struct row *open;
    bool failed;
};

/* Text from files and brokers must not steer the terminal, and its width is that of what is shown. */
static struct span printable(struct arena *arena, struct span text)
{
    struct buffer shown = BUFFER_EMPTY;
    terminal_text(&shown, text);
    struct span copy = buffer_ok(&shown) ? arena_copy(arena, buffer_span(&shown)) : (struct span){NULL, 0};
    buffer_deinit(&shown);
    return copy;
}

static void add_cell(struct table *table, struct row *row, struct span text, enum terminal_style style)
{
    struct cell *cell = arena_calloc(table->arena, 1, sizeof *cell);
    struct span copy = printable(table->arena, text.data != NULL ? text : SPAN(""));
    if (cell == NULL || copy.data == NULL) {
        table->failed = true;
        return;
    }
    *cell = (struct cell){copy, columns_of(copy), style, NULL};
    *row->tail = cell;
    row->tail = &cell->next;
}

struct table *table_create(struct arena *arena, const char *const *names, size_t columns)
{
    struct table *table = arena_calloc(arena, 1, sizeof *table);
    if (table == NULL) return NULL;
    table->arena = arena;
    table->columns = columns;
    table->tail = &table->rows;
    table->heading.tail = &table->heading.cells;
    for (size_t i = 0; i < columns; i++) add_cell(table, &table->heading, span_of(names[i]), STYLE_BOLD);
    return table->failed ? NULL : table;
}

void table_row(struct table *table)
{
    struct row *row = arena_calloc(table->arena, 1, sizeof *row);
    if (row == NULL) {
        table->failed = true;
        return;
    }
    row->tail = &row->cells;
    *table->tail = row;
    table->tail = &row->next;
    table->open = row;
}

void table_cell_styled(struct table *table, struct span text, enum terminal_style style)
{
    if (table->open != NULL) add_cell(table, table->open, text, style);
}

void table_cell(struct table *table, struct span text)
{
    table_cell_styled(table, text, STYLE_PLAIN);
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t width = 0;
    for (const struct row *row = &table->heading; row != NULL; row = row == &table->heading ? table->rows : row->next) {
        const struct cell *cell = row->cells;
        for (size_t i = 0; i < column && cell != NULL; i++) cell = cell->next;
        if (cell != NULL && cell->width > width) width = cell->width;
    }
    return width;
}

static void print_row(const struct row *row, const size_t *widths, bool colour, struct buffer *out)
{
    size_t column = 0;
    for (const struct cell *cell = row->cells; cell != NULL; cell = cell->next, column++) {
        terminal_style(out, colour, cell->style, cell->text);
        if (cell->next != NULL) buffer_printf(out, "%*s", (int)(widths[column] - cell->width + 2), "");
    }
    buffer_append_char(out, '\n');
}

bool table_print(const struct table *table, bool colour, struct buffer *out)
{
    size_t *widths = arena_calloc(table->arena, table->columns, sizeof *widths);
    if (widths == NULL) return false;
    for (size_t i = 0; i < table->columns; i++) widths[i] = column_width(table, i);
    print_row(&table->heading, widths, colour, out);
    for (const struct row *row = table->rows; row != NULL; row = row->next) print_row(row, widths, colour, out);
    return !table->failed && buffer_ok(out);
}
