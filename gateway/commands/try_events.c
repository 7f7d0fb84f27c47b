#include "gateway/commands/try_events.h"

enum { DEPTH_LIMIT = 64, TOKEN_LIMIT = 1 << 30, EVENTS_MAX = 10000 };

/* The members of an object that an envelope is known by. */
struct members {
    struct span data, type, specversion, id, source, time;
};

struct reading {
    struct json_cursor cursor;
    struct arena *arena;
    struct try_events *events;
};

/* A string member's text, resolved; anything else is passed over. */
static bool read_text(struct reading *reading, struct span *out)
{
    struct json_string string;
    if (json_peek(&reading->cursor) != JSON_STRING) return json_skip(&reading->cursor);
    if (!json_string(&reading->cursor, reading->arena, &string)) return false;
    *out = string.text;
    return true;
}

static bool read_member(struct reading *reading, struct span name, struct members *members)
{
    const struct {
        const char *name;
        struct span *text;
    } texts[] = {{"type", &members->type},
                 {"specversion", &members->specversion},
                 {"id", &members->id},
                 {"source", &members->source},
                 {"time", &members->time}};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (span_is(name, texts[i].name)) return read_text(reading, texts[i].text);
    json_space(&reading->cursor);
    const char *start = reading->cursor.at;
    if (!json_skip(&reading->cursor)) return false;
    if (span_is(name, "data")) members->data = (struct span){start, (size_t)(reading->cursor.at - start)};
    return true;
}

static bool read_members(struct reading *reading, struct members *members)
{
    struct json_string name;
    bool first = true;
    if (!json_open(&reading->cursor, '{')) return false;
    while (json_next(&reading->cursor, '}', &first)) {
        if (!json_string(&reading->cursor, reading->arena, &name) || !json_colon(&reading->cursor)) return false;
        if (!read_member(reading, name.text, members)) return false;
    }
    return reading->cursor.error == JSON_FINE;
}

static bool no_memory(struct reading *reading)
{
    return json_fail(&reading->cursor, JSON_NO_MEMORY, reading->cursor.at);
}

/* CloudEvents 1.0: specversion, type and data say that the event is what is inside. */
static bool open_envelope(struct reading *reading, const struct members *members, struct try_event *event)
{
    if (members->specversion.data == NULL || members->type.data == NULL || members->data.data == NULL) return true;
    event->json = members->data;
    event->type = members->type;
    if (members->time.data != NULL && timestamp_parse(members->time, ZONE_REQUIRED, &event->time) != TIMESTAMP_OK)
        event->time = INT64_MIN;
    if (members->id.data == NULL || members->source.data == NULL) return true;
    event->id = arena_printf(reading->arena, "%.*s\x1F%.*s", SPAN_ARGS(members->source), SPAN_ARGS(members->id));
    return event->id.data != NULL || no_memory(reading);
}

static bool read_event(struct reading *reading)
{
    struct try_events *events = reading->events;
    struct members members = {0};
    if (events->count == EVENTS_MAX) return json_fail(&reading->cursor, JSON_TOO_MANY, reading->cursor.at);
    struct try_event *event = &events->items[events->count++];
    bool object = json_peek(&reading->cursor) == JSON_OBJECT;
    const char *start = reading->cursor.at;
    if (object ? !read_members(reading, &members) : !json_skip(&reading->cursor)) return false;
    *event = (struct try_event){.json = {start, (size_t)(reading->cursor.at - start)}, .time = INT64_MIN};
    return open_envelope(reading, &members, event);
}

static bool read_array(struct reading *reading)
{
    bool first = true;
    reading->events->many = true;
    if (!json_open(&reading->cursor, '[')) return false;
    while (json_next(&reading->cursor, ']', &first))
        if (!read_event(reading)) return false;
    return reading->cursor.error == JSON_FINE;
}

/* One value after the other, to the end of the text. */
static bool read_values(struct reading *reading)
{
    do {
        enum json_kind kind = json_peek(&reading->cursor);
        if (kind == JSON_ARRAY ? !read_array(reading) : !read_event(reading)) return false;
        json_space(&reading->cursor);
    } while (reading->cursor.at < reading->cursor.end);
    return true;
}

bool try_events_read(struct span text, struct arena *arena, struct try_events *events, const char **error, size_t *offset)
{
    struct reading reading = {.arena = arena, .events = events};
    json_begin(&reading.cursor, text, DEPTH_LIMIT, TOKEN_LIMIT);
    *events = (struct try_events){.items = arena_calloc(arena, EVENTS_MAX, sizeof *events->items)};
    bool fine = events->items != NULL ? read_values(&reading) : no_memory(&reading);
    events->many |= events->count > 1;
    if (fine) return true;
    *error = json_error_text(reading.cursor.error);
    *offset = json_error_offset(&reading.cursor);
    return false;
}
