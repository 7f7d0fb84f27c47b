/* rule_tables.h - the parts of the rule table; only rule.c reads them. */
#ifndef HEADGATE_CONTRACTS_RULE_TABLES_H
#define HEADGATE_CONTRACTS_RULE_TABLES_H

#include "contracts/rule.h"

/* Rules of one area, *count of them. */
const struct rule *rule_contract_rows(size_t *count);
const struct rule *rule_governance_rows(size_t *count);
const struct rule *rule_law_rows(size_t *count);
const struct rule *rule_event_rows(size_t *count);
const struct rule *rule_request_rows(size_t *count);

#endif
