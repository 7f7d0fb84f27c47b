/* resolve_rules.c - logicalTypeOptions into rules.
 *
 * A row per option says for which types it is and how it is read. Bounds that an integer format or a decimal's precision sets are
 * rules like any other. */
#include "contracts/constant.h"
#include "contracts/pattern.h"
#include "contracts/resolve.h"

#include <stddef.h>

enum {
    FOR_STRING = 1 << 0,
    FOR_INTEGER = 1 << 1,
    FOR_NUMBER = 1 << 2,
    FOR_DATE = 1 << 3,
    FOR_TIME = 1 << 4,
    FOR_OBJECT = 1 << 5,
    FOR_ARRAY = 1 << 6,
    FOR_MAP = 1 << 7,
    FOR_NUMERIC = FOR_INTEGER | FOR_NUMBER,
    FOR_ORDERED = FOR_NUMERIC | FOR_DATE | FOR_TIME
};

struct option_reading {
    struct resolver *resolver;
    const struct contract_options *options;
    struct field *field;
    const char *name;
    const struct yaml_node *node;
};

struct option_row {
    const char *name;
    unsigned types;
    size_t offset; /* in struct contract_options */
    void (*read)(struct option_reading *reading);
};

/* Items of an array, entries of a map, where the contract states no maximum. */
enum { ITEMS_MAX = 1000 };

static void complain(struct option_reading *reading, const char *rule, const char *text)
{
    odcs_report(&reading->resolver->odcs, rule, &reading->options->part, reading->name, reading->node, "%s %s", reading->name,
                text);
}

static int64_t count_of(struct option_reading *reading)
{
    int64_t value;
    if (yaml_integer(reading->node, &value) && value >= 0) return value;
    complain(reading, "option-value", "must be a whole number of 0 or more");
    return NO_LIMIT;
}

static void read_min_length(struct option_reading *reading)
{
    reading->field->rules.min_length = count_of(reading);
}

static void read_max_length(struct option_reading *reading)
{
    reading->field->rules.max_length = count_of(reading);
}

static void read_min_items(struct option_reading *reading)
{
    reading->field->rules.min_items = count_of(reading);
}

static void read_max_items(struct option_reading *reading)
{
    int64_t count = count_of(reading);
    if (count != NO_LIMIT) reading->field->rules.max_items = count;
}

static void read_unique_items(struct option_reading *reading)
{
    yaml_boolean_into(reading->node, &reading->field->rules.unique_items);
}

static void read_min_properties(struct option_reading *reading)
{
    reading->field->rules.min_properties = count_of(reading);
}

static void read_max_properties(struct option_reading *reading)
{
    int64_t count = count_of(reading);
    if (count != NO_LIMIT) reading->field->rules.max_properties = count;
}

/* Names as declared; the wire names are put in when the children are known. */
static void read_required(struct option_reading *reading)
{
    struct rules *rules = &reading->field->rules;
    if (!resolve_texts(reading->resolver, reading->node, &rules->required_keys, &rules->required_key_count)) return;
}

static void read_pattern(struct option_reading *reading)
{
    const char *error;
    size_t offset;
    struct pattern *pattern = pattern_compile(reading->node->text, &error, &offset);
    if (pattern == NULL) {
        odcs_report(&reading->resolver->odcs, "pattern-invalid", &reading->options->part, "pattern", reading->node,
                    "%s (byte %zu)", error, offset + 1);
        return;
    }
    pattern_destroy(pattern);
    reading->field->rules.pattern = reading->node->text;
}

static bool is_time(enum type type)
{
    return type == TYPE_DATE || type == TYPE_TIME || type == TYPE_TIMESTAMP;
}

/* A bound in the field's own form. */
static bool read_bound(struct option_reading *reading, struct constant *out)
{
    bool number = yaml_is(reading->node, YAML_INTEGER) || yaml_is(reading->node, YAML_FLOAT);
    if (number == is_time(reading->field->type)) {
        complain(reading, "option-value", number ? "must be text, as times are" : "must be a number");
        return false;
    }
    const char *error = NULL;
    if (!is_time(reading->field->type)) { /* a bound may be finer than the values */
        if (number_parse(reading->node->text, &out->number) != NUMBER_OK) error = "is not a plain number of at most 38 digits";
    } else if (!constant_time(reading->field, reading->node->text, &out->time)) {
        error = "is not a date or time of the field's kind";
    }
    if (error != NULL) complain(reading, "option-value", error);
    return error == NULL;
}

/* -1, 0, 1 of two bounds. */
static int compare_bounds(const struct field *field, const struct constant *a, const struct constant *b)
{
    if (!is_time(field->type)) return number_compare(&a->number, &b->number);
    return (a->time > b->time) - (a->time < b->time);
}

static void tighten_minimum(struct field *field, const struct constant *bound, bool exclusive)
{
    struct rules *rules = &field->rules;
    struct constant now = {.number = rules->minimum, .time = rules->minimum_time};
    int order = rules->has_minimum ? compare_bounds(field, bound, &now) : 1;
    if (order < 0) return;
    if (order == 0) exclusive = exclusive || rules->exclusive_minimum;
    rules->has_minimum = true;
    rules->exclusive_minimum = exclusive;
    rules->minimum = bound->number;
    rules->minimum_time = bound->time;
}

static void tighten_maximum(struct field *field, const struct constant *bound, bool exclusive)
{
    struct rules *rules = &field->rules;
    struct constant now = {.number = rules->maximum, .time = rules->maximum_time};
    int order = rules->has_maximum ? compare_bounds(field, bound, &now) : -1;
    if (order > 0) return;
    if (order == 0) exclusive = exclusive || rules->exclusive_maximum;
    rules->has_maximum = true;
    rules->exclusive_maximum = exclusive;
    rules->maximum = bound->number;
    rules->maximum_time = bound->time;
}

static void read_minimum(struct option_reading *reading)
{
    struct constant bound = {0};
    if (read_bound(reading, &bound)) tighten_minimum(reading->field, &bound, false);
}

static void read_maximum(struct option_reading *reading)
{
    struct constant bound = {0};
    if (read_bound(reading, &bound)) tighten_maximum(reading->field, &bound, false);
}

static void read_exclusive_minimum(struct option_reading *reading)
{
    struct constant bound = {0};
    if (read_bound(reading, &bound)) tighten_minimum(reading->field, &bound, true);
}

static void read_exclusive_maximum(struct option_reading *reading)
{
    struct constant bound = {0};
    if (read_bound(reading, &bound)) tighten_maximum(reading->field, &bound, true);
}

static void read_multiple_of(struct option_reading *reading)
{
    struct number step;
    if (number_parse(reading->node->text, &step) != NUMBER_OK || step.negative || step.coefficient == 0) {
        complain(reading, "option-value", "must be a number above 0");
        return;
    }
    reading->field->rules.has_multiple_of = true;
    reading->field->rules.multiple_of = step;
}

static void read_nothing(struct option_reading *reading)
{
    (void)reading; /* resolve_type.c has read it */
}

#define AT(member) offsetof(struct contract_options, member)

static const struct option_row options_table[] = {
    {"minLength", FOR_STRING, AT(min_length), read_min_length},
    {"maxLength", FOR_STRING, AT(max_length), read_max_length},
    {"pattern", FOR_STRING, AT(pattern), read_pattern},
    {"format", FOR_STRING | FOR_ORDERED, AT(format), read_nothing},
    {"minimum", FOR_ORDERED, AT(minimum), read_minimum},
    {"maximum", FOR_ORDERED, AT(maximum), read_maximum},
    {"exclusiveMinimum", FOR_ORDERED, AT(exclusive_minimum), read_exclusive_minimum},
    {"exclusiveMaximum", FOR_ORDERED, AT(exclusive_maximum), read_exclusive_maximum},
    {"multipleOf", FOR_NUMERIC, AT(multiple_of), read_multiple_of},
    {"timezone", FOR_TIME, AT(timezone), read_nothing},
    {"defaultTimezone", FOR_TIME, AT(default_timezone), read_nothing},
    {"minItems", FOR_ARRAY, AT(min_items), read_min_items},
    {"maxItems", FOR_ARRAY, AT(max_items), read_max_items},
    {"uniqueItems", FOR_ARRAY, AT(unique_items), read_unique_items},
    {"minProperties", FOR_OBJECT | FOR_MAP, AT(min_properties), read_min_properties},
    {"maxProperties", FOR_OBJECT | FOR_MAP, AT(max_properties), read_max_properties},
    {"required", FOR_OBJECT, AT(required), read_required},
};

static unsigned kind_of(struct span logical_type)
{
    static const struct {
        const char *word;
        unsigned kind;
    } kinds[] = {{"string", FOR_STRING}, {"integer", FOR_INTEGER}, {"number", FOR_NUMBER},
                 {"date", FOR_DATE},     {"timestamp", FOR_TIME},  {"time", FOR_TIME},
                 {"object", FOR_OBJECT}, {"array", FOR_ARRAY},     {"map", FOR_MAP}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        if (span_is(logical_type, kinds[i].word)) return kinds[i].kind;
    }
    return 0; /* boolean has none, vector is not served */
}

/* 2^bits - 1, for bits below 128. */
static struct number power_of_two(unsigned bits, unsigned minus, bool negative)
{
    char text[NUMBER_TEXT_MAX];
    uint128 value = ((uint128)1 << bits) - minus;
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value > 0);
    if (negative) text[--at] = '-';
    struct number number = {0};
    if (number_parse((struct span){text + at, sizeof text - at}, &number) != NUMBER_OK) return (struct number){0};
    return number;
}

void resolve_integer_range(struct field *field, struct span format)
{
    unsigned bits = 0;
    for (size_t i = 1; i < format.size && i < 4; i++) bits = bits * 10 + (unsigned)(format.data[i] - '0');
    bool is_signed = format.data[0] == 'i';
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64 && bits != 128) return; /* resolve_type.c has complained */
    struct constant low = {0};
    if (!is_signed || bits < 128) {
        if (is_signed) low.number = power_of_two(bits - 1, 0, true);
        tighten_minimum(field, &low, false);
    }
    if (bits == 128) return; /* 2^127 has 39 digits: what passes 38 is refused as number-size */
    struct constant high = {.number = power_of_two(is_signed ? bits - 1 : bits, 1, false)};
    tighten_maximum(field, &high, false);
}

void resolve_open_rules(struct field *field)
{
    struct rules *rules = &field->rules;
    rules->min_length = rules->max_length = NO_LIMIT;
    rules->min_items = NO_LIMIT;
    rules->max_items = ITEMS_MAX;
    rules->min_properties = NO_LIMIT;
    rules->max_properties = field->type == TYPE_MAP ? ITEMS_MAX : NO_LIMIT;
    rules->enumeration_severity = SEVERITY_ERROR;
}

void resolve_check_bounds(struct resolver *resolver, const struct contract_property *property, const struct field *field)
{
    const struct rules *rules = &field->rules;
    bool crossed =
        (rules->min_length != NO_LIMIT && rules->max_length != NO_LIMIT && rules->min_length > rules->max_length) ||
        (rules->min_items != NO_LIMIT && rules->min_items > rules->max_items && field->type == TYPE_ARRAY) ||
        (rules->min_properties != NO_LIMIT && rules->max_properties != NO_LIMIT && rules->min_properties > rules->max_properties);
    if (rules->has_minimum && rules->has_maximum) {
        struct constant low = {.number = rules->minimum, .time = rules->minimum_time};
        struct constant high = {.number = rules->maximum, .time = rules->maximum_time};
        int order = compare_bounds(field, &low, &high);
        crossed = crossed || order > 0 || (order == 0 && (rules->exclusive_minimum || rules->exclusive_maximum));
    }
    if (crossed)
        odcs_report(&resolver->odcs, "bounds", &property->part, "logicalTypeOptions", property->options->part.node,
                    "no value lies within these bounds");
}

static const struct yaml_node *option_of(const struct contract_options *options, const struct option_row *row)
{
    const struct yaml_node *node;
    memcpy(&node, (const char *)options + row->offset, sizeof node);
    return node;
}

/* Booleans have no options, and the standard forbids none. */
void resolve_stray_options(struct odcs *odcs, const struct contract_property *property)
{
    struct span type = property->logical_type->text;
    unsigned kind = kind_of(type);
    bool boolean = span_is(type, "boolean");
    if (property->options == NULL || (kind == 0 && !boolean)) return;
    for (size_t i = 0; i < COUNT_OF(options_table); i++) {
        const struct option_row *row = &options_table[i];
        const struct yaml_node *node = option_of(property->options, row);
        if (node != NULL && (row->types & kind) == 0)
            odcs_report(odcs, boolean ? "not-enforced" : "type-option", &property->options->part, row->name, node,
                        "%s does not belong to %.*s", row->name, SPAN_ARGS(type));
    }
}

static void read_options(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    unsigned kind = kind_of(property->logical_type->text);
    for (size_t i = 0; i < COUNT_OF(options_table); i++) {
        const struct option_row *row = &options_table[i];
        struct option_reading reading = {resolver, property->options, field, row->name, option_of(property->options, row)};
        if (reading.node != NULL && (row->types & kind) != 0) row->read(&reading);
    }
    resolve_stray_options(&resolver->odcs, property);
}

void resolve_stated_rules(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    resolve_open_rules(field);
    if (property->options != NULL) read_options(resolver, property, field);
}

void resolve_rules(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    resolve_open_rules(field);
    bool integer = span_is(property->logical_type->text, "integer");
    const struct yaml_node *format = property->options != NULL ? property->options->format : NULL;
    if (integer) resolve_integer_range(field, format != NULL && format->text.size > 1 ? format->text : SPAN("i64"));
    if (property->options == NULL) return;
    read_options(resolver, property, field);
    resolve_check_bounds(resolver, property, field);
}
