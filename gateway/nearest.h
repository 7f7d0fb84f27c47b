/* nearest.h - did you mean: the known name that a misspelt one is closest to. */
#ifndef HEADGATE_GATEWAY_NEAREST_H
#define HEADGATE_GATEWAY_NEAREST_H

#include "codecs/span.h"

/* Letters to insert, drop, replace or swap with a neighbour (optimal string alignment); case does not count. Names above 64
 * bytes are never near: SIZE_MAX. */
size_t name_distance(struct span a, struct span b);

/* Keeps the better of two candidates for `wanted`: *best and *distance start as NULL and SIZE_MAX. A candidate counts when it
 * is within a third of the name's length, 3 at most. */
void nearest_consider(struct span wanted, const char *candidate, const char **best, size_t *distance);

#endif
