#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/load_options.h"
#include "bench/load_page.h"

static struct load_counts counts;
static struct load_options options = {.url = "http://127.0.0.1:8080/a?b=<c>&d", .batch = 1, .connections = 2, .depth = 1};

static char *page_of(const struct load_report *report, struct buffer *out)
{
    load_report_page(report, out);
    buffer_append_char(out, '\0');
    return out->data;
}

static unsigned times(const char *text, const char *word)
{
    unsigned found = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) found++;
    return found;
}

static void answer(struct load_series *series, uint64_t now, unsigned requests, uint64_t took)
{
    struct load_process nobody = {0};
    counts.requests += requests;
    counts.events += requests;
    counts.status[202] += requests;
    for (unsigned i = 0; i < requests; i++) {
        histogram_record(&counts.latency, took);
        histogram_record(&counts.recent, took);
    }
    load_series_add(series, now, &counts, &nobody);
    histogram_clear(&counts.recent);
}

static void draws_what_was_measured(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct load_process nobody = {0};
    struct load_series *series = load_series_create();
    struct load_report report = {.options = &options, .counts = &counts, .seconds = 2, .series = series};
    load_series_begin(series, 0, &nobody);
    answer(series, 1000000, 990, 2000);
    answer(series, 2000000, 10, 7000);
    const char *page = page_of(&report, &out);
    assert_non_null(strstr(page, "<dt>events a second</dt><dd>500</dd>"));
    assert_non_null(strstr(page, "<dt>p50</dt><dd>2.00 ms</dd>"));
    assert_non_null(strstr(page, "<dt>p99.9</dt><dd>7.00 ms</dd>"));
    assert_non_null(strstr(page, "99.9 %</text>"));
    assert_null(strstr(page, "99.99 %</text>")); /* a thousand requests cannot tell that */
    assert_int_equal(times(page, "<svg"), 4);    /* latency, throughput, p50, p99: nothing failed, no process was watched */
    assert_non_null(strstr(page, "http://127.0.0.1:8080/a?b=&lt;c&gt;&amp;d"));
    assert_int_equal(times(page, "<script"), 0);
    buffer_deinit(&out);
    load_series_destroy(series);
}

static void a_run_without_a_reply_is_a_page_too(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct load_series *series = load_series_create();
    memset(&counts, 0, sizeof counts);
    struct load_report report = {.options = &options, .counts = &counts, .series = series};
    const char *page = page_of(&report, &out);
    assert_int_equal(times(page, "<svg"), 1);
    assert_null(strstr(page, "nan"));
    assert_null(strstr(page, "inf"));
    buffer_deinit(&out);
    load_series_destroy(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(draws_what_was_measured),
                                       cmocka_unit_test(a_run_without_a_reply_is_a_page_too)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
