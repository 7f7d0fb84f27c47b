#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/ingest/rate.h"

static struct model limited = {.index = 0, .throughput = 100};
static struct model free_of_limits = {.index = 1, .throughput = NO_LIMIT};
static struct model *models[] = {&limited, &free_of_limits};
static const struct catalogue catalogue = {.models = models, .model_count = 2};

static const int64_t start = INT64_C(1790000000) * US_PER_SECOND;

static int take_many(struct rate_table *table, size_t sender, const struct model *model, int64_t now, int tries)
{
    int taken = 0;
    for (int i = 0; i < tries; i++) taken += rate_take(table, sender, model, now);
    return taken;
}

static void admits_a_second_s_worth_at_once_and_then_the_rate(void **state)
{
    (void)state;
    struct rate_table *table = rate_create(&catalogue, 2);
    assert_int_equal(take_many(table, 0, &limited, start, 1000), 100);
    assert_int_equal(take_many(table, 0, &limited, start + 9999, 10), 0);
    assert_int_equal(take_many(table, 0, &limited, start + US_PER_SECOND / 10, 1000), 10);
    assert_int_equal(take_many(table, 0, &limited, start + 10 * US_PER_SECOND, 1000), 100);
    rate_destroy(table);
}

static void counts_each_sender_apart(void **state)
{
    (void)state;
    struct rate_table *table = rate_create(&catalogue, 2);
    assert_int_equal(take_many(table, 0, &limited, start, 200), 100);
    assert_int_equal(take_many(table, 1, &limited, start, 200), 100);
    rate_destroy(table);
}

static void never_holds_back_where_nothing_is_declared(void **state)
{
    (void)state;
    struct rate_table *table = rate_create(&catalogue, 1);
    assert_int_equal(take_many(table, 0, &free_of_limits, start, 10000), 10000);
    rate_destroy(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admits_a_second_s_worth_at_once_and_then_the_rate),
        cmocka_unit_test(counts_each_sender_apart),
        cmocka_unit_test(never_holds_back_where_nothing_is_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
