/* rule.c - look-up in the rule table, whose rows are written down by area. */
#include "contracts/rule.h"

#include "codecs/attributes.h"
#include "contracts/near.h"
#include "contracts/rule_tables.h"

#include <stdlib.h>

static const struct rule *(*const areas[])(size_t *) = {
    rule_contract_rows, rule_governance_rows, rule_law_rows, rule_event_rows, rule_request_rows,
};

size_t rule_count(void)
{
    size_t total = 0;
    for (size_t i = 0; i < COUNT_OF(areas); i++) {
        size_t count;
        (void)areas[i](&count);
        total += count;
    }
    return total;
}

const struct rule *rule_at(size_t index)
{
    for (size_t i = 0; i < COUNT_OF(areas); i++) {
        size_t count;
        const struct rule *rows = areas[i](&count);
        if (index < count) return &rows[index];
        index -= count;
    }
    return NULL;
}

size_t rule_index(const struct rule *rule)
{
    size_t index = 0;
    for (const struct rule *row; (row = rule_at(index)) != NULL; index++) {
        if (row == rule) return index;
    }
    abort(); /* every rule lies in the table */
}

const struct rule *rule_find(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(areas); i++) {
        size_t count;
        const struct rule *rows = areas[i](&count);
        for (size_t j = 0; j < count; j++) {
            if (span_is(name, rows[j].name)) return &rows[j];
        }
    }
    return NULL;
}

const struct rule *rule_nearest(struct span name)
{
    const struct rule *best = NULL;
    unsigned best_distance = name.size < 9 ? 2 : 3;
    const struct rule *row;
    for (size_t i = 0; (row = rule_at(i)) != NULL; i++) {
        unsigned distance = near_distance(name, span_of(row->name), best_distance);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = row;
    }
    return best;
}
