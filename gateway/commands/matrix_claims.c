/* matrix_claims.c - `headgate matrix --unclaimed`: per event what may be collected at all, and what nobody asked for. */
#include "gateway/commands/matrix_output.h"
#include "gateway/terminal.h"

static bool is_unclaimed(const struct matrix_row *row)
{
    return !row->claimed && !row->of_gateway;
}

static size_t count_unclaimed(const struct matrix_model *model)
{
    size_t count = 0;
    for (size_t i = 0; i < model->row_count; i++) count += is_unclaimed(&model->rows[i]) ? 1 : 0;
    return count;
}

/* ---------------------------------------------------------------- text */

static void write_list(const struct matrix_model *model, bool unclaimed, struct matrix_look look, struct buffer *out)
{
    enum terminal_style style = unclaimed ? STYLE_YELLOW : STYLE_PLAIN;
    for (size_t i = 0; i < model->row_count; i++) {
        const struct matrix_row *row = &model->rows[i];
        if (is_unclaimed(row) != unclaimed) continue;
        buffer_append_text(out, "    ");
        terminal_style(out, look.colour, style, row->field->path);
        buffer_append_text(out, row->of_gateway && !row->claimed ? "  (for headgate itself only)\n" : "\n");
    }
}

static void write_model(const struct matrix_model *model, struct matrix_look look, struct buffer *out)
{
    size_t unclaimed = count_unclaimed(model);
    terminal_style(out, look.colour, STYLE_CYAN, model->model->event);
    buffer_append_text(out, "\n  owner: ");
    terminal_wrap(out, model->model->owner.data != NULL ? model->model->owner : SPAN("nobody"), 2, look.width);
    buffer_append_char(out, '\n');
    if (unclaimed > 0) buffer_printf(out, "  claimed by no active use, stop collecting or declare a use (%zu):\n", unclaimed);
    write_list(model, true, look, out);
    buffer_printf(out, "%s  may be collected (%zu):\n", unclaimed > 0 ? "\n" : "", model->row_count - unclaimed);
    write_list(model, false, look, out);
    buffer_append_char(out, '\n');
}

bool matrix_claims_text(const struct matrix_report *report, struct matrix_look look, struct buffer *out)
{
    for (size_t i = 0; i < report->matrix->model_count; i++) write_model(&report->matrix->models[i], look, out);
    return buffer_ok(out);
}

/* ---------------------------------------------------------------- JSON */

static void json_list(const struct matrix_model *model, bool unclaimed, const char *name, struct json_writer *json)
{
    json_name(json, name);
    json_array_begin(json);
    for (size_t i = 0; i < model->row_count; i++)
        if (is_unclaimed(&model->rows[i]) == unclaimed) json_text(json, model->rows[i].field->path);
    json_array_end(json);
}

bool matrix_claims_json(const struct matrix_report *report, struct buffer *out)
{
    struct json_writer json;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    matrix_json_head(report, &json);
    json_name(&json, "events");
    json_array_begin(&json);
    for (size_t i = 0; i < report->matrix->model_count; i++) {
        const struct matrix_model *model = &report->matrix->models[i];
        json_object_begin(&json);
        json_member_text(&json, "event", model->model->event);
        json_list(model, false, "collect", &json);
        json_list(model, true, "unclaimed", &json);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
    return buffer_ok(out);
}
