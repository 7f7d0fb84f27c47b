#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/lane_error.h"

static void sorts_codes_into_four_kinds(void **state)
{
    static const struct {
        rd_kafka_resp_err_t code;
        enum lane_error_class class;
        enum topic_block block;
    } cases[] = {
        {RD_KAFKA_RESP_ERR_NO_ERROR, LANE_FINE, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR__TRANSPORT, LANE_TRANSIENT, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR__TIMED_OUT, LANE_TRANSIENT, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, LANE_TRANSIENT, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR__PURGE_QUEUE, LANE_TRANSIENT, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, LANE_RECORD, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR_INVALID_RECORD, LANE_RECORD, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, LANE_USE, TOPIC_MISSING},
        {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, LANE_USE, TOPIC_MISSING},
        {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, LANE_USE, TOPIC_UNAUTHORIZED},
        {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, LANE_USE, TOPIC_REFUSED},
        {RD_KAFKA_RESP_ERR__FATAL, LANE_PRODUCER, TOPIC_USABLE},
        {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, LANE_PRODUCER, TOPIC_USABLE},
        {(rd_kafka_resp_err_t)32000, LANE_TRANSIENT, TOPIC_USABLE}, /* a code of a later broker */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(lane_error_class(cases[i].code), cases[i].class);
        assert_int_equal(lane_error_block(cases[i].code), cases[i].block);
        assert_int_equal(lane_error_remedy(cases[i].code)[0] != '\0', cases[i].class == LANE_USE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sorts_codes_into_four_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
