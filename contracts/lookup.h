/* lookup.h - finds a text in a fixed set: the members of an object, the values of an enumeration.
 *
 * Built once from the contract, then only read. What is looked up may be hostile: it cannot change the table, and a probe ends
 * at the first free place, which half of the places are. */
#ifndef HEADGATE_CONTRACTS_LOOKUP_H
#define HEADGATE_CONTRACTS_LOOKUP_H

#include "codecs/arena.h"
#include "codecs/span.h"

#include <stdint.h>

struct lookup_place {
    uint32_t hash;
    uint32_t index; /* of the text, plus 1; 0 = free */
    struct span text;
};

/* A set of a few short texts is searched in order instead: head and tail of each as words. */
enum { LOOKUP_SMALL = 8, LOOKUP_SHORT = 16 };
struct lookup_short {
    uint64_t head, tail;
    size_t size;
    char text[LOOKUP_SHORT]; /* filled up with zeros */
};

struct lookup {
    struct lookup_place *places;
    uint32_t mask;
    uint32_t small_count; /* 0: by hash */
    struct lookup_short *small;
};

/* Over the texts of an array whose elements are `stride` bytes apart, the first span at `first` (the texts must differ and
 * outlive the table). False when the arena is exhausted. */
bool lookup_build(struct lookup *lookup, const struct span *first, size_t stride, size_t count, struct arena *arena) MUST_CHECK;

/* The text's position in that array, -1 when it is not there. */
int32_t lookup_find(const struct lookup *lookup, struct span text);

/* The same for a text without NUL behind whose begin LOOKUP_SHORT bytes can be read. */
int32_t lookup_find_padded(const struct lookup *lookup, struct span text);

#endif
