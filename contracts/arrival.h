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
    struct arena *arena; /* the request's: for what outlives the judging */
    const struct frame *root;
    size_t text_size; /* of the event's JSON */
    struct timing timing;
    int64_t received_ms;
    struct span id;
    struct timestamp_days *days;
    struct stamps stamps;
    struct projection_run run; /* of one use after the other */
};

/* The event's identity: the primary key's canonical texts joined by U+001F; else the envelope's id; else Idempotency-Key and
 * index; else none, NULL data. False when memory is out. */
bool arrival_identify(struct arrival *arrival) MUST_CHECK;

/* Gives an event that has no identity one: a UUIDv7. False when memory or the system's randomness is out. */
bool arrival_make_id(struct arrival *arrival) MUST_CHECK;

/* The instant as RFC 3339 UTC with milliseconds, rendered and kept; NULL data when memory is out. */
struct span arrival_render(struct arrival *arrival, int64_t us) MUST_CHECK;

/* The same for an instant so many whole days away from another whose text is `like`. */
struct span arrival_render_day(struct arrival *arrival, int64_t us, const char *like) MUST_CHECK;

/* What was rendered before for this instant; NULL = nothing was. */
static inline const struct span *arrival_kept(const struct arrival *arrival, int64_t us)
{
    const struct stamps *stamps = &arrival->stamps;
    for (uint32_t i = 0; i < stamps->count; i++)
        if (stamps->us[i] == us) return &stamps->texts[i];
    return NULL;
}

/* As arrival_render(), or what was rendered before. */
static inline struct span arrival_stamp(struct arrival *arrival, int64_t us)
{
    const struct span *kept = arrival_kept(arrival, us);
    return kept != NULL ? *kept : arrival_render(arrival, us);
}

#endif
