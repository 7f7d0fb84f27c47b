/* floor_server.h - the least that an HTTP server can do with libevent: read a POST, hand over its body, answer 202.
 *
 * It is what headgate's own HTTP layer is measured against, so it does nothing for safety: Content-Length must be spelt so,
 * one request is under way per connection, a reply that does not go out whole is given up. Not for any other use. */
#ifndef HEADGATE_BENCH_FLOOR_SERVER_H
#define HEADGATE_BENCH_FLOOR_SERVER_H

#include "codecs/span.h"

#include <event2/event.h>
#include <event2/event_struct.h>

struct floor_connection {
    struct event readable;
    struct floor_server *server;
    char *bytes; /* what was read; the request at its front stays until it is answered */
    size_t size, capacity;
    size_t request_size; /* head and body of the request under way; 0 = none */
    unsigned pending;    /* of the body handler's: floor_server_reply() when it is 0 again */
};

struct floor_server {
    struct event_base *base;
    void (*body)(struct floor_connection *connection, struct span body); /* answers now or later */
};

/* Listens on 127.0.0.1:port and turns the loop until the process is killed; 1 when it cannot. */
int floor_server_run(struct floor_server *server, int port);

/* Answers the request under way, and goes on with the next if it has come. */
void floor_server_reply(struct floor_connection *connection);

#endif
