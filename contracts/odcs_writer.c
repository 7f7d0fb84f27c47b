#include "contracts/odcs_writer.h"

#include "contracts/constant.h"
#include "contracts/duration.h"
#include "contracts/handling_parse.h"
#include "contracts/resolve.h"
#include "contracts/yaml_writer.h"

#include <stdio.h>

struct writing {
    struct yaml_writer yaml;
    struct arena *arena;
    const struct use *use; /* NULL: a model */
    const struct model *model;
    bool failed; /* the arena is exhausted */
};

static void write_property(struct writing *writing, const struct field *field, bool item);

static void custom_begin(struct writing *writing, const char *name)
{
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "property", span_of(name));
}

static void custom_text(struct writing *writing, const char *name, struct span value)
{
    if (value.data == NULL) return;
    custom_begin(writing, name);
    yaml_write_text(&writing->yaml, "value", value);
    yaml_write_item_end(&writing->yaml);
}

static void custom_int(struct writing *writing, const char *name, int64_t value)
{
    custom_begin(writing, name);
    yaml_write_int(&writing->yaml, "value", value);
    yaml_write_item_end(&writing->yaml);
}

static void custom_texts(struct writing *writing, const char *name, const struct span *values, size_t count, bool empty)
{
    if (count == 0 && !empty) return;
    custom_begin(writing, name);
    yaml_write_texts(&writing->yaml, "value", values, count, true);
    yaml_write_item_end(&writing->yaml);
}

/* ---------------------------------------------------------------- options */

static void write_limit(struct writing *writing, const char *key, int64_t limit)
{
    if (limit != NO_LIMIT) yaml_write_int(&writing->yaml, key, limit);
}

static bool is_integer(const struct field *field)
{
    return strcmp(type_word(field->type), "integer") == 0 ||
           (field->type == TYPE_DECIMAL && field->scale == 0 && field->format_text.data != NULL);
}

static void write_number_bounds(struct writing *writing, const struct field *field)
{
    const struct rules *rules = &field->rules;
    struct field preset = {0};
    if (is_integer(field)) resolve_integer_range(&preset, field->format_text.data != NULL ? field->format_text : SPAN("i64"));
    const struct rules *usual = &preset.rules;
    if (rules->has_minimum &&
        !(usual->has_minimum && !rules->exclusive_minimum && number_compare(&usual->minimum, &rules->minimum) == 0))
        yaml_write_number(&writing->yaml, rules->exclusive_minimum ? "exclusiveMinimum" : "minimum", &rules->minimum);
    if (rules->has_maximum &&
        !(usual->has_maximum && !rules->exclusive_maximum && number_compare(&usual->maximum, &rules->maximum) == 0))
        yaml_write_number(&writing->yaml, rules->exclusive_maximum ? "exclusiveMaximum" : "maximum", &rules->maximum);
    if (rules->has_multiple_of) yaml_write_number(&writing->yaml, "multipleOf", &rules->multiple_of);
}

static void write_time(struct writing *writing, const struct field *field, const char *key, int64_t time)
{
    struct span text = constant_time_text(field, time, writing->arena);
    if (text.data == NULL) writing->failed = true;
    yaml_write_text(&writing->yaml, key, text);
}

static void write_time_bounds(struct writing *writing, const struct field *field)
{
    const struct rules *rules = &field->rules;
    if (field->type != TYPE_DATE) yaml_write_bool(&writing->yaml, "timezone", field->zone);
    if (rules->has_minimum)
        write_time(writing, field, rules->exclusive_minimum ? "exclusiveMinimum" : "minimum", rules->minimum_time);
    if (rules->has_maximum)
        write_time(writing, field, rules->exclusive_maximum ? "exclusiveMaximum" : "maximum", rules->maximum_time);
    if (field->default_offset == 0) return;
    int64_t minutes = field->default_offset / US_PER_MINUTE;
    long long size = minutes < 0 ? -minutes : minutes;
    struct span text = arena_printf(writing->arena, "%c%02lld:%02lld", minutes < 0 ? '-' : '+', size / 60, size % 60);
    if (text.data == NULL) writing->failed = true;
    yaml_write_text(&writing->yaml, "defaultTimezone", text);
}

static bool is_number(enum type type)
{
    return type >= TYPE_INT && type <= TYPE_DOUBLE;
}

static bool is_time(enum type type)
{
    return type == TYPE_DATE || type == TYPE_TIMESTAMP || type == TYPE_TIME;
}

static void write_options(struct writing *writing, const struct field *field)
{
    const struct rules *rules = &field->rules;
    yaml_write_map(&writing->yaml, "logicalTypeOptions");
    size_t before = writing->yaml.out->size;
    yaml_write_text(&writing->yaml, "format", field->format_text);
    write_limit(writing, "minLength", rules->min_length);
    write_limit(writing, "maxLength", rules->max_length);
    yaml_write_text(&writing->yaml, "pattern", rules->pattern);
    if (is_number(field->type)) write_number_bounds(writing, field);
    if (is_time(field->type)) write_time_bounds(writing, field);
    if (field->type == TYPE_ARRAY) {
        write_limit(writing, "minItems", rules->min_items);
        write_limit(writing, "maxItems", rules->max_items);
        if (rules->unique_items) yaml_write_bool(&writing->yaml, "uniqueItems", true);
    }
    write_limit(writing, "minProperties", rules->min_properties);
    write_limit(writing, "maxProperties", rules->max_properties);
    yaml_write_texts(&writing->yaml, "required", rules->required_keys, rules->required_key_count, false);
    bool empty = before == writing->yaml.out->size;
    yaml_write_end(&writing->yaml);
    if (!empty || !buffer_ok(writing->yaml.out)) return;
    while (before > 0 && writing->yaml.out->data[before - 2] != '\n') before--; /* take the key back */
    writing->yaml.out->size = before - 1;
}

/* ---------------------------------------------------------------- properties */

static void write_enumeration(struct writing *writing, const struct field *field)
{
    static const char *const severities[] = {"info", "warning", "error"};
    const struct rules *rules = &field->rules;
    struct buffer *out = writing->yaml.out;
    if (rules->enumeration_count == 0) return;
    yaml_write_list(&writing->yaml, "quality");
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "type", SPAN("library"));
    yaml_write_text(&writing->yaml, "metric", SPAN("invalidValues"));
    yaml_write_map(&writing->yaml, "arguments");
    buffer_printf(out, "%*svalidValues: [", (int)writing->yaml.indent, "");
    for (size_t i = 0; i < rules->enumeration_count; i++) {
        if (i > 0) buffer_append_text(out, ", ");
        if (is_number(field->type) || field->type == TYPE_BOOLEAN)
            buffer_append_span(out, rules->enumeration[i].text);
        else
            yaml_write_scalar(out, rules->enumeration[i].text);
    }
    buffer_append_text(out, "]\n");
    yaml_write_end(&writing->yaml);
    yaml_write_int(&writing->yaml, "mustBe", 0);
    yaml_write_text(&writing->yaml, "severity", span_of(severities[rules->enumeration_severity]));
    yaml_write_item_end(&writing->yaml);
    yaml_write_end(&writing->yaml);
}

/* avroDefault as it was written: its JSON text is a number, null, true, false, or text without escapes in quotes. */
static void write_default(struct writing *writing, struct span json)
{
    if (json.data == NULL) return;
    custom_begin(writing, "avroDefault");
    buffer_printf(writing->yaml.out, "%*svalue: %.*s\n", (int)writing->yaml.indent, "", SPAN_ARGS(json));
    yaml_write_item_end(&writing->yaml);
}

static void write_field_customs(struct writing *writing, const struct field *field)
{
    bool decimal = field->type == TYPE_DECIMAL && !is_integer(field);
    bool micros = field->type == TYPE_TIMESTAMP && field->fraction_digits == 6;
    bool any = decimal || micros || field->category_count > 0 || field->type == TYPE_BYTES || field->avro_alias_count > 0 ||
               field->avro_default.data != NULL;
    if (!any) return;
    yaml_write_list(&writing->yaml, "customProperties");
    if (decimal) custom_int(writing, "precision", field->precision);
    if (decimal) custom_int(writing, "scale", field->scale);
    if (micros) custom_text(writing, "avroLogicalType", field->zone ? SPAN("timestamp-micros") : SPAN("local-timestamp-micros"));
    if (field->type == TYPE_BYTES) custom_text(writing, "avroType", SPAN("bytes"));
    write_default(writing, field->avro_default);
    custom_texts(writing, "avroAliases", field->avro_aliases, field->avro_alias_count, false);
    custom_texts(writing, "dataCategories", field->categories, field->category_count, false);
    yaml_write_end(&writing->yaml);
}

static int64_t key_position(const struct field *field, const struct field *const *key, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (key[i] == field) return (int64_t)i + 1;
    }
    return 0;
}

static void write_keys(struct writing *writing, const struct field *field)
{
    int64_t primary =
        writing->use == NULL ? key_position(field, writing->model->primary_key, writing->model->primary_key_count) : 0;
    int64_t partition = writing->use != NULL ? key_position(field, writing->use->key, writing->use->key_count) : 0;
    if (field->unique && field->handling.kind == HANDLE_PASS && writing->use == NULL)
        yaml_write_bool(&writing->yaml, "unique", true);
    if (primary > 0) yaml_write_bool(&writing->yaml, "primaryKey", true);
    if (primary > 0) yaml_write_int(&writing->yaml, "primaryKeyPosition", primary);
    if (partition > 0) yaml_write_bool(&writing->yaml, "partitioned", true);
    if (partition > 0) yaml_write_int(&writing->yaml, "partitionKeyPosition", partition);
}

static void write_source(struct writing *writing, const struct field *field, bool item)
{
    struct span logic = handling_text(&field->handling, writing->arena);
    if (field->source != NULL && !item) {
        struct span source =
            arena_printf(writing->arena, "%.*s.%.*s", SPAN_ARGS(writing->model->root->name), SPAN_ARGS(field->source->path));
        if (source.data == NULL) writing->failed = true;
        yaml_write_texts(&writing->yaml, "transformSourceObjects", &source, 1, false);
    }
    if (field->handling.kind != HANDLE_PASS && logic.data == NULL) writing->failed = true;
    yaml_write_text(&writing->yaml, "transformLogic", logic);
    yaml_write_text(&writing->yaml, "transformDescription", field->handling_doc);
}

static struct span physical_type(const struct field *field)
{
    if (field->type == TYPE_DECIMAL && !is_integer(field)) return SPAN("decimal");
    return field->avro_enum ? SPAN("enum") : (struct span){NULL, 0};
}

static void write_inside(struct writing *writing, const struct field *field)
{
    if (field->child_count > 0) {
        yaml_write_list(&writing->yaml, "properties");
        for (size_t i = 0; i < field->child_count; i++) {
            yaml_write_item(&writing->yaml);
            write_property(writing, field->children[i], false);
            yaml_write_item_end(&writing->yaml);
        }
        yaml_write_end(&writing->yaml);
    }
    if (field->items == NULL) return;
    yaml_write_map(&writing->yaml, "items");
    write_property(writing, field->items, true);
    yaml_write_end(&writing->yaml);
}

static void write_property(struct writing *writing, const struct field *field, bool item)
{
    struct yaml_writer *yaml = &writing->yaml;
    bool container = field->type == TYPE_OBJECT || field->type == TYPE_ARRAY;
    yaml_write_text(yaml, "name", item ? field->item_name : field->name);
    if (!span_equal(field->name, field->wire_name)) yaml_write_text(yaml, "physicalName", field->wire_name);
    yaml_write_text(yaml, "logicalType", span_of(is_integer(field) ? "integer" : type_word(field->type)));
    yaml_write_text(yaml, "physicalType", physical_type(field));
    if (field->handling.kind == HANDLE_PASS) write_options(writing, field);
    yaml_write_bool(yaml, "required", field->required);
    write_keys(writing, field);
    if (!container ||
        (writing->use == NULL && field->classification > CLASS_PUBLIC)) /* in a use it would be a floor that nobody set */
        yaml_write_text(yaml, "classification", span_of(classification_word(field->classification)));
    write_source(writing, field, item);
    yaml_write_text(yaml, "description", field->doc);
    yaml_write_texts(yaml, "tags", field->tags, field->tag_count, false);
    if (field->critical) yaml_write_bool(yaml, "criticalDataElement", true);
    if (field->handling.kind == HANDLE_PASS) write_enumeration(writing, field);
    write_field_customs(writing, field);
    write_inside(writing, field);
}

/* ---------------------------------------------------------------- roots */

static void write_head(struct writing *writing, struct span id, struct span name, struct span version, enum status status,
                       struct span domain)
{
    struct yaml_writer *yaml = &writing->yaml;
    yaml_write_text(yaml, "apiVersion", SPAN("v3.1.0"));
    yaml_write_text(yaml, "kind", SPAN("DataContract"));
    yaml_write_text(yaml, "id", id);
    yaml_write_text(yaml, "name", name);
    yaml_write_text(yaml, "version", version);
    yaml_write_text(yaml, "status", span_of(status_word(status)));
    yaml_write_text(yaml, "domain", domain);
}

static void write_description(struct writing *writing, struct span purpose, struct span limitations,
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

static void write_sla_duration(struct writing *writing, const char *property, int64_t us)
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

static void write_sla_instant(struct writing *writing, const char *property, int64_t us)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (us == NO_TIME) return;
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "property", span_of(property));
    yaml_write_text(&writing->yaml, "value", (struct span){text, timestamp_format(us, 0, true, text)});
    yaml_write_item_end(&writing->yaml);
}

static void write_dates(struct writing *writing, int64_t availability, int64_t support, int64_t life)
{
    write_sla_instant(writing, "generalAvailability", availability);
    write_sla_instant(writing, "endOfSupport", support);
    write_sla_instant(writing, "endOfLife", life);
}

static void write_team(struct writing *writing, struct span owner, struct span contact)
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

static bool finish(const struct writing *writing)
{
    return !writing->failed && buffer_ok(writing->yaml.out);
}

bool odcs_write_model(const struct model *model, struct arena *arena, struct buffer *out)
{
    struct writing writing = {.yaml = {.out = out}, .arena = arena, .model = model};
    struct yaml_writer *yaml = &writing.yaml;
    write_head(&writing, model->id, model->name, model->version, model->status, model->domain);
    write_description(&writing, model->purpose, (struct span){NULL, 0}, NULL, 0);
    yaml_write_list(yaml, "schema");
    yaml_write_item(yaml);
    yaml_write_text(yaml, "name", model->root->name);
    yaml_write_text(yaml, "physicalName", model->event);
    yaml_write_text(yaml, "logicalType", SPAN("object"));
    yaml_write_text(yaml, "description", model->root->doc);
    yaml_write_list(yaml, "customProperties");
    custom_text(&writing, "eventTimeField", path_of(model->event_time));
    custom_text(&writing, "subjectField", path_of(model->subject));
    custom_text(&writing, "residencyField", path_of(model->residency));
    custom_text(&writing, "consentField", path_of(model->consent));
    custom_text(&writing, "undeclaredFields", model->reject_undeclared ? SPAN("reject") : SPAN("strip"));
    yaml_write_end(yaml);
    write_inside(&writing, model->root);
    yaml_write_item_end(yaml);
    yaml_write_end(yaml);
    bool sla = model->throughput != NO_LIMIT || model->general_availability != NO_TIME || model->end_of_support != NO_TIME ||
               model->end_of_life != NO_TIME;
    if (sla) {
        yaml_write_list(yaml, "slaProperties");
        write_dates(&writing, model->general_availability, model->end_of_support, model->end_of_life);
        if (model->throughput != NO_LIMIT) {
            yaml_write_item(yaml);
            yaml_write_text(yaml, "property", SPAN("throughput"));
            yaml_write_int(yaml, "value", model->throughput);
            yaml_write_text(yaml, "unit", SPAN("events/s"));
            yaml_write_item_end(yaml);
        }
        yaml_write_end(yaml);
    }
    write_team(&writing, model->owner, model->contact);
    yaml_write_list(yaml, "customProperties");
    custom_text(&writing, "headgateRole", SPAN("eventModel"));
    custom_texts(&writing, "dataSubjects", model->subjects, model->subject_count, true);
    custom_texts(&writing, "regulations", model->regulations, model->regulation_count, true);
    return finish(&writing);
}

static void write_use_object(struct writing *writing, const struct use *use)
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
    custom_text(writing, "namespace", use->namespace_text);
    yaml_write_end(yaml);
    write_inside(writing, use->root);
    yaml_write_item_end(yaml);
}

static void write_inputs(struct writing *writing, const struct catalogue *catalogue, struct span id)
{
    struct yaml_writer *yaml = &writing->yaml;
    custom_begin(writing, "inputContracts");
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
static void custom_duration(struct writing *writing, const char *name, int64_t us)
{
    if (us == NO_LIMIT) return;
    struct span text = arena_printf(writing->arena, "%lld ms", (long long)(us / US_PER_MS));
    if (text.data == NULL) writing->failed = true;
    custom_text(writing, name, text);
}

static void write_erasure(struct writing *writing, const struct use *use)
{
    if (use->erasure_method.data == NULL) return;
    custom_begin(writing, "erasure");
    yaml_write_map(&writing->yaml, "value");
    yaml_write_text(&writing->yaml, "method", use->erasure_method);
    yaml_write_text(&writing->yaml, "exemption", use->erasure_exemption);
    yaml_write_text(&writing->yaml, "reason", use->erasure_reason);
    yaml_write_end(&writing->yaml);
    yaml_write_item_end(&writing->yaml);
}

static void write_waivers(struct writing *writing, const struct use *use)
{
    struct yaml_writer *yaml = &writing->yaml;
    if (use->waiver_count == 0) return;
    custom_begin(writing, "waivers");
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
static void write_basis(struct writing *writing, const struct use *use)
{
    if (use->legal_basis != BASIS_NONE) custom_text(writing, "legalBasis", span_of(legal_basis_word(use->legal_basis)));
    if (use->legal_basis == BASIS_CONSENT) {
        custom_begin(writing, "consent");
        buffer_printf(writing->yaml.out, "%*svalue: {}\n", (int)writing->yaml.indent, "");
        yaml_write_item_end(&writing->yaml);
    }
    custom_text(writing, "specialCategoryBasis", use->special_category_basis);
    custom_text(writing, "criminalDataBasis", use->criminal_data_basis);
}

static void write_use_customs(struct writing *writing, const struct catalogue *catalogue, const struct use *use)
{
    static const char *const on_blocked[] = {"park", "retry", "withhold"};
    yaml_write_list(&writing->yaml, "customProperties");
    custom_text(writing, "headgateRole", SPAN("useCase"));
    write_inputs(writing, catalogue, use->id);
    custom_text(writing, "dataUse", use->data_use);
    write_basis(writing, use);
    custom_texts(writing, "dataSubjects", use->subjects, use->subject_count, true);
    custom_texts(writing, "regulations", use->regulations, use->regulation_count, true);
    custom_texts(writing, "residency", use->residency, use->residency_count, false);
    custom_text(writing, "onLate", span_of(on_late_word(use->on_late)));
    custom_text(writing, "delivery", span_of(durability_word(use->delivery)));
    custom_text(writing, "onBlocked", span_of(on_blocked[use->on_blocked]));
    custom_text(writing, "ordering", use->ordered ? SPAN("key") : SPAN("none"));
    custom_text(writing, "tagging", use->tagging == TAGGING_FULL ? SPAN("full") : SPAN("compact"));
    if (use->trace) {
        custom_begin(writing, "trace");
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
    struct writing writing = {.yaml = {.out = out}, .arena = arena, .use = use, .model = use->model};
    struct yaml_writer *yaml = &writing.yaml;
    write_head(&writing, use->id, use->name, use->version, use->status, use->domain);
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
