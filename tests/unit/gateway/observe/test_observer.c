#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "codecs/json.h"
#include "gateway/observe/observer.h"

/* ---------------------------------------------------------------- helpers */

static void see(struct observer *observer, const char *type, const char *text, int times)
{
    char padded[8192] = {0};
    size_t size = strlen(text);
    assert_true(size + JSON_PADDING < sizeof padded);
    memcpy(padded, text, size);
    for (int i = 0; i < times; i++) observer_see(observer, span_of(type), (struct span){padded, size});
}

/* Everything that can be shown: the list, and the page of a type. */
static char *pages(struct observer *observer, const char *type)
{
    static char shown[1 << 20];
    struct buffer out = BUFFER_EMPTY;
    struct json_writer json;
    json_writer_init(&json, &out, 0);
    json_array_begin(&json);
    json_object_begin(&json);
    observer_write(observer, &json);
    json_object_end(&json);
    json_object_begin(&json);
    bool known = observer_write_type(observer, span_of(type), &json);
    assert_true(known || out.data[out.size - 1] == '{');
    json_object_end(&json);
    json_array_end(&json);
    assert_true(buffer_ok(&out) && out.size < sizeof shown);
    memcpy(shown, out.data, out.size);
    shown[out.size] = '\0';
    buffer_deinit(&out);
    return shown;
}

static void assert_shows(struct observer *observer, const char *type, const char *part)
{
    const char *shown = pages(observer, type);
    if (strstr(shown, part) == NULL) fail_msg("'%s' is not in %s", part, shown);
}

static void assert_hides(struct observer *observer, const char *type, const char *part)
{
    const char *shown = pages(observer, type);
    if (strstr(shown, part) != NULL) fail_msg("'%s' is in %s", part, shown);
}

/* ---------------------------------------------------------------- names */

static void shows_a_name_from_its_hundredth_event_on(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    see(observer, "cart.viewed", "{\"cart\":1}", 99);
    assert_hides(observer, "cart.viewed", "cart");
    assert_shows(observer, "cart.viewed", "\"not_shown\":{\"types\":1,\"events\":99}");
    assert_int_equal(observer_types(observer), 0);
    see(observer, "cart.viewed", "{\"other\":1}", 1);
    assert_shows(observer, "cart.viewed", "{\"type\":\"cart.viewed\",\"events\":100}");
    assert_hides(observer, "cart.viewed", "\"cart\"");
    assert_int_equal(observer_types(observer), 1);
    see(observer, "cart.viewed", "{\"cart\":1}", 1);
    assert_shows(observer, "cart.viewed", "{\"path\":\"cart\",\"events\":100,\"types\":{\"integer\":100}");
    assert_hides(observer, "cart.viewed", "\"other\"");
    see(observer, "cart.viewed", "{\"other\":1}", 99);
    assert_shows(observer, "cart.viewed", "{\"path\":\"other\",\"events\":100");
    observer_destroy(observer);
}

static void shows_where_a_name_stands(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    see(observer, "t", "{\"a\":{\"b\":[{\"c\":[[true]]},{\"c\":[]}]},\"b\":null}", 100);
    static const char *const paths[] = {"a", "a.b", "a.b[]", "a.b[].c", "a.b[].c[]", "a.b[].c[][]", "b"};
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char part[64];
        snprintf(part, sizeof part, "{\"path\":\"%s\",\"events\":100,", paths[i]);
        assert_shows(observer, "t", part);
    }
    assert_shows(observer, "t", "{\"path\":\"a.b[]\",\"events\":100,\"types\":{\"object\":200}}");
    assert_shows(observer, "t", "{\"path\":\"a.b[].c\",\"events\":100,\"types\":{\"array\":200},\"max_items\":1}");
    assert_shows(observer, "t", "{\"path\":\"b\",\"events\":100,\"types\":{\"null\":100}}");
    observer_destroy(observer);
}

static void never_shows_odd_names(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    static const char *const odd[] = {"e mail", "jo@mail.example", "1st", "",     "a.b",     "a[]",
                                      "[]",     "na\\u00efve",     "a-b", "\\\"", "\xC3\xA4"};
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"%s\":{\"inner\":1},\"fine_1\":1}", odd[i]);
        see(observer, "t", text, 200);
    }
    assert_shows(observer, "t", "{\"path\":\"fine_1\",\"events\":2200");
    assert_hides(observer, "t", "inner");
    assert_hides(observer, "t", "mail");
    assert_hides(observer, "t", "1st");
    assert_shows(observer, "t", "\"members_not_shown\":2200");
    char text[256] = "{\"", *at = text + 2;
    memset(at, 'x', 65);
    memcpy(at + 65, "\":1}", 5);
    see(observer, "long", text, 100);
    assert_hides(observer, "long", "xxx");
    memcpy(at + 64, "\":1}", 5);
    see(observer, "long", text, 101); /* 64 letters are a name */
    assert_shows(observer, "long", "xxx");
    observer_destroy(observer);
}

/* An object keyed by people: nobody's name shows, not even of one who came often. */
static void takes_an_object_of_rare_names_for_a_map(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    for (int i = 0; i < 1000; i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"at\":1,\"by_user\":{\"user_%d\":{\"n\":1},\"often\":{\"m\":1},\"rare_%d\":2}}", i, i);
        see(observer, "t", text, 1);
    }
    assert_shows(observer, "t",
                 "{\"path\":\"by_user\",\"events\":1000,\"types\":{\"object\":1000},\"members_not_shown\":3000,\"map\":true}");
    assert_shows(observer, "t", "{\"path\":\"at\"");
    assert_hides(observer, "t", "often");
    assert_hides(observer, "t", "user_");
    assert_hides(observer, "t", "rare_");
    observer_destroy(observer);
}

static void counts_a_member_once_per_object(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    see(observer, "t", "{\"a\":1,\"a\":\"x\",\"\\u0061\":2}", 100);
    assert_shows(observer, "t", "{\"path\":\"a\",\"events\":100,\"types\":{\"integer\":100}");
    observer_destroy(observer);
}

static void takes_events_that_are_no_objects(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    see(observer, "t", "12", 50);
    see(observer, "t", "[{\"a\":1}]", 100);
    assert_shows(observer, "t", "\"root\":{\"events\":150,\"types\":{\"integer\":50,\"array\":100}");
    assert_shows(observer, "t", "{\"path\":\"[].a\",\"events\":100");
    observer_destroy(observer);
}

static void passes_over_what_lies_too_deep(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    char text[512] = {0};
    for (int i = 0; i < OBSERVER_DEPTH + 4; i++) strcat(text, "{\"a\":");
    strcat(text, "1");
    for (int i = 0; i < OBSERVER_DEPTH + 4; i++) strcat(text, "}");
    see(observer, "t", text, 100);
    assert_shows(observer, "t", "{\"path\":\"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\",\"events\":100,\"types\":{\"object\":100}");
    assert_hides(observer, "t", "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a");
    assert_shows(observer, "t", "\"passed_over\":100");
    observer_destroy(observer);
}

/* ---------------------------------------------------------------- facts */

static void keeps_shapes_and_no_values(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *facts;
    } rows[] = {
        {"\"9f86d081-884c-4d65-9a2f-eaa0c55ad015\"", "\"00000000-0000-4000-8000-000000000000\"",
         "\"formats\":[\"uuid\",\"hostname\"],\"max_length\":64,\"may_be_empty\":false"},
        {"\"kanarie@mail.example\"", "\"b@c.example\"", "\"formats\":[\"email\"],\"max_length\":32,\"may_be_empty\":false"},
        {"\"203.0.113.99\"", "\"192.0.2.1\"", "\"formats\":[\"ipv4\"],\"max_length\":16"},
        {"\"2026-11-22T13:44:13.123456Z\"", "\"2026-11-22T13:44:13+01:00\"",
         "\"formats\":[\"date-time\"],\"max_length\":32,\"may_be_empty\":false,\"micros\":true"},
        {"\"2026-11-22\"", "\"2025-01-01\"", "\"formats\":[\"hostname\",\"date\"]"},
        {"\"2026-11-22\"", "\"the day before\"", "\"formats\":[],\"max_length\":16"},
        {"\"\"", "\"A\"", "\"max_length\":1,\"may_be_empty\":true"},
        {"\"EUR\"", "\"USD\"", "\"formats\":[\"hostname\",\"capitals\"],\"max_length\":4"},
        {"1234567", "8", "\"types\":{\"integer\":100},\"digits\":9,\"scale\":0,\"negative\":false,\"large\":false"},
        {"-99.125", "1e2", "\"types\":{\"integer\":50,\"number\":50},\"digits\":3,\"scale\":3,\"negative\":true,\"large\":false"},
        {"0.00000000001", "123456789012345678901", "\"digits\":21,\"scale\":7,\"negative\":false,\"large\":true"},
        {"1e500", "0", "\"types\":{\"integer\":50,\"number\":50},\"digits\":0,\"scale\":0,\"negative\":false,\"large\":true"},
        {"true", "false", "\"types\":{\"boolean\":100}}"},
        {"null", "\"x\"", "\"types\":{\"string\":50,\"null\":50}"},
        {"[1,2,3,4,5]", "[]", "\"types\":{\"array\":100},\"max_items\":8}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct observer *observer = observer_create();
        char text[256];
        snprintf(text, sizeof text, "{\"v\":%s}", rows[i].first);
        see(observer, "t", text, 50);
        snprintf(text, sizeof text, "{\"v\":%s}", rows[i].second);
        see(observer, "t", text, 50);
        assert_shows(observer, "t", rows[i].facts);
        bool shown_anyway = rows[i].first[0] != '"' || strlen(rows[i].first) < 5;
        if (!shown_anyway) assert_hides(observer, "t", rows[i].first);
        observer_destroy(observer);
    }
}

/* ---------------------------------------------------------------- bounds */

/* An object's own members look for slots while it is being read: they must not get the object's. */
static void keeps_the_object_that_it_is_in(void **state)
{
    (void)state;
    enum { PER_EVENT = 600, EVENTS = 3000 };
    static char text[PER_EVENT * 24 + 256];
    struct observer *observer = observer_create();
    for (int event = 0, n = 0; event < EVENTS; event++) {
        size_t size = (size_t)snprintf(text, 64, "{\"in\":{");
        for (int i = 0; i < PER_EVENT; i++, n++) size += (size_t)snprintf(text + size, 24, "%s\"k%d\":0", i > 0 ? "," : "", n);
        size += (size_t)snprintf(text + size, 64, ",\"last\":{\"deep\":\"x\"}}}");
        if (event == 0) size = (size_t)snprintf(text, 64, "{\"out\":{\"first\":1}}");
        memset(text + size, 0, JSON_PADDING);
        observer_see(observer, SPAN("t"), (struct span){text, size});
        if (event > 1000) continue;
        char rare[64 + JSON_PADDING] = {0};
        snprintf(rare, 64, "{\"o%d\":{\"a%d\":{\"b\":{\"c\":{\"d\":[[1],2]}}}}}", event, event);
        observer_see(observer, SPAN("t"), span_of(rare));
    }
    assert_shows(observer, "t",
                 "{\"path\":\"in\",\"events\":2999,\"types\":{\"object\":2999},\"members_not_shown\":1802399,\"map\":true}");
    observer_destroy(observer);
}

static size_t allocated(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void ten_million_names_take_no_more_room_than_ten_thousand(void **state)
{
    (void)state;
#ifdef HEADGATE_SANITIZED
    enum { NAMES = 1000000, PER_EVENT = 400 };
#else
    enum { NAMES = 10000000, PER_EVENT = 400 };
#endif
    char expected[64];
    struct observer *observer = observer_create();
    size_t before = 0;
    for (int n = 0, event = 0; n < NAMES; event++) {
        char text[PER_EVENT * 24 + 256];
        size_t size = (size_t)snprintf(text, 64, "{\"first\":1,\"map\":{");
        for (int i = 0; i < PER_EVENT; i++, n++) size += (size_t)snprintf(text + size, 24, "%s\"k%d\":0", i > 0 ? "," : "", n);
        size += (size_t)snprintf(text + size, 64, "},\"last\":\"x\"%s}", n > NAMES / 2 ? ",\"new\":1" : "");
        observer_see(observer, SPAN("t"), (struct span){text, size});
        if (event == 200) before = allocated();
    }
#ifndef HEADGATE_SANITIZED
    assert_true(allocated() <= before + 4096);
#else
    (void)before;
#endif
    snprintf(expected, sizeof expected, "{\"path\":\"first\",\"events\":%d,", NAMES / PER_EVENT);
    assert_shows(observer, "t", expected);
    snprintf(expected, sizeof expected, "{\"path\":\"last\",\"events\":%d,", NAMES / PER_EVENT);
    assert_shows(observer, "t", expected);
    assert_shows(observer, "t", "{\"path\":\"new\""); /* it came when all slots were taken */
    assert_shows(observer, "t", "\"map\":true");
    assert_hides(observer, "t", "map.");
    observer_destroy(observer);
}

static void ever_new_types_push_out_none_that_is_frequent(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    for (int i = 0; i < 50000; i++) {
        char type[32];
        snprintf(type, sizeof type, "order.%d", i);
        see(observer, i % 50 == 0 ? "cart.viewed" : type, "{\"a\":1}", 1);
    }
    assert_shows(observer, "cart.viewed", "[{\"type\":\"cart.viewed\",\"events\":1000}]");
    assert_shows(observer, "cart.viewed", "\"not_shown\":{\"types\":127");
    assert_hides(observer, "cart.viewed", "order");
    observer_destroy(observer);
}

static void counts_events_of_types_beyond_its_room(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    for (int i = 0; i < OBSERVER_TYPES + 3; i++) {
        char type[32];
        snprintf(type, sizeof type, "type.%d", i);
        see(observer, type, "{\"a\":1}", 100);
    }
    assert_int_equal(observer_types(observer), OBSERVER_TYPES);
    assert_shows(observer, "type.0", "\"overflow\":300");
    assert_hides(observer, "type.0", "type.128");
    observer_drop(observer, SPAN("type.5"));
    assert_int_equal(observer_types(observer), OBSERVER_TYPES - 1);
    see(observer, "type.128", "{\"a\":1}", 100);
    assert_shows(observer, "type.128", "{\"type\":\"type.128\",\"events\":100}");
    assert_shows(observer, "type.128", "{\"path\":\"a\",\"events\":100");
    observer_destroy(observer);
}

static void counts_fields_beyond_its_room(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    char text[8000] = "{";
    for (int i = 0; i < OBSERVER_PATHS + 8; i++) {
        char member[32];
        snprintf(member, sizeof member, "%s\"m%d\":1", i > 0 ? "," : "", i);
        strcat(text, member);
    }
    strcat(text, "}");
    for (int i = 0; i < 100; i++) see(observer, "t", "{\"m1\":1,\"m2\":1}", 1);
    see(observer, "t", text, 300);
    const char *shown = pages(observer, "t");
    size_t count = 0;
    for (const char *at = shown; (at = strstr(at, "{\"path\":")) != NULL; at++) count++;
    assert_true(count <= OBSERVER_PATHS && count >= OBSERVER_PATHS - 16);
    assert_shows(observer, "t", "{\"path\":\"m1\",\"events\":400,");
    observer_destroy(observer);
}

static void forgets_what_is_declared(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    see(observer, "cart.viewed", "{\"cart\":1}", 150);
    see(observer, "cart.left", "{\"why\":1}", 150);
    observer_drop(observer, SPAN("cart.viewed"));
    observer_drop(observer, SPAN("nothing"));
    assert_hides(observer, "cart.viewed", "cart.viewed");
    assert_hides(observer, "cart.viewed", "\"cart\"");
    assert_shows(observer, "cart.left", "{\"path\":\"why\"");
    see(observer, "cart.viewed", "{\"cart\":1}", 99);
    assert_hides(observer, "cart.viewed", "cart.viewed");
    observer_destroy(observer);
}

/* ---------------------------------------------------------------- threads */

static void *see_many(void *arg)
{
    char text[64 + JSON_PADDING] = "{\"a\":{\"b\":[1,2]},\"c\":\"x\"}";
    for (int i = 0; i < 5000; i++) observer_see(arg, i % 2 == 0 ? SPAN("even") : SPAN("odd"), span_of(text));
    return NULL;
}

static void takes_events_from_many_threads(void **state)
{
    (void)state;
    struct observer *observer = observer_create();
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++) assert_int_equal(pthread_create(&threads[i], NULL, see_many, observer), 0);
    for (int i = 0; i < 50; i++) (void)pages(observer, "even");
    for (size_t i = 0; i < COUNT_OF(threads); i++) pthread_join(threads[i], NULL);
    assert_shows(observer, "even", "{\"path\":\"a.b[]\",\"events\":10000,\"types\":{\"integer\":20000}");
    assert_shows(observer, "odd", "\"root\":{\"events\":10000,\"types\":{\"object\":10000}}");
    observer_destroy(observer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_a_name_from_its_hundredth_event_on),
        cmocka_unit_test(shows_where_a_name_stands),
        cmocka_unit_test(never_shows_odd_names),
        cmocka_unit_test(takes_an_object_of_rare_names_for_a_map),
        cmocka_unit_test(counts_a_member_once_per_object),
        cmocka_unit_test(takes_events_that_are_no_objects),
        cmocka_unit_test(passes_over_what_lies_too_deep),
        cmocka_unit_test(keeps_shapes_and_no_values),
        cmocka_unit_test(keeps_the_object_that_it_is_in),
        cmocka_unit_test(ten_million_names_take_no_more_room_than_ten_thousand),
        cmocka_unit_test(ever_new_types_push_out_none_that_is_frequent),
        cmocka_unit_test(counts_events_of_types_beyond_its_room),
        cmocka_unit_test(counts_fields_beyond_its_room),
        cmocka_unit_test(forgets_what_is_declared),
        cmocka_unit_test(takes_events_from_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
