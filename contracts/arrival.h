/* arrival.h - one event that keeps its model, and what its uses share: clocks, identity, rendered times. */
#ifndef HEADGATE_CONTRACTS_ARRIVAL_H
#define HEADGATE_CONTRACTS_ARRIVAL_H

#include "contracts/enforce.h"
#include "contracts/model_program.h"
#include "contracts/timing.h"

enum { STAMPS_MAX = 12 };

/* Times as RFC 3339 texts, each rendered once: most uses of an event ask for the same few. */
struct stamps {
    int64_t us[STAMPS_MAX];
    struct span texts[STAMPS_MAX];
    uint32_t count;
};

struct arrival {
    const struct model_program *model;
    const struct event_context *context;
    struct arena *arena;
    struct pattern_scratch *scratch;
    const struct frame *root;
    size_t text_size; /* of the event's JSON */
    struct timing timing;
    struct span id;
    struct stamps stamps;
    struct fragments *fragments;
    struct handling_tools *tools;
    struct timestamp_days *days;
};

/* The event's identity: the primary key's canonical texts joined by U+001F; else the envelope's id; else Idempotency-Key and
 * index; else a UUIDv7, with *generated true. False when memory (or the system's randomness) is out. */
bool arrival_identify(struct arrival *arrival, bool *generated) MUST_CHECK;

/* The same for an event that is refused: never made up, NULL data when there is none. */
bool arrival_identify_refused(struct arrival *arrival) MUST_CHECK;

/* The instant as RFC 3339 UTC with milliseconds, rendered and kept; NULL data when memory is out. */
struct span arrival_render(struct arrival *arrival, int64_t us) MUST_CHECK;

/* The same, taken from what was rendered before. */
static inline struct span arrival_stamp(struct arrival *arrival, int64_t us)
{
    const struct stamps *stamps = &arrival->stamps;
    for (uint32_t i = 0; i < stamps->count; i++)
        if (stamps->us[i] == us) return stamps->texts[i];
    return arrival_render(arrival, us);
}

#endif
