/* category.h - which data categories a field holds: stated ones, else those of what it lies in or was made from. */
#ifndef HEADGATE_CONTRACTS_CATEGORY_H
#define HEADGATE_CONTRACTS_CATEGORY_H

#include "contracts/catalogue.h"

/* The field's own categories; else those of the nearest object that it lies in and that states any; in a use those of the model's
 * field that it was made from: a keyed hash of an id still is one. A constant (redact) says nothing of anybody, so only its own
 * count. NULL with *count 0 when there are none. */
const struct span *category_list(const struct field *field, size_t *count);

/* The first of them that `matches`; NULL data when none does. */
struct span category_match(const struct field *field, bool (*matches)(struct span category));

#endif
