#include "contracts/pattern_shape.h"

#include <string.h>

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)

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

/* What JSON writes as an escape. */
#define MARKS_LOW  (UINT64_C(0xFFFFFFFF) | UINT64_C(1) << '"')
#define MARKS_HIGH (UINT64_C(1) << ('\\' - 64))

void shape_compile(struct pattern_shape *shape, const struct shape_place *places, uint32_t count)
{
    shape->size = 0;
    shape->ranges = 0;
    shape->plain = true;
    shape->blocks = (count + SHAPE_BLOCK - 1) / SHAPE_BLOCK;
    if (count == 0 || count > SHAPE_SIZE_MAX) return;
    memset(shape->block, 0, sizeof shape->block);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t ranges = fill_lane(&shape->block[i / SHAPE_BLOCK], i % SHAPE_BLOCK, &places[i]);
        if (ranges == 0) return;
        if (ranges > shape->ranges) shape->ranges = ranges;
        if ((places[i].set[0] & MARKS_LOW) != 0 || (places[i].set[1] & MARKS_HIGH) != 0) shape->plain = false;
    }
    for (uint32_t i = count; i < shape->blocks * SHAPE_BLOCK; i++)
        shape->block[i / SHAPE_BLOCK].width[0][i % SHAPE_BLOCK] = UINT8_MAX;
    shape->size = count;
}

/* ---------------------------------------------------------------- matching */

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

#endif
