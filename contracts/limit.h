/* limit.h - upper bounds on uses: what a model, a field of it, or the house for a class or a data category, permits at most.
 *
 *     who says so (limit_each)   x   about what (enum limit_kind)   ->   holds for this use, or does not (limit_holds)
 *
 * One row per kind; a limit that says nothing of a kind permits everything of it. `check` refuses what does not hold
 * (govern_limits.c), `check --proof` shows all of it. */
#ifndef HEADGATE_CONTRACTS_LIMIT_H
#define HEADGATE_CONTRACTS_LIMIT_H

#include "contracts/catalogue.h"

enum limit_kind { LIMIT_DATA_USE, LIMIT_LEGAL_BASIS, LIMIT_RESIDENCY, LIMIT_RETENTION, LIMIT_KINDS };

/* Who set a limit. */
struct limit_source {
    enum limit_scope scope;
    struct span name; /* the model's id; the model field's path; the class; the category */
    const struct limit *limit;
};

/* "data use", and the rule that a use breaks which passes it. */
const char *limit_word(enum limit_kind kind);
const char *limit_rule(enum limit_kind kind);

/* Says nothing of anything. */
void limit_init(struct limit *limit);

/* Whether the limit says something of this kind. */
bool limit_binds(const struct limit *limit, enum limit_kind kind);

/* Whether the use stays within it. What a use lacks altogether holds here: that it lacks it is another rule's business. */
bool limit_holds(const struct limit *limit, enum limit_kind kind, const struct use *use);

/* Whether all that `limit` permits of this kind is permitted by `other` too. */
bool limit_within(const struct limit *limit, const struct limit *other, enum limit_kind kind);

/* What is permitted, and what the use states: "up to 90 d", "365 d"; "EU, UK", "anywhere". NULL data when the arena is
 * exhausted. */
struct span limit_bound(const struct limit *limit, enum limit_kind kind, struct arena *arena) MUST_CHECK;
struct span limit_stated(const struct use *use, enum limit_kind kind, struct arena *arena) MUST_CHECK;

/* "the model urn:..", "the model's field person.name", "the house for class restricted": who says so, in words. NULL data when
 * the arena is exhausted. */
struct span limit_source_text(const struct limit_source *source, struct arena *arena) MUST_CHECK;

/* All that bind a leaf of the projection, whatever they say: the model; the model's field and what it lies in; the house for the
 * class that the field has after handling and for the classes below it; the house for its data categories and those they lie in.
 * A constant (redact) reads nothing: neither the field nor its categories bind it. */
typedef void limit_visit(void *context, const struct limit_source *source);
void limit_each(const struct catalogue *catalogue, const struct use *use, const struct field *field, limit_visit *visit,
                void *context);

/* The limits of the options, copied; false when the arena is exhausted. */
bool limit_copy_house(const struct catalogue_options *options, struct catalogue *catalogue) MUST_CHECK;

#endif
