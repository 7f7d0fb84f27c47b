/* load_reply.h - reads the replies that come on one HTTP/1.1 connection (RFC 9112), to POSTs: bytes in, replies out, no socket.
 *
 *      head -+-> interim (1xx): passed over, the next head
 *            +-> no body (204, 304, length 0) ---------------------------+
 *            +-> length | chunks | all up to the connection's end -------+-> whole; the next reply's head
 *
 * Lines, fields and chunks are read by the gateway's own code; what can be read in two ways is refused, and then the connection
 * is of no use any more. Tests hold it against llhttp: whatever is taken here llhttp takes too, and reads alike. */
#ifndef HEADGATE_BENCH_LOAD_REPLY_H
#define HEADGATE_BENCH_LOAD_REPLY_H

#include "codecs/buffer.h"
#include "gateway/http/chunked.h"
#include "gateway/http/head.h"

enum { LOAD_REPLY_PADDING = HEAD_PADDING }; /* readable bytes that load_reply_feed() needs behind those it is given */

enum load_reply_status { LOAD_REPLY_MORE, LOAD_REPLY_WHOLE, LOAD_REPLY_FAULTY };

/* Zeroed for a new connection. */
struct load_reply {
    /* Of a reply that is whole, until the next bytes are read: */
    unsigned code; /* 200 to 999 */
    uint64_t size; /* of its content, without the chunked coding */
    bool closes;   /* it is the connection's last */

    const char *fault; /* once it is faulty: what is wrong, constant and quoting nothing */

    /* The reader's own: */
    unsigned state;
    struct head_scan scan;
    uint64_t left; /* of a body by length */
    struct chunked chunked;
    struct buffer held; /* a head that came in pieces, or content of chunks, which nobody wants */
};

/* Takes from `bytes` until they end or a reply does; *used says how many. Names of fields are lower-cased in place. After a
 * faulty reply, or one that closes, nothing more may be fed. */
enum load_reply_status load_reply_feed(struct load_reply *reply, char *bytes, size_t size, size_t *used) MUST_CHECK;

/* The server has ended the connection in order: whether that makes a reply whole, as it does one without any length
 * (RFC 9112 section 8). */
bool load_reply_end(const struct load_reply *reply) MUST_CHECK;

/* Frees what it holds; the reader is as new. */
void load_reply_deinit(struct load_reply *reply);

#endif
