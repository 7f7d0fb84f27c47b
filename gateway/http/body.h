/* body.h - where a body ends, and what it says once its content coding is taken off; for the files of this folder. */
#ifndef HEADGATE_GATEWAY_HTTP_BODY_H
#define HEADGATE_GATEWAY_HTTP_BODY_H

#include "gateway/http/connection.h"

struct content_encoding;

/* How the end of a body is found: one table for Content-Length, one for chunks. */
struct body_framing {
    /* Takes of `in` what belongs to the current body. When it is complete, *whole is all of it (in `in` or in
     * connection->body, padded either way), else NULL data. */
    enum http_fault (*feed)(struct http_connection *connection, struct span in, size_t *used, struct span *whole);
    bool length_known;
};

extern const struct body_framing body_by_length;
extern const struct body_framing body_by_chunks;

/* The decoder that the request's Content-Encoding names (*encoding NULL for none), or the fault. *sniff: it says nothing,
 * so the body's first bytes may. */
enum http_fault body_encoding(const struct http_request *request, const struct content_encoding **encoding,
                              bool *sniff) MUST_CHECK;

/* Frees the decoders that body_decode() keeps. */
void body_decoders_deinit(struct http_server *server);

/* Takes the coding off; at most `limit` bytes come out. *decoded is `body` itself or in server->decoded, padded. */
enum http_fault body_decode(struct http_server *server, const struct http_exchange *exchange, struct span body,
                            struct span *decoded) MUST_CHECK;

#endif
