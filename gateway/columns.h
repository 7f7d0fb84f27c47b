/* columns.h - how many columns of a terminal a text takes: two for each East Asian wide character, none for a mark that combines
 * with what stands before it. The table is our own, so it holds under LANG=C too and needs no locale to be installed. */
#ifndef HEADGATE_GATEWAY_COLUMNS_H
#define HEADGATE_GATEWAY_COLUMNS_H

#include "codecs/span.h"

#include <stdint.h>

/* Code points, both ends included. */
struct columns_range {
    uint32_t first, last;
};

/* Of UTF-8 as it is printed. A byte that is no part of a character counts as one; control characters, which nothing of ours
 * prints, do too. */
size_t columns_of(struct span text);

/* The code points above ASCII that take no column (0) or two (2), ascending. */
const struct columns_range *columns_ranges(unsigned columns, size_t *count);

#endif
