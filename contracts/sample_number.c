/* sample_number.c - integers, decimals and floats: from enumerations, or from a grid of steps between two bounds. */
#include "contracts/sample_part.h"

/* Values are low, low + step ... high in units of 10^-scale, all exact. */
struct grid {
    int scale;
    int128 low, high, step;
};

enum { DIGITS_MAX = 38, ROOM = 3 /* digits that sums of steps may add */ };

static int128 power_of_ten(int exponent)
{
    int128 power = 1;
    for (; exponent > 0; exponent--) power *= 10;
    return power;
}

static bool is_whole(const struct field *field)
{
    return field->type == TYPE_INT || field->type == TYPE_LONG;
}

/* ---------------------------------------------------------------- the judge */

static uint32_t judge_range(const struct field *field, const struct number *value)
{
    const struct rules *rules = &field->rules;
    uint32_t broken = 0;
    int low = rules->has_minimum ? number_compare(value, &rules->minimum) : 1;
    int high = rules->has_maximum ? number_compare(value, &rules->maximum) : -1;
    if (low < 0 || (low == 0 && rules->exclusive_minimum)) broken |= BROKEN(EVENT_MINIMUM);
    if (high > 0 || (high == 0 && rules->exclusive_maximum)) broken |= BROKEN(EVENT_MAXIMUM);
    if (field->type != TYPE_DECIMAL || field->precision > DIGITS_MAX) return broken;
    struct number beyond = {1, field->precision - field->scale, false}, size = *value;
    size.negative = false;
    if (number_compare(&size, &beyond) < 0) return broken;
    return broken | (value->negative ? BROKEN(EVENT_MINIMUM) : BROKEN(EVENT_MAXIMUM));
}

static bool is_finite(const struct field *field, const struct number *value)
{
    double near = number_to_double(value);
    return field->type == TYPE_FLOAT ? __builtin_isfinite((float)near) : __builtin_isfinite(near);
}

static bool is_listed(const struct rules *rules, const struct number *value)
{
    for (size_t i = 0; i < rules->enumeration_count; i++)
        if (number_compare(&rules->enumeration[i].number, value) == 0) return true;
    return false;
}

/* A number of the wrong kind is no multiple and no allowed value either: that is not said twice. */
static uint32_t judge(const struct field *field, const struct number *value)
{
    const struct rules *rules = &field->rules;
    uint32_t broken = judge_range(field, value);
    bool real = field->type == TYPE_FLOAT || field->type == TYPE_DOUBLE;
    if (value->coefficient >= (uint128)power_of_ten(DIGITS_MAX)) return BROKEN(EVENT_NUMBER_SIZE);
    if (real && !is_finite(field, value)) return BROKEN(EVENT_NUMBER_SIZE);
    if (is_whole(field) && value->exponent < 0) return broken | BROKEN(EVENT_INTEGER);
    if (field->type == TYPE_DECIMAL && value->exponent < -field->scale) return broken | BROKEN(EVENT_SCALE);
    if (rules->has_multiple_of && !number_is_multiple(value, &rules->multiple_of)) broken |= BROKEN(EVENT_MULTIPLE_OF);
    if (rules->enumeration_count > 0 && !is_listed(rules, value)) broken |= sample_beside(rules);
    return broken;
}

/* ---------------------------------------------------------------- the grid */

static void raise_scale(struct grid *grid, bool stated, const struct number *number)
{
    if (stated && -number->exponent > grid->scale) grid->scale = -number->exponent;
}

static int128 largest_of(const struct field *field, int scale)
{
    if (field->type != TYPE_DECIMAL) return power_of_ten(DIGITS_MAX - 1);
    int digits = field->precision - field->scale + scale;
    return power_of_ten(digits < DIGITS_MAX ? digits : DIGITS_MAX) - 1;
}

static int128 clamped(int128 value, int128 low, int128 high)
{
    return value < low ? low : value > high ? high : value;
}

/* Where a bound is open, the grid ends some way from the other bound, or around zero. */
static void open_ends(const struct field *field, struct grid *grid, bool low, bool high)
{
    int128 far = power_of_ten(grid->scale + 5 < DIGITS_MAX ? grid->scale + 5 : DIGITS_MAX - 1);
    int128 largest = largest_of(field, grid->scale);
    if (!low && !high) grid->low = -far / 100;
    if (!low && high) grid->low = grid->high - far;
    if (!high) grid->high = grid->low + far;
    grid->low = clamped(grid->low, -largest, largest);
    grid->high = clamped(grid->high, -largest, largest);
}

/* False when the bounds are beyond what 128 bits hold in the unit of the smallest. */
static bool grid_of(const struct field *field, struct dice *dice, struct grid *grid)
{
    const struct rules *rules = &field->rules;
    *grid = (struct grid){.scale = field->type == TYPE_DECIMAL ? field->scale : 0};
    bool real = field->type == TYPE_FLOAT || field->type == TYPE_DOUBLE;
    if (real && !rules->has_multiple_of) grid->scale = (int)dice_roll(dice, 4);
    raise_scale(grid, rules->has_minimum, &rules->minimum);
    raise_scale(grid, rules->has_maximum, &rules->maximum);
    raise_scale(grid, rules->has_multiple_of, &rules->multiple_of);
    if (grid->scale > DIGITS_MAX) return false;
    grid->step = real ? 1 : power_of_ten(grid->scale - (is_whole(field) ? 0 : field->scale));
    if (rules->has_multiple_of && !number_unscaled(&rules->multiple_of, grid->scale, &grid->step)) return false;
    if (rules->has_minimum && !number_unscaled(&rules->minimum, grid->scale, &grid->low)) return false;
    if (rules->has_maximum && !number_unscaled(&rules->maximum, grid->scale, &grid->high)) return false;
    if (rules->has_minimum && rules->exclusive_minimum) grid->low++;
    if (rules->has_maximum && rules->exclusive_maximum) grid->high--;
    open_ends(field, grid, rules->has_minimum, rules->has_maximum);
    return grid->low <= grid->high && grid->step > 0 && grid->step < power_of_ten(DIGITS_MAX - ROOM);
}

/* The greatest multiple of the step that is at most `value`. */
static int128 floor_to(int128 value, int128 step)
{
    int128 rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

/* Values of a wide range are small, unless all spellings are wanted: nobody's cart holds 2^63 cents. */
static int128 roll_within(const struct grid *grid, bool varied, struct dice *dice)
{
    uint128 width = (uint128)(grid->high - grid->low) + 1;
    int128 near = (int128)dice_roll(dice, 1000) * grid->step;
    bool wide = width / (uint128)grid->step > 1000000;
    switch (wide && !varied ? 4 : dice_roll(dice, 8)) {
    case 0: return grid->low;
    case 1: return grid->high;
    case 2: return grid->low + (int128)(width == 0 ? 0 : dice_next_wide(dice) % width);
    case 3: return clamped(grid->low > INT64_MIN ? grid->low + near : 0, grid->low, grid->high);
    default: return clamped(near, grid->low, grid->high);
    }
}

static struct number number_of(int128 unscaled, int scale)
{
    struct number number = {(uint128)(unscaled < 0 ? -unscaled : unscaled), -scale, unscaled < 0};
    number_normalize(&number);
    return number;
}

/* ---------------------------------------------------------------- proposals */

static struct number propose_on_grid(const struct grid *grid, enum event_rule rule, bool varied, struct dice *dice)
{
    int128 value = floor_to(roll_within(grid, varied, dice), grid->step);
    if (value < grid->low) value += grid->step;
    int128 away = grid->step * (int128)(1 + dice_roll(dice, 3));
    if (rule == EVENT_MINIMUM) value = floor_to(grid->low - 1, grid->step) - (dice_percent(dice, 30) ? away : 0);
    if (rule == EVENT_MAXIMUM) value = floor_to(grid->high, grid->step) + away;
    if (rule == EVENT_MULTIPLE_OF && grid->step > 1) value += 1 + (int128)dice_roll(dice, (uint64_t)(grid->step - 1));
    bool finer = rule == EVENT_INTEGER || rule == EVENT_SCALE || (rule == EVENT_MULTIPLE_OF && grid->step == 1);
    if (!finer || value > power_of_ten(DIGITS_MAX - 2) || value < -power_of_ten(DIGITS_MAX - 2))
        return number_of(value, grid->scale);
    return number_of(value * 10 + (int128)(1 + dice_roll(dice, 9)), grid->scale + 1);
}

/* For bounds that no grid holds: the bounds themselves, and what lies a power of ten beside them. */
static struct number propose_near_bounds(const struct rules *rules, struct dice *dice)
{
    struct number value = {dice_roll(dice, 1000), 0, dice_percent(dice, 30)};
    uint64_t side = dice_roll(dice, 4);
    if (side == 0 && rules->has_minimum) value = rules->minimum;
    if (side == 1 && rules->has_maximum) value = rules->maximum;
    if (side == 2 && rules->has_multiple_of) value = rules->multiple_of;
    value.exponent += (int32_t)dice_between(dice, -1, 1);
    if (dice_percent(dice, 20)) value.negative = !value.negative;
    if (value.exponent > NUMBER_EXPONENT_MAX || value.exponent < -NUMBER_EXPONENT_MAX) value.exponent = 0;
    number_normalize(&value);
    return value;
}

static struct number propose(struct sampler *sampler, const struct field *field, enum event_rule rule, unsigned tries)
{
    const struct rules *rules = &field->rules;
    struct dice *dice = &sampler->dice;
    struct grid grid;
    bool listed = rules->enumeration_count > 0 && rule != EVENT_ENUMERATION && tries % 8 < 7;
    if (listed) return rules->enumeration[dice_roll(dice, rules->enumeration_count)].number;
    if (grid_of(field, dice, &grid) && tries % 16 < 15) return propose_on_grid(&grid, rule, sampler->options.varied, dice);
    return propose_near_bounds(rules, dice);
}

/* ---------------------------------------------------------------- spelling */

/* 1200 as 12e2, 120e1, 1200.0; 0.5 as 5E-1, 0.50. */
static void write_varied(struct sampler *sampler, const struct number *value)
{
    struct number digits = {value->coefficient, 0, value->negative};
    char text[NUMBER_TEXT_MAX];
    struct buffer *out = &sampler->text;
    bool zero = value->coefficient == 0;
    if (dice_percent(&sampler->dice, 50)) {
        buffer_append(out, text, number_format(&digits, text));
        bool plus = value->exponent >= 0 && dice_percent(&sampler->dice, 50);
        buffer_printf(out, "%s%d", plus ? "E+" : "e", value->exponent);
    } else {
        if (zero && dice_percent(&sampler->dice, 50)) buffer_append_char(out, '-');
        buffer_append(out, text, number_format(value, text));
        buffer_append_text(out, value->exponent < 0 ? "0" : ".0");
    }
}

static void write_number(struct sampler *sampler, const struct number *value)
{
    char text[NUMBER_TEXT_MAX];
    buffer_clear(&sampler->text);
    if (sample_is_varied(sampler) && dice_percent(&sampler->dice, 30))
        write_varied(sampler, value);
    else
        buffer_append(&sampler->text, text, number_format(value, text));
}

/* More than 38 digits, an exponent beyond 400, and what a double is too small for. */
static bool write_oversize(struct sampler *sampler, const struct field *field)
{
    static const char *const texts[] = {"1e999", "-1E+401", "1234567890123456789012345678901234567890", "1e-500"};
    const char *text = texts[dice_roll(&sampler->dice, COUNT_OF(texts))];
    if (field->type == TYPE_FLOAT && dice_percent(&sampler->dice, 50)) text = "1e39";
    if (field->type == TYPE_DOUBLE && dice_percent(&sampler->dice, 50)) text = "1e309";
    buffer_clear(&sampler->text);
    buffer_append_text(&sampler->text, text);
    return buffer_ok(&sampler->text);
}

bool sample_number(struct sampler *sampler, const struct field *field, enum event_rule rule)
{
    if (rule == EVENT_NUMBER_SIZE) return write_oversize(sampler, field);
    for (unsigned tries = 1; tries <= SAMPLE_TRIES; tries++) {
        struct number value = propose(sampler, field, rule, tries);
        if (!sample_agrees(judge(field, &value), rule, tries)) continue;
        write_number(sampler, &value);
        return buffer_ok(&sampler->text);
    }
    return false;
}
