/* matrix_search.c - `headgate matrix --find WHAT`: where it is, who already has it in which form, and whom to ask for it. */
#include "contracts/fideslang.h"
#include "contracts/plain.h"
#include "gateway/commands/matrix_output.h"
#include "gateway/terminal.h"

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

static struct span contact_of(struct span owner, struct span contact)
{
    if (contact.data != NULL) return contact;
    return owner.data != NULL ? owner : SPAN("nobody");
}

/* ---------------------------------------------------------------- text */

static void write_row(struct writing *writing, struct table *table, const struct use *use, const struct field *field)
{
    table_row(table);
    table_cell(table, use->name);
    table_cell(table, span_of(status_word(use->status)));
    table_cell(table, field->path);
    table_cell(table, checked(writing, plain_handling_short(&field->handling, writing->report->arena)));
    table_cell(table, span_of(classification_word(field->classification)));
    table_cell(table, contact_of(use->owner, use->contact));
}

static void write_match(struct writing *writing, const struct matrix_match *match)
{
    static const char *const names[] = {"WHO", "STATUS", "AS", "HOW", "CLASS", "ASK"};
    const struct model *model = match->model->model;
    const struct matrix_row *row = match->row;
    struct buffer *out = writing->out;
    terminal_style(out, writing->look.colour, STYLE_CYAN, model->event);
    buffer_append_text(out, "  ");
    terminal_style(out, writing->look.colour, STYLE_BOLD, row->field->path);
    struct span categories =
        checked(writing, plain_list(row->categories, row->category_count, ", ", "no data category", writing->report->arena));
    struct span contact = contact_of(model->owner, model->contact);
    struct span line = arena_printf(writing->report->arena, "%s, %.*s; the event's owner: %.*s",
                                    classification_word(row->field->classification), SPAN_ARGS(categories), SPAN_ARGS(contact));
    buffer_append_text(out, "\n  ");
    terminal_wrap(out, checked(writing, line), 2, writing->look.width);
    struct table *table = table_create(writing->report->arena, names, COUNT_OF(names));
    size_t count = 0;
    for (size_t i = 0; table != NULL && i < model->use_count; i++)
        for (const struct matrix_given *given = row->cells[i]; given != NULL; given = given->next, count++)
            write_row(writing, table, model->uses[i], given->field);
    if (count == 0)
        buffer_append_text(out, "nobody has it yet\n");
    else if (!table_print(table, writing->look.colour, out))
        writing->failed = true;
    if (table == NULL) writing->failed = true;
    buffer_append_char(out, '\n');
}

static void write_nothing(struct span query, struct buffer *out)
{
    buffer_append_text(out, "no field is of that category or named so\n");
    const struct fideslang_key *near = fideslang_nearest(FIDESLANG_DATA_CATEGORY, query);
    if (near != NULL && !span_is(query, near->key)) buffer_printf(out, "Did you mean the data category '%s'?\n", near->key);
}

static const char advice[] =
    "To get one of these, write a use-case contract and ask the event's owner; who has it already may have "
    "a topic that serves you.";

bool matrix_search_text(const struct matrix_report *report, struct span query, struct matrix_look look, struct buffer *out)
{
    struct writing writing = {report, look, out, false};
    struct matrix_match *matches;
    size_t count;
    if (!matrix_find(report->matrix, query, report->arena, &matches, &count)) return false;
    for (size_t i = 0; i < count; i++) write_match(&writing, &matches[i]);
    if (count > 0)
        terminal_wrap(out, span_of(advice), 0, look.width);
    else
        write_nothing(query, out);
    return !writing.failed && buffer_ok(out);
}

/* ---------------------------------------------------------------- JSON */

static bool json_match(const struct matrix_report *report, const struct matrix_match *match, struct json_writer *json)
{
    const struct model *model = match->model->model;
    json_object_begin(json);
    json_member_text(json, "event", model->event);
    json_member_text(json, "field", match->row->field->path);
    json_member_text(json, "class", span_of(classification_word(match->row->field->classification)));
    json_member_texts(json, "categories", match->row->categories, match->row->category_count);
    json_member_text(json, "ask", contact_of(model->owner, model->contact));
    bool fine = matrix_json_cells(report, match->model, match->row, json);
    json_object_end(json);
    return fine;
}

bool matrix_search_json(const struct matrix_report *report, struct span query, struct buffer *out)
{
    struct json_writer json;
    struct matrix_match *matches;
    size_t count;
    bool fine = matrix_find(report->matrix, query, report->arena, &matches, &count);
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    matrix_json_head(report, &json);
    json_member_text(&json, "find", query);
    json_name(&json, "found");
    json_array_begin(&json);
    for (size_t i = 0; fine && i < count; i++) fine = json_match(report, &matches[i], &json);
    json_array_end(&json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
    return fine && buffer_ok(out);
}
