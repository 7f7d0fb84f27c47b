/* connection.h - one client's connection; for the files of this folder.
 *
 *               +------------------ the reply left, or the body was taken --------------------+
 *               v                                                                             |
 *      accept  IDLE --first byte--> HEAD --whole--> BODY --answered before its end, short--> DISCARD
 *               |                    |               |                                        |
 *               +--------------------+---- no more will be read: last reply, half-close, fault+
 *                                    v
 *                                 CLOSING --all that is owed has left--> LINGER --end, 1 s or 1 MiB--> CLOSED
 *
 * IDLE, HEAD and BODY say what is being read; up to limits.pipeline requests may wait for their answers meanwhile.
 * Everything that happens in a loop turn only changes state and fills `out`; connection_settle() at the end of the turn
 * writes, watches and sets deadlines once. */
#ifndef HEADGATE_GATEWAY_HTTP_CONNECTION_H
#define HEADGATE_GATEWAY_HTTP_CONNECTION_H

#include "gateway/http/chunked.h"
#include "gateway/http/head.h"
#include "gateway/http/server.h"
#include "gateway/http/transport.h"

enum connection_state {
    CONNECTION_IDLE,
    CONNECTION_HEAD,
    CONNECTION_BODY,
    CONNECTION_DISCARD,
    CONNECTION_CLOSING,
    CONNECTION_LINGER,
    CONNECTION_CLOSED,
};

struct body_framing;

struct http_connection {
    struct http_server *server;
    struct http_connection *next, *previous; /* in server->connections; `next` also in server->parked */
    struct http_connection *next_touched;
    struct transport transport;
    enum connection_state state;
    bool touched;
    bool loopback;
    bool failed;     /* out of memory: close at the end of the turn */
    bool ended;      /* the client has shut its side */
    bool last;       /* no request after the one being read */
    bool said_close; /* the reply that ends the connection is in `out` */
    bool reading_on; /* read_event is pending */
    bool fresh;      /* the phase began in this turn */
    struct event read_event, write_event, timer_event;
    uint64_t phase_started, write_started, timer_at; /* ms; 0 = not */

    struct http_exchange *oldest, *youngest;
    struct http_exchange *current; /* the youngest, while its head or body is being read */
    size_t exchange_count;

    struct buffer input; /* of a message that came in pieces or may not be read yet */
    struct head_scan scan;
    uint8_t empty_lines;

    const struct body_framing *framing;
    struct chunked chunked;
    uint64_t body_left; /* bytes to come, by Content-Length */
    struct buffer body; /* of one that came in pieces or in chunks */
    bool body_begun;    /* its first byte has come */
    bool body_whole;    /* its last byte has come */
    bool owes_continue; /* 100 Continue, as soon as all older replies are out */
    size_t discarded;

    struct buffer out;
    size_t out_sent; /* of out's bytes */
};

/* A connection in server->connections, read from the next turn on. NULL when out of memory. */
struct http_connection *connection_create(struct http_server *server, const struct transport *transport,
                                          bool loopback) MUST_CHECK;

/* Enters `state`; an edge that the diagram does not have is a bug and aborts. */
void connection_enter(struct http_connection *connection, enum connection_state state);

/* Has connection_settle() called at the end of this turn. */
void connection_touch(struct http_connection *connection);

/* Writes what can be written, reads on what may be read on, and brings events and deadlines in line with the state. */
void connection_settle(struct http_connection *connection);

/* Bytes of replies that the client has not taken. */
static inline size_t connection_owed(const struct http_connection *connection)
{
    return connection->out.size - connection->out_sent;
}

/* Closes at once and parks; unanswered exchanges are lost. */
void connection_drop(struct http_connection *connection);

/* No further request: closes if nothing is owed or under way, else after the last reply. */
void connection_wind_down(struct http_connection *connection);

#endif
