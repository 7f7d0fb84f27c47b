/* load_steps.h - what each step of a stepped rate found. One sum over loads of different height would say nothing of any.
 *
 * A reply counts to the step in which it came. */
#ifndef HEADGATE_BENCH_LOAD_STEPS_H
#define HEADGATE_BENCH_LOAD_STEPS_H

#include "bench/load_counts.h"
#include "codecs/attributes.h"

#include <stddef.h>

struct load_step {
    double rate; /* that was to be kept, events per second */
    double seconds;
    uint64_t events, failed; /* answered; requests that were not answered with 2xx */
    struct histogram latency;
};

struct load_steps_found;

/* NULL when out of memory. */
struct load_steps_found *load_steps_create(void) MUST_CHECK;
void load_steps_destroy(struct load_steps_found *found);

/* Measuring begins, with nothing counted. `now_us` is of load_clock(). */
void load_steps_begin(struct load_steps_found *found, uint64_t now_us);

/* A step of that rate ends; `counts` are those since the beginning. Without memory it is left out. */
void load_steps_add(struct load_steps_found *found, uint64_t now_us, double rate, const struct load_counts *counts);

size_t load_steps_count(const struct load_steps_found *found);
const struct load_step *load_steps_at(const struct load_steps_found *found, size_t index);

#endif
