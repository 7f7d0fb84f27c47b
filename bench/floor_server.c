#include "bench/floor_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/listener.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024 };

static void close_connection(struct floor_connection *connection)
{
    event_del(&connection->readable);
    close(event_get_fd(&connection->readable));
    connection->server = NULL;
    if (connection->pending > 0) return; /* its reports still name it: leaked, as a floor may */
    free(connection->bytes);
    free(connection);
}

/* Whether a whole request is there; then its body goes to the handler. */
static void begin_request(struct floor_connection *connection)
{
    static const char length_name[] = "Content-Length: ";
    const char *end = memmem(connection->bytes, connection->size, "\r\n\r\n", 4);
    if (end == NULL) return;
    size_t head = (size_t)(end - connection->bytes) + 4;
    const char *length = memmem(connection->bytes, head, length_name, sizeof length_name - 1);
    size_t body = length != NULL ? strtoul(length + sizeof length_name - 1, NULL, 10) : 0;
    if (connection->size < head + body) return;
    connection->request_size = head + body;
    connection->server->body(connection, (struct span){connection->bytes + head, body});
}

void floor_server_reply(struct floor_connection *connection)
{
    static const char reply[] =
        "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"accepted\":1}";
    if (connection->server == NULL) return;
    if (write(event_get_fd(&connection->readable), reply, sizeof reply - 1) != (ssize_t)sizeof reply - 1) {
        close_connection(connection);
        return;
    }
    connection->size -= connection->request_size;
    memmove(connection->bytes, connection->bytes + connection->request_size, connection->size);
    connection->request_size = 0;
    if (connection->size > 0) begin_request(connection);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)what;
    struct floor_connection *connection = context;
    if (connection->capacity - connection->size < READ_SIZE) {
        if (connection->request_size > 0) return; /* its bytes are lent out and must not move: one request at a time */
        connection->capacity = connection->size + 2 * (size_t)READ_SIZE;
        connection->bytes = realloc(connection->bytes, connection->capacity);
        if (connection->bytes == NULL) abort();
    }
    ssize_t got = read(fd, connection->bytes + connection->size, connection->capacity - connection->size);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) close_connection(connection);
        return;
    }
    connection->size += (size_t)got;
    if (connection->request_size == 0) begin_request(connection);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int size, void *context)
{
    (void)listener, (void)address, (void)size;
    static const int one = 1;
    struct floor_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) abort();
    connection->server = context;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    event_assign(&connection->readable, connection->server->base, fd, EV_READ | EV_PERSIST, on_readable, connection);
    event_add(&connection->readable, NULL);
}

int floor_server_run(struct floor_server *server, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct evconnlistener *listener =
        evconnlistener_new_bind(server->base, on_accept, server, LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE, -1,
                                (struct sockaddr *)&address, sizeof address);
    if (listener == NULL) {
        perror("listen");
        return 1;
    }
    return event_base_dispatch(server->base) < 0;
}
