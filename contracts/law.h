/* law.h - facts of law that every use is held to, one row each: what it concerns, what it asks for, which rule tells of it.
 *
 * Only what can be cited stands here; the articles are in the rules' texts (`explain`). No configuration switches a fact off;
 * where judgement is involved, somebody may sign a waiver. */
#ifndef HEADGATE_CONTRACTS_LAW_H
#define HEADGATE_CONTRACTS_LAW_H

#include "contracts/catalogue.h"

/* Where a breach is shown, and with it how far it reaches. */
enum law_place {
    LAW_AT_USE,         /* something is missing: the use as a whole */
    LAW_AT_DATA_USE,    /* at dataUse; a waiver names the field '*' */
    LAW_AT_LEGAL_BASIS, /* at legalBasis; the same */
    LAW_AT_FIELD        /* at the first field that is not waived */
};

struct law_fact {
    const char *rule;
    bool (*category)(struct span category); /* the data it concerns; NULL: all uses of a model that has data subjects */
    bool (*concerns)(const struct use *use);
    bool (*satisfied)(const struct use *use);
    enum law_place place;
    const char *asks; /* of LAW_AT_USE: the customProperty that is missing; else NULL */
    struct span (*stated)(const struct use *use);
    const char *article; /* who asks, what is permitted: for the proof */
    const char *permits;
    const char *text; /* what is wrong */
};

/* The table: 0 .. count - 1; NULL behind it. */
const struct law_fact *law_fact(size_t index);

/* Whether the fact is about this use at all, fields aside. */
bool law_concerns(const struct law_fact *fact, const struct use *use);

/* Whether the fact is about this leaf of the projection. */
bool law_concerns_field(const struct law_fact *fact, const struct field *field);

#endif
