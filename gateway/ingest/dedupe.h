/* dedupe.h - the deduplication window: what has been delivered lately, so that a resend completes only what is missing.
 *
 *     claim --new--> pending --settle(durable)--> durable --age, room--> forgotten
 *       |               |
 *       |               +-----settle(not)-------> forgotten: the next one is processed
 *       +--pending: the waiter is told through its port when the owner settles
 *       +--durable: a duplicate
 *
 * One entry per event and use, found by a keyed hash (HMAC-SHA-256 with a secret of this process, 128 bits): no id is kept.
 * Shards by that hash, a lock each; a fixed number of entries, all room taken at the start. When a shard is full its oldest
 * durable entry goes; when all of it is pending, the event is processed without being remembered. Best effort: a restart forgets
 * everything, and each instance of a fleet remembers for itself. */
#ifndef HEADGATE_GATEWAY_INGEST_DEDUPE_H
#define HEADGATE_GATEWAY_INGEST_DEDUPE_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdbool.h>
#include <stdint.h>

struct dedupe;

/* Of one worker: where its waiters are put when they are due. */
struct dedupe_port;

enum { DEDUPE_NO_TICKET = 0, DEDUPE_ENTRY_BYTES = 56 }; /* at most, with its share of the tables */

struct dedupe_key {
    uint64_t high, low;
};

/* Whoever waits for a pending entry; lives until its port has handed it out. */
struct dedupe_waiter {
    struct dedupe_waiter *next;
    struct dedupe_port *port;
    bool durable; /* once handed out: the entry became durable */
};

enum dedupe_verdict {
    DEDUPE_NEW,       /* *ticket is to be settled, whatever happens */
    DEDUPE_DUPLICATE, /* durable within the window */
    DEDUPE_PENDING,   /* the waiter was taken, where there was one */
    DEDUPE_UNTRACKED, /* no room: to be processed, nothing to settle */
};

struct dedupe_stats {
    uint64_t entries; /* now */
    uint64_t hits;    /* duplicates found durable */
    uint64_t waits;   /* duplicates that found a pending one */
    uint64_t evicted; /* entries that had to go before their time */
    uint64_t untracked;
};

/* `window` in us; `entries` in all, rounded up to a multiple of the shards. NULL without memory or randomness. */
struct dedupe *dedupe_create(int64_t window, uint32_t entries) MUST_CHECK;

/* Frees the ports too. No waiter is handed out any more. */
void dedupe_destroy(struct dedupe *dedupe);

/* NULL when out of memory or descriptors. */
struct dedupe_port *dedupe_port_create(struct dedupe *dedupe) MUST_CHECK;

/* Becomes readable when waiters are due. */
int dedupe_port_fd(const struct dedupe_port *port);

/* All waiters that are due, linked by `next`, and the descriptor is quiet again. By the port's worker alone. */
struct dedupe_waiter *dedupe_port_take(struct dedupe_port *port);

/* The key of an event for a use: of texts that tell both apart from all others. */
struct dedupe_key dedupe_key_of(const struct dedupe *dedupe, const struct span *parts, size_t count);

/* `now` is monotonic, in us. `waiter` has its port set, or is NULL: then a pending entry is told and nobody waits. Any thread. */
enum dedupe_verdict dedupe_claim(struct dedupe *dedupe, const struct dedupe_key *key, int64_t now, uint32_t *ticket,
                                 struct dedupe_waiter *waiter) MUST_CHECK;

/* Whether the key's entry is durable within the window: claims nothing and counts nothing. Any thread. */
bool dedupe_is_durable(struct dedupe *dedupe, const struct dedupe_key *key, int64_t now) MUST_CHECK;

/* How the holder of a ticket fared. Any thread. */
void dedupe_settle(struct dedupe *dedupe, uint32_t ticket, bool durable, int64_t now);

/* What the window has done and holds; any thread. */
void dedupe_stats(struct dedupe *dedupe, struct dedupe_stats *out);

#endif
