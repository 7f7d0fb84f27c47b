/* diff_events.h - events judged by two versions of the contracts: whose outcome changes?
 *
 * A file of events is a JSON array, or values one after another (one a line). An event is a CloudEvent (JSON event format, data
 * in `data`), or, where the file's name begins with an event type (payment.authorized.event.json) or one is given, the event
 * alone. Each is judged as if it had arrived at once, so that old events do not all expire. Both versions hash with one passing
 * key, so records can be compared. Nothing is sent, and no value of an event is kept. */
#ifndef HEADGATE_GATEWAY_COMMANDS_DIFF_EVENTS_H
#define HEADGATE_GATEWAY_COMMANDS_DIFF_EVENTS_H

#include "contracts/catalogue.h"

/* One way in which events changed. */
struct diff_events_row {
    struct span event;
    struct span use; /* its name; empty: the event itself, by its model */
    struct span was, is;
    size_t count;
    size_t first; /* number of the first such event, from 1 */
};

struct diff_events {
    struct diff_events_row *rows;
    size_t count, capacity;
    size_t events;  /* judged */
    size_t changed; /* of them, with any other outcome */
};

/* `type` may be NULL. False with *error, a sentence in the arena, when the file cannot be read, is no JSON, or an event's type is
 * not known. `now` in us. */
bool diff_events_replay(const struct catalogue *old, const struct catalogue *new, const char *file, const char *type, int64_t now,
                        struct arena *arena, struct diff_events *out, struct span *error) MUST_CHECK;

#endif
