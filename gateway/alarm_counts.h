/* alarm_counts.h - what workers count for alarms: rows and broken ones, per quality rule with a window and per sender of a model
 * with an errorRate.
 *
 *     worker: struct alarm_cells --+
 *     worker: struct alarm_cells --+--> struct alarm_counts (of an edition) --> alarm_counts_sum() on the main thread
 *
 * A cell has one writer and only rises; the reader sums all workers' cells. An edition that promises nothing of the kind has no
 * counts, and its workers test one pointer. */
#ifndef HEADGATE_GATEWAY_ALARM_COUNTS_H
#define HEADGATE_GATEWAY_ALARM_COUNTS_H

#include "contracts/catalogue.h"
#include "gateway/metrics.h"

/* Counted together: how many there were, and how many of them broke their promise. */
struct alarm_cell {
    metric_cell rows, broken;
};

struct alarm_sum {
    uint64_t rows, broken;
};

/* Immutable but for the list of its cells, which has a lock. */
struct alarm_counts;

/* Of one worker. */
struct alarm_cells;

/* False when memory is out. *out is NULL where the catalogue has no alarms. */
bool alarm_counts_create(const struct catalogue *catalogue, size_t sender_count, struct alarm_counts **out) MUST_CHECK;

/* When nobody counts or reads any more; frees all cells with it. */
void alarm_counts_destroy(struct alarm_counts *counts);

/* Cells for one more worker, all 0; they live as long as the counts, for what they counted counts on. NULL: memory is out. */
struct alarm_cells *alarm_counts_join(struct alarm_counts *counts) MUST_CHECK;

/* The alarm that a sender's errors of the model count for; SIZE_MAX where the model has no errorRate. Alarms of quality rules are
 * numbered by quality->index, below these. */
size_t alarm_counts_sender(const struct alarm_counts *counts, const struct model *model, size_t sender);

/* How many alarms there are, and what all workers counted for one. Any thread. */
size_t alarm_counts_size(const struct alarm_counts *counts);
struct alarm_sum alarm_counts_sum(struct alarm_counts *counts, size_t alarm);

/* Adds to an alarm; by the cells' owner alone. */
void alarm_cells_add(struct alarm_cells *cells, size_t alarm, uint64_t rows, uint64_t broken);

/* The same for a sender's events of a model. */
void alarm_cells_add_sender(struct alarm_cells *cells, const struct model *model, size_t sender, bool broken);

#endif
