#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/ingest/dialects/dialect.h"
#include "gateway/ingest/media.h"

static void names_types_without_regard_to_case_or_parameters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum media media;
    } rows[] = {
        {"application/json", MEDIA_JSON},
        {"Application/JSON ; charset=UTF-8", MEDIA_JSON},
        {"application/json;charset=\"utf-8\"", MEDIA_JSON},
        {"application/json; charset=iso-8859-1", MEDIA_OTHER},
        {"application/vnd.acme+json", MEDIA_JSON},
        {"application/x-ndjson", MEDIA_NDJSON},
        {"application/cloudevents+json", MEDIA_CLOUDEVENT},
        {"application/cloudevents-batch+json; charset=utf-8", MEDIA_CLOUDEVENT_BATCH},
        {"text/plain;charset=UTF-8", MEDIA_TEXT},
        {"application/x-www-form-urlencoded", MEDIA_OTHER},
        {"", MEDIA_OTHER},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_int_equal(media_parse(span_of(rows[i].text)), rows[i].media);
    assert_int_equal(media_parse((struct span){NULL, 0}), MEDIA_NONE);
}

static void accepts_json_where_the_client_does(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool accepted;
    } rows[] = {
        {"*/*", true},
        {"application/json", true},
        {"text/html, application/*;q=0.8", true},
        {"application/problem+json", true},
        {"", true},
        {"text/html", false},
        {"application/json;q=0", false},
        {"application/json; q=0.000", false},
        {"application/json;q=0.01", true},
        {"text/html, image/png", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_int_equal(media_accepts_json(span_of(rows[i].text)), rows[i].accepted);
    assert_true(media_accepts_json((struct span){NULL, 0}));
}

static void finds_a_dialect_by_route_and_type(void **state)
{
    (void)state;
    assert_ptr_equal(dialect_find(true, MEDIA_JSON, false, SENDER_SERVER), &dialect_native);
    assert_ptr_equal(dialect_find(true, MEDIA_JSON, true, SENDER_SERVER), &dialect_native); /* ce-* headers mean nothing there */
    assert_ptr_equal(dialect_find(true, MEDIA_NDJSON, false, SENDER_SERVER), &dialect_native_lines);
    assert_null(dialect_find(true, MEDIA_TEXT, false, SENDER_SERVER));
    assert_ptr_equal(dialect_find(true, MEDIA_TEXT, false, SENDER_BROWSER), &dialect_native);
    assert_null(dialect_find(true, MEDIA_NONE, false, SENDER_SERVER));
    assert_ptr_equal(dialect_find(false, MEDIA_JSON, true, SENDER_APP), &dialect_cloudevents_binary);
    assert_ptr_equal(dialect_find(false, MEDIA_JSON, false, SENDER_APP), &dialect_cloudevents);
    assert_ptr_equal(dialect_find(false, MEDIA_CLOUDEVENT_BATCH, false, SENDER_APP), &dialect_cloudevents_batch);
    assert_null(dialect_find(false, MEDIA_NDJSON, false, SENDER_APP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_types_without_regard_to_case_or_parameters),
        cmocka_unit_test(accepts_json_where_the_client_does),
        cmocka_unit_test(finds_a_dialect_by_route_and_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
