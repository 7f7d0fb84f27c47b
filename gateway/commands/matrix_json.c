/* matrix_json.c - the matrix for programs: everything that the other forms show, in the contracts' own words. */
#include "contracts/handling_parse.h"
#include "contracts/intent.h"
#include "gateway/commands/matrix_output.h"

static void member_duration(struct json_writer *json, const char *name, int64_t us)
{
    if (us != NO_LIMIT) json_member_int(json, name, us / US_PER_SECOND);
}

void matrix_json_head(const struct matrix_report *report, struct json_writer *json)
{
    char made[TIMESTAMP_TEXT_MAX];
    size_t size = timestamp_format(report->made, 0, true, made);
    json_member_text(json, "catalogue", report->matrix->catalogue->version);
    json_member_text(json, "made", (struct span){made, size});
}

static bool write_given(const struct matrix_report *report, const struct matrix_row *row, const struct use *use,
                        const struct field *field, struct json_writer *json)
{
    struct span handling = SPAN("pass");
    if (field->handling.kind != HANDLE_PASS) handling = handling_text(&field->handling, report->arena);
    struct span_list categories = matrix_given_categories(row, field);
    json_object_begin(json);
    json_member_text(json, "use", use->name);
    json_member_text(json, "as", field->path);
    json_member_text(json, "handling", handling);
    json_member_text(json, "why", field->handling_doc);
    json_member_text(json, "class", span_of(classification_word(field->classification)));
    json_member_texts(json, "categories", categories.items, categories.count);
    json_object_end(json);
    return handling.data != NULL;
}

bool matrix_json_cells(const struct matrix_report *report, const struct matrix_model *model, const struct matrix_row *row,
                       struct json_writer *json)
{
    bool fine = true;
    json_name(json, "uses");
    json_array_begin(json);
    for (size_t i = 0; i < model->model->use_count; i++)
        for (const struct matrix_given *given = row->cells[i]; given != NULL; given = given->next)
            fine = write_given(report, row, model->model->uses[i], given->field, json) && fine;
    json_array_end(json);
    return fine;
}

static bool write_row(const struct matrix_report *report, const struct matrix_model *model, const struct matrix_row *row,
                      struct json_writer *json)
{
    json_object_begin(json);
    json_member_text(json, "field", row->field->path);
    json_member_text(json, "type", span_of(type_word(row->field->type)));
    json_member_text(json, "class", span_of(classification_word(row->field->classification)));
    json_member_texts(json, "categories", row->categories, row->category_count);
    json_member_bool(json, "claimed", row->claimed);
    bool fine = matrix_json_cells(report, model, row, json);
    json_object_end(json);
    return fine;
}

static void write_recipients(const struct use *use, struct json_writer *json)
{
    json_name(json, "recipients");
    json_array_begin(json);
    for (size_t i = 0; i < use->recipient_count; i++) {
        const struct recipient *recipient = &use->recipients[i];
        json_object_begin(json);
        json_member_text(json, "role", recipient->role);
        json_member_text(json, "access", recipient->access);
        json_member_text(json, "first_approvers", recipient->first_approvers);
        json_member_text(json, "second_approvers", recipient->second_approvers);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_erasure(const struct use *use, struct json_writer *json)
{
    json_name(json, "erasure");
    json_object_begin(json);
    json_member_text(json, "method", use->erasure_method.data != NULL ? use->erasure_method : SPAN("expiry"));
    json_member_text(json, "exemption", use->erasure_exemption);
    json_member_text(json, "reason", use->erasure_reason);
    json_object_end(json);
}

static void write_waivers(const struct use *use, struct json_writer *json)
{
    json_name(json, "waivers");
    json_array_begin(json);
    for (size_t i = 0; i < use->waiver_count; i++) {
        json_object_begin(json);
        json_member_text(json, "field", use->waivers[i].field);
        json_member_text(json, "rule", use->waivers[i].rule);
        json_member_text(json, "reason", use->waivers[i].reason);
        json_member_text(json, "approved_by", use->waivers[i].approved_by);
        json_member_text(json, "until", use->waivers[i].until);
        json_object_end(json);
    }
    json_array_end(json);
}

static bool write_use(const struct matrix_report *report, const struct matrix_model *model, size_t position,
                      struct json_writer *json)
{
    const struct use *use = model->model->uses[position];
    struct span_list categories = {NULL, 0};
    bool fine = matrix_use_categories(model, position, report->arena, &categories);
    json_object_begin(json);
    json_member_text(json, "name", use->name);
    json_member_text(json, "id", use->id);
    json_member_text(json, "version", use->version);
    json_member_text(json, "status", span_of(status_word(use->status)));
    json_member_text(json, "purpose", use->purpose);
    json_member_text(json, "limitations", use->limitations);
    json_member_text(json, "data_use", use->data_use);
    json_member_text(json, "legal_basis", span_of(legal_basis_word(use->legal_basis)));
    json_member_text(json, "special_category_basis", use->special_category_basis);
    json_member_text(json, "criminal_data_basis", use->criminal_data_basis);
    json_member_texts(json, "subjects", use->subjects, use->subject_count);
    json_member_texts(json, "categories", categories.items, categories.count);
    json_member_texts(json, "regulations", use->regulations, use->regulation_count);
    json_member_texts(json, "regions", use->residency, use->residency_count);
    json_member_text(json, "highest_class", span_of(classification_word(use->highest_class)));
    json_member_text(json, "topic", use->topic);
    json_member_text(json, "late_topic", use->late_topic);
    json_member_text(json, "tier", span_of(tier_word(use->tier)));
    member_duration(json, "latency_s", use->latency);
    member_duration(json, "retention_s", use->retention);
    member_duration(json, "retain_at_least_s", use->retain_at_least);
    member_duration(json, "topic_retention_s", use->topic_retention);
    member_duration(json, "oldest_age_s", use->oldest_age);
    write_erasure(use, json);
    write_recipients(use, json);
    write_waivers(use, json);
    json_member_text(json, "owner", use->owner);
    json_member_text(json, "contact", use->contact);
    json_object_end(json);
    return fine;
}

static bool write_model(const struct matrix_report *report, const struct matrix_model *entry, struct json_writer *json)
{
    const struct model *model = entry->model;
    bool fine = true;
    json_object_begin(json);
    json_member_text(json, "event", model->event);
    json_member_text(json, "id", model->id);
    json_member_text(json, "version", model->version);
    json_member_text(json, "status", span_of(status_word(model->status)));
    json_member_text(json, "owner", model->owner);
    json_member_text(json, "contact", model->contact);
    json_member_texts(json, "subjects", model->subjects, model->subject_count);
    json_name(json, "fields");
    json_array_begin(json);
    for (size_t i = 0; i < entry->row_count; i++) fine = write_row(report, entry, &entry->rows[i], json) && fine;
    json_array_end(json);
    json_name(json, "uses");
    json_array_begin(json);
    for (size_t i = 0; i < model->use_count; i++) fine = write_use(report, entry, i, json) && fine;
    json_array_end(json);
    json_object_end(json);
    return fine;
}

bool matrix_json_write(const struct matrix_report *report, struct buffer *out)
{
    struct json_writer json;
    bool fine = true;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    matrix_json_head(report, &json);
    json_name(&json, "models");
    json_array_begin(&json);
    for (size_t i = 0; i < report->matrix->model_count; i++)
        fine = write_model(report, &report->matrix->models[i], &json) && fine;
    json_array_end(&json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
    return fine && buffer_ok(out);
}
