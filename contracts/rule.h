/* rule.h - every rule by name: of contracts (check), of events (violations) and of requests (problems).
 *
 * One table, written down by area in the files rule_*.c; no field of a row is empty. The name is what `check` prints, what a
 * problem's type ends in (urn:headgate:rule:NAME), what a violation's `rule` holds and what `headgate explain NAME` explains. */
#ifndef HEADGATE_CONTRACTS_RULE_H
#define HEADGATE_CONTRACTS_RULE_H

#include "codecs/span.h"
#include "contracts/diagnostic.h"

enum rule_area { RULE_CONTRACT, RULE_EVENT, RULE_REQUEST };

struct rule {
    const char *name;
    enum rule_area area;
    enum severity severity; /* default, for contract rules */
    const char *title;      /* one line: what is wrong; for events and requests the message a sender reads */
    const char *why;
    const char *remedy;
    const char *example; /* what breaks it: a line of a contract, of an event, of a request, or a situation */
};

/* NULL when there is no such rule. */
const struct rule *rule_find(struct span name);

/* The nearest name to one that is not there, for "did you mean"; NULL when none is near. */
const struct rule *rule_nearest(struct span name);

/* All rules, in the table's order: 0 .. rule_count() - 1, dense and stable while the process lives. */
size_t rule_count(void);
const struct rule *rule_at(size_t index);
size_t rule_index(const struct rule *rule);

#endif
