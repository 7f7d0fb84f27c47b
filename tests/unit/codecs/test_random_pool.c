// link: -Wl,--wrap=random_bytes
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codecs/digest.h"
#include "codecs/random_pool.h"

enum { PORTION = 12, PORTIONS = 2000 };

bool __real_random_bytes(void *out, size_t size);
bool __wrap_random_bytes(void *out, size_t size);

static unsigned calls;
static bool broken;

bool __wrap_random_bytes(void *out, size_t size)
{
    calls++;
    return !broken && __real_random_bytes(out, size);
}

static void portions_differ_and_are_drawn_together(void **state)
{
    (void)state;
    static uint8_t seen[PORTIONS][PORTION];
    struct random_pool *pool = random_pool_create();
    assert_non_null(pool);
    calls = 0;
    for (size_t i = 0; i < PORTIONS; i++) {
        assert_true(random_pool_take(pool, seen[i], PORTION));
        for (size_t j = 0; j < i; j++) assert_memory_not_equal(seen[i], seen[j], PORTION);
    }
    assert_in_range(calls, PORTIONS * PORTION / 4096, PORTIONS / 100);
    random_pool_destroy(pool);
    random_pool_destroy(NULL);
}

/* Parent and child had the same pool in memory; neither gets what the other gets. */
static void a_child_gets_other_bytes(void **state)
{
    (void)state;
    uint8_t mine[4 * PORTION], its[4 * PORTION];
    int ends[2], status = 0;
    struct random_pool *pool = random_pool_create();
    assert_true(random_pool_take(pool, mine, PORTION));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        bool fine = true;
        for (size_t at = 0; at < sizeof its; at += PORTION) fine = fine && random_pool_take(pool, its + at, PORTION);
        fine = fine && write(ends[1], its, sizeof its) == (ssize_t)sizeof its;
        _exit(fine ? 0 : 1);
    }
    assert_int_equal(read(ends[0], its, sizeof its), sizeof its);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    for (size_t at = 0; at < sizeof mine; at += PORTION) assert_true(random_pool_take(pool, mine + at, PORTION));
    for (size_t i = 0; i < sizeof mine; i += PORTION)
        for (size_t j = 0; j < sizeof its; j += PORTION) assert_memory_not_equal(mine + i, its + j, PORTION);
    close(ends[0]);
    close(ends[1]);
    random_pool_destroy(pool);
}

static void says_so_without_randomness(void **state)
{
    (void)state;
    uint8_t out[PORTION] = "unchanged", before[PORTION] = "unchanged";
    struct random_pool *pool = random_pool_create();
    broken = true;
    assert_false(random_pool_take(pool, out, PORTION));
    assert_false(random_pool_take(pool, out, PORTION));
    assert_memory_equal(out, before, PORTION);
    broken = false;
    assert_true(random_pool_take(pool, out, PORTION));
    assert_memory_not_equal(out, before, PORTION);
    random_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(portions_differ_and_are_drawn_together),
        cmocka_unit_test(a_child_gets_other_bytes),
        cmocka_unit_test(says_so_without_randomness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
