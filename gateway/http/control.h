/* control.h - finds the control characters that end or spoil a line of a head.
 *
 * control_find() takes 16 bytes at a look where the target always has SSE2; control_find_portable() is the same a byte at a time,
 * for all other targets and for the test that holds the two together. */
#ifndef HEADGATE_GATEWAY_HTTP_CONTROL_H
#define HEADGATE_GATEWAY_HTTP_CONTROL_H

#include <stdbool.h>

enum { CONTROL_PADDING = 16 };

/* The controls that no field value may hold: all but the tab (RFC 9110 section 5.5). */
static inline bool is_control(char byte)
{
    unsigned char value = (unsigned char)byte;
    return (value < ' ' && value != '\t') || value == 0x7f;
}

/* The first control character from `at` on; `end` when there is none before it. */
static inline const char *control_find_portable(const char *at, const char *end)
{
    while (at < end && !is_control(*at)) at++;
    return at;
}

#ifdef __SSE2__
#include <emmintrin.h>

/* The same; CONTROL_PADDING bytes behind `end` must be readable, and never change the result. */
static inline const char *control_find(const char *at, const char *end)
{
    const __m128i last = _mm_set1_epi8(' ' - 1), tab = _mm_set1_epi8('\t'), delete = _mm_set1_epi8(0x7f);
    for (; at < end; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last), bytes);
        __m128i found = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), low), _mm_cmpeq_epi8(bytes, delete));
        unsigned bits = (unsigned)_mm_movemask_epi8(found);
        if (bits == 0) continue;
        at += __builtin_ctz(bits);
        return at < end ? at : end;
    }
    return end;
}
#else
static inline const char *control_find(const char *at, const char *end)
{
    return control_find_portable(at, end);
}
#endif

#endif
