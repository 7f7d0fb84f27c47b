/* keys_use.h - whose keys `headgate keys export` gives away: a use that the contracts know. */
#ifndef HEADGATE_GATEWAY_COMMANDS_KEYS_USE_H
#define HEADGATE_GATEWAY_COMMANDS_KEYS_USE_H

#include "contracts/catalogue.h"

/* The contract id of the use with this id or name; NULL data when there is none, and then *error is a sentence in the arena, with
 * the ids that come nearest (NULL data when the arena is exhausted). */
struct span keys_use_find(const struct catalogue *catalogue, struct span wanted, struct arena *arena,
                          struct span *error) MUST_CHECK;

#endif
