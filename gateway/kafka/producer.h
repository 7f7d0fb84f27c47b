/* producer.h - one librdkafka instance: its settings, its topic handles, its queue. What it is used for is lane.c's.
 *
 * Belongs to one thread, but for its destruction after producer_retire(). */
#ifndef HEADGATE_GATEWAY_KAFKA_PRODUCER_H
#define HEADGATE_GATEWAY_KAFKA_PRODUCER_H

#include "contracts/record.h"
#include "gateway/kafka/header_pool.h"
#include "gateway/kafka/topic.h"

#include <librdkafka/rdkafka.h>

struct producer_settings {
    const struct cluster *cluster;
    const char *bootstrap;
    int64_t linger_us;
    int wake_fd; /* an eventfd, written when the queue turns from empty to non-empty */
};

struct producer {
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
    rd_kafka_topic_t **topics; /* by topic->index; NULL = not made yet */
    size_t topic_count;
    size_t outstanding; /* records sent and not reported */
    struct header_pool headers;
};

/* NULL with a reason. Connects in the background. */
struct producer *producer_create(const struct producer_settings *settings, char *problem, size_t problem_size) MUST_CHECK;

/* Nothing may be outstanding. Waits for librdkafka's threads, so it may take a second. */
void producer_destroy(struct producer *producer);

/* Hands one record over; `opaque` comes back in its report. The value is not copied: it lives until the report. On an error
 * there will be no report. *headers is for producer_take_back(). */
rd_kafka_resp_err_t producer_send(struct producer *producer, const struct topic *topic, const struct record *record, void *opaque,
                                  struct header_list **headers) MUST_CHECK;

/* A record was reported: takes its header list back, for later records. The message loses it. */
void producer_take_back(struct producer *producer, const rd_kafka_message_t *message, struct header_list *headers);

/* Tells librdkafka to report everything that is still outstanding, now. */
void producer_purge(struct producer *producer);

/* Sends what waits for linger. Does not wait. */
void producer_flush(struct producer *producer);

#endif
