/* exchange.h - one request and its reply: the queue of a connection, and the pool they come from. */
#ifndef HEADGATE_GATEWAY_HTTP_EXCHANGE_H
#define HEADGATE_GATEWAY_HTTP_EXCHANGE_H

#include "gateway/http/connection.h"
#include "gateway/http/head.h"

/* What is touched when the answer comes lies together in front: many wait, and none of them is in the cache by then. */
struct http_exchange {
    struct http_connection *connection;
    struct http_exchange *next; /* younger in the connection's queue, or next in the pool */
    void *user;
    bool sniff;
    bool seen;           /* by the handler */
    bool answered;       /* its reply waits in `reply` for the older ones */
    bool ends;           /* the reply said Connection: close */
    struct buffer reply; /* only of one answered before its turn */
    size_t room;         /* bytes of `store` */
    char *store;         /* header table, then the head's bytes: the request lives here, not in a read buffer */
    size_t max_body;
    const struct content_encoding *encoding; /* NULL: none, or to be seen by `sniff` */
    struct head head;
};

/* A new youngest exchange of `connection`, with a store for a head of `size` bytes and `lines` header lines. NULL when out
 * of memory. */
struct http_exchange *exchange_get(struct http_connection *connection, size_t size, size_t lines) MUST_CHECK;

/* Copies the head into the exchange's store and parses it there. */
enum http_fault exchange_parse(struct http_exchange *exchange, const char *bytes, size_t size, size_t lines) MUST_CHECK;

/* Tells the handler of all unanswered exchanges that it has seen, and drops the whole queue. */
void exchange_lose_all(struct http_connection *connection);

/* The current request may have its body: 100 Continue is owed once all older replies are out. */
void exchange_continue(struct http_connection *connection);

/* Frees the server's pool. */
void exchange_pool_deinit(struct http_server *server);

#endif
