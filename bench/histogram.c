#include "bench/histogram.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

void histogram_clear(struct histogram *histogram)
{
    memset(histogram, 0, sizeof *histogram);
}

/* How many low bits a bucket of this value does not see. */
static unsigned shift_of(uint64_t value)
{
    return value < HISTOGRAM_EXACT ? 0 : 63 - (unsigned)__builtin_clzll(value) - 10;
}

static unsigned bucket_of(uint64_t value)
{
    unsigned shift = shift_of(value);
    return shift * HISTOGRAM_HALF + (unsigned)(value >> shift);
}

/* The greatest value that falls into a bucket: the inverse of bucket_of(). */
static uint64_t top_of(unsigned bucket)
{
    if (bucket < HISTOGRAM_EXACT) return bucket;
    unsigned shift = bucket / HISTOGRAM_HALF - 1;
    uint64_t high = bucket - shift * HISTOGRAM_HALF;
    return ((high + 1) << shift) - 1;
}

void histogram_record(struct histogram *histogram, uint64_t value)
{
    if (value > HISTOGRAM_MAX) value = HISTOGRAM_MAX;
    if (histogram->count == 0 || value < histogram->least) histogram->least = value;
    if (value > histogram->greatest) histogram->greatest = value;
    histogram->count++;
    histogram->sum += value;
    histogram->buckets[bucket_of(value)]++;
}

void histogram_merge(struct histogram *histogram, const struct histogram *from)
{
    if (from->count == 0) return;
    if (histogram->count == 0 || from->least < histogram->least) histogram->least = from->least;
    if (from->greatest > histogram->greatest) histogram->greatest = from->greatest;
    histogram->count += from->count;
    histogram->sum += from->sum;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) histogram->buckets[i] += from->buckets[i];
}

void histogram_since(const struct histogram *now, const struct histogram *before, struct histogram *to)
{
    *to = (struct histogram){.count = now->count - before->count, .sum = now->sum - before->sum};
    bool first = true;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        to->buckets[i] = now->buckets[i] - before->buckets[i];
        if (to->buckets[i] == 0) continue;
        to->greatest = top_of(i) < now->greatest ? top_of(i) : now->greatest;
        if (first) to->least = i == 0 ? 0 : top_of(i - 1) + 1;
        first = false;
    }
}

uint64_t histogram_quantile(const struct histogram *histogram, double share)
{
    uint64_t rank = (uint64_t)ceil(share * (double)histogram->count), seen = 0;
    if (rank == 0) rank = 1;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen < rank) continue;
        uint64_t top = top_of(i);
        return top < histogram->greatest ? top : histogram->greatest;
    }
    return histogram->greatest;
}

double histogram_mean(const struct histogram *histogram)
{
    return histogram->count == 0 ? 0 : (double)histogram->sum / (double)histogram->count;
}
