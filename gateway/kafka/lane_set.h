/* lane_set.h - all lanes of one worker: one per cluster and configured lane, each made on first use.
 *
 *     producers' queues --io event--> eventfd --libevent--> drain every queue until it is empty --> lane reports
 *
 * All functions belong to the worker's thread. */
#ifndef HEADGATE_GATEWAY_KAFKA_LANE_SET_H
#define HEADGATE_GATEWAY_KAFKA_LANE_SET_H

#include "gateway/config.h"
#include "gateway/kafka/lane.h"

#include <event2/event.h>

struct lane_set;
struct topics;

struct lane_settings {
    const struct config *config;    /* clusters, lanes, lingers; outlives the set */
    const char *embedded_bootstrap; /* of the in-process cluster; NULL without */
    size_t lane_bytes;              /* bound of one lane's reservations in this worker; limits.memory / workers / lanes */
    struct topics *topics;          /* told when a lane loses a broker; outlives the set; NULL = nobody is */
};

/* NULL when out of memory or descriptors. */
struct lane_set *lane_set_create(struct event_base *base, const struct lane_settings *settings) MUST_CHECK;

/* After lane_set_drain() called back. Takes the producers down; may take a second. */
void lane_set_destroy(struct lane_set *set);

/* The lane that a topic's records take; made here when it is the first. NULL when its producer cannot be made (said in the
 * log, tried again at most once a second): answer as for a lane without room. */
struct lane *lane_set_lane(struct lane_set *set, const struct topic *topic) MUST_CHECK;

/* Refuses new reservations from now on, goes on delivering, and calls `drained` from the loop once nothing is unfinished.
 * After `deadline_ms` what is left is given up: reported as undelivered, possibly persisted where it was on its way. */
void lane_set_drain(struct lane_set *set, int deadline_ms, void (*drained)(void *arg), void *arg);

/* Counters of up to `room` lanes; returns how many there are. */
size_t lane_set_counters(const struct lane_set *set, struct lane_counters *out, size_t room);

#endif
