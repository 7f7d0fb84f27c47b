/* nearest.h - did you mean: the best of several known names for a misspelt one. */
#ifndef HEADGATE_GATEWAY_NEAREST_H
#define HEADGATE_GATEWAY_NEAREST_H

#include "codecs/span.h"

/* Keeps the better of two candidates for `wanted`: *best and *distance start as NULL and SIZE_MAX. A candidate counts when it
 * is within a third of the name's length, 3 edits at most. */
void nearest_consider(struct span wanted, const char *candidate, const char **best, size_t *distance);

#endif
