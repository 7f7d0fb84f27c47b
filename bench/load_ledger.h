/* load_ledger.h - proves what became of the events of a run: which were acknowledged, how often each arrived in Kafka, and how
 * old it was when it could be read there.
 *
 *     ends of the partitions --> the run, read along by a thread --> read to the new ends --> compare
 *
 * Events are known by their id, which ends in the event's number (${uuid} or ${ref} of the templates): it is looked for in the
 * header ce_id, else in the key. Some 32 bytes are kept per event, 16 more per record. */
#ifndef HEADGATE_BENCH_LOAD_LEDGER_H
#define HEADGATE_BENCH_LOAD_LEDGER_H

#include "bench/histogram.h"
#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_ledger;

enum { LOAD_LEDGER_TOPICS_MAX = 16 };

/* Of one topic. */
struct load_ledger_balance {
    const char *topic; /* lives as long as the ledger */
    uint64_t sent;
    uint64_t acknowledged;   /* their request was answered 200 or 202 */
    uint64_t missing;        /* acknowledged, and not there: lost */
    uint64_t repeated;       /* there more than once */
    uint64_t unacknowledged; /* there although no 200 or 202 said so: refused in part, or the reply never came */
    uint64_t foreign;        /* records that are not of this run */
    struct histogram age;    /* microseconds from when an event was due until a consumer had it */
};

/* Notes where the topics' partitions end now, and begins to read there; `topics` have commas between. NULL and a message in
 * `problem` when that failed. */
struct load_ledger *load_ledger_create(const char *bootstrap, const char *topics, uint32_t run, char *problem,
                                       size_t problem_size) MUST_CHECK;
void load_ledger_destroy(struct load_ledger *ledger);

/* A request with the events first..first+count-1 went out, which was due then (load_clock()); it was answered 200 or 202.
 */
void load_ledger_sent(struct load_ledger *ledger, uint64_t first, uint64_t count, uint64_t due_us);
void load_ledger_acknowledged(struct load_ledger *ledger, uint64_t first, uint64_t count);

size_t load_ledger_topics(const struct load_ledger *ledger);

/* Reads the rest of what was written to a topic since load_ledger_create(), once. False and a message when that failed. */
bool load_ledger_balance(struct load_ledger *ledger, size_t topic, struct load_ledger_balance *balance, char *problem,
                         size_t problem_size) MUST_CHECK;

/* How many acknowledged events are on none of the topics that were balanced. */
uint64_t load_ledger_nowhere(const struct load_ledger *ledger);

/* The number at the end of an id of this run; false when it is another's. */
bool load_ledger_number(uint32_t run, const char *id, size_t size, uint64_t *number) MUST_CHECK;

/* The same for a record: by its header ce_id, else by its key, for a use that does not pass the event's id has another one there.
 * NULL data where it has none. */
bool load_ledger_find(uint32_t run, struct span id, struct span key, uint64_t *number) MUST_CHECK;

#endif
