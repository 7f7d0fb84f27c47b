#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "bench/load_schedule.h"
#include "codecs/span.h"

static struct load_schedule schedule_of(const char *rates, enum load_arrivals arrivals, double per_request, double step_us)
{
    struct load_schedule schedule;
    struct load_steps steps;
    assert_true(load_steps_read(rates, &steps));
    load_schedule_init(&schedule, &steps, arrivals, per_request, step_us, 7);
    return schedule;
}

static unsigned taken_by(struct load_schedule *schedule, double now_us)
{
    unsigned count = 0;
    double due;
    while (load_schedule_take(schedule, now_us, &due)) {
        assert_true(due <= now_us);
        count++;
    }
    return count;
}

static void reads_rates(void **state)
{
    (void)state;
    struct load_steps steps;
    assert_true(load_steps_read("1000", &steps));
    assert_int_equal(steps.count, 1);
    assert_true(load_steps_read("1000,2.5,4e3", &steps));
    assert_int_equal(steps.count, 3);
    assert_true(steps.rates[1] == 2.5 && steps.rates[2] == 4000);
    assert_true(load_steps_read("0", &steps));
    assert_int_equal(steps.count, 0);
    static const char *const wrong[] = {"", "x", "1,", ",1", "1;2", "1,0", "0,0", "-1", "nan", "1e10"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) assert_false(load_steps_read(wrong[i], &steps));
}

static void closed_loop_is_always_due(void **state)
{
    (void)state;
    struct load_schedule schedule = schedule_of("0", LOAD_CONSTANT, 1, 1e6);
    double due;
    assert_false(load_schedule_open(&schedule));
    for (double now = 0; now < 100; now += 7) {
        assert_true(load_schedule_take(&schedule, now, &due));
        assert_true(due == now);
    }
    assert_int_equal(load_schedule_overdue(&schedule, 1e9), 0);
}

static void constant_rate_keeps_its_distance(void **state)
{
    (void)state;
    struct load_schedule schedule = schedule_of("10000", LOAD_CONSTANT, 100, 1e9); /* 100 requests a second */
    double due;
    assert_true(load_schedule_take(&schedule, 0, &due));
    assert_false(load_schedule_take(&schedule, 9999, &due));
    assert_true(load_schedule_take(&schedule, 25000, &due));
    assert_true(due == 10000); /* not 25000: lateness counts */
    assert_int_equal(load_schedule_overdue(&schedule, 52000), 3);
    assert_int_equal(taken_by(&schedule, 1e6), 99); /* those at 20 ms, 30 ms, ... 1 s */
}

static void steps_follow_each_other(void **state)
{
    (void)state;
    struct load_schedule schedule = schedule_of("1000,4000,10", LOAD_CONSTANT, 1, 1e6);
    assert_int_equal(taken_by(&schedule, 999999), 1000);
    assert_int_equal(schedule.step, 1);
    assert_int_equal(taken_by(&schedule, 1999999), 4000);
    assert_int_equal(taken_by(&schedule, 2999999), 10);
    assert_int_equal(taken_by(&schedule, 9999999), 70); /* the last step has no end */
}

static void poisson_arrivals_have_the_rate_and_its_deviation(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    struct load_schedule schedule = schedule_of("1000", LOAD_POISSON, 1, 1e12);
    double before = 0, sum = 0, squares = 0, due;
    for (int i = 0; i < COUNT; i++) {
        assert_true(load_schedule_take(&schedule, 1e12, &due));
        sum += due - before;
        squares += (due - before) * (due - before);
        before = due;
    }
    double mean = sum / COUNT, deviation = sqrt(squares / COUNT - mean * mean);
    assert_true(fabs(mean - 1000) < 10); /* microseconds; the standard error is 2.2 */
    assert_true(fabs(deviation - 1000) < 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rates),
        cmocka_unit_test(closed_loop_is_always_due),
        cmocka_unit_test(constant_rate_keeps_its_distance),
        cmocka_unit_test(steps_follow_each_other),
        cmocka_unit_test(poisson_arrivals_have_the_rate_and_its_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
