/* timing.h - what the three clocks of an event mean: its own time, the time it was sent, the time it was received.
 *
 *     skew      = received - sent, where sent is given and they differ by more than 2 s; else 0
 *     corrected = min(event time + skew, received)      used for age and expiry, never written over the event time
 *     age       = received - corrected
 *
 * Pure functions over microseconds since the epoch; NO_TIME = not given. Sums saturate. */
#ifndef HEADGATE_CONTRACTS_TIMING_H
#define HEADGATE_CONTRACTS_TIMING_H

#include "contracts/catalogue.h"

#include <stdint.h>

/* Clocks that differ by this much are taken to agree. */
#define TIMING_SKEW_MIN (2 * US_PER_SECOND)

struct timing {
    int64_t event_time; /* as sent; the received time where there is none */
    int64_t skew;
    int64_t corrected;
    int64_t age;
    bool future; /* event time + skew lies more than the tolerance ahead of the received time */
};

/* a + b and a - b, as near as 64 bits come. */
static inline int64_t timing_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (LIKELY(!__builtin_add_overflow(a, b, &sum))) return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

static inline int64_t timing_subtract(int64_t a, int64_t b)
{
    int64_t difference;
    if (LIKELY(!__builtin_sub_overflow(a, b, &difference))) return difference;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

/* All in us since the epoch, the tolerance in us; `event_time` and `sent` may be NO_TIME. */
static inline struct timing timing_of(int64_t event_time, int64_t sent, int64_t received, int64_t future_tolerance)
{
    struct timing timing = {.event_time = event_time == NO_TIME ? received : event_time};
    int64_t skew = sent == NO_TIME ? 0 : timing_subtract(received, sent);
    if (skew > TIMING_SKEW_MIN || skew < -TIMING_SKEW_MIN) timing.skew = skew;
    /* An event without a time of its own happened, as far as anybody knows, when it was received. */
    int64_t shifted = event_time == NO_TIME ? received : timing_add(event_time, timing.skew);
    timing.future = shifted > timing_add(received, future_tolerance);
    timing.corrected = shifted < received ? shifted : received;
    timing.age = timing_subtract(received, timing.corrected);
    return timing;
}

/* Older than the bound; at the bound it is on time. */
static inline bool timing_is_beyond(int64_t age, int64_t bound)
{
    return age > bound;
}

/* The deadline for deletion: retention counts from the earlier of corrected and received time. */
static inline int64_t timing_expiry(const struct timing *timing, int64_t received, int64_t retention)
{
    return timing_add(timing->corrected < received ? timing->corrected : received, retention);
}

/* Milliseconds for the Kafka record of a use that treats: the received time at the start of the lesser of its unit and segment.
 */
int64_t timing_coarse_ms(int64_t received, enum time_unit unit, int64_t segment_time);

/* Division that rounds towards minus infinity. */
static inline int64_t timing_ms(int64_t us)
{
    int64_t rest = us % US_PER_MS;
    return us / US_PER_MS - (rest < 0);
}

/* Before `general_availability`, and after `end_of_life`: NO_TIME is neither. */
static inline bool timing_is_before(int64_t now, int64_t general_availability)
{
    return general_availability != NO_TIME && now < general_availability;
}

static inline bool timing_is_after(int64_t now, int64_t end_of_life)
{
    return end_of_life != NO_TIME && now > end_of_life;
}

#endif
