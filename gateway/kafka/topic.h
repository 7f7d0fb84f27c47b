/* topic.h - one topic that this process writes to: what it should be, what it is, whether records may go there.
 *
 *     derived from a use            found by the audit
 *     struct topic_want   <---->    struct topic_fact     = enum topic_block: fine, or why not
 *
 * One object for the whole process; each worker has its own librdkafka handle of it (lane.c), found by `index`.
 * Threads: name, cluster, index and lane never change. `want` belongs to struct topics (under its lock). Whether it is
 * blocked and the largest record are atomics, read on the hot path; the reason's text is under the topic's own lock. */
#ifndef HEADGATE_GATEWAY_KAFKA_TOPIC_H
#define HEADGATE_GATEWAY_KAFKA_TOPIC_H

#include "codecs/attributes.h"
#include "codecs/span.h"
#include "contracts/catalogue.h"
#include "gateway/config.h"
#include "gateway/topic_block.h"

#include <pthread.h>
#include <stdatomic.h>

enum { TOPIC_REASON_SIZE = 320 };

/* What a contract asks of a topic. */
struct topic_want {
    int64_t retention_ms;
    int64_t segment_ms;
    bool state;          /* topicKind: state, so it may be compacted as well */
    bool durable;        /* delivery kafka or spool: on more than one broker, one in-sync replica is too few */
    int64_t batch_bytes; /* one batch of ours may be this large */
    uint32_t uses;       /* of the current catalogue that write to it; 0 = no longer looked after */
};

/* What a broker says about a topic. */
struct topic_fact {
    bool exists;
    bool audited;   /* false: on the mock, whose settings nobody can ask for */
    bool forbidden; /* exists, but its settings may not be read */
    bool deletes;   /* cleanup.policy includes delete */
    bool compacts;  /* cleanup.policy includes compact */
    int64_t retention_ms, segment_ms, min_insync_replicas, max_message_bytes;
    uint32_t brokers; /* of the cluster */
};

struct topic {
    struct span name; /* NUL-terminated */
    const struct cluster *cluster;
    uint32_t cluster_index; /* into the configuration's clusters */
    uint32_t lane;          /* into the configuration's lanes */
    uint32_t index;         /* dense over all topics of this process, never reused */
    struct topic_want want;

    /* Of the auditor. */
    int64_t well_us; /* since when it found nothing wrong with a topic that a report had blocked; 0 = it has not */

    _Atomic int block; /* enum topic_block */
    _Atomic uint32_t largest_record;
    _Atomic int64_t told_us;  /* when a record's report blocked it last (monotonic); 0 = the audit did, or nobody */
    _Atomic uint32_t strikes; /* times that happened in a row */
    pthread_mutex_t lock;
    char reason[TOPIC_REASON_SIZE];
};

/* Whether records may not go there at present: ask before room is reserved. Any thread. */
static inline enum topic_block topic_blocked(const struct topic *topic)
{
    return (enum topic_block)atomic_load_explicit(&topic->block, memory_order_acquire);
}

/* The audit says what the topic takes at most; below it librdkafka's own limit counts. Any thread. */
void topic_limit_record(struct topic *topic, int64_t max_message_bytes);

/* The largest record_cost() that the broker will take. Any thread. A larger record is `failed` before room is reserved. */
static inline uint32_t topic_largest_record(const struct topic *topic)
{
    return atomic_load_explicit(&topic->largest_record, memory_order_relaxed);
}

/* A topic that is TOPIC_UNCHECKED. `name` is copied. NULL when out of memory. */
struct topic *topic_create(struct span name, const struct cluster *cluster, uint32_t cluster_index, uint32_t lane,
                           uint32_t index) MUST_CHECK;
void topic_destroy(struct topic *topic);

/* Sets or lifts a block; `reason` is one sentence for people that ends with what to do, "" with TOPIC_USABLE. Says so in the
 * log when it changes. Any thread. */
void topic_set_block(struct topic *topic, enum topic_block block, const char *reason);

/* A record's report blocks it. `now_us` is monotonic. Any thread. */
void topic_tell(struct topic *topic, enum topic_block block, const char *reason, int64_t now_us);

/* The audit finds nothing wrong: lifts the block, unless a report set it and it is too early. Workers' clients learn of a new
 * topic TOPIC_SETTLE_US after the auditor at the latest; a refusal that no audit can see (a missing right to write) is tried
 * again after 10 s, doubling to 5 min. Auditor's thread only. True when usable now. */
enum { TOPIC_SETTLE_US = 6000000 };
bool topic_lift(struct topic *topic, int64_t now_us);

/* The reason's text, empty when usable. Any thread. Returns `out`. */
const char *topic_reason(struct topic *topic, char out[TOPIC_REASON_SIZE]);

/* Compares; writes the reason with its remedy ("" when usable). Pure. */
enum topic_block topic_judge(const struct topic_want *want, const struct topic_fact *fact, char reason[TOPIC_REASON_SIZE]);

#endif
