/* projection_share.h - what several uses of a model take as it is, is encoded by the first of them and copied by the others.
 *
 * At compile time steps that write the same bytes from the same slots get a common number; at run time a fragment says where
 * these bytes of the event at hand lie: in the record of the use that came first. */
#ifndef HEADGATE_CONTRACTS_PROJECTION_SHARE_H
#define HEADGATE_CONTRACTS_PROJECTION_SHARE_H

#include "contracts/projection.h"

/* The steps of a model's uses so far that others may turn out to share. */
struct share_list {
    struct arena *arena;
    struct step **steps;
    uint32_t count;
    uint32_t capacity;
    uint32_t shares; /* numbers given out; 0 is none */
};

/* Compares a use's steps with those of the uses before it. False when the arena is exhausted. */
bool projection_share(struct share_list *list, struct steps *steps) MUST_CHECK;

/* Finds shared steps that stand in a row in an earlier use too, once all uses were compared; each use has its
 * projections->number. */
void projection_share_runs(struct projection *projection, const struct projection *earlier);

/* Lets steps that are no other use's be written as one where they can. The last: nothing looks for shared steps behind it. */
void projection_merge(struct projection *projection);

#endif
