#include "contracts/pattern_shape.h"

#include <string.h>

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

/* ---------------------------------------------------------------- compiling */

static bool in_set(const struct shape_place *place, uint32_t byte)
{
    return byte < 128 && (place->set[byte / 64] >> (byte % 64) & 1) != 0;
}

/* The ranges of a place into one lane; unused ones repeat the last. The number of ranges, 0 when there are none or too many. */
static uint32_t fill_lane(struct shape_block *block, uint32_t lane, const struct shape_place *place)
{
    uint32_t count = 0;
    for (uint32_t byte = 0; byte < 128; byte++) {
        if (!in_set(place, byte) || (byte > 0 && in_set(place, byte - 1))) continue;
        if (count == SHAPE_RANGES_MAX) return 0;
        uint32_t last = byte;
        while (in_set(place, last + 1)) last++;
        for (uint32_t range = count; range < SHAPE_RANGES_MAX; range++) {
            block->first[range][lane] = (uint8_t)byte;
            block->width[range][lane] = (uint8_t)(last - byte);
        }
        count++;
    }
    return count;
}

void shape_compile(struct pattern_shape *shape, const struct shape_place *places, uint32_t count)
{
    shape->size = 0;
    shape->ranges = 0;
    shape->blocks = (count + SHAPE_BLOCK - 1) / SHAPE_BLOCK;
    if (count == 0 || count > SHAPE_SIZE_MAX) return;
    memset(shape->block, 0, sizeof shape->block);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t ranges = fill_lane(&shape->block[i / SHAPE_BLOCK], i % SHAPE_BLOCK, &places[i]);
        if (ranges == 0) return;
        if (ranges > shape->ranges) shape->ranges = ranges;
    }
    for (uint32_t i = count; i < shape->blocks * SHAPE_BLOCK; i++)
        shape->block[i / SHAPE_BLOCK].width[0][i % SHAPE_BLOCK] = UINT8_MAX;
    shape->size = count;
}

/* ---------------------------------------------------------------- matching */

static inline __m128i load_vector(const void *at)
{
    return _mm_loadu_si128(at);
}

/* 0xFF in each lane whose byte is in the range: unsigned byte - first <= width. */
static ALWAYS_INLINE __m128i inside(const struct shape_block *block, uint32_t range, __m128i bytes)
{
    __m128i distance = _mm_sub_epi8(bytes, load_vector(block->first[range]));
    return _mm_cmpeq_epi8(_mm_min_epu8(distance, load_vector(block->width[range])), distance);
}

static ALWAYS_INLINE bool judge(const struct pattern_shape *shape, const char *text, uint32_t ranges)
{
    const struct shape_block *block = shape->block, *end = block + shape->blocks;
    __m128i all = _mm_set1_epi8(-1);
    for (; block < end; block++, text += SHAPE_BLOCK) {
        __m128i bytes = load_vector(text), any = inside(block, 0, bytes);
        if (ranges > 1) any = _mm_or_si128(any, inside(block, 1, bytes));
        if (ranges > 2) any = _mm_or_si128(any, inside(block, 2, bytes));
        all = _mm_and_si128(all, any);
    }
    return _mm_movemask_epi8(all) == 0xFFFF;
}

bool shape_match_padded(const struct pattern_shape *shape, const char *text)
{
    switch (shape->ranges) {
    case 1: return judge(shape, text, 1);
    case 2: return judge(shape, text, 2);
    default: return judge(shape, text, SHAPE_RANGES_MAX);
    }
}

bool shape_match(const struct pattern_shape *shape, const char *text)
{
    char padded[SHAPE_SIZE_MAX];
    memcpy(padded, text, shape->size);
    return shape_match_padded(shape, padded);
}

#else

void shape_compile(struct pattern_shape *shape, const struct shape_place *places, uint32_t count)
{
    (void)places, (void)count;
    shape->size = 0;
}

bool shape_match(const struct pattern_shape *shape, const char *text)
{
    (void)shape, (void)text;
    return false;
}

bool shape_match_padded(const struct pattern_shape *shape, const char *text)
{
    return shape_match(shape, text);
}

#endif
