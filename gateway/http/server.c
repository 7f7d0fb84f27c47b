#include "gateway/http/server.h"

#include "gateway/clock.h"
#include "gateway/http/body.h"
#include "gateway/http/connection.h"
#include "gateway/http/exchange.h"
#include "gateway/http/inbound.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

enum {
    ACCEPTS_PER_TURN = 64, /* so that a flood of connections does not starve those that are there */
    REFUSALS_AT_ONCE = 64, /* connections beyond the limit that are being told so */
    ACCEPT_PAUSE_MS = 100, /* after running out of descriptors */
};

/* ---------------------------------------------------------------- turns */

uint64_t server_clock(void)
{
    return (uint64_t)clock_monotonic() / 1000;
}

void server_end_turn(struct http_server *server)
{
    if (server->turn_pending) return;
    server->turn_pending = true;
    event_active(&server->turn_event, EV_TIMEOUT, 0);
}

static void free_parked(struct http_server *server)
{
    while (server->parked != NULL) {
        struct http_connection *connection = server->parked;
        server->parked = connection->next;
        free(connection);
    }
}

/* A connection that settles may touch others, and itself again: each is taken off the list before it settles. */
static void on_turn_end(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct http_server *server = context;
    server->now = server_clock();
    server->dated = false;
    while (server->touched != NULL) {
        struct http_connection *connection = server->touched;
        server->touched = connection->next_touched;
        connection->touched = false;
        connection_settle(connection);
    }
    free_parked(server);
    server->turn_pending = false;
}

/* ---------------------------------------------------------------- spare buffers */

void server_buffer_get(struct http_server *server, struct buffer *buffer)
{
    if (server->spare_buffer_count == 0 || buffer->data != NULL) return;
    *buffer = server->spare_buffers[--server->spare_buffer_count];
}

void server_buffer_keep(struct http_server *server, struct buffer *buffer)
{
    if (buffer->capacity > SERVER_SPARE_SIZE || server->spare_buffer_count == SERVER_SPARE_BUFFERS) {
        buffer_deinit(buffer);
        return;
    }
    buffer_clear(buffer);
    server->spare_buffers[server->spare_buffer_count++] = *buffer;
    *buffer = BUFFER_EMPTY;
}

/* ---------------------------------------------------------------- accepting */

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_UNIX) return true;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family != AF_INET6) return false;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
}

static void pause_accepting(struct http_server *server)
{
    const struct timeval pause = {.tv_usec = ACCEPT_PAUSE_MS * 1000};
    event_del(&server->accept_event);
    event_add(&server->accept_pause, &pause);
}

static void on_accept_pause_over(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct http_server *server = context;
    if (server->listen_fd >= 0) event_add(&server->accept_event, NULL);
}

int server_adopt(struct http_server *server, const struct transport *transport, bool peer_is_loopback)
{
    bool full = server->connection_count >= server->limits.connections;
    struct http_connection *connection = connection_create(server, transport, peer_is_loopback);
    if (connection == NULL) return -1;
    server->counters->connections_accepted++;
    if (full) {
        server->counters->connections_refused++;
        inbound_fault(connection, HTTP_FAULT_CONNECTIONS);
    }
    return 0;
}

/* False: nothing more to accept now. */
static bool accept_one(struct http_server *server)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    const int on = 1;
    if (server->connection_count >= server->limits.connections + REFUSALS_AT_ONCE) {
        pause_accepting(server);
        return false;
    }
    int fd = accept4(server->listen_fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause_accepting(server);
        return errno == ECONNABORTED || errno == EINTR;
    }
    if (address.ss_family != AF_UNIX) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct transport transport = {.ops = &transport_plain, .fd = fd};
    if (server_adopt(server, &transport, is_loopback((const struct sockaddr *)&address)) != 0) close(fd);
    return true;
}

static void on_acceptable(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct http_server *server = context;
    for (int i = 0; i < ACCEPTS_PER_TURN && accept_one(server); i++) continue;
}

/* ---------------------------------------------------------------- life */

static struct http_limits fill_in(const struct http_limits *given)
{
    static const struct http_limits defaults = {
        .head = 16 * 1024,
        .request_line = 8 * 1024,
        .header_lines = 100,
        .body = 4 * 1024 * 1024,
        .pipeline = 16,
        .output = 256 * 1024,
        .connections = 10000,
        .head_timeout = 10000,
        .body_timeout = 60000,
        .idle_timeout = 75000,
        .write_timeout = 30000,
        .linger_timeout = 1000,
    };
    struct http_limits limits = given != NULL ? *given : defaults;
#define FILL_IN(field) \
    if (limits.field == 0) limits.field = defaults.field
    FILL_IN(head);
    FILL_IN(request_line);
    FILL_IN(header_lines);
    FILL_IN(body);
    FILL_IN(pipeline);
    FILL_IN(output);
    FILL_IN(connections);
    FILL_IN(head_timeout);
    FILL_IN(body_timeout);
    FILL_IN(idle_timeout);
    FILL_IN(write_timeout);
    FILL_IN(linger_timeout);
#undef FILL_IN
    return limits;
}

struct http_server *http_server_create(struct event_base *base, int listen_fd, const struct http_limits *limits,
                                       const struct http_handler *handler, void *context, struct http_counters *counters)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL) return NULL;
    server->base = base;
    server->limits = fill_in(limits);
    server->handler = handler;
    server->context = context;
    server->counters = counters;
    server->listen_fd = listen_fd;
    server->now = server_clock();
    event_assign(&server->turn_event, base, -1, 0, on_turn_end, server);
    event_assign(&server->accept_pause, base, -1, 0, on_accept_pause_over, server);
    event_assign(&server->accept_event, base, listen_fd, EV_READ | EV_PERSIST, on_acceptable, server);
    if (listen_fd >= 0 && event_add(&server->accept_event, NULL) != 0) {
        free(server);
        return NULL;
    }
    return server;
}

/* Takes no further connection and closes the listening socket; those there are stay. */
static void stop_accepting(struct http_server *server)
{
    if (server->listen_fd < 0) return;
    event_del(&server->accept_event);
    event_del(&server->accept_pause);
    close(server->listen_fd);
    server->listen_fd = -1;
}

void http_server_drain(struct http_server *server)
{
    stop_accepting(server);
    for (struct http_connection *connection = server->connections; connection != NULL; connection = connection->next) {
        connection_wind_down(connection);
    }
}

size_t http_server_connections(const struct http_server *server)
{
    return server->connection_count;
}

void http_server_destroy(struct http_server *server)
{
    if (server == NULL) return;
    stop_accepting(server);
    while (server->connections != NULL) connection_drop(server->connections);
    event_del(&server->turn_event);
    free_parked(server);
    exchange_pool_deinit(server);
    while (server->spare_buffer_count > 0) buffer_deinit(&server->spare_buffers[--server->spare_buffer_count]);
    buffer_deinit(&server->decoded);
    body_decoders_deinit(server);
    free(server);
}
