#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/topic.h"

static const struct cluster cluster = {.name = "c"};
static const struct topic_want wanted = {
    .retention_ms = 3600000, .segment_ms = 600000, .durable = true, .batch_bytes = 1000000, .uses = 1};
static const struct topic_fact fitting = {
    .exists = true,
    .audited = true,
    .deletes = true,
    .retention_ms = 3600000,
    .segment_ms = 600000,
    .min_insync_replicas = 2,
    .max_message_bytes = 1048588,
    .brokers = 3,
};

static void expect(struct topic_fact fact, enum topic_block block, const char *says)
{
    char reason[TOPIC_REASON_SIZE];
    assert_int_equal(topic_judge(&wanted, &fact, reason), block);
    if (says[0] == '\0')
        assert_string_equal(reason, "");
    else
        assert_non_null(strstr(reason, says));
}

static void judges_what_the_broker_says(void **state)
{
    struct topic_fact fact = fitting;
    (void)state;
    expect(fact, TOPIC_USABLE, "");
    fact.compacts = true; /* compact,delete still deletes */
    expect(fact, TOPIC_USABLE, "");
    fact.retention_ms = 1000; /* keeping less is the operator's business */
    fact.segment_ms = 1000;
    expect(fact, TOPIC_USABLE, "");

    fact = fitting, fact.retention_ms = 3600001;
    expect(fact, TOPIC_KEEPS_LONGER, "retention.ms is 3600001, which is more than the contract allows; set it to 3600000");
    fact = fitting, fact.retention_ms = -1;
    expect(fact, TOPIC_KEEPS_LONGER, "retention.ms is unlimited");
    fact = fitting, fact.segment_ms = 604800000;
    expect(fact, TOPIC_KEEPS_LONGER, "segment.ms");
    fact = fitting, fact.deletes = false;
    expect(fact, TOPIC_KEEPS_LONGER, "cleanup.policy");
    fact = fitting, fact.min_insync_replicas = 1;
    expect(fact, TOPIC_UNSAFE, "min.insync.replicas");
    fact.brokers = 1; /* there is no second broker to wait for */
    expect(fact, TOPIC_USABLE, "");
    fact = fitting, fact.max_message_bytes = 999999;
    expect(fact, TOPIC_TOO_SMALL, "max.message.bytes is 999999, which is less than is needed; set it to 1000000");
    fact = fitting, fact.forbidden = true;
    expect(fact, TOPIC_UNAUTHORIZED, "DescribeConfigs");
    fact = fitting, fact.exists = false;
    expect(fact, TOPIC_MISSING, "make it with cleanup.policy=delete, retention.ms=3600000 and segment.ms=");
    expect((struct topic_fact){.exists = true}, TOPIC_USABLE, ""); /* the mock, whose settings nobody can ask for */
}

static void lets_memory_delivery_do_with_one_replica(void **state)
{
    struct topic_want want = wanted;
    struct topic_fact fact = fitting;
    char reason[TOPIC_REASON_SIZE];
    (void)state;
    want.durable = false;
    fact.min_insync_replicas = 1;
    assert_int_equal(topic_judge(&want, &fact, reason), TOPIC_USABLE);
}

static struct topic *make(void)
{
    struct topic *topic = topic_create(SPAN("a.b"), &cluster, 0, 0, 0);
    assert_non_null(topic);
    return topic;
}

static void begins_unchecked_and_says_why(void **state)
{
    char reason[TOPIC_REASON_SIZE];
    (void)state;
    struct topic *topic = make();
    assert_int_equal(topic_blocked(topic), TOPIC_UNCHECKED);
    assert_non_null(strstr(topic_reason(topic, reason), "no broker of cluster c"));
    assert_true(topic_lift(topic, 1));
    assert_int_equal(topic_blocked(topic), TOPIC_USABLE);
    assert_string_equal(topic_reason(topic, reason), "");
    topic_destroy(topic);
}

static void lets_clients_learn_of_a_new_topic_before_the_block_is_lifted(void **state)
{
    (void)state;
    struct topic *topic = make();
    assert_true(topic_lift(topic, 1));
    topic_tell(topic, TOPIC_MISSING, "gone", 1000);
    assert_false(topic_lift(topic, 2000));
    assert_false(topic_lift(topic, 2000 + TOPIC_SETTLE_US - 1));
    assert_true(topic_lift(topic, 2000 + TOPIC_SETTLE_US));
    topic_destroy(topic);
}

static void waits_longer_each_time_a_refusal_comes_back(void **state)
{
    static const int64_t holds[] = {10, 20, 40, 80, 160, 300, 300, 300};
    (void)state;
    struct topic *topic = make();
    int64_t now = 1;
    assert_true(topic_lift(topic, now));
    for (size_t i = 0; i < COUNT_OF(holds); i++) {
        topic_tell(topic, TOPIC_UNAUTHORIZED, "no", now);
        topic_tell(topic, TOPIC_UNAUTHORIZED, "no", now); /* of the same batch */
        assert_false(topic_lift(topic, now + holds[i] * 1000000 - 1));
        now += holds[i] * 1000000;
        assert_true(topic_lift(topic, now));
    }
    now += INT64_C(601) * 1000000; /* long without trouble: forgiven */
    topic_tell(topic, TOPIC_UNAUTHORIZED, "no", now);
    assert_true(topic_lift(topic, now + 10000000));
    topic_destroy(topic);
}

static void takes_the_lesser_of_both_limits_of_a_record(void **state)
{
    (void)state;
    struct topic *topic = make();
    assert_int_equal(topic_largest_record(topic), 1000000);
    topic_limit_record(topic, 400000);
    assert_int_equal(topic_largest_record(topic), 400000);
    topic_limit_record(topic, 1048588);
    assert_int_equal(topic_largest_record(topic), 1000000);
    topic_destroy(topic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_what_the_broker_says),
        cmocka_unit_test(lets_memory_delivery_do_with_one_replica),
        cmocka_unit_test(begins_unchecked_and_says_why),
        cmocka_unit_test(lets_clients_learn_of_a_new_topic_before_the_block_is_lifted),
        cmocka_unit_test(waits_longer_each_time_a_refusal_comes_back),
        cmocka_unit_test(takes_the_lesser_of_both_limits_of_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
