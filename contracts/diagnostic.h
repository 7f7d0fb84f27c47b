/* diagnostic.h - what is wrong with a contract, where, by which rule, and what to do.
 *
 * Diagnostics are values gathered in a list; nothing prints here. The texts of rules (title, why, remedy, example) live once,
 * in rule.c's table; a diagnostic names its rule and adds the particulars of the place. Values of a contract may be quoted
 * (a contract is not personal data); values of events never get here. */
#ifndef HEADGATE_CONTRACTS_DIAGNOSTIC_H
#define HEADGATE_CONTRACTS_DIAGNOSTIC_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

/* A place in a file. line and column count from 1 (column in bytes); 0 = the file as a whole. */
struct place {
    struct span file;
    uint32_t line;
    uint32_t column;
};

struct rule; /* contracts/rule.h */

struct diagnostic {
    const struct rule *rule;
    enum severity severity;
    struct place place;
    struct span path;   /* element path: schema[0].properties[2].logicalType; empty for the file as a whole */
    struct span detail; /* one sentence with the particulars */
    struct span remedy; /* what to do here; NULL data: the rule's own remedy */
};

struct diagnostics {
    struct arena *arena; /* owns the texts; outlives the list's reader */
    struct diagnostic *items;
    size_t count;
    size_t capacity;
    size_t errors;
    bool failed; /* out of memory: the list is not complete */
};

/* An empty list whose texts go to `arena`; deinit frees the list and leaves the arena. */
void diagnostics_init(struct diagnostics *diagnostics, struct arena *arena);
void diagnostics_deinit(struct diagnostics *diagnostics);

/* Adds one; the rule's default severity applies. `rule` is a rule's name (asserts that it is in the table). */
void diagnostics_add(struct diagnostics *diagnostics, const char *rule, struct place place, struct span path, const char *format,
                     ...) PRINTF_LIKE(5, 6);

/* Gives the diagnostic added last another severity than its rule's. */
void diagnostics_grade(struct diagnostics *diagnostics, enum severity severity);

/* Gives the diagnostic added last a remedy of its own. */
void diagnostics_advise(struct diagnostics *diagnostics, const char *format, ...) PRINTF_LIKE(2, 3);

/* By file, line, column: the order people read in. */
void diagnostics_sort(struct diagnostics *diagnostics);

#endif
