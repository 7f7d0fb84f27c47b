#include "bench/load_schedule.h"

#include <math.h>
#include <stdlib.h>

bool load_steps_read(const char *text, struct load_steps *steps)
{
    *steps = (struct load_steps){.count = 0};
    for (;;) {
        char *end;
        double rate = strtod(text, &end);
        if (end == text || !(rate >= 0) || rate > 1e9 || steps->count == LOAD_STEPS_MAX) return false;
        steps->rates[steps->count++] = rate;
        if (*end == '\0') break;
        if (*end != ',') return false;
        text = end + 1;
    }
    if (steps->count == 1 && steps->rates[0] == 0) steps->count = 0;
    for (int i = 0; i < steps->count; i++)
        if (steps->rates[i] == 0) return false;
    return true;
}

/* xorshift64*: a number above 0 and up to 1. */
static double next_random(struct load_schedule *schedule)
{
    schedule->random ^= schedule->random >> 12;
    schedule->random ^= schedule->random << 25;
    schedule->random ^= schedule->random >> 27;
    return ((double)(schedule->random * UINT64_C(2685821657736338717) >> 11) + 1) / 9007199254740992.0;
}

static double distance(struct load_schedule *schedule)
{
    double mean = 1e6 * schedule->per_request / schedule->steps.rates[schedule->step];
    return schedule->arrivals == LOAD_POISSON ? -log(next_random(schedule)) * mean : mean;
}

void load_schedule_init(struct load_schedule *schedule, const struct load_steps *steps, enum load_arrivals arrivals,
                        double per_request, double step_us, uint64_t seed)
{
    *schedule = (struct load_schedule){.steps = *steps,
                                       .arrivals = arrivals,
                                       .per_request = per_request,
                                       .step_us = step_us,
                                       .step_end_us = step_us,
                                       .random = seed | 1};
    if (steps->count > 0 && arrivals == LOAD_POISSON) schedule->next_us = distance(schedule);
}

/* A step begins when its time has come, not when a request of the one before was late. */
static void move_on(struct load_schedule *schedule)
{
    schedule->next_us += distance(schedule);
    while (schedule->next_us >= schedule->step_end_us && schedule->step + 1 < schedule->steps.count) {
        schedule->step++;
        schedule->next_us = schedule->step_end_us;
        schedule->step_end_us += schedule->step_us;
        if (schedule->arrivals == LOAD_POISSON) schedule->next_us += distance(schedule);
    }
}

bool load_schedule_take(struct load_schedule *schedule, double now_us, double *due_us)
{
    *due_us = now_us;
    if (!load_schedule_open(schedule)) return true;
    if (schedule->next_us > now_us) return false;
    *due_us = schedule->next_us;
    schedule->taken++;
    move_on(schedule);
    return true;
}

uint64_t load_schedule_overdue(const struct load_schedule *schedule, double now_us)
{
    if (!load_schedule_open(schedule) || schedule->next_us >= now_us) return 0;
    double mean = 1e6 * schedule->per_request / schedule->steps.rates[schedule->step];
    return (uint64_t)((now_us - schedule->next_us) / mean);
}
