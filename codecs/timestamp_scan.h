/* timestamp_scan.h - timestamp_scan() for the day that was read last, inline and sixteen bytes at a time.
 *
 * Only where the target always has SSE2; elsewhere timestamp_scan() reads everything. */
#ifndef HEADGATE_CODECS_TIMESTAMP_SCAN_H
#define HEADGATE_CODECS_TIMESTAMP_SCAN_H

#include "codecs/timestamp.h"

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

/* The least byte of each place behind the T, and how much more is allowed: hh:mm:ssZ and hh:mm:ss.fffZ. Behind the Z is anything.
 */
struct timestamp_clock {
    _Alignas(16) uint8_t least[16], more[16];
};
static const struct timestamp_clock timestamp_clocks[2] = {
    {{'0', '0', ':', '0', '0', ':', '0', '0', 'Z'}, {2, 9, 0, 5, 9, 0, 5, 9, 0, 255, 255, 255, 255, 255, 255, 255}},
    {{'0', '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 'Z'}, {2, 9, 0, 5, 9, 0, 5, 9, 0, 9, 9, 9, 0, 255, 255, 255}},
};

/* As timestamp_scan(); also 0 when the day is another than the recent one. */
static inline size_t MUST_CHECK timestamp_scan_recent(const char *at, const struct timestamp_recent *recent, int64_t *us)
{
    enum { DAY = 11, FRACTION = 19 };
    bool fraction = at[FRACTION] == '.';
    const void *least = timestamp_clocks[fraction].least, *more = timestamp_clocks[fraction].more;
    __m128i head = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i day = _mm_loadu_si128((const __m128i *)(const void *)recent->day);
    __m128i clock = _mm_loadu_si128((const __m128i *)(const void *)(at + DAY));
    __m128i values = _mm_sub_epi8(clock, _mm_load_si128((const __m128i *)least));
    __m128i beyond = _mm_subs_epu8(values, _mm_load_si128((const __m128i *)more));
    unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(head, day)) | recent->rest;
    unsigned fine = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(beyond, _mm_setzero_si128()));
    if (UNLIKELY(same != UINT32_MAX || fine != 0xFFFF)) return 0;
    /* Ten times each digit and the one behind it. */
    uint64_t digits = (uint64_t)_mm_cvtsi128_si64(values), pairs = digits * 10 + (digits >> 8);
    unsigned hour = pairs & 0xFF, minute = pairs >> 24 & 0xFF, second = pairs >> 48 & 0xFF;
    if (UNLIKELY(hour > 23)) return 0;
    int64_t seconds = hour * 3600 + minute * 60 + second;
    unsigned parts = (unsigned)_mm_cvtsi128_si32(_mm_unpackhi_epi64(values, values));
    unsigned ms = (parts >> 8 & 0xFF) * 100 + (parts >> 16 & 0xFF) * 10 + (parts >> 24);
    *us = recent->midnight + seconds * US_PER_SECOND + (fraction ? ms : 0) * US_PER_MS;
    return fraction ? FRACTION + 5 : FRACTION + 1;
}

#else

static inline size_t MUST_CHECK timestamp_scan_recent(const char *at, const struct timestamp_recent *recent, int64_t *us)
{
    (void)at, (void)recent, (void)us;
    return 0;
}

#endif

#endif
