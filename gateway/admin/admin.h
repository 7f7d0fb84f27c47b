/* admin.h - what operators and consumers ask: health, metrics, the catalogue, the schema registry's read API.
 *
 * Runs on the main thread's loop, so everything it shows but the workers' counters is read where it is written. The admin
 * listener answers all routes, the schemas listener those of the registry alone. */
#ifndef HEADGATE_GATEWAY_ADMIN_ADMIN_H
#define HEADGATE_GATEWAY_ADMIN_ADMIN_H

#include "codecs/buffer.h"
#include "gateway/alarms.h"
#include "gateway/http/http.h"
#include "gateway/ingest/dedupe.h"
#include "gateway/ingest/edition.h"
#include "gateway/observe/observer.h"

enum admin_phase { PHASE_STARTING, PHASE_SERVING, PHASE_DRAINING };

struct registry;

/* The server's facts; the server changes them, and calls admin_take_edition() for a new edition. */
struct admin {
    const struct config *config;
    struct metrics_registry *metrics_registry;
    struct topics *topics;
    struct observer *observer;
    struct alarms *alarms;
    struct dedupe *dedupe;            /* NULL = off */
    struct dedupe_stats dedupe_shown; /* of its counters: what the metrics have already */
    struct edition *edition;          /* a reference of the admin's own */
    struct metrics *metrics;          /* levels of the current edition */
    struct registry *registry;        /* schemas of the current edition */
    const char *embedded_bootstrap;   /* NULL without */
    enum admin_phase phase;
    bool (*alive)(void *arg); /* whether every worker turned its loop since the last call */
    void *alive_arg;
    int64_t started;            /* seconds since the epoch */
    const char *reload_problem; /* of the last reload that failed; NULL when the last one did not */
    struct buffer body;         /* scratch of replies */
};

/* Shows this edition from now on; false when out of memory (the old one stays). */
bool admin_take_edition(struct admin *admin, struct edition *edition) MUST_CHECK;
void admin_deinit(struct admin *admin);

/* Handlers for http_server_create(), with the struct admin as context. */
const struct http_handler *admin_handler(void);
const struct http_handler *admin_schemas_handler(void);

#endif
