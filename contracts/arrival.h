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
static inline bool arrival_identify(struct arrival *arrival) MUST_CHECK;
bool arrival_identify_any(struct arrival *arrival) MUST_CHECK;

/* Gives an event that has no identity one: a UUIDv7. False when memory or the system's randomness is out. */
bool arrival_make_id(struct arrival *arrival) MUST_CHECK;

/* Most keys are one text: nothing to join. Texts of events can be read, and what is handed out last be written over, by
 * ARENA_PADDING bytes. */
static inline bool arrival_identify(struct arrival *arrival)
{
    const struct decode_node *node = arrival->model->identity_text;
    if (UNLIKELY(node == NULL || !slot_present(arrival->root, node->slot))) return arrival_identify_any(arrival);
    struct span text = arrival->root->slots[node->slot].string.text;
    char *copy = arena_bytes(arrival->arena, text.size + 1);
    if (UNLIKELY(copy == NULL)) return false;
    if (LIKELY(text.size <= ARENA_PADDING))
        memcpy(copy, text.data, ARENA_PADDING);
    else
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    arrival->id = (struct span){copy, text.size};
    return true;
}

/* Remembers a stamp where there is room to. */
static inline struct span arrival_keep(struct stamps *stamps, int64_t us, const char *text)
{
    struct span stamp = {text, TIMESTAMP_STAMP};
    if (LIKELY(stamps->count < STAMPS_MAX)) {
        stamps->us[stamps->count] = us;
        stamps->texts[stamps->count++] = stamp;
    }
    return stamp;
}

/* The instant as RFC 3339 UTC with milliseconds, rendered and kept; NULL data when memory is out. */
static inline struct span arrival_render(struct arrival *arrival, int64_t us)
{
    char *text = arena_bytes(arrival->arena, TIMESTAMP_STAMP);
    if (UNLIKELY(text == NULL)) return (struct span){NULL, 0};
    timestamp_stamp(arrival->days, us, text);
    return arrival_keep(&arrival->stamps, us, text);
}

/* The same for an instant so many whole days away from another whose text is `like`. */
static inline struct span arrival_render_day(struct arrival *arrival, int64_t us, const char *like)
{
    char *text = arena_bytes(arrival->arena, TIMESTAMP_STAMP);
    if (UNLIKELY(text == NULL)) return (struct span){NULL, 0};
    timestamp_stamp_day(arrival->days, us, like, text);
    return arrival_keep(&arrival->stamps, us, text);
}

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
