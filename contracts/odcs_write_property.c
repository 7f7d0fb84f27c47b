/* odcs_write_property.c - the fields of a model or a projection as fully stated ODCS properties. */
#include "contracts/odcs_write_property.h"

#include "contracts/constant.h"
#include "contracts/handling_parse.h"
#include "contracts/resolve.h"

static void write_property(struct odcs_writing *writing, const struct field *field, bool item);

void odcs_custom_begin(struct odcs_writing *writing, const char *name)
{
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "property", span_of(name));
}

void odcs_custom_text(struct odcs_writing *writing, const char *name, struct span value)
{
    if (value.data == NULL) return;
    odcs_custom_begin(writing, name);
    yaml_write_text(&writing->yaml, "value", value);
    yaml_write_item_end(&writing->yaml);
}

static void custom_int(struct odcs_writing *writing, const char *name, int64_t value)
{
    odcs_custom_begin(writing, name);
    yaml_write_int(&writing->yaml, "value", value);
    yaml_write_item_end(&writing->yaml);
}

void odcs_custom_texts(struct odcs_writing *writing, const char *name, const struct span *values, size_t count, bool empty)
{
    if (count == 0 && !empty) return;
    odcs_custom_begin(writing, name);
    yaml_write_texts(&writing->yaml, "value", values, count, true);
    yaml_write_item_end(&writing->yaml);
}

void odcs_custom_limit(struct odcs_writing *writing, const struct limit *limit)
{
    struct span bases[BASIS_LEGITIMATE_INTEREST];
    size_t count = 0;
    for (int basis = BASIS_CONSENT; basis <= BASIS_LEGITIMATE_INTEREST; basis++) {
        if ((limit->legal_bases & (1U << basis)) != 0) bases[count++] = span_of(legal_basis_word((enum legal_basis)basis));
    }
    odcs_custom_texts(writing, "permittedDataUses", limit->data_uses, limit->data_use_count, false);
    odcs_custom_texts(writing, "permittedLegalBases", bases, count, false);
}

/* ---------------------------------------------------------------- options */

static void write_limit(struct odcs_writing *writing, const char *key, int64_t limit)
{
    if (limit != NO_LIMIT) yaml_write_int(&writing->yaml, key, limit);
}

static bool is_integer(const struct field *field)
{
    return strcmp(field_type_word(field), "integer") == 0;
}

static void write_number_bounds(struct odcs_writing *writing, const struct field *field)
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

static void write_time(struct odcs_writing *writing, const struct field *field, const char *key, int64_t time)
{
    struct span text = constant_time_text(field, time, writing->arena);
    if (text.data == NULL) writing->failed = true;
    yaml_write_text(&writing->yaml, key, text);
}

static void write_time_bounds(struct odcs_writing *writing, const struct field *field)
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

static void write_options(struct odcs_writing *writing, const struct field *field)
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

/* avroDefault as it was written: its JSON text is a number, null, true, false, or text without escapes in quotes. */
static void write_default(struct odcs_writing *writing, struct span json)
{
    if (json.data == NULL) return;
    odcs_custom_begin(writing, "avroDefault");
    buffer_printf(writing->yaml.out, "%*svalue: %.*s\n", (int)writing->yaml.indent, "", SPAN_ARGS(json));
    yaml_write_item_end(&writing->yaml);
}

static void write_field_customs(struct odcs_writing *writing, const struct field *field)
{
    bool decimal = field->type == TYPE_DECIMAL && !is_integer(field);
    bool micros = field->type == TYPE_TIMESTAMP && field->fraction_digits == 6;
    bool any = decimal || micros || field->category_count > 0 || field->type == TYPE_BYTES || field->avro_alias_count > 0 ||
               field->avro_default.data != NULL || field->limit != NULL;
    if (!any) return;
    yaml_write_list(&writing->yaml, "customProperties");
    if (decimal) custom_int(writing, "precision", field->precision);
    if (decimal) custom_int(writing, "scale", field->scale);
    if (micros)
        odcs_custom_text(writing, "avroLogicalType", field->zone ? SPAN("timestamp-micros") : SPAN("local-timestamp-micros"));
    if (field->type == TYPE_BYTES) odcs_custom_text(writing, "avroType", SPAN("bytes"));
    write_default(writing, field->avro_default);
    odcs_custom_texts(writing, "avroAliases", field->avro_aliases, field->avro_alias_count, false);
    odcs_custom_texts(writing, "dataCategories", field->categories, field->category_count, false);
    if (field->limit != NULL) odcs_custom_limit(writing, field->limit);
    yaml_write_end(&writing->yaml);
}

static int64_t key_position(const struct field *field, const struct field *const *key, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (key[i] == field) return (int64_t)i + 1;
    }
    return 0;
}

static void write_keys(struct odcs_writing *writing, const struct field *field)
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

static void write_source(struct odcs_writing *writing, const struct field *field, bool item)
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

/* What lies in a map has names for us that it has not in the document. */
static void write_map(struct odcs_writing *writing, const struct field *entry)
{
    yaml_write_map(&writing->yaml, "map");
    for (size_t i = 0; i < entry->child_count; i++) {
        struct field member = *entry->children[i];
        yaml_write_map(&writing->yaml, i == 0 ? "key" : "value");
        member.item_name = i == 0 ? (struct span){NULL, 0} : entry->item_name;
        write_property(writing, &member, true);
        yaml_write_end(&writing->yaml);
    }
    yaml_write_end(&writing->yaml);
}

void odcs_write_inside(struct odcs_writing *writing, const struct field *field)
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
    if (field->type == TYPE_MAP) {
        write_map(writing, field->items);
        return;
    }
    yaml_write_map(&writing->yaml, "items");
    write_property(writing, field->items, true);
    yaml_write_end(&writing->yaml);
}

static void write_property(struct odcs_writing *writing, const struct field *field, bool item)
{
    struct yaml_writer *yaml = &writing->yaml;
    yaml_write_text(yaml, "name", item ? field->item_name : field->name);
    if (!span_equal(field->name, field->wire_name)) yaml_write_text(yaml, "physicalName", field->wire_name);
    yaml_write_text(yaml, "logicalType", span_of(field_type_word(field)));
    yaml_write_text(yaml, "physicalType", physical_type(field));
    if (field->handling.kind == HANDLE_PASS) write_options(writing, field);
    yaml_write_bool(yaml, "required", field->required);
    write_keys(writing, field);
    if (type_is_scalar(field->type) ||
        (writing->use == NULL && field->classification > CLASS_PUBLIC)) /* in a use it would be a floor that nobody set */
        yaml_write_text(yaml, "classification", span_of(classification_word(field->classification)));
    write_source(writing, field, item);
    if (writing->use == NULL) yaml_write_text(yaml, "encryptedName", field->encrypted_name);
    yaml_write_text(yaml, "description", field->doc);
    yaml_write_texts(yaml, "tags", field->tags, field->tag_count, false);
    if (field->critical) yaml_write_bool(yaml, "criticalDataElement", true);
    if (field->handling.kind == HANDLE_PASS) odcs_write_quality(writing, field);
    write_field_customs(writing, field);
    odcs_write_inside(writing, field);
}
