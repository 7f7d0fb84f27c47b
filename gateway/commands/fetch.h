/* fetch.h - one GET by libcurl, for commands: bounded in time and size, http and https alone. */
#ifndef HEADGATE_GATEWAY_COMMANDS_FETCH_H
#define HEADGATE_GATEWAY_COMMANDS_FETCH_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"

enum { FETCH_SIZE_MAX = 16 << 20, FETCH_TIMEOUT_MS = 4000, FETCH_PROBLEM = 256 };

struct fetcher; /* keeps its connection between calls; one thread */

/* NULL when out of memory. */
struct fetcher *fetcher_create(void) MUST_CHECK;
void fetcher_destroy(struct fetcher *fetcher);

/* Appends the body to `out` and returns the reply's status; 0 with a reason in `problem` when there was no whole reply. */
long fetch(struct fetcher *fetcher, const char *url, struct buffer *out, char problem[FETCH_PROBLEM]) MUST_CHECK;

#endif
