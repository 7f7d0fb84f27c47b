#include "codecs/json.h"
#include "codecs/utf8.h"

/* One escape sequence: `next` behind it, or `error` at `error_at`. */
struct escape {
    const char *next;
    unsigned code_point;
    enum json_error error;
    const char *error_at;
};

static struct escape bad_escape(enum json_error error, const char *at)
{
    return (struct escape){.error = error, .error_at = at};
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

/* Four hex digits at `at`. */
static struct escape read_hex(const char *at, const char *end)
{
    unsigned code_point = 0;
    for (int i = 0; i < 4; i++, at++) {
        if (at == end) return bad_escape(JSON_EARLY_END, end);
        int digit = hex_digit(*at);
        if (digit < 0) return bad_escape(JSON_BAD_ESCAPE, at);
        code_point = code_point << 4 | (unsigned)digit;
    }
    return (struct escape){.next = at, .code_point = code_point};
}

/* The second half of a surrogate pair; `start` is the backslash of the first, and the place of a lone one. */
static struct escape read_low_surrogate(struct escape high, const char *start, const char *end)
{
    const char *at = high.next;
    if (at == end) return bad_escape(JSON_EARLY_END, end);
    if (at[0] != '\\') return bad_escape(JSON_BAD_ESCAPE, start);
    if (at + 1 == end) return bad_escape(JSON_EARLY_END, end);
    if (at[1] != 'u') return bad_escape(JSON_BAD_ESCAPE, start);
    struct escape low = read_hex(at + 2, end);
    if (low.error != JSON_FINE) return low;
    if (low.code_point < 0xDC00 || low.code_point > 0xDFFF) return bad_escape(JSON_BAD_ESCAPE, start);
    low.code_point = 0x10000 + ((high.code_point - 0xD800) << 10) + (low.code_point - 0xDC00);
    return low;
}

/* An escape at the backslash `at`. */
static struct escape read_escape(const char *at, const char *end)
{
    static const char simple[128] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
    };
    if (at + 1 == end) return bad_escape(JSON_EARLY_END, end);
    unsigned char letter = (unsigned char)at[1];
    if (letter < 128 && simple[letter] != 0) return (struct escape){.next = at + 2, .code_point = (unsigned char)simple[letter]};
    if (letter != 'u') return bad_escape(JSON_BAD_ESCAPE, at + 1);
    struct escape escape = read_hex(at + 2, end);
    if (escape.error != JSON_FINE || escape.code_point < 0xD800 || escape.code_point > 0xDFFF) return escape;
    if (escape.code_point > 0xDBFF) return bad_escape(JSON_BAD_ESCAPE, at);
    return read_low_surrogate(escape, at, end);
}

/* An error at `at` in the string that starts at `start`, unless malformed UTF-8 comes first. */
static COLD bool fail_string(struct json_cursor *cursor, const char *start, enum json_error error, const char *at)
{
    bool truncated = false;
    struct span before = {start, (size_t)(at - start)};
    size_t well = utf8_valid_prefix(before, &truncated);
    if (well < before.size && !(truncated && at == cursor->end)) return json_fail(cursor, JSON_BAD_UTF8, start + well);
    return json_fail(cursor, error, at);
}

/* Checks the string whose text starts at `start`, to its closing quote. */
static bool check_string(struct json_cursor *cursor, const char *start, struct json_string *out, bool *escaped)
{
    const char *at = start;
    out->ascii = true;
    *escaped = false;
    for (;;) {
        at = json_scan(at, cursor->end, &out->ascii);
        if (at == cursor->end) return fail_string(cursor, start, JSON_EARLY_END, at);
        if (*at == '"') break;
        if (*at != '\\') return fail_string(cursor, start, JSON_CONTROL, at);
        struct escape escape = read_escape(at, cursor->end);
        if (escape.error != JSON_FINE) return fail_string(cursor, start, escape.error, escape.error_at);
        at = escape.next;
        *escaped = true;
    }
    out->text = (struct span){start, (size_t)(at - start)};
    if (!out->ascii && !utf8_valid(out->text)) return fail_string(cursor, start, JSON_BAD_UTF8, at);
    cursor->at = at + 1;
    return true;
}

/* Resolves the escapes of a checked string. No escape is shorter than what it stands for. */
static bool unescape(struct arena *arena, struct json_string *string)
{
    const char *at = string->text.data, *end = at + string->text.size;
    char *text = arena_bytes(arena, string->text.size), *to = text;
    if (text == NULL) return false;
    while (at < end) {
        const char *stop = json_scan(at, end, &string->ascii);
        memcpy(to, at, (size_t)(stop - at));
        to += stop - at;
        at = stop;
        if (at == end) break;
        struct escape escape = read_escape(at, end);
        if (escape.code_point >= 0x80) string->ascii = false;
        to += utf8_encode(escape.code_point, to);
        at = escape.next;
    }
    arena_trim(arena, text, string->text.size, (size_t)(to - text));
    string->text = (struct span){text, (size_t)(to - text)};
    return true;
}

bool json_string_any(struct json_cursor *cursor, struct arena *arena, struct json_string *out)
{
    const char *quote = cursor->at;
    bool escaped;
    if (quote >= cursor->end || *quote != '"') return json_fail_here(cursor);
    if (cursor->tokens_left == 0) return json_fail(cursor, JSON_TOO_MANY, quote);
    if (!check_string(cursor, quote + 1, out, &escaped)) return false;
    cursor->tokens_left--;
    if (escaped && arena != NULL && !unescape(arena, out)) return json_fail(cursor, JSON_NO_MEMORY, quote);
    return true;
}
