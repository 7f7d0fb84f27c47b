/* observer.h - what undeclared events look like, for drafting their models: types, field names, counts. Never values.
 *
 *     observer_see()   walks an event   ->  a path (a member at a place) per name   ->  struct facts
 *     observer_write() shows what at least OBSERVER_THRESHOLD events held; everything else is nameless
 *
 * Invariants:
 * 1. The text of an event type or a member's name is kept from its 100th event on (which carries it). Before, there is a hash of
 *    it under a key that was made for this process and is written nowhere.
 * 2. A name is kept only when it has the shape [A-Za-z_][A-Za-z0-9_]{0,63}. A path is shown only when all above it are.
 * 3. An object whose members mostly have names that are not shown is a map (of ids, say): none of its members is shown.
 * 4. Memory is bounded by the sizes below, whatever comes: in a full table what comes often takes the slots of what came seldom
 *    and has no name yet (ranking.h). What finds no slot is counted.
 *
 * One lock: all threads may call everything. Nothing is kept beyond the process. */
#ifndef HEADGATE_GATEWAY_OBSERVE_OBSERVER_H
#define HEADGATE_GATEWAY_OBSERVE_OBSERVER_H

#include "codecs/json_writer.h"

enum {
    OBSERVER_THRESHOLD = 100, /* events */
    OBSERVER_TYPES = 128,     /* 80 KiB each, once there was such a type */
    OBSERVER_PATHS = 512,     /* of a type */
    OBSERVER_DEPTH = 16,      /* objects and arrays; what lies deeper is passed over */
};

struct observer;

/* NULL when out of memory, or when the system has no random numbers. */
struct observer *observer_create(void) MUST_CHECK;
void observer_destroy(struct observer *observer);

/* Counts one event: the JSON text of its value, already checked, with JSON_PADDING readable bytes behind it. */
void observer_see(struct observer *observer, struct span event, struct span text);

/* The type is declared now: all that was observed of it goes. */
void observer_drop(struct observer *observer, struct span event);

/* How many types can be shown. */
size_t observer_types(struct observer *observer);

/* Into an open object: the types that can be shown, and counts of the rest. */
void observer_write(struct observer *observer, struct json_writer *json);

/* Into an open object: all that can be shown of a type; false, with nothing written, when it cannot be shown. */
bool observer_write_type(struct observer *observer, struct span event, struct json_writer *json) MUST_CHECK;

#endif
