/* content.h - compressed request bodies, inflated with a hard bound on the output.
 *
 *     const struct content_encoding *encoding = content_by_name(name);
 *     struct content_decoder *decoder = encoding->create(limit);
 *     for each piece: status = encoding->feed(decoder, piece, &out);
 *     at the end of the body: complete only if the last status was CONTENT_DONE, else it was cut
 *
 * A decoder refuses before a byte beyond `limit` is appended. gzip members and zstd frames may follow each other (RFC 1952
 * section 2.2, RFC 8878 section 3.1); anything else behind an end is CONTENT_BROKEN. Memory beside the output: zlib 40 KiB,
 * zstd at most the window of 8 MiB that RFC 9659 allows senders, of which only as much is touched as was written. */
#ifndef HEADGATE_CODECS_CONTENT_H
#define HEADGATE_CODECS_CONTENT_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"

enum content_status {
    CONTENT_MORE,      /* all input used, more is expected */
    CONTENT_DONE,      /* a complete member or frame ended with the input's last byte */
    CONTENT_BROKEN,    /* not this encoding, or damaged */
    CONTENT_TOO_LARGE, /* the output would pass the limit, or a zstd window the 8 MiB of RFC 9659 */
    CONTENT_NO_MEMORY,
};

struct content_decoder;

struct content_encoding {
    const char *name;  /* as in Content-Encoding, lower case */
    struct span magic; /* what every body begins with; empty where there is no such thing */

    /* A decoder that appends at most `limit` bytes in all; NULL when out of memory. destroy() takes NULL too. */
    struct content_decoder *(*create)(size_t limit);
    void (*destroy)(struct content_decoder *decoder);

    /* Makes a decoder ready for another body; false when out of memory, then it is only good for destroy(). Keeping one per
     * worker saves most of the time that a small body takes: the state of zstd is 160 KB, fresh from the kernel each time. */
    bool (*reset)(struct content_decoder *decoder, size_t limit);

    /* Appends what the piece inflates to. A failure sticks: every later call repeats it. An empty piece asks for the status. */
    enum content_status (*feed)(struct content_decoder *decoder, struct span in, struct buffer *out);
};

/* zstd, gzip (x-gzip), deflate (zlib, RFC 9110 section 8.4.1.2; raw deflate accepted as browsers do), in any case (RFC 9110
 * section 8.4.1); NULL when unknown. */
const struct content_encoding *content_by_name(struct span name);

/* By the first bytes of a body (4 suffice), for senders that forget the header: zstd and gzip only; NULL when neither. */
const struct content_encoding *content_by_magic(struct span body);

#endif
