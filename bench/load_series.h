/* load_series.h - what happened from interval to interval: events, latency, and what the server used. */
#ifndef HEADGATE_BENCH_LOAD_SERIES_H
#define HEADGATE_BENCH_LOAD_SERIES_H

#include "bench/load_counts.h"
#include "bench/load_process.h"
#include "codecs/buffer.h"
#include "codecs/json_writer.h"

struct load_series;

/* NULL when out of memory. */
struct load_series *load_series_create(void) MUST_CHECK;
void load_series_destroy(struct load_series *series);

/* Begins anew: measuring starts now, with nothing counted. `now_us` is of load_clock(). */
void load_series_begin(struct load_series *series, uint64_t now_us, const struct load_process *server);

/* Closes an interval. `counts` are those since the beginning; the interval's latency is taken from counts->recent, which the
 * caller clears afterwards. `server` NULL: it is not there any more. Without memory the interval is left out. */
void load_series_add(struct load_series *series, uint64_t now_us, const struct load_counts *counts,
                     const struct load_process *server);

size_t load_series_count(const struct load_series *series);

/* The figure of an interval, by its column's name in the CSV, which must be one of them. */
double load_series_cell(const struct load_series *series, size_t interval, const char *column);

/* A heading and a line an interval. */
void load_series_csv(const struct load_series *series, struct buffer *out);

/* The same as an array of objects. */
void load_series_json(const struct load_series *series, struct json_writer *json);

/* A number with ten significant digits, as the series has them. */
void load_series_number(struct json_writer *json, double value);

#endif
