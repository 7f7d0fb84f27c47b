/* record.h - one narrowed, treated, encoded copy of an event for one use: what goes to Kafka.
 *
 * All spans live in the request's arena or in the program; they stay valid until the request dies. */
#ifndef HEADGATE_CONTRACTS_RECORD_H
#define HEADGATE_CONTRACTS_RECORD_H

#include "codecs/span.h"
#include "contracts/catalogue.h"

struct header {
    struct span name; /* with a NUL behind it */
    struct span value;
};

struct record {
    const struct use *use;
    bool diverted; /* goes to use->late_topic */
    struct span key;
    struct span value;
    int64_t timestamp_ms;         /* of the Kafka record */
    const struct header *fixed;   /* of the use, rendered at compile time */
    const struct header *varying; /* of this record */
    uint16_t fixed_count;
    uint16_t varying_count;
    uint32_t fixed_cost; /* bytes of the fixed headers as record_cost() counts them */
    uint64_t fixed_mark; /* the same for two records exactly when their fixed headers are (a digest); 0 = unknown */
};

/* value + key + sum(header name + value + 64) + 256: what a lane reserves for it. */
static inline size_t record_cost(const struct record *record)
{
    size_t cost = record->value.size + record->key.size + record->fixed_cost + 256;
    for (unsigned i = 0; i < record->varying_count; i++)
        cost += record->varying[i].name.size + record->varying[i].value.size + 64;
    return cost;
}

#endif
