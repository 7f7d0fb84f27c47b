#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/load_series.h"

static struct load_counts counts;
static struct load_process server;

static void answer(unsigned requests, unsigned status, uint64_t took)
{
    counts.requests += requests;
    counts.events += requests;
    counts.status[status] += requests;
    for (unsigned i = 0; i < requests; i++) histogram_record(&counts.recent, took);
}

static void writes_a_line_an_interval(void **state)
{
    (void)state;
    struct load_series *series = load_series_create();
    struct buffer csv = BUFFER_EMPTY, text = BUFFER_EMPTY;
    assert_non_null(series);
    load_series_begin(series, 1000000, &server);
    answer(100, 202, 500);
    server.user_us = 5000; /* of 500,000: a hundredth of a core, 50 us an event */
    server.resident_bytes = 3 << 20;
    load_series_add(series, 1500000, &counts, &server);
    histogram_clear(&counts.recent);
    answer(40, 202, 700);
    answer(10, 503, 900);
    load_series_add(series, 2500000, &counts, &server);
    load_series_add(series, 2500000, &counts, &server); /* no time passed: no line */
    load_series_csv(series, &csv);
    buffer_append_char(&csv, '\0');
    assert_string_equal(csv.data, "seconds,events,events_per_s,p50_us,p99_us,max_us,failed,cpu_us_per_event,busy,resident_mib\n"
                                  "0.5,100,200,500,500,500,0,50,0.01,3\n"
                                  "1.5,50,50,700,900,900,10,0,0,3\n");
    assert_int_equal(load_series_count(series), 2);
    assert_true(load_series_cell(series, 1, "p99_us") == 900 && load_series_cell(series, 0, "busy") == 0.01);
    struct json_writer json;
    json_writer_init(&json, &text, 0);
    load_series_json(series, &json);
    buffer_append_char(&text, '\0');
    assert_non_null(strstr(text.data, "\"p99_us\":900"));
    load_series_begin(series, 9000000, &server);
    buffer_clear(&csv);
    load_series_csv(series, &csv);
    assert_int_equal(memchr(csv.data, '\n', csv.size) == csv.data + csv.size - 1, 1); /* the heading alone */
    buffer_deinit(&csv);
    buffer_deinit(&text);
    load_series_destroy(series);
}

static void tells_nothing_of_a_server_that_has_gone(void **state)
{
    (void)state;
    const struct load_process seen = {.user_us = 900000, .resident_bytes = 5 << 20};
    struct load_series *series = load_series_create();
    memset(&counts, 0, sizeof counts);
    load_series_begin(series, 0, &seen);
    answer(10, 202, 500);
    load_series_add(series, 1000000, &counts, NULL);
    assert_true(load_series_cell(series, 0, "events") == 10 && load_series_cell(series, 0, "busy") == 0 &&
                load_series_cell(series, 0, "cpu_us_per_event") == 0 && load_series_cell(series, 0, "resident_mib") == 0);
    load_series_destroy(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writes_a_line_an_interval),
                                       cmocka_unit_test(tells_nothing_of_a_server_that_has_gone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
