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

enum { JSON_SCAN_SHORT = 16, JSON_SCAN_EQUAL = 32 };

/* A mask for json_scan_equal() that no bytes meet. */
#define JSON_SCAN_NEVER (UINT64_C(1) << 63)

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

/* Whether a quote follows within JSON_SCAN_SHORT bytes behind plain bytes only (ASCII from the space up, no backslash); *size
 * is the number of those. */
static inline bool json_scan_short(const char *at, unsigned *size)
{
    __m128i bytes = json_scan_load(at);
    __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    /* Signed: below the space are the control characters and everything from 0x80. */
    __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
    unsigned quotes = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
    unsigned others = (unsigned)_mm_movemask_epi8(_mm_or_si128(backslash, other));
    if (UNLIKELY(quotes == 0)) return false;
    /* Reading on waits for the size alone, so that comes from the quotes by the shortest way. */
    *size = (unsigned)__builtin_ctz(quotes);
    return (others & (quotes ^ (quotes - 1))) == 0;
}

/* The same for a string of any length whose quote lies before `end`. */
static inline bool json_scan_plain(const char *at, const char *end, unsigned *size)
{
    const char *block = at;
    do {
        __m128i bytes = json_scan_load(block);
        __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
        unsigned quotes = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
        unsigned others = (unsigned)_mm_movemask_epi8(_mm_or_si128(backslash, other));
        if (LIKELY(quotes != 0)) {
            const char *quote = block + __builtin_ctz(quotes);
            *size = (unsigned)(quote - at);
            return (others & (quotes ^ (quotes - 1))) == 0 && quote < end;
        }
        if (others != 0) return false;
        block += JSON_SCAN_SHORT;
    } while (block < end);
    return false;
}

/* Whether the bytes are the same for which `mask` has a bit, from the lowest; both have JSON_SCAN_EQUAL readable bytes. */
static inline bool json_scan_equal(const char *a, const char *b, uint64_t mask)
{
    uint64_t same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(json_scan_load(a), json_scan_load(b)));
    if (UNLIKELY(mask > UINT16_MAX))
        same |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(json_scan_load(a + 16), json_scan_load(b + 16))) << 16;
    return (~same & mask) == 0;
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

static inline bool json_scan_plain(const char *at, const char *end, unsigned *size)
{
    const char *byte = at;
    while (byte < end && *byte != '"') {
        if ((unsigned char)*byte < ' ' || (unsigned char)*byte >= 0x80 || *byte == '\\') return false;
        byte++;
    }
    *size = (unsigned)(byte - at);
    return byte < end;
}

static inline bool json_scan_equal(const char *a, const char *b, uint64_t mask)
{
    if ((mask & JSON_SCAN_NEVER) != 0) return false;
    return memcmp(a, b, (size_t)__builtin_popcountll(mask)) == 0;
}

#endif

/* The first '"', '\\' or control character in [at, end), `end` when there is none. *ascii becomes false when a byte from
 * 0x80 lies before it, and is left alone otherwise. */
const char *json_scan(const char *at, const char *end, bool *ascii);

/* The portable twin, for the differential test. */
const char *json_scan_portable(const char *at, const char *end, bool *ascii);

#endif
