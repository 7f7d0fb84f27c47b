/* Any bytes as JSON: skipping and walking must give the same verdict at the same place, the SIMD scanners must agree with
 * their portable twins, and jansson must agree on what is JSON at all. */

/* Names that both readers have are taken out of the way while jansson's header is read; none of them is used here. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_TRUE   JANSSON_TRUE
#define JSON_FALSE  JANSSON_FALSE
#define JSON_NULL   JANSSON_NULL
#define json_string jansson_string
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#undef json_string

#include "codecs/json.h"
#include "codecs/utf8.h"
#include "codecs/utf8_simd.h"

#include <stdint.h>
#include <stdlib.h>

enum { DEPTH = 100, TOKENS = 5000, MEMORY = 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void compare_scanners(const char *at, const char *end)
{
    bool ascii = true, twin_ascii = true;
    unsigned size;
    const char *stop = json_scan(at, end, &ascii);
    must(stop == json_scan_portable(at, end, &twin_ascii) && ascii == twin_ascii);
    if (end - at > JSON_SCAN_SHORT && json_scan_short(at, &size)) must(ascii && stop == at + size && *stop == '"');
}

static void check_number(const char *at, const struct json_cursor *cursor, const struct number *number, enum number_status status)
{
    struct number again;
    char text[NUMBER_TEXT_MAX];
    must(number_parse((struct span){at, (size_t)(cursor->at - at)}, &again) == status);
    if (status != NUMBER_OK) return;
    must(number_compare(number, &again) == 0 && number->exponent == again.exponent);
    must(number_parse((struct span){text, number_format(number, text)}, &again) == NUMBER_OK);
    must(number_compare(number, &again) == 0 && number->coefficient == again.coefficient);
}

static bool walk(struct json_cursor *cursor, struct arena *arena);

static bool walk_string(struct json_cursor *cursor, struct arena *arena)
{
    struct json_string string;
    bool ascii = true;
    if (cursor->at < cursor->end) compare_scanners(cursor->at + 1, cursor->end);
    if (!json_string(cursor, arena, &string)) return false;
    must(utf8_valid(string.text) && utf8_valid_portable(string.text));
    for (size_t i = 0; i < string.text.size; i++) ascii &= (unsigned char)string.text.data[i] < 0x80;
    must(ascii == string.ascii);
    return true;
}

/* Reads a name first by guessing it right, which must lead to the same place. */
static bool walk_name(struct json_cursor *cursor, struct arena *arena)
{
    struct json_cursor guess = *cursor;
    struct json_expected expected;
    const char *at = cursor->at;
    if (!walk_string(cursor, arena)) return false;
    json_expect(&expected, (struct span){at + 1, (size_t)(cursor->at - at) - 2});
    bool met = json_next_is(&guess, &expected);
    if (!json_colon(cursor)) {
        must(!met);
        return false;
    }
    must(!met || (guess.at == cursor->at && guess.tokens_left == cursor->tokens_left));
    return true;
}

static bool walk_level(struct json_cursor *cursor, struct arena *arena, char opening, char closing)
{
    bool first = true;
    if (!json_open(cursor, opening)) return false;
    while (json_next(cursor, closing, &first)) {
        if (opening == '{' && !walk_name(cursor, arena)) return false;
        if (!walk(cursor, arena)) return false;
    }
    return cursor->error == JSON_FINE;
}

static bool walk(struct json_cursor *cursor, struct arena *arena)
{
    struct number number;
    enum number_status status;
    enum json_kind kind = json_peek(cursor);
    const char *at = cursor->at;
    switch (kind) {
    case JSON_OBJECT: return walk_level(cursor, arena, '{', '}');
    case JSON_ARRAY: return walk_level(cursor, arena, '[', ']');
    case JSON_STRING: return walk_string(cursor, arena);
    case JSON_NUMBER:
        if (!json_number(cursor, &number, &status)) return false;
        check_number(at, cursor, &number, status);
        return true;
    default: return json_literal(cursor, kind);
    }
}

/* jansson holds numbers in machine types and names in C strings: those refusals say nothing about the text. It takes a NUL
 * behind a value for the end. */
static void compare_with_jansson(const struct json_cursor *cursor, struct span text)
{
    json_error_t error;
    if (cursor->error == JSON_TOO_DEEP || cursor->error == JSON_TOO_MANY || memchr(text.data, 0, text.size) != NULL) return;
    json_t *tree = json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    bool fine = tree != NULL || json_error_code(&error) == json_error_numeric_overflow ||
                json_error_code(&error) == json_error_null_byte_in_key;
    must(tree == NULL || cursor->error == JSON_FINE);
    must(cursor->error != JSON_FINE || fine);
    json_decref(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_cursor skipped, walked;
    char *bytes = malloc(size + JSON_PADDING);
    struct arena *arena = arena_create(MEMORY);
    if (bytes == NULL || arena == NULL) abort();
    if (size > 0) memcpy(bytes, data, size);
    /* Padding as misleading as the text itself. */
    for (size_t i = 0; i < JSON_PADDING; i++) bytes[size + i] = size > 0 ? (char)data[(i * 7 + size) % size] : '"';
    struct span text = {bytes, size};

    json_begin(&skipped, text, DEPTH, TOKENS);
    bool skip_ok = json_skip(&skipped) && json_finish(&skipped);
    json_begin(&walked, text, DEPTH, TOKENS);
    bool walk_ok = walk(&walked, arena) && json_finish(&walked);
    must(skip_ok == walk_ok && skipped.error == walked.error && skip_ok == (skipped.error == JSON_FINE));
    must(skip_ok || json_error_offset(&skipped) == json_error_offset(&walked));
    must(skip_ok || json_error_offset(&skipped) <= size);
    must(!skip_ok || (skipped.tokens_left == walked.tokens_left && skipped.depth == 0));
    must(utf8_valid(text) == utf8_valid_portable(text));
    compare_with_jansson(&skipped, text);

    arena_destroy(arena);
    free(bytes);
    return 0;
}
