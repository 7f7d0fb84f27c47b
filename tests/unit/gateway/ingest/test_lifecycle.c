#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/ingest/lifecycle.h"

/* The instants of RFC 9745 section 2 and RFC 8594 section 3. */
static const int64_t support_ends = INT64_C(1688169599) * US_PER_SECOND; /* 2023-06-30T23:59:59Z */
static const int64_t life_ends = INT64_C(1719791999) * US_PER_SECOND;    /* 2024-06-30T23:59:59Z */

static size_t headers_at(const struct model *model, int64_t now, struct lifecycle *lifecycle,
                         struct http_header headers[LIFECYCLE_HEADERS_MAX])
{
    lifecycle_begin(lifecycle);
    lifecycle_add(lifecycle, model, now);
    return lifecycle_headers(lifecycle, headers);
}

static void expect(const struct http_header *header, const char *name, const char *value)
{
    assert_true(span_is(header->name, name));
    assert_int_equal(header->value.size, strlen(value));
    assert_memory_equal(header->value.data, value, header->value.size);
}

static void says_nothing_before_support_ends(void **state)
{
    (void)state;
    struct lifecycle lifecycle;
    struct http_header headers[LIFECYCLE_HEADERS_MAX];
    struct model model = {.end_of_support = support_ends, .end_of_life = life_ends};
    assert_int_equal(headers_at(&model, support_ends - 1, &lifecycle, headers), 0);
    model.end_of_support = NO_TIME; /* an end of life alone deprecates nothing */
    assert_int_equal(headers_at(&model, support_ends, &lifecycle, headers), 0);
}

static void says_both_dates_as_their_rfcs_spell_them(void **state)
{
    (void)state;
    struct lifecycle lifecycle;
    struct http_header headers[LIFECYCLE_HEADERS_MAX];
    const struct model model = {.end_of_support = support_ends, .end_of_life = life_ends};
    assert_int_equal(headers_at(&model, support_ends, &lifecycle, headers), 2);
    expect(&headers[0], "Deprecation", "@1688169599");
    expect(&headers[1], "Sunset", "Sun, 30 Jun 2024 23:59:59 GMT");
}

static void leaves_an_open_end_open(void **state)
{
    (void)state;
    struct lifecycle lifecycle;
    struct http_header headers[LIFECYCLE_HEADERS_MAX];
    const struct model model = {.end_of_support = support_ends, .end_of_life = NO_TIME};
    assert_int_equal(headers_at(&model, support_ends, &lifecycle, headers), 1);
    expect(&headers[0], "Deprecation", "@1688169599");
}

static void tells_the_earliest_of_several_models(void **state)
{
    (void)state;
    struct lifecycle lifecycle;
    struct http_header headers[LIFECYCLE_HEADERS_MAX];
    const struct model late = {.end_of_support = support_ends + US_PER_DAY, .end_of_life = life_ends};
    const struct model early = {.end_of_support = support_ends, .end_of_life = NO_TIME};
    const struct model not_yet = {.end_of_support = life_ends, .end_of_life = life_ends + 1};
    lifecycle_begin(&lifecycle);
    lifecycle_add(&lifecycle, &late, support_ends + US_PER_DAY);
    lifecycle_add(&lifecycle, &early, support_ends + US_PER_DAY);
    lifecycle_add(&lifecycle, &not_yet, support_ends + US_PER_DAY);
    assert_int_equal(lifecycle_headers(&lifecycle, headers), 2);
    expect(&headers[0], "Deprecation", "@1688169599");
    expect(&headers[1], "Sunset", "Sun, 30 Jun 2024 23:59:59 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_nothing_before_support_ends),
        cmocka_unit_test(says_both_dates_as_their_rfcs_spell_them),
        cmocka_unit_test(leaves_an_open_end_open),
        cmocka_unit_test(tells_the_earliest_of_several_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
