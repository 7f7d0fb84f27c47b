/* json.h - strict RFC 8259 JSON, read in one pass without a tree.
 *
 * A cursor walks the text; each function takes the cursor at the first byte of what it reads and leaves it behind the last.
 * The first error sticks in the cursor with its place; every function then returns false. (A failed cursor stands at its end,
 * so no function has to ask first.) A text that merely stops too early always fails with JSON_EARLY_END at its end.
 *
 * Precondition for speed: JSON_PADDING bytes behind `end` must be readable (their content does not matter), so that SIMD
 * loads need no tail loop. Strictness: UTF-8 is checked in every string, lone surrogates in \u escapes are refused, no
 * control characters, no BOM, no trailing commas, no comments, no NaN, depth and tokens are limited. */
#ifndef HEADGATE_CODECS_JSON_H
#define HEADGATE_CODECS_JSON_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/json_scan.h"
#include "codecs/number.h"
#include "codecs/span.h"

#include <stdint.h>

enum { JSON_PADDING = 64, JSON_DEPTH_MAX = 512, JSON_EXPECTED_MAX = JSON_SCAN_EQUAL };

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

/* A cursor at the start of text. A token is a value or a member name; both limits hold in every function, json_skip()
 * included. `depth_limit` above JSON_DEPTH_MAX counts as JSON_DEPTH_MAX. */
void json_begin(struct json_cursor *cursor, struct span text, uint32_t depth_limit, uint32_t token_limit);

/* A constant sentence for the error, without any value of the input. */
const char *json_error_text(enum json_error error);

/* Byte offset of the error from begin. */
size_t json_error_offset(const struct json_cursor *cursor);

/* Records an error at `at` and moves the cursor to its end; a second error is ignored. Always false, so
 * `return json_fail(...)`. */
bool json_fail(struct json_cursor *cursor, enum json_error error, const char *at) COLD;

/* The same where a byte cannot stand: JSON_EARLY_END at the end of the text, else JSON_UNEXPECTED. */
bool json_fail_here(struct json_cursor *cursor) COLD;

/* The long ways of json_string(), json_number() (`out` NULL: json_number_text()) and json_literal(), which are what callers use.
 */
bool json_string_any(struct json_cursor *cursor, struct arena *arena, struct json_string *out) MUST_CHECK;
bool json_number_any(struct json_cursor *cursor, struct number *out, enum number_status *status) MUST_CHECK;
bool json_literal_any(struct json_cursor *cursor, enum json_kind kind) MUST_CHECK;

/* Skips white space. */
static inline void json_space(struct json_cursor *cursor)
{
    /* Compact text has none: one comparison. The byte at `end` is padding, so it may be looked at. */
    if (LIKELY((unsigned char)*cursor->at > ' ')) return;
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\r' || *cursor->at == '\t'))
        cursor->at++;
}

/* Skips white space and says what value starts here, from its first byte alone; JSON_INVALID at the end or at a byte that
 * starts no value (no error is set; json_skip() and json_literal() there set it). */
static inline enum json_kind json_peek(struct json_cursor *cursor)
{
    /* JSON_INVALID less the kind, so that every byte not listed is invalid. */
    enum { OBJECT = JSON_INVALID - JSON_OBJECT, ARRAY = JSON_INVALID - JSON_ARRAY, STRING = JSON_INVALID - JSON_STRING };
    enum { NUMBER = JSON_INVALID - JSON_NUMBER, TRUE_ = JSON_INVALID - JSON_TRUE, FALSE_ = JSON_INVALID - JSON_FALSE };
    static const unsigned char starts[256] = {
        ['{'] = OBJECT, ['['] = ARRAY,  ['"'] = STRING, ['t'] = TRUE_,  ['f'] = FALSE_, ['n'] = JSON_INVALID - JSON_NULL,
        ['-'] = NUMBER, ['0'] = NUMBER, ['1'] = NUMBER, ['2'] = NUMBER, ['3'] = NUMBER, ['4'] = NUMBER,
        ['5'] = NUMBER, ['6'] = NUMBER, ['7'] = NUMBER, ['8'] = NUMBER, ['9'] = NUMBER,
    };
    json_space(cursor);
    if (UNLIKELY(cursor->at >= cursor->end)) return JSON_INVALID;
    return (enum json_kind)(JSON_INVALID - starts[(unsigned char)*cursor->at]);
}

/* A string at '"'. Escapes are resolved into the arena; with arena NULL a string with escapes is checked and its raw text
 * (between the quotes, escapes unresolved) is given. */
static inline bool MUST_CHECK json_string(struct json_cursor *cursor, struct arena *arena, struct json_string *out)
{
    const char *text = cursor->at + 1;
    unsigned size;
    /* A quote before `end` closes a whole string; everything else goes the long way. */
    if (UNLIKELY(!json_scan_short(text, &size) || text[-1] != '"' || text + size >= cursor->end || cursor->tokens_left == 0))
        return json_string_any(cursor, arena, out);
    cursor->tokens_left--;
    cursor->at = text + size + 1;
    out->text = (struct span){text, size};
    out->ascii = true;
    return true;
}

/* A number at '-' or a digit: its text is checked and given, not converted. */
static inline bool MUST_CHECK json_number_text(struct json_cursor *cursor, struct span *out)
{
    struct number_short number;
    enum number_status status;
    const char *start = cursor->at;
    const char *behind = number_scan_short(start, &number);
    /* A number that used a byte behind `end` is read again with care. */
    if (UNLIKELY(behind == NULL || behind > cursor->end || cursor->tokens_left == 0)) {
        if (!json_number_any(cursor, NULL, &status)) return false;
    } else {
        cursor->tokens_left--;
        cursor->at = behind;
    }
    *out = (struct span){start, (size_t)(cursor->at - start)};
    return true;
}

/* A number, converted on the way. *status NUMBER_SIZE is not a JSON error: the text was well-formed, only too large for us. */
static inline bool MUST_CHECK json_number(struct json_cursor *cursor, struct number *out, enum number_status *status)
{
    struct number_short number;
    const char *behind = number_scan_short(cursor->at, &number);
    if (UNLIKELY(behind == NULL || behind > cursor->end || cursor->tokens_left == 0)) return json_number_any(cursor, out, status);
    cursor->tokens_left--;
    cursor->at = behind;
    *out = (struct number){number.coefficient, number.exponent, number.negative};
    if (UNLIKELY(behind[-1] == '0')) number_normalize(out);
    *status = NUMBER_OK;
    return true;
}

/* true, false or null, as json_peek said. */
static inline bool MUST_CHECK json_literal(struct json_cursor *cursor, enum json_kind kind)
{
    static const char words[][4] = {{'t', 'r', 'u', 'e'}, {'a', 'l', 's', 'e'}, {'n', 'u', 'l', 'l'}};
    const char *tail = cursor->at + (kind == JSON_FALSE);
    if (UNLIKELY(kind < JSON_TRUE || kind > JSON_NULL || memcmp(tail, words[kind - JSON_TRUE], 4) != 0 ||
                 (kind == JSON_FALSE && tail[-1] != 'f') || cursor->end - tail < 4 || cursor->tokens_left == 0))
        return json_literal_any(cursor, kind);
    cursor->tokens_left--;
    cursor->at = tail + 4;
    return true;
}

/* Any value, strictly checked and thrown away; skips white space before it. */
bool json_skip(struct json_cursor *cursor) MUST_CHECK;

/* Steps through an object or array that the cursor stands at:
 *
 *     if (!json_open(cursor, '{')) return false;
 *     bool first = true;
 *     while (json_next(cursor, '}', &first)) {
 *         json_string(name), json_colon(cursor), one value
 *     }
 *     if (cursor->error) return false;                                                                                   */
static inline bool MUST_CHECK json_open(struct json_cursor *cursor, char bracket)
{
    if (UNLIKELY(cursor->at >= cursor->end || *cursor->at != bracket)) return json_fail_here(cursor);
    if (UNLIKELY(cursor->tokens_left == 0)) return json_fail(cursor, JSON_TOO_MANY, cursor->at);
    if (UNLIKELY(cursor->depth >= cursor->depth_limit)) return json_fail(cursor, JSON_TOO_DEEP, cursor->at);
    cursor->tokens_left--;
    cursor->depth++;
    cursor->at++;
    return true;
}

/* Before a member or element: passes the comma and white space, true when one follows; at the closing bracket passes it,
 * closes the level and is false; false with an error set otherwise. True says only that neither bracket nor end came: the
 * reader of the member or element refuses what is none, also a bracket behind a comma. */
static inline bool MUST_CHECK json_next(struct json_cursor *cursor, char closing, bool *first)
{
    json_space(cursor);
    if (UNLIKELY(cursor->at >= cursor->end)) return json_fail_here(cursor);
    if (*cursor->at == closing) {
        cursor->at++;
        cursor->depth--;
        return false;
    }
    if (*first) {
        *first = false;
        return true;
    }
    if (UNLIKELY(*cursor->at != ',')) return json_fail_here(cursor);
    cursor->at++;
    json_space(cursor);
    return true;
}

/* Passes ':' and the white space around it. */
static inline bool MUST_CHECK json_colon(struct json_cursor *cursor)
{
    json_space(cursor);
    if (UNLIKELY(cursor->at >= cursor->end || *cursor->at != ':')) return json_fail_here(cursor);
    cursor->at++;
    json_space(cursor);
    return true;
}

/* A member name that is expected next, as compact text: `"name":`. Prepared once per declared member, then only read. */
struct json_expected {
    char text[JSON_EXPECTED_MAX + 1];
    uint32_t size; /* of text; 0 when the name is too long or needs escapes, and is never met */
    uint32_t rest; /* for json_scan_equal(): the bytes behind it, or one that no comparison gives */
};

/* Prepares *expected, which keeps nothing of `name`. */
void json_expect(struct json_expected *expected, struct span name);

/* The same for a string value: its bytes and the closing quote, to be looked for behind the opening one. False where it is never
 * met: too long, not all ASCII, or in need of escapes. */
bool json_expect_text(struct json_expected *expected, struct span text) MUST_CHECK;

/* When exactly the expected name stands here, spelled without escapes and followed by ':' at once: passes both and white space
 * behind them, and is true. Otherwise nothing happened, and json_string() and json_colon() read what is there.
 *
 * Senders keep their members in order, so guessing the next member is nearly always right, and then the place of its value is
 * known before the name was looked at: reading on no longer waits for the search for the closing quote. */
static inline bool json_next_is(struct json_cursor *cursor, const struct json_expected *expected)
{
    if (!json_scan_equal(cursor->at, expected->text, expected->rest)) return false;
    if (UNLIKELY((size_t)(cursor->end - cursor->at) < expected->size || cursor->tokens_left == 0)) return false;
    cursor->tokens_left--;
    cursor->at += expected->size;
    json_space(cursor);
    return true;
}

/* Passes trailing white space; false with an error when anything else is left. */
bool json_finish(struct json_cursor *cursor) MUST_CHECK;

#endif
