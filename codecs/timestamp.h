/* timestamp.h - instants, dates and times of day as integers.
 *
 * Instant: int64_t microseconds since 1970-01-01T00:00:00Z, proleptic Gregorian, years 0000 to 9999. Date: int32_t days since
 * 1970-01-01. Time of day: int64_t microseconds since midnight. More fraction digits than six are cut (floor). */
#ifndef HEADGATE_CODECS_TIMESTAMP_H
#define HEADGATE_CODECS_TIMESTAMP_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

#define US_PER_MS INT64_C(1000)
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define US_PER_DAY (24 * US_PER_HOUR)

enum timestamp_zone { ZONE_REQUIRED, ZONE_FORBIDDEN };

enum timestamp_status {
    TIMESTAMP_OK,
    TIMESTAMP_SYNTAX, /* not the spelling */
    TIMESTAMP_RANGE,  /* a field out of range: month 13, 30 February, hour 24, a leap second :60, offset beyond 23:59 */
    TIMESTAMP_ZONE,   /* an offset missing or not allowed */
};

enum time_unit { UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_MONTH, UNIT_YEAR };

enum { TIMESTAMP_TEXT_MAX = 40 };

/* RFC 3339 date-time ('T' and 'Z' also in lower case). Without zone: the same less the offset, read as UTC. */
enum timestamp_status timestamp_parse(struct span text, enum timestamp_zone zone, int64_t *us) MUST_CHECK;

/* RFC 3339 full-date. */
enum timestamp_status date_parse(struct span text, int32_t *days) MUST_CHECK;

/* RFC 3339 partial-time (hh:mm:ss[.f]); with ZONE_REQUIRED an offset follows and the result is in UTC, wrapped into the day. */
enum timestamp_status time_parse(struct span text, enum timestamp_zone zone, int64_t *us) MUST_CHECK;

/* 2026-11-22T13:44:13.250Z with 0, 3 or 6 fraction digits (floor), 'Z' where `zulu`. Returns the length; `out` has room for
 * TIMESTAMP_TEXT_MAX. */
size_t timestamp_format(int64_t us, int digits, bool zulu, char *out);
size_t date_format(int32_t days, char *out);
size_t time_format(int64_t us, int digits, char *out);

/* Start of the unit that holds the instant, in UTC. */
int64_t timestamp_floor(int64_t us, enum time_unit unit);
int32_t date_floor(int32_t days, enum time_unit unit);

/* Year, month (1..12) and day of a date, and back. */
void date_to_civil(int32_t days, int *year, int *month, int *day);
int32_t date_from_civil(int year, int month, int day);

/* A format of the closed letter set (y M d H h m s S X Z and quoted text, JDK DateTimeFormatter's meaning), compiled once. */
struct date_pattern;

enum date_pattern_kind { PATTERN_DATE, PATTERN_TIME, PATTERN_TIMESTAMP };

/* NULL with *error a constant sentence and *offset the place in `text` when the format is outside the closed set or lacks
 * fields that the kind needs. Allocated from the heap; date_pattern_destroy() frees. Known spellings of RFC 3339 (absent,
 * yyyy-MM-dd'T'HH:mm:ssXXX, YYYY-MM-DDTHH:mm:ss.SSSZ ...) are for the caller to ask with date_pattern_is_rfc3339(). */
struct date_pattern *date_pattern_compile(struct span text, enum date_pattern_kind kind, const char **error, size_t *offset) MUST_CHECK;
void date_pattern_destroy(struct date_pattern *pattern);
bool date_pattern_is_rfc3339(struct span text, enum date_pattern_kind kind);
bool date_pattern_has_zone(const struct date_pattern *pattern);

/* Reads text by the pattern: timestamp and time into *us, date as days * US_PER_DAY into *us. `default_offset_us` applies where
 * the pattern has no zone. */
enum timestamp_status date_pattern_parse(const struct date_pattern *pattern, struct span text, int64_t default_offset_us, int64_t *us) MUST_CHECK;

#endif
