#include "codecs/timestamp.h"
#include "gateway/metrics_table.h"

static const int64_t latency[] = {
    1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 30000000,
};
static const int64_t age[] = {
    US_PER_SECOND,      5 * US_PER_SECOND, 15 * US_PER_SECOND, US_PER_MINUTE, 5 * US_PER_MINUTE,
    15 * US_PER_MINUTE, US_PER_HOUR,       6 * US_PER_HOUR,    US_PER_DAY,    7 * US_PER_DAY,
};

const int64_t *metric_buckets(enum metric metric, size_t *count)
{
    *count = metric == METRIC_EVENT_AGE ? COUNT_OF(age) : COUNT_OF(latency);
    return metric == METRIC_EVENT_AGE ? age : latency;
}

/* Three times an event, nearly always into one of the first buckets: so they are looked at one by one. */
void metrics_observe(struct metrics *metrics, enum metric metric, size_t a, int64_t us)
{
    size_t count, bucket = 0;
    const int64_t *buckets = metric_buckets(metric, &count);
    if (us < 0) us = 0;
    while (bucket < count && us > buckets[bucket]) bucket++;
    metric_cell *cells = metric_cell_at(metrics, metric, a, 0, 0); /* the buckets, the infinite one, the sum */
    metric_add_cell(&cells[bucket], 1);
    metric_add_cell(&cells[count + 1], (uint64_t)us);
}
