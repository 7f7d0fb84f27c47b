/* topics.h - all topics that this process writes to: derived from the catalogue, made where allowed, audited for ever.
 *
 *     catalogue --topics_bind()--> struct topic_table (use -> topic, .late topic)     immutable, lives with the catalogue
 *                       |
 *                       v
 *     auditor thread: describe -> (mode create: make what is missing -> describe) -> judge -> topic_set_block()
 *                       at each bind; when a lane lost a broker; while nobody answers or a use is blocked each few
 *                       seconds (watch.h); else each TOPICS_AUDIT_MS
 *
 * Existing topics are never changed: where one does not fit, its uses are blocked and the reason says what to do.
 * Topics are never forgotten while the process lives (a few hundred bytes each), so pointers to them stay valid. */
#ifndef HEADGATE_GATEWAY_KAFKA_TOPICS_H
#define HEADGATE_GATEWAY_KAFKA_TOPICS_H

#include "gateway/kafka/topic.h"

enum { TOPICS_RECHECK_MS = 10000, TOPICS_AUDIT_MS = 300000 };

struct embedded;
struct topics;

/* Where the records of a use go. */
struct topic_route {
    struct topic *topic; /* NULL: no cluster stands in an allowed region, withheld (residency); or the use never produces */
    struct topic *late;  /* of diverted records; NULL unless the use diverts */
    struct span region;  /* ce_residency: where its cluster stands for this use; NULL data where that is not declared */
};

struct topic_table {
    const struct topic_route *routes; /* by use->index */
    size_t count;
};

/* What to audit with. `config` outlives the topics; with config->embedded `embedded` is the in-process cluster. */
struct topics *topics_create(const struct config *config, struct embedded *embedded) MUST_CHECK;

/* Ends the auditor thread (a call to a broker under way is waited for, at most some seconds) and frees all. No worker may
 * hold a topic any more. */
void topics_destroy(struct topics *topics);

/* Derives the topics of a catalogue, adds the unknown ones, updates what is wanted of the known, and wakes the auditor. Never
 * waits for a broker. Main thread only. The table is allocated in `arena`, which lives as long as the catalogue; false when
 * out of memory. Shadow and retired uses get no topic. */
bool topics_bind(struct topics *topics, const struct catalogue *catalogue, struct arena *arena,
                 struct topic_table *table) MUST_CHECK;

/* Waits until the audit that the last topics_bind() asked for has ended, or `timeout_ms` passed (then false: it goes on). */
bool topics_wait(struct topics *topics, int timeout_ms);

/* What the auditor knows of one cluster, for start-up messages and /readyz. */
struct topics_cluster_state {
    bool answered;     /* the last audit reached a broker */
    uint32_t brokers;  /* when it did */
    char problem[256]; /* why not, with what to do; empty when it answered */
};
void topics_cluster_state(struct topics *topics, uint32_t cluster_index, struct topics_cluster_state *out);

/* A lane lost a broker of the cluster: it is looked at soon, WATCH_DOUBT_MS after the last look at the earliest. Any thread;
 * never waits for a broker. */
void topics_doubt(struct topics *topics, uint32_t cluster_index);

#endif
