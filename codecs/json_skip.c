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

/* ---------------------------------------------------------------- as most senders write */

static ALWAYS_INLINE const char *pass_space(const char *at, const char *end)
{
    if (LIKELY((unsigned char)*at > ' ')) return at;
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

/* The quote that closes a plain string; NULL where another value stands. Each place waits for the one before it, so the way that
 * takes the least time is tried first. */
static ALWAYS_INLINE const char *plain_string(const char *at, const char *end)
{
    unsigned size;
    if (UNLIKELY(*at != '"')) return NULL;
    return LIKELY(json_scan_short(at + 1, &size)) ? at + 1 + size : json_scan_plain(at + 1, end);
}

/* The place behind a scalar without escapes or exponent; NULL where anything else stands. It may lie behind the end. */
static ALWAYS_INLINE const char *plain_scalar(const char *at, const char *end)
{
    struct number_short number;
    if (*at == '"') {
        const char *quote = plain_string(at, end);
        return quote != NULL ? quote + 1 : NULL;
    }
    if (*at == '-' || (unsigned char)(*at - '0') < 10) {
        const char *behind = number_scan_tiny(at, &number);
        return behind != NULL ? behind : number_scan_short(at, &number);
    }
    if (memcmp(at, "true", 4) == 0 || memcmp(at, "null", 4) == 0) return at + 4;
    return memcmp(at, "false", 5) == 0 ? at + 5 : NULL;
}

/* The place of the value behind a name and its colon; NULL where they are written in another way. */
static ALWAYS_INLINE const char *plain_name(const char *at, const char *end)
{
    const char *quote = plain_string(at, end);
    return quote != NULL && quote[1] == ':' ? pass_space(quote + 2, end) : NULL;
}

/* Passes plain members or items for as long as there are any, from behind one or, with *first, from before the first. Whether the
 * text has ended is looked at behind each: all that is read of one lies within the padding. The cursor is left behind the last.
 */
static void pass_plain(struct json_cursor *cursor, bool object, bool *first)
{
    const char *at = cursor->at, *end = cursor->end;
    const uint32_t price = object ? 2 : 1;
    while (*first || *at == ',') {
        const char *next = *first ? pass_space(at, end) : pass_space(at + 1, end);
        if (object) next = plain_name(next, end);
        if (next != NULL) next = plain_scalar(next, end);
        if (next == NULL || next > end || cursor->tokens_left < price) break;
        cursor->tokens_left -= price;
        *first = false;
        at = next;
    }
    cursor->at = at;
}

/* ---------------------------------------------------------------- any value */

/* Moves to the next value at or above level `base`; false when that level closed, or with an error. */
static bool next_value(struct json_cursor *cursor, const struct levels *levels, uint32_t base, bool first)
{
    struct json_string name;
    while (cursor->depth > base) {
        bool object = is_object(levels, cursor->depth - base - 1);
        pass_plain(cursor, object, &first);
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
