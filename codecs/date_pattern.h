/* date_pattern.h - dates and times in a format that a contract names, compiled once.
 *
 * ODCS says that a format is one of JDK's DateTimeFormatter. Of that language we take the letters whose reading is the same for
 * everybody:
 *
 *     yyyy         year, four digits            H HH   hour 0-23           XXX   +hh:mm, Z for zero
 *     M MM         month, in digits             m mm   minute              XX    +hhmm, Z for zero
 *     d dd         day of the month             s ss   second 0-59         X     +hh or +hhmm, Z for zero
 *     'T' '' - : . / , space, other text        S..    1 to 9 fraction     Z ZZ ZZZ  +hhmm, or Z
 *
 * A single letter reads one or two digits, a double one exactly two. Refused with a sentence that says what to write: yy (no
 * century), names of months (MMM), h (no letter for am and pm here), Y and D (week year, day of the year), optional
 * sections, a field given twice, and a field of varying width with a digit right behind it. A day that the month does not have is
 * out of range (JDK's default would move it). Where JDK's Z knows only +0000, the ODCS text means a literal Z by it, so both are
 * read. */
#ifndef HEADGATE_CODECS_DATE_PATTERN_H
#define HEADGATE_CODECS_DATE_PATTERN_H

#include "codecs/attributes.h"
#include "codecs/span.h"
#include "codecs/timestamp.h"

#include <stdint.h>

enum { DATE_PATTERN_MAX = 128 }; /* bytes of a format */

enum date_pattern_kind { PATTERN_DATE, PATTERN_TIME, PATTERN_TIMESTAMP };

struct date_pattern;

/* Whether the format is absent (NULL data) or one of the known spellings of RFC 3339, such as yyyy-MM-dd'T'HH:mm:ssXXX and the
 * ODCS text's YYYY-MM-DDTHH:mm:ss.SSSZ: then timestamp_parse(), date_parse() or time_parse() reads it. Ask this first. */
bool date_pattern_is_rfc3339(struct span text, enum date_pattern_kind kind) MUST_CHECK;

/* NULL with *error a constant sentence and *offset the place in `text` when the format is outside the closed set, lacks fields
 * that the kind needs (date: y M d; time: H m; timestamp: all five; S needs s) or has fields that the kind has not. On the
 * heap; date_pattern_destroy() frees. */
struct date_pattern *date_pattern_compile(struct span text, enum date_pattern_kind kind, const char **error,
                                          size_t *offset) MUST_CHECK;

/* NULL is allowed. */
void date_pattern_destroy(struct date_pattern *pattern);

/* Whether the pattern reads an offset. */
bool date_pattern_has_zone(const struct date_pattern *pattern) MUST_CHECK;

/* Reads all of `text` by the pattern: timestamp and time (wrapped into the day) into *us, a date as days * US_PER_DAY into *us.
 * `default_offset_us` (east of UTC is positive) applies where the pattern has no zone. */
enum timestamp_status date_pattern_parse(const struct date_pattern *pattern, struct span text, int64_t default_offset_us,
                                         int64_t *us) MUST_CHECK;

#endif
