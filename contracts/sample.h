/* sample.h - events made from a model: valid ones, and ones that break exactly one rule at one place.
 *
 *     model + seed -> sample_event()          a valid event
 *     model + seed -> sample_broken(target)   one event per (field, rule) that can be broken alone
 *
 * What a value breaks is judged here from the model's rules as the catalogue states them, not by the program that enforces
 * them: each is a test of the other. The same model, seed and clock give the same bytes. */
#ifndef HEADGATE_CONTRACTS_SAMPLE_H
#define HEADGATE_CONTRACTS_SAMPLE_H

#include "codecs/buffer.h"
#include "contracts/catalogue.h"
#include "contracts/event_rule.h"

struct sampler;

struct sample_options {
    int64_t clock; /* us: every event happened at this instant */
    bool varied;   /* unusual spellings too: 1.0 for 1, escapes, explicit nulls, white space, other orders and offsets */
};

/* What can be broken: a rule of a field. For `required`, `required-key` and `duplicate-member` the field is the member, for
 * `null` the array's items. */
struct sample_target {
    const struct field *field;
    enum event_rule rule;
};

/* A sampler of one model, which must outlive it. On the heap; NULL when out of memory. Not shared between threads. */
struct sampler *sampler_create(const struct model *model, const struct sample_options *options) MUST_CHECK;
void sampler_destroy(struct sampler *sampler);

/* Appends a valid event as one JSON object. False when none was found: *stuck is the field whose rules, as far as was tried,
 * admit no value together; NULL when memory is out. */
bool sample_event(struct sampler *sampler, uint64_t seed, struct buffer *out, const struct field **stuck) MUST_CHECK;

/* Every rule of every field, in the order of fields and rules. `pattern-limit` is not among them: which text is too costly
 * depends on the machine. */
const struct sample_target *sampler_targets(const struct sampler *sampler, size_t *count);

/* Appends an event that breaks the target's rule, at *pointer (RFC 6901; until the next call), and nothing else. False when none
 * was found, mostly because the rule cannot be broken without another: what is too short for `^[A-Z]{3}$` does not match it. */
bool sample_broken(struct sampler *sampler, const struct sample_target *target, uint64_t seed, struct buffer *out,
                   struct span *pointer) MUST_CHECK;

#endif
