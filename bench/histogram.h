/* histogram.h - how long things took, kept to three significant digits whatever the range.
 *
 * Log-linear buckets: values below 2048 are exact, above each power of two has 1024 buckets, so a value is known to better
 * than one part in 1024. Recording is a shift and an add; 216 KiB hold 1 us to 19 hours. Values are microseconds by
 * convention only. */
#ifndef HEADGATE_BENCH_HISTOGRAM_H
#define HEADGATE_BENCH_HISTOGRAM_H

#include <stdint.h>

enum {
    HISTOGRAM_EXACT = 2048, /* below this a bucket is one value */
    HISTOGRAM_HALF = 1024,  /* buckets per power of two above it */
    HISTOGRAM_POWERS = 25,
    HISTOGRAM_BUCKETS = HISTOGRAM_EXACT + HISTOGRAM_POWERS * HISTOGRAM_HALF,
};

/* The greatest value told apart; greater ones are counted as this. */
#define HISTOGRAM_MAX ((UINT64_C(1) << 36) - 1)

struct histogram {
    uint64_t count;
    uint64_t sum;
    uint64_t least, greatest; /* exact; 0 where nothing was recorded */
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_clear(struct histogram *histogram);
void histogram_record(struct histogram *histogram, uint64_t value);

/* Adds all that `from` holds. */
void histogram_merge(struct histogram *histogram, const struct histogram *from);

/* Makes `to` what `now` has beyond `before`, which it was earlier; least and greatest are to a bucket. */
void histogram_since(const struct histogram *now, const struct histogram *before, struct histogram *to);

/* The value that `share` (0 to 1) of all recorded ones do not exceed, as the top of its bucket but never above the greatest;
 * 0 where nothing was recorded. */
uint64_t histogram_quantile(const struct histogram *histogram, double share);

double histogram_mean(const struct histogram *histogram);

#endif
