/* outcome.h - what becomes of an event for one use: lifecycle, consent, residency, retention, freshness, the use's own needs, in
 * this order; the first that says no decides. */
#ifndef HEADGATE_CONTRACTS_OUTCOME_H
#define HEADGATE_CONTRACTS_OUTCOME_H

#include "contracts/arrival.h"

/* A use in the shadow is decided like any other, so that what would become of the event can be counted, but gets the kind
 * OUTCOME_SHADOW and no record. False when memory is out. */
bool outcome_decide(struct arrival *arrival, const struct use_program *program, struct outcome *out) MUST_CHECK;

#endif
