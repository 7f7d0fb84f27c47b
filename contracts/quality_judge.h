/* quality_judge.h - the quality rules of a model that count, compiled, and looked at once an event is read.
 *
 * A rule looks at every value that its field has in an event: one outside arrays, one per item inside. A value whose object is
 * not there is no value at all. Models without such rules pay one comparison. */
#ifndef HEADGATE_CONTRACTS_QUALITY_JUDGE_H
#define HEADGATE_CONTRACTS_QUALITY_JUDGE_H

#include "contracts/arrival.h"
#include "contracts/quality.h"
#include "contracts/violations.h"

/* Compiles the rules of program->model into program->qualities. False after a diagnostic, or when memory is out
 * (diagnostics->failed). */
bool quality_compile(struct model_program *program, struct arena *arena, struct pattern_list *patterns,
                     struct diagnostics *diagnostics) MUST_CHECK;

/* Tallies every rule into the arena, program->quality_count of them; what a rule of severity error that is judged per event does
 * not hold goes to `violations`; what the others do not hold is listed where the context asks. False when memory is out. */
bool quality_judge(const struct arrival *arrival, struct violations *violations, struct quality_tally **out) MUST_CHECK;

/* Puts the tallies into the judgement, and the sum of its warnings. */
void quality_sum(const struct model_program *program, const struct quality_tally *tallies, struct judgement *out);

#endif
