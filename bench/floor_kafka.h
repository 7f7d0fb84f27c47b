/* floor_kafka.h - librdkafka with the settings that headgate gives it, and records like headgate's: the floors share it. */
#ifndef HEADGATE_BENCH_FLOOR_KAFKA_H
#define HEADGATE_BENCH_FLOOR_KAFKA_H

#include "codecs/span.h"

#include <librdkafka/rdkafka.h>

enum { FLOOR_HEADERS_MAX = 32 };

struct floor_header {
    struct span name, value;
};

struct floor_record {
    struct span key, value;
    struct floor_header headers[FLOOR_HEADERS_MAX];
    size_t header_count;
};

struct floor_kafka {
    rd_kafka_t *rk;
    rd_kafka_topic_t *rkt;
    rd_kafka_queue_t *queue;
};

/* A producer for one topic: idempotent, acks=all, lz4, this linger (milliseconds, as text). It writes 8 bytes to `wake_fd` when
 * the first of a row of reports is there. Exits with a message when that fails. */
void floor_kafka_open(struct floor_kafka *kafka, const char *bootstrap, const char *topic, const char *linger, int wake_fd);

/* Hands a record over without copying its value; the opaque comes back with the report. Exits with a message when that fails. */
void floor_kafka_send(struct floor_kafka *kafka, const struct floor_record *record, void *opaque);

/* Calls `delivered` with the opaque of each record reported since; exits with a message when one was not delivered. */
void floor_kafka_poll(struct floor_kafka *kafka, void (*delivered)(void *opaque));

/* The headers of the benchmark's use, as many bytes as headgate writes with `tagging: compact`. */
void floor_kafka_headers(struct floor_record *record);

#endif
