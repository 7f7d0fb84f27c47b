#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/avro.h"
#include "contracts/avro_json.h"

/* sizeof: the bytes hold NULs */
#define BYTES(literal) ((struct span){(literal), sizeof(literal) - 1})

static struct avro_json *schema_of(const char *text)
{
    const char *error = NULL;
    struct avro_json *schema = avro_json_create(span_of(text), &error);
    if (schema == NULL) fail_msg("%s: %s", text, error);
    return schema;
}

static void assert_json(const char *schema_text, struct span bytes, const char *expected)
{
    struct avro_json *schema = schema_of(schema_text);
    struct buffer out = BUFFER_EMPTY;
    const char *error = NULL;
    if (!avro_json_write(schema, bytes, 0, &out, &error)) fail_msg("%s: %s", schema_text, error);
    assert_string_equal(out.data, expected);
    buffer_deinit(&out);
    avro_json_destroy(schema);
}

static void assert_refused(const char *schema_text, struct span bytes, const char *expected)
{
    struct avro_json *schema = schema_of(schema_text);
    struct buffer out = BUFFER_EMPTY;
    const char *error = NULL;
    buffer_append_text(&out, "before");
    assert_false(avro_json_write(schema, bytes, 2, &out, &error));
    assert_string_equal(error, expected);
    assert_string_equal(out.data, "before");
    buffer_deinit(&out);
    avro_json_destroy(schema);
}

/* Encodings of the Avro specification, "Binary Encoding": its examples of long, string, array, union and record first. */
static void shows_primitives(void **state)
{
    (void)state;
    static const struct {
        const char *schema;
        struct span bytes;
        const char *json;
    } rows[] = {
        {"\"long\"", {"\x01", 1}, "-1"},
        {"\"long\"", {"\x80\x01", 2}, "64"},
        {"\"string\"",
         {"\x06"
          "foo",
          4},
         "\"foo\""},
        {"{\"type\":\"record\",\"name\":\"test\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"b\",\"type\":"
         "\"string\"}]}",
         {"\x36\x06"
          "foo",
          5},
         "{\"a\":27,\"b\":\"foo\"}"},
        {"{\"type\":\"array\",\"items\":\"long\"}", {"\x04\x06\x36\x00", 4}, "[3,27]"},
        {"[\"null\",\"string\"]", {"\x00", 1}, "null"},
        {"[\"null\",\"string\"]",
         {"\x02\x02"
          "a",
          3},
         "\"a\""},
        {"\"null\"", {"", 0}, "null"},
        {"\"boolean\"", {"\x01", 1}, "true"},
        {"\"int\"", {"\xff\xff\xff\xff\x0f", 5}, "-2147483648"},
        {"\"float\"", {"\xcd\xcc\xcc\x3d", 4}, "0.1"},
        {"\"double\"", {"\x9a\x99\x99\x99\x99\x99\xb9\x3f", 8}, "0.1"},
        {"\"double\"", {"\x33\x33\x33\x33\x33\x33\xd3\x3f", 8}, "0.3"},
        {"\"double\"", {"\x34\x33\x33\x33\x33\x33\xd3\x3f", 8}, "0.30000000000000004"},
        {"\"double\"", {"\0\0\0\0\0\0\xf0\x7f", 8}, "\"Infinity\""},
        {"\"double\"", {"\0\0\0\0\0\0\xf8\x7f", 8}, "\"NaN\""},
        {"\"bytes\"", {"\x06\x00\x01\xff", 4}, "\"AAH/\""},
        {"{\"type\":\"fixed\",\"name\":\"f\",\"size\":2}", {"\x00\xff", 2}, "\"AP8=\""},
        {"{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"B\"]}", {"\x02", 1}, "\"B\""},
        {"{\"type\":\"map\",\"values\":\"int\"}",
         {"\x02\x02"
          "k\x04\x00",
          5},
         "{\"k\":2}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_json(rows[i].schema, rows[i].bytes, rows[i].json);
}

static void shows_logical_types(void **state)
{
    (void)state;
    static const struct {
        const char *type, *attributes;
        struct span bytes;
        const char *json;
    } rows[] = {
        {"bytes", "\"decimal\",\"precision\":9,\"scale\":2", {"\x04\x32\xbe", 3}, "129.90"},
        {"bytes", "\"decimal\",\"precision\":9,\"scale\":2", {"\x02\xff", 2}, "-0.01"},
        {"bytes", "\"decimal\",\"precision\":9,\"scale\":2", {"\x02\x00", 2}, "0.00"},
        {"bytes", "\"decimal\",\"precision\":9,\"scale\":0", {"\x02\x80", 2}, "-128"},
        {"bytes", "\"decimal\",\"precision\":9", {"\x02\x05", 2}, "5"},
        {"bytes",
         "\"decimal\",\"precision\":38,\"scale\":37",
         {"\x20\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17},
         "-17.0141183460469231731687303715884105728"},
        {"bytes",
         "\"decimal\",\"precision\":99,\"scale\":2",
         {"\x22\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18},
         "\"AQAAAAAAAAAAAAAAAAAAAAA=\""},
        {"int", "\"date\"", {"\x00", 1}, "\"1970-01-01\""},
        {"int", "\"date\"", {"\x01", 1}, "\"1969-12-31\""},
        {"long", "\"timestamp-millis\"", {"\x02", 1}, "\"1970-01-01T00:00:00.001Z\""},
        {"long", "\"timestamp-micros\"", {"\x01", 1}, "\"1969-12-31T23:59:59.999999Z\""},
        {"long", "\"local-timestamp-millis\"", {"\x02", 1}, "\"1970-01-01T00:00:00.001\""},
        {"long", "\"local-timestamp-micros\"", {"\x02", 1}, "\"1970-01-01T00:00:00.000001\""},
        {"long", "\"timestamp-millis\"", {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}, "-9223372036854775808"},
        {"int", "\"time-millis\"", {"\xd0\x0f", 2}, "\"00:00:01.000\""},
        {"long", "\"time-micros\"", {"\x02", 1}, "\"00:00:00.000001\""},
        {"long", "\"time-micros\"", {"\x01", 1}, "-1"},
        {"string",
         "\"uuid\"",
         {"\x02"
          "a",
          2},
         "\"a\""},
        {"long", "\"date\"", {"\x02", 1}, "1"}, /* a logical type on the wrong type is left aside */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char schema[200];
        snprintf(schema, sizeof schema, "{\"type\":\"%s\",\"logicalType\":%s}", rows[i].type, rows[i].attributes);
        assert_json(schema, rows[i].bytes, rows[i].json);
    }
}

static void reads_what_our_encoder_writes(void **state)
{
    (void)state;
    char bytes[64], *end = bytes;
    end = avro_write_decimal(end, -(int128)12345678901234567);
    end = avro_write_double(end, -2.5);
    end = avro_write_float(end, 0.5F);
    end = avro_write_long(end, INT64_MIN);
    end = avro_write_bytes(end, SPAN("\xc3\xa9\n"));
    end = avro_write_bool(end, false);
    assert_json("{\"type\":\"record\",\"name\":\"r\",\"fields\":["
                "{\"name\":\"a\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":17,\"scale\":4}},"
                "{\"name\":\"b\",\"type\":\"double\"},{\"name\":\"c\",\"type\":\"float\"},{\"name\":\"d\",\"type\":\"long\"},"
                "{\"name\":\"e\",\"type\":\"string\"},{\"name\":\"f\",\"type\":\"boolean\"}]}",
                (struct span){bytes, (size_t)(end - bytes)},
                "{\"a\":-1234567890123.4567,\"b\":-2.5,\"c\":0.5,\"d\":-9223372036854775808,\"e\":\"\xc3\xa9\\n\",\"f\":false}");
}

static void follows_names(void **state)
{
    (void)state;
    const char *list = "{\"type\":\"record\",\"name\":\"n.List\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},"
                       "{\"name\":\"next\",\"type\":[\"null\",\"List\"]}]}";
    assert_json(list, BYTES("\x02\x02\x04\x00"), "{\"v\":1,\"next\":{\"v\":2,\"next\":null}}");
    assert_json("[{\"type\":\"fixed\",\"name\":\"x.f\",\"size\":1},{\"type\":\"array\",\"items\":\"x.f\"}]",
                BYTES("\x02\x02\xff\x00"), "[\"/w==\"]");
    assert_json("{\"type\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}", BYTES("\x00"), "[]");
}

static void reads_blocks_with_sizes(void **state)
{
    (void)state;
    assert_json("{\"type\":\"array\",\"items\":\"int\"}", BYTES("\x03\x04\x02\x04\x02\x06\x00"), "[1,2,3]");
}

static void indents_on_request(void **state)
{
    (void)state;
    struct avro_json *schema = schema_of("{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
    struct buffer out = BUFFER_EMPTY;
    const char *error;
    assert_true(avro_json_write(schema, BYTES("\x02"), 2, &out, &error));
    assert_string_equal(out.data, "{\n  \"a\": 1\n}");
    buffer_deinit(&out);
    avro_json_destroy(schema);
}

static void refuses_bytes_that_are_not_of_the_schema(void **state)
{
    (void)state;
    const char *list = "{\"type\":\"record\",\"name\":\"L\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"L\"]}]}";
    char deep[200];
    memset(deep, 2, sizeof deep);
    assert_refused("\"long\"", BYTES(""), "the bytes end inside a number");
    assert_refused("\"long\"", BYTES("\x80"), "the bytes end inside a number");
    assert_refused("\"string\"",
                   BYTES("\x06"
                         "ab"),
                   "the bytes end inside a text");
    assert_refused("\"string\"", BYTES("\x01"), "the bytes end inside a text");
    assert_refused("\"double\"", BYTES("1234567"), "the bytes end inside a value");
    assert_refused("\"int\"", BYTES("\x80\x80\x80\x80\x10"), "an int has more than 32 bits");
    assert_refused("\"boolean\"", BYTES("\x02"), "a boolean is neither 0 nor 1");
    assert_refused("\"int\"", BYTES("\x02\x02"), "bytes are left over behind the value");
    assert_refused("[\"null\",\"int\"]", BYTES("\x04"), "a branch or symbol is none of the schema's");
    assert_refused("[]", BYTES("\x00"), "a branch or symbol is none of the schema's");
    assert_refused("{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\"]}", BYTES("\x01"),
                   "a branch or symbol is none of the schema's");
    assert_refused("{\"type\":\"array\",\"items\":\"int\"}", BYTES("\x03\x01"), "a block has no such size");
    assert_refused("{\"type\":\"array\",\"items\":\"int\"}", BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"),
                   "a block has no such size");
    assert_refused("{\"type\":\"array\",\"items\":\"int\"}", BYTES("\x04\x02"), "the bytes end inside a number");
    assert_refused(list, (struct span){deep, sizeof deep}, "the value is nested too deep to be shown");
}

/* Ten bytes that stand for 2^62 items of no size. */
static void output_is_bounded(void **state)
{
    (void)state;
    assert_refused("{\"type\":\"array\",\"items\":\"null\"}", BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"),
                   "the value is too large to be shown");
    assert_refused("{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"r\",\"fields\":[]}}",
                   BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), "the value is too large to be shown");
}

static void refuses_what_is_no_schema(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "5",
        "\"strin\"",
        "\"record\"",
        "{}",
        "{\"type\":\"record\"}",
        "{\"type\":\"record\",\"name\":\"r\"}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{}]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"a\"}]}",
        "{\"type\":\"array\"}",
        "{\"type\":\"map\"}",
        "[1]",
        "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[1]}",
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":-1}",
        "{\"type\":\"fixed\",\"size\":1}",
        "{\"type\":\"enum\",\"symbols\":[]}",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const char *error = NULL;
        if (avro_json_create(span_of(bad[i]), &error) != NULL) fail_msg("%s", bad[i]);
        assert_non_null(error);
    }
    char deep[1000];
    const char *error = NULL;
    memset(deep, '[', sizeof deep);
    memset(deep + 500, ']', 500);
    assert_null(avro_json_create((struct span){deep, sizeof deep}, &error));
    assert_string_equal(error, "the schema is nested too deep");
}

static void opens_frames(void **state)
{
    (void)state;
    char bytes[16];
    uint32_t id = 0;
    uint64_t fingerprint = 0;
    struct span datum;
    memcpy(avro_write_confluent(bytes, 0x4badcafe), "xy", 2);
    assert_int_equal(avro_frame_open((struct span){bytes, 7}, &id, &fingerprint, &datum), AVRO_FRAME_CONFLUENT);
    assert_int_equal(id, 0x4badcafe);
    assert_true(span_is(datum, "xy"));
    memcpy(avro_write_single_object(bytes, UINT64_C(0x8123456789abcdef)), "xy", 2);
    assert_int_equal(avro_frame_open((struct span){bytes, 12}, &id, &fingerprint, &datum), AVRO_FRAME_SINGLE_OBJECT);
    assert_true(fingerprint == UINT64_C(0x8123456789abcdef));
    assert_true(span_is(datum, "xy"));
    assert_int_equal(avro_frame_open((struct span){bytes, 9}, &id, &fingerprint, &datum), AVRO_FRAME_NONE);
    assert_int_equal(avro_frame_open((struct span){"\0\0\0\1", 4}, &id, &fingerprint, &datum), AVRO_FRAME_NONE);
    assert_int_equal(avro_frame_open((struct span){NULL, 0}, &id, &fingerprint, &datum), AVRO_FRAME_NONE);
}

/* ---------------------------------------------------------------- encrypted values */

static void show_place(void *context, struct span path, struct span value, bool text, struct json_writer *json)
{
    struct buffer *seen = context;
    buffer_printf(seen, "%.*s=%.*s%s ", SPAN_ARGS(path), SPAN_ARGS(value), text ? "" : " (bytes)");
    json_text(json, SPAN("opened"));
}

/* What is marked is handed out with its path, through unions and arrays; a record inside has marks of its own. */
static void encrypted_values_are_opened(void **state)
{
    (void)state;
    struct avro_json *schema =
        schema_of("{\"type\":\"record\",\"name\":\"paid\",\"namespace\":\"a.b\",\"fields\":["
                  "{\"name\":\"one\",\"type\":[\"null\",\"string\"],\"encrypted\":\"use\"},"
                  "{\"name\":\"two\",\"type\":\"string\"},"
                  "{\"name\":\"in\",\"encrypted\":\"use\",\"type\":{\"type\":\"record\",\"name\":\"in\",\"fields\":["
                  "{\"name\":\"bare\",\"type\":\"string\"},"
                  "{\"name\":\"list\",\"encrypted\":\"use\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"bytes\"]}}]}},"
                  "{\"name\":\"none\",\"type\":[\"null\",\"string\"],\"encrypted\":\"use\"},"
                  "{\"name\":\"count\",\"type\":\"long\",\"encrypted\":\"use\"}]}");
    struct span bytes = BYTES("\x02\x02"
                              "a"
                              "\x02"
                              "b"
                              "\x02"
                              "c"
                              "\x04\x02\x02"
                              "d"
                              "\x00\x00"
                              "\x00\x02");
    struct buffer out = BUFFER_EMPTY, seen = BUFFER_EMPTY;
    const struct avro_json_opener opener = {show_place, &seen};
    const char *error = NULL;
    assert_true(avro_json_write_open(schema, bytes, 0, &opener, &out, &error));
    assert_string_equal(seen.data, "paid.one=a paid.in.list=d (bytes) ");
    assert_string_equal(out.data, "{\"one\":\"opened\",\"two\":\"b\",\"in\":{\"bare\":\"c\",\"list\":[\"opened\",null]},"
                                  "\"none\":null,\"count\":1}");
    buffer_clear(&out);
    assert_true(avro_json_write(schema, bytes, 0, &out, &error));
    assert_string_equal(out.data, "{\"one\":\"a\",\"two\":\"b\",\"in\":{\"bare\":\"c\",\"list\":[\"ZA==\",null]},\"none\":null,"
                                  "\"count\":1}");
    buffer_deinit(&out);
    buffer_deinit(&seen);
    avro_json_destroy(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_primitives),
        cmocka_unit_test(shows_logical_types),
        cmocka_unit_test(reads_what_our_encoder_writes),
        cmocka_unit_test(follows_names),
        cmocka_unit_test(reads_blocks_with_sizes),
        cmocka_unit_test(indents_on_request),
        cmocka_unit_test(refuses_bytes_that_are_not_of_the_schema),
        cmocka_unit_test(output_is_bounded),
        cmocka_unit_test(refuses_what_is_no_schema),
        cmocka_unit_test(opens_frames),
        cmocka_unit_test(encrypted_values_are_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
