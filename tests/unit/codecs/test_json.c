#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "codecs/json.h"

/* The text copied in front of padding full of quotes, which the reader must not notice. */
struct padded {
    char bytes[1024 + JSON_PADDING];
};

static struct json_cursor cursor_over(struct padded *padded, struct span text)
{
    struct json_cursor cursor;
    assert_true(text.size <= sizeof padded->bytes - JSON_PADDING);
    memset(padded->bytes, '"', sizeof padded->bytes);
    memcpy(padded->bytes, text.data, text.size);
    json_begin(&cursor, (struct span){padded->bytes, text.size}, 8, 100);
    return cursor;
}

static void resolves_escapes_into_the_arena(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        struct span text;
        bool ascii;
    } rows[] = {
        {"\"plain\"", {"plain", 5}, true},
        {"\"\"", {"", 0}, true},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", {"\"\\/\b\f\n\r\t", 8}, true},
        {"\"\\u0000\"", {"\0", 1}, true},
        {"\"a\\u0041\\u007f\"", {"aA\x7f", 3}, true},
        {"\"\\u0080\\u07FF\"", {"\xC2\x80\xDF\xBF", 4}, false},
        {"\"\\u0800\\uffff\"", {"\xE0\xA0\x80\xEF\xBF\xBF", 6}, false},
        /* RFC 8259 section 7: the G clef. */
        {"\"\\uD834\\uDD1E\"", {"\xF0\x9D\x84\x9E", 4}, false},
        {"\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8}, false},
        {"\"\xC3\xA9\\n\"", {"\xC3\xA9\n", 3}, false},
        {"\"a text that is longer than a block\\tand then some\"",
         {"a text that is longer than a block\tand then some", 48},
         true},
        {"\"\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\"",
         {"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", 20},
         true},
    };
    struct arena *arena = arena_create(4096);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct padded padded;
        struct json_string string;
        struct json_cursor cursor = cursor_over(&padded, span_of(rows[i].json));
        assert_true(json_string(&cursor, arena, &string));
        assert_true(span_equal(string.text, rows[i].text));
        assert_int_equal(string.ascii, rows[i].ascii);
        assert_true(json_finish(&cursor));
        /* Nothing is copied that needs no change. */
        bool inside = string.text.data == padded.bytes + 1;
        assert_int_equal(inside, strchr(rows[i].json, '\\') == NULL);
    }
    arena_destroy(arena);
}

static void keeps_only_the_resolved_bytes_in_the_arena(void **state)
{
    (void)state;
    struct arena *arena = arena_create(4096);
    struct padded padded;
    struct json_string string;
    struct json_cursor cursor = cursor_over(&padded, SPAN("\"\\u0041\\u0042\""));
    assert_true(json_string(&cursor, arena, &string));
    assert_int_equal(arena_used(arena), 2);
    arena_destroy(arena);
}

static void gives_raw_text_without_an_arena(void **state)
{
    (void)state;
    struct padded padded;
    struct json_string string;
    struct json_cursor cursor = cursor_over(&padded, SPAN("\"a\\u00e9\""));
    assert_true(json_string(&cursor, NULL, &string));
    assert_true(span_is(string.text, "a\\u00e9"));
    assert_true(string.ascii);
    cursor = cursor_over(&padded, SPAN("\"a\\ud800\""));
    assert_false(json_string(&cursor, NULL, &string));
    assert_int_equal(cursor.error, JSON_BAD_ESCAPE);
}

static void says_whether_a_string_is_ascii(void **state)
{
    (void)state;
    for (size_t size = 0; size < 200; size++) {
        for (size_t at = 0; at <= size; at += size < 70 ? 1 : 13) {
            char text[256];
            struct padded padded;
            struct json_string string;
            memset(text, 'x', sizeof text);
            text[0] = '"';
            /* At `size` itself stands the closing quote: the character behind it must not matter. */
            bool ascii = at == size;
            memcpy(text + 1 + at + ascii, "\xC3\xA9", 2);
            size_t bytes = ascii ? size : size + 1;
            text[1 + bytes] = '"';
            struct json_cursor cursor = cursor_over(&padded, (struct span){text, ascii ? size + 4 : size + 3});
            assert_true(json_string(&cursor, NULL, &string));
            assert_int_equal(string.text.size, bytes);
            assert_int_equal(string.ascii, ascii);
        }
    }
}

static void converts_numbers_with_their_neighbours(void **state)
{
    (void)state;
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "7",
                                          "-12.50",
                                          "100",
                                          "1e3",
                                          "123456789012345678",
                                          "1234567890123456789",
                                          "0.1",
                                          "0.10",
                                          "1.5E-3",
                                          "0.000",
                                          "10.0",
                                          "1e400",
                                          "1e401",
                                          "99999999999999999999999999999999999999",
                                          "1e",
                                          "01",
                                          "-",
                                          "1.",
                                          "1.e5",
                                          "-x",
                                          "999999999999999999999999999999999999999",
                                          "1234567890123456.78",
                                          "12345678901234567.8",
                                          "1234567890123456.789"};
    static const char *const behind[] = {"", ",", "]", "}", " ", "x", "e", ".", "5", "-"};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct number expected, number;
        enum number_status status = number_parse(span_of(numbers[i]), &expected), got;
        for (size_t k = 0; k < COUNT_OF(behind); k++) {
            struct padded padded;
            struct span checked = {NULL, 0};
            struct json_cursor cursor = cursor_over(&padded, span_of(numbers[i]));
            /* Behind the end, where it must not matter. */
            memcpy(padded.bytes + strlen(numbers[i]), behind[k], strlen(behind[k]));
            struct json_cursor again = cursor;
            assert_int_equal(json_number(&cursor, &number, &got), status != NUMBER_SYNTAX);
            assert_int_equal(json_number_text(&again, &checked), status != NUMBER_SYNTAX);
            assert_int_equal(again.error, cursor.error);
            if (status == NUMBER_SYNTAX) continue;
            assert_int_equal(got, status);
            assert_true(cursor.at == cursor.end && again.at == again.end);
            assert_true(span_is(checked, numbers[i]));
            if (status != NUMBER_OK) continue;
            assert_true(number.coefficient == expected.coefficient && number.exponent == expected.exponent);
            assert_int_equal(number.negative, expected.negative);
        }
    }
}

static void walks_members_in_order(void **state)
{
    (void)state;
    struct padded padded;
    struct json_cursor cursor = cursor_over(&padded, SPAN(" { \"a\" : 1 , \"b\":[true , false,null], \"c\" :{}}\n"));
    char seen[64] = "";
    bool first = true;
    assert_int_equal(json_peek(&cursor), JSON_OBJECT);
    assert_true(json_open(&cursor, '{'));
    while (json_next(&cursor, '}', &first)) {
        struct json_string name;
        assert_true(json_string(&cursor, NULL, &name));
        assert_true(json_colon(&cursor));
        strncat(seen, name.text.data, name.text.size);
        assert_true(json_skip(&cursor));
    }
    assert_true(json_finish(&cursor));
    assert_string_equal(seen, "abc");
    assert_int_equal(cursor.depth, 0);
    /* The object, three names, three values and the three elements. */
    assert_int_equal(cursor.tokens_left, 100 - 10);
}

static void keeps_the_first_error(void **state)
{
    (void)state;
    struct padded padded;
    struct json_string string;
    struct span number;
    bool first = false;
    struct json_cursor cursor = cursor_over(&padded, SPAN("[1,\"\\q\",{\"a\":true}]"));
    assert_false(json_skip(&cursor));
    assert_int_equal(cursor.error, JSON_BAD_ESCAPE);
    assert_int_equal(json_error_offset(&cursor), 5);
    assert_int_equal(json_peek(&cursor), JSON_INVALID);
    assert_false(json_string(&cursor, NULL, &string));
    assert_false(json_number_text(&cursor, &number));
    assert_false(json_literal(&cursor, JSON_TRUE));
    assert_false(json_open(&cursor, '{'));
    assert_false(json_next(&cursor, ']', &first));
    assert_false(json_colon(&cursor));
    assert_false(json_skip(&cursor));
    assert_false(json_finish(&cursor));
    assert_int_equal(cursor.error, JSON_BAD_ESCAPE);
    assert_int_equal(json_error_offset(&cursor), 5);
}

static void reads_only_the_literal_that_was_named(void **state)
{
    (void)state;
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        for (unsigned kind = JSON_OBJECT; kind <= JSON_INVALID; kind++) {
            struct padded padded;
            struct json_cursor cursor = cursor_over(&padded, span_of(words[i]));
            assert_int_equal(json_literal(&cursor, (enum json_kind)kind), kind == JSON_TRUE + i);
        }
    }
    /* A tail of "false" behind another letter. */
    struct padded padded;
    struct json_cursor cursor = cursor_over(&padded, SPAN("xalse"));
    assert_false(json_literal(&cursor, JSON_FALSE));
}

static void limits_depth_and_tokens_everywhere(void **state)
{
    (void)state;
    struct padded padded;
    struct json_cursor cursor = cursor_over(&padded, SPAN("[[[[[[[[]]]]]]]]"));
    assert_true(json_skip(&cursor));
    cursor = cursor_over(&padded, SPAN("[[[[[[[[[]]]]]]]]]"));
    assert_false(json_skip(&cursor));
    assert_int_equal(cursor.error, JSON_TOO_DEEP);
    assert_int_equal(json_error_offset(&cursor), 8);
    /* Levels opened by hand count for the value skipped inside them. */
    cursor = cursor_over(&padded, SPAN("[[[[[[[[[]]]]]]]]]"));
    assert_true(json_open(&cursor, '['));
    assert_false(json_skip(&cursor));
    assert_int_equal(json_error_offset(&cursor), 8);

    static const char *const tokens[] = {"1",   "\"a\"",  "true", "null", "{}", "[]", "\"a string beyond a block\"",
                                         "1e5", "\"\\n\""};
    for (size_t i = 0; i < COUNT_OF(tokens); i++) {
        cursor = cursor_over(&padded, span_of(tokens[i]));
        cursor.tokens_left = 0;
        assert_false(json_skip(&cursor));
        assert_int_equal(cursor.error, JSON_TOO_MANY);
        assert_int_equal(json_error_offset(&cursor), 0);
        cursor = cursor_over(&padded, span_of(tokens[i]));
        cursor.tokens_left = 1;
        assert_true(json_skip(&cursor));
        assert_int_equal(cursor.tokens_left, 0);
    }
    json_begin(&cursor, SPAN("0"), 100000, 1);
    assert_int_equal(cursor.depth_limit, JSON_DEPTH_MAX);
}

static void meets_the_expected_name_only(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        size_t passed; /* 0: not met */
    } rows[] = {
        {"a", "\"a\":1", 4},
        {"a", "\"a\": \n1", 6},
        {"a", "\"a\" :1", 0},
        {"a", "\"b\":1", 0},
        {"a", "\"a", 0},
        {"a", "\"a\"", 0},
        {"", "\"\":1", 3},
        {"payment_id", "\"payment_id\":1", 13},
        {"payment_id", "\"payment_ix\":1", 0},
        {"thirteen_byte", "\"thirteen_byte\":1", 16},
        {"fourteen_bytes", "\"fourteen_bytes\":1", 17},
        {"fourteen_bytes", "\"fourteen_bytez\":1", 0},
        {"twenty_eight_bytes_is_a_most", "\"twenty_eight_bytes_is_a_most\":1", 31},
        {"twenty_eight_bytes_is_a_most", "\"twenty_eight_bytes_is_a_mosh\":1", 0},
        {"twenty_nine_bytes_is_too_many", "\"twenty_nine_bytes_is_too_many\":1", 0},
        {"quo\"te", "\"quo\"te\":1", 0},
        {"back\\", "\"back\\\":1", 0},
        {"gr\xC3\xB6\xC3\x9F", "\"gr\xC3\xB6\xC3\x9F\":1", 9},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct padded padded;
        struct json_expected expected;
        json_expect(&expected, span_of(rows[i].name));
        struct json_cursor cursor = cursor_over(&padded, span_of(rows[i].text));
        memcpy(padded.bytes + strlen(rows[i].text), "\":\":\":", 6);
        assert_int_equal(json_next_is(&cursor, &expected), rows[i].passed > 0);
        assert_int_equal(cursor.at - cursor.begin, rows[i].passed);
        assert_int_equal(cursor.tokens_left, rows[i].passed > 0 ? 99 : 100);
        cursor = cursor_over(&padded, span_of(rows[i].text));
        cursor.tokens_left = 0;
        assert_false(json_next_is(&cursor, &expected));
    }
}

/* The text goes on behind its end, so that what the end cuts looks whole. */
static void skips_nothing_behind_the_end(void **state)
{
    static const char text[] =
        "{\"name\":\"value\",\"longer_than_sixteen_bytes\":\"and so is this value of it\",\"n\":-12.50,\"big\":"
        "123456789012345678,\"e\":1e3,\"t\":true,\"f\":false,\"z\":null,\"list\":[1,\"two\",[],{}, "
        "3.0 , true],\"esc\":\"a\\n\",\"gr\xC3\xB6\":\"\xC3\x9F\", \"o\" : {\"p\": {\"q\":\n[null]}} }";
    (void)state;
    char padded[sizeof text + JSON_PADDING] = {0};
    memcpy(padded, text, sizeof text);
    struct json_cursor cursor;
    for (size_t cut = 0; cut < sizeof text - 1; cut++) {
        json_begin(&cursor, (struct span){padded, cut}, 32, 100);
        assert_false(json_skip(&cursor));
        assert_int_equal(cursor.error, JSON_EARLY_END);
        assert_int_equal(json_error_offset(&cursor), cut);
    }
    json_begin(&cursor, (struct span){padded, sizeof text - 1}, 32, 100);
    assert_true(json_skip(&cursor) && json_finish(&cursor));
    for (uint32_t used = 100 - cursor.tokens_left, tokens = 0; tokens <= used; tokens++) {
        json_begin(&cursor, (struct span){padded, sizeof text - 1}, 32, tokens);
        assert_int_equal(json_skip(&cursor), tokens == used);
        assert_int_equal(cursor.error, tokens == used ? JSON_FINE : JSON_TOO_MANY);
    }
}

/* Blocks are looked at as long as they begin before the end. */
static void expect_plain(const char *text, const char *end)
{
    size_t blocks = end > text ? (size_t)(end - text + JSON_SCAN_SHORT - 1) / JSON_SCAN_SHORT : 1;
    bool ascii = true;
    const char *last = text + blocks * JSON_SCAN_SHORT, *stop = json_scan_portable(text, last, &ascii);
    assert_ptr_equal(json_scan_plain(text, end), stop < last && *stop == '"' && ascii ? stop : NULL);
}

static void meets_the_expected_text_only(void **state)
{
    (void)state;
    static const struct {
        const char *text, *behind_the_quote;
        bool known, met;
    } rows[] = {
        {"EUR", "EUR\"", true, true},
        {"EUR", "EURO\"", true, false},
        {"EUR", "EUS\"", true, false},
        {"EUR", "EUR", true, false},
        {"", "\"", true, true},
        {"", "a\"", true, false},
        {"sixteen_bytes_it", "sixteen_bytes_it\"", true, true},
        {"sixteen_bytes_it", "sixteen_bytes_is\"", true, false},
        {"thirty_bytes_are_the_most_of_a", "thirty_bytes_are_the_most_of_a\"", true, true},
        {"thirty_bytes_are_the_most_of_a", "thirty_bytes_are_the_most_of_b\"", true, false},
        {"thirty-one_are_more_than_can_be", "thirty-one_are_more_than_can_be\"", false, false},
        {"quo\"te", "quo\"te\"", false, false},
        {"back\\", "back\\\"", false, false},
        {"gr\xC3\xBCn", "gr\xC3\xBCn\"", false, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char padded[64] = {0};
        struct json_expected expected;
        memcpy(padded, rows[i].behind_the_quote, strlen(rows[i].behind_the_quote));
        assert_int_equal(json_expect_text(&expected, span_of(rows[i].text)), rows[i].known);
        assert_int_equal(json_scan_equal(padded, expected.text, expected.rest), rows[i].met);
        if (rows[i].known) assert_int_equal(expected.size, strlen(rows[i].text) + 1);
    }
}

static void scans_like_the_portable_twin(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {'a',  'z',  ' ',  '!',  '"',  '#',  '[',  '\\', ']',
                                          0x00, 0x1F, 0x20, 0x7F, 0x80, 0xA2, 0xDC, 0xFF};
    unsigned seed = 1;
    for (unsigned round = 0; round < 200000; round++) {
        char text[256];
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = (seed >> 16) % 64 < sizeof bytes ? (char)bytes[(seed >> 16) % 64] : 'x';
        }
        size_t start = round % 33, size = (round / 33) % 120;
        bool ascii = true, twin_ascii = true;
        const char *at = json_scan(text + start, text + start + size, &ascii);
        assert_ptr_equal(at, json_scan_portable(text + start, text + start + size, &twin_ascii));
        assert_int_equal(ascii, twin_ascii);
        unsigned plain;
        bool found = json_scan_short(text + start, &plain);
        twin_ascii = true;
        at = json_scan_portable(text + start, text + start + JSON_SCAN_SHORT, &twin_ascii);
        assert_int_equal(found, at < text + start + JSON_SCAN_SHORT && *at == '"' && twin_ascii);
        if (found) assert_int_equal(plain, at - (text + start));
        expect_plain(text + start, text + start + size);
    }
}

static void has_a_sentence_for_each_error(void **state)
{
    (void)state;
    for (unsigned error = JSON_FINE; error <= JSON_NO_MEMORY; error++) assert_non_null(json_error_text((enum json_error)error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolves_escapes_into_the_arena),
        cmocka_unit_test(keeps_only_the_resolved_bytes_in_the_arena),
        cmocka_unit_test(gives_raw_text_without_an_arena),
        cmocka_unit_test(says_whether_a_string_is_ascii),
        cmocka_unit_test(converts_numbers_with_their_neighbours),
        cmocka_unit_test(walks_members_in_order),
        cmocka_unit_test(keeps_the_first_error),
        cmocka_unit_test(reads_only_the_literal_that_was_named),
        cmocka_unit_test(limits_depth_and_tokens_everywhere),
        cmocka_unit_test(meets_the_expected_name_only),
        cmocka_unit_test(skips_nothing_behind_the_end),
        cmocka_unit_test(meets_the_expected_text_only),
        cmocka_unit_test(scans_like_the_portable_twin),
        cmocka_unit_test(has_a_sentence_for_each_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
