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

enum { JSON_SCAN_SHORT = 16, JSON_SCAN_EQUAL = 31 };

/* A `rest` for json_scan_equal() that no bytes meet. */
#define JSON_SCAN_NEVER INT32_MAX

/* 0x80 in every byte of a word. */
#define JSON_SCAN_HIGH  UINT64_C(0x8080808080808080)

/* 0x80 in each byte of `word` that is '"', '\\' or control. Borrows can set bits above a true one, never below and never
 * without one: only whether there is any, and the lowest, may be used. */
static inline uint64_t json_scan_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = word ^ (ones * '"');
    uint64_t backslash = word ^ (ones * '\\');
    uint64_t zeros = ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
    return (zeros | ((word - ones * ' ') & ~word)) & JSON_SCAN_HIGH;
}

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

static inline __m128i json_scan_load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* A bit for each of 16 bytes that is no plain one: a quote, a backslash, a control character, or from 0x80. */
static inline unsigned json_scan_marks(const char *at)
{
    __m128i bytes = json_scan_load(at);
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    /* Signed: not above it are the control characters and everything from 0x80. */
    __m128i text = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(' ' - 1));
    return (unsigned)_mm_movemask_epi8(_mm_andnot_si128(_mm_or_si128(quote, backslash), text)) ^ 0xFFFF;
}

/* Whether a quote follows within JSON_SCAN_SHORT bytes behind plain bytes only (ASCII from the space up, no backslash); *size
 * is the number of those. */
static inline bool json_scan_short(const char *at, unsigned *size)
{
    __m128i bytes = json_scan_load(at);
    __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')), text = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(' ' - 1));
    unsigned quotes = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    unsigned plain = (unsigned)_mm_movemask_epi8(_mm_andnot_si128(backslash, text));
    if (UNLIKELY(quotes == 0)) return false;
    /* Reading on waits for the size alone, so that comes from the quotes by the shortest way. */
    *size = (unsigned)__builtin_ctz(quotes);
    return (~plain & (quotes ^ (quotes - 1))) == 0;
}

/* The quote that follows plain bytes only, where the last block that it is looked for in begins before `end`; else NULL. */
static inline const char *json_scan_plain(const char *at, const char *end)
{
    do {
        unsigned marks = json_scan_marks(at);
        if (LIKELY(marks != 0)) {
            at += (unsigned)__builtin_ctz(marks);
            return *at == '"' ? at : NULL;
        }
        at += JSON_SCAN_SHORT;
    } while (at < end);
    return NULL;
}

/* Whether the bytes are the same but those for which `rest` has a bit, which are the highest; both have 32 readable bytes. */
static inline bool json_scan_equal(const char *a, const char *b, uint32_t rest)
{
    const uint32_t all = UINT32_MAX;
    uint32_t same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(json_scan_load(a), json_scan_load(b)));
    if (LIKELY((same | rest) == all)) return true;
    if (LIKELY(rest >= all << 16)) return false;
    uint32_t more = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(json_scan_load(a + 16), json_scan_load(b + 16)));
    return (same | (more & INT16_MAX) << 16 | rest) == all;
}

#else

static inline bool json_scan_short(const char *at, unsigned *size)
{
    for (*size = 0; *size < JSON_SCAN_SHORT; *size += 8) {
        uint64_t word;
        memcpy(&word, at + *size, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        uint64_t found = json_scan_word(word) | (word & JSON_SCAN_HIGH);
        if (found == 0) continue;
        *size += (unsigned)__builtin_ctzll(found) / 8;
        return at[*size] == '"';
    }
    return false;
}

static inline const char *json_scan_plain(const char *at, const char *end)
{
    unsigned size;
    do {
        if (json_scan_short(at, &size)) return at + size;
        if (size < JSON_SCAN_SHORT) return NULL;
        at += JSON_SCAN_SHORT;
    } while (at < end);
    return NULL;
}

static inline bool json_scan_equal(const char *a, const char *b, uint32_t rest)
{
    if (rest == JSON_SCAN_NEVER) return false;
    return memcmp(a, b, (size_t)__builtin_popcount(~rest)) == 0;
}

#endif

/* The first '"', '\\' or control character in [at, end), `end` when there is none. *ascii becomes false when a byte from
 * 0x80 lies before it, and is left alone otherwise. */
const char *json_scan(const char *at, const char *end, bool *ascii);

/* The portable twin, for the differential test. */
const char *json_scan_portable(const char *at, const char *end, bool *ascii);

#endif
