/* clock.h - what time it is, in microseconds. Only the outermost layer asks; what judges events is given the time. */
#ifndef HEADGATE_GATEWAY_CLOCK_H
#define HEADGATE_GATEWAY_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Since 1970-01-01T00:00:00Z. */
static inline int64_t clock_wall(void)
{
    return clock_us(CLOCK_REALTIME);
}

/* The same as of the kernel's last tick, some milliseconds ago at most: a fifth of the price. For dates. */
static inline int64_t clock_wall_coarse(void)
{
    return clock_us(CLOCK_REALTIME_COARSE);
}

/* Since some moment; never goes back. For deadlines and durations. */
static inline int64_t clock_monotonic(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

#endif
