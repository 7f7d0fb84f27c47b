#include "contracts/timing.h"

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
