#include "codecs/number.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* 10^0 to 10^19; a coefficient needs up to 10^38, the product of two. */
static const uint64_t powers[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

/* 10^exponent for 0 to 38. */
static uint128 power(int exponent)
{
    return exponent < 20 ? powers[exponent] : (uint128)powers[19] * powers[exponent - 19];
}

/* Decimal digits of a coefficient; 0 has none. */
static int digits_of(uint128 coefficient)
{
    int digits = 0;
    while (digits <= NUMBER_DIGITS_MAX && coefficient >= power(digits)) digits++;
    return digits;
}

static int sign_of(const struct number *number)
{
    return number->coefficient == 0 ? 0 : number->negative ? -1 : 1;
}

void number_normalize(struct number *number)
{
    if (number->coefficient == 0) {
        *number = (struct number){0};
        return;
    }
    while (number->coefficient > UINT64_MAX && number->coefficient % 10 == 0) {
        number->coefficient /= 10;
        number->exponent++;
    }
    if (number->coefficient > UINT64_MAX) return;
    uint64_t coefficient = (uint64_t)number->coefficient;
    while (coefficient % 10 == 0) {
        coefficient /= 10;
        number->exponent++;
    }
    number->coefficient = coefficient;
}

/* ---------------------------------------------------------------- text to number */

/* Digits read so far. Zeros wait until a digit follows them: leading and trailing ones are not significant. */
struct digits {
    uint128 coefficient;
    int64_t zeros;
    int count;
    bool too_many;
};

static void add_digit(struct digits *digits, unsigned digit)
{
    if (digit == 0) {
        digits->zeros += digits->count > 0;
        return;
    }
    if (digits->count + digits->zeros + 1 > NUMBER_DIGITS_MAX) {
        digits->too_many = true;
        return;
    }
    int places = (int)digits->zeros + 1;
    digits->coefficient = digits->coefficient * power(places) + digit;
    digits->count += places;
    digits->zeros = 0;
}

static const char *read_digits(const char *at, const char *end, struct digits *digits)
{
    for (; at < end && (unsigned char)(*at - '0') < 10; at++) add_digit(digits, (unsigned)(*at - '0'));
    return at;
}

/* The exponent behind 'e'; saturates far beyond what any text's length could balance. Returns the byte behind it, or the
 * wrong one with *valid false. */
static const char *read_exponent(const char *at, const char *end, int64_t *exponent, bool *valid)
{
    const int64_t huge = INT64_C(100000000000000000);
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    const char *start = at;
    int64_t value = 0;
    for (; at < end && (unsigned char)(*at - '0') < 10; at++)
        if (value < huge) value = value * 10 + (*at - '0');
    *valid = at > start;
    *exponent += negative ? -value : value;
    return at;
}

static enum number_status finish(const struct digits *digits, int64_t exponent, bool negative, struct number *out)
{
    *out = (struct number){0};
    if (digits->count == 0) return NUMBER_OK;
    exponent += digits->zeros;
    if (digits->too_many || exponent > NUMBER_EXPONENT_MAX || exponent < -NUMBER_EXPONENT_MAX) return NUMBER_SIZE;
    *out = (struct number){digits->coefficient, (int32_t)exponent, negative};
    return NUMBER_OK;
}

const char *number_scan(const char *at, const char *end, struct number *out, enum number_status *status)
{
    struct digits digits = {0};
    int64_t exponent = 0;
    bool valid = true, negative = at < end && *at == '-';
    *status = NUMBER_SYNTAX;
    const char *whole = at + negative;
    at = read_digits(whole, end, &digits);
    if (at == whole) return at;
    if (*whole == '0' && at > whole + 1) return whole + 1;
    if (at < end && *at == '.') {
        const char *fraction = at + 1;
        at = read_digits(fraction, end, &digits);
        if (at == fraction) return at;
        exponent = fraction - at;
    }
    if (at < end && (*at == 'e' || *at == 'E')) at = read_exponent(at + 1, end, &exponent, &valid);
    if (!valid) return at;
    *status = out != NULL ? finish(&digits, exponent, negative, out) : NUMBER_OK;
    return at;
}

enum number_status number_parse(struct span text, struct number *out)
{
    enum number_status status;
    const char *end = text.data + text.size;
    const char *behind = number_scan(text.data, end, out, &status);
    return behind == end ? status : NUMBER_SYNTAX;
}

struct number number_of_int(int64_t value)
{
    struct number number = {value < 0 ? -(uint128)value : (uint128)value, 0, value < 0};
    number_normalize(&number);
    return number;
}

/* ---------------------------------------------------------------- comparison and integers */

/* |a| against |b|, neither 0. The place of the first digit decides first, so the scaling below stays within 39 digits. */
static int compare_magnitudes(const struct number *a, const struct number *b)
{
    int64_t place_a = (int64_t)digits_of(a->coefficient) + a->exponent;
    int64_t place_b = (int64_t)digits_of(b->coefficient) + b->exponent;
    if (place_a != place_b) return place_a < place_b ? -1 : 1;
    uint128 left = a->coefficient, right = b->coefficient;
    if (a->exponent > b->exponent)
        left *= power(a->exponent - b->exponent);
    else
        right *= power(b->exponent - a->exponent);
    return left < right ? -1 : left > right;
}

int number_compare(const struct number *a, const struct number *b)
{
    int sign_a = sign_of(a), sign_b = sign_of(b);
    if (sign_a != sign_b) return sign_a < sign_b ? -1 : 1;
    return sign_a == 0 ? 0 : sign_a * compare_magnitudes(a, b);
}

bool number_unscaled(const struct number *value, int scale, int128 *out)
{
    int64_t places = (int64_t)value->exponent + scale;
    uint128 magnitude;
    *out = 0;
    if (value->coefficient == 0) return true;
    if (places < 0 || places > NUMBER_DIGITS_MAX) return false;
    if (__builtin_mul_overflow(value->coefficient, power((int)places), &magnitude)) return false;
    if (magnitude >> 127 != 0) return false;
    *out = value->negative ? -(int128)magnitude : (int128)magnitude;
    return true;
}

bool number_to_int64(const struct number *value, int64_t *out)
{
    int128 integer;
    if (!number_unscaled(value, 0, &integer) || integer < INT64_MIN || integer > INT64_MAX) return false;
    *out = (int64_t)integer;
    return true;
}

/* ---------------------------------------------------------------- multiples */

bool number_is_multiple(const struct number *value, const struct number *step)
{
    if (value->coefficient == 0) return true;
    /* A coefficient has no trailing zero, so no multiple of a coarser power of ten. */
    int32_t places = value->exponent - step->exponent;
    if (places < 0) return false;
    /* step divides value * 10^places: its twos and fives are paid by the power of ten as far as that reaches. */
    uint128 divisor = step->coefficient;
    for (int32_t left = places; left > 0 && divisor % 2 == 0; left--) divisor /= 2;
    for (int32_t left = places; left > 0 && divisor % 5 == 0; left--) divisor /= 5;
    return value->coefficient % divisor == 0;
}

static uint128 add_modulo(uint128 a, uint128 b, uint128 modulus)
{
    return a >= modulus - b ? a - (modulus - b) : a + b;
}

/* coefficient * 10^places modulo a modulus of any size. */
static uint128 shifted_modulo(uint128 coefficient, int32_t places, uint128 modulus)
{
    uint128 rest = coefficient % modulus;
    for (; places > 0 && rest != 0; places--) {
        uint128 twice = add_modulo(rest, rest, modulus);
        uint128 four = add_modulo(twice, twice, modulus);
        rest = add_modulo(add_modulo(four, four, modulus), twice, modulus);
    }
    return rest;
}

static bool representable(struct number *number)
{
    number_normalize(number);
    return digits_of(number->coefficient) <= NUMBER_DIGITS_MAX && number->exponent <= NUMBER_EXPONENT_MAX;
}

/* value's unit is finer than the step's by 10^places: the step is a plain integer in value's unit, or larger than it. */
static bool round_to_coarser(const struct number *value, const struct number *step, int32_t places, struct number *out)
{
    uint128 divisor;
    *out = (struct number){0};
    if (places > NUMBER_DIGITS_MAX || __builtin_mul_overflow(step->coefficient, power(places), &divisor)) return true;
    uint128 quotient = value->coefficient / divisor, rest = value->coefficient % divisor, missing = divisor - rest;
    if (rest > missing || (rest == missing && quotient % 2 == 1)) quotient++;
    *out = (struct number){quotient * divisor, value->exponent, value->negative};
    return representable(out);
}

/* The step's unit is the finer one: N = coefficient * 10^places may pass 128 bits by far, but N modulo twice the step says
 * how far the multiple is, and the result has 38 digits only where N + distance does. */
static bool round_to_finer(const struct number *value, const struct number *step, int32_t places, struct number *out)
{
    uint128 rest = shifted_modulo(value->coefficient, places, step->coefficient * 2);
    bool odd = rest >= step->coefficient;
    if (odd) rest -= step->coefficient;
    uint128 missing = step->coefficient - rest;
    bool up = rest > missing || (rest == missing && odd);
    uint128 distance = up ? missing : rest;
    *out = *value;
    if (rest == 0) return true;
    /* The last place of the distance is the last of the result. */
    int32_t exponent = step->exponent;
    for (; places > 0 && distance % 10 == 0; places--, exponent++) distance /= 10;
    uint128 scaled;
    if (places > NUMBER_DIGITS_MAX || __builtin_mul_overflow(value->coefficient, power(places), &scaled)) return false;
    if (up && __builtin_add_overflow(scaled, distance, &scaled)) return false;
    if (!up) scaled -= distance;
    *out = (struct number){scaled, exponent, value->negative};
    return representable(out);
}

bool number_round(const struct number *value, const struct number *step, struct number *out)
{
    if (value->coefficient == 0) {
        *out = *value;
        return true;
    }
    int32_t places = value->exponent - step->exponent;
    return places < 0 ? round_to_coarser(value, step, -places, out) : round_to_finer(value, step, places, out);
}

/* ---------------------------------------------------------------- number to text and double */

static int write_digits(uint128 coefficient, char out[NUMBER_DIGITS_MAX + 1])
{
    int count = digits_of(coefficient);
    for (int i = count; i > 0; i--, coefficient /= 10) out[i - 1] = (char)('0' + (int)(coefficient % 10));
    return count;
}

double number_to_double(const struct number *value)
{
    static const double exact[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int exact_power = COUNT_OF(exact) - 1;
    double magnitude;
    if (value->coefficient <= UINT64_C(1) << 53 && value->exponent >= -exact_power && value->exponent <= exact_power) {
        /* Both operands are exact doubles, so the one operation rounds correctly (Clinger 1990). */
        double coefficient = (double)(uint64_t)value->coefficient;
        magnitude = value->exponent < 0 ? coefficient / exact[-value->exponent] : coefficient * exact[value->exponent];
    } else {
        /* Digits and an exponent, no decimal point: the one thing in which strtod() would look at the locale. */
        char text[NUMBER_DIGITS_MAX + 1 + sizeof "e-2147483648"];
        int count = write_digits(value->coefficient, text);
        snprintf(text + count, sizeof text - (size_t)count, "e%d", (int)value->exponent);
        magnitude = strtod(text, NULL);
    }
    return value->negative ? -magnitude : magnitude;
}

static char *write_zeros(char *to, int count)
{
    if (count <= 0) return to;
    memset(to, '0', (size_t)count);
    return to + count;
}

static char *write_bytes(char *to, const char *bytes, int count)
{
    memcpy(to, bytes, (size_t)count);
    return to + count;
}

size_t number_format(const struct number *value, char *out)
{
    char digits[NUMBER_DIGITS_MAX + 1], *to = out;
    int count = write_digits(value->coefficient, digits), whole = count + value->exponent;
    if (value->negative) *to++ = '-';
    if (whole <= 0) *to++ = '0';
    int before = whole <= 0 ? 0 : whole < count ? whole : count;
    to = write_bytes(to, digits, before);
    to = write_zeros(to, whole - count);
    if (before < count) {
        *to++ = '.';
        to = write_zeros(to, -whole);
        to = write_bytes(to, digits + before, count - before);
    }
    return (size_t)(to - out);
}
