#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "codecs/json_writer.h"

static void assert_written(struct buffer *out, const char *expected)
{
    assert_true(buffer_ok(out));
    assert_string_equal(out->data, expected);
    buffer_deinit(out);
}

static void writes_structures_without_stray_commas(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 0);
    json_object_begin(&writer);
    json_member_int(&writer, "accepted", 2);
    json_name(&writer, "items");
    json_array_begin(&writer);
    json_object_begin(&writer);
    json_object_end(&writer);
    json_array_begin(&writer);
    json_array_end(&writer);
    json_write_null(&writer);
    json_bool(&writer, true);
    json_text(&writer, SPAN("x"));
    json_raw(&writer, SPAN("1.50"));
    json_array_end(&writer);
    json_member_bool(&writer, "final", false);
    json_name_span(&writer, SPAN("last"));
    json_object_begin(&writer);
    json_member_text(&writer, "absent", (struct span){NULL, 0});
    json_member_text(&writer, "empty", SPAN(""));
    json_member_text(&writer, "text", SPAN("y"));
    json_member_texts(&writer, "none", NULL, 0);
    json_member_texts(&writer, "both", (const struct span[]){SPAN("a"), SPAN("\"")}, 2);
    json_object_end(&writer);
    json_object_end(&writer);
    assert_written(&out, "{\"accepted\":2,\"items\":[{},[],null,true,\"x\",1.50],\"final\":false,"
                         "\"last\":{\"empty\":\"\",\"text\":\"y\",\"none\":[],\"both\":[\"a\",\"\\\"\"]}}");
}

static void indents(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 2);
    json_object_begin(&writer);
    json_name(&writer, "a");
    json_array_begin(&writer);
    json_int(&writer, 1);
    json_int(&writer, 2);
    json_array_end(&writer);
    json_name(&writer, "b");
    json_object_begin(&writer);
    json_object_end(&writer);
    json_object_end(&writer);
    assert_written(&out, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

static void assert_string(struct span text, const char *expected)
{
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 0);
    json_text(&writer, text);
    assert_written(&out, expected);
}

/* RFC 8259, section 7 */
static void escapes_what_must_be_escaped_and_what_would_steer_a_terminal(void **state)
{
    (void)state;
    assert_string(SPAN("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
    assert_string(SPAN("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"");
    assert_string((struct span){"\0\x01\x0b\x1f\x7f", 5}, "\"\\u0000\\u0001\\u000b\\u001f\\u007f\"");
    assert_string(SPAN("\xC2\x80\xC2\x9F\xC2\xA0"), "\"\\u0080\\u009f\xC2\xA0\"");
    assert_string(SPAN("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xAE\xE2\x80\xAF"), "\"\xE2\x80\xA7\\u2028\\u202e\xE2\x80\xAF\"");
    assert_string(SPAN("\xE2\x81\xA5\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA"), "\"\xE2\x81\xA5\\u2066\\u2069\xE2\x81\xAA\"");
    assert_string(SPAN("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"");
    assert_string((struct span){NULL, 0}, "\"\"");
}

#define BAD "\xEF\xBF\xBD"

/* Well-formed neighbours of each malformed kind stay (RFC 3629, section 4). */
static void bytes_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    assert_string(SPAN("a\xFF"
                       "b"),
                  "\"a" BAD "b\"");
    assert_string(SPAN("\x80"), "\"" BAD "\"");
    assert_string(SPAN("\xC3"), "\"" BAD "\"");
    assert_string(SPAN("\xC3\""), "\"" BAD "\\\"\"");
    assert_string(SPAN("\xC0\xAF"), "\"" BAD BAD "\"");
    assert_string(SPAN("\xC1\xBF\xC2\x80"), "\"" BAD BAD "\\u0080\"");
    assert_string(SPAN("\xE0\x9F\xBF\xE0\xA0\x80"), "\"" BAD BAD BAD "\xE0\xA0\x80\"");
    assert_string(SPAN("\xED\xA0\x80\xED\x9F\xBF"), "\"" BAD BAD BAD "\xED\x9F\xBF\"");
    assert_string(SPAN("\xF0\x8F\xBF\xBF\xF0\x90\x80\x80"), "\"" BAD BAD BAD BAD "\xF0\x90\x80\x80\"");
    assert_string(SPAN("\xF4\x90\x80\x80\xF4\x8F\xBF\xBF"), "\"" BAD BAD BAD BAD "\xF4\x8F\xBF\xBF\"");
    assert_string(SPAN("\xF5\x80\x80\x80"), "\"" BAD BAD BAD BAD "\"");
    assert_string(SPAN("\xE2\x82"), "\"" BAD BAD "\"");
    assert_string(SPAN("\xF0\x9F\x98"), "\"" BAD BAD BAD "\"");
}

/* All pairs of bytes, and each byte alone: another parser takes what we write, and well-formed text comes back. */
static void any_bytes_make_valid_json(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 65536 + 256; pair++) {
        char bytes[2] = {(char)pair, (char)(pair >> 8)};
        struct span text = {bytes, pair < 65536 ? 2 : 1};
        struct buffer out = BUFFER_EMPTY;
        struct json_writer writer;
        json_writer_init(&writer, &out, 0);
        json_text(&writer, text);
        json_t *read = json_loadb(out.data, out.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        if (read == NULL) fail_msg("bytes %02x %02x: %s", (unsigned char)bytes[0], (unsigned char)bytes[1], out.data);
        struct span back = {json_string_value(read), json_string_length(read)};
        if (((bytes[0] | bytes[1]) & 0x80) == 0) assert_true(span_equal(back, text));
        json_decref(read);
        buffer_deinit(&out);
    }
}

/* Plain texts are found by words of eight bytes: any byte at any place among plain ones is written as it is written alone. */
static void a_byte_is_written_alike_wherever_it_stands(void **state)
{
    (void)state;
    struct buffer alone = BUFFER_EMPTY, among = BUFFER_EMPTY;
    struct json_writer writer;
    for (unsigned byte = 0; byte < 256; byte++) {
        char text[] = "~ !#[]0129AZaz^_`{|}@";
        json_writer_init(&writer, &alone, 0);
        json_text(&writer, (struct span){&(char){(char)byte}, 1});
        for (size_t size = 1; size < sizeof text; size++)
            for (size_t at = 0; at < size; at++) {
                char kept = text[at];
                text[at] = (char)byte;
                json_writer_init(&writer, &among, 0);
                json_text(&writer, (struct span){text, size});
                text[at] = kept;
                assert_int_equal(among.size, size - 1 + alone.size);
                assert_memory_equal(among.data + 1, text, at);
                assert_memory_equal(among.data + 1 + at, alone.data + 1, alone.size - 2);
                assert_memory_equal(among.data + alone.size - 1 + at, text + at + 1, size - at - 1);
                buffer_clear(&among);
            }
        buffer_clear(&alone);
    }
    buffer_deinit(&among);
    buffer_deinit(&alone);
}

static void writes_the_bounds_of_integers(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 0);
    json_array_begin(&writer);
    json_int(&writer, INT64_MIN);
    json_int(&writer, INT64_MAX);
    json_int(&writer, 0);
    json_int(&writer, -1);
    json_array_end(&writer);
    assert_written(&out, "[-9223372036854775808,9223372036854775807,0,-1]");
}

static void nests_to_63_and_fails_beyond(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 1);
    for (int depth = 0; depth < 63; depth++) json_array_begin(&writer);
    json_int(&writer, 1);
    for (int depth = 0; depth < 63; depth++) json_array_end(&writer);
    assert_true(buffer_ok(&out));
    json_t *read = json_loadb(out.data, out.size, 0, NULL);
    assert_non_null(read);
    json_decref(read);
    buffer_clear(&out);
    json_writer_init(&writer, &out, 0);
    for (int depth = 0; depth < 64; depth++) json_array_begin(&writer);
    assert_false(buffer_ok(&out));
    buffer_deinit(&out);
}

static void several_values_in_a_row_are_the_callers_lines(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct json_writer writer;
    json_writer_init(&writer, &out, 0);
    json_int(&writer, 1);
    buffer_append_char(&out, '\n');
    json_object_begin(&writer);
    json_object_end(&writer);
    assert_written(&out, "1\n{}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_structures_without_stray_commas),
        cmocka_unit_test(indents),
        cmocka_unit_test(escapes_what_must_be_escaped_and_what_would_steer_a_terminal),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(any_bytes_make_valid_json),
        cmocka_unit_test(a_byte_is_written_alike_wherever_it_stands),
        cmocka_unit_test(writes_the_bounds_of_integers),
        cmocka_unit_test(nests_to_63_and_fails_beyond),
        cmocka_unit_test(several_values_in_a_row_are_the_callers_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
