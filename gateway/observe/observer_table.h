/* observer_table.h - what observer.c fills and observer_page.c shows; every use holds the lock. */
#ifndef HEADGATE_GATEWAY_OBSERVE_OBSERVER_TABLE_H
#define HEADGATE_GATEWAY_OBSERVE_OBSERVER_TABLE_H

#include "codecs/arena.h"
#include "codecs/siphash.h"
#include "gateway/observe/facts.h"
#include "gateway/observe/observer.h"
#include "gateway/observe/ranking.h"

#include <pthread.h>

/* A member, or the items of an array, by the place where they stand. */
struct observed_path {
    struct facts facts;
    char *name;           /* from the threshold on; NULL before */
    uint64_t parent;      /* id of the path that it lies in; the type's own id at the top */
    uint64_t last_event;  /* by the type's count: the latest event that held it, */
    uint64_t last_object; /* and by the observer's: the latest object */
    bool items;           /* of an array */
};

struct observed_type {
    struct facts root; /* of the events themselves */
    char *name;        /* from the threshold on; NULL before */
    uint64_t id;
    uint64_t passed_over; /* values that found no slot, or lay too deep */
    struct ranking ranking;
    struct ranking_slot slots[OBSERVER_PATHS];
    uint16_t buckets[OBSERVER_PATHS];
    struct observed_path paths[OBSERVER_PATHS];
};

struct observer {
    pthread_mutex_t lock;
    struct siphash_key key;
    struct arena *scratch; /* names and texts with escapes, one at a time */
    uint64_t objects;      /* seen so far */
    uint64_t overflow;     /* events whose type found no slot */
    struct ranking ranking;
    struct ranking_slot slots[OBSERVER_TYPES];
    uint16_t buckets[OBSERVER_TYPES];
    struct observed_type *types[OBSERVER_TYPES]; /* made when first needed, then used again */
};

/* The type of this name; NULL when there is none. */
struct observed_type *observer_find(const struct observer *observer, struct span event);

#endif
