/* chunked.h - the chunked transfer coding (RFC 9112 section 7.1), strictly.
 *
 * Our own, because llhttp as Debian builds it (tried, 8.1.0) takes any two bytes for the CR LF behind a chunk and a bare LF
 * behind the last one: another parser on the way would see the next request begin elsewhere. */
#ifndef HEADGATE_GATEWAY_HTTP_CHUNKED_H
#define HEADGATE_GATEWAY_HTTP_CHUNKED_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"

#include <stdint.h>

enum { CHUNKED_EXTRAS_MAX = 4096 }; /* bytes of chunk extensions and trailers, over a whole body; both are ignored */

/* Where in the coding the next byte stands; zeroed for a new body. */
struct chunked {
    uint8_t state;
    uint8_t digits;
    uint16_t extras;
    uint64_t left;
};

enum chunked_status { CHUNKED_MORE, CHUNKED_DONE, CHUNKED_BROKEN, CHUNKED_TOO_LARGE, CHUNKED_NO_MEMORY };

/* Takes from `in` until it ends or the body does; *used says how many bytes. Payload is appended to `body`, which is never
 * made larger than `limit`: a chunk that announces more is refused before its first byte. */
enum chunked_status chunked_feed(struct chunked *chunked, struct span in, size_t limit, struct buffer *body,
                                 size_t *used) MUST_CHECK;

#endif
