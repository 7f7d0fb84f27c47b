/* tail_source.h - all partitions of some topics as one stream of records, without a consumer group.
 *
 * Topics that do not exist yet are waited for; their partitions are then read from the beginning. */
#ifndef HEADGATE_GATEWAY_COMMANDS_TAIL_SOURCE_H
#define HEADGATE_GATEWAY_COMMANDS_TAIL_SOURCE_H

#include "codecs/attributes.h"
#include "gateway/config.h"

#include <librdkafka/rdkafka.h>

struct tail_source;

struct tail_options {
    const struct cluster *cluster;
    const char *bootstrap;
    char **topics;
    size_t topic_count;
    int64_t from; /* RD_KAFKA_OFFSET_BEGINNING, _END or _TAIL(n), per partition */
    /* Sentences for the person who waits: a topic that is not there yet, a broker that does not answer. */
    void (*tell)(const char *sentence);
};

/* The options and what they point to outlive the source. NULL with a reason in `problem`. */
struct tail_source *tail_source_create(const struct tail_options *options, char *problem, size_t problem_size) MUST_CHECK;
void tail_source_destroy(struct tail_source *source);

/* Asks for the topics that were not there yet and starts those that are now; call about once a second. Blocks up to
 * `timeout_ms` for an answer. */
void tail_source_refresh(struct tail_source *source, int timeout_ms);

/* Whether there is still a topic to wait for. */
bool tail_source_waits(const struct tail_source *source);

/* The next record, for rd_kafka_message_destroy(); NULL when none came within `timeout_ms`. */
rd_kafka_message_t *tail_source_next(struct tail_source *source, int timeout_ms) MUST_CHECK;

/* Whether every partition of the topics that are there was read to its end at least once, and the others were asked for, or no
 * broker answers. */
bool tail_source_at_end(const struct tail_source *source);

#endif
