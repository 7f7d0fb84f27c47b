/* lane.h - a worker's way to one cluster: reserve room, hand records over, hear what became of each.
 *
 *     lane_reserve() --no--> 503, nothing was taken
 *          | yes
 *     lane_produce() x n ------------------> librdkafka ------> broker
 *          |                                     |
 *          |      one eventfd per worker <-------+  reports in bulk
 *          v                 v
 *     list of unfinished --> lane_record.done(): once per record, always from the loop, never out of lane_produce()
 *
 * Invariants:
 * 1. A record that lane_produce() took is reported exactly once, however the lane or the broker fares.
 * 2. Reserved bytes equal the record_cost() of unfinished records plus claims that were not produced yet; the report gives
 *    a record's back before done() is called.
 * 3. Records of a lane and key are written in the order of lane_produce(), over generations of the producer too.
 * All functions belong to the worker's thread unless they say otherwise. */
#ifndef HEADGATE_GATEWAY_KAFKA_LANE_H
#define HEADGATE_GATEWAY_KAFKA_LANE_H

#include "contracts/record.h"
#include "gateway/kafka/topic.h"

#include <librdkafka/rdkafka.h>

struct lane;
struct lane_record;

enum lane_result {
    LANE_DELIVERED,   /* acknowledged by all in-sync replicas */
    LANE_FAILED,      /* the broker will never take this record: outcome `failed` */
    LANE_BLOCKED,     /* the use is blocked now (topic_blocked() says why): retry, or park with a spool */
    LANE_UNDELIVERED, /* given up: draining ended, or librdkafka gave up: retry */
};

struct lane_report {
    enum lane_result result;
    bool possibly_persisted;  /* not delivered, yet it may be in the log: `uncertain` */
    rd_kafka_resp_err_t code; /* 0 when delivered */
    int32_t partition;        /* when delivered, else -1 */
    int64_t offset;           /* when delivered, else -1 */
    int64_t latency_us;       /* since lane_record.handed_us; -1 when librdkafka never had it */
};

/* One record under way; the caller fills the first five members. It and everything that `record` points to live in the
 * request's arena until done() was called (the value is not copied), and may die inside it. */
struct lane_record {
    const struct record *record;
    struct topic *topic;
    void (*done)(struct lane_record *record, const struct lane_report *report);
    void *request;     /* the caller's */
    int64_t handed_us; /* monotonic: when it is handed over */

    /* Of lane.c. */
    struct lane_record *previous, *next;
    struct header_list *headers; /* while librdkafka has the record */
    uint32_t cost;
    uint32_t generation; /* of the producer that holds it; 0 = none does */
    rd_kafka_resp_err_t code;
    bool possibly_persisted;
};

/* A request's sums per lane, gathered while its records are counted. */
struct lane_claim {
    struct lane *lane;
    size_t bytes;
};
enum { LANE_CLAIMS_MAX = 24 };
struct lane_claims {
    struct lane_claim items[LANE_CLAIMS_MAX];
    size_t count;
};

/* Adds a record's cost to its lane's sum. A worker has at most LANE_CLAIMS_MAX lanes. */
static inline void lane_claim(struct lane_claims *claims, struct lane *lane, size_t bytes)
{
    size_t i = 0;
    while (i < claims->count && claims->items[i].lane != lane) i++;
    if (i == claims->count) claims->items[claims->count++] = (struct lane_claim){lane, 0};
    claims->items[i].bytes += bytes;
}

enum lane_room {
    LANE_ROOM,       /* all of it is reserved */
    LANE_FULL,       /* not now, and nothing was taken: 503 */
    LANE_NEVER_FITS, /* a sum is over a lane's whole bound, so a 503 would be endless: 413 */
    LANE_CLOSED,     /* draining, or a producer could not be made: 503 */
};

/* Reserves all claims or none. */
enum lane_room lane_reserve(const struct lane_claims *claims) MUST_CHECK;

/* Gives back what was reserved and will not be produced. */
void lane_release(const struct lane_claims *claims);

/* Hands a record over whose record_cost() was reserved on this lane. Cannot fail: every error arrives through done(), later,
 * from the loop. */
void lane_produce(struct lane *lane, struct lane_record *record);

/* For gauges and counters; any thread. */
struct lane_counters {
    const char *cluster;
    const char *name;             /* "fast" */
    uint32_t index;               /* into the configuration's lanes */
    uint64_t reserved;            /* bytes */
    uint64_t bound;               /* bytes */
    uint64_t unfinished;          /* records */
    uint64_t produced;            /* records, ever */
    uint64_t delivered;           /* records, ever */
    uint64_t generations;         /* producers made because one failed fatally */
    uint64_t possible_duplicates; /* records produced again though they may have been stored */
    uint64_t possibly_persisted;  /* records given up though they may have been stored */
    uint64_t errors[4];           /* told by reports, by enum lane_error_class - 1 */
};
void lane_counters(const struct lane *lane, struct lane_counters *out);

#endif
