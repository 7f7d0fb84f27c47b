/* timestamp.h - instants, dates and times of day as integers.
 *
 * Instant: int64_t microseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, years 0000 to 9999. Date: int32_t days since
 * 1970-01-01. Time of day: int64_t microseconds since midnight. More fraction digits than six are cut (floor). */
#ifndef HEADGATE_CODECS_TIMESTAMP_H
#define HEADGATE_CODECS_TIMESTAMP_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

#define US_PER_MS     INT64_C(1000)
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)
#define US_PER_DAY    (24 * US_PER_HOUR)

enum timestamp_zone { ZONE_REQUIRED, ZONE_FORBIDDEN };

enum timestamp_status {
    TIMESTAMP_OK,
    TIMESTAMP_SYNTAX, /* not the spelling */
    TIMESTAMP_RANGE,  /* a field out of range: month 13, 30 February, hour 24, a leap second :60, offset beyond 23:59 */
    TIMESTAMP_ZONE,   /* an offset missing or not allowed */
};

enum time_unit { UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_MONTH, UNIT_YEAR };

enum { TIMESTAMP_TEXT_MAX = 40 };

/* The first and last day of the years 0000 to 9999. */
enum { DATE_MIN = -719528, DATE_MAX = 2932896 };
#define TIMESTAMP_MIN (DATE_MIN * US_PER_DAY)
#define TIMESTAMP_MAX ((DATE_MAX + 1) * US_PER_DAY - 1)

/* RFC 3339 date-time ('T' and 'Z' also in lower case, no space for the 'T'). Without zone: the same less the offset, read as
 * UTC. An offset that leads out of the years 0000 to 9999 is TIMESTAMP_RANGE. */
enum timestamp_status timestamp_parse(struct span text, enum timestamp_zone zone, int64_t *us) MUST_CHECK;

/* The spelling that most senders have, 2026-11-22T13:44:13.250Z or 2026-11-22T13:44:13Z, at the head of `at`, where 27 bytes can
 * be read: its size, 24 or 20. 0 when another spelling, or no instant, stands there: then timestamp_parse() decides. What follows
 * is not looked at. `recent` remembers the day that was read last, since events come mostly from one: all zero at first, and it
 * belongs to one thread. */
struct timestamp_recent {
    char day[16];     /* the date and its T, 11 bytes */
    uint32_t rest;    /* a bit for each byte behind them; 0 while no day is known */
    int64_t midnight; /* us */
};
size_t timestamp_scan(const char *at, struct timestamp_recent *recent, int64_t *us) MUST_CHECK;

/* RFC 3339 full-date. */
enum timestamp_status date_parse(struct span text, int32_t *days) MUST_CHECK;

/* RFC 3339 partial-time (hh:mm:ss[.f]); with ZONE_REQUIRED an offset follows and the result is in UTC, wrapped into the day. */
enum timestamp_status time_parse(struct span text, enum timestamp_zone zone, int64_t *us) MUST_CHECK;

/* 2026-11-22T13:44:13.250Z with 0, 3 or 6 fraction digits (floor), 'Z' where `zulu`. Returns the length; `out` has room for
 * TIMESTAMP_TEXT_MAX. What lies outside the years 0000 to 9999 is written as the nearest instant inside. */
size_t timestamp_format(int64_t us, int digits, bool zulu, char *out);

/* The commonest text of them, 2026-11-22T13:44:13.250Z: timestamp_format() with three digits and 'Z', faster. `out` has room for
 * TIMESTAMP_STAMP, which is its length. `days` remembers the days that were asked for last: they come again and again. It begins
 * as timestamp_days_init() leaves it, and belongs to one thread. */
enum { TIMESTAMP_STAMP = 24, TIMESTAMP_DAYS = 8 };
struct timestamp_days {
    int32_t days[TIMESTAMP_DAYS];
    char texts[TIMESTAMP_DAYS][16];
};
void timestamp_days_init(struct timestamp_days *days);
void timestamp_stamp(struct timestamp_days *days, int64_t us, char out[TIMESTAMP_STAMP]);

/* The same for an instant that lies whole days away from another one, of which `like` is the text; both inside the years 0000 to
 * 9999. */
void timestamp_stamp_day(struct timestamp_days *days, int64_t us, const char like[TIMESTAMP_STAMP], char out[TIMESTAMP_STAMP]);

/* 2026-11-22, and 13:44:13.250 of an instant or a time of day; the same rules. */
size_t date_format(int32_t days, char *out);
size_t time_format(int64_t us, int digits, char *out);

/* Start of the unit that holds the instant, in UTC. */
int64_t timestamp_floor(int64_t us, enum time_unit unit);

/* The same for a date; units below a day leave it as it is. */
int32_t date_floor(int32_t days, enum time_unit unit);

/* The day that holds the instant. */
int32_t timestamp_day(int64_t us);

/* Whether the calendar has this day: year 0 to 9999, month 1 to 12, day 1 to the month's last. */
bool date_is_civil(int year, int month, int day) MUST_CHECK;

/* Year, month (1..12) and day of a date, and back (the day must exist). */
void date_to_civil(int32_t days, int *year, int *month, int *day);
int32_t date_from_civil(int year, int month, int day);

#endif
