/* sample_target.c - which rules a field can break, as its declaration says. */
#include "contracts/sample_part.h"

enum {
    OF_TEXT = 1U << TYPE_STRING | 1U << TYPE_BYTES,
    OF_WHOLE = 1U << TYPE_INT | 1U << TYPE_LONG,
    OF_NUMBER = OF_WHOLE | 1U << TYPE_DECIMAL | 1U << TYPE_FLOAT | 1U << TYPE_DOUBLE,
    OF_TIME = 1U << TYPE_DATE | 1U << TYPE_TIMESTAMP | 1U << TYPE_TIME,
    OF_SCALAR = OF_TEXT | OF_NUMBER | OF_TIME | 1U << TYPE_BOOLEAN,
    OF_ARRAY = 1U << TYPE_ARRAY,
    OF_OBJECT = 1U << TYPE_OBJECT,
    OF_MAP = 1U << TYPE_MAP,
    OF_ANY = OF_SCALAR | OF_ARRAY | OF_OBJECT | OF_MAP
};

static bool is_member(const struct model *model, const struct field *field)
{
    (void)model;
    return field->parent != NULL && field->parent->type == TYPE_OBJECT && !sample_is_in_entry(field);
}

static bool always(const struct model *model, const struct field *field)
{
    (void)model, (void)field;
    return true;
}

static bool can_be_twice(const struct model *model, const struct field *field)
{
    return is_member(model, field) || sample_is_key(field);
}

static bool has_any_type(const struct model *model, const struct field *field)
{
    (void)model;
    return !sample_is_key(field);
}

static bool is_required(const struct model *model, const struct field *field)
{
    return is_member(model, field) && field->required;
}

static bool is_item(const struct model *model, const struct field *field)
{
    (void)model;
    bool value = sample_is_in_entry(field) && !sample_is_key(field);
    return field->parent != NULL && (field->parent->type == TYPE_ARRAY || value) && field->required;
}

static bool must_exist(const struct model *model, const struct field *field)
{
    if (!is_member(model, field) || field->required) return false;
    const struct rules *rules = &field->parent->rules;
    for (size_t i = 0; i < rules->required_key_count; i++)
        if (span_equal(rules->required_keys[i], field->wire_name)) return true;
    return false;
}

static bool rejects_undeclared(const struct model *model, const struct field *field)
{
    (void)field;
    return model->reject_undeclared;
}

static bool has_min_length(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.min_length > 0;
}

static bool has_max_length(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.max_length != NO_LIMIT;
}

static bool has_pattern(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.pattern.data != NULL;
}

static bool has_format(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.format != FORMAT_NONE || field->type == TYPE_BYTES;
}

static bool has_zone_rule(const struct model *model, const struct field *field)
{
    (void)model;
    return field->type != TYPE_DATE && field->date_pattern == NULL;
}

static bool has_values(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.enumeration_count > 0 && field->rules.enumeration_severity == SEVERITY_ERROR;
}

static bool has_minimum(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.has_minimum || field->type == TYPE_DECIMAL;
}

static bool has_maximum(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.has_maximum || field->type == TYPE_DECIMAL;
}

static bool has_step(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.has_multiple_of;
}

static bool has_min_items(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.min_items > 0;
}

static bool has_unique_items(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.unique_items;
}

static bool has_min_properties(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.min_properties > 0;
}

static bool has_max_properties(const struct model *model, const struct field *field)
{
    (void)model;
    return field->rules.max_properties != NO_LIMIT;
}

static bool is_event_time(const struct model *model, const struct field *field)
{
    return field == model->event_time;
}

static const struct {
    enum event_rule rule;
    unsigned types;
    bool (*applies)(const struct model *model, const struct field *field);
} rows[] = {
    {EVENT_TYPE, OF_ANY, has_any_type},
    {EVENT_INTEGER, OF_WHOLE, always},
    {EVENT_REQUIRED, OF_ANY, is_required},
    {EVENT_NULL, OF_ANY, is_item},
    {EVENT_REQUIRED_KEY, OF_ANY, must_exist},
    {EVENT_DUPLICATE_MEMBER, OF_ANY, can_be_twice},
    {EVENT_UNDECLARED_FIELD, OF_OBJECT, rejects_undeclared},
    {EVENT_MIN_LENGTH, OF_TEXT, has_min_length},
    {EVENT_MAX_LENGTH, OF_TEXT, has_max_length},
    {EVENT_PATTERN, OF_TEXT, has_pattern},
    {EVENT_FORMAT, OF_TEXT, has_format},
    {EVENT_DATE_FORMAT, OF_TIME, always},
    {EVENT_TIMEZONE, OF_TIME, has_zone_rule},
    {EVENT_ENUMERATION, OF_SCALAR, has_values},
    {EVENT_MINIMUM, OF_NUMBER | OF_TIME, has_minimum},
    {EVENT_MAXIMUM, OF_NUMBER | OF_TIME, has_maximum},
    {EVENT_MULTIPLE_OF, OF_NUMBER, has_step},
    {EVENT_SCALE, 1U << TYPE_DECIMAL, always},
    {EVENT_NUMBER_SIZE, OF_NUMBER, always},
    {EVENT_MIN_ITEMS, OF_ARRAY, has_min_items},
    {EVENT_MAX_ITEMS, OF_ARRAY, always},
    {EVENT_UNIQUE_ITEMS, OF_ARRAY, has_unique_items},
    {EVENT_MIN_PROPERTIES, OF_OBJECT | OF_MAP, has_min_properties},
    {EVENT_MAX_PROPERTIES, OF_OBJECT | OF_MAP, has_max_properties},
    {EVENT_TIME_FUTURE, OF_TIME, is_event_time},
};

static void list_field(struct sampler *sampler, const struct field *field)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool applies =
            !sample_is_entry(field) && (rows[i].types & 1U << field->type) != 0 && rows[i].applies(sampler->model, field);
        if (applies) sampler->targets[sampler->target_count++] = (struct sample_target){field, rows[i].rule};
    }
    for (size_t i = 0; i < field->child_count; i++) list_field(sampler, field->children[i]);
    if (field->items != NULL) list_field(sampler, field->items);
}

bool sample_list_targets(struct sampler *sampler)
{
    size_t most = (size_t)sampler->model->field_count * COUNT_OF(rows);
    sampler->targets = arena_calloc(sampler->kept, most, sizeof *sampler->targets);
    if (sampler->targets == NULL) return false;
    list_field(sampler, sampler->model->root);
    return true;
}
