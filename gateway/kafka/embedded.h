/* embedded.h - a Kafka cluster inside this process (librdkafka's mock), for trying headgate and for tests.
 *
 * What it can and cannot: idempotent produce, headers, keys, kcat and librdkafka consumers of other processes work; Java 4.0
 * clients and the Admin API do not. 5 MiB a partition, the oldest records are dropped silently. It does not check sequence
 * numbers, so it proves nothing about duplicates. Nothing is kept over a restart. */
#ifndef HEADGATE_GATEWAY_KAFKA_EMBEDDED_H
#define HEADGATE_GATEWAY_KAFKA_EMBEDDED_H

#include "codecs/attributes.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdbool.h>
#include <stdint.h>

struct embedded;

/* Brokers on free ports of 127.0.0.1. NULL with a reason in `problem`. */
struct embedded *embedded_create(unsigned brokers, char *problem, size_t problem_size) MUST_CHECK;

/* After every producer was destroyed. */
void embedded_destroy(struct embedded *embedded);

/* "127.0.0.1:41234,..."; lives as long as the cluster. */
const char *embedded_bootstrap(const struct embedded *embedded);

/* How many brokers it was made with. */
uint32_t embedded_brokers(const struct embedded *embedded);

/* Makes a topic; one that is there already stays as it is. Any thread. False when the mock refused. */
bool embedded_make_topic(struct embedded *embedded, const char *name, uint32_t partitions) MUST_CHECK;

/* For tests: to inject errors. */
rd_kafka_mock_cluster_t *embedded_mock(struct embedded *embedded);

#endif
