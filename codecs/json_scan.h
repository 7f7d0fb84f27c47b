/* json_scan.h - finds the bytes of a JSON string that need attention.
 *
 * json_scan_short() is the inline part, over the first 16 bytes: SSE2 where the target always has it, else two 64-bit words.
 * json_scan() is the long way, AVX2 where the machine has it. Defining HEADGATE_PORTABLE leaves only the portable versions
 * of both, in every file that includes this header: that is how tests run the whole reader without SIMD.
 *
 * All of them may read 64 bytes behind the text's end and never let those bytes change a result. */
#ifndef HEADGATE_CODECS_JSON_SCAN_H
#define HEADGATE_CODECS_JSON_SCAN_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { JSON_SCAN_SHORT = 16 };

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

/* The number of plain bytes at `at`: printable ASCII but '"' and '\\'; JSON_SCAN_SHORT when 16 or more. */
static inline unsigned json_scan_short(const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    /* Signed: below the space are the control characters and everything from 0x80. */
    __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    int found = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), other));
    return (unsigned)__builtin_ctz((unsigned)found | (1U << JSON_SCAN_SHORT));
}

#else

/* 0x80 in each byte of `word` that is '"', '\\', control or not ASCII. Borrows can set bits above a true one, never below:
 * only the lowest set bit may be used. */
static inline uint64_t json_scan_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = word ^ (ones * '"');
    uint64_t backslash = word ^ (ones * '\\');
    uint64_t zeros = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
    return (zeros | ((word - ones * ' ') & ~word) | word) & (ones * 0x80);
}

/* The number of plain bytes at `at`: printable ASCII but '"' and '\\'; JSON_SCAN_SHORT when 16 or more. */
static inline unsigned json_scan_short(const char *at)
{
    for (unsigned i = 0; i < JSON_SCAN_SHORT; i += 8) {
        uint64_t word;
        memcpy(&word, at + i, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        uint64_t found = json_scan_word(word);
        if (found != 0) return i + (unsigned)__builtin_ctzll(found) / 8;
    }
    return JSON_SCAN_SHORT;
}

#endif

/* The first '"', '\\' or control character in [at, end), `end` when there is none. *ascii becomes false when a byte from
 * 0x80 lies before it, and is left alone otherwise. */
const char *json_scan(const char *at, const char *end, bool *ascii);

/* The portable twin, for the differential test. */
const char *json_scan_portable(const char *at, const char *end, bool *ascii);

#endif
