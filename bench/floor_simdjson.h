/* floor_simdjson.h - simdjson's DOM parse, as the floor of what reading an event can cost. */
#ifndef HEADGATE_BENCH_FLOOR_SIMDJSON_H
#define HEADGATE_BENCH_FLOOR_SIMDJSON_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct floor_simdjson;

/* NULL when out of memory. */
struct floor_simdjson *floor_simdjson_create(void);
void floor_simdjson_destroy(struct floor_simdjson *floor);

/* Parses `size` bytes behind which 64 more can be read; false when they are no JSON. */
bool floor_simdjson_parse(struct floor_simdjson *floor, const char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
