/* ingest.h - a worker's ingest listener: HTTP requests in, records out, replies.
 *
 *     head: route -> identity -> event known and allowed -> type          (each may answer)
 *     body: dialect -> request (phase 1, phase 2) -> reply
 *
 * Belongs to the worker's thread. */
#ifndef HEADGATE_GATEWAY_INGEST_INGEST_H
#define HEADGATE_GATEWAY_INGEST_INGEST_H

#include "gateway/ingest/arena_pool.h"
#include "gateway/ingest/request.h"
#include "gateway/observe/observer.h"

#include <event2/event.h>

struct ingest {
    const struct config *config;
    struct lane_set *lanes;
    struct observer *observer; /* shared by all workers */
    struct dedupe *dedupe;     /* shared by all workers; NULL = off */
    struct dedupe_port *port;  /* ours, where dedupe is on */
    struct event *port_event;
    struct view *view; /* the current one */
    bool draining;     /* new requests are answered 503 */

    struct arena_pool arenas; /* of requests */
    struct item *items;       /* of the body that is being walked */
    uint32_t item_capacity;
    struct buffer reply;             /* scratch of replies */
    struct http_header shown[3];     /* scratch of a fault's reply */
    struct request *oldest, *newest; /* that wait for reports, by deadline */
    struct event *timer;
    bool timed;    /* the timer runs */
    size_t live;   /* requests that exist */
    uint64_t lost; /* records that were acknowledged (delivery memory) and then not delivered */
};

/* NULL when out of memory. */
struct ingest *ingest_create(struct event_base *base, const struct config *config, struct lane_set *lanes,
                             struct observer *observer, struct dedupe *dedupe, struct view *view) MUST_CHECK;

/* After the HTTP server and the lanes are gone. */
void ingest_destroy(struct ingest *ingest);

/* Answers every request that waits as if its time were up: their records are another worker's, which may take longer to stop. */
void ingest_give_up(struct ingest *ingest);

/* New requests are judged by this view from now on; the old one is retired. */
void ingest_take_view(struct ingest *ingest, struct view *view);

/* What the ingest listener's http_server is given, with the ingest as its context. */
const struct http_handler *ingest_handler(void);

/* The program of an event type that can be sent now: NULL when it is undeclared, retired or ended. */
const struct model_program *ingest_model(const struct ingest *ingest, struct span event);

/* Whether an event that nobody declares is observed instead of refused. */
bool ingest_observes(const struct ingest *ingest, const struct sender *sender, struct span event);

/* Used by request.c: the queue of waiting requests. */
void ingest_await(struct ingest *ingest, struct request *request);
void ingest_forget(struct ingest *ingest, struct request *request);

#endif
