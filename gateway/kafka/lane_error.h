/* lane_error.h - what follows from an error code of librdkafka or a broker: one table, four kinds. */
#ifndef HEADGATE_GATEWAY_KAFKA_LANE_ERROR_H
#define HEADGATE_GATEWAY_KAFKA_LANE_ERROR_H

#include "gateway/kafka/topic.h"

#include <librdkafka/rdkafka.h>

enum lane_error_class {
    LANE_FINE,
    LANE_TRANSIENT, /* may be well again by itself; librdkafka gave the record up, so it is undelivered */
    LANE_RECORD,    /* the broker will never take this record */
    LANE_USE,       /* nothing of this use can be written until somebody acts */
    LANE_PRODUCER,  /* this producer instance is done for: a new generation */
};

/* An unknown code is transient: nothing is then given up that might still be stored. */
enum lane_error_class lane_error_class(rd_kafka_resp_err_t code);

/* For LANE_USE: the block that follows, and what to do about it (one sentence). */
enum topic_block lane_error_block(rd_kafka_resp_err_t code);
const char *lane_error_remedy(rd_kafka_resp_err_t code);

#endif
