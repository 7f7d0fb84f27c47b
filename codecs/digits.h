/* digits.h - integers as decimal digits, without printf, which costs some thousand instructions a number. */
#ifndef HEADGATE_CODECS_DIGITS_H
#define HEADGATE_CODECS_DIGITS_H

#include <stdint.h>

enum { DIGITS_MAX = 20 }; /* of any value, a sign included */

/* Writes `value` without leading zeros and returns the end; DIGITS_MAX bytes are room enough. Nothing is written behind it, not
 * even a NUL, so room for just the digits is enough too. */
static inline char *digits_write(char *to, uint64_t value)
{
    char *end = to + 1;
    for (uint64_t rest = value; rest >= 10; rest /= 10) end++;
    char *at = end;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (at > to);
    return end;
}

/* The same with a minus where the value is below 0. */
static inline char *digits_write_signed(char *to, int64_t value)
{
    if (value >= 0) return digits_write(to, (uint64_t)value);
    *to = '-';
    return digits_write(to + 1, 0 - (uint64_t)value);
}

#endif
