/* try_events.h - the events of a file: one JSON object, an array, NDJSON; each bare or in a CloudEvents 1.0 envelope. */
#ifndef HEADGATE_GATEWAY_COMMANDS_TRY_EVENTS_H
#define HEADGATE_GATEWAY_COMMANDS_TRY_EVENTS_H

#include "codecs/arena.h"
#include "codecs/json.h"
#include "codecs/timestamp.h"

/* One event; spans point into the text or the arena. */
struct try_event {
    struct span json; /* the event alone */
    struct span type; /* of the envelope; NULL data = bare */
    struct span id;   /* source U+001F id of the envelope; NULL data = none */
    int64_t time;     /* of the envelope; INT64_MIN = none */
};

struct try_events {
    struct try_event *items;
    size_t count;
    bool many; /* an array, or several values */
};

/* Splits `text`, behind which JSON_PADDING bytes can be read. False with *error a constant sentence and *offset its place. */
bool try_events_read(struct span text, struct arena *arena, struct try_events *events, const char **error,
                     size_t *offset) MUST_CHECK;

#endif
