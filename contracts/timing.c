#include "contracts/timing.h"

static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t subtract(int64_t a, int64_t b)
{
    int64_t difference;
    if (!__builtin_sub_overflow(a, b, &difference)) return difference;
    return a < 0 ? INT64_MIN : INT64_MAX;
}

struct timing timing_of(int64_t event_time, int64_t sent, int64_t received, int64_t future_tolerance)
{
    struct timing timing = {.event_time = event_time == NO_TIME ? received : event_time};
    int64_t skew = sent == NO_TIME ? 0 : subtract(received, sent);
    if (skew > TIMING_SKEW_MIN || skew < -TIMING_SKEW_MIN) timing.skew = skew;
    /* An event without a time of its own happened, as far as anybody knows, when it was received. */
    int64_t shifted = event_time == NO_TIME ? received : add(event_time, timing.skew);
    timing.future = shifted > add(received, future_tolerance);
    timing.corrected = shifted < received ? shifted : received;
    timing.age = subtract(received, timing.corrected);
    return timing;
}

int64_t timing_expiry(const struct timing *timing, int64_t received, int64_t retention)
{
    return add(timing->corrected < received ? timing->corrected : received, retention);
}

/* Units above a day have no fixed length, and segments are a day at most. */
static int64_t unit_length(enum time_unit unit)
{
    switch (unit) {
    case UNIT_SECOND: return US_PER_SECOND;
    case UNIT_MINUTE: return US_PER_MINUTE;
    case UNIT_HOUR: return US_PER_HOUR;
    case UNIT_DAY: return US_PER_DAY;
    case UNIT_MONTH:
    case UNIT_YEAR: break;
    }
    return INT64_MAX;
}

int64_t timing_coarse_ms(int64_t received, enum time_unit unit, int64_t segment_time)
{
    if (unit_length(unit) <= segment_time || segment_time <= 0) return timing_ms(timestamp_floor(received, unit));
    int64_t rest = received % segment_time;
    return timing_ms(received - (rest < 0 ? rest + segment_time : rest));
}
