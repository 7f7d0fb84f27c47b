#include "gateway/ingest/arena_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LIMIT = 4 * 1024 * 1024, LARGE = 100 * 1024, MANY = ARENA_POOL_COUNT + 10 };

/* Gets `count` arenas, uses `bytes` of each, and only then gives them back, as a burst of requests does. */
static void burst(struct arena_pool *pool, size_t count, size_t bytes)
{
    struct arena *arenas[MANY];
    for (size_t i = 0; i < count; i++) {
        arenas[i] = arena_pool_get(pool, LIMIT);
        assert_non_null(arenas[i]);
        assert_int_equal(arena_used(arenas[i]), 0);
        assert_non_null(arena_bytes(arenas[i], bytes));
    }
    for (size_t i = 0; i < count; i++) arena_pool_put(pool, arenas[i]);
}

/* What lies in the pool, counted without the pool's own sum. */
static size_t count_bytes(const struct arena_pool *pool)
{
    size_t bytes = 0;
    for (size_t i = 0; i < pool->count; i++) bytes += arena_held(pool->arenas[i]);
    return bytes;
}

static void gives_the_arena_again_that_came_last(void **state)
{
    (void)state;
    struct arena_pool pool = {0};
    struct arena *first = arena_pool_get(&pool, LIMIT), *second = arena_pool_get(&pool, LIMIT);
    assert_true(first != NULL && second != NULL && first != second);
    char *bytes = arena_bytes(second, LARGE);
    arena_pool_put(&pool, first);
    arena_pool_put(&pool, second);
    assert_ptr_equal(arena_pool_get(&pool, LIMIT), second);
    assert_int_equal(arena_used(second), 0);
    assert_ptr_equal(arena_bytes(second, LARGE), bytes); /* with the block that it had */
    assert_ptr_equal(arena_pool_get(&pool, LIMIT), first);
    assert_int_equal(pool.count, 0);
    assert_int_equal(pool.held, 0);
    arena_destroy(first);
    arena_destroy(second);
}

static void makes_arenas_of_the_limit(void **state)
{
    (void)state;
    struct arena_pool pool = {0};
    struct arena *arena = arena_pool_get(&pool, 10 * 1024);
    assert_non_null(arena);
    assert_non_null(arena_bytes(arena, 10 * 1024));
    assert_null(arena_bytes(arena, 1));
    arena_destroy(arena);
}

static void keeps_so_many_and_no_more(void **state)
{
    (void)state;
    struct arena_pool pool = {0};
    burst(&pool, MANY, 100);
    assert_int_equal(pool.count, ARENA_POOL_COUNT);
    assert_int_equal(pool.held, count_bytes(&pool));
    burst(&pool, MANY, 100);
    assert_int_equal(pool.count, ARENA_POOL_COUNT);
    arena_pool_deinit(&pool);
}

static void keeps_so_many_bytes_and_no_more(void **state)
{
    (void)state;
    struct arena_pool pool = {0};
    for (unsigned round = 0; round < 3; round++) {
        burst(&pool, ARENA_POOL_COUNT, LARGE);
        assert_int_equal(pool.count, ARENA_POOL_BYTES / LARGE);
        assert_int_equal(pool.held, count_bytes(&pool));
        assert_true(pool.held <= ARENA_POOL_BYTES);
    }
    arena_pool_deinit(&pool);
}

/* An arena that grew while it was out counts by what it keeps now, and what was taken makes room. */
static void counts_what_comes_back(void **state)
{
    (void)state;
    struct arena_pool pool = {0};
    burst(&pool, ARENA_POOL_COUNT, 100);
    size_t small = pool.held;
    burst(&pool, 1, LARGE);
    assert_int_equal(pool.count, ARENA_POOL_COUNT);
    assert_int_equal(pool.held, small - small / ARENA_POOL_COUNT + LARGE);
    burst(&pool, ARENA_POOL_COUNT, LARGE);
    struct arena *taken = arena_pool_get(&pool, LIMIT);
    assert_int_equal(pool.held, count_bytes(&pool));
    size_t count = pool.count;
    arena_pool_put(&pool, taken);
    assert_int_equal(pool.count, count + 1);
    assert_int_equal(pool.held, count_bytes(&pool));
    arena_pool_deinit(&pool);
}

static void is_empty_and_of_use_after_its_end(void **state)
{
    (void)state;
    struct arena_pool pool = {0};
    burst(&pool, 3, LARGE);
    arena_pool_deinit(&pool);
    assert_int_equal(pool.count, 0);
    assert_int_equal(pool.held, 0);
    burst(&pool, 2, LARGE);
    assert_int_equal(pool.count, 2);
    arena_pool_deinit(&pool);
    arena_pool_deinit(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_arena_again_that_came_last),
        cmocka_unit_test(makes_arenas_of_the_limit),
        cmocka_unit_test(keeps_so_many_and_no_more),
        cmocka_unit_test(keeps_so_many_bytes_and_no_more),
        cmocka_unit_test(counts_what_comes_back),
        cmocka_unit_test(is_empty_and_of_use_after_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
