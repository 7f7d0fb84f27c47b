/* nearest.h - did you mean: the best of several known names for a misspelt one. */
#ifndef HEADGATE_GATEWAY_NEAREST_H
#define HEADGATE_GATEWAY_NEAREST_H

#include "codecs/span.h"

#include <stdint.h>

/* The best so far of the names that were considered; its data is NULL while none is near. */
struct nearest {
    struct span name;
    size_t distance;
};
#define NEAREST_NONE ((struct nearest){{NULL, 0}, SIZE_MAX})

/* Keeps the candidate when it is better. It counts when it is within a third of the wanted name's length, 3 edits at most. */
void nearest_consider(struct nearest *best, struct span wanted, struct span candidate);

#endif
