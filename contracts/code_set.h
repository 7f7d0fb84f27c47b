/* code_set.h - a set of Unicode code points, for the classes of patterns.
 *
 * Invariant, after code_set_settle(): ranges are sorted, disjoint and do not touch. Memory is the arena's; a set that ran out
 * of it stays `failed`, so that the parser asks once. */
#ifndef HEADGATE_CONTRACTS_CODE_SET_H
#define HEADGATE_CONTRACTS_CODE_SET_H

#include "codecs/arena.h"

#include <stdint.h>

#define CODE_POINT_MAX UINT32_C(0x10FFFF)

struct code_range {
    uint32_t first, last; /* both inside */
};

struct code_set {
    struct code_range *ranges;
    size_t count;
    size_t capacity;
    bool failed;
};

/* Adds a range, both ends inside. Out of memory sets `failed`, and the set is of no use. */
void code_set_add(struct code_set *set, struct arena *arena, uint32_t first, uint32_t last);

/* Adds what the class escape \d \D \w \W \s \S of ECMA-262 5.1, 15.10.2.12, stands for; false when `letter` is none. */
bool code_set_add_escape(struct code_set *set, struct arena *arena, char letter) MUST_CHECK;

/* Sorts and merges; call before reading ranges. */
void code_set_settle(struct code_set *set);

/* The complement of a settled set, settled. */
struct code_set code_set_complement(const struct code_set *set, struct arena *arena) MUST_CHECK;

/* Whether a settled set holds nothing above U+007F. */
bool code_set_is_ascii(const struct code_set *set);

#endif
