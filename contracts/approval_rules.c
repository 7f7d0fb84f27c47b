/* approval_rules.c - the rules that a use states on a field, in its surface: one table for both directions. */
#include "contracts/approval_parts.h"
#include "contracts/diff_parts.h"

#include <stddef.h>

struct rule_row {
    const char *key;
    size_t offset; /* in struct rules */
    void (*write)(struct surface_writing *writing, const struct rule_row *row, const struct field *field);
    bool (*read)(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node, struct field *field);
};

static const void *rule_at(const struct rule_row *row, const struct field *field)
{
    return (const char *)&field->rules + row->offset;
}

static void *rule_of(const struct rule_row *row, struct field *field)
{
    return (char *)&field->rules + row->offset;
}

/* ---------------------------------------------------------------- limits, flags, texts */

static void write_limit(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    int64_t limit = *(const int64_t *)rule_at(row, field);
    if (limit != NO_LIMIT) yaml_write_int(writing->yaml, row->key, limit);
}

/* No array is without a limit, nor any other field with one. */
static void write_items_limit(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    if (field->type == TYPE_ARRAY) write_limit(writing, row, field);
}

static void write_entries_limit(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    if (field->type == TYPE_MAP) write_limit(writing, row, field);
}

static bool read_limit(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                       struct field *field)
{
    int64_t limit;
    if (!yaml_integer(node, &limit) || limit < 0) return surface_fail(reading, node, "a number from 0 is expected here");
    *(int64_t *)rule_of(row, field) = limit;
    return true;
}

static void write_flag(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    if (*(const bool *)rule_at(row, field)) yaml_write_bool(writing->yaml, row->key, true);
}

static bool read_flag(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                      struct field *field)
{
    return yaml_boolean(node, rule_of(row, field)) || surface_fail(reading, node, "true or false is expected here");
}

static void write_text(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    yaml_write_text(writing->yaml, row->key, *(const struct span *)rule_at(row, field));
}

static bool read_text(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                      struct field *field)
{
    return surface_text(reading, node, rule_of(row, field));
}

static const char *const formats[] = {
    [FORMAT_UUID] = "uuid", [FORMAT_IPV4] = "ipv4",   [FORMAT_IPV6] = "ipv6",    [FORMAT_HOSTNAME] = "hostname",
    [FORMAT_URI] = "uri",   [FORMAT_EMAIL] = "email", [FORMAT_BASE64] = "base64"};

static void write_format(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    if (field->rules.format != FORMAT_NONE) yaml_write_text(writing->yaml, row->key, span_of(formats[field->rules.format]));
}

static bool read_format(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                        struct field *field)
{
    (void)row;
    for (unsigned format = FORMAT_NONE + 1; format < COUNT_OF(formats); format++) {
        if (node->kind != YAML_SCALAR || !span_is(node->text, formats[format])) continue;
        field->rules.format = (enum string_format)format;
        return true;
    }
    return surface_fail(reading, node, "this is no format");
}

/* ---------------------------------------------------------------- bounds: of numbers, or of times as RFC 3339 */

enum { FINEST = 6 }; /* digits of a second: a bound may be finer than the values */

static bool is_time(const struct field *field)
{
    return field->type == TYPE_DATE || field->type == TYPE_TIMESTAMP || field->type == TYPE_TIME;
}

static void write_time(struct surface_writing *writing, const char *key, const struct field *field, int64_t time)
{
    char text[TIMESTAMP_TEXT_MAX];
    size_t size;
    if (field->type == TYPE_DATE)
        size = date_format((int32_t)time, text);
    else
        size = field->type == TYPE_TIME ? time_format(time, FINEST, text) : timestamp_format(time, FINEST, true, text);
    yaml_write_text(writing->yaml, key, (struct span){text, size});
}

static bool read_time(const struct field *field, struct span text, int64_t *out)
{
    int32_t days;
    if (field->type == TYPE_TIMESTAMP) return timestamp_parse(text, ZONE_REQUIRED, out) == TIMESTAMP_OK;
    if (field->type == TYPE_TIME) return time_parse(text, ZONE_FORBIDDEN, out) == TIMESTAMP_OK;
    if (date_parse(text, &days) != TIMESTAMP_OK) return false;
    *out = days;
    return true;
}

static void write_minimum(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    const struct rules *rules = &field->rules;
    if (!rules->has_minimum) return;
    if (is_time(field))
        write_time(writing, row->key, field, rules->minimum_time);
    else
        yaml_write_number(writing->yaml, row->key, &rules->minimum);
}

static void write_maximum(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    const struct rules *rules = &field->rules;
    if (!rules->has_maximum) return;
    if (is_time(field))
        write_time(writing, row->key, field, rules->maximum_time);
    else
        yaml_write_number(writing->yaml, row->key, &rules->maximum);
}

static bool read_bound(struct surface_reading *reading, const struct yaml_node *node, const struct field *field,
                       struct number *number, int64_t *time)
{
    bool fine = node->kind == YAML_SCALAR;
    if (fine && is_time(field))
        fine = read_time(field, node->text, time);
    else if (fine)
        fine = number_parse(node->text, number) == NUMBER_OK;
    return fine || surface_fail(reading, node, "this is no bound for a field of this type");
}

static bool read_minimum(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                         struct field *field)
{
    (void)row;
    field->rules.has_minimum = true;
    return read_bound(reading, node, field, &field->rules.minimum, &field->rules.minimum_time);
}

static bool read_maximum(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                         struct field *field)
{
    (void)row;
    field->rules.has_maximum = true;
    return read_bound(reading, node, field, &field->rules.maximum, &field->rules.maximum_time);
}

static void write_step(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    if (field->rules.has_multiple_of) yaml_write_number(writing->yaml, row->key, &field->rules.multiple_of);
}

static bool read_step(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                      struct field *field)
{
    struct rules *rules = &field->rules;
    (void)row;
    rules->has_multiple_of = true;
    bool fine = node->kind == YAML_SCALAR && number_parse(node->text, &rules->multiple_of) == NUMBER_OK;
    fine = fine && rules->multiple_of.coefficient > 0 && !rules->multiple_of.negative;
    return fine || surface_fail(reading, node, "a number above 0 is expected here");
}

/* ---------------------------------------------------------------- lists */

/* A list of values that only counts refuses nothing, and is no part of the surface. */
static void write_values(struct surface_writing *writing, const struct rule_row *row, const struct field *field)
{
    const struct rules *rules = &field->rules;
    if (rules->enumeration_severity != SEVERITY_ERROR) return;
    struct span *texts = arena_calloc(writing->arena, rules->enumeration_count + 1, sizeof *texts);
    if (texts == NULL) writing->failed = true;
    for (size_t i = 0; texts != NULL && i < rules->enumeration_count; i++) texts[i] = rules->enumeration[i].text;
    if (texts != NULL) surface_write_texts(writing, row->key, texts, rules->enumeration_count);
}

static bool read_values(struct surface_reading *reading, const struct rule_row *row, const struct yaml_node *node,
                        struct field *field)
{
    size_t count;
    const struct span *texts;
    (void)row;
    if (!surface_texts(reading, node, &texts, &count)) return false;
    struct constant *constants = surface_room(reading, count, sizeof *constants);
    if (constants == NULL) return false;
    for (size_t i = 0; i < count; i++) constants[i].text = texts[i];
    field->rules.enumeration = constants;
    field->rules.enumeration_count = count;
    field->rules.enumeration_severity = SEVERITY_ERROR;
    return true;
}

/* ---------------------------------------------------------------- the whole */

static const struct rule_row rows[] = {
    {"minLength", offsetof(struct rules, min_length), write_limit, read_limit},
    {"maxLength", offsetof(struct rules, max_length), write_limit, read_limit},
    {"pattern", offsetof(struct rules, pattern), write_text, read_text},
    {"format", 0, write_format, read_format},
    {"minimum", 0, write_minimum, read_minimum},
    {"exclusiveMinimum", offsetof(struct rules, exclusive_minimum), write_flag, read_flag},
    {"maximum", 0, write_maximum, read_maximum},
    {"exclusiveMaximum", offsetof(struct rules, exclusive_maximum), write_flag, read_flag},
    {"multipleOf", 0, write_step, read_step},
    {"validValues", 0, write_values, read_values},
    {"minItems", offsetof(struct rules, min_items), write_items_limit, read_limit},
    {"maxItems", offsetof(struct rules, max_items), write_items_limit, read_limit},
    {"minProperties", offsetof(struct rules, min_properties), write_entries_limit, read_limit},
    {"maxProperties", offsetof(struct rules, max_properties), write_entries_limit, read_limit},
    {"uniqueItems", offsetof(struct rules, unique_items), write_flag, read_flag},
};

void surface_write_rules(struct surface_writing *writing, const struct field *field)
{
    struct diff scratch = {.arena = writing->arena};
    struct diffing diffing = {.diff = &scratch};
    if (field->type == TYPE_OBJECT || !diff_states_rules(&diffing, field)) return;
    if (scratch.failed) writing->failed = true;
    yaml_write_map(writing->yaml, "rules");
    for (size_t i = 0; i < COUNT_OF(rows); i++) rows[i].write(writing, &rows[i], field);
    yaml_write_end(writing->yaml);
}

bool surface_read_rules(struct surface_reading *reading, const struct yaml_node *map, struct field *field)
{
    if (yaml_is(map, YAML_NULL)) return true; /* none that could be written down */
    if (map->kind != YAML_MAP) return surface_fail(reading, map, "a map of rules is expected here");
    for (size_t i = 0; i < map->count; i++) {
        size_t at = 0;
        while (at < COUNT_OF(rows) && !span_is(map->pairs[i].key->text, rows[at].key)) at++;
        if (at == COUNT_OF(rows)) return surface_fail(reading, map->pairs[i].key, "this is no rule");
        if (!rows[at].read(reading, &rows[at], map->pairs[i].value, field)) return false;
    }
    return true;
}
