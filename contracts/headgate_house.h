/* headgate_house.h - what a caller of the public library says of its house: class names, and limits for all uses. */
#ifndef HEADGATE_CONTRACTS_HEADGATE_HOUSE_H
#define HEADGATE_CONTRACTS_HEADGATE_HOUSE_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"
#include "contracts/headgate.h"

/* Puts them into the options of the loader, in the arena, which need only live while it loads. HEADGATE_OK,
 * HEADGATE_BAD_ARGUMENT for what is no class, no key of the taxonomy in force or no legal basis, HEADGATE_NO_MEMORY. */
enum headgate_status headgate_house_read(const struct headgate_options *from, struct arena *arena,
                                         struct catalogue_options *to) MUST_CHECK;

#endif
