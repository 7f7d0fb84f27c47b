#include "contracts/pattern_shape.h"

#include <string.h>

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

/* ---------------------------------------------------------------- compiling */

/* Where the bytes of a block come from, as load_block() below loads them: a text of 16 bytes and more in blocks of 16 of which
 * the last overlaps, a shorter one as its head and its tail. */
static uint32_t place_of(uint32_t size, uint32_t block, uint32_t lane)
{
    if (size >= SHAPE_BLOCK) {
        uint32_t start = block * SHAPE_BLOCK;
        return (start + SHAPE_BLOCK <= size ? start : size - SHAPE_BLOCK) + lane;
    }
    if (size >= 8) return lane < 8 ? lane : size - 16 + lane;
    if (size >= 4) return lane % 8 < 4 ? lane % 8 : size - 8 + lane % 8;
    return lane % 4 == 0 ? 0 : lane % 4 == 1 ? size / 2 : size - 1;
}

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
    for (uint32_t i = 0; i < shape->blocks * SHAPE_BLOCK; i++) {
        uint32_t block = i / SHAPE_BLOCK, lane = i % SHAPE_BLOCK;
        uint32_t ranges = fill_lane(&shape->block[block], lane, &places[place_of(count, block, lane)]);
        if (ranges == 0) return;
        if (ranges > shape->ranges) shape->ranges = ranges;
    }
    shape->size = count;
}

/* ---------------------------------------------------------------- matching */

static inline uint64_t load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint64_t load_half(const char *at)
{
    uint32_t half;
    memcpy(&half, at, sizeof half);
    return half;
}

static inline __m128i load_short(const char *text, uint32_t size)
{
    if (size >= 8) return _mm_set_epi64x((long long)load_word(text + size - 8), (long long)load_word(text));
    uint64_t bytes;
    if (size >= 4) {
        bytes = load_half(text) | load_half(text + size - 4) << 32;
    } else {
        uint64_t last = (unsigned char)text[size - 1];
        bytes = (unsigned char)text[0] | (uint64_t)(unsigned char)text[size / 2] << 8 | last << 16 | last << 24;
        bytes |= bytes << 32;
    }
    return _mm_set_epi64x((long long)bytes, (long long)bytes);
}

static inline __m128i load_vector(const void *at)
{
    return _mm_loadu_si128(at);
}

/* 0xFF in each lane whose byte is in one of its ranges: unsigned byte - first <= width. */
static inline __m128i judge(const struct shape_block *block, uint32_t ranges, __m128i bytes)
{
    __m128i inside = _mm_setzero_si128();
    for (uint32_t i = 0; i < ranges; i++) {
        __m128i distance = _mm_sub_epi8(bytes, load_vector(block->first[i]));
        inside = _mm_or_si128(inside, _mm_cmpeq_epi8(_mm_min_epu8(distance, load_vector(block->width[i])), distance));
    }
    return inside;
}

bool shape_match(const struct pattern_shape *shape, const char *text)
{
    if (shape->size < SHAPE_BLOCK)
        return _mm_movemask_epi8(judge(shape->block, shape->ranges, load_short(text, shape->size))) == 0xFFFF;
    __m128i inside = _mm_set1_epi8(-1);
    for (uint32_t i = 0; i < shape->blocks; i++) {
        uint32_t start = i * SHAPE_BLOCK + SHAPE_BLOCK <= shape->size ? i * SHAPE_BLOCK : shape->size - SHAPE_BLOCK;
        inside = _mm_and_si128(inside, judge(&shape->block[i], shape->ranges, load_vector(text + start)));
    }
    return _mm_movemask_epi8(inside) == 0xFFFF;
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

#endif
