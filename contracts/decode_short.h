/* decode_short.h - scalars as senders mostly write them, read at a place in the text; only decode.c includes it.
 *
 * Each gives the place behind the value, or NULL, having done nothing that counts: then the long way is due (decode_value.h),
 * which reads every spelling. No short way ends behind walk->fast_end. */
#ifndef HEADGATE_CONTRACTS_DECODE_SHORT_H
#define HEADGATE_CONTRACTS_DECODE_SHORT_H

#include "contracts/decode.h"

static ALWAYS_INLINE const char *short_string(const struct walk *walk, const char *at, struct json_string *out)
{
    unsigned size;
    const char *text = at + 1;
    if (UNLIKELY(*at != '"' || !json_scan_plain(text, walk->fast_end, &size))) return NULL;
    out->text = (struct span){text, size};
    out->ascii = true;
    return text + size + 1;
}

/* Eight digits and fewer at one look, up to 18 otherwise. */
static ALWAYS_INLINE const char *short_number(const struct walk *walk, const char *at, struct number_short *out)
{
    const char *behind = number_scan_tiny(at, out);
    if (UNLIKELY(behind == NULL)) behind = number_scan_short(at, out);
    return LIKELY(behind != NULL && behind <= walk->fast_end) ? behind : NULL;
}

static ALWAYS_INLINE const char *short_integer(const struct walk *walk, const char *at, int64_t *out)
{
    struct number_short number UNINITIALIZED;
    const char *behind = short_number(walk, at, &number);
    if (UNLIKELY(behind == NULL || number.exponent != 0)) return NULL;
    int64_t value = (int64_t)number.coefficient;
    *out = number.negative ? -value : value;
    return behind;
}

/* At most 18 digits, and `unit` shifts them to the scale: the product fits 64 bits or is left to the long way. */
static ALWAYS_INLINE const char *short_decimal(const struct walk *walk, const char *at, int scale, int64_t *out)
{
    static const int64_t powers[] = {1,
                                     10,
                                     100,
                                     1000,
                                     10000,
                                     100000,
                                     1000000,
                                     10000000,
                                     100000000,
                                     1000000000,
                                     INT64_C(10000000000),
                                     INT64_C(100000000000),
                                     INT64_C(1000000000000),
                                     INT64_C(10000000000000),
                                     INT64_C(100000000000000),
                                     INT64_C(1000000000000000),
                                     INT64_C(10000000000000000),
                                     INT64_C(100000000000000000),
                                     INT64_C(1000000000000000000)};
    struct number_short number UNINITIALIZED;
    const char *behind = short_number(walk, at, &number);
    if (UNLIKELY(behind == NULL)) return NULL;
    unsigned places = (unsigned)(number.exponent + scale);
    int64_t value = (int64_t)number.coefficient;
    if (UNLIKELY(places >= COUNT_OF(powers) || __builtin_mul_overflow(value, powers[places], &value))) return NULL;
    *out = number.negative ? -value : value;
    return behind;
}

static ALWAYS_INLINE const char *short_real(const struct walk *walk, const char *at, struct slot_real *real, struct number *out)
{
    struct number_short number UNINITIALIZED;
    const char *behind = short_number(walk, at, &number);
    if (UNLIKELY(behind == NULL)) return NULL;
    *out = (struct number){number.coefficient, number.exponent, number.negative};
    if (UNLIKELY(behind[-1] == '0')) number_normalize(out);
    *real = slot_real_of(out);
    return behind;
}

static ALWAYS_INLINE const char *short_boolean(const struct walk *walk, const char *at, bool *out)
{
    bool yes = memcmp(at, "true", 4) == 0;
    const char *behind = at + (yes ? 4 : 5);
    if (UNLIKELY(behind > walk->fast_end || (!yes && memcmp(at, "false", 5) != 0))) return NULL;
    *out = yes;
    return behind;
}

static ALWAYS_INLINE const char *short_instant(const struct walk *walk, const char *at, int64_t *out)
{
    if (UNLIKELY(*at != '"')) return NULL;
    size_t size = timestamp_scan(at + 1, walk->recent, out);
    const char *behind = at + 1 + size;
    return LIKELY(size != 0 && *behind == '"' && behind < walk->fast_end) ? behind + 1 : NULL;
}

#endif
