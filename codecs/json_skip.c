#include "codecs/json.h"

/* Skipping is a loop over open levels, not a recursion: hostile nesting costs a bit per level. */
struct levels {
    uint64_t objects[JSON_DEPTH_MAX / 64]; /* bit per level above the start: an object, not an array */
};

static inline void push(struct levels *levels, uint32_t level, bool object)
{
    uint64_t bit = UINT64_C(1) << (level % 64);
    if (object)
        levels->objects[level / 64] |= bit;
    else
        levels->objects[level / 64] &= ~bit;
}

static inline bool is_object(const struct levels *levels, uint32_t level)
{
    return (levels->objects[level / 64] >> (level % 64) & 1) != 0;
}

static bool skip_scalar(struct json_cursor *cursor, enum json_kind kind)
{
    struct json_string string;
    struct span number;
    if (kind == JSON_STRING) return json_string(cursor, NULL, &string);
    if (kind == JSON_NUMBER) return json_number_text(cursor, &number);
    return json_literal(cursor, kind);
}

/* Moves to the next value at or above level `base`; false when that level closed, or with an error. */
static bool next_value(struct json_cursor *cursor, const struct levels *levels, uint32_t base, bool first)
{
    struct json_string name;
    while (cursor->depth > base) {
        bool object = is_object(levels, cursor->depth - base - 1);
        if (json_next(cursor, object ? '}' : ']', &first))
            return !object || (json_string(cursor, NULL, &name) && json_colon(cursor));
        if (cursor->error != JSON_FINE) return false;
        first = false;
    }
    return false;
}

bool json_skip(struct json_cursor *cursor)
{
    struct levels levels;
    const uint32_t base = cursor->depth;
    bool opened;
    do {
        enum json_kind kind = json_peek(cursor);
        opened = kind <= JSON_ARRAY;
        if (opened) {
            if (!json_open(cursor, kind == JSON_OBJECT ? '{' : '[')) return false;
            push(&levels, cursor->depth - base - 1, kind == JSON_OBJECT);
        } else if (!skip_scalar(cursor, kind)) {
            return false;
        }
    } while (next_value(cursor, &levels, base, opened));
    return cursor->error == JSON_FINE;
}
