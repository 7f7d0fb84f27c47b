#include "gateway/kafka/lane_error.h"

struct entry {
    rd_kafka_resp_err_t code;
    enum lane_error_class class;
    enum topic_block block; /* of LANE_USE */
    const char *remedy;     /* of LANE_USE */
};

static const char make_it[] = "the topic does not exist; serve with topics.mode create, or make it: /readyz tells its settings";
static const char grant_topic[] = "the broker does not let this principal write to the topic; grant it Write and Describe";
static const char grant_cluster[] = "the broker does not let this principal produce; grant it IdempotentWrite on the cluster";
static const char mend_policy[] = "a policy of the broker refuses the records; change the policy or the topic";
static const char mend_format[] =
    "the topic's message format is too old for headers and idempotence; raise message.format.version";
static const char mend_codec[] = "the broker does not know the compression; set compression.codec of the cluster to another one";

/* What is not listed is transient. Codes that librdkafka retries for ever are not listed either: they never reach a report. */
static const struct entry entries[] = {
    {RD_KAFKA_RESP_ERR_NO_ERROR, LANE_FINE, TOPIC_USABLE, NULL},

    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR__BAD_MSG, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR__BAD_COMPRESSION, LANE_RECORD, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, LANE_RECORD, TOPIC_USABLE, NULL},

    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, LANE_USE, TOPIC_MISSING, make_it},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, LANE_USE, TOPIC_MISSING, make_it},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, LANE_USE, TOPIC_MISSING, make_it},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, LANE_USE, TOPIC_REFUSED, mend_policy},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, LANE_USE, TOPIC_REFUSED, mend_policy},
    {RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, LANE_USE, TOPIC_REFUSED, mend_policy},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, LANE_USE, TOPIC_REFUSED, mend_format},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, LANE_USE, TOPIC_REFUSED, mend_codec},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, LANE_USE, TOPIC_UNAUTHORIZED, grant_topic},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, LANE_USE, TOPIC_UNAUTHORIZED, grant_cluster},

    {RD_KAFKA_RESP_ERR__FATAL, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR__INCONSISTENT, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, LANE_PRODUCER, TOPIC_USABLE, NULL},
    {RD_KAFKA_RESP_ERR__FENCED, LANE_PRODUCER, TOPIC_USABLE, NULL},
};

static const struct entry *find(rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        if (entries[i].code == code) return &entries[i];
    return NULL;
}

enum lane_error_class lane_error_class(rd_kafka_resp_err_t code)
{
    const struct entry *entry = find(code);
    return entry != NULL ? entry->class : LANE_TRANSIENT;
}

enum topic_block lane_error_block(rd_kafka_resp_err_t code)
{
    const struct entry *entry = find(code);
    return entry != NULL && entry->class == LANE_USE ? entry->block : TOPIC_USABLE;
}

const char *lane_error_remedy(rd_kafka_resp_err_t code)
{
    const struct entry *entry = find(code);
    return entry != NULL && entry->remedy != NULL ? entry->remedy : "";
}
