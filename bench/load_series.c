#include "bench/load_series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST_US = 10 * 1000 }; /* what is left when measuring ends may be less than an interval, but tells nothing then */
enum column { SECONDS, EVENTS, EVENTS_PER_S, P50_US, P99_US, MAX_US, FAILED, CPU_US_PER_EVENT, BUSY, RESIDENT_MIB, COLUMNS };

static const char *const names[COLUMNS] = {"seconds", "events", "events_per_s",     "p50_us", "p99_us",
                                           "max_us",  "failed", "cpu_us_per_event", "busy",   "resident_mib"};

struct row {
    double cells[COLUMNS];
};

struct load_series {
    struct row *rows;
    size_t count, capacity;
    uint64_t began, before;
    uint64_t events, failed; /* as they were at `before` */
    struct load_process server;
};

struct load_series *load_series_create(void)
{
    return calloc(1, sizeof(struct load_series));
}

void load_series_destroy(struct load_series *series)
{
    if (series == NULL) return;
    free(series->rows);
    free(series);
}

void load_series_begin(struct load_series *series, uint64_t now_us, const struct load_process *server)
{
    series->count = 0;
    series->began = series->before = now_us;
    series->events = series->failed = 0;
    series->server = *server;
}

static struct row *next_row(struct load_series *series)
{
    if (series->count == series->capacity) {
        size_t capacity = series->capacity == 0 ? 64 : 2 * series->capacity;
        struct row *rows = realloc(series->rows, capacity * sizeof *rows);
        if (rows == NULL) return NULL;
        series->rows = rows;
        series->capacity = capacity;
    }
    return &series->rows[series->count++];
}

void load_series_add(struct load_series *series, uint64_t now_us, const struct load_counts *counts,
                     const struct load_process *server)
{
    struct row *row = now_us >= series->before + SHORTEST_US ? next_row(series) : NULL;
    if (row == NULL) return;
    double passed = (double)(now_us - series->before), events = (double)(counts->events - series->events);
    double used = server != NULL ? load_process_used(&series->server, server) : 0;
    *row = (struct row){{
        [SECONDS] = (double)(now_us - series->began) / 1e6,
        [EVENTS] = events,
        [EVENTS_PER_S] = events / passed * 1e6,
        [P50_US] = (double)histogram_quantile(&counts->recent, 0.5),
        [P99_US] = (double)histogram_quantile(&counts->recent, 0.99),
        [MAX_US] = (double)histogram_quantile(&counts->recent, 1),
        [FAILED] = (double)(load_counts_failures(counts) - series->failed),
        [CPU_US_PER_EVENT] = events == 0 ? 0 : used / events,
        [BUSY] = used / passed,
        [RESIDENT_MIB] = server != NULL ? (double)server->resident_bytes / 1048576.0 : 0,
    }};
    series->before = now_us;
    series->events = counts->events;
    series->failed = load_counts_failures(counts);
    if (server != NULL) series->server = *server;
}

size_t load_series_count(const struct load_series *series)
{
    return series->count;
}

double load_series_cell(const struct load_series *series, size_t interval, const char *column)
{
    size_t at = 0;
    while (at < COLUMNS && strcmp(names[at], column) != 0) at++;
    if (at == COLUMNS || interval >= series->count) abort();
    return series->rows[interval].cells[at];
}

void load_series_csv(const struct load_series *series, struct buffer *out)
{
    for (int i = 0; i < COLUMNS; i++) buffer_printf(out, "%s%s", i == 0 ? "" : ",", names[i]);
    buffer_append_char(out, '\n');
    for (size_t r = 0; r < series->count; r++) {
        for (int i = 0; i < COLUMNS; i++) buffer_printf(out, "%s%.10g", i == 0 ? "" : ",", series->rows[r].cells[i]);
        buffer_append_char(out, '\n');
    }
}

void load_series_number(struct json_writer *json, double value)
{
    char text[48];
    snprintf(text, sizeof text, "%.10g", value);
    json_raw(json, span_of(text));
}

void load_series_json(const struct load_series *series, struct json_writer *json)
{
    json_array_begin(json);
    for (size_t r = 0; r < series->count; r++) {
        json_object_begin(json);
        for (int i = 0; i < COLUMNS; i++) {
            json_name(json, names[i]);
            load_series_number(json, series->rows[r].cells[i]);
        }
        json_object_end(json);
    }
    json_array_end(json);
}
