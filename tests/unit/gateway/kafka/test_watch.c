#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/topics.h"
#include "gateway/kafka/watch.h"

enum { SECOND = 1000000 };

static void looks_at_once_at_a_cluster_that_it_does_not_know(void **state)
{
    struct watch watch = {0};
    (void)state;
    assert_int_equal(watch_due_us(&watch, true), 0);
    assert_false(watch_doubt(&watch)); /* its first look is under way anyway */
}

static void looks_seldom_while_all_is_well(void **state)
{
    struct watch watch = {0};
    (void)state;
    assert_int_equal(watch_note(&watch, true, 7 * SECOND), WATCH_SAME);
    assert_int_equal(watch_due_us(&watch, true), 7 * SECOND + TOPICS_AUDIT_MS * INT64_C(1000));
    assert_int_equal(watch_due_us(&watch, false), 7 * SECOND + TOPICS_RECHECK_MS * INT64_C(1000));
}

static void looks_soon_and_once_when_lanes_lose_brokers(void **state)
{
    struct watch watch = {0};
    (void)state;
    assert_int_equal(watch_note(&watch, true, 100 * SECOND), WATCH_SAME);
    assert_true(watch_doubt(&watch));
    assert_false(watch_doubt(&watch)); /* the second complaint wakes nobody */
    assert_int_equal(watch_due_us(&watch, true), 103 * SECOND);
    assert_int_equal(watch_due_us(&watch, false), 103 * SECOND);
}

static void retries_with_pauses_that_double(void **state)
{
    static const int64_t pauses[] = {1, 2, 4, 5, 5};
    struct watch watch = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pauses); i++) {
        assert_int_equal(watch_note(&watch, false, 50 * SECOND), i == 0 ? WATCH_LOST : WATCH_SAME);
        assert_int_equal(watch_due_us(&watch, true), (50 + pauses[i]) * SECOND);
        assert_false(watch_doubt(&watch)); /* known already: complaints bring no look forward */
        assert_int_equal(watch_due_us(&watch, true), (50 + pauses[i]) * SECOND);
    }
    watch.silences = UINT32_MAX - 1;
    assert_int_equal(watch_note(&watch, false, 0), WATCH_SAME);
    assert_int_equal(watch_due_us(&watch, true), 5 * SECOND);
}

static void tells_of_each_change_once(void **state)
{
    static const struct {
        bool answered;
        enum watch_change change;
    } looks[] = {{false, WATCH_LOST}, {false, WATCH_SAME}, {true, WATCH_BACK}, {true, WATCH_SAME},
                 {false, WATCH_LOST}, {true, WATCH_BACK},  {false, WATCH_LOST}};
    struct watch watch = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(looks); i++) assert_int_equal(watch_note(&watch, looks[i].answered, SECOND), looks[i].change);
    assert_int_equal(watch_due_us(&watch, true), 2 * SECOND); /* an answer in between begins the pauses anew */
}

static void knows_the_errors_of_connections(void **state)
{
    (void)state;
    assert_true(watch_is_loss(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN));
    assert_true(watch_is_loss(RD_KAFKA_RESP_ERR__TRANSPORT));
    assert_true(watch_is_loss(RD_KAFKA_RESP_ERR__TIMED_OUT));
    assert_true(watch_is_loss(RD_KAFKA_RESP_ERR__RESOLVE));
    assert_false(watch_is_loss(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE));
    assert_false(watch_is_loss(RD_KAFKA_RESP_ERR_NO_ERROR));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_at_once_at_a_cluster_that_it_does_not_know),
        cmocka_unit_test(looks_seldom_while_all_is_well),
        cmocka_unit_test(looks_soon_and_once_when_lanes_lose_brokers),
        cmocka_unit_test(retries_with_pauses_that_double),
        cmocka_unit_test(tells_of_each_change_once),
        cmocka_unit_test(knows_the_errors_of_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
