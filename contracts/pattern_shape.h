/* pattern_shape.h - patterns whose every text has one length: ^pay_[A-Za-z0-9]{16}$, ^[0-9a-f]{8}-[0-9a-f]{4}$.
 *
 * Each place of the text has a class of at most three ranges of ASCII characters, and sixteen places are judged at a time. Ids
 * and codes are of this kind, and they are most of what contracts give patterns for. */
#ifndef HEADGATE_CONTRACTS_PATTERN_SHAPE_H
#define HEADGATE_CONTRACTS_PATTERN_SHAPE_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHAPE_SIZE_MAX = 64, SHAPE_RANGES_MAX = 3, SHAPE_BLOCK = 16 };

/* A lane is a place of the text; those behind its end take any byte. */
struct shape_block {
    _Alignas(SHAPE_BLOCK) uint8_t first[SHAPE_RANGES_MAX][SHAPE_BLOCK]; /* of a range, per lane */
    uint8_t width[SHAPE_RANGES_MAX][SHAPE_BLOCK];                       /* last - first */
};

struct pattern_shape {
    uint32_t size; /* of the text; 0 = not of this kind */
    uint32_t blocks;
    uint32_t ranges;
    bool plain; /* no place takes a quote, a backslash or a control character */
    struct shape_block block[SHAPE_SIZE_MAX / SHAPE_BLOCK];
};

/* The characters that may stand in one place, a bit each. */
struct shape_place {
    uint64_t set[2];
};

/* Fills the shape; leaves shape->size 0 when a place has too many ranges, or where this machine's code has no SIMD. */
void shape_compile(struct pattern_shape *shape, const struct shape_place *places, uint32_t count);

/* Whether the text, of exactly shape->size bytes, fits. Reads no byte behind them. */
bool shape_match(const struct pattern_shape *shape, const char *text) MUST_CHECK;

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

/* How far each byte lies beyond the range of its lane; 0 inside. */
static ALWAYS_INLINE __m128i shape_beyond(const struct shape_block *block, unsigned range, __m128i bytes)
{
    const void *first = block->first[range], *width = block->width[range];
    return _mm_subs_epu8(_mm_sub_epi8(bytes, _mm_load_si128((const __m128i *)first)), _mm_load_si128((const __m128i *)width));
}

/* No more than `ranges` are looked at, which is a constant. */
static ALWAYS_INLINE bool shape_fits(const struct pattern_shape *shape, const char *text, unsigned ranges)
{
    const struct shape_block *block = shape->block;
    uint32_t left = shape->blocks;
    __m128i all = _mm_setzero_si128();
    do {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
        __m128i beyond = shape_beyond(block, 0, bytes);
        for (unsigned range = 1; range < ranges; range++) beyond = _mm_min_epu8(beyond, shape_beyond(block, range, bytes));
        all = _mm_or_si128(all, beyond);
        text += SHAPE_BLOCK;
        block++;
    } while (--left > 0);
    return _mm_movemask_epi8(_mm_cmpeq_epi8(all, _mm_setzero_si128())) == 0xFFFF;
}

/* The same where SHAPE_BLOCK bytes behind the text can be read; what they hold does not matter. */
static inline bool MUST_CHECK shape_match_padded(const struct pattern_shape *shape, const char *text)
{
    return shape->ranges == 1 ? shape_fits(shape, text, 1) : shape_fits(shape, text, SHAPE_RANGES_MAX);
}

#else

static inline bool MUST_CHECK shape_match_padded(const struct pattern_shape *shape, const char *text)
{
    return shape_match(shape, text);
}

#endif

#endif
