/* outcome.h - what becomes of an event for one use: lifecycle, consent, residency, retention, freshness, the use's own needs, in
 * this order; the first that says no decides. */
#ifndef HEADGATE_CONTRACTS_OUTCOME_H
#define HEADGATE_CONTRACTS_OUTCOME_H

#include "contracts/arrival.h"

/* Whether the straight way is open: then the long way would come to `delivered` too, but for the use's own needs. */
static inline bool outcome_is_straight(const struct straight_way *way, int64_t received, int64_t age)
{
    return received >= way->from && received <= way->until && age <= way->age;
}

/* When the program's use delivers an event without a decision, from what its contract says and program->nowhere. */
void outcome_prepare(struct use_program *program);

/* A use in the shadow is decided like any other, so that what would become of the event can be counted, but gets the kind
 * OUTCOME_SHADOW and no record. False when memory is out. */
bool outcome_decide(struct arrival *arrival, const struct use_program *program, struct outcome *out) MUST_CHECK;

#endif
