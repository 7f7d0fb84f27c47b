#include "contracts/schema_facts.h"

#include "contracts/pattern.h"

/* Without a type the keywords say which it must be. */
static unsigned only_type(const struct schema_facts *facts, const struct draft_field *field)
{
    unsigned types = facts->types & ~(unsigned)SCHEMA_NULL;
    if (facts->typed) return (types & SCHEMA_NUMBER) != 0 ? types & ~(unsigned)SCHEMA_INTEGER : types;
    if (field->children != NULL || facts->others != NULL) return SCHEMA_OBJECT;
    if (facts->items != NULL) return SCHEMA_ARRAY;
    if (field->pattern.data != NULL || field->format.data != NULL || field->max_length != NO_LIMIT) return SCHEMA_STRING;
    return field->minimum.data != NULL || field->maximum.data != NULL ? SCHEMA_NUMBER : 0;
}

static void forget_text_rules(struct draft_field *field)
{
    field->format = field->pattern = (struct span){NULL, 0};
    field->min_length = field->max_length = NO_LIMIT;
}

static void finish_string(struct draft_field *field)
{
    static const struct {
        const char *format;
        enum draft_kind kind;
        enum draft_zone zone;
    } times[] = {
        {"date-time", DRAFT_TIMESTAMP, ZONE_OFFSET}, {"date", DRAFT_DATE, ZONE_UNSTATED}, {"time", DRAFT_TIME, ZONE_OFFSET}};
    static const char *const formats[] = {"uuid", "email", "ipv4", "ipv6", "uri", "hostname", "byte"};
    field->kind = DRAFT_STRING;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        if (!span_is(field->format, times[i].format)) continue;
        forget_text_rules(field);
        field->kind = times[i].kind;
        field->zone = times[i].zone;
        return;
    }
    bool known = field->format.data == NULL;
    for (size_t i = 0; i < COUNT_OF(formats); i++) known = known || span_is(field->format, formats[i]);
    if (!known) field->format = (struct span){NULL, 0};
    const char *error;
    size_t offset;
    struct pattern *pattern = field->pattern.data != NULL ? pattern_compile(field->pattern, &error, &offset) : NULL;
    if (pattern == NULL && field->pattern.data != NULL) {
        field->pattern = (struct span){NULL, 0};
        field->guess = SPAN("nothing; the schema's pattern is not served here and was left out");
    }
    pattern_destroy(pattern);
}

static int digits_before_point(struct span text)
{
    struct number number;
    int digits = 0;
    if (text.data == NULL || number_parse(text, &number) != NUMBER_OK) return 15;
    digits = number.exponent;
    for (uint128 rest = number.coefficient; rest > 0; rest /= 10) digits++;
    return digits > 0 ? digits : 1;
}

/* multipleOf 0.01 is a decimal of two places; without it a JSON number is a double. */
static void finish_number(struct draft_field *field, bool whole)
{
    struct number step;
    field->kind = whole ? DRAFT_INTEGER : DRAFT_NUMBER;
    forget_text_rules(field);
    if (whole) return;
    bool stepped = field->multiple_of.data != NULL && number_parse(field->multiple_of, &step) == NUMBER_OK &&
                   step.exponent <= 0 && step.exponent >= -10 && !step.negative && step.coefficient > 0;
    if (!stepped) {
        field->format = SPAN("f64");
        return;
    }
    int whole_digits = digits_before_point(field->maximum.data != NULL ? field->maximum : field->exclusive_maximum);
    int below = digits_before_point(field->minimum.data != NULL ? field->minimum : field->exclusive_minimum);
    bool bounded = field->minimum.data != NULL || field->exclusive_minimum.data != NULL;
    if (bounded && below > whole_digits) whole_digits = below;
    field->scale = -step.exponent;
    field->precision = whole_digits + field->scale > 38 ? 38 : whole_digits + field->scale;
}

static struct span value_text(const json_t *value, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY;
    if (!json_is_string(value)) return infer_number(value, arena);
    draft_write_text(&text, (struct span){json_string_value(value), json_string_length(value)});
    struct span copy = buffer_ok(&text) ? arena_copy(arena, buffer_span(&text)) : (struct span){NULL, 0};
    buffer_deinit(&text);
    return copy;
}

static bool finish_values(const struct schema_facts *facts, struct draft_field *field, struct arena *arena)
{
    size_t count = facts->constant != NULL ? 1 : json_array_size(facts->values);
    bool takes = field->kind == DRAFT_STRING || field->kind == DRAFT_INTEGER || field->kind == DRAFT_NUMBER;
    if (count == 0 || !takes) return true;
    struct span *values = arena_calloc(arena, count, sizeof *values);
    if (values == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = facts->constant != NULL ? facts->constant : json_array_get(facts->values, i);
        if (json_is_null(value)) continue;
        values[field->value_count] = value_text(value, arena);
        if (values[field->value_count++].data == NULL) return false;
    }
    field->values = values;
    return true;
}

static struct draft_field *left_out(struct draft_field *field, const char *why, struct arena *arena)
{
    field->kind = DRAFT_NOTHING;
    field->guess = arena_printf(arena, "%.*s: %s", SPAN_ARGS(field->name), why);
    return field;
}

struct draft_field *schema_facts_finish(const struct schema_facts *facts, struct draft_field *field, struct arena *arena)
{
    if (facts->several) return left_out(field, "oneOf or anyOf of several shapes", arena);
    if (facts->endless) return left_out(field, "it holds itself, or is nested too deep", arena);
    switch (only_type(facts, field)) {
    case SCHEMA_STRING: finish_string(field); break;
    case SCHEMA_INTEGER: finish_number(field, true); break;
    case SCHEMA_NUMBER: finish_number(field, false); break;
    case SCHEMA_BOOLEAN:
        field->kind = DRAFT_BOOLEAN;
        forget_text_rules(field);
        break;
    case SCHEMA_OBJECT:
        field->kind = field->children == NULL && facts->others != NULL ? DRAFT_MAP : DRAFT_OBJECT;
        forget_text_rules(field);
        break;
    case SCHEMA_ARRAY:
        field->kind = DRAFT_ARRAY;
        forget_text_rules(field);
        if (!json_is_object(facts->items)) return left_out(field, "an array that does not say what its items are", arena);
        break;
    default: return left_out(field, "no type, or several", arena);
    }
    if (field->kind == DRAFT_OBJECT && facts->others != NULL)
        field->guess = SPAN("nothing; the schema's `additionalProperties` is not carried over, as there are named ones");
    if (facts->unsaid != NULL)
        field->guess = arena_printf(arena, "nothing; the schema's `%s` is not carried over", facts->unsaid);
    return finish_values(facts, field, arena) ? field : NULL;
}
