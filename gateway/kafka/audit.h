/* audit.h - one look at the topics of one cluster: which are there, which must be made, which keep too long.
 *
 *     connect -> metadata -> (mode create: make what is missing) -> describe settings -> judge each -> topic_set_block()
 *
 * Blocks its thread for seconds at most. What a broker is asked, and how, is a table: the Admin API, or the mock. */
#ifndef HEADGATE_GATEWAY_KAFKA_AUDIT_H
#define HEADGATE_GATEWAY_KAFKA_AUDIT_H

#include "gateway/kafka/topic.h"

#include <librdkafka/rdkafka.h>

enum { AUDIT_TIMEOUT_MS = 5000, AUDIT_PROBLEM_SIZE = 256 };

struct embedded;

struct audit_item {
    struct topic *topic;
    struct topic_want want;
    struct topic_fact fact;
    bool unknown;                /* the broker gave no usable answer about it: the verdict stays as it was */
    enum topic_block failed;     /* it could not be made; TOPIC_USABLE otherwise */
    char why[TOPIC_REASON_SIZE]; /* of `failed` and `unknown` */
};

struct audit {
    const struct cluster *cluster;
    struct embedded *embedded; /* the cluster itself where it is the in-process one, else NULL */
    bool create;               /* topics.mode */
    uint32_t partitions;
    uint32_t replication; /* 0: as many as there are brokers, three at most */
    struct audit_item *items;
    size_t count;

    /* What comes of it. */
    bool answered;
    uint32_t brokers;
    char problem[AUDIT_PROBLEM_SIZE];

    /* Of audit_admin, while it runs. */
    rd_kafka_t *rk;
    rd_kafka_queue_t *queue;
};

/* How topics are looked at and made: fills the facts, brokers and, of what could not be made, `failed` and `why`. False: no
 * answer, see `problem`. */
struct audit_ops {
    bool (*look)(struct audit *audit);
};
extern const struct audit_ops audit_admin; /* audit_admin.c */
extern const struct audit_ops audit_mock;  /* audit_mock.c */

/* The item of a topic's name; NULL when it is none of ours. */
struct audit_item *audit_item(struct audit *audit, const char *name);

/* Runs it; fills the outcome, blocks and unblocks the topics. `now_us` is monotonic. */
void audit_run(struct audit *audit, int64_t now_us);

#endif
