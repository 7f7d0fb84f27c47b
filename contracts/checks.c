#include "contracts/checks.h"

#include "codecs/utf8.h"

/* ---------------------------------------------------------------- strings */

/* A text of n bytes has n / 4 to n code points: most need no counting. */
static uint32_t check_length(const struct checks *checks, const struct json_string *text)
{
    int64_t size = (int64_t)text->text.size;
    if (size <= checks->max_length && (size + 3) / 4 >= checks->min_length) return 0;
    int64_t length = text->ascii ? size : (int64_t)utf8_length(text->text);
    if (length < checks->min_length) return BROKEN(EVENT_MIN_LENGTH);
    return length > checks->max_length ? BROKEN(EVENT_MAX_LENGTH) : 0;
}

static uint32_t check_pattern(const struct checks *checks, struct pattern_scratch *scratch, struct span text)
{
    enum pattern_verdict verdict = pattern_match(checks->pattern, scratch, text);
    if (LIKELY(verdict == PATTERN_MATCH)) return 0;
    return verdict == PATTERN_LIMIT ? BROKEN(EVENT_PATTERN_LIMIT) : BROKEN(EVENT_PATTERN);
}

uint32_t checks_string_any(const struct checks *checks, struct pattern_scratch *scratch, const struct json_string *text)
{
    uint32_t broken = 0, parts = checks->parts;
    if ((parts & CHECKS_LENGTH) != 0) broken |= check_length(checks, text);
    if ((parts & CHECKS_PATTERN) != 0) broken |= check_pattern(checks, scratch, text->text);
    if ((parts & CHECKS_FORMAT) != 0 && !checks->format(text->text)) broken |= BROKEN(EVENT_FORMAT);
    if ((parts & CHECKS_VALUES) != 0 && lookup_find(&checks->values.texts, text->text) < 0) broken |= checks->values.broken;
    return broken;
}

int32_t checks_symbol(const struct checks *checks, struct span text)
{
    return checks != NULL && (checks->parts & CHECKS_VALUES) != 0 ? lookup_find(&checks->values.texts, text) : -1;
}

/* ---------------------------------------------------------------- numbers */

static uint32_t check_step(const struct checks *checks, const struct number *value)
{
    return number_is_multiple(value, checks->step) ? 0 : BROKEN(EVENT_MULTIPLE_OF);
}

static uint32_t check_integer_step(const struct checks *checks, int64_t value)
{
    if (checks->integer_step != 0) return value % checks->integer_step == 0 ? 0 : BROKEN(EVENT_MULTIPLE_OF);
    struct number number = number_of_int(value);
    return check_step(checks, &number);
}

static bool allows_integer(const struct allowed_values *values, int64_t value)
{
    uint32_t low = 0, high = values->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (values->integers[middle] == value) return true;
        if (values->integers[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

uint32_t checks_integer_any(const struct checks *checks, int64_t value)
{
    uint32_t broken = 0, parts = checks->parts;
    if ((parts & CHECKS_RANGE) != 0 && value < checks->low) broken |= BROKEN(EVENT_MINIMUM);
    if ((parts & CHECKS_RANGE) != 0 && value > checks->high) broken |= BROKEN(EVENT_MAXIMUM);
    if ((parts & CHECKS_STEP) != 0) broken |= check_integer_step(checks, value);
    if ((parts & CHECKS_VALUES) != 0 && !allows_integer(&checks->values, value)) broken |= checks->values.broken;
    return broken;
}

static uint32_t check_decimal_step(const struct checks *checks, int128 unscaled)
{
    int64_t small = (int64_t)unscaled, step = (int64_t)checks->decimal_step;
    bool fits = small == unscaled && step == checks->decimal_step && step != 0;
    if (fits) return small % step == 0 ? 0 : BROKEN(EVENT_MULTIPLE_OF);
    if (checks->decimal_step != 0) return unscaled % checks->decimal_step == 0 ? 0 : BROKEN(EVENT_MULTIPLE_OF);
    struct number number = {(uint128)(unscaled < 0 ? -unscaled : unscaled), -checks->scale, unscaled < 0};
    number_normalize(&number);
    return check_step(checks, &number);
}

static bool allows_decimal(const struct allowed_values *values, int128 unscaled)
{
    for (uint32_t i = 0; i < values->count; i++)
        if (values->decimals[i] == unscaled) return true;
    return false;
}

uint32_t checks_decimal(const struct checks *checks, int128 unscaled)
{
    uint32_t broken = 0, parts = checks->parts;
    if ((parts & CHECKS_RANGE) != 0 && unscaled < checks->decimal_low) broken |= BROKEN(EVENT_MINIMUM);
    if ((parts & CHECKS_RANGE) != 0 && unscaled > checks->decimal_high) broken |= BROKEN(EVENT_MAXIMUM);
    if ((parts & CHECKS_STEP) != 0) broken |= check_decimal_step(checks, unscaled);
    if ((parts & CHECKS_VALUES) != 0 && !allows_decimal(&checks->values, unscaled)) broken |= checks->values.broken;
    return broken;
}

/* -1, 0, 1 as value is less than, equal to or greater than the bound. Rounding to double keeps order, so doubles that differ
 * decide; equal ones are compared exactly. */
static int against(const struct number *value, double near_value, const struct number *bound, double near_bound)
{
    if (near_value != near_bound) return near_value < near_bound ? -1 : 1;
    return number_compare(value, bound);
}

static uint32_t check_number_range(const struct checks *checks, const struct number *value, double near)
{
    uint32_t broken = 0;
    if (checks->minimum != NULL) {
        int order = against(value, near, checks->minimum, checks->near_minimum);
        if (order < 0 || (order == 0 && checks->exclusive_minimum)) broken |= BROKEN(EVENT_MINIMUM);
    }
    if (checks->maximum != NULL) {
        int order = against(value, near, checks->maximum, checks->near_maximum);
        if (order > 0 || (order == 0 && checks->exclusive_maximum)) broken |= BROKEN(EVENT_MAXIMUM);
    }
    return broken;
}

static bool allows_number(const struct allowed_values *values, const struct number *value)
{
    for (uint32_t i = 0; i < values->count; i++)
        if (number_compare(&values->numbers[i], value) == 0) return true;
    return false;
}

uint32_t checks_number(const struct checks *checks, const struct number *value, double nearest)
{
    uint32_t broken = 0, parts = checks->parts;
    if ((parts & CHECKS_RANGE) != 0) broken |= check_number_range(checks, value, nearest);
    if ((parts & CHECKS_STEP) != 0) broken |= check_step(checks, value);
    if ((parts & CHECKS_VALUES) != 0 && !allows_number(&checks->values, value)) broken |= checks->values.broken;
    return broken;
}

/* ---------------------------------------------------------------- the rest */

uint32_t checks_boolean(const struct checks *checks, bool value)
{
    return (checks->parts & CHECKS_VALUES) != 0 && !checks->values.booleans[value] ? checks->values.broken : 0;
}

uint32_t checks_items(const struct checks *checks, int64_t count)
{
    if ((checks->parts & CHECKS_ITEMS) == 0) return 0;
    if (count < checks->min_items) return BROKEN(EVENT_MIN_ITEMS);
    return count > checks->max_items ? BROKEN(EVENT_MAX_ITEMS) : 0;
}

uint32_t checks_properties(const struct checks *checks, int64_t count)
{
    if ((checks->parts & CHECKS_PROPERTIES) == 0) return 0;
    if (count < checks->min_properties) return BROKEN(EVENT_MIN_PROPERTIES);
    return count > checks->max_properties ? BROKEN(EVENT_MAX_PROPERTIES) : 0;
}
