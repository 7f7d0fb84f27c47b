#include "gateway/http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

enum { HOST_MAX = 64, BACKLOG = 1024 };

static bool parse_port(const char *text, in_port_t *port)
{
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    *port = htons((uint16_t)value);
    return errno == 0 && *end == '\0' && value <= 65535;
}

/* "127.0.0.1:80", "[::1]:80", ":80": numbers only, a name would need a resolver that blocks and may change its mind. */
static bool parse_address(const char *text, union address *address, socklen_t *size)
{
    char host[HOST_MAX];
    in_port_t port;
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !parse_port(colon + 1, &port)) return false;
    size_t length = (size_t)(colon - text);
    bool bracketed = length >= 2 && text[0] == '[' && colon[-1] == ']';
    if (length >= sizeof host) return false;
    memcpy(host, bracketed ? text + 1 : text, bracketed ? length - 2 : length);
    host[bracketed ? length - 2 : length] = '\0';

    memset(address, 0, sizeof *address);
    if (bracketed || length == 0) {
        address->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port};
        *size = sizeof address->v6;
        return length == 0 || inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1;
    }
    address->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port};
    *size = sizeof address->v4;
    return inet_pton(AF_INET, host, &address->v4.sin_addr) == 1;
}

static void write_bound(int fd, char *bound, size_t bound_size)
{
    union address address;
    socklen_t size = sizeof address;
    char host[INET6_ADDRSTRLEN] = "";
    if (bound == NULL || getsockname(fd, &address.any, &size) != 0) return;
    if (address.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
        snprintf(bound, bound_size, "[%s]:%u", host, (unsigned)ntohs(address.v6.sin6_port));
    } else {
        inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
        snprintf(bound, bound_size, "%s:%u", host, (unsigned)ntohs(address.v4.sin_port));
    }
}

int http_listen(const char *text, bool reuse_port, char *bound, size_t bound_size, const char **error)
{
    union address address;
    socklen_t size;
    const int on = 1, off = 0;
    if (!parse_address(text, &address, &size)) {
        *error = "not an address and port: write 127.0.0.1:8080, [::1]:8080 or :8080";
        errno = EINVAL;
        return -1;
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 && errno == EAFNOSUPPORT && text[0] == ':') { /* a kernel without IPv6: all addresses are those of IPv4 */
        in_port_t port = address.v6.sin6_port;
        address.v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port};
        size = sizeof address.v4;
        fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
    if (fd < 0) {
        *error = "no socket to listen with";
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.any.sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, text[0] == '[' ? &on : &off, sizeof on);
    *error = "cannot share the port among workers";
    if (reuse_port && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0) goto fail;
    *error = "cannot bind the address";
    if (bind(fd, &address.any, size) != 0) goto fail;
    *error = "cannot listen";
    if (listen(fd, BACKLOG) != 0) goto fail;
    *error = NULL;
    write_bound(fd, bound, bound_size);
    return fd;
fail:;
    int kept = errno;
    close(fd);
    errno = kept;
    return -1;
}
