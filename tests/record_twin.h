/* record_twin.h - judges an event by the short ways to an outcome and its record, and by the long ones, and compares them. */
#ifndef HEADGATE_TESTS_RECORD_TWIN_H
#define HEADGATE_TESTS_RECORD_TWIN_H

#include "contracts/enforce.h"
#include "contracts/model_program.h"

#include <stdio.h>
#include <stdlib.h>

static inline void record_twin_must(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "short and long way to a record differ: %s\n", what);
    abort();
}

/* Each step is written for itself, in the way that serves shared ones too. */
static inline void record_twin_slow_steps(struct steps *steps)
{
    steps->shared = true;
    for (uint32_t i = 0; i < steps->count; i++) {
        struct step *step = &steps->items[i];
        if (step->op == STEP_TEXTS) step->op = STEP_TEXT;
        if (step->op == STEP_ARRAY) record_twin_slow_steps(step->items);
    }
}

/* Closes the short ways: nothing is straight, nothing plain. The program must be used for nothing else. */
static inline void record_twin_slow(const struct model_program *model)
{
    for (uint32_t i = 0; i < model->use_count; i++) {
        struct use_program *use = &model->uses[i];
        use->straight.until = INT64_MIN;
        use->plain = use->whole_days = false;
        record_twin_slow_steps(&use->projection.steps);
    }
}

static inline void record_twin_compare(const struct record *a, const struct record *b)
{
    record_twin_must((a == NULL) == (b == NULL), "whether there is one");
    if (a == NULL) return;
    record_twin_must(span_equal(a->key, b->key), "key");
    record_twin_must(span_equal(a->value, b->value), "value");
    record_twin_must(a->timestamp_ms == b->timestamp_ms && a->diverted == b->diverted, "time or topic");
    record_twin_must(a->cost == record_cost(a) && a->cost == b->cost, "cost");
    record_twin_must(a->varying_count == b->varying_count, "number of headers");
    for (uint16_t i = 0; i < a->varying_count; i++)
        record_twin_must(span_equal(a->names[i], b->names[i]) && span_equal(a->values[i], b->values[i]), "a header");
}

static inline void judgement_twin_compare(const struct judgement *a, const struct judgement *b)
{
    record_twin_must(a->verdict == b->verdict && a->outcome_count == b->outcome_count && a->discarded == b->discarded, "verdict");
    for (uint32_t i = 0; i < a->outcome_count; i++) {
        const struct outcome *x = &a->outcomes[i], *y = &b->outcomes[i];
        record_twin_must(span_equal(x->use->id, y->use->id) && x->kind == y->kind && x->reason == y->reason, "outcome");
        record_twin_must(x->late == y->late && x->would == y->would && x->size == y->size, "lateness or shadow");
        record_twin_compare(x->record, y->record);
    }
}

#endif
