#include "contracts/odcs_writer.h"

#include "codecs/attributes.h"
#include "contracts/odcs_write_property.h"

#include <stdio.h>

static bool has_map(const struct field *field)
{
    bool found = field->type == TYPE_MAP || (field->items != NULL && has_map(field->items));
    for (size_t i = 0; i < field->child_count && !found; i++) found = has_map(field->children[i]);
    return found;
}

/* Maps came with v3.2.0; other tools read v3.1.0. */
static struct span api_version(bool maps)
{
    return maps ? SPAN("v3.2.0") : SPAN("v3.1.0");
}

static void write_head(struct odcs_writing *writing, struct span version_of_standard, struct span id, struct span name,
                       struct span version, enum status status, struct span domain)
{
    struct yaml_writer *yaml = &writing->yaml;
    yaml_write_text(yaml, "apiVersion", version_of_standard);
    yaml_write_text(yaml, "kind", SPAN("DataContract"));
    yaml_write_text(yaml, "id", id);
    yaml_write_text(yaml, "name", name);
    yaml_write_text(yaml, "version", version);
    yaml_write_text(yaml, "status", span_of(status_word(status)));
    yaml_write_text(yaml, "domain", domain);
}

static void write_description(struct odcs_writing *writing, struct span purpose, struct span limitations,
                              const struct document *documents, size_t count)
{
    struct yaml_writer *yaml = &writing->yaml;
    if (purpose.data == NULL) return;
    yaml_write_map(yaml, "description");
    yaml_write_text(yaml, "purpose", purpose);
    yaml_write_text(yaml, "limitations", limitations);
    if (count > 0) {
        yaml_write_list(yaml, "authoritativeDefinitions");
        for (size_t i = 0; i < count; i++) {
            yaml_write_item(yaml);
            yaml_write_text(yaml, "type", documents[i].type);
            yaml_write_text(yaml, "url", documents[i].url);
            yaml_write_item_end(yaml);
        }
        yaml_write_end(yaml);
    }
    yaml_write_end(yaml);
}

static void write_sla_duration(struct odcs_writing *writing, const char *property, int64_t us)
{
    static const struct {
        const char *name;
        int64_t size;
    } units[] = {{"d", US_PER_DAY}, {"h", US_PER_HOUR}, {"min", US_PER_MINUTE}, {"s", US_PER_SECOND}};
    if (us == NO_LIMIT) return;
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "property", span_of(property));
    const char *unit = "ms";
    int64_t size = US_PER_MS;
    for (size_t i = 0; i < COUNT_OF(units) && size == US_PER_MS; i++) {
        if (us % units[i].size != 0) continue;
        unit = units[i].name;
        size = units[i].size;
    }
    yaml_write_int(&writing->yaml, "value", us / size);
    yaml_write_text(&writing->yaml, "unit", span_of(unit));
    yaml_write_item_end(&writing->yaml);
}

static void write_sla_instant(struct odcs_writing *writing, const char *property, int64_t us)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (us == NO_TIME) return;
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "property", span_of(property));
    yaml_write_text(&writing->yaml, "value", (struct span){text, timestamp_format(us, 0, true, text)});
    yaml_write_item_end(&writing->yaml);
}

static void write_dates(struct odcs_writing *writing, int64_t availability, int64_t support, int64_t life)
{
    write_sla_instant(writing, "generalAvailability", availability);
    write_sla_instant(writing, "endOfSupport", support);
    write_sla_instant(writing, "endOfLife", life);
}

static void write_team(struct odcs_writing *writing, struct span owner, struct span contact)
{
    if (owner.data == NULL) return;
    yaml_write_map(&writing->yaml, "team");
    yaml_write_text(&writing->yaml, "name", owner);
    yaml_write_list(&writing->yaml, "members");
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "username", contact.data != NULL ? contact : owner);
    yaml_write_text(&writing->yaml, "role", SPAN("owner"));
    yaml_write_item_end(&writing->yaml);
    yaml_write_end(&writing->yaml);
    yaml_write_end(&writing->yaml);
}

static struct span path_of(const struct field *field)
{
    return field != NULL ? field->path : (struct span){NULL, 0};
}

static bool finish(const struct odcs_writing *writing)
{
    return !writing->failed && buffer_ok(writing->yaml.out);
}

bool odcs_write_model(const struct model *model, struct arena *arena, struct buffer *out)
{
    struct odcs_writing writing = {.yaml = {.out = out}, .arena = arena, .model = model};
    struct yaml_writer *yaml = &writing.yaml;
    write_head(&writing, api_version(has_map(model->root)), model->id, model->name, model->version, model->status, model->domain);
    write_description(&writing, model->purpose, (struct span){NULL, 0}, NULL, 0);
    yaml_write_list(yaml, "schema");
    yaml_write_item(yaml);
    yaml_write_text(yaml, "name", model->root->name);
    yaml_write_text(yaml, "physicalName", model->event);
    yaml_write_text(yaml, "logicalType", SPAN("object"));
    yaml_write_text(yaml, "description", model->root->doc);
    yaml_write_list(yaml, "customProperties");
    odcs_custom_text(&writing, "eventTimeField", path_of(model->event_time));
    odcs_custom_text(&writing, "subjectField", path_of(model->subject));
    odcs_custom_text(&writing, "residencyField", path_of(model->residency));
    odcs_custom_text(&writing, "consentField", path_of(model->consent));
    odcs_custom_text(&writing, "undeclaredFields", model->reject_undeclared ? SPAN("reject") : SPAN("strip"));
    yaml_write_end(yaml);
    odcs_write_inside(&writing, model->root);
    yaml_write_item_end(yaml);
    yaml_write_end(yaml);
    bool sla = model->throughput != NO_LIMIT || model->error_rate >= 0 || model->limit.retention != NO_LIMIT ||
               model->general_availability != NO_TIME || model->end_of_support != NO_TIME || model->end_of_life != NO_TIME;
    if (sla) {
        yaml_write_list(yaml, "slaProperties");
        write_sla_duration(&writing, "retention", model->limit.retention);
        write_dates(&writing, model->general_availability, model->end_of_support, model->end_of_life);
        if (model->throughput != NO_LIMIT) {
            yaml_write_item(yaml);
            yaml_write_text(yaml, "property", SPAN("throughput"));
            yaml_write_int(yaml, "value", model->throughput);
            yaml_write_text(yaml, "unit", SPAN("events/s"));
            yaml_write_item_end(yaml);
        }
        if (model->error_rate >= 0) {
            yaml_write_item(yaml);
            yaml_write_text(yaml, "property", SPAN("errorRate"));
            yaml_write_real(yaml, "value", model->error_rate);
            yaml_write_text(yaml, "unit", SPAN("percent"));
            yaml_write_item_end(yaml);
        }
        yaml_write_end(yaml);
    }
    write_team(&writing, model->owner, model->contact);
    yaml_write_list(yaml, "customProperties");
    odcs_custom_text(&writing, "headgateRole", SPAN("eventModel"));
    odcs_custom_texts(&writing, "dataSubjects", model->subjects, model->subject_count, true);
    odcs_custom_texts(&writing, "regulations", model->regulations, model->regulation_count, true);
    odcs_custom_texts(&writing, "residency", model->limit.residency, model->limit.residency_count, false);
    odcs_custom_limit(&writing, &model->limit);
    return finish(&writing);
}

static void write_use_object(struct odcs_writing *writing, const struct use *use)
{
    struct yaml_writer *yaml = &writing->yaml;
    writing->use = use;
    writing->model = use->model;
    yaml_write_item(yaml);
    yaml_write_text(yaml, "name", use->root->name);
    yaml_write_text(yaml, "physicalName", use->topic);
    yaml_write_text(yaml, "physicalType", SPAN("topic"));
    yaml_write_text(yaml, "logicalType", SPAN("object"));
    yaml_write_text(yaml, "description", use->root->doc);
    yaml_write_list(yaml, "customProperties");
    odcs_custom_text(writing, "namespace", use->namespace_text);
    yaml_write_end(yaml);
    odcs_write_inside(writing, use->root);
    yaml_write_item_end(yaml);
}

static void write_inputs(struct odcs_writing *writing, const struct catalogue *catalogue, struct span id)
{
    struct yaml_writer *yaml = &writing->yaml;
    odcs_custom_begin(writing, "inputContracts");
    yaml_write_list(yaml, "value");
    for (size_t i = 0; i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        if (!span_equal(use->id, id)) continue;
        char major[16];
        yaml_write_item(yaml);
        yaml_write_text(yaml, "id", use->model->id);
        yaml_write_text(yaml, "version", (struct span){major, (size_t)snprintf(major, sizeof major, "%u", use->model->major)});
        yaml_write_item_end(yaml);
    }
    yaml_write_end(yaml);
    yaml_write_item_end(yaml);
}

/* A duration of a customProperty: text with its unit. */
static void custom_duration(struct odcs_writing *writing, const char *name, int64_t us)
{
    if (us == NO_LIMIT) return;
    struct span text = arena_printf(writing->arena, "%lld ms", (long long)(us / US_PER_MS));
    if (text.data == NULL) writing->failed = true;
    odcs_custom_text(writing, name, text);
}

static void write_erasure(struct odcs_writing *writing, const struct use *use)
{
    if (use->erasure_method.data == NULL) return;
    odcs_custom_begin(writing, "erasure");
    yaml_write_map(&writing->yaml, "value");
    yaml_write_text(&writing->yaml, "method", use->erasure_method);
    yaml_write_text(&writing->yaml, "exemption", use->erasure_exemption);
    yaml_write_text(&writing->yaml, "reason", use->erasure_reason);
    yaml_write_end(&writing->yaml);
    yaml_write_item_end(&writing->yaml);
}

static void write_waivers(struct odcs_writing *writing, const struct use *use)
{
    struct yaml_writer *yaml = &writing->yaml;
    if (use->waiver_count == 0) return;
    odcs_custom_begin(writing, "waivers");
    yaml_write_list(yaml, "value");
    for (size_t i = 0; i < use->waiver_count; i++) {
        yaml_write_item(yaml);
        yaml_write_text(yaml, "field", use->waivers[i].field);
        yaml_write_text(yaml, "rule", use->waivers[i].rule);
        yaml_write_text(yaml, "reason", use->waivers[i].reason);
        yaml_write_text(yaml, "approvedBy", use->waivers[i].approved_by);
        yaml_write_text(yaml, "until", use->waivers[i].until);
        yaml_write_item_end(yaml);
    }
    yaml_write_end(yaml);
    yaml_write_item_end(yaml);
}

/* consent has no detail that is served; it stands there because the basis asks for it. */
static void write_basis(struct odcs_writing *writing, const struct use *use)
{
    if (use->legal_basis != BASIS_NONE) odcs_custom_text(writing, "legalBasis", span_of(legal_basis_word(use->legal_basis)));
    if (use->legal_basis == BASIS_CONSENT) {
        odcs_custom_begin(writing, "consent");
        buffer_printf(writing->yaml.out, "%*svalue: {}\n", (int)writing->yaml.indent, "");
        yaml_write_item_end(&writing->yaml);
    }
    odcs_custom_text(writing, "specialCategoryBasis", use->special_category_basis);
    odcs_custom_text(writing, "criminalDataBasis", use->criminal_data_basis);
}

static void write_use_customs(struct odcs_writing *writing, const struct catalogue *catalogue, const struct use *use)
{
    static const char *const on_blocked[] = {"park", "retry", "withhold"};
    yaml_write_list(&writing->yaml, "customProperties");
    odcs_custom_text(writing, "headgateRole", SPAN("useCase"));
    write_inputs(writing, catalogue, use->id);
    odcs_custom_text(writing, "dataUse", use->data_use);
    write_basis(writing, use);
    odcs_custom_texts(writing, "dataSubjects", use->subjects, use->subject_count, true);
    odcs_custom_texts(writing, "regulations", use->regulations, use->regulation_count, true);
    odcs_custom_texts(writing, "residency", use->residency, use->residency_count, false);
    odcs_custom_text(writing, "onLate", span_of(on_late_word(use->on_late)));
    odcs_custom_text(writing, "delivery", span_of(durability_word(use->delivery)));
    odcs_custom_text(writing, "onBlocked", span_of(on_blocked[use->on_blocked]));
    odcs_custom_text(writing, "ordering", use->ordered ? SPAN("key") : SPAN("none"));
    odcs_custom_text(writing, "tagging", use->tagging == TAGGING_FULL ? SPAN("full") : SPAN("compact"));
    if (use->trace) {
        odcs_custom_begin(writing, "trace");
        yaml_write_bool(&writing->yaml, "value", true);
        yaml_write_item_end(&writing->yaml);
    }
    custom_duration(writing, "topicRetention", use->topic_retention);
    custom_duration(writing, "retainAtLeast", use->retain_at_least);
    write_erasure(writing, use);
    write_waivers(writing, use);
}

bool odcs_write_use(const struct catalogue *catalogue, const struct use *use, struct arena *arena, struct buffer *out)
{
    struct odcs_writing writing = {.yaml = {.out = out}, .arena = arena, .use = use, .model = use->model};
    struct yaml_writer *yaml = &writing.yaml;
    bool maps = false;
    for (size_t i = 0; i < catalogue->use_count; i++)
        maps = maps || (span_equal(catalogue->uses[i]->id, use->id) && has_map(catalogue->uses[i]->root));
    write_head(&writing, api_version(maps), use->id, use->name, use->version, use->status, use->domain);
    write_description(&writing, use->purpose, use->limitations, use->documents, use->document_count);
    yaml_write_list(yaml, "schema");
    for (size_t i = 0; i < catalogue->use_count; i++) {
        if (span_equal(catalogue->uses[i]->id, use->id)) write_use_object(&writing, catalogue->uses[i]);
    }
    yaml_write_end(yaml);
    yaml_write_list(yaml, "slaProperties");
    write_sla_duration(&writing, "latency", use->latency);
    write_sla_duration(&writing, "retention", use->retention);
    write_sla_duration(&writing, "frequency", use->frequency);
    write_dates(&writing, use->general_availability, use->end_of_support, use->end_of_life);
    yaml_write_end(yaml);
    if (use->recipient_count > 0) {
        yaml_write_list(yaml, "roles");
        for (size_t i = 0; i < use->recipient_count; i++) {
            yaml_write_item(yaml);
            yaml_write_text(yaml, "role", use->recipients[i].role);
            yaml_write_text(yaml, "access", use->recipients[i].access);
            yaml_write_text(yaml, "firstLevelApprovers", use->recipients[i].first_approvers);
            yaml_write_text(yaml, "secondLevelApprovers", use->recipients[i].second_approvers);
            yaml_write_item_end(yaml);
        }
        yaml_write_end(yaml);
    }
    write_team(&writing, use->owner, use->contact);
    write_use_customs(&writing, catalogue, use);
    return finish(&writing);
}
