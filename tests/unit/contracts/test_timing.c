#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/timing.h"

#define RECEIVED  INT64_C(1795355112512000) /* 2026-11-22T13:45:12.512Z */
#define TOLERANCE (5 * US_PER_MINUTE)

static struct timing timed(int64_t event_time, int64_t sent)
{
    return timing_of(event_time, sent, RECEIVED, TOLERANCE);
}

static void without_sent_time_the_event_time_stands(void **state)
{
    (void)state;
    struct timing timing = timed(RECEIVED - 7, NO_TIME);
    assert_int_equal(timing.skew, 0);
    assert_int_equal(timing.corrected, RECEIVED - 7);
    assert_int_equal(timing.age, 7);
    assert_false(timing.future);
    assert_int_equal(timing.event_time, RECEIVED - 7);
}

static void two_seconds_of_skew_are_none(void **state)
{
    (void)state;
    assert_int_equal(timed(RECEIVED, RECEIVED - 2 * US_PER_SECOND).skew, 0);
    assert_int_equal(timed(RECEIVED, RECEIVED + 2 * US_PER_SECOND).skew, 0);
    assert_int_equal(timed(RECEIVED, RECEIVED - 2 * US_PER_SECOND - 1).skew, 2 * US_PER_SECOND + 1);
    assert_int_equal(timed(RECEIVED, RECEIVED + 2 * US_PER_SECOND + 1).skew, -2 * US_PER_SECOND - 1);
}

static void skew_moves_the_event_time_but_never_past_the_received(void **state)
{
    (void)state;
    /* The device's clock is an hour slow: what it calls 60 s before sending was 60 s ago. */
    struct timing slow = timed(RECEIVED - US_PER_HOUR - 60 * US_PER_SECOND, RECEIVED - US_PER_HOUR);
    assert_int_equal(slow.skew, US_PER_HOUR);
    assert_int_equal(slow.age, 60 * US_PER_SECOND);
    assert_int_equal(slow.event_time, RECEIVED - US_PER_HOUR - 60 * US_PER_SECOND);
    /* An hour fast. */
    struct timing fast = timed(RECEIVED + US_PER_HOUR - US_PER_SECOND, RECEIVED + US_PER_HOUR);
    assert_int_equal(fast.skew, -US_PER_HOUR);
    assert_int_equal(fast.age, US_PER_SECOND);
    struct timing ahead = timed(RECEIVED + US_PER_SECOND, NO_TIME);
    assert_int_equal(ahead.corrected, RECEIVED);
    assert_int_equal(ahead.age, 0);
}

static void the_tolerance_is_still_inside(void **state)
{
    (void)state;
    assert_false(timed(RECEIVED + TOLERANCE, NO_TIME).future);
    assert_true(timed(RECEIVED + TOLERANCE + 1, NO_TIME).future);
    /* The skew counts: a clock that is known to be fast is no future. */
    assert_false(timed(RECEIVED + US_PER_HOUR + TOLERANCE, RECEIVED + US_PER_HOUR).future);
    assert_true(timed(RECEIVED + US_PER_HOUR + TOLERANCE + 1, RECEIVED + US_PER_HOUR).future);
    assert_true(timed(RECEIVED - US_PER_HOUR + TOLERANCE + 1, RECEIVED - US_PER_HOUR).future);
}

static void an_event_without_time_is_of_now(void **state)
{
    (void)state;
    struct timing timing = timed(NO_TIME, RECEIVED - US_PER_DAY);
    assert_int_equal(timing.event_time, RECEIVED);
    assert_int_equal(timing.skew, US_PER_DAY);
    assert_int_equal(timing.age, 0);
    assert_false(timing.future);
}

static void bounds_hold_at_the_bound(void **state)
{
    (void)state;
    assert_false(timing_is_beyond(5 * US_PER_SECOND, 5 * US_PER_SECOND));
    assert_true(timing_is_beyond(5 * US_PER_SECOND + 1, 5 * US_PER_SECOND));
}

static void expiry_counts_from_the_earlier_time(void **state)
{
    (void)state;
    struct timing old = timed(RECEIVED - US_PER_HOUR, NO_TIME);
    assert_int_equal(timing_expiry(&old, RECEIVED, US_PER_DAY), RECEIVED - US_PER_HOUR + US_PER_DAY);
    struct timing ahead = timed(RECEIVED + US_PER_MINUTE, NO_TIME);
    assert_int_equal(timing_expiry(&ahead, RECEIVED, US_PER_DAY), RECEIVED + US_PER_DAY);
    assert_int_equal(timing_expiry(&ahead, RECEIVED, INT64_MAX), INT64_MAX);
}

static void far_times_saturate(void **state)
{
    (void)state;
    struct timing timing = timing_of(TIMESTAMP_MAX, INT64_MIN + 1, RECEIVED, TOLERANCE);
    assert_int_equal(timing.skew, INT64_MAX);
    assert_true(timing.future);
    assert_int_equal(timing.corrected, RECEIVED);
    timing = timing_of(TIMESTAMP_MIN, INT64_MAX, INT64_MIN + 2, TOLERANCE);
    assert_int_equal(timing.skew, INT64_MIN);
}

static void milliseconds_round_down(void **state)
{
    (void)state;
    assert_int_equal(timing_ms(1999), 1);
    assert_int_equal(timing_ms(2000), 2);
    assert_int_equal(timing_ms(-1), -1);
    assert_int_equal(timing_ms(-1000), -1);
    assert_int_equal(timing_ms(-1001), -2);
}

static void record_times_are_floored_to_the_lesser_of_unit_and_segment(void **state)
{
    (void)state;
    int64_t hour = RECEIVED / US_PER_HOUR * US_PER_HOUR, day = RECEIVED / US_PER_DAY * US_PER_DAY;
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_SECOND, US_PER_DAY), RECEIVED / US_PER_SECOND * 1000);
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_HOUR, US_PER_DAY), hour / 1000);
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_HOUR, US_PER_HOUR), hour / 1000);
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_HOUR, 10 * US_PER_MINUTE), (hour + 40 * US_PER_MINUTE) / 1000);
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_MONTH, US_PER_DAY), day / 1000);
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_YEAR, US_PER_DAY), day / 1000);
    assert_int_equal(timing_coarse_ms(RECEIVED, UNIT_DAY, US_PER_DAY), day / 1000);
}

static void lifecycle_dates_belong_to_the_living(void **state)
{
    (void)state;
    assert_false(timing_is_before(RECEIVED, NO_TIME));
    assert_false(timing_is_before(RECEIVED, RECEIVED));
    assert_true(timing_is_before(RECEIVED, RECEIVED + 1));
    assert_false(timing_is_after(RECEIVED, NO_TIME));
    assert_false(timing_is_after(RECEIVED, RECEIVED));
    assert_true(timing_is_after(RECEIVED, RECEIVED - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_sent_time_the_event_time_stands),
        cmocka_unit_test(two_seconds_of_skew_are_none),
        cmocka_unit_test(skew_moves_the_event_time_but_never_past_the_received),
        cmocka_unit_test(the_tolerance_is_still_inside),
        cmocka_unit_test(an_event_without_time_is_of_now),
        cmocka_unit_test(bounds_hold_at_the_bound),
        cmocka_unit_test(expiry_counts_from_the_earlier_time),
        cmocka_unit_test(far_times_saturate),
        cmocka_unit_test(milliseconds_round_down),
        cmocka_unit_test(record_times_are_floored_to_the_lesser_of_unit_and_segment),
        cmocka_unit_test(lifecycle_dates_belong_to_the_living),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
