/* text_shape.h - what a text looks like: which of the known formats it fits, one bit each.
 *
 * Over many texts the bits that all of them fit say what a field holds, and no text has to be remembered. */
#ifndef HEADGATE_CONTRACTS_TEXT_SHAPE_H
#define HEADGATE_CONTRACTS_TEXT_SHAPE_H

#include "codecs/attributes.h"
#include "codecs/span.h"

enum text_shape {
    SHAPE_UUID = 1,
    SHAPE_IPV4 = 2,
    SHAPE_IPV6 = 4,
    SHAPE_EMAIL = 8,
    SHAPE_URI = 16,
    SHAPE_HOSTNAME = 32,
    SHAPE_DATE = 64,
    SHAPE_INSTANT = 128, /* a date-time with an offset */
    SHAPE_LOCAL = 256,   /* a date-time without one */
    SHAPE_TIME = 512,
    SHAPE_CAPITALS = 1024,
    SHAPE_DIGITS = 2048,
    SHAPE_ALL = 4095
};

/* Those of `candidates` that the text fits; it is well-formed UTF-8. */
unsigned text_shapes(struct span text, unsigned candidates) MUST_CHECK;

/* The word of one shape (`uuid`, `date-time`); NULL when `shape` is not one bit of SHAPE_ALL. */
const char *text_shape_word(unsigned shape);

/* The shape of a word; 0 when there is none. */
unsigned text_shape_find(struct span word);

/* Whether a time has more digits of a second than milliseconds. */
bool text_is_fine_time(struct span text) MUST_CHECK;

#endif
