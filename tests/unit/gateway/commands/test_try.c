#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gateway/commands/try_events.h"
#include "gateway/commands/try_print.h"

static struct arena *arena;

static bool read_events(const char *text, struct try_events *events, const char **error, size_t *offset)
{
    size_t size = strlen(text);
    char *padded = arena_bytes(arena, size + JSON_PADDING);
    assert_non_null(padded);
    memset(padded, '}', size + JSON_PADDING);
    memcpy(padded, text, size);
    return try_events_read((struct span){padded, size}, arena, events, error, offset);
}

static struct try_events events_of(const char *text)
{
    struct try_events events;
    const char *error = NULL;
    size_t offset;
    if (!read_events(text, &events, &error, &offset)) fail_msg("%s at %zu", error, offset);
    return events;
}

static void assert_span(struct span span, const char *text)
{
    assert_non_null(span.data);
    assert_int_equal(span.size, strlen(text));
    assert_memory_equal(span.data, text, span.size);
}

static void one_object_is_one_event(void **state)
{
    (void)state;
    struct try_events events = events_of(" {\"a\": [1, 2]} \n");
    assert_int_equal(events.count, 1);
    assert_false(events.many);
    assert_span(events.items[0].json, "{\"a\": [1, 2]}");
    assert_null(events.items[0].type.data);
    assert_null(events.items[0].id.data);
    assert_true(events.items[0].time == INT64_MIN);
}

static void arrays_and_lines_are_many(void **state)
{
    (void)state;
    struct try_events events = events_of("[{\"a\":1},7,{\"a\":2}]");
    assert_int_equal(events.count, 3);
    assert_true(events.many);
    assert_span(events.items[1].json, "7");
    events = events_of("[{\"a\":1}]");
    assert_int_equal(events.count, 1);
    assert_true(events.many);
    events = events_of("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}");
    assert_int_equal(events.count, 3);
    assert_true(events.many);
    assert_span(events.items[2].json, "{\"a\":3}");
    assert_int_equal(events_of("[]").count, 0);
}

static void an_envelope_is_opened(void **state)
{
    (void)state;
    struct try_events events = events_of("{\"specversion\":\"1.0\",\"type\":\"order\",\"source\":\"urn:a\",\"id\":\"\\u0031\","
                                         "\"data\": {\"x\":1} ,\"time\":\"1970-01-01T00:00:00.000001Z\"}");
    assert_span(events.items[0].json, "{\"x\":1}");
    assert_span(events.items[0].type, "order");
    assert_span(events.items[0].id, "urn:a\x1F"
                                    "1");
    assert_true(events.items[0].time == 1);
    /* Without specversion the members are the event's own. */
    events = events_of("{\"type\":\"order\",\"id\":\"1\",\"data\":{\"x\":1}}");
    assert_null(events.items[0].type.data);
    assert_span(events.items[0].json, "{\"type\":\"order\",\"id\":\"1\",\"data\":{\"x\":1}}");
}

static void what_is_no_json_is_told_with_its_place(void **state)
{
    (void)state;
    struct try_events events;
    const char *error;
    size_t offset;
    assert_false(read_events("{\"a\":1} {\"a\":}", &events, &error, &offset));
    assert_int_equal(offset, 13);
    assert_non_null(error);
    assert_false(read_events("", &events, &error, &offset));
    assert_int_equal(offset, 0);
    assert_false(read_events("[1,", &events, &error, &offset));
    assert_int_equal(offset, 3);
}

/* Taking the escape codes out gives the text back, whatever it is. */
static void colour_changes_no_character(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\n  \"na\\\"me\": \"a:b\",\n  \"n\": [-1.5e3, true, null, {}]\n}\n", "\"open", "", "\\",
                                        "\"\\"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buffer out = BUFFER_EMPTY, plain = BUFFER_EMPTY;
        try_colour(span_of(texts[i]), &out);
        for (size_t at = 0; at < out.size; at++) {
            if (out.data[at] == '\x1B')
                while (out.data[at] != 'm') at++;
            else
                buffer_append_char(&plain, out.data[at]);
        }
        assert_int_equal(plain.size, strlen(texts[i]));
        if (plain.size > 0) assert_memory_equal(plain.data, texts[i], plain.size);
        buffer_deinit(&out);
        buffer_deinit(&plain);
    }
}

static int open_arena(void **state)
{
    (void)state;
    arena = arena_create(64 * 1024 * 1024);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_object_is_one_event),     cmocka_unit_test(arrays_and_lines_are_many),
        cmocka_unit_test(an_envelope_is_opened),       cmocka_unit_test(what_is_no_json_is_told_with_its_place),
        cmocka_unit_test(colour_changes_no_character),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
