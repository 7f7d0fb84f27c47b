/* unique.h - uniqueItems: whether the items of an array are all different. */
#ifndef HEADGATE_CONTRACTS_UNIQUE_H
#define HEADGATE_CONTRACTS_UNIQUE_H

#include "codecs/arena.h"
#include "contracts/decode.h"

enum unique_items { UNIQUE_YES, UNIQUE_NO, UNIQUE_NO_MEMORY };

/* By value: 1 and 1.0 are one number, an instant is one in every offset, absent
 * and null are the same, undeclared members do not count. n log n, whatever the sender chose. */
enum unique_items unique_items(const struct decode_array *array, struct frame *first, uint32_t count,
                               struct arena *arena) MUST_CHECK;

#endif
