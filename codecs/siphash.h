/* siphash.h - SipHash-2-4 (Aumasson and Bernstein, 2012): a short keyed hash, for tables whose keys come from strangers.
 *
 * Who does not know the key can neither choose texts that collide nor tell a text from its hash. */
#ifndef HEADGATE_CODECS_SIPHASH_H
#define HEADGATE_CODECS_SIPHASH_H

#include "codecs/span.h"

#include <stdint.h>

struct siphash_key {
    uint64_t words[2];
};

/* The hash of the 8 bytes of `lead`, little endian, followed by the text: so a chain of texts is hashed link by link, each led
 * by the hash of those before it. */
uint64_t siphash(const struct siphash_key *key, uint64_t lead, struct span text);

#endif
