#include "bench/load_steps.h"

#include "bench/load_schedule.h"

#include <stdlib.h>

struct load_steps_found {
    struct load_step *steps[LOAD_STEPS_MAX];
    size_t count;
    uint64_t before_us;
    struct load_counts before; /* as they were then */
};

struct load_steps_found *load_steps_create(void)
{
    return calloc(1, sizeof(struct load_steps_found));
}

void load_steps_destroy(struct load_steps_found *found)
{
    if (found == NULL) return;
    for (size_t i = 0; i < found->count; i++) free(found->steps[i]);
    free(found);
}

void load_steps_begin(struct load_steps_found *found, uint64_t now_us)
{
    found->before_us = now_us;
}

void load_steps_add(struct load_steps_found *found, uint64_t now_us, double rate, const struct load_counts *counts)
{
    struct load_step *step = found->count < LOAD_STEPS_MAX ? malloc(sizeof *step) : NULL;
    if (step == NULL) return;
    step->rate = rate;
    step->seconds = (double)(now_us - found->before_us) / 1e6;
    step->events = counts->events - found->before.events;
    step->failed = load_counts_failures(counts) - load_counts_failures(&found->before);
    histogram_since(&counts->latency, &found->before.latency, &step->latency);
    found->steps[found->count++] = step;
    found->before_us = now_us;
    found->before = *counts;
}

size_t load_steps_count(const struct load_steps_found *found)
{
    return found->count;
}

const struct load_step *load_steps_at(const struct load_steps_found *found, size_t index)
{
    return found->steps[index];
}
