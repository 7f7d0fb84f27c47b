/* use_draft.h - a use-case contract written from a pattern: what most uses of one kind have in common, in one table.
 *
 * A pattern fills the times, the delivery and the handling; purpose, data use and legal basis are asked of a person (draft.h). */
#ifndef HEADGATE_CONTRACTS_USE_DRAFT_H
#define HEADGATE_CONTRACTS_USE_DRAFT_H

#include "contracts/draft.h"

struct use_pattern {
    const char *name;
    const char *summary;             /* what such a use is, and why it is treated so */
    const char *latency, *retention; /* a number and its unit: "5 s" */
    const char *driver;              /* of both: regulatory, operational, analytics */
    const char *on_late, *delivery, *ordering;
    const char *erasure;         /* a YAML map; NULL: not stated, which means expiry up to 30 days */
    const char *retain_at_least; /* NULL = none */
    const char *legal_basis;     /* NULL: asked */
    const char *coarse_time;     /* what is done to timestamps, that they join nothing; NULL: exact */
    bool keyed;                  /* the record key is the subject's pseudonym */
    bool hides_id;               /* the event's identity is hashed too */
};

/* All patterns, in the order of their table. */
const struct use_pattern *use_patterns(size_t *count);

/* NULL when there is none of this name. */
const struct use_pattern *use_pattern_find(struct span name);

struct use_draft {
    const struct use_pattern *pattern;
    const struct model *model;
    struct span name, id;                                      /* stated */
    struct span owner, purpose, data_use, legal_basis, reader; /* NULL data: asked; no reader = nobody is named */
    const bool *taken;     /* by field->index: the use takes this field, and what lies in it */
    const bool *encrypted; /* by field->index: the use takes this field encrypted, under its encryptedName; NULL = none */
    bool active;           /* status active, else draft */
    bool typed;            /* use_draft_write's own: a v3.2.0 file, whose schema wants a type of every property */
};

/* Appends the ODCS text. */
void use_draft_write(const struct use_draft *wanted, struct buffer *out);

#endif
