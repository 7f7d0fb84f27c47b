/* server.h - what the connections of one listener share; for the files of this folder. */
#ifndef HEADGATE_GATEWAY_HTTP_SERVER_H
#define HEADGATE_GATEWAY_HTTP_SERVER_H

#include "codecs/buffer.h"
#include "codecs/content.h"
#include "gateway/http/http.h"
#include "gateway/http/reply.h"

#include <event2/event_struct.h>

struct http_connection;
struct transport;

enum {
    SERVER_READ_SIZE = 128 * 1024, /* of the one read buffer: a body that arrives within it is never copied */
    SERVER_PADDING = 64,           /* readable bytes behind any body, JSON_PADDING in codecs/json.h */
    SERVER_SPARE_BUFFERS = 256,
    SERVER_SPARE_EXCHANGES = 1024,
    SERVER_SPARE_SIZE = 16 * 1024, /* larger buffers are not kept */
    SERVER_DECODED_KEPT = 1024 * 1024,
    SERVER_DECODERS = 4, /* at least as many as there are content codings */
};

/* A content decoder that is kept for the next body: making zstd's takes longer than most bodies do. */
struct server_decoder {
    const struct content_encoding *encoding; /* NULL: a free place */
    struct content_decoder *decoder;
};

struct http_server {
    struct event_base *base;
    struct http_limits limits; /* defaults filled in */
    const struct http_handler *handler;
    void *context;
    struct http_counters *counters;

    int listen_fd; /* -1: none is accepted */
    struct event accept_event;
    struct event accept_pause;
    struct event turn_event; /* activated by the first touched connection, so it runs at the end of the loop's turn */
    bool turn_pending;
    uint64_t now; /* ms, monotonic; taken once a turn */
    struct reply_date date;
    struct span date_line; /* in `date` */
    bool dated;            /* date_line is this turn's */

    struct http_connection *connections; /* all that are not parked */
    struct http_connection *touched;     /* to be settled at the end of the turn */
    struct http_connection *parked;      /* closed; freed at the end of the turn, so nothing on the stack dangles */
    size_t connection_count;

    struct buffer decoded; /* of the body that is being handled */
    struct server_decoder decoders[SERVER_DECODERS];
    struct buffer spare_buffers[SERVER_SPARE_BUFFERS];
    size_t spare_buffer_count;
    struct http_exchange *spare_exchanges;
    size_t spare_exchange_count;
    char read_buffer[SERVER_READ_SIZE + SERVER_PADDING];
};

/* Gives an empty `buffer` the memory of a spare one, if there is any; and back. Idle connections hold none. */
void server_buffer_get(struct http_server *server, struct buffer *buffer);
void server_buffer_keep(struct http_server *server, struct buffer *buffer);
static inline void server_buffer_put(struct http_server *server, struct buffer *buffer)
{
    if (buffer->data != NULL) server_buffer_keep(server, buffer);
}

/* Has the end of this turn settle and free what is due. */
void server_end_turn(struct http_server *server);

/* Ms of a clock that is never set. */
uint64_t server_clock(void);

/* Serves one connected transport (which it owns from now on), as if it had been accepted; -1 when out of memory. */
int server_adopt(struct http_server *server, const struct transport *transport, bool peer_is_loopback) MUST_CHECK;

#endif
