/* record.h - one narrowed, treated, encoded copy of an event for one use: what goes to Kafka.
 *
 *     record | values of the varying headers | value        one block of the request's arena, in this order
 *
 * A batch's records are all alive until the last of them was reported, so what they have in common is the use's: names, fixed
 * headers, their cost. All spans live in the request's arena or in the program; they stay valid until the request dies. */
#ifndef HEADGATE_CONTRACTS_RECORD_H
#define HEADGATE_CONTRACTS_RECORD_H

#include "codecs/span.h"
#include "contracts/catalogue.h"

struct header {
    struct span name; /* with a NUL behind it */
    struct span value;
};

/* The headers that all records of a use have, rendered at compile time. */
struct fixed_headers {
    const struct header *items;
    uint32_t count;
    uint32_t cost; /* as record_cost() counts them */
    uint64_t mark; /* the same for two sets exactly when they are the same (a digest); 0 = unknown */
};

/* What a report looks at comes first. */
struct record {
    struct span key;
    struct span value;
    const struct use *use;
    int64_t timestamp_ms; /* of the Kafka record */
    uint32_t cost;        /* record_cost() */
    uint16_t varying_count;
    bool diverted; /* goes to use->late_topic */
    const struct fixed_headers *fixed;
    const struct span *names; /* of the varying headers, with a NUL behind each: the use's */
    const struct span *values;
};

/* What a lane reserves for a header, and for a record beside them. */
enum { HEADER_COST = 64, RECORD_COST = 256 };

/* value + key + sum(header name + value + HEADER_COST) + RECORD_COST. */
static inline uint32_t record_cost(const struct record *record)
{
    size_t cost = record->value.size + record->key.size + record->fixed->cost + RECORD_COST;
    for (unsigned i = 0; i < record->varying_count; i++) cost += record->names[i].size + record->values[i].size + HEADER_COST;
    return cost < UINT32_MAX ? (uint32_t)cost : UINT32_MAX;
}

#endif
