/* http.h - HTTP/1.1 for a table of handlers; knows nothing of events, contracts or Kafka.
 *
 *      bytes -> [ head: checked, parsed ] -> handler.head -> [ body: bounded, decoded ] -> handler.body
 *                                                                                             |  (now or much later)
 *      bytes <- [ in the order of the requests ] <- one write a loop turn <------------- http_answer
 *
 * All of it belongs to one event loop and its thread: no function here may be called from another one. Handlers run inside
 * the loop and must not block. Calls for one exchange come in this order, and after the last one the exchange is gone:
 *
 *      head -> false (it has answered)
 *      head -> true -> body -> the handler calls http_answer once, in the call or later
 *      head -> true -> fault    (the body was broken, late or too large: answered here)
 *      lost may take the place of anything after head -> true that has not happened yet, but never comes after http_answer
 *
 * http_answer never calls a handler back. A handler may answer several exchanges, of any connection, in any order. */
#ifndef HEADGATE_GATEWAY_HTTP_HTTP_H
#define HEADGATE_GATEWAY_HTTP_HTTP_H

#include "codecs/attributes.h"
#include "codecs/span.h"
#include "gateway/http/fault.h"
#include "gateway/http/field.h"

#include <stdint.h>

struct event_base;
struct http_exchange; /* one request and its reply: a place in its connection's queue */
struct http_server;

enum http_method {
    HTTP_METHOD_GET,
    HTTP_METHOD_HEAD,
    HTTP_METHOD_POST,
    HTTP_METHOD_PUT,
    HTTP_METHOD_DELETE,
    HTTP_METHOD_PATCH,
    HTTP_METHOD_OPTIONS,
    HTTP_METHOD_COUNT
};

struct http_header {
    struct span name; /* in a request: lower-cased by the server */
    struct span value;
};

struct http_request {
    enum http_method method;
    uint8_t version_minor;             /* 0 or 1 */
    bool keep_alive;                   /* what the client asked for */
    bool peer_is_loopback;             /* 127.0.0.0/8, ::1 or a local socket */
    bool chunked;                      /* then content_length is 0 and means nothing */
    uint64_t content_length;           /* 0 when there is no body */
    struct span target;                /* as sent */
    struct span path;                  /* begins with '/', still percent-encoded; "*" for OPTIONS * */
    struct span query;                 /* behind the '?'; NULL data = there was none */
    const struct http_header *headers; /* values trimmed; may hold bytes above 0x7f, which mean nothing in particular */
    size_t header_count;
    uint32_t sent, repeated;          /* sets of enum http_field: at least once, more than once */
    uint32_t first[HTTP_FIELD_COUNT]; /* in `headers`; means something only for a field that was sent */
};

struct http_reply {
    int status;
    struct span content_type; /* NULL data: no Content-Type line */
    struct span body;
    const struct http_header *headers; /* besides Date, Content-Length, Content-Type and Connection, which are written here */
    size_t header_count;
    bool close; /* end the connection after this reply */
};

/* One table per listener. */
struct http_handler {
    /* The head is complete, no body byte was asked for: the place to check identity, route, type and length, to attach a
     * user pointer and to set a body limit. False: it has called http_answer already. */
    bool (*head)(void *context, struct http_exchange *exchange);

    /* The whole body, content-decoded, with at least 64 readable bytes behind it (JSON_PADDING); valid only
     * during the call. Comes for every request that passed head, with an empty body where there is none. */
    void (*body)(void *context, struct http_exchange *exchange, struct span body);

    /* The connection died before the answer: forget the exchange, which must not be answered any more. */
    void (*lost)(void *context, struct http_exchange *exchange);

    /* Fills `reply` (zeroed but for its status) for a fault found here; what it points to need live only until the next
     * call of any handler. `exchange` is NULL when no handler has seen it, else this is its last call. May be NULL: plain
     * text is sent, and `lost` tells the handler to forget. */
    void (*fault)(void *context, struct http_exchange *exchange, const struct http_fault_info *fault, struct http_reply *reply);
};

/* Zero in a field takes the default behind it. */
struct http_limits {
    size_t head;             /* bytes of a head: 16 KiB, 431 beyond */
    size_t request_line;     /* bytes of its first line: 8 KiB, 414 beyond */
    size_t header_lines;     /* 100, 431 beyond */
    size_t body;             /* bytes, as sent and as decoded: 4 MiB, 413 beyond */
    size_t pipeline;         /* requests of a connection not yet answered: 16; then it is not read */
    size_t output;           /* bytes of replies a connection may owe before it is no longer read: 256 KiB */
    size_t connections;      /* 10,000; 503 beyond */
    uint32_t head_timeout;   /* ms, from a head's first byte to its last: 10,000; 408 */
    uint32_t body_timeout;   /* ms, from the head's last byte to the body's: 60,000; 408 */
    uint32_t idle_timeout;   /* ms between requests: 75,000; closed */
    uint32_t write_timeout;  /* ms without the client taking a byte of what is owed: 30,000; dropped */
    uint32_t linger_timeout; /* ms of reading on after the last reply, so that a reset does not eat it: 1,000 */
};

/* Written by the loop's thread alone; another thread that reads them should do so with relaxed atomic loads. */
struct http_counters {
    uint64_t connections_open;     /* a gauge */
    uint64_t connections_accepted; /* refused ones among them */
    uint64_t connections_refused;  /* over limits.connections */
    uint64_t connections_lost;     /* ended by an error or a time-out while a reply was owed */
    uint64_t requests;             /* complete heads, faulty ones not among them */
    uint64_t replies[6];           /* by status / 100; [1] counts 100 Continue */
    uint64_t bytes_in;             /* as read from the transport */
    uint64_t bytes_out;
    uint64_t faults[HTTP_FAULT_COUNT];
};

/* ---------------------------------------------------------------- exchanges */

/* The request; it and all its spans stay valid until the exchange is gone. */
const struct http_request *http_exchange_request(const struct http_exchange *exchange);

/* A pointer of the handler's own; NULL at first. */
void http_exchange_set_user(struct http_exchange *exchange, void *user);
void *http_exchange_user(const struct http_exchange *exchange);

/* In head only: this exchange's body limit in bytes, in place of limits.body (smaller or larger). */
void http_exchange_set_max_body(struct http_exchange *exchange, size_t bytes);

/* An answer comes soon: what it will touch is fetched into the cache meanwhile. */
void http_exchange_expect(const struct http_exchange *exchange);

/* Answers and gives the exchange up. Everything is copied; the bytes leave when all earlier replies of the connection have.
 * A HEAD request's reply keeps its Content-Length and loses its body. Header names and values must not hold CR or LF.
 * Statuses: 200 to 599. Never fails: out of memory closes the connection. */
void http_answer(struct http_exchange *exchange, const struct http_reply *reply);

/* The value of the first header of that field; NULL data when there is none. */
static inline struct span http_request_field(const struct http_request *request, enum http_field field)
{
    if ((request->sent & HTTP_FIELD_BIT(field)) == 0) return (struct span){NULL, 0};
    return request->headers[request->first[field]].value;
}

/* Whether one of a set of fields was sent more than once: where that could be read in two ways, refuse it. */
static inline bool http_request_repeats(const struct http_request *request, uint32_t fields)
{
    return (request->repeated & fields) != 0;
}

/* As http_request_field(), of any name (given in lower case), one after the other. */
struct span http_request_header(const struct http_request *request, struct span lower_case_name);

/* ---------------------------------------------------------------- servers */

/* A listening, non-blocking socket on "127.0.0.1:8080", "[::1]:8080" or ":8080" (all addresses); port 0 picks one. With
 * `reuse_port` several workers may listen on the same one. `bound` (may be NULL) receives the address with its real port.
 * -1 on failure, with a constant text in *error and errno kept. */
int http_listen(const char *address, bool reuse_port, char *bound, size_t bound_size, const char **error) MUST_CHECK;

/* Serves `listen_fd` (which it owns from now on) on `base` until destroyed. `limits`, `handler` and `counters` must outlive
 * it; `limits` may be NULL for the defaults. NULL when out of memory, and the fd stays the caller's. */
struct http_server *http_server_create(struct event_base *base, int listen_fd, const struct http_limits *limits,
                                       const struct http_handler *handler, void *context,
                                       struct http_counters *counters) MUST_CHECK;

/* Stops accepting, closes idle connections, and ends each other one with `Connection: close` on what it is owed. Done when
 * http_server_connections() is 0. */
void http_server_drain(struct http_server *server);

/* Connections that are open, lingering ones included. */
size_t http_server_connections(const struct http_server *server);

/* Drops all connections (each unanswered exchange is `lost`) and frees the server. Not from inside a handler. */
void http_server_destroy(struct http_server *server);

#endif
