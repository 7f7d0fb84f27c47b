#include "gateway/http/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/attributes.h"

enum { NAMED = 1, ANY, BULK, SUBJECTS, TEXT, LATEST, ROOT, LOOK_UP };

static const struct route table[] = {
    ROUTE(POST, "/v1/events/", "{event}", NAMED),
    ROUTE(POST, "/v1/events", "", ANY),
    ROUTE(POST, "/v1/bulk", "", BULK),
    ROUTE(GET, "/subjects", "", SUBJECTS),
    ROUTE(POST, "/subjects/", "{subject}", LOOK_UP),
    ROUTE(GET, "/subjects/", "{subject}/versions/latest/schema", LATEST),
    ROUTE(GET, "/subjects/", "{subject}/versions/{version}/schema", TEXT),
    ROUTE(GET, "/", "", ROOT),
};

static enum route_status find(enum http_method method, const char *path, struct route_match *match)
{
    return routes_find(table, COUNT_OF(table), method, span_of(path), match);
}

static void assert_span(struct span found, const char *expected)
{
    assert_int_equal(found.size, strlen(expected));
    assert_memory_equal(found.data, expected, found.size);
}

static void finds_by_method_and_path(void **state)
{
    (void)state;
    static const struct {
        enum http_method method;
        const char *path;
        enum route_status status;
        int id;
    } rows[] = {
        {HTTP_METHOD_POST, "/v1/events", ROUTE_FOUND, ANY},
        {HTTP_METHOD_POST, "/v1/events/order", ROUTE_FOUND, NAMED},
        {HTTP_METHOD_GET, "/", ROUTE_FOUND, ROOT},
        {HTTP_METHOD_HEAD, "/subjects", ROUTE_FOUND, SUBJECTS},
        {HTTP_METHOD_GET, "/subjects/a/versions/latest/schema", ROUTE_FOUND, LATEST},
        {HTTP_METHOD_GET, "/subjects/a/versions/3/schema", ROUTE_FOUND, TEXT},
        {HTTP_METHOD_POST, "/v1/events/", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_POST, "/v1/events/a/b", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_POST, "/v1//events", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_POST, "/v1/event", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_POST, "/v1/eventsx", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_POST, "/V1/events", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_POST, "/v1", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_GET, "//", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_OPTIONS, "*", ROUTE_UNKNOWN, 0},
        {HTTP_METHOD_GET, "/v1/events", ROUTE_WRONG_METHOD, 0},
        {HTTP_METHOD_HEAD, "/v1/events", ROUTE_WRONG_METHOD, 0},
        {HTTP_METHOD_DELETE, "/", ROUTE_WRONG_METHOD, 0},
        {HTTP_METHOD_POST, "/v1/events/%", ROUTE_MALFORMED, 0},
        {HTTP_METHOD_POST, "/v1/events/%2", ROUTE_MALFORMED, 0},
        {HTTP_METHOD_POST, "/v1/events/%g0", ROUTE_MALFORMED, 0},
        {HTTP_METHOD_POST, "/v1/events/a%00", ROUTE_MALFORMED, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct route_match match;
        enum route_status status = find(rows[i].method, rows[i].path, &match);
        if (status != rows[i].status) print_error("%s\n", rows[i].path);
        assert_int_equal(status, rows[i].status);
        if (status == ROUTE_FOUND) assert_int_equal(match.id, rows[i].id);
    }
}

static void decodes_parameters(void **state)
{
    (void)state;
    struct route_match match;
    assert_int_equal(find(HTTP_METHOD_GET, "/subjects/acme%2Forders%20%C3%BC-value/versions/%31/schema", &match), ROUTE_FOUND);
    assert_int_equal(match.parameter_count, 2);
    assert_span(match.parameters[0], "acme/orders \xc3\xbc-value");
    assert_span(match.parameters[1], "1");
    assert_int_equal(find(HTTP_METHOD_POST, "/v1/events/a+b", &match), ROUTE_FOUND);
    assert_span(match.parameters[0], "a+b");
}

static void bounds_what_it_decodes(void **state)
{
    (void)state;
    struct route_match match;
    char path[64 + 3 * ROUTE_TEXT_MAX];
    size_t prefix = strlen("/v1/events/");
    memcpy(path, "/v1/events/", prefix);
    for (size_t i = 0; i <= ROUTE_TEXT_MAX; i++) memcpy(path + prefix + 3 * i, "%61", 3);
    struct span fitting = {path, prefix + 3 * ROUTE_TEXT_MAX}, longer = {path, prefix + 3 * (ROUTE_TEXT_MAX + 1)};
    assert_int_equal(routes_find(table, COUNT_OF(table), HTTP_METHOD_POST, fitting, &match), ROUTE_FOUND);
    assert_int_equal(match.parameters[0].size, ROUTE_TEXT_MAX);
    assert_int_equal(routes_find(table, COUNT_OF(table), HTTP_METHOD_POST, longer, &match), ROUTE_MALFORMED);
}

static void lists_what_is_allowed(void **state)
{
    (void)state;
    struct route_match match;
    assert_int_equal(find(HTTP_METHOD_DELETE, "/subjects", &match), ROUTE_WRONG_METHOD);
    assert_span(match.allow, "GET, HEAD, OPTIONS");
    assert_int_equal(find(HTTP_METHOD_OPTIONS, "/v1/events/order", &match), ROUTE_WRONG_METHOD);
    assert_span(match.allow, "POST, OPTIONS");
    assert_int_equal(find(HTTP_METHOD_GET, "/nowhere", &match), ROUTE_UNKNOWN);
    assert_null(match.allow.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_method_and_path),
        cmocka_unit_test(decodes_parameters),
        cmocka_unit_test(bounds_what_it_decodes),
        cmocka_unit_test(lists_what_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
