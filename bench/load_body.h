/* load_body.h - makes requests: head and body, from templates. */
#ifndef HEADGATE_BENCH_LOAD_BODY_H
#define HEADGATE_BENCH_LOAD_BODY_H

#include "bench/load_events.h"
#include "bench/load_options.h"
#include "codecs/span.h"

#include <stdint.h>

struct load_body;

/* Reads payload files or contracts; NULL and a message in `problem` when that failed. `run` tells this run's events from
 * others', `now_ms` since 1970 is when samples of contracts happened. */
struct load_body *load_body_create(const struct load_options *options, uint32_t run, int64_t now_ms, char *problem,
                                   size_t problem_size) MUST_CHECK;
void load_body_destroy(struct load_body *body);

/* The next request, whole; valid until the next call. Its data is NULL when out of memory. `now_ms` since 1970. */
struct span load_body_next(struct load_body *body, int64_t now_ms) MUST_CHECK;

/* How many events were made, in all and of a kind. */
uint64_t load_body_events(const struct load_body *body);
uint64_t load_body_kind(const struct load_body *body, enum load_kind kind);

#endif
