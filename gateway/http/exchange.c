#include "gateway/http/exchange.h"

#include "gateway/clock.h"
#include "gateway/http/inbound.h"

#include <stdlib.h>

enum { STORE_LEAST = 2048, STORE_KEPT = 16 * 1024 };

/* ---------------------------------------------------------------- pool */

static struct http_exchange *pool_get(struct http_server *server)
{
    struct http_exchange *exchange = server->spare_exchanges;
    if (exchange == NULL) return calloc(1, sizeof *exchange);
    server->spare_exchanges = exchange->next;
    server->spare_exchange_count--;
    char *store = exchange->store;
    size_t room = exchange->room;
    *exchange = (struct http_exchange){.store = store, .room = room};
    return exchange;
}

static void exchange_free(struct http_exchange *exchange)
{
    free(exchange->store);
    free(exchange);
}

static void pool_put(struct http_server *server, struct http_exchange *exchange)
{
    server_buffer_put(server, &exchange->reply);
    if (exchange->room > STORE_KEPT || server->spare_exchange_count >= SERVER_SPARE_EXCHANGES) {
        exchange_free(exchange);
        return;
    }
    exchange->next = server->spare_exchanges;
    server->spare_exchanges = exchange;
    server->spare_exchange_count++;
}

void exchange_pool_deinit(struct http_server *server)
{
    while (server->spare_exchanges != NULL) {
        struct http_exchange *exchange = server->spare_exchanges;
        server->spare_exchanges = exchange->next;
        exchange_free(exchange);
    }
}

static bool make_room(struct http_exchange *exchange, size_t needed)
{
    if (needed <= exchange->room) return true;
    size_t room = needed < STORE_LEAST ? STORE_LEAST : needed;
    free(exchange->store);
    exchange->store = malloc(room);
    exchange->room = exchange->store != NULL ? room : 0;
    return exchange->store != NULL;
}

struct http_exchange *exchange_get(struct http_connection *connection, size_t size, size_t lines)
{
    struct http_exchange *exchange = pool_get(connection->server);
    if (exchange == NULL) return NULL;
    if (!make_room(exchange, lines * sizeof(struct http_header) + size + HEAD_PADDING)) {
        exchange_free(exchange);
        return NULL;
    }
    exchange->connection = connection;
    exchange->max_body = connection->server->limits.body;
    if (connection->youngest != NULL) {
        connection->youngest->next = exchange;
    } else {
        connection->oldest = exchange;
    }
    connection->youngest = exchange;
    connection->exchange_count++;
    return exchange;
}

static void remove_oldest(struct http_connection *connection)
{
    struct http_exchange *exchange = connection->oldest;
    connection->oldest = exchange->next;
    if (connection->oldest == NULL) connection->youngest = NULL;
    connection->exchange_count--;
    pool_put(connection->server, exchange);
}

void exchange_lose_all(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    connection->current = NULL;
    while (connection->oldest != NULL) {
        struct http_exchange *exchange = connection->oldest;
        if (exchange->seen && !exchange->answered) server->handler->lost(server->context, exchange);
        remove_oldest(connection);
    }
}

/* ---------------------------------------------------------------- request */

enum http_fault exchange_parse(struct http_exchange *exchange, const char *bytes, size_t size, size_t lines)
{
    char *copy = exchange->store + lines * sizeof(struct http_header);
    memcpy(copy, bytes, size);
    enum http_fault fault = head_parse(copy, size, (struct http_header *)(void *)exchange->store, lines, &exchange->head);
    exchange->head.request.peer_is_loopback = exchange->connection->loopback;
    return fault;
}

const struct http_request *http_exchange_request(const struct http_exchange *exchange)
{
    return &exchange->head.request;
}

void http_exchange_set_user(struct http_exchange *exchange, void *user)
{
    exchange->user = user;
}

void *http_exchange_user(const struct http_exchange *exchange)
{
    return exchange->user;
}

void http_exchange_set_max_body(struct http_exchange *exchange, size_t bytes)
{
    exchange->max_body = bytes;
}

struct span http_request_header(const struct http_request *request, struct span lower_case_name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (span_equal(request->headers[i].name, lower_case_name)) return request->headers[i].value;
    }
    return (struct span){NULL, 0};
}

/* ---------------------------------------------------------------- answer */

/* Replies leave in order: the oldest ones that are answered move to the connection's output. */
static void promote(struct http_connection *connection)
{
    struct http_exchange *exchange;
    while ((exchange = connection->oldest) != NULL && exchange->answered && !connection->said_close) {
        connection->said_close = exchange->ends;
        if (exchange->reply.size > 0) buffer_append_span(&connection->out, buffer_span(&exchange->reply));
        remove_oldest(connection);
    }
    if (connection->oldest == NULL && connection->state == CONNECTION_IDLE) connection->fresh = true; /* idle from now on */
    if (connection->owes_continue && connection->oldest == connection->current) {
        connection->owes_continue = false;
        connection->server->counters->replies[1]++;
        buffer_append_text(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
    }
}

/* The request was answered while its body was still to be read: the rest is skipped if it is short, else the connection
 * ends with this reply. */
static void leave_current(struct http_connection *connection, bool ends)
{
    connection->current = NULL;
    connection->owes_continue = false;
    if (ends) {
        connection_enter(connection, CONNECTION_CLOSING);
    } else {
        connection_enter(connection, connection->body_left > 0 ? CONNECTION_DISCARD : CONNECTION_IDLE);
    }
}

void exchange_continue(struct http_connection *connection)
{
    connection->owes_continue = true;
    promote(connection);
    connection_touch(connection);
}

void http_exchange_expect(const struct http_exchange *exchange)
{
    const struct http_connection *connection = exchange->connection;
    __builtin_prefetch(connection);
    __builtin_prefetch(&connection->oldest);
    __builtin_prefetch(&connection->out);
}

/* All replies of a turn tell the same time. */
static struct span date_of(struct http_server *server)
{
    if (!server->dated) server->date_line = reply_date_at(&server->date, (time_t)(clock_wall_coarse() / 1000000));
    server->dated = true;
    return server->date_line;
}

void http_answer(struct http_exchange *exchange, const struct http_reply *reply)
{
    struct http_connection *connection = exchange->connection;
    struct http_server *server = connection->server;
    const struct http_request *request = &exchange->head.request;
    bool is_current = exchange == connection->current;
    bool is_last =
        exchange == connection->youngest && (connection->state == CONNECTION_CLOSING || (is_current && connection->last));
    bool ends = reply->close || !request->keep_alive || is_last || (is_current && !inbound_skippable(connection));

    struct buffer *out = exchange == connection->oldest ? &connection->out : &exchange->reply;
    if (out->data == NULL) server_buffer_get(server, out);
    struct reply_manner manner = {
        .close = ends, .keep_alive = request->version_minor == 0, .head_only = request->method == HTTP_METHOD_HEAD};
    reply_write(out, reply, manner, date_of(server));
    connection->failed |= !buffer_ok(out);
    server->counters->replies[reply->status / 100 % 6]++;

    exchange->answered = true;
    exchange->ends = ends;
    if (is_current) {
        leave_current(connection, ends);
    } else if (ends && connection->state != CONNECTION_CLOSING) {
        connection->current = NULL; /* it and all younger ones are lost at the end of the turn in which this reply leaves */
        connection->owes_continue = false;
        connection_enter(connection, CONNECTION_CLOSING);
    }
    promote(connection);
    connection_touch(connection);
}
