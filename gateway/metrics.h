/* metrics.h - counters: one list (metrics_list.h) that feeds storage, the page and the manual.
 *
 *     worker 1: struct metrics --+
 *     worker 2: struct metrics --+--> registry --> metrics_page(): sums by name
 *     main    : struct metrics --+
 *
 * A struct metrics has one writer; counting is an index and an addition, without locks or hashing. The page reads the cells
 * as C11 atomics (relaxed), so a page is a moment's blur, never a torn number.
 * Labels are dense numbers (model->index, use->index, rule_index(), sender->index); their names come with metrics_create(). A
 * catalogue's counters die with it only as storage: metrics_retire() keeps their sums by name.
 * So: a worker keeps one struct metrics per catalogue version and counts an event, whenever it ends, into its own version's. */
#ifndef HEADGATE_GATEWAY_METRICS_H
#define HEADGATE_GATEWAY_METRICS_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"
#include "gateway/metrics_list.h"

#include <stdatomic.h>
#include <stdint.h>

enum metric {
#define METRIC(id, ...) METRIC_##id,
    METRICS(METRIC)
#undef METRIC
        METRIC_COUNT
};

/* The gateway's verdict on an event: what the contract layer says, and retry. */
enum metric_verdict { METRIC_ACCEPTED, METRIC_REFUSED, METRIC_RETRY, METRIC_VERDICT_COUNT };

/* HTTP statuses that are counted apart; others fall into the last. */
size_t metric_status(unsigned status);

/* A quality rule has several labels: the event, the rule's name, its severity. */
enum { METRIC_QUALITY_PARTS = 3 };

/* Names of what is counted. Spans are copied. Counts may be 0: such cells do not exist and adding to them is not allowed. */
struct metrics_labels {
    const struct span *events; /* by model->index */
    size_t event_count;
    const struct span *uses; /* by use->index: the use's name */
    size_t use_count;
    const struct span *senders; /* by sender->index; only where the configuration wants the label */
    size_t sender_count;
    const struct span *lanes; /* by index into config.lanes */
    size_t lane_count;
    const struct span *qualities; /* by quality->index: METRIC_QUALITY_PARTS each */
    size_t quality_count;
    size_t window_count; /* the first of them: those with a window */
};

typedef _Atomic uint64_t metric_cell;

struct metrics {
    metric_cell *cells[METRIC_COUNT];
    uint32_t second[METRIC_COUNT]; /* size of the second label, or of the buckets */
    uint32_t third[METRIC_COUNT];
};

struct metrics_registry;
/* The list of all writers, which metrics_page() adds up. NULL when out of memory. */
struct metrics_registry *metrics_registry_create(void) MUST_CHECK;
void metrics_registry_destroy(struct metrics_registry *registry);

/* A writer's cells, all 0, known to the registry from now on. NULL when out of memory. `labels` may be NULL: no names. */
struct metrics *metrics_create(struct metrics_registry *registry, const struct metrics_labels *labels) MUST_CHECK;

/* The writer is done: counters and histograms are kept in the registry by name, gauges end. Frees. */
void metrics_retire(struct metrics_registry *registry, struct metrics *metrics);

/* One cell has one writer, so a load and a store do; no locked instruction. */
static inline void metric_add_cell(metric_cell *cell, uint64_t amount)
{
    atomic_store_explicit(cell, atomic_load_explicit(cell, memory_order_relaxed) + amount, memory_order_relaxed);
}

static inline metric_cell *metric_cell_at(struct metrics *metrics, enum metric metric, size_t a, size_t b, size_t c)
{
    return metrics->cells[metric] + (a * metrics->second[metric] + b) * metrics->third[metric] + c;
}

/* Adds to a counter or gauge with 0, 1, 2 or 3 labels; a gauge goes down with a negative amount. */
static inline void metrics_add(struct metrics *metrics, enum metric metric, int64_t amount)
{
    metric_add_cell(metric_cell_at(metrics, metric, 0, 0, 0), (uint64_t)amount);
}

static inline void metrics_add1(struct metrics *metrics, enum metric metric, size_t a, int64_t amount)
{
    metric_add_cell(metric_cell_at(metrics, metric, a, 0, 0), (uint64_t)amount);
}

static inline void metrics_add2(struct metrics *metrics, enum metric metric, size_t a, size_t b, int64_t amount)
{
    metric_add_cell(metric_cell_at(metrics, metric, a, b, 0), (uint64_t)amount);
}

static inline void metrics_add3(struct metrics *metrics, enum metric metric, size_t a, size_t b, size_t c, int64_t amount)
{
    metric_add_cell(metric_cell_at(metrics, metric, a, b, c), (uint64_t)amount);
}

/* Cells of kind REAL hold so many times their value. */
enum { METRIC_REAL_UNIT = 1000000 };

/* Sets a gauge. */
static inline void metrics_set(struct metrics *metrics, enum metric metric, size_t a, size_t b, int64_t value)
{
    atomic_store_explicit(metric_cell_at(metrics, metric, a, b, 0), (uint64_t)value, memory_order_relaxed);
}

/* One observation of a histogram (microseconds), with its label. */
void metrics_observe(struct metrics *metrics, enum metric metric, size_t a, int64_t us);

/* The Prometheus text page (version 0.0.4), sums over all writers. Thread-safe. */
void metrics_page(struct metrics_registry *registry, struct buffer *out);

#endif
