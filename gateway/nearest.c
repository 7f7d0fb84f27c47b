#include "gateway/nearest.h"

#include "contracts/near.h"

void nearest_consider(struct span wanted, const char *candidate, const char **best, size_t *distance)
{
    unsigned allowed = wanted.size >= 9 ? 3 : wanted.size >= 6 ? 2 : 1;
    unsigned found = near_distance(wanted, span_of(candidate), allowed + 1);
    if (found > allowed || found >= *distance) return;
    *best = candidate;
    *distance = found;
}
