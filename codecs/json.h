/* json.h - strict RFC 8259 JSON, read in one pass without a tree.
 *
 * A cursor walks the text; each function takes the cursor at the first byte of what it reads and leaves it behind the last.
 * The first error sticks in the cursor with its place; every function then returns false.
 *
 * Precondition for speed: JSON_PADDING bytes behind `end` must be readable (their content does not matter), so that SIMD
 * loads need no tail loop. Strictness: UTF-8 is checked in every string, lone surrogates in \u escapes are refused, no
 * control characters, no BOM, no trailing commas, no comments, no NaN, depth and tokens are limited. */
#ifndef HEADGATE_CODECS_JSON_H
#define HEADGATE_CODECS_JSON_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/number.h"
#include "codecs/span.h"

#include <stdint.h>

enum { JSON_PADDING = 64, JSON_DEPTH_MAX = 512 };

enum json_error {
    JSON_FINE,
    JSON_EARLY_END,   /* the text ends inside a value */
    JSON_UNEXPECTED,  /* a byte that cannot stand here */
    JSON_BAD_LITERAL, /* not true, false or null */
    JSON_BAD_NUMBER,  /* leading zero, bare minus, no digit behind '.' or 'e' */
    JSON_BAD_ESCAPE,  /* unknown escape, bad hex, lone surrogate */
    JSON_CONTROL,     /* a raw control character in a string */
    JSON_BAD_UTF8,    /* RFC 3629 */
    JSON_TOO_DEEP,    /* nested beyond depth_limit */
    JSON_TOO_MANY,    /* more tokens than token_limit */
    JSON_NO_MEMORY,   /* the arena's limit */
};

enum json_kind { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL, JSON_INVALID };

struct json_cursor {
    const char *at;
    const char *end;
    const char *begin;
    uint32_t depth;       /* open objects and arrays now */
    uint32_t depth_limit; /* at most JSON_DEPTH_MAX */
    uint32_t tokens_left;
    enum json_error error;
    const char *error_at; /* the byte that is wrong */
};

/* A string as read. `text` points into the input when it held no escape, else into the arena. */
struct json_string {
    struct span text;
    bool ascii; /* every byte below 0x80: code points = bytes */
};

/* A cursor at the start of text. */
void json_begin(struct json_cursor *cursor, struct span text, uint32_t depth_limit, uint32_t token_limit);

/* A constant sentence for the error, without any value of the input. */
const char *json_error_text(enum json_error error);

/* Byte offset of the error from begin. */
size_t json_error_offset(const struct json_cursor *cursor);

/* Skips white space. */
static inline void json_space(struct json_cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\r' || *cursor->at == '\t'))
        cursor->at++;
}

/* Skips white space and says what value starts here, from its first byte alone; JSON_INVALID at the end or at a byte that
 * starts no value (no error is set). */
enum json_kind json_peek(struct json_cursor *cursor);

/* Records an error at `at`; always false, so `return json_fail(...)`. */
bool json_fail(struct json_cursor *cursor, enum json_error error, const char *at) COLD;

/* A string at '"'. Escapes are resolved into the arena; with arena NULL a string with escapes is checked and its raw text
 * (between the quotes, escapes unresolved) is given. */
bool json_string(struct json_cursor *cursor, struct arena *arena, struct json_string *out) MUST_CHECK;

/* A number at '-' or a digit: its text is checked and given, not converted. */
bool json_number_text(struct json_cursor *cursor, struct span *out) MUST_CHECK;

/* A number, converted on the way. *status NUMBER_SIZE is not a JSON error: the text was well-formed, only too large for us. */
bool json_number(struct json_cursor *cursor, struct number *out, enum number_status *status) MUST_CHECK;

/* true, false or null, as json_peek said. */
bool json_literal(struct json_cursor *cursor, enum json_kind kind) MUST_CHECK;

/* Any value, strictly checked and thrown away. */
bool json_skip(struct json_cursor *cursor) MUST_CHECK;

/* Steps through an object or array that the cursor stands at:
 *
 *     if (!json_open(cursor, '{')) return false;
 *     bool first = true;
 *     while (json_next(cursor, '}', &first)) {
 *         json_string(name), json_colon(cursor), one value
 *     }
 *     if (cursor->error) return false;                                                                                   */
bool json_open(struct json_cursor *cursor, char bracket) MUST_CHECK;

/* Before a member or element: passes the comma and white space, true when one follows; at the closing bracket passes it,
 * closes the level and is false; false with an error set otherwise. */
bool json_next(struct json_cursor *cursor, char closing, bool *first) MUST_CHECK;

/* Passes ':' and the white space around it. */
bool json_colon(struct json_cursor *cursor) MUST_CHECK;

/* Passes trailing white space; false with an error when anything else is left. */
bool json_finish(struct json_cursor *cursor) MUST_CHECK;

#endif
