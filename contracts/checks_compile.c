/* checks_compile.c - from the rules of a field, as the catalogue states them, to checks in the value's own unit. */
#include "contracts/checks.h"

#include "codecs/base64.h"
#include "codecs/format.h"

#include <stdlib.h>

#define DECIMAL_MAX ((int128)(~(uint128)0 >> 1))

struct compiler {
    const struct field *field;
    const struct field *base; /* NULL: all rules */
    struct arena *arena;
    struct pattern_list *patterns;
    struct diagnostics *diagnostics;
    struct checks *checks;
};

static bool out_of_memory(struct compiler *compiler)
{
    compiler->diagnostics->failed = true;
    return false;
}

/* ---------------------------------------------------------------- texts */

static bool is_base64(struct span text)
{
    size_t size;
    return base64_decode(text, NULL, &size);
}

static bool (*format_check(enum string_format format))(struct span text)
{
    static bool (*const formats[])(struct span text) = {
        [FORMAT_NONE] = NULL,          [FORMAT_UUID] = format_uuid,         [FORMAT_IPV4] = format_ipv4,
        [FORMAT_IPV6] = format_ipv6,   [FORMAT_HOSTNAME] = format_hostname, [FORMAT_URI] = format_uri,
        [FORMAT_EMAIL] = format_email, [FORMAT_BASE64] = is_base64,
    };
    return formats[format];
}

static void compile_length(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules, *base = compiler->base != NULL ? &compiler->base->rules : NULL;
    if (rules->min_length == NO_LIMIT && rules->max_length == NO_LIMIT) return;
    if (base != NULL && base->min_length == rules->min_length && base->max_length == rules->max_length) return;
    compiler->checks->parts |= CHECKS_LENGTH;
    compiler->checks->min_length = rules->min_length == NO_LIMIT ? 0 : rules->min_length;
    compiler->checks->max_length = rules->max_length == NO_LIMIT ? INT64_MAX : rules->max_length;
}

static void compile_format(struct compiler *compiler)
{
    enum string_format format = compiler->field->rules.format;
    if (compiler->field->type == TYPE_BYTES) format = FORMAT_BASE64;
    if (format == FORMAT_NONE || (compiler->base != NULL && compiler->base->rules.format == format)) return;
    compiler->checks->parts |= CHECKS_FORMAT;
    compiler->checks->format = format_check(format);
}

static bool keep_pattern(struct pattern_list *patterns, struct pattern *pattern)
{
    if (patterns->count == patterns->capacity) {
        size_t capacity = patterns->capacity == 0 ? 16 : patterns->capacity * 2;
        struct pattern **items = realloc(patterns->items, capacity * sizeof(struct pattern *));
        if (items == NULL) return false;
        patterns->items = items;
        patterns->capacity = capacity;
    }
    patterns->items[patterns->count++] = pattern;
    return true;
}

static bool compile_pattern(struct compiler *compiler)
{
    struct span text = compiler->field->rules.pattern;
    const char *error = NULL;
    size_t offset = 0;
    if (text.data == NULL) return true;
    if (compiler->base != NULL && compiler->base->rules.pattern.data != NULL && span_equal(compiler->base->rules.pattern, text))
        return true;
    struct pattern *pattern = pattern_compile(text, &error, &offset);
    if (pattern == NULL) {
        diagnostics_add(compiler->diagnostics, "pattern-invalid", compiler->field->place, compiler->field->path,
                        "the pattern cannot be served: %s (at byte %zu)", error, offset);
        return false;
    }
    if (!keep_pattern(compiler->patterns, pattern)) {
        pattern_destroy(pattern);
        return out_of_memory(compiler);
    }
    compiler->checks->parts |= CHECKS_PATTERN;
    compiler->checks->pattern = pattern;
    compiler->checks->shape = pattern_shape(pattern);
    return true;
}

/* ---------------------------------------------------------------- ranges */

/* The bound as an inclusive integer in units of 10^-scale; what lies between two of them moves inwards. */
static int128 decimal_bound(const struct number *bound, int scale, bool upper, bool exclusive)
{
    int128 unscaled;
    if (number_unscaled(bound, scale, &unscaled)) return unscaled - (exclusive ? (upper ? 1 : -1) : 0);
    int64_t places = -((int64_t)bound->exponent + scale);
    if (places <= 0) return bound->negative ? -DECIMAL_MAX : DECIMAL_MAX;
    uint128 rest = bound->coefficient;
    for (; places > 0 && rest > 0; places--) rest /= 10;
    int128 towards_zero = bound->negative ? -(int128)rest : (int128)rest;
    if (upper) return bound->negative ? towards_zero - 1 : towards_zero;
    return bound->negative ? towards_zero : towards_zero + 1;
}

static bool same_bound(bool has_a, bool exclusive_a, const struct number *a, bool has_b, bool exclusive_b, const struct number *b)
{
    if (!has_a || !has_b) return has_a == has_b;
    return exclusive_a == exclusive_b && number_compare(a, b) == 0;
}

static bool same_range(const struct field *field, const struct field *base)
{
    const struct rules *a = &field->rules, *b = &base->rules;
    if (field->type != base->type || field->precision != base->precision || field->scale != base->scale) return false;
    if (!same_bound(a->has_minimum, a->exclusive_minimum, &a->minimum, b->has_minimum, b->exclusive_minimum, &b->minimum))
        return false;
    if (!same_bound(a->has_maximum, a->exclusive_maximum, &a->maximum, b->has_maximum, b->exclusive_maximum, &b->maximum))
        return false;
    return (!a->has_minimum || a->minimum_time == b->minimum_time) && (!a->has_maximum || a->maximum_time == b->maximum_time);
}

static int64_t clamp(int128 value)
{
    return value < INT64_MIN ? INT64_MIN : value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* An Avro int has 32 bits whatever the rules say. */
static void compile_integer_range(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules;
    struct checks *checks = compiler->checks;
    checks->low = compiler->field->type == TYPE_INT ? INT32_MIN : INT64_MIN;
    checks->high = compiler->field->type == TYPE_INT ? INT32_MAX : INT64_MAX;
    int64_t low = checks->low, high = checks->high;
    if (rules->has_minimum) low = clamp(decimal_bound(&rules->minimum, 0, false, rules->exclusive_minimum));
    if (rules->has_maximum) high = clamp(decimal_bound(&rules->maximum, 0, true, rules->exclusive_maximum));
    if (low > checks->low) checks->low = low;
    if (high < checks->high) checks->high = high;
    if (checks->low != INT64_MIN || checks->high != INT64_MAX) checks->parts |= CHECKS_RANGE;
}

static void compile_time_range(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules;
    struct checks *checks = compiler->checks;
    if (!rules->has_minimum && !rules->has_maximum) return;
    checks->parts |= CHECKS_RANGE;
    checks->low = rules->has_minimum ? rules->minimum_time + rules->exclusive_minimum : INT64_MIN;
    checks->high = rules->has_maximum ? rules->maximum_time - rules->exclusive_maximum : INT64_MAX;
}

static void compile_decimal_range(struct compiler *compiler)
{
    const struct field *field = compiler->field;
    const struct rules *rules = &field->rules;
    struct checks *checks = compiler->checks;
    struct number limit = {1, field->precision, false};
    checks->parts |= CHECKS_RANGE;
    checks->decimal_high = decimal_bound(&limit, 0, true, true);
    checks->decimal_low = -checks->decimal_high;
    int128 low = checks->decimal_low, high = checks->decimal_high;
    if (rules->has_minimum) low = decimal_bound(&rules->minimum, field->scale, false, rules->exclusive_minimum);
    if (rules->has_maximum) high = decimal_bound(&rules->maximum, field->scale, true, rules->exclusive_maximum);
    if (low > checks->decimal_low) checks->decimal_low = low;
    if (high < checks->decimal_high) checks->decimal_high = high;
    checks->low = clamp(checks->decimal_low);
    checks->high = clamp(checks->decimal_high);
}

static void compile_number_range(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules;
    struct checks *checks = compiler->checks;
    if (!rules->has_minimum && !rules->has_maximum) return;
    checks->parts |= CHECKS_RANGE;
    checks->exclusive_minimum = rules->exclusive_minimum;
    checks->exclusive_maximum = rules->exclusive_maximum;
    if (rules->has_minimum) checks->minimum = &rules->minimum;
    if (rules->has_maximum) checks->maximum = &rules->maximum;
    if (rules->has_minimum) checks->near_minimum = number_to_double(&rules->minimum);
    if (rules->has_maximum) checks->near_maximum = number_to_double(&rules->maximum);
}

static void compile_range(struct compiler *compiler)
{
    const struct field *field = compiler->field;
    if (compiler->base != NULL && same_range(field, compiler->base)) return;
    switch (field->type) {
    case TYPE_INT:
    case TYPE_LONG: compile_integer_range(compiler); break;
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: compile_time_range(compiler); break;
    case TYPE_DECIMAL: compile_decimal_range(compiler); break;
    case TYPE_FLOAT:
    case TYPE_DOUBLE: compile_number_range(compiler); break;
    default: break;
    }
}

static void compile_step(struct compiler *compiler)
{
    const struct field *field = compiler->field, *base = compiler->base;
    struct checks *checks = compiler->checks;
    if (!field->rules.has_multiple_of) return;
    if (base != NULL && base->rules.has_multiple_of && number_compare(&field->rules.multiple_of, &base->rules.multiple_of) == 0)
        return;
    bool whole = field->type == TYPE_INT || field->type == TYPE_LONG;
    checks->step = &field->rules.multiple_of;
    if (whole && !number_to_int64(checks->step, &checks->integer_step)) checks->integer_step = 0;
    if (field->type == TYPE_DECIMAL && !number_unscaled(checks->step, field->scale, &checks->decimal_step))
        checks->decimal_step = 0;
    /* Every value is a multiple of its own unit. */
    if (!(whole && checks->integer_step == 1) && checks->decimal_step != 1) checks->parts |= CHECKS_STEP;
}

/* ---------------------------------------------------------------- allowed values */

static int order_integers(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static bool compile_integers(struct compiler *compiler, const struct rules *rules)
{
    bool whole = compiler->field->type == TYPE_INT || compiler->field->type == TYPE_LONG;
    int64_t *values = arena_calloc(compiler->arena, rules->enumeration_count, sizeof *values);
    uint32_t count = 0;
    if (values == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < rules->enumeration_count; i++) {
        values[count] = rules->enumeration[i].time;
        if (!whole || number_to_int64(&rules->enumeration[i].number, &values[count])) count++;
    }
    qsort(values, count, sizeof *values, order_integers);
    compiler->checks->values.integers = values;
    compiler->checks->values.count = count;
    return true;
}

static bool compile_decimals(struct compiler *compiler, const struct rules *rules)
{
    int128 *values = arena_calloc(compiler->arena, rules->enumeration_count, sizeof *values);
    uint32_t count = 0;
    if (values == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < rules->enumeration_count; i++)
        if (number_unscaled(&rules->enumeration[i].number, compiler->field->scale, &values[count])) count++;
    compiler->checks->values.decimals = values;
    compiler->checks->values.count = count;
    return true;
}

static bool compile_numbers(struct compiler *compiler, const struct rules *rules)
{
    struct number *values = arena_calloc(compiler->arena, rules->enumeration_count, sizeof *values);
    if (values == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < rules->enumeration_count; i++) values[i] = rules->enumeration[i].number;
    compiler->checks->values.numbers = values;
    compiler->checks->values.count = (uint32_t)rules->enumeration_count;
    return true;
}

static bool same_values(const struct rules *a, const struct rules *b)
{
    if (a->enumeration_count != b->enumeration_count || a->enumeration_severity != b->enumeration_severity) return false;
    if (a->enumeration == b->enumeration) return true;
    for (size_t i = 0; i < a->enumeration_count; i++)
        if (!span_equal(a->enumeration[i].text, b->enumeration[i].text)) return false;
    return true;
}

static bool compile_values(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules;
    struct allowed_values *values = &compiler->checks->values;
    bool needed = compiler->field->avro_enum || compiler->base == NULL || !same_values(rules, &compiler->base->rules);
    bool demanded = rules->enumeration_severity == SEVERITY_ERROR; /* else quality_judge.c counts */
    bool symbols = compiler->field->avro_enum && compiler->base != NULL;
    if (rules->enumeration_count == 0 || !needed || (!demanded && !symbols)) return true;
    compiler->checks->parts |= CHECKS_VALUES;
    values->broken = demanded ? BROKEN(EVENT_ENUMERATION) : 0;
    switch (compiler->field->type) {
    case TYPE_STRING:
    case TYPE_BYTES:
        if (!lookup_build(&values->texts, &rules->enumeration->text, sizeof *rules->enumeration, rules->enumeration_count,
                          compiler->arena))
            return out_of_memory(compiler);
        return true;
    case TYPE_BOOLEAN:
        for (size_t i = 0; i < rules->enumeration_count; i++) values->booleans[rules->enumeration[i].boolean] = true;
        return true;
    case TYPE_DECIMAL: return compile_decimals(compiler, rules);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return compile_numbers(compiler, rules);
    default: return compile_integers(compiler, rules);
    }
}

/* ---------------------------------------------------------------- proofs */

/* RFC 9562: 8-4-4-4-12 hex digits of any case. */
static bool compile_uuid_shape(struct compiler *compiler)
{
    static const char text[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    struct shape_place places[sizeof text - 1];
    struct pattern_shape *shape = arena_calloc(compiler->arena, 1, sizeof *shape);
    if (shape == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct shape_place dash = {{UINT64_C(1) << '-', 0}};
        struct shape_place digit = {{UINT64_C(0x3FF) << '0', UINT64_C(0x3F) << ('A' - 64) | UINT64_C(0x3F) << ('a' - 64)}};
        places[i] = text[i] == '-' ? dash : digit;
    }
    shape_compile(shape, places, COUNT_OF(places));
    if (shape->size != 0) compiler->checks->shape = shape;
    return true;
}

static bool within(const struct checks *checks, int64_t length)
{
    return (checks->parts & CHECKS_LENGTH) == 0 || (length >= checks->min_length && length <= checks->max_length);
}

static bool every_value_fits(const struct checks *checks, const struct rules *rules, struct pattern_scratch *scratch)
{
    struct checks others = *checks;
    others.parts &= ~(uint32_t)CHECKS_VALUES;
    for (size_t i = 0; i < rules->enumeration_count; i++) {
        struct json_string text = {.text = rules->enumeration[i].text};
        if (checks_string_any(&others, scratch, &text) != 0) return false;
    }
    return true;
}

static bool compile_proof(struct compiler *compiler)
{
    struct checks *checks = compiler->checks;
    uint32_t parts = checks->parts, beside = parts & ~(uint32_t)CHECKS_LENGTH;
    if ((parts & CHECKS_FORMAT) != 0 && checks->format == format_uuid && checks->shape == NULL && !compile_uuid_shape(compiler))
        return false;
    bool shaped = beside == CHECKS_PATTERN || (beside == CHECKS_FORMAT && checks->format == format_uuid);
    if (parts == CHECKS_LENGTH) checks->proof = PROOF_LENGTH;
    if (beside == CHECKS_FORMAT) checks->proof = PROOF_FORMAT;
    if (shaped && checks->shape != NULL && within(checks, checks->shape->size)) checks->proof = PROOF_SHAPE;
    if ((parts & CHECKS_VALUES) == 0) return true;
    struct pattern_scratch *scratch = pattern_scratch_create();
    if (scratch == NULL) return out_of_memory(compiler);
    if (every_value_fits(checks, &compiler->field->rules, scratch)) checks->proof = PROOF_VALUES;
    pattern_scratch_destroy(scratch);
    return true;
}

/* ---------------------------------------------------------------- containers */

static int64_t or_open(int64_t limit, int64_t open)
{
    return limit == NO_LIMIT ? open : limit;
}

static void compile_items(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules, *base = compiler->base != NULL ? &compiler->base->rules : NULL;
    struct checks *checks = compiler->checks;
    checks->min_items = or_open(rules->min_items, 0);
    checks->max_items = or_open(rules->max_items, INT64_MAX);
    if (base == NULL || base->min_items != rules->min_items || base->max_items != rules->max_items) checks->parts |= CHECKS_ITEMS;
    if (rules->unique_items && (base == NULL || !base->unique_items)) checks->parts |= CHECKS_UNIQUE;
}

static void compile_properties(struct compiler *compiler)
{
    const struct rules *rules = &compiler->field->rules;
    const struct rules *base = compiler->base != NULL ? &compiler->base->rules : NULL;
    if (rules->min_properties == NO_LIMIT && rules->max_properties == NO_LIMIT) return;
    if (base != NULL && base->min_properties == rules->min_properties && base->max_properties == rules->max_properties) return;
    compiler->checks->parts |= CHECKS_PROPERTIES;
    compiler->checks->min_properties = or_open(rules->min_properties, 0);
    compiler->checks->max_properties = or_open(rules->max_properties, INT64_MAX);
}

bool checks_compile(const struct field *field, const struct field *base, struct arena *arena, struct pattern_list *patterns,
                    struct diagnostics *diagnostics, const struct checks **out)
{
    struct checks *checks = arena_calloc(arena, 1, sizeof *checks);
    struct compiler compiler = {field, base, arena, patterns, diagnostics, checks};
    *out = NULL;
    if (checks == NULL) return out_of_memory(&compiler);
    checks->scale = field->scale;
    if (field->type == TYPE_STRING || field->type == TYPE_BYTES) {
        compile_length(&compiler);
        compile_format(&compiler);
        if (!compile_pattern(&compiler)) return false;
    } else if (field->type == TYPE_ARRAY) {
        compile_items(&compiler);
    } else if (field->type == TYPE_OBJECT || field->type == TYPE_MAP) {
        compile_properties(&compiler);
    } else {
        compile_range(&compiler);
        compile_step(&compiler);
    }
    if (type_is_scalar(field->type) && !compile_values(&compiler)) return false;
    if ((field->type == TYPE_STRING || field->type == TYPE_BYTES) && !compile_proof(&compiler)) return false;
    if (checks->parts != 0) *out = checks;
    return true;
}
