#include "gateway/nearest.h"

#include "contracts/near.h"

void nearest_consider(struct nearest *best, struct span wanted, struct span candidate)
{
    unsigned allowed = wanted.size >= 9 ? 3 : wanted.size >= 6 ? 2 : 1;
    unsigned found = near_distance(wanted, candidate, allowed + 1);
    if (candidate.size == 0 || found > allowed || found >= best->distance) return;
    *best = (struct nearest){candidate, found};
}
