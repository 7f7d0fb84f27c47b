/* load_schedule.h - when requests are due.
 *
 *     closed    as soon as a connection is free
 *     constant  at equal distances
 *     poisson   at random distances, exponentially distributed with the same mean: as from many independent senders
 *
 * The rate may change in steps, each as long as the others. Time is microseconds since the schedule began. */
#ifndef HEADGATE_BENCH_LOAD_SCHEDULE_H
#define HEADGATE_BENCH_LOAD_SCHEDULE_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stdint.h>

enum { LOAD_STEPS_MAX = 64 };
enum load_arrivals { LOAD_CONSTANT, LOAD_POISSON };

struct load_steps {
    double rates[LOAD_STEPS_MAX]; /* events per second */
    int count;                    /* 0 = closed loop */
};

struct load_schedule {
    struct load_steps steps;
    enum load_arrivals arrivals;
    double per_request; /* events */
    double step_us;     /* how long each step lasts; the last one has no end */
    double step_end_us; /* of the step that `step` is */
    double next_us;     /* when the next request is due */
    int step;
    uint64_t random; /* state, not 0 */
    uint64_t taken;
};

/* Reads rates such as "5000" or "1000,2000,4000". False when that is no list of numbers above 0 (or one 0: a closed loop). */
bool load_steps_read(const char *text, struct load_steps *steps) MUST_CHECK;

/* Begins with the first step; each lasts `step_us`. */
void load_schedule_init(struct load_schedule *schedule, const struct load_steps *steps, enum load_arrivals arrivals,
                        double per_request, double step_us, uint64_t seed);

/* Whether there is a rate to keep. */
static inline bool load_schedule_open(const struct load_schedule *schedule)
{
    return schedule->steps.count > 0;
}

/* Takes the next request if it is due at `now_us`, and tells when it was due. In a closed loop always, and now. */
bool load_schedule_take(struct load_schedule *schedule, double now_us, double *due_us) MUST_CHECK;

/* How many requests were due by then and are not taken. Poisson: by the mean. */
uint64_t load_schedule_overdue(const struct load_schedule *schedule, double now_us);

#endif
