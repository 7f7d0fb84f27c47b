/* seen.h - what was counted about one member of many events, and the field that it suggests. */
#ifndef HEADGATE_CONTRACTS_SEEN_H
#define HEADGATE_CONTRACTS_SEEN_H

#include "contracts/draft.h"
#include "contracts/text_shape.h"

enum {
    SEEN_MEMBERS_MAX = 500,  /* of an object; one with more is a map keyed by values */
    SEEN_WORDS_MAX = 12,     /* a list of values has at most so many, */
    SEEN_WORD_SIZE_MAX = 40, /* so long */
};

struct word {
    struct span text;
    uint64_t count;
};

enum seen_kind { SEEN_STRING, SEEN_INTEGER, SEEN_FRACTION, SEEN_BOOLEAN, SEEN_OBJECT, SEEN_ARRAY, SEEN_KINDS };

struct seen {
    struct span name;
    uint64_t counts[SEEN_KINDS];
    uint64_t nulls;
    unsigned shapes; /* what every text was so far: enum text_shape */
    int64_t min_length, max_length;
    int whole_digits, fraction_digits;
    bool negative, large; /* large: beyond 64 bits, or 38 digits */
    bool micros;
    struct word words[SEEN_WORDS_MAX];
    unsigned word_count;
    bool many_words;
    int64_t max_items;
    struct seen *children, *next, *items;
    struct seen *others; /* of an object: the values of members that are none of the children */
    size_t child_count;
    bool map;           /* too many members */
    uint64_t odd_names; /* members that no field can be named after */
    uint64_t rare;      /* members whose names were seen too seldom to be told */
};

/* Adds to `all` what was seen of `part`: as if its values had been among those of `all`. What lies in objects and arrays is only
 * counted. */
void seen_add(struct seen *all, const struct seen *part);

/* How many values other than null were seen. */
uint64_t seen_values(const struct seen *seen);

/* The fields of the object that all events are: children of `field`. False when memory is out. */
bool seen_draft_object(const struct seen *seen, struct draft_field *field, struct arena *arena) MUST_CHECK;

#endif
