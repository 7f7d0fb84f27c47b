/* request.h - one HTTP request's events, from the first byte judged to the last delivery report.
 *
 *     dialect: request_judge() per event        phase 1: judge and project all into the arena; nothing has left yet
 *            |
 *     request_hand_over()                       phase 2: reserve the sum on every lane, all or nothing; then produce
 *            |            \
 *     reports complete     reply_timeout        the reply: once, by whichever comes first
 *            |
 *     request dies with its last report         a lost connection only detaches
 *
 * Invariants: 1. nothing is produced unless everything was reserved; 2. an item that is `retry` before phase 2 hands nothing
 * over; 3. the arena outlives every record under way (references = unfinished records + 1 for the reply). */
#ifndef HEADGATE_GATEWAY_INGEST_REQUEST_H
#define HEADGATE_GATEWAY_INGEST_REQUEST_H

#include "gateway/http/http.h"
#include "gateway/ingest/dedupe.h"
#include "gateway/ingest/edition.h"
#include "gateway/ingest/problem.h"
#include "gateway/kafka/lane_set.h"

enum item_status { ITEM_ACCEPTED, ITEM_REFUSED, ITEM_RETRY };

enum delivery_state {
    DELIVERY_WAITING, /* handed over, no report yet */
    DELIVERY_STORED,
    DELIVERY_FAILED,    /* the broker will never take it: outcome failed */
    DELIVERY_WITHHELD,  /* blocked, and the use says onBlocked: withhold */
    DELIVERY_UNDURABLE, /* not durable, but can still be: the item is retry */
    DELIVERY_DUPLICATE, /* an earlier one of the same event is durable */
};

/* One record of one event on its way to one use's topic. Thousands are alive in batches: what a report touches lies together. */
struct delivery {
    struct lane_record lane_record;
    const struct outcome *outcome;
    int64_t offset;
    int32_t partition;
    uint32_t ticket; /* of the deduplication window */
    enum delivery_state state : 8;
    bool possibly_persisted;
    bool awaited; /* the reply waits for it */
    bool follows; /* nothing is produced: it waits for another one of the same event */
    struct lane *lane;
    struct dedupe_waiter waiter;
};

/* An undeclared event of a sender whose such events are observed; both texts live until the body is handed over. */
struct observed_event {
    struct span type, text;
};

struct item {
    enum item_status status : 8;
    enum problem problem : 8; /* why it is refused or retry */
    bool partly_delivered;
    bool uncertain;
    uint32_t delivery_count;
    struct delivery *deliveries; /* made in phase 2 */
    const struct model *model;   /* NULL when the event is undeclared or unreadable */
    struct judgement judgement;
    struct span id;                        /* as the sender may know it; NULL data = unknown */
    const struct observed_event *observed; /* NULL: declared, or refused */
    const char *detail;                    /* constant; NULL: the problem's own sentence */
};

struct ingest;
struct dialect;

struct request {
    struct ingest *ingest;
    struct view *view;
    struct arena *arena;
    struct http_exchange *exchange; /* NULL once answered or lost */
    const struct sender *sender;
    const struct model_program *named; /* of /v1/events/{event}; NULL for CloudEvents, */
    struct span observed;              /* ... or where that event is not declared but observed: its name */
    int64_t received, sent;            /* us */
    const struct dialect *dialect;
    struct span idempotency_key, traceparent;
    struct span origin; /* of a browser sender that may read the reply (CORS); NULL data otherwise */
    bool begun;         /* the body has come */
    bool single;        /* one event, not a list: a refusal takes its problem's own status */
    bool wants_items;   /* Prefer: return=representation */
    bool may_receipts;  /* the sender may have receipts */
    bool answered;

    struct item *items; /* the ingest's until the body is handed over */
    uint32_t count;

    enum problem failure; /* of the body as a whole */
    const char *failure_detail;
    size_t failure_offset; /* byte of the body; SIZE_MAX = none */

    uint32_t references;
    uint32_t waiting; /* deliveries that the reply waits for */
    bool produced_memory, produced_kafka;
    int64_t started, deadline;       /* us, monotonic */
    struct request *previous, *next; /* requests that wait, oldest first */
};

/* A request with its arena from the worker's pool; NULL when out of memory. */
struct request *request_create(struct ingest *ingest, struct http_exchange *exchange) MUST_CHECK;

/* Gives one reference back; the last one frees all. */
void request_unref(struct request *request);

/* The body is here: received is now, and the reply is due in time. */
void request_start_clock(struct request *request);

/* Microseconds since the body was here. */
int64_t request_age(const struct request *request);

/* What is the same for all events of the request. */
void request_context(const struct request *request, struct event_context *context);

/* Judges the value at the cursor as an event of `model` and appends an item. False when the whole body is at fault: syntax
 * (request->failure is set from the cursor), too many events, no room. */
bool request_judge(struct request *request, const struct model_program *model, struct json_cursor *cursor,
                   struct event_context *context) MUST_CHECK;

/* Appends an undeclared event, the value at the cursor, that is only observed; `type` lives as long as the body. As
 * request_judge(). */
bool request_observe(struct request *request, struct span type, struct json_cursor *cursor, struct span id) MUST_CHECK;

/* Appends an item that is refused without having been judged; NULL when out of room (request->failure is set). Violations of an
 * envelope go into its judgement. */
struct item *request_refuse(struct request *request, enum problem problem, struct span id) MUST_CHECK;

/* The body as a whole is at fault; always false. */
bool request_fail(struct request *request, enum problem problem);

/* The same from a cursor's error; offsets count from the cursor's begin plus `base`. */
bool request_fail_json(struct request *request, const struct json_cursor *cursor, size_t base);

/* Phase 2, then the reply: at once, or when the reports are in. */
void request_hand_over(struct request *request);

/* The reply's time is up: what is open is answered retry, uncertain. */
void request_expire(struct request *request);

/* The other delivery that this one follows has ended; gives back the reference that was taken for it. */
void request_tell(struct delivery *delivery, bool durable);

/* The connection is gone. */
void request_detach(struct request *request);

#endif
