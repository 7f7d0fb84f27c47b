#include "contracts/stage.h"
#include "gateway/admin/page.h"
#include "gateway/clock.h"

static void write_fields(struct json_writer *json, const struct field *field)
{
    for (size_t i = 0; i < field->child_count; i++) {
        const struct field *child = field->children[i];
        if (child->type == TYPE_OBJECT) {
            write_fields(json, child);
            continue;
        }
        json_object_begin(json);
        json_member_text(json, "field", child->path);
        json_member_text(json, "type", span_of(type_word(child->type)));
        json_member_bool(json, "required", child->required);
        json_member_text(json, "classification", span_of(classification_word(child->classification)));
        if (child->source != NULL && child->source->path.data != child->path.data)
            json_member_text(json, "from", child->source->path);
        json_object_end(json);
        if (child->items != NULL && child->items->type == TYPE_OBJECT) write_fields(json, child->items);
    }
}

static void write_date(struct json_writer *json, const char *name, int64_t time)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (time == NO_TIME) return;
    json_member_text(json, name, (struct span){text, timestamp_format(time, 0, true, text)});
}

/* The stage now: a date takes effect while the catalogue stays the same. */
static void write_stage(struct json_writer *json, enum stage stage, int64_t availability, int64_t support, int64_t life)
{
    json_member_text(json, "stage", span_of(stage_word(stage)));
    json_member_bool(json, "supported", stage_is_supported(support, clock_wall()));
    write_date(json, "general_availability", availability);
    write_date(json, "end_of_support", support);
    write_date(json, "end_of_life", life);
}

static void write_use(struct json_writer *json, const struct use *use)
{
    json_object_begin(json);
    json_member_text(json, "id", use->id);
    json_member_text(json, "name", use->name);
    json_member_text(json, "version", use->version);
    json_member_text(json, "status", span_of(status_word(use->status)));
    write_stage(json, stage_of_route(use, clock_wall()), use->general_availability, use->end_of_support, use->end_of_life);
    json_member_text(json, "purpose", use->purpose);
    json_member_text(json, "owner", use->owner);
    json_member_text(json, "data_use", use->data_use);
    if (use->legal_basis != BASIS_NONE) json_member_text(json, "legal_basis", span_of(legal_basis_word(use->legal_basis)));
    json_member_text(json, "tier", span_of(tier_word(use->tier)));
    json_member_int(json, "latency_ms", use->latency / US_PER_MS);
    json_member_int(json, "retention_ms", use->retention / US_PER_MS);
    json_member_text(json, "on_late", span_of(on_late_word(use->on_late)));
    json_member_text(json, "topic", use->topic);
    json_member_text(json, "late_topic", use->late_topic);
    json_member_int(json, "topic_retention_ms", use->topic_retention / US_PER_MS);
    json_member_int(json, "schema_id", use->schema_id);
    json_member_text(json, "classification", span_of(classification_word(use->highest_class)));
    json_member_texts(json, "residency", use->residency, use->residency_count);
    json_name(json, "fields");
    json_array_begin(json);
    write_fields(json, use->root);
    json_array_end(json);
    json_object_end(json);
}

static void write_model(struct json_writer *json, const struct model *model)
{
    json_object_begin(json);
    json_member_text(json, "event", model->event);
    json_member_text(json, "id", model->id);
    json_member_text(json, "version", model->version);
    json_member_text(json, "status", span_of(status_word(model->status)));
    write_stage(json, stage_of_model(model, clock_wall()), model->general_availability, model->end_of_support,
                model->end_of_life);
    json_member_text(json, "domain", model->domain);
    json_member_text(json, "owner", model->owner);
    json_member_texts(json, "subjects", model->subjects, model->subject_count);
    json_name(json, "fields");
    json_array_begin(json);
    write_fields(json, model->root);
    json_array_end(json);
    json_name(json, "uses");
    json_array_begin(json);
    for (size_t i = 0; i < model->use_count; i++) write_use(json, model->uses[i]);
    json_array_end(json);
    json_object_end(json);
}

void page_catalogue(struct page *page)
{
    const struct catalogue *catalogue = page->admin->edition->catalogue;
    json_object_begin(&page->json);
    json_member_text(&page->json, "version", catalogue->version);
    json_name(&page->json, "models");
    json_array_begin(&page->json);
    for (size_t i = 0; i < catalogue->model_count; i++) write_model(&page->json, catalogue->models[i]);
    json_array_end(&page->json);
    json_object_end(&page->json);
}
