#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contracts/pattern_shape.h"

static uint64_t seed = 42;

static unsigned dice(unsigned sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % sides;
}

static bool holds(const struct shape_place *place, unsigned char byte)
{
    return byte < 128 && (place->set[byte / 64] >> (byte % 64) & 1) != 0;
}

static void add_range(struct shape_place *place, unsigned first, unsigned last)
{
    for (unsigned byte = first; byte <= last; byte++) place->set[byte / 64] |= UINT64_C(1) << (byte % 64);
}

/* One, two or three ranges, now and then up to the edges of ASCII. */
static void fill(struct shape_place *place)
{
    *place = (struct shape_place){{0}};
    for (unsigned ranges = 1 + dice(3); ranges > 0; ranges--) {
        unsigned first = dice(8) == 0 ? 0 : dice(128), last = dice(8) == 0 ? 127 : first + dice(20);
        add_range(place, first, last < 127 ? last : 127);
    }
}

static unsigned char member(const struct shape_place *place)
{
    unsigned char byte;
    do byte = (unsigned char)dice(128);
    while (!holds(place, byte));
    return byte;
}

#ifdef __SSE2__
static bool are_plain(const struct shape_place *places, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        for (unsigned byte = 0; byte < 128; byte++)
            if (holds(&places[i], (unsigned char)byte) && (byte < ' ' || byte == '"' || byte == '\\')) return false;
    return true;
}

/* Any bytes behind the text. */
static bool matches_padded(const struct pattern_shape *shape, const char *text)
{
    char padded[SHAPE_SIZE_MAX + SHAPE_BLOCK];
    for (size_t i = 0; i < sizeof padded; i++) padded[i] = (char)dice(256);
    memcpy(padded, text, shape->size);
    return shape_match_padded(shape, padded);
}
#endif

/* Every size, each place right and wrong: the blocks overlap differently for each. */
static void every_place_of_every_size_counts(void **state)
{
    (void)state;
    struct shape_place places[SHAPE_SIZE_MAX];
    for (unsigned round = 0; round < 40 * SHAPE_SIZE_MAX; round++) {
        uint32_t size = 1 + round % SHAPE_SIZE_MAX;
        struct pattern_shape shape;
        char *text = malloc(size); /* exactly, so that a byte too many is seen */
        assert_non_null(text);
        for (uint32_t i = 0; i < size; i++) fill(&places[i]);
        shape_compile(&shape, places, size);
#ifdef __SSE2__
        assert_int_equal(shape.size, size);
        assert_int_equal(shape.plain, are_plain(places, size));
        for (uint32_t i = 0; i < size; i++) text[i] = (char)member(&places[i]);
        assert_true(shape_match(&shape, text));
        assert_true(matches_padded(&shape, text));
        for (uint32_t at = 0; at < size; at++) {
            char right = text[at];
            text[at] = (char)dice(256);
            assert_int_equal(shape_match(&shape, text), holds(&places[at], (unsigned char)text[at]));
            assert_int_equal(matches_padded(&shape, text), holds(&places[at], (unsigned char)text[at]));
            text[at] = right;
        }
#else
        assert_int_equal(shape.size, 0);
#endif
        free(text);
    }
}

static void what_is_not_of_the_kind_has_no_shape(void **state)
{
    (void)state;
    struct shape_place places[SHAPE_SIZE_MAX + 1] = {{{0}}};
    struct pattern_shape shape;
    for (unsigned i = 0; i <= SHAPE_SIZE_MAX; i++) add_range(&places[i], 'a', 'z');
    shape_compile(&shape, places, 0);
    assert_int_equal(shape.size, 0);
    shape_compile(&shape, places, SHAPE_SIZE_MAX + 1);
    assert_int_equal(shape.size, 0);
    for (unsigned byte = '0'; byte < '8'; byte += 2) add_range(&places[3], byte, byte);
    shape_compile(&shape, places, 4);
    assert_int_equal(shape.size, 0);
    places[3] = (struct shape_place){{0}};
    shape_compile(&shape, places, 4);
    assert_int_equal(shape.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_of_every_size_counts),
        cmocka_unit_test(what_is_not_of_the_kind_has_no_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
