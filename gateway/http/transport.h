/* transport.h - the bytes of a connection, plain or (with another table) encrypted.
 *
 * All calls are non-blocking and behave as recv(2) and send(2) do: -1 with errno EAGAIN when nothing can be done now. */
#ifndef HEADGATE_GATEWAY_HTTP_TRANSPORT_H
#define HEADGATE_GATEWAY_HTTP_TRANSPORT_H

#include "codecs/attributes.h"

#include <stddef.h>
#include <sys/types.h>

struct transport;

struct transport_ops {
    ssize_t (*receive)(struct transport *transport, char *to, size_t size);
    ssize_t (*send)(struct transport *transport, const char *bytes, size_t size);
    void (*finish)(struct transport *transport); /* nothing more will be sent; receiving goes on */
    void (*close)(struct transport *transport);
};

struct transport {
    const struct transport_ops *ops;
    int fd; /* what the loop waits on */
};

/* A connected, non-blocking socket as it is. */
extern const struct transport_ops transport_plain;

#endif
