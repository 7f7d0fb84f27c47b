/* lane_internal.h - what lane_set.c drives a lane with; for nobody else. */
#ifndef HEADGATE_GATEWAY_KAFKA_LANE_INTERNAL_H
#define HEADGATE_GATEWAY_KAFKA_LANE_INTERNAL_H

#include "gateway/kafka/lane.h"
#include "gateway/kafka/producer.h"

#include <pthread.h>

enum lane_state {
    LANE_RUNNING,
    LANE_REPLACING, /* the producer failed fatally: its records come back, new ones wait in the list */
    LANE_ENDING,    /* draining ran out of time: whatever comes back is undelivered */
};

struct lane_list {
    struct lane_record *first, *last;
};

struct lane_count {
    _Atomic uint64_t reserved, unfinished, produced, delivered;
    _Atomic uint64_t generations, possible_duplicates, possibly_persisted;
    _Atomic uint64_t errors[4];
};

struct lane {
    enum lane_state state;
    struct producer_settings settings;
    const char *name;
    uint32_t index;
    size_t bound, reserved;
    bool closed; /* takes no reservations */

    struct producer *producer; /* the one that new records go to, or while replacing the one that failed */
    uint32_t generation;       /* of it, from 1 */
    int64_t replaced_us;       /* when it was made */
    struct producer *retiring; /* an old one, on its way out on a thread of its own */
    pthread_t retirer;

    struct lane_list unfinished; /* in the order of lane_produce(), over generations */
    struct lane_list refused;    /* failed without librdkafka: to be reported from the loop */
    struct lane_count count;

    void (*wake)(void *arg); /* makes the loop call lane_poll() soon */
    void *wake_arg;

    struct topics *topics; /* told when a broker is lost; NULL = nobody is */
    uint32_t cluster_index;
};

/* A lane with room for `bound` bytes and its first producer; `name` outlives it. NULL with a sentence in `problem`, or when out
 * of memory. */
struct lane *lane_create(const struct producer_settings *settings, const char *name, uint32_t index, size_t bound, char *problem,
                         size_t problem_size) MUST_CHECK;

/* Nothing may be unfinished. */
void lane_destroy(struct lane *lane);

/* Serves everything that librdkafka has to say, until its queue is empty: invariant of the wake-up. */
void lane_poll(struct lane *lane);

/* Moves a replacement on. True while one is under way, so that the caller comes again. `now_us` is monotonic. */
bool lane_turn(struct lane *lane, int64_t now_us) MUST_CHECK;

/* Sends what waits for linger. */
void lane_flush(struct lane *lane);

/* Makes everything unfinished come back, undelivered where it was not delivered. */
void lane_give_up(struct lane *lane);

/* Whether every record was reported. */
bool lane_idle(const struct lane *lane) MUST_CHECK;

#endif
