#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/arena.h"

static void hands_out_aligned_room_until_its_limit(void **state)
{
    (void)state;
    struct arena *arena = arena_create(100 * 1024);
    assert_non_null(arena);
    assert_non_null(arena_bytes(arena, 3));
    void *aligned = arena_alloc(arena, 100);
    assert_int_equal((uintptr_t)aligned % 16, 0);
    assert_non_null(arena_alloc(arena, 60 * 1024));
    assert_null(arena_alloc(arena, 60 * 1024));
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_non_null(arena_alloc(arena, 60 * 1024));
    arena_destroy(arena);
}

static void refuses_a_count_that_overflows(void **state)
{
    (void)state;
    struct arena *arena = arena_create(4096);
    assert_null(arena_calloc(arena, SIZE_MAX / 2, 4));
    arena_destroy(arena);
}

static void gives_back_the_tail_of_the_last_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_create(4096);
    char *first = arena_bytes(arena, 1000);
    arena_trim(arena, first, 1000, 10);
    assert_int_equal(arena_used(arena), 10);
    char *second = arena_bytes(arena, 1);
    assert_ptr_equal(second, first + 10);
    arena_trim(arena, first, 1000, 0); /* no longer the last: nothing happens */
    assert_int_equal(arena_used(arena), 11);
    arena_destroy(arena);
}

static void keeps_bytes_and_alignment_at_the_very_end(void **state)
{
    (void)state;
    struct arena *arena = arena_create(1000);
    assert_non_null(arena_bytes(arena, 993));
    assert_null(arena_alloc(arena, 8)); /* 7 are left */
    void *aligned = arena_alloc(arena, 1);
    assert_true(aligned != NULL && (uintptr_t)aligned % ARENA_ALIGNMENT == 0);
    assert_non_null(arena_bytes(arena, 6));
    assert_null(arena_bytes(arena, 1));
    assert_null(arena_bytes(arena, SIZE_MAX));
    assert_null(arena_alloc(arena, SIZE_MAX));
    assert_non_null(arena_bytes(arena, 0));
    arena_destroy(arena);
}

static void keeps_the_largest_block_that_is_not_huge(void **state)
{
    (void)state;
    struct arena *arena = arena_create(10 * 1024 * 1024);
    char *first = arena_bytes(arena, 1000), *large = arena_bytes(arena, 100 * 1024), *huge = arena_bytes(arena, 1024 * 1024);
    char *last = arena_bytes(arena, 100);
    assert_true(first != NULL && large != NULL && huge != NULL && last != NULL);
    arena_reset(arena);
    assert_ptr_equal(arena_bytes(arena, 100 * 1024), large); /* neither too small nor too large */
    arena_reset(arena);
    assert_ptr_equal(arena_bytes(arena, 1), large);
    arena_destroy(arena);
}

static void tells_what_it_keeps(void **state)
{
    (void)state;
    struct arena *small = arena_create(1000), *arena = arena_create(10 * 1024 * 1024);
    assert_int_equal(arena_held(small), 1000);
    size_t first = arena_held(arena);
    assert_non_null(arena_bytes(arena, first));
    assert_int_equal(arena_held(arena), first); /* however much of it is used */
    assert_non_null(arena_bytes(arena, 100 * 1024));
    assert_non_null(arena_bytes(arena, 1024 * 1024));
    arena_reset(arena);
    assert_int_equal(arena_held(arena), 100 * 1024);
    arena_destroy(arena);
    arena_destroy(small);
}

/* What was kept from before makes no difference. */
static void hands_out_the_same_after_a_reset(void **state)
{
    (void)state;
    struct arena *arena = arena_create(64 * 1024);
    for (unsigned round = 0; round < 3; round++) {
        assert_non_null(arena_bytes(arena, 10 * 1024));
        assert_non_null(arena_bytes(arena, 45 * 1024));
        assert_null(arena_bytes(arena, 10 * 1024));
        assert_non_null(arena_bytes(arena, 9 * 1024));
        assert_null(arena_bytes(arena, 1));
        arena_reset(arena);
    }
    arena_destroy(arena);
}

static void lends_scratch_the_limit_of_the_next(void **state)
{
    (void)state;
    struct arena *small = arena_create(1000), *large = arena_create(100 * 1024), *scratch = arena_create(40 * 1024);
    assert_non_null(arena_bytes(scratch, 17 * 1024));
    arena_lend(scratch, large);
    assert_int_equal(arena_used(scratch), 0);
    assert_non_null(arena_bytes(scratch, 60 * 1024));
    assert_null(arena_bytes(scratch, 60 * 1024));
    arena_lend(scratch, small);
    assert_non_null(arena_bytes(scratch, 1000));
    assert_null(arena_bytes(scratch, 60 * 1024));
    arena_destroy(scratch);
    arena_destroy(large);
    arena_destroy(small);
}

static void copies_and_formats_with_a_nul_behind(void **state)
{
    (void)state;
    struct arena *arena = arena_create(4096);
    struct span copy = arena_copy(arena, SPAN("abc"));
    assert_int_equal(copy.size, 3);
    assert_string_equal(copy.data, "abc");
    struct span text = arena_printf(arena, "%d-%s", 7, "x");
    assert_string_equal(text.data, "7-x");
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_aligned_room_until_its_limit),
        cmocka_unit_test(refuses_a_count_that_overflows),
        cmocka_unit_test(gives_back_the_tail_of_the_last_bytes),
        cmocka_unit_test(keeps_bytes_and_alignment_at_the_very_end),
        cmocka_unit_test(keeps_the_largest_block_that_is_not_huge),
        cmocka_unit_test(hands_out_the_same_after_a_reset),
        cmocka_unit_test(lends_scratch_the_limit_of_the_next),
        cmocka_unit_test(copies_and_formats_with_a_nul_behind),
        cmocka_unit_test(tells_what_it_keeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
