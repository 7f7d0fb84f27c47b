/* diff.h - what changes between two catalogues, and who has to agree.
 *
 *     old catalogue --+
 *                     +--> diff_catalogues() --> changes, each of one kind; a kind has one grade (diff_kind.h)
 *     new catalogue --+
 *
 * Contracts are paired by id, fields by name. Resolved forms are compared, so what a use inherits counts as its own: a class that
 * its model lowers is lowered in the use too. So are the limits that the house had set when each catalogue was loaded: their
 * changes have the contract "governance" and no place, since the configuration is the caller's. Pure: reads the two catalogues,
 * writes into the arena. */
#ifndef HEADGATE_CONTRACTS_DIFF_H
#define HEADGATE_CONTRACTS_DIFF_H

#include "contracts/catalogue.h"
#include "contracts/diff_kind.h"

struct change {
    enum diff_kind kind;
    enum diff_grade grade; /* the kind's; free where the contract was in service for nobody */
    bool warning;          /* about the version: changes no grade */
    struct span contract;  /* its id */
    struct span name;      /* its short name */
    struct span event;     /* which of its models is meant, where a use takes several and they differ; else NULL data */
    struct span path;      /* the field, dotted names; empty for the contract as a whole */
    struct place place;    /* in the new files; in the old ones of what is gone */
    struct span text;      /* one sentence with the particulars: what it was and what it is */
};

struct diff {
    struct arena *arena; /* owns the texts */
    struct change *items;
    size_t count;
    size_t capacity;
    bool failed; /* the arena is exhausted: the list is not complete */
};

/* Fills *diff (any content is overwritten), the highest grade first. False when the arena is exhausted. Both catalogues outlive
 * the result. */
bool diff_catalogues(const struct catalogue *old, const struct catalogue *new, struct arena *arena, struct diff *diff) MUST_CHECK;

/* The same of two versions of one use, with which fields of its model govern it. Versions and locked schemas are not looked at;
 * nothing is graded down. */
bool diff_uses(const struct use *old, const struct use *new, struct arena *arena, struct diff *diff) MUST_CHECK;

/* The highest grade; DIFF_FREE when nothing changed. */
enum diff_grade diff_highest(const struct diff *diff);

/* How many changes have this grade, warnings not counted. */
size_t diff_count(const struct diff *diff, enum diff_grade grade);

#endif
