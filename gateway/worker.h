/* worker.h - one thread that serves: event base, listener, lanes, counters; shares nothing but editions.
 *
 *     starting --worker_start--> serving --worker_drain--> draining --all reported, all answered--> ended
 *
 * The main thread talks to it through a mailbox (two atomics and an eventfd); the worker looks into it between two turns of its
 * loop. */
#ifndef HEADGATE_GATEWAY_WORKER_H
#define HEADGATE_GATEWAY_WORKER_H

#include "gateway/ingest/edition.h"

struct worker;
struct topics;

struct worker_settings {
    const struct config *config;
    uint32_t index;
    int listen_fd; /* owned by the worker once it was created */
    struct edition *edition;
    struct metrics_registry *registry;
    struct observer *observer;
    struct dedupe *dedupe;          /* NULL = off */
    const char *embedded_bootstrap; /* NULL without */
    struct topics *topics;          /* told when a lane loses a broker */
    int ended_fd;                   /* an eventfd that counts the workers whose loop ended */
};

/* NULL when out of memory or descriptors. */
struct worker *worker_create(const struct worker_settings *settings) MUST_CHECK;

/* Starts the thread; false when there can be none. */
bool worker_start(struct worker *worker) MUST_CHECK;

/* New requests are judged by this edition from the next turn on. Main thread. */
void worker_offer(struct worker *worker, struct edition *edition);

/* No new events; what was acknowledged is delivered; the thread ends when nothing is left or `deadline_ms` has passed. */
void worker_drain(struct worker *worker, int deadline_ms);

/* Waits for the thread's end; true when everything that was acknowledged is delivered. */
bool worker_join(struct worker *worker);
void worker_destroy(struct worker *worker);

/* Turns of the loop so far: a health check that sees no change knows that the worker hangs. Any thread. */
uint64_t worker_turns(const struct worker *worker);

#endif
