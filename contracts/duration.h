/* duration.h - periods of time as contracts write them: a number and a unit, or ISO 8601.
 *
 * Units: ms s sec min h hr d w mo y and their long forms, in any case. y = 365 d and mo = 30 d. A bare m is refused: tools read
 * it as minutes or as months. */
#ifndef HEADGATE_CONTRACTS_DURATION_H
#define HEADGATE_CONTRACTS_DURATION_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

/* The longest period: a thousand years, in microseconds. */
#define DURATION_MAX (INT64_C(1000) * 365 * 24 * 3600 * 1000000)

/* `unit` with NULL data: `value` is ISO 8601 (P30D, PT5M), or a number with its unit behind it ("30 d"). NULL, or a constant
 * sentence that says what is wrong. *us is above 0. */
const char *duration_parse(struct span value, struct span unit, int64_t *us) MUST_CHECK;

#endif
