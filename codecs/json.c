#include "codecs/json.h"

void json_begin(struct json_cursor *cursor, struct span text, uint32_t depth_limit, uint32_t token_limit)
{
    *cursor = (struct json_cursor){
        .at = text.data,
        .end = text.data + text.size,
        .begin = text.data,
        .depth_limit = depth_limit < JSON_DEPTH_MAX ? depth_limit : JSON_DEPTH_MAX,
        .tokens_left = token_limit,
    };
}

const char *json_error_text(enum json_error error)
{
    static const char *const texts[] = {
        [JSON_FINE] = "no error",
        [JSON_EARLY_END] = "the text ends too early",
        [JSON_UNEXPECTED] = "unexpected character",
        [JSON_BAD_LITERAL] = "neither true nor false nor null",
        [JSON_BAD_NUMBER] = "malformed number",
        [JSON_BAD_ESCAPE] = "malformed escape sequence",
        [JSON_CONTROL] = "control character in a string",
        [JSON_BAD_UTF8] = "malformed UTF-8",
        [JSON_TOO_DEEP] = "nested too deep",
        [JSON_TOO_MANY] = "too many values",
        [JSON_NO_MEMORY] = "too much memory needed",
    };
    return texts[error];
}

size_t json_error_offset(const struct json_cursor *cursor)
{
    return (size_t)(cursor->error_at - cursor->begin);
}

bool json_fail(struct json_cursor *cursor, enum json_error error, const char *at)
{
    if (cursor->error == JSON_FINE) {
        cursor->error = error;
        cursor->error_at = at;
    }
    cursor->at = cursor->end;
    return false;
}

bool json_fail_here(struct json_cursor *cursor)
{
    return json_fail(cursor, cursor->at < cursor->end ? JSON_UNEXPECTED : JSON_EARLY_END, cursor->at);
}

bool json_number_any(struct json_cursor *cursor, struct number *out, enum number_status *status)
{
    if (cursor->at >= cursor->end || (*cursor->at != '-' && (*cursor->at < '0' || *cursor->at > '9')))
        return json_fail_here(cursor);
    if (cursor->tokens_left == 0) return json_fail(cursor, JSON_TOO_MANY, cursor->at);
    const char *behind = number_scan(cursor->at, cursor->end, out, status);
    if (*status == NUMBER_SYNTAX) return json_fail(cursor, behind < cursor->end ? JSON_BAD_NUMBER : JSON_EARLY_END, behind);
    cursor->tokens_left--;
    cursor->at = behind;
    return true;
}

bool json_literal_any(struct json_cursor *cursor, enum json_kind kind)
{
    static const struct span words[JSON_INVALID + 1] = {
        [JSON_TRUE] = {"true", 4},
        [JSON_FALSE] = {"false", 5},
        [JSON_NULL] = {"null", 4},
    };
    struct span word = words[kind];
    size_t left = (size_t)(cursor->end - cursor->at), same = 0;
    if (left == 0 || word.size == 0 || *cursor->at != *word.data) return json_fail_here(cursor);
    if (cursor->tokens_left == 0) return json_fail(cursor, JSON_TOO_MANY, cursor->at);
    while (same < word.size && same < left && cursor->at[same] == word.data[same]) same++;
    if (same < word.size) return json_fail(cursor, same < left ? JSON_BAD_LITERAL : JSON_EARLY_END, cursor->at + same);
    cursor->tokens_left--;
    cursor->at += same;
    return true;
}

/* Printed as it is by whoever escapes what has to be escaped, and no more. */
static bool is_plain(struct span text, unsigned char most)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte == '"' || byte == '\\' || byte < ' ' || byte > most) return false;
    }
    return true;
}

static void expect(struct json_expected *expected, struct span before, struct span text, struct span behind)
{
    *expected = (struct json_expected){.size = 0, .rest = JSON_SCAN_NEVER};
    size_t size = before.size + text.size + behind.size;
    if (size > JSON_EXPECTED_MAX) return;
    char *to = expected->text;
    memcpy(to, before.data, before.size);
    if (text.size > 0) memcpy(to + before.size, text.data, text.size);
    memcpy(to + before.size + text.size, behind.data, behind.size);
    expected->size = (uint32_t)size;
    expected->rest = UINT32_MAX << size;
}

void json_expect(struct json_expected *expected, struct span name)
{
    *expected = (struct json_expected){.size = 0, .rest = JSON_SCAN_NEVER};
    if (is_plain(name, UINT8_MAX)) expect(expected, SPAN("\""), name, SPAN("\":"));
}

bool json_expect_text(struct json_expected *expected, struct span text)
{
    *expected = (struct json_expected){.size = 0, .rest = JSON_SCAN_NEVER};
    if (is_plain(text, 0x7F)) expect(expected, SPAN(""), text, SPAN("\""));
    return expected->size > 0;
}

bool json_finish(struct json_cursor *cursor)
{
    if (cursor->error != JSON_FINE) return false;
    json_space(cursor);
    return cursor->at == cursor->end || json_fail_here(cursor);
}
