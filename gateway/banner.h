/* banner.h - what `serve` tells the person who started it: addresses, and what to try next. */
#ifndef HEADGATE_GATEWAY_BANNER_H
#define HEADGATE_GATEWAY_BANNER_H

#include "gateway/ingest/edition.h"

enum { BOUND_SIZE = 128 };

/* Addresses with their real ports. */
struct bound_listeners {
    char ingest[BOUND_SIZE], admin[BOUND_SIZE], schemas[BOUND_SIZE];
};

/* Logs the addresses; with an embedded Kafka also prints, to standard output, what embedded is not, a curl line and the tail line
 * that shows what came of it. The event of the curl line is EVENT.event.json somewhere below the contracts, if there is one, its
 * @now@ being the moment of sending. */
void banner_print(const struct config *config, const struct edition *edition, const char *embedded_bootstrap,
                  const struct bound_listeners *bound);

#endif
