/* ranking.h - a bounded table of keys that keeps the frequent ones (randomized admission: Ben Basat, Einziger, Friedman and
 * Kassner, 2017).
 *
 * A new key in a full table takes the slot of the lightest one, and its weight plus one, with a chance of one in that weight: so
 * keys that come once wear each other out and not those that stay, and one that comes often gets in soon. A weight is no count;
 * what belongs to a key the caller counts from its admission on, in an array of its own with the same slots.
 *
 * Keys are hashes that strangers cannot choose; slots that are kept are never taken. Not thread-safe. */
#ifndef HEADGATE_GATEWAY_OBSERVE_RANKING_H
#define HEADGATE_GATEWAY_OBSERVE_RANKING_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stdint.h>

enum { RANKING_NONE = UINT16_MAX };

struct ranking_slot {
    uint64_t id, weight;
    uint16_t next; /* in its bucket */
    uint16_t kept; /* above 0: never taken */
    bool listed;   /* id stands in a bucket */
};

struct ranking {
    struct ranking_slot *slots; /* the caller's; `capacity` of them, */
    uint16_t *buckets;          /* and as many buckets */
    uint16_t capacity;          /* a power of two, below RANKING_NONE */
    uint16_t count;             /* slots in use, from the first on */
    uint16_t hand;              /* where the search for the lightest goes on */
    uint64_t floor;             /* no slot that can be taken was lighter when it was last looked */
    uint64_t dice;              /* need not be secret */
};

/* Empty, over room of the caller's that outlives it. */
void ranking_init(struct ranking *ranking, struct ranking_slot *slots, uint16_t *buckets, uint16_t capacity);

/* The slot of a key; RANKING_NONE when it has none. */
uint16_t ranking_find(const struct ranking *ranking, uint64_t id) MUST_CHECK;

/* A slot for a key that has none, with one sighting; the caller clears what the slot stood for. RANKING_NONE when the key was
 * not lucky, or all slots are kept. */
uint16_t ranking_admit(struct ranking *ranking, uint64_t id) MUST_CHECK;

/* One more sighting. */
void ranking_raise(struct ranking *ranking, uint16_t slot);

/* Until as many releases the slot is not taken. */
void ranking_keep(struct ranking *ranking, uint16_t slot);
void ranking_release(struct ranking *ranking, uint16_t slot);

/* The slot stands for nothing any more and is the next one taken. */
void ranking_drop(struct ranking *ranking, uint16_t slot);

#endif
