/* content.h - compressed request bodies, inflated with a hard bound on the output.
 *
 * A decoder is fed pieces as they arrive and appends to a buffer; it refuses before it writes a byte beyond `limit`. One
 * table entry per encoding. A decoder that saw its end refuses further bytes (no trailing garbage, no second member unless
 * the format defines concatenation: gzip members and zstd frames may follow each other). */
#ifndef HEADGATE_CODECS_CONTENT_H
#define HEADGATE_CODECS_CONTENT_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"

enum content_status {
    CONTENT_MORE,      /* all input used, more is expected */
    CONTENT_DONE,      /* a complete member or frame ended with the input's last byte */
    CONTENT_BROKEN,    /* not this encoding, or damaged */
    CONTENT_TOO_LARGE, /* the output would pass the limit */
    CONTENT_NO_MEMORY,
};

struct content_decoder;

struct content_encoding {
    const char *name; /* as in Content-Encoding, lower case */
    struct span magic;
    struct content_decoder *(*create)(size_t limit);
    enum content_status (*feed)(struct content_decoder *decoder, struct span in, struct buffer *out);
    void (*destroy)(struct content_decoder *decoder);
};

/* zstd, gzip (x-gzip), deflate (zlib, RFC 9110 section 8.4.1.2, raw deflate accepted as browsers do); NULL when unknown. */
const struct content_encoding *content_by_name(struct span name);

/* By the first bytes of a body, for senders that forget the header: zstd and gzip only; NULL when neither. */
const struct content_encoding *content_by_magic(struct span body);

#endif
