/* resolve_example.c - examples of a property, checked against its own rules and those of what lies in it: free conformance data.
 */
#include "codecs/format.h"
#include "codecs/utf8.h"
#include "contracts/constant.h"
#include "contracts/pattern.h"
#include "contracts/resolve.h"

static const char *check_format(enum string_format format, struct span text)
{
    switch (format) {
    case FORMAT_UUID: return format_uuid(text) ? NULL : "it is no uuid";
    case FORMAT_IPV4: return format_ipv4(text) ? NULL : "it is no ipv4 address";
    case FORMAT_IPV6: return format_ipv6(text) ? NULL : "it is no ipv6 address";
    case FORMAT_HOSTNAME: return format_hostname(text) ? NULL : "it is no hostname";
    case FORMAT_URI: return format_uri(text) ? NULL : "it is no uri";
    case FORMAT_EMAIL: return format_email(text) ? NULL : "it is no email address";
    case FORMAT_BASE64: return format_base64(text) ? NULL : "it is not base64";
    case FORMAT_NONE: break;
    }
    return NULL;
}

static const char *check_pattern(struct span pattern_text, struct span text)
{
    const char *error;
    size_t offset;
    struct pattern *pattern = pattern_compile(pattern_text, &error, &offset);
    struct pattern_scratch *scratch = pattern_scratch_create();
    bool broken = pattern != NULL && scratch != NULL && pattern_match(pattern, scratch, text) != PATTERN_MATCH;
    pattern_scratch_destroy(scratch);
    pattern_destroy(pattern);
    return broken ? "it does not match the pattern" : NULL;
}

static const char *check_text(const struct rules *rules, struct span text)
{
    int64_t length = (int64_t)utf8_length(text);
    if (rules->min_length != NO_LIMIT && length < rules->min_length) return "it is shorter than minLength";
    if (rules->max_length != NO_LIMIT && length > rules->max_length) return "it is longer than maxLength";
    const char *error = check_format(rules->format, text);
    return error == NULL && rules->pattern.data != NULL ? check_pattern(rules->pattern, text) : error;
}

static const char *check_order(int with_minimum, int with_maximum, const struct rules *rules)
{
    if (rules->has_minimum && (with_minimum < 0 || (with_minimum == 0 && rules->exclusive_minimum)))
        return "it is below the minimum";
    if (rules->has_maximum && (with_maximum > 0 || (with_maximum == 0 && rules->exclusive_maximum)))
        return "it is above the maximum";
    return NULL;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static const char *check_value(const struct field *field, const struct constant *value)
{
    const struct rules *rules = &field->rules;
    bool listed = rules->enumeration_count == 0 || rules->enumeration_severity != SEVERITY_ERROR;
    for (size_t i = 0; i < rules->enumeration_count && !listed; i++) listed = span_equal(rules->enumeration[i].text, value->text);
    if (!listed) return "it is none of the allowed values";
    if (field->type == TYPE_STRING || field->type == TYPE_BYTES) return check_text(rules, value->text);
    if (field->type == TYPE_DATE || field->type == TYPE_TIME || field->type == TYPE_TIMESTAMP)
        return check_order(order(value->time, rules->minimum_time), order(value->time, rules->maximum_time), rules);
    if (field->type == TYPE_BOOLEAN) return NULL;
    if (rules->has_multiple_of && !number_is_multiple(&value->number, &rules->multiple_of))
        return "it is no multiple of multipleOf";
    return check_order(number_compare(&value->number, &rules->minimum), number_compare(&value->number, &rules->maximum), rules);
}

/* ---------------------------------------------------------------- objects, arrays, maps */

/* An example being looked at; `where` is the field that it does not fit. */
struct example {
    struct resolver *resolver;
    const struct field *where;
};

static const char *check_node(struct example *example, const struct field *field, const struct yaml_node *node);

static const char *check_count(size_t count, int64_t least, int64_t most)
{
    if (least != NO_LIMIT && (int64_t)count < least) return "there are fewer than allowed";
    return most != NO_LIMIT && (int64_t)count > most ? "there are more than allowed" : NULL;
}

static const char *check_items(struct example *example, const struct field *field, const struct yaml_node *node)
{
    if (node->kind != YAML_SEQUENCE) return "it is no list";
    const char *error = check_count(node->count, field->rules.min_items, field->rules.max_items);
    for (size_t i = 0; i < node->count && error == NULL; i++) error = check_node(example, field->items, node->items[i]);
    return error;
}

static const char *check_members(struct example *example, const struct field *field, const struct yaml_node *node)
{
    const char *error = NULL;
    size_t present = 0;
    if (node->kind != YAML_MAP) return "it is no map";
    for (size_t i = 0; i < field->child_count && error == NULL; i++) {
        const struct field *child = field->children[i];
        const struct yaml_node *value = yaml_get_span(node, child->wire_name);
        bool absent = value == NULL || yaml_is(value, YAML_NULL);
        present += !absent;
        if (!absent) error = check_node(example, child, value);
        if (absent && child->required) {
            example->where = child;
            error = "it is required";
        }
    }
    for (size_t i = 0; i < field->rules.required_key_count && error == NULL; i++)
        if (yaml_get_span(node, field->rules.required_keys[i]) == NULL) error = "a key that must exist does not";
    return error != NULL ? error : check_count(present, field->rules.min_properties, field->rules.max_properties);
}

static const char *check_entries(struct example *example, const struct field *field, const struct yaml_node *node)
{
    const struct field *key = field->items->children[0], *value = field->items->children[1];
    if (node->kind != YAML_MAP) return "it is no map";
    const char *error = check_count(node->count, field->rules.min_properties, field->rules.max_properties);
    for (size_t i = 0; i < node->count && error == NULL; i++) {
        struct constant constant = {.text = node->pairs[i].key->text};
        example->where = key;
        error = check_value(key, &constant);
        if (error == NULL) error = check_node(example, value, node->pairs[i].value);
    }
    return error;
}

/* An item, or the value of an entry. */
static bool is_one_of_many(const struct field *field)
{
    const struct field *up = field->parent;
    return up != NULL && (type_has_items(up->type) || (up->parent != NULL && up->parent->type == TYPE_MAP));
}

static const char *check_node(struct example *example, const struct field *field, const struct yaml_node *node)
{
    struct constant value;
    example->where = field;
    if (yaml_is(node, YAML_NULL) && is_one_of_many(field)) return field->required ? "it is null" : NULL;
    switch (field->type) {
    case TYPE_OBJECT: return check_members(example, field, node);
    case TYPE_ARRAY: return check_items(example, field, node);
    case TYPE_MAP: return check_entries(example, field, node);
    default: break;
    }
    const char *error = constant_read_node(field, node, example->resolver->arena, &value);
    return error != NULL ? error : check_value(field, &value);
}

void resolve_examples(struct resolver *resolver, const struct contract_property *property, const struct field *field)
{
    for (size_t i = 0; i < property->examples->count; i++) {
        struct example example = {resolver, field};
        const struct yaml_node *node = property->examples->items[i];
        const char *error = check_node(&example, field, node);
        if (error == NULL) continue;
        if (example.where == field)
            odcs_report(&resolver->odcs, "example-invalid", &property->part, "examples", node, "example %zu: %s", i + 1, error);
        else
            odcs_report(&resolver->odcs, "example-invalid", &property->part, "examples", node, "example %zu: %.*s: %s", i + 1,
                        SPAN_ARGS(example.where->path), error);
    }
}
