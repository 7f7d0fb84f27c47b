/* edition.h - one version of everything that a request is judged by: catalogue, program, keys, senders, topics.
 *
 *     struct edition   shared by all workers, immutable, reference-counted; a reload makes a new one or keeps the old
 *     struct view      a worker's hold on one edition: its enforcer and its counters; lives until its last request ended
 *
 * A worker counts its live requests on a view without atomics and gives the edition back when the count is 0 and a newer view
 * has taken its place. */
#ifndef HEADGATE_GATEWAY_INGEST_EDITION_H
#define HEADGATE_GATEWAY_INGEST_EDITION_H

#include "contracts/enforce.h"
#include "gateway/alarm_counts.h"
#include "gateway/config.h"
#include "gateway/ingest/rate.h"
#include "gateway/kafka/topics.h"
#include "gateway/metrics.h"
#include "gateway/senders.h"

#include <stdatomic.h>

struct edition {
    struct config *config; /* read anew for this edition, which owns it; NULL: the process's own */
    struct catalogue *catalogue;
    struct program *program;
    struct senders *senders;
    struct rate_table *rates;
    struct alarm_counts *alarms; /* NULL: no contract promises anything of many events together */
    struct topic_table topics;   /* in the catalogue's arena */
    struct span *labels;         /* events, then uses, senders, lanes: what `metric_labels` points to */
    struct metrics_labels metric_labels;
    char key_fingerprint[16]; /* of the key file; "passing" without one, empty where no use needs keys */
    bool keys_passing;
    int64_t loaded; /* us since the epoch */
    _Atomic unsigned references;
};

struct view {
    struct edition *edition;
    struct enforcer *enforcer;
    struct metrics *metrics;
    struct alarm_cells *alarms; /* NULL where the edition has none */
    struct metrics_registry *registry;
    size_t requests; /* live ones */
    bool current;
};

/* What an edition is made of; it takes ownership of all three parts, also when it fails (NULL: out of memory, or a program that
 * cannot be compiled, said in `diagnostics`). */
struct edition *edition_create(struct catalogue *catalogue, const struct keyring *keyring, struct senders *senders,
                               const struct config *config, struct diagnostics *diagnostics) MUST_CHECK;
struct edition *edition_ref(struct edition *edition);
void edition_unref(struct edition *edition);

/* A view holds a reference of its own. NULL when out of memory. */
struct view *view_create(struct edition *edition, struct metrics_registry *registry) MUST_CHECK;

/* No longer the one for new requests: it dies now or with its last request. */
void view_retire(struct view *view);
void view_request_begin(struct view *view);
void view_request_end(struct view *view);

#endif
