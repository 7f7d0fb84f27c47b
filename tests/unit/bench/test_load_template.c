#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/load_template.h"

static struct load_source source;
static char written[1024];

static struct load_template *parsed(const char *text)
{
    char problem[256];
    struct load_template *template = load_template_create(span_of(text), problem, sizeof problem);
    assert_non_null(template);
    assert_true(load_template_bound(template) < sizeof written);
    return template;
}

static const char *write_next(const struct load_template *template)
{
    char *end = load_template_write(template, &source, written);
    assert_true((size_t)(end - written) <= load_template_bound(template));
    *end = '\0';
    source.sequence++;
    return written;
}

static int begin(void **state)
{
    (void)state;
    load_source_init(&source, 0x4f1c9a02);
    load_source_clock(&source, INT64_C(1795355053250));
    return 0;
}

static void writes_plain_text_as_it_is(void **state)
{
    (void)state;
    struct load_template *template = parsed("{\"a\": 1}");
    assert_string_equal(write_next(template), "{\"a\": 1}");
    load_template_destroy(template);
    template = parsed("");
    assert_string_equal(write_next(template), "");
    load_template_destroy(template);
}

static void numbers_events_and_tells_the_time(void **state)
{
    (void)state;
    source.sequence = 42;
    struct load_template *template = parsed("${seq} ${uuid} ${ref} ${now}$$");
    assert_string_equal(write_next(template),
                        "0000000042 4f1c9a02-0000-4000-8000-00000000002a 4f1c9a020000002a 2026-11-22T13:44:13.250Z$");
    load_source_clock(&source, INT64_C(1795355053251));
    assert_string_equal(write_next(template),
                        "0000000043 4f1c9a02-0000-4000-8000-00000000002b 4f1c9a020000002b 2026-11-22T13:44:13.251Z$");
    load_template_destroy(template);
}

static void keeps_to_the_bounds(void **state)
{
    (void)state;
    struct load_template *template = parsed("${int:-2:3}");
    bool seen[6] = {false};
    for (int i = 0; i < 1000; i++) {
        long value = strtol(write_next(template), NULL, 10);
        assert_in_range(value + 2, 0, 5);
        seen[value + 2] = true;
    }
    for (int i = 0; i < 6; i++) assert_true(seen[i]);
    load_template_destroy(template);
    template = parsed("${int:7:7}");
    assert_string_equal(write_next(template), "7");
    load_template_destroy(template);
}

static void knows_the_widest_bounds(void **state)
{
    (void)state;
    struct load_template *template = parsed("${int:-9223372036854775808:9223372036854775807}");
    int below = 0;
    for (int i = 0; i < 100; i++) below += write_next(template)[0] == '-';
    assert_in_range(below, 20, 80);
    load_template_destroy(template);
    template = parsed("${int:-9223372036854775807:0}");
    for (int i = 0; i < 100; i++) assert_true(strtoll(write_next(template), NULL, 10) <= 0);
    load_template_destroy(template);
}

static void picks_each_choice(void **state)
{
    (void)state;
    struct load_template *template = parsed("<${pick:EUR||SEK}>");
    int eur = 0, none = 0, sek = 0;
    for (int i = 0; i < 300; i++) {
        struct span text = span_of(write_next(template));
        eur += span_is(text, "<EUR>");
        none += span_is(text, "<>");
        sek += span_is(text, "<SEK>");
    }
    assert_int_equal(eur + none + sek, 300);
    assert_true(eur > 0 && none > 0 && sek > 0);
    load_template_destroy(template);
}

static void says_where_it_does_not_understand(void **state)
{
    (void)state;
    static const char *const wrong[] = {"abc${",          "abc$x",      "abc${}",      "abc${nows}",
                                        "abc${now:1}",    "abc${int}",  "abc${int:5}", "abc${int:5:4}",
                                        "abc${int:1:2x}", "abc${pick}", "abc$"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        char problem[256] = "";
        assert_null(load_template_create(span_of(wrong[i]), problem, sizeof problem));
        assert_true(span_starts_with(span_of(problem), SPAN("byte 3: ")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(writes_plain_text_as_it_is, begin),
        cmocka_unit_test_setup(numbers_events_and_tells_the_time, begin),
        cmocka_unit_test_setup(keeps_to_the_bounds, begin),
        cmocka_unit_test_setup(knows_the_widest_bounds, begin),
        cmocka_unit_test_setup(picks_each_choice, begin),
        cmocka_unit_test_setup(says_where_it_does_not_understand, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
