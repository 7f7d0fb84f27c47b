#include "unit/gateway/kafka/rig.h"

#include "gateway/kafka/lane_error.h"
#include "gateway/kafka/lane_internal.h"

enum { PRODUCE = 0, PLENTY = 10000000 };

static void check_message(struct rig *rig, unsigned i, const rd_kafka_message_t *message)
{
    const struct rig_record *record = &rig->records[i];
    rd_kafka_headers_t *headers;
    rd_kafka_timestamp_type_t type;
    const char *name;
    const void *value;
    size_t size;
    assert_int_equal(message->len, record->record.value.size);
    assert_memory_equal(message->payload, record->value, message->len);
    assert_int_equal(message->key_len, 1);
    assert_memory_equal(message->key, "k", 1);
    assert_int_equal(rd_kafka_message_timestamp(message, &type), record->record.timestamp_ms);
    assert_int_equal(rd_kafka_message_headers(message, &headers), RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_int_equal(rd_kafka_header_cnt(headers), 1);
    assert_int_equal(rd_kafka_header_get_all(headers, 0, &name, &value, &size), RD_KAFKA_RESP_ERR_NO_ERROR);
    assert_string_equal(name, "n");
    assert_int_equal(size, strlen(record->header_value));
    assert_memory_equal(value, record->header_value, size);
}

static void delivers_in_order_with_key_headers_and_timestamp(void **state)
{
    enum { COUNT = 500 };
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, COUNT);
    assert_int_equal(rig->reported, 0); /* never out of lane_produce() */
    assert_true(rig_until(rig, rig_nothing_unfinished));
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(rig->records[i].reports, 1);
        assert_int_equal(rig->records[i].report.result, LANE_DELIVERED);
        assert_int_equal(rig->records[i].report.offset, i);
        assert_int_equal(rig->records[i].report.partition, 0);
        assert_true(rig->records[i].report.latency_us > 0);
        assert_false(rig->records[i].report.possibly_persisted);
    }
    rig_read(rig, 0, COUNT, check_message);
    rig_destroy(rig);
}

/* Lists that came back with their records are filled again: each record still says its own. */
static void uses_header_lists_again(void **state)
{
    enum { WAVE = 300, WAVES = 3 };
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    for (unsigned wave = 0; wave < WAVES; wave++) {
        struct lane_claims claims = {.count = 0};
        for (unsigned i = wave * WAVE; i < (wave + 1) * WAVE; i++) {
            rig_record(rig, i)->fixed.mark = 0xFEED;
            lane_claim(&claims, rig->lane, record_cost(&rig->records[i].record));
        }
        assert_int_equal(lane_reserve(&claims), LANE_ROOM);
        for (unsigned i = wave * WAVE; i < (wave + 1) * WAVE; i++) lane_produce(rig->lane, &rig->records[i].lane_record);
        assert_true(rig_until(rig, rig_nothing_unfinished));
    }
    assert_true(rig->lane->producer->headers.kept >= WAVE && rig->lane->producer->headers.kept < WAVE * WAVES);
    rig_read(rig, 0, WAVE * WAVES, check_message);
    rig_destroy(rig);
}

/* murmur2 of Kafka's Java client (Utils.murmur2): "foobar" -> -790332482, "21" -> -973932308. */
static void puts_a_key_where_java_clients_put_it(void **state)
{
    static const struct {
        const char *key;
        int32_t hash;
    } cases[] = {{"foobar", -790332482}, {"21", -973932308}, {"a-little-bit-long-string", -985981536}};
    (void)state;
    struct rig *rig = rig_create(PLENTY, 7);
    struct lane_claims claims = {.count = 0};
    for (unsigned i = 0; i < 3; i++) {
        rig_record(rig, i)->record.key = span_of(cases[i].key);
        lane_claim(&claims, rig->lane, record_cost(&rig->records[i].record));
    }
    assert_int_equal(lane_reserve(&claims), LANE_ROOM);
    for (unsigned i = 0; i < 3; i++) lane_produce(rig->lane, &rig->records[i].lane_record);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    for (unsigned i = 0; i < 3; i++) assert_int_equal(rig->records[i].report.partition, (cases[i].hash & 0x7fffffff) % 7);
    rig_destroy(rig);
}

static void reserves_all_claims_or_none(void **state)
{
    (void)state;
    struct rig *rig = rig_create(1000, 1);
    struct lane other = {.bound = 500};
    struct lane_claims claims = {.count = 0};
    lane_claim(&claims, rig->lane, 300);
    lane_claim(&claims, rig->lane, 300);
    lane_claim(&claims, &other, 400);
    assert_int_equal(claims.count, 2);
    assert_int_equal(lane_reserve(&claims), LANE_ROOM);
    assert_int_equal(rig_counters(rig).reserved, 600);
    assert_int_equal(other.reserved, 400);

    /* 400 more would fit the first, not the second: nothing is taken of either. */
    struct lane_claims second = {.items = {{rig->lane, 400}, {&other, 101}}, .count = 2};
    assert_int_equal(lane_reserve(&second), LANE_FULL);
    assert_int_equal(rig_counters(rig).reserved, 600);
    assert_int_equal(other.reserved, 400);
    second.items[1].bytes = 100;
    assert_int_equal(lane_reserve(&second), LANE_ROOM);

    /* What no lane could ever hold is told apart, even when another lane is full. */
    struct lane_claims endless = {.items = {{rig->lane, 1}, {&other, 501}}, .count = 2};
    assert_int_equal(lane_reserve(&endless), LANE_NEVER_FITS);
    lane_release(&claims);
    lane_release(&second);
    assert_int_equal(rig_counters(rig).reserved, 0);
    assert_int_equal(other.reserved, 0);
    rig_destroy(rig);
}

static void gives_the_room_back_with_the_report(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, 10);
    size_t cost = 0;
    for (unsigned i = 0; i < 10; i++) cost += record_cost(&rig->records[i].record);
    assert_int_equal(rig_counters(rig).reserved, cost);
    assert_int_equal(rig_counters(rig).unfinished, 10);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    struct lane_counters counters = rig_counters(rig);
    assert_int_equal(counters.reserved, 0);
    assert_int_equal(counters.produced, 10);
    assert_int_equal(counters.delivered, 10);
    assert_int_equal(counters.generations, 0);
    assert_string_equal(counters.name, "fast");
    assert_string_equal(counters.cluster, "local");
    rig_destroy(rig);
}

static void fails_a_record_that_is_too_large_and_goes_on(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    char *large = calloc(1, 1100000);
    struct record *record = &rig_record(rig, 0)->record;
    record->value = (struct span){large, 1100000};
    record->cost = record_cost(record);
    rig_record(rig, 1);
    struct lane_claims claims = {.count = 0};
    for (unsigned i = 0; i < 2; i++) lane_claim(&claims, rig->lane, record_cost(&rig->records[i].record));
    assert_int_equal(lane_reserve(&claims), LANE_ROOM);
    for (unsigned i = 0; i < 2; i++) lane_produce(rig->lane, &rig->records[i].lane_record);
    assert_int_equal(rig->reported, 0); /* librdkafka refused it in the call, yet the report comes from the loop */
    assert_true(rig_until(rig, rig_nothing_unfinished));
    assert_int_equal(rig->records[0].report.result, LANE_FAILED);
    assert_int_equal(rig->records[0].report.code, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(rig->records[1].report.result, LANE_DELIVERED);
    assert_int_equal(topic_blocked(rig->topic), TOPIC_USABLE);
    assert_int_equal(rig_counters(rig).reserved, 0);
    free(large);
    rig_destroy(rig);
}

static void blocks_the_use_of_an_unauthorized_topic(void **state)
{
    char reason[TOPIC_REASON_SIZE];
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rd_kafka_mock_push_request_errors(embedded_mock(rig->embedded), PRODUCE, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    rig_produce(rig, 0, 3);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(rig->records[i].report.result, LANE_BLOCKED);
        assert_int_equal(rig->records[i].report.code, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    }
    assert_int_equal(topic_blocked(rig->topic), TOPIC_UNAUTHORIZED);
    assert_non_null(strstr(topic_reason(rig->topic, reason), "TOPIC_AUTHORIZATION_FAILED"));
    assert_non_null(strstr(reason, "grant it Write"));
    rig_destroy(rig);
}

static bool topic_is_missing(struct rig *rig)
{
    return topic_blocked(rig->topic) == TOPIC_MISSING && rig_nothing_unfinished(rig);
}

static void blocks_the_use_of_a_topic_that_is_not_there(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rd_kafka_mock_topic_set_error(embedded_mock(rig->embedded), "t", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    rig_produce(rig, 0, 2);
    assert_true(rig_until(rig, topic_is_missing));
    assert_int_equal(rig->records[0].report.result, LANE_BLOCKED);
    assert_int_equal(rig->records[1].report.result, LANE_BLOCKED);
    assert_int_equal(rig_counters(rig).reserved, 0);
    rig_destroy(rig);
}

static void delivers_later_what_failed_for_a_while(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rd_kafka_mock_push_request_errors(embedded_mock(rig->embedded), PRODUCE, 3, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    rig_produce(rig, 0, 50);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(rig->records[i].report.result, LANE_DELIVERED);
        assert_int_equal(rig->records[i].report.offset, i);
    }
    assert_int_equal(rig_counters(rig).generations, 0);
    rig_destroy(rig);
}

static bool some_were_reported(struct rig *rig)
{
    return rig->reported > 0;
}

/* Records before, under way during and after a fatal error: all arrive, in order, from a second producer. */
static void makes_a_new_producer_after_a_fatal_error(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, 10);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    rd_kafka_mock_broker_set_rtt(embedded_mock(rig->embedded), 1, 500); /* what is sent now stays in flight */
    rig_produce(rig, 10, 60);
    rd_kafka_test_fatal_error(rig->lane->producer->rk, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "test");
    rig_produce(rig, 60, 100);
    rd_kafka_mock_broker_set_rtt(embedded_mock(rig->embedded), 1, 0);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    int64_t last = 9;
    for (unsigned i = 10; i < 100; i++) {
        assert_int_equal(rig->records[i].reports, 1);
        assert_int_equal(rig->records[i].report.result, LANE_DELIVERED);
        assert_true(rig->records[i].report.offset > last);
        last = rig->records[i].report.offset;
    }
    struct lane_counters counters = rig_counters(rig);
    assert_int_equal(counters.generations, 1);
    assert_int_equal(counters.reserved, 0);
    assert_int_equal(counters.delivered, 100);
    assert_true(counters.errors[LANE_PRODUCER - 1] > 0);
    rig_destroy(rig);
}

static bool was_replaced(struct rig *rig)
{
    return rig_counters(rig).generations == 1;
}

/* The broker has the request and its answer is on the way when the producer fails: that may become a duplicate, and counts. */
static void counts_what_may_have_been_stored_before_a_fatal_error(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, 1);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    rd_kafka_mock_broker_set_rtt(embedded_mock(rig->embedded), 1, 3000);
    rig_produce(rig, 1, 2);
    int64_t linger = rig_now_ms() + 300; /* long past linger: it is in flight, unanswered for 3 s */
    while (rig_now_ms() < linger) event_base_loop(rig->base, EVLOOP_ONCE);
    assert_int_equal(rig->records[1].reports, 0);
    rd_kafka_test_fatal_error(rig->lane->producer->rk, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, "test");
    assert_true(rig_until(rig, was_replaced));
    rd_kafka_mock_broker_set_rtt(embedded_mock(rig->embedded), 1, 0);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    assert_int_equal(rig->records[1].report.result, LANE_DELIVERED);
    assert_false(rig->records[1].report.possibly_persisted);
    assert_int_equal(rig_counters(rig).possible_duplicates, 1);
    rig_destroy(rig);
}

static void drains_what_is_under_way(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, 100);
    rig_drain(rig, 10000);
    assert_int_equal(rig->reported, 100);
    for (unsigned i = 0; i < 100; i++) assert_int_equal(rig->records[i].report.result, LANE_DELIVERED);
    struct lane_claims claims = {.items = {{rig->lane, 1}}, .count = 1};
    assert_int_equal(lane_reserve(&claims), LANE_CLOSED);
    rig_destroy(rig);
}

static void gives_up_at_the_deadline_of_draining(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, 1);
    assert_true(rig_until(rig, rig_nothing_unfinished));
    rd_kafka_mock_broker_set_down(embedded_mock(rig->embedded), 1);
    rig_produce(rig, 1, 40);
    int64_t began = rig_now_ms();
    rig_drain(rig, 300);
    assert_true(rig_now_ms() - began >= 290);
    for (unsigned i = 1; i < 40; i++) {
        assert_int_equal(rig->records[i].reports, 1);
        assert_int_equal(rig->records[i].report.result, LANE_UNDELIVERED);
        assert_false(rig->records[i].report.possibly_persisted); /* it never left */
    }
    assert_int_equal(rig_counters(rig).reserved, 0);
    assert_int_equal(rig_counters(rig).possibly_persisted, 0);
    rig_destroy(rig);
}

static void says_what_may_be_stored_when_it_gives_up(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rig_produce(rig, 0, 1);
    assert_true(rig_until(rig, some_were_reported));
    rd_kafka_mock_broker_set_rtt(embedded_mock(rig->embedded), 1, 3000);
    rig_produce(rig, 1, 2);
    rig_drain(rig, 500);
    assert_int_equal(rig->records[1].report.result, LANE_UNDELIVERED);
    assert_true(rig->records[1].report.possibly_persisted);
    assert_int_equal(rig_counters(rig).possibly_persisted, 1);
    rig_destroy(rig);
}

static void gives_up_what_waits_for_a_new_producer(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    rd_kafka_mock_broker_set_down(embedded_mock(rig->embedded), 1);
    rig->lane->replaced_us = INT64_MAX / 2; /* the pause between two producers is not over */
    rig_produce(rig, 0, 5);
    rd_kafka_test_fatal_error(rig->lane->producer->rk, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, "test");
    rig_produce(rig, 5, 10);
    rig_drain(rig, 200);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(rig->records[i].reports, 1);
        assert_int_equal(rig->records[i].report.result, LANE_UNDELIVERED);
    }
    rig_destroy(rig);
}

static void makes_a_lane_on_first_use_only(void **state)
{
    (void)state;
    struct rig *rig = rig_create(PLENTY, 1);
    struct lane_counters counters[2];
    assert_int_equal(lane_set_counters(rig->set, counters, 2), 1);
    assert_ptr_equal(lane_set_lane(rig->set, rig->topic), rig->lane);
    assert_int_equal(lane_set_counters(rig->set, counters, 2), 1);
    rig_destroy(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delivers_in_order_with_key_headers_and_timestamp),
        cmocka_unit_test(uses_header_lists_again),
        cmocka_unit_test(puts_a_key_where_java_clients_put_it),
        cmocka_unit_test(reserves_all_claims_or_none),
        cmocka_unit_test(gives_the_room_back_with_the_report),
        cmocka_unit_test(fails_a_record_that_is_too_large_and_goes_on),
        cmocka_unit_test(blocks_the_use_of_an_unauthorized_topic),
        cmocka_unit_test(blocks_the_use_of_a_topic_that_is_not_there),
        cmocka_unit_test(delivers_later_what_failed_for_a_while),
        cmocka_unit_test(makes_a_new_producer_after_a_fatal_error),
        cmocka_unit_test(counts_what_may_have_been_stored_before_a_fatal_error),
        cmocka_unit_test(drains_what_is_under_way),
        cmocka_unit_test(gives_up_at_the_deadline_of_draining),
        cmocka_unit_test(says_what_may_be_stored_when_it_gives_up),
        cmocka_unit_test(gives_up_what_waits_for_a_new_producer),
        cmocka_unit_test(makes_a_lane_on_first_use_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
