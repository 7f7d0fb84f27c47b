/* rate.h - how many events per second a sender may send of a model (SLA throughput), over all workers together.
 *
 * The generic cell rate algorithm: one 64-bit word per sender and model, the theoretical arrival time of the next event in
 * nanoseconds, moved by compare-and-swap. A second's worth may come at once. */
#ifndef HEADGATE_GATEWAY_INGEST_RATE_H
#define HEADGATE_GATEWAY_INGEST_RATE_H

#include "contracts/catalogue.h"

struct rate_table;

/* NULL when out of memory. Models without a throughput take no room and are never held back. */
struct rate_table *rate_create(const struct catalogue *catalogue, size_t sender_count) MUST_CHECK;
void rate_destroy(struct rate_table *table);

/* Takes one event at `now` (us); false when the sender is over the rate. */
bool rate_take(struct rate_table *table, size_t sender, const struct model *model, int64_t now) MUST_CHECK;

#endif
