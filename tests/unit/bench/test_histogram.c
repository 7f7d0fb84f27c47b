#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/histogram.h"

static struct histogram histogram, other;

static int clear(void **state)
{
    (void)state;
    histogram_clear(&histogram);
    histogram_clear(&other);
    return 0;
}

static void is_empty_at_first(void **state)
{
    (void)state;
    assert_int_equal(histogram_quantile(&histogram, 0.5), 0);
    assert_int_equal(histogram_quantile(&histogram, 1.0), 0);
    assert_true(histogram_mean(&histogram) == 0.0);
}

static void counts_ranks_as_people_do(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 1000; i++) histogram_record(&histogram, i);
    assert_int_equal(histogram.count, 1000);
    assert_int_equal(histogram.least, 1);
    assert_int_equal(histogram.greatest, 1000);
    assert_int_equal(histogram_quantile(&histogram, 0.0), 1);
    assert_int_equal(histogram_quantile(&histogram, 0.5), 500);
    assert_int_equal(histogram_quantile(&histogram, 0.99), 990);
    assert_int_equal(histogram_quantile(&histogram, 0.999), 999);
    assert_int_equal(histogram_quantile(&histogram, 1.0), 1000);
    assert_true(histogram_mean(&histogram) == 500.5);
}

/* One value alone, at every power of two and its neighbours: the bucket's top is above it by less than a part in 1024. */
static void is_exact_to_three_digits(void **state)
{
    (void)state;
    for (unsigned power = 0; power < 36; power++) {
        for (int64_t step = -1; step <= 1; step++) {
            uint64_t value = (UINT64_C(1) << power) + (uint64_t)step;
            histogram_clear(&histogram);
            histogram_record(&histogram, value);
            histogram_record(&histogram, HISTOGRAM_MAX); /* or the greatest would hide the bucket's top */
            uint64_t told = histogram_quantile(&histogram, 0.5);
            assert_true(told >= value);
            assert_true(told - value <= value / 1024);
            if (value < HISTOGRAM_EXACT) assert_int_equal(told, value);
        }
    }
}

/* Neighbouring values never swap their buckets, and no bucket is left out. */
static void keeps_the_order_of_values(void **state)
{
    (void)state;
    uint64_t before = 0;
    for (uint64_t value = 0; value < 100000; value++) {
        histogram_clear(&histogram);
        histogram_record(&histogram, value);
        histogram_record(&histogram, HISTOGRAM_MAX);
        uint64_t told = histogram_quantile(&histogram, 0.5);
        assert_true(told >= before && told >= value);
        before = told;
        value += value / 64;
    }
}

static void keeps_what_is_beyond_its_range(void **state)
{
    (void)state;
    histogram_record(&histogram, UINT64_MAX);
    assert_int_equal(histogram.greatest, HISTOGRAM_MAX);
    assert_int_equal(histogram_quantile(&histogram, 1.0), HISTOGRAM_MAX);
}

static void merges(void **state)
{
    (void)state;
    histogram_merge(&histogram, &other);
    assert_int_equal(histogram.count, 0);
    for (uint64_t i = 0; i < 10; i++) histogram_record(&other, 50 + i);
    histogram_merge(&histogram, &other);
    assert_int_equal(histogram.least, 50);
    histogram_record(&histogram, 7);
    histogram_record(&histogram, 5000);
    histogram_merge(&histogram, &other);
    assert_int_equal(histogram.count, 22);
    assert_int_equal(histogram.least, 7);
    assert_int_equal(histogram.greatest, 5000);
    assert_int_equal(histogram_quantile(&histogram, 0.5), 54);
}

static void tells_what_came_since(void **state)
{
    (void)state;
    static struct histogram since;
    for (unsigned i = 0; i < 1000; i++) histogram_record(&other, i);
    histogram = other;
    for (unsigned i = 0; i < 100; i++) histogram_record(&histogram, 500);
    histogram_record(&histogram, 700);
    histogram_since(&histogram, &other, &since);
    assert_true(since.count == 101 && since.sum == 50700 && since.least == 500 && since.greatest == 700);
    assert_int_equal(histogram_quantile(&since, 0.99), 500);
    assert_int_equal(histogram_quantile(&since, 1), 700);
    histogram_since(&histogram, &histogram, &since);
    assert_true(since.count == 0 && since.least == 0 && since.greatest == 0);
    histogram_clear(&other);
    histogram_record(&histogram, 5000000); /* beyond the exact ones the ends are to a bucket */
    histogram_since(&histogram, &other, &since);
    assert_true(since.least == 0 && since.greatest == 5000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(is_empty_at_first, clear),
        cmocka_unit_test_setup(counts_ranks_as_people_do, clear),
        cmocka_unit_test_setup(is_exact_to_three_digits, clear),
        cmocka_unit_test_setup(keeps_the_order_of_values, clear),
        cmocka_unit_test_setup(keeps_what_is_beyond_its_range, clear),
        cmocka_unit_test_setup(merges, clear),
        cmocka_unit_test_setup(tells_what_came_since, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
