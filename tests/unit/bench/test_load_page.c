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
    struct load_report report = {.options = &options, .counts = &counts, .seconds = 2, .series = series, .began_s = 1795355053};
    memset(&counts, 0, sizeof counts);
    options.payload = "a&b.json", options.late_percent = 2.5, options.encoding = LOAD_ZSTD;
    load_series_begin(series, 0, &nobody);
    answer(series, 1000000, 990, 2000);
    answer(series, 2000000, 10, 7000);
    const char *page = page_of(&report, &out);
    assert_non_null(strstr(page, "<dt>events answered a second</dt><dd>500</dd>"));
    assert_non_null(strstr(page, "<dt>p50</dt><dd>2.00 ms</dd>"));
    assert_non_null(strstr(page, "<dt>p99.9</dt><dd>7.00 ms</dd>"));
    assert_non_null(strstr(page, "99.9 %</text>"));
    assert_null(strstr(page, "99.99 %</text>")); /* a thousand requests cannot tell that */
    assert_int_equal(times(page, "<svg"), 4);    /* latency, throughput, p50, p99: nothing failed, no process was watched */
    assert_non_null(strstr(page, "http://127.0.0.1:8080/a?b=&lt;c&gt;&amp;d"));
    assert_non_null(strstr(page, "<th>began</th><td>2026-11-22T13:44:13Z</td>"));
    assert_non_null(strstr(page, "<th>events</th><td>a&amp;b.json, 2.5 % late, zstd</td>"));
    assert_null(strstr(page, "of these with 2xx"));
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
    assert_non_null(strstr(page, "shorter than two intervals"));
    assert_null(strstr(page, "nan"));
    assert_null(strstr(page, "inf"));
    buffer_deinit(&out);
    load_series_destroy(series);
}

/* The line a terminal shows must not wrap: what was wrapped cannot be written over. */
static void the_progress_line_fits_a_terminal(void **state)
{
    (void)state;
    struct load_series *series = load_series_create();
    struct load_report report = {.options = &options, .counts = &counts, .series = series, .seconds = 3600, .watched = true};
    report.after.resident_bytes = 123 << 20;
    memset(&counts, 0, sizeof counts);
    load_series_begin(series, 0, &report.before);
    answer(series, 1000000, 100000, 12340);
    counts.status[503] = 1000, counts.requests += 1000;
    for (unsigned columns = 20; columns <= 200; columns += 20) {
        struct buffer out = BUFFER_EMPTY;
        load_report_progress(&report, false, columns, &out);
        const char *clear = memmem(out.data, out.size, "\033[K", 3);
        assert_true(clear == out.data + out.size - 3 && out.data[0] == '\r');
        assert_in_range(clear - out.data - 1, 10, columns - 1); /* the last column is the cursor's */
        if (columns == 100) assert_non_null(memmem(out.data, out.size, "123 MiB", 7));
        buffer_deinit(&out);
    }
    load_series_destroy(series);
}

/* Refusals are quick: their number must not pass for what the server takes in. */
static void refusals_are_told_apart(void **state)
{
    (void)state;
    struct buffer text = BUFFER_EMPTY, json = BUFFER_EMPTY, page = BUFFER_EMPTY;
    struct load_options batches = options;
    batches.batch = 10;
    batches.rate = (struct load_steps){.rates = {0.5, 20000}, .count = 2};
    struct load_series *series = load_series_create();
    struct load_report report = {.options = &batches, .counts = &counts, .series = series, .seconds = 2, .interrupted = true};
    memset(&counts, 0, sizeof counts);
    counts.requests = 40, counts.events = 400, counts.status[503] = 30, counts.status[202] = 10;
    load_report_text(&report, &text);
    load_report_json(&report, &json);
    load_report_page(&report, &page);
    assert_non_null(memmem(text.data, text.size, "accepted    100 events, with 2xx: 50/s\n", 39));
    assert_non_null(memmem(text.data, text.size, "open loop at 0.5, 20000 events/s", 32));
    assert_non_null(memmem(text.data, text.size, "stopped     after 2.0 of 0 s\n", 28));
    assert_non_null(memmem(json.data, json.size, "\"accepted\": 100,", 16));
    assert_non_null(memmem(json.data, json.size, "\"interrupted\": true,", 20));
    assert_non_null(memmem(json.data, json.size, "0.5,\n    20000\n", 14));
    assert_non_null(memmem(page.data, page.size, "<dt>of these with 2xx</dt><dd>50</dd>", 37));
    buffer_deinit(&text);
    buffer_deinit(&json);
    buffer_deinit(&page);
    load_series_destroy(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_progress_line_fits_a_terminal),
                                       cmocka_unit_test(refusals_are_told_apart), cmocka_unit_test(draws_what_was_measured),
                                       cmocka_unit_test(a_run_without_a_reply_is_a_page_too)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
