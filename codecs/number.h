/* number.h - JSON numbers, exactly.
 *
 * A number is kept as sign, a coefficient of at most 38 digits and a decimal exponent: value = +-coefficient * 10^exponent.
 * Invariants: trailing zeros of the coefficient are removed, zero is {0, 0, false} (so -0 is 0). Two numbers are equal
 * exactly when their three fields are. Nothing here goes through a double except number_to_double(). */
#ifndef HEADGATE_CODECS_NUMBER_H
#define HEADGATE_CODECS_NUMBER_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

struct number {
    uint128 coefficient;
    int32_t exponent;
    bool negative;
};

enum number_status {
    NUMBER_OK,
    NUMBER_SYNTAX, /* not a number of RFC 8259 section 6 */
    NUMBER_SIZE,   /* more than 38 significant digits, or an exponent beyond +-400 */
};

/* The exponent is the one of the struct, after trailing zeros moved into it: 1e400 is held, 10e400 is not. */
enum { NUMBER_DIGITS_MAX = 38, NUMBER_EXPONENT_MAX = 400 };
enum { NUMBER_TEXT_MAX = 480 }; /* room for the longest canonical text */

/* Reads the whole of `text` as one RFC 8259 number. Leading zeros of the fraction and trailing zeros do not count as digits. */
enum number_status number_parse(struct span text, struct number *out) MUST_CHECK;

/* Reads the longest RFC 8259 number at `at`, looking at no byte at or behind `end`, and returns the byte behind it. With
 * NUMBER_SYNTAX it returns the byte that is wrong instead (`end` when the text stops too early). `out` may be NULL: then only
 * the syntax is checked and the status is never NUMBER_SIZE. */
const char *number_scan(const char *at, const char *end, struct number *out, enum number_status *status);

/* Moves the trailing zeros of a coefficient into the exponent and mends zero: establishes the invariants above. */
void number_normalize(struct number *number);

/* A number of at most 18 digits as written: trailing zeros and the sign of zero are still to be mended. */
struct number_short {
    uint64_t coefficient;
    int32_t exponent;
    bool negative;
};

/* The number that eight digits are, the first in the lowest byte. */
static inline uint32_t number_of_digits(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    digits = ((digits & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
              ((digits >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
             32;
    return (uint32_t)digits;
}

/* Eight bytes at once, since a loop over digits ends at a place that no processor can foresee: each digit as its value, the first
 * in the lowest byte, and in *others a high bit for each byte that is no digit. A carry out of such a byte only spoils what lies
 * behind it. */
static inline uint64_t number_load_eight(const char *at, uint64_t *others)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    word ^= UINT64_C(0x3030303030303030);
    *others = ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
    return word;
}

/* The digits at `at`, eight at most: *value is their number. */
static inline unsigned number_scan_eight(const char *at, uint64_t *value)
{
    uint64_t others, word = number_load_eight(at, &others);
    unsigned count = others != 0 ? (unsigned)__builtin_ctzll(others) / 8 : 8;
    /* The digits to the end of the word, zeros before them; by half the way twice, since no digit at all is all the way. */
    unsigned half = 4 * (8 - count);
    *value = number_of_digits(word << half << half);
    return count;
}

static const uint32_t number_powers_eight[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* The digits behind eight, added to *coefficient; returns the byte behind them, or one behind `last` with the value lost. */
static inline const char *number_scan_more(const char *at, const char *last, uint64_t *coefficient)
{
    unsigned count;
    do {
        uint64_t value;
        count = number_scan_eight(at, &value);
        *coefficient = *coefficient * number_powers_eight[count] + value;
        at += count;
    } while (count == 8 && at <= last);
    return at;
}

/* number_scan() for the short plain numbers that events are made of, inline: NULL when the number has more than 18 digits, an
 * exponent or a fault, and the caller asks number_scan(). Knows no end: it may read 40 bytes from `at`, and the caller drops a
 * result that lies behind the text's end. Who ignores *out pays for the check alone. Only a result whose last digit is 0 needs
 * number_normalize(). */
static inline const char *number_scan_short(const char *at, struct number_short *out)
{
    const char *start = at + (*at == '-'), *last = start + 18;
    uint64_t coefficient, fraction;
    unsigned count = number_scan_eight(start, &coefficient);
    const char *digit = start + count;
    if (count == 8) digit = number_scan_more(digit, last, &coefficient);
    int32_t exponent = 0;
    if (UNLIKELY(count == 0 || (*start == '0' && digit > start + 1))) return NULL;
    if (*digit == '.') {
        const char *point = digit + 1;
        count = number_scan_eight(point, &fraction);
        if (UNLIKELY(count == 0)) return NULL;
        coefficient = coefficient * number_powers_eight[count] + fraction;
        digit = point + count;
        if (count == 8) digit = number_scan_more(digit, last, &coefficient);
        exponent = (int32_t)(point - digit);
    }
    *out = (struct number_short){coefficient, exponent, *at == '-'};
    /* 'E' and 'e' differ in one bit. At 19 places there may be more. */
    return UNLIKELY(digit > last || (*digit | 0x20) == 'e') ? NULL : digit;
}

/* Bytes that may follow a number and need no second look: white space, a comma, a closing bracket. What is below the comma and
 * none of these cannot stand there, and is refused by who reads on. */
static inline bool number_ends(char byte)
{
    return LIKELY((unsigned char)byte <= ',') || byte == '}' || byte == ']';
}

/* number_scan_short() for numbers that fit into eight bytes with a byte behind them, the decimal point included: one look at them
 * all. NULL says only that number_scan_short() is to be asked. Reads nine bytes from `at`; knows no end. */
static inline const char *number_scan_tiny(const char *at, struct number_short *out)
{
    const char *start = at + (*at == '-');
    uint64_t others, word = number_load_eight(start, &others);
    if (UNLIKELY(others == 0)) return NULL;
    unsigned bits = (unsigned)__builtin_ctzll(others), count = bits / 8, unused = 71 - bits;
    const char *behind = start + count;
    int32_t exponent = 0;
    /* A 0 before other digits, or no digit at all. */
    if (UNLIKELY((count > 1 && *start == '0') || count == 0)) return NULL;
    if (*behind == '.') {
        uint64_t point = (others & -others) >> 7;
        others &= others - 1;
        if (UNLIKELY(others == 0)) return NULL;
        bits = (unsigned)__builtin_ctzll(others);
        behind = start + bits / 8;
        exponent = (int32_t)(count + 1) - (int32_t)(bits / 8);
        if (UNLIKELY(exponent == 0)) return NULL;
        /* The point's place is closed. */
        word = (word & (point - 1)) | (word >> 8 & -point);
        unused = 79 - bits;
    }
    if (UNLIKELY(!number_ends(*behind))) return NULL;
    *out = (struct number_short){number_of_digits(word << unused), exponent, *at == '-'};
    return behind;
}

/* An integer of seven digits and fewer with a byte behind it that ends it; NULL says only that another way is to be taken. Reads
 * nine bytes from `at`; knows no end. */
static inline const char *number_scan_integer(const char *at, int64_t *out)
{
    const char *start = at + (*at == '-');
    uint64_t others, word = number_load_eight(start, &others);
    if (UNLIKELY(others == 0)) return NULL;
    unsigned bits = (unsigned)__builtin_ctzll(others);
    const char *behind = start + bits / 8;
    /* No digit at all, or a 0 before others. */
    if (UNLIKELY(bits == 7 || (*start == '0' && bits > 15) || !number_ends(*behind))) return NULL;
    int64_t value = number_of_digits(word << (71 - bits));
    *out = *at == '-' ? -value : value;
    return behind;
}

/* The same for 8 to 18 digits; reads 26 bytes. */
static inline const char *number_scan_integer_long(const char *at, int64_t *out)
{
    uint64_t value;
    const char *start = at + (*at == '-'), *last = start + 18;
    if (UNLIKELY(number_scan_eight(start, &value) != 8)) return NULL;
    const char *behind = number_scan_more(start + 8, last, &value);
    if (UNLIKELY(behind > last || *start == '0' || !number_ends(*behind))) return NULL;
    *out = *at == '-' ? -(int64_t)value : (int64_t)value;
    return behind;
}

/* Exactly. */
struct number number_of_int(int64_t value);

/* -1, 0, 1 as a is less than, equal to or greater than b. Exact for all representable numbers. */
int number_compare(const struct number *a, const struct number *b);

/* Whether value is an integer multiple of step (step > 0). Exact. */
bool number_is_multiple(const struct number *value, const struct number *step);

/* The value as an integer in units of 10^-scale; false when it has more fraction digits than `scale` or does not fit. */
bool number_unscaled(const struct number *value, int scale, int128 *out) MUST_CHECK;

/* The integer value; false when there is a fraction or it does not fit 64 bits signed. 1.0 and 1e2 are integers. */
bool number_to_int64(const struct number *value, int64_t *out) MUST_CHECK;

/* The nearest double (ties to even); +-infinity when beyond its range. */
double number_to_double(const struct number *value);

/* To the nearest multiple of step (step > 0), half to even, exact; false when the result passes 38 digits or its exponent
 * passes 400. */
bool number_round(const struct number *value, const struct number *step, struct number *out) MUST_CHECK;

/* Canonical text: plain notation, no exponent, no trailing zeros, -0 is 0. Returns the length written to `out`
 * (NUMBER_TEXT_MAX bytes). */
size_t number_format(const struct number *value, char *out);

#endif
