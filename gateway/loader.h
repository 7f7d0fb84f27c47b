/* loader.h - from files to an edition: contracts, keys and senders as one unit; a failed part fails the whole. */
#ifndef HEADGATE_GATEWAY_LOADER_H
#define HEADGATE_GATEWAY_LOADER_H

#include "gateway/ingest/edition.h"

/* Loads what the configuration names. NULL when anything is wrong: `problems` then holds one line per problem, as a person
 * reads it. Warnings are logged. The topics are bound (made and audited in the background) only when all else is well. */
struct edition *loader_load(const struct config *config, struct topics *topics, struct buffer *problems) MUST_CHECK;

/* The same for a running process: reads its configuration anew from `input`, and takes what may change while it runs. What may
 * not is refused with all the rest. */
struct edition *loader_reload(const struct config *running, const struct config_input *input, struct topics *topics,
                              struct buffer *problems) MUST_CHECK;

#endif
