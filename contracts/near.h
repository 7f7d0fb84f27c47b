/* near.h - how far apart two names are, for "did you mean" and for controls that are nearly spelt right. */
#ifndef HEADGATE_CONTRACTS_NEAR_H
#define HEADGATE_CONTRACTS_NEAR_H

#include "codecs/attributes.h"
#include "codecs/span.h"

enum { NEAR_NAME_MAX = 64 };

/* Edits (insert, delete, replace, swap of neighbours) between two names, case, `_` and `-` left aside; `limit` when there are
 * at least that many, or a name is longer than NEAR_NAME_MAX. */
unsigned near_distance(struct span a, struct span b, unsigned limit) MUST_CHECK;

/* Whether `written` is `name` misspelt, and not `name` itself: the same but for case, `_` and `-`, or at distance 1 for names of
 * 6 to 8 letters and 2 for longer ones. */
bool near_misspelt(struct span written, struct span name) MUST_CHECK;

#endif
