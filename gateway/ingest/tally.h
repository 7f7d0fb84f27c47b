/* tally.h - what the items of a request come to. */
#ifndef HEADGATE_GATEWAY_INGEST_TALLY_H
#define HEADGATE_GATEWAY_INGEST_TALLY_H

#include "codecs/buffer.h"

#include <stdint.h>

struct tally {
    uint32_t accepted, refused, retry;
    uint32_t by_rate; /* of the retry ones */
    uint32_t discarded, generated, duplicates;
    uint32_t observed; /* of the accepted ones: undeclared, nothing stored */
    uint64_t undeclared;
};

/* Appends the reply to a request all of whose items were accepted, a JSON object: how many, how many members of theirs were
 * dropped, and of the other counts those above 0. */
void tally_write(const struct tally *tally, struct buffer *out);

#endif
