#include "gateway/http/transport.h"

#include <sys/socket.h>
#include <unistd.h>

static ssize_t plain_receive(struct transport *transport, char *to, size_t size)
{
    return recv(transport->fd, to, size, 0);
}

static ssize_t plain_send(struct transport *transport, const char *bytes, size_t size)
{
    return send(transport->fd, bytes, size, MSG_NOSIGNAL);
}

static void plain_finish(struct transport *transport)
{
    shutdown(transport->fd, SHUT_WR);
}

static void plain_close(struct transport *transport)
{
    close(transport->fd);
}

const struct transport_ops transport_plain = {
    .receive = plain_receive, .send = plain_send, .finish = plain_finish, .close = plain_close};
