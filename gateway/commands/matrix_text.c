/* matrix_text.c - the matrix on a terminal: a table per event, fields down, uses across, as many side by side as fit. */
#include "contracts/plain.h"
#include "gateway/commands/matrix_output.h"
#include "gateway/terminal.h"

#include <ctype.h>

enum { GAP = 2, LABEL_INDENT = 4, VALUE_INDENT = 15 };

struct writing {
    const struct matrix_report *report;
    struct matrix_look look;
    struct buffer *out;
    bool failed;
};

static struct span checked(struct writing *writing, struct span text)
{
    if (text.data == NULL) writing->failed = true;
    return text.data != NULL ? text : SPAN("");
}

/* ---------------------------------------------------------------- table */

static char class_letter(enum classification class)
{
    return (char)toupper((unsigned char)*classification_word(class));
}

/* "hash (C)": the class only where it is another afterwards, by its first letter. */
static struct span cell_text(struct writing *writing, const struct matrix_row *row, size_t use)
{
    struct arena *arena = writing->report->arena;
    struct span text = SPAN("-");
    for (const struct matrix_given *given = row->cells[use]; given != NULL; given = given->next) {
        struct span how = checked(writing, plain_handling_short(&given->field->handling, arena));
        if (given->field->classification != row->field->classification)
            how = checked(writing, arena_printf(arena, "%.*s (%c)", SPAN_ARGS(how), class_letter(given->field->classification)));
        if (given == row->cells[use])
            text = how;
        else
            text = checked(writing, arena_printf(arena, "%.*s, %.*s", SPAN_ARGS(text), SPAN_ARGS(how)));
    }
    return text;
}

/* A use that does not take effect yet, or no more, says so. */
static struct span heading(struct writing *writing, const struct use *use)
{
    if (use->status == STATUS_ACTIVE) return checked(writing, arena_copy(writing->report->arena, use->name));
    return checked(writing, arena_printf(writing->report->arena, "%.*s (%s)", SPAN_ARGS(use->name), status_word(use->status)));
}

static size_t wider(size_t width, struct span text)
{
    return text.size > width ? text.size : width;
}

/* How wide the columns before the uses are, and the column of one use. */
static size_t width_before(const struct matrix_model *model)
{
    size_t path = sizeof "FIELD" - 1;
    for (size_t i = 0; i < model->row_count; i++) path = wider(path, model->rows[i].field->path);
    return path + GAP + sizeof "confidential" - 1;
}

static size_t width_of(struct writing *writing, const struct matrix_model *model, size_t use)
{
    size_t width = heading(writing, model->model->uses[use]).size;
    for (size_t i = 0; i < model->row_count; i++) width = wider(width, cell_text(writing, &model->rows[i], use));
    return width + GAP;
}

static void write_row(struct writing *writing, struct table *table, const struct matrix_row *row, size_t from, size_t to)
{
    table_row(table);
    table_cell_styled(table, row->field->path, row->claimed || row->of_gateway ? STYLE_PLAIN : STYLE_YELLOW);
    table_cell(table, span_of(classification_word(row->field->classification)));
    for (size_t use = from; use < to; use++) {
        bool raw = row->cells[use] != NULL && row->cells[use]->field->handling.kind == HANDLE_PASS;
        enum terminal_style style = row->cells[use] == NULL ? STYLE_DIM : raw ? STYLE_PLAIN : STYLE_GREEN;
        table_cell_styled(table, cell_text(writing, row, use), style);
    }
}

/* The table of the uses [from, to). */
static void write_part(struct writing *writing, const struct matrix_model *model, size_t from, size_t to)
{
    struct arena *arena = writing->report->arena;
    const char **names = arena_calloc(arena, 2 + to - from, sizeof *names);
    struct table *table = NULL;
    if (names != NULL) {
        names[0] = "FIELD";
        names[1] = "CLASS";
        for (size_t use = from; use < to; use++) names[2 + use - from] = heading(writing, model->model->uses[use]).data;
        table = table_create(arena, names, 2 + to - from);
    }
    if (table == NULL) {
        writing->failed = true;
        return;
    }
    for (size_t i = 0; i < model->row_count; i++) write_row(writing, table, &model->rows[i], from, to);
    if (!table_print(table, writing->look.colour, writing->out)) writing->failed = true;
    buffer_append_char(writing->out, '\n');
}

static void write_tables(struct writing *writing, const struct matrix_model *model)
{
    size_t uses = model->model->use_count, from = 0;
    do {
        size_t width = width_before(model) + GAP, to = from;
        while (to < uses && (to == from || width + width_of(writing, model, to) <= writing->look.width + GAP))
            width += width_of(writing, model, to++);
        write_part(writing, model, from, to);
        from = to;
    } while (from < uses);
}

/* ---------------------------------------------------------------- what each use is for */

static void write_fact(struct writing *writing, const char *label, struct span value)
{
    buffer_printf(writing->out, "%*s", LABEL_INDENT, "");
    terminal_style(writing->out, writing->look.colour, STYLE_DIM, span_of(label));
    buffer_printf(writing->out, "%*s", (int)(VALUE_INDENT - LABEL_INDENT - strlen(label)), "");
    terminal_wrap(writing->out, value, VALUE_INDENT, writing->look.width);
}

static struct span recipients(const struct use *use, struct arena *arena)
{
    struct span *roles = arena_calloc(arena, use->recipient_count + 1, sizeof *roles);
    if (roles == NULL) return (struct span){NULL, 0};
    for (size_t i = 0; i < use->recipient_count; i++) roles[i] = use->recipients[i].role;
    return plain_list(roles, use->recipient_count, ", ", "nobody yet", arena);
}

static struct span owner(struct span name, struct span contact, struct arena *arena)
{
    if (name.data == NULL) return SPAN("nobody");
    if (contact.data == NULL || span_equal(name, contact)) return name;
    return arena_printf(arena, "%.*s, %.*s", SPAN_ARGS(name), SPAN_ARGS(contact));
}

static void write_waivers(struct writing *writing, const struct use *use)
{
    for (size_t i = 0; i < use->waiver_count; i++) {
        const struct waiver *waiver = &use->waivers[i];
        struct span text = arena_printf(writing->report->arena, "%.*s (%.*s) until %.*s, approved by %.*s: %.*s",
                                        SPAN_ARGS(waiver->field), SPAN_ARGS(waiver->rule), SPAN_ARGS(waiver->until),
                                        SPAN_ARGS(waiver->approved_by), SPAN_ARGS(waiver->reason));
        write_fact(writing, "exception", checked(writing, text));
    }
}

static void write_use(struct writing *writing, const struct use *use)
{
    struct arena *arena = writing->report->arena;
    buffer_append_text(writing->out, "  ");
    terminal_style(writing->out, writing->look.colour, STYLE_BOLD, use->name);
    buffer_printf(writing->out, " %.*s, %s\n", SPAN_ARGS(use->version), status_word(use->status));
    write_fact(writing, "purpose", use->purpose);
    write_fact(writing, "data use", use->data_use);
    write_fact(writing, "basis", span_of(plain_legal_basis(use->legal_basis)));
    write_fact(writing, "topic", use->topic);
    write_fact(writing, "tier",
               checked(writing, arena_printf(arena, "%s. %.*s", tier_word(use->tier),
                                             SPAN_ARGS(checked(writing, plain_freshness(use, arena))))));
    write_fact(writing, "retention", checked(writing, plain_retention(use, arena)));
    write_fact(writing, "in Kafka", checked(writing, plain_kafka_retention(use, arena)));
    write_fact(writing, "erasure", checked(writing, plain_erasure(use, arena)));
    write_fact(writing, "regions",
               checked(writing, plain_list(use->residency, use->residency_count, ", ", "not limited", arena)));
    write_fact(writing, "read by", checked(writing, recipients(use, arena)));
    write_waivers(writing, use);
    write_fact(writing, "owner", checked(writing, owner(use->owner, use->contact, arena)));
    buffer_append_char(writing->out, '\n');
}

/* ---------------------------------------------------------------- the whole */

static void write_term(struct writing *writing, const char *term, const char *meaning)
{
    buffer_printf(writing->out, "  %-*s", VALUE_INDENT - 2, term);
    terminal_wrap(writing->out, span_of(meaning), VALUE_INDENT, writing->look.width);
}

static void write_legend(struct writing *writing)
{
    size_t count;
    const struct plain_term *terms = plain_handling_legend(&count);
    terminal_style(writing->out, writing->look.colour, STYLE_BOLD, SPAN("LEGEND"));
    buffer_append_char(writing->out, '\n');
    for (size_t i = 0; i < count; i++) write_term(writing, terms[i].term, terms[i].meaning);
    write_term(writing, "-", "not given");
    write_term(writing, "(C)", "the class afterwards, where it is another: public, internal, confidential, restricted");
}

static void write_model(struct writing *writing, const struct matrix_model *entry)
{
    const struct model *model = entry->model;
    struct arena *arena = writing->report->arena;
    terminal_style(writing->out, writing->look.colour, STYLE_CYAN, model->event);
    struct span holder = checked(writing, owner(model->owner, model->contact, arena));
    struct span line = arena_printf(arena, "%.*s %.*s, %s; owner: %.*s", SPAN_ARGS(model->id), SPAN_ARGS(model->version),
                                    status_word(model->status), SPAN_ARGS(holder));
    buffer_append_text(writing->out, "\n  ");
    terminal_wrap(writing->out, checked(writing, line), 2, writing->look.width);
    buffer_append_char(writing->out, '\n');
    write_tables(writing, entry);
    for (size_t i = 0; i < model->use_count; i++) write_use(writing, model->uses[i]);
}

bool matrix_text_write(const struct matrix_report *report, struct matrix_look look, struct buffer *out)
{
    struct writing writing = {report, look, out, false};
    for (size_t i = 0; i < report->matrix->model_count; i++) write_model(&writing, &report->matrix->models[i]);
    if (report->matrix->model_count > 0)
        write_legend(&writing);
    else
        buffer_append_text(out, "no event model is declared\n");
    return !writing.failed && buffer_ok(out);
}
