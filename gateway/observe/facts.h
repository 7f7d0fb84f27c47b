/* facts.h - what may be kept of the values at one place of observed events: counts, and shapes that are no values.
 *
 * | fact                  | of            | kept as |
 * | type                  | every value   | a count per JSON type |
 * | formats               | texts         | a bit each, while all texts fit it |
 * | length                | texts, arrays | the power of two above the longest |
 * | emptiness             | texts         | one bit: one was empty |
 * | sign, size            | numbers       | one bit each: one was below 0; one was beyond 64 bits or 38 digits |
 * | digits before a point | numbers       | the most, rounded up to a multiple of three |
 * | digits behind it      | numbers       | the most, up to FACTS_SCALE_MAX + 1 = more |
 * | fraction of a second  | times         | one bit: finer than milliseconds |
 *
 * Never a minimum, a maximum, a value or a part of one. */
#ifndef HEADGATE_GATEWAY_OBSERVE_FACTS_H
#define HEADGATE_GATEWAY_OBSERVE_FACTS_H

#include "codecs/json_writer.h"
#include "codecs/number.h"

#include <stdint.h>

enum { FACTS_SCALE_MAX = 6 };

enum facts_kind { FACTS_STRING, FACTS_INTEGER, FACTS_NUMBER, FACTS_BOOLEAN, FACTS_OBJECT, FACTS_ARRAY, FACTS_NULL, FACTS_KINDS };

struct facts {
    uint64_t events; /* that hold it */
    uint64_t counts[FACTS_KINDS];
    uint64_t members;   /* of its objects, whatever they are called */
    uint32_t max_items; /* a power of two */
    uint32_t max_length;
    uint16_t shapes; /* enum text_shape */
    uint8_t digits, scale;
    bool may_be_empty, negative, large, micros;
};

/* Nothing seen yet. */
void facts_init(struct facts *facts);

/* How many values, null included. */
uint64_t facts_values(const struct facts *facts);

/* A value: a text and a number with what they look like, all others by their kind, and an array its items too. */
void facts_see(struct facts *facts, enum facts_kind kind);
void facts_see_text(struct facts *facts, struct span text);
void facts_see_number(struct facts *facts, const struct number *number, enum number_status status);
void facts_see_items(struct facts *facts, uint64_t items);

/* The members that speak of them, into an open object. */
void facts_write(const struct facts *facts, struct json_writer *json);

#endif
