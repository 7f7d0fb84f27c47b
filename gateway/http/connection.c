#include "gateway/http/connection.h"

#include "gateway/http/exchange.h"
#include "gateway/http/inbound.h"

#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

/* ---------------------------------------------------------------- states */

#define EDGE(state) (1U << CONNECTION_##state)
static const unsigned edges[] = {
    [CONNECTION_IDLE] = EDGE(HEAD) | EDGE(CLOSING) | EDGE(CLOSED),
    [CONNECTION_HEAD] = EDGE(IDLE) | EDGE(BODY) | EDGE(CLOSING) | EDGE(CLOSED),
    [CONNECTION_BODY] = EDGE(IDLE) | EDGE(DISCARD) | EDGE(CLOSING) | EDGE(CLOSED),
    [CONNECTION_DISCARD] = EDGE(IDLE) | EDGE(CLOSING) | EDGE(CLOSED),
    [CONNECTION_CLOSING] = EDGE(LINGER) | EDGE(CLOSED),
    [CONNECTION_LINGER] = EDGE(CLOSED),
    [CONNECTION_CLOSED] = 0,
};

void connection_enter(struct http_connection *connection, enum connection_state state)
{
    if ((edges[connection->state] & (1U << state)) == 0) abort();
    connection->state = state;
    connection->fresh = true;
}

void connection_touch(struct http_connection *connection)
{
    if (connection->touched || connection->state == CONNECTION_CLOSED) return;
    struct http_server *server = connection->server;
    connection->touched = true;
    connection->next_touched = server->touched;
    server->touched = connection;
    server_end_turn(server);
}

/* ---------------------------------------------------------------- life */

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    inbound_read(context);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    connection_touch(context);
}

static void on_deadline(evutil_socket_t fd, short what, void *context);

struct http_connection *connection_create(struct http_server *server, const struct transport *transport, bool loopback)
{
    struct http_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return NULL;
    connection->server = server;
    connection->transport = *transport;
    connection->loopback = loopback;
    connection->fresh = true;
    event_assign(&connection->read_event, server->base, transport->fd, EV_READ | EV_PERSIST, on_readable, connection);
    event_assign(&connection->write_event, server->base, transport->fd, EV_WRITE, on_writable, connection);
    event_assign(&connection->timer_event, server->base, -1, 0, on_deadline, connection);

    connection->next = server->connections;
    if (server->connections != NULL) server->connections->previous = connection;
    server->connections = connection;
    server->connection_count++;
    server->counters->connections_open++;
    connection_touch(connection);
    return connection;
}

static void unlink_connection(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->previous != NULL) {
        connection->previous->next = connection->next;
    } else {
        server->connections = connection->next;
    }
    if (connection->next != NULL) connection->next->previous = connection->previous;
    server->connection_count--;
    server->counters->connections_open--;
}

void connection_drop(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->state == CONNECTION_CLOSED) return;
    if (connection->exchange_count > 0 || connection_owed(connection) > 0) server->counters->connections_lost++;
    connection_enter(connection, CONNECTION_CLOSED);
    event_del(&connection->read_event);
    event_del(&connection->write_event);
    event_del(&connection->timer_event);
    connection->transport.ops->close(&connection->transport);
    exchange_lose_all(connection);
    server_buffer_put(server, &connection->input);
    server_buffer_put(server, &connection->body);
    server_buffer_put(server, &connection->out);
    unlink_connection(connection);
    connection->next = server->parked;
    server->parked = connection;
    server_end_turn(server);
}

void connection_wind_down(struct http_connection *connection)
{
    switch (connection->state) {
    case CONNECTION_HEAD:
    case CONNECTION_BODY: connection->last = true; return;
    case CONNECTION_IDLE:
    case CONNECTION_DISCARD: break;
    default: return;
    }
    connection->last = true;
    if (connection->state == CONNECTION_DISCARD && !connection->ended) return;
    connection_enter(connection, CONNECTION_CLOSING);
    connection_touch(connection);
}

/* ---------------------------------------------------------------- the end of a turn */

/* An event that cannot be waited for would leave the connection asleep for good. */
static void await(struct http_connection *connection, struct event *event, const struct timeval *interval)
{
    if (event_add(event, interval) == 0) return;
    connection->failed = true;
    connection_touch(connection);
}

/* False: the connection is gone. */
static bool write_owed(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    while (connection_owed(connection) > 0) {
        const char *bytes = connection->out.data + connection->out_sent;
        ssize_t sent = connection->transport.ops->send(&connection->transport, bytes, connection_owed(connection));
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {
            if (connection->write_started == 0) connection->write_started = server->now;
            await(connection, &connection->write_event, NULL);
            return true;
        }
        if (sent < 0) {
            connection_drop(connection);
            return false;
        }
        connection->out_sent += (size_t)sent;
        server->counters->bytes_out += (uint64_t)sent;
        connection->write_started = 0;
    }
    connection->out_sent = 0;
    server_buffer_put(server, &connection->out);
    return true;
}

/* Everything owed has left. A client that still sends would be answered by a reset, which may eat the reply on its way: so
 * only our side is shut, and what comes is read and thrown away for a while. */
static void finish(struct http_connection *connection)
{
    if (connection->ended) {
        connection_drop(connection);
        return;
    }
    connection->transport.ops->finish(&connection->transport);
    connection_enter(connection, CONNECTION_LINGER);
}

static void watch(struct http_connection *connection)
{
    bool reads = !connection->ended && (connection->state == CONNECTION_LINGER || inbound_open(connection));
    if (reads == connection->reading_on) return;
    connection->reading_on = reads;
    if (reads) {
        await(connection, &connection->read_event, NULL);
        connection->fresh = true; /* it did not dawdle, we did not read */
    } else {
        event_del(&connection->read_event);
    }
}

/* When the state has lasted too long, in ms of server_clock(); 0 when it may last. */
static uint64_t deadline_of(const struct http_connection *connection)
{
    const struct http_limits *limits = &connection->server->limits;
    if (connection->write_started != 0) return connection->write_started + limits->write_timeout;
    bool waits = connection->exchange_count > 0;
    switch (connection->state) {
    case CONNECTION_IDLE: return waits ? 0 : connection->phase_started + limits->idle_timeout;
    case CONNECTION_HEAD: return connection->reading_on ? connection->phase_started + limits->head_timeout : 0;
    case CONNECTION_BODY:
    case CONNECTION_DISCARD: return connection->reading_on ? connection->phase_started + limits->body_timeout : 0;
    case CONNECTION_LINGER: return connection->phase_started + limits->linger_timeout;
    default: return 0;
    }
}

/* A timer is moved only when it would fire too late; one that fires too early looks again. So a connection with a request
 * after the other touches its timer once in many requests. */
static void set_deadline(struct http_connection *connection)
{
    uint64_t now = connection->server->now;
    uint64_t deadline = deadline_of(connection);
    if (deadline == 0 || (connection->timer_at != 0 && connection->timer_at <= deadline)) return;
    uint64_t wait = deadline > now ? deadline - now : 1;
    struct timeval interval = {.tv_sec = (time_t)(wait / 1000), .tv_usec = (suseconds_t)(wait % 1000 * 1000)};
    connection->timer_at = deadline;
    await(connection, &connection->timer_event, &interval);
}

void connection_settle(struct http_connection *connection)
{
    if (connection->state == CONNECTION_CLOSED) return;
    if (connection->failed) {
        connection_drop(connection);
        return;
    }
    if (connection->said_close) exchange_lose_all(connection); /* nothing may follow a reply that says close */
    if (!write_owed(connection)) return;
    if (connection->input.size > 0 && inbound_open(connection)) inbound_resume(connection);
    if (connection->state == CONNECTION_CLOSING && connection->exchange_count == 0 && connection_owed(connection) == 0) {
        finish(connection);
    }
    if (connection->state == CONNECTION_CLOSED) return;
    watch(connection);
    if (connection->fresh) connection->phase_started = connection->server->now;
    connection->fresh = false;
    set_deadline(connection);
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct http_connection *connection = context;
    uint64_t deadline = deadline_of(connection);
    connection->timer_at = 0;
    connection_touch(connection); /* sets the next one */
    if (deadline == 0 || connection->fresh || server_clock() < deadline) return;
    if (connection->write_started != 0) {
        connection_drop(connection);
        return;
    }
    switch (connection->state) {
    case CONNECTION_HEAD: inbound_fault(connection, HTTP_FAULT_HEAD_TIMEOUT); break;
    case CONNECTION_BODY: inbound_fault(connection, HTTP_FAULT_BODY_TIMEOUT); break;
    case CONNECTION_DISCARD: connection_enter(connection, CONNECTION_CLOSING); break;
    default: connection_drop(connection); break;
    }
}
