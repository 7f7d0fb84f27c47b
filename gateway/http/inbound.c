#include "gateway/http/inbound.h"

#include "gateway/http/body.h"
#include "gateway/http/exchange.h"

#include <errno.h>

enum {
    PIECE_SIZE = 16 * 1024,       /* read at a time behind a message that began earlier */
    BODY_PIECE_SIZE = 256 * 1024, /* read at a time into a body whose length is known */
    SKIP_MAX = 64 * 1024,         /* of a body nobody wants, read on to keep the connection */
    LINGER_MAX = 1024 * 1024,     /* read on behind the last reply */
    EMPTY_LINES_MAX = 2,          /* before a request line (RFC 9112 section 2.2) */
};

bool inbound_open(const struct http_connection *connection)
{
    if (connection_owed(connection) > connection->server->limits.output) return false;
    switch (connection->state) {
    case CONNECTION_IDLE:
    case CONNECTION_HEAD: return connection->exchange_count < connection->server->limits.pipeline;
    case CONNECTION_BODY:
    case CONNECTION_DISCARD: return true;
    default: return false;
    }
}

bool inbound_skippable(const struct http_connection *connection)
{
    if (connection->state != CONNECTION_BODY) return false; /* a broken head: where it ends is anybody's guess */
    if (!connection->framing->length_known) return connection->body_whole;
    /* A client that was told to wait for 100 Continue may or may not send the body now: that can be read in two ways. */
    bool waits = connection->current->head.expects_continue && !connection->body_begun && connection->body_left > 0;
    return connection->body_left <= SKIP_MAX && !waits;
}

/* ---------------------------------------------------------------- faults */

/* Whether the end of the faulty request is unknown, or the client does not keep to the protocol. */
static bool is_fatal(enum http_fault fault)
{
    return fault != HTTP_FAULT_BODY_SIZE && fault != HTTP_FAULT_CONTENT_ENCODING && fault != HTTP_FAULT_CONTENT_CODING;
}

static void render(struct http_server *server, struct http_exchange *exchange, enum http_fault fault, struct http_reply *reply)
{
    const struct http_fault_info *info = http_fault_info(fault);
    struct http_exchange *known = exchange->seen ? exchange : NULL;
    exchange->seen = false;
    if (server->handler->fault != NULL) {
        server->handler->fault(server->context, known, info, reply);
        return;
    }
    reply->content_type = SPAN("text/plain");
    reply->body = span_of(info->detail);
    if (known != NULL) server->handler->lost(server->context, known);
}

void inbound_fault(struct http_connection *connection, enum http_fault fault)
{
    struct http_server *server = connection->server;
    server->counters->faults[fault]++;
    struct http_exchange *exchange = connection->current;
    if (exchange == NULL) exchange = connection->current = exchange_get(connection, 0, 0);
    if (exchange == NULL) {
        connection->failed = true;
        connection_enter(connection, CONNECTION_CLOSING);
        connection_touch(connection);
        return;
    }
    static const struct http_header accept_encoding = {{"Accept-Encoding", 15}, {"zstd, gzip, deflate", 19}};
    struct http_reply reply = {.status = http_fault_info(fault)->status};
    render(server, exchange, fault, &reply);
    if (fault == HTTP_FAULT_CONTENT_ENCODING && reply.header_count == 0) {
        reply.headers = &accept_encoding;
        reply.header_count = 1;
    }
    reply.close |= is_fatal(fault);
    http_answer(exchange, &reply);
}

/* ---------------------------------------------------------------- bodies */

static void finish_body(struct http_connection *connection, struct span body)
{
    struct http_server *server = connection->server;
    struct http_exchange *exchange = connection->current;
    struct span decoded;
    connection->body_whole = true;
    enum http_fault fault = body_decode(server, exchange, body, &decoded);
    if (fault != HTTP_FAULT_NONE) {
        inbound_fault(connection, fault);
    } else {
        connection->current = NULL;
        connection_enter(connection, connection->last ? CONNECTION_CLOSING : CONNECTION_IDLE);
        server->handler->body(server->context, exchange, decoded);
    }
    server_buffer_put(server, &connection->body);
    if (server->decoded.capacity > SERVER_DECODED_KEPT) buffer_deinit(&server->decoded);
}

static size_t take_body(struct http_connection *connection, struct span in)
{
    size_t used = 0;
    struct span whole = {NULL, 0};
    connection->body_begun = true;
    connection->owes_continue = false; /* it did not wait */
    enum http_fault fault = connection->framing->feed(connection, in, &used, &whole);
    if (fault != HTTP_FAULT_NONE) {
        inbound_fault(connection, fault);
        server_buffer_put(connection->server, &connection->body);
    } else if (whole.data != NULL) {
        finish_body(connection, whole);
    }
    return used;
}

static size_t skip_body(struct http_connection *connection, struct span in)
{
    size_t used = in.size < connection->body_left ? in.size : (size_t)connection->body_left;
    connection->body_left -= used;
    if (connection->body_left == 0) connection_enter(connection, connection->last ? CONNECTION_CLOSING : CONNECTION_IDLE);
    return used;
}

/* ---------------------------------------------------------------- heads */

/* An empty body is padded like any other. */
static const char no_body[SERVER_PADDING];

static void begin_body(struct http_connection *connection, struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->head.request;
    enum http_fault fault = body_encoding(request, &exchange->encoding, &exchange->sniff);
    if (fault == HTTP_FAULT_NONE && request->content_length > exchange->max_body) fault = HTTP_FAULT_BODY_SIZE;
    if (fault != HTTP_FAULT_NONE) {
        inbound_fault(connection, fault);
    } else if (!exchange->head.has_body) {
        finish_body(connection, (struct span){no_body, 0});
    } else if (exchange->head.expects_continue && !connection->body_begun) {
        exchange_continue(connection);
    }
}

/* `bytes` is a whole head; `more` says that something came behind it. */
static void begin_request(struct http_connection *connection, const char *bytes, size_t size, bool more)
{
    struct http_server *server = connection->server;
    size_t lines = connection->scan.lines;
    connection->scan = (struct head_scan){0, 0};
    connection->empty_lines = 0;
    struct http_exchange *exchange = exchange_get(connection, size, lines);
    connection->current = exchange;
    enum http_fault fault = exchange == NULL ? HTTP_FAULT_NO_MEMORY : exchange_parse(exchange, bytes, size, lines);
    if (fault != HTTP_FAULT_NONE) {
        inbound_fault(connection, fault);
        return;
    }
    const struct http_request *request = &exchange->head.request;
    server->counters->requests++;
    connection->framing = request->chunked ? &body_by_chunks : &body_by_length;
    connection->chunked = (struct chunked){0};
    connection->body_left = request->content_length;
    connection->body_begun = more && exchange->head.has_body;
    connection->body_whole = !exchange->head.has_body;
    if (!request->keep_alive) connection->last = true;
    connection_enter(connection, CONNECTION_BODY);
    exchange->seen = true;
    if (server->handler->head(server->context, exchange)) begin_body(connection, exchange);
}

/* Some clients end a body with a line end too many (RFC 9112 section 2.2): no request has begun by it. */
static size_t take_empty_line(struct http_connection *connection, struct span in)
{
    if (in.size == 1) return 0;
    if (++connection->empty_lines > EMPTY_LINES_MAX) {
        inbound_fault(connection, HTTP_FAULT_REQUEST_LINE);
    } else {
        connection_enter(connection, CONNECTION_IDLE);
    }
    return 2;
}

static size_t take_head(struct http_connection *connection, struct span in)
{
    size_t size;
    enum http_fault fault;
    if (connection->state == CONNECTION_IDLE) connection_enter(connection, CONNECTION_HEAD);
    if (connection->scan.line == 0 && in.data[0] == '\r' && (in.size == 1 || in.data[1] == '\n')) {
        return take_empty_line(connection, in);
    }
    switch (head_scan(&connection->scan, in, &connection->server->limits, &size, &fault)) {
    case HEAD_WHOLE: begin_request(connection, in.data, size, in.size > size); return size;
    case HEAD_FAULTY: inbound_fault(connection, fault); return 0;
    default: return 0;
    }
}

/* ---------------------------------------------------------------- reading */

/* Takes as much of `in` as may be taken now; returns how much. */
static size_t take(struct http_connection *connection, struct span in)
{
    size_t taken = 0;
    while (taken < in.size && inbound_open(connection)) {
        struct span rest = {in.data + taken, in.size - taken};
        size_t used = connection->state == CONNECTION_BODY      ? take_body(connection, rest)
                      : connection->state == CONNECTION_DISCARD ? skip_body(connection, rest)
                                                                : take_head(connection, rest);
        if (used == 0) break;
        taken += used;
    }
    return connection->state >= CONNECTION_CLOSING ? in.size : taken; /* what comes behind the last request is nobody's */
}

/* Keeps what was not taken for later; padded, since a body may be handled right there. */
static void keep(struct http_connection *connection, struct span rest)
{
    if (rest.size == 0) return;
    server_buffer_get(connection->server, &connection->input);
    char *to = buffer_reserve(&connection->input, rest.size + SERVER_PADDING);
    if (to == NULL) {
        connection->failed = true;
        return;
    }
    memcpy(to, rest.data, rest.size);
    buffer_commit(&connection->input, rest.size);
}

void inbound_resume(struct http_connection *connection)
{
    if (connection->input.size == 0) return;
    size_t taken = take(connection, buffer_span(&connection->input));
    buffer_consume(&connection->input, taken);
    if (connection->input.size == 0) server_buffer_put(connection->server, &connection->input);
}

static void at_end(struct http_connection *connection)
{
    connection->ended = true;
    switch (connection->state) {
    case CONNECTION_HEAD:
    case CONNECTION_BODY: inbound_fault(connection, HTTP_FAULT_INCOMPLETE); break;
    case CONNECTION_IDLE:
    case CONNECTION_DISCARD: connection_wind_down(connection); break;
    default: connection_drop(connection); break;
    }
}

/* False: nothing came; the connection may be gone. */
static bool arrived(struct http_connection *connection, ssize_t size)
{
    if (size > 0) {
        connection->server->counters->bytes_in += (uint64_t)size;
        return true;
    }
    if (size == 0) {
        at_end(connection);
    } else if (errno != EAGAIN && errno != EINTR) {
        connection_drop(connection);
    }
    return false;
}

static void read_lingering(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    ssize_t size = connection->transport.ops->receive(&connection->transport, server->read_buffer, SERVER_READ_SIZE);
    if (!arrived(connection, size)) return;
    connection->discarded += (size_t)size;
    if (connection->discarded > LINGER_MAX) connection_drop(connection);
}

/* The rest of a body of known length goes straight to where it is gathered. */
static void read_body(struct http_connection *connection)
{
    size_t piece = connection->body_left < BODY_PIECE_SIZE ? (size_t)connection->body_left : BODY_PIECE_SIZE;
    char *to = buffer_reserve(&connection->body, piece + SERVER_PADDING);
    if (to == NULL) {
        inbound_fault(connection, HTTP_FAULT_NO_MEMORY);
        return;
    }
    ssize_t size = connection->transport.ops->receive(&connection->transport, to, piece);
    if (!arrived(connection, size)) return;
    buffer_commit(&connection->body, (size_t)size);
    connection->body_left -= (uint64_t)size;
    if (connection->body_left == 0) finish_body(connection, buffer_span(&connection->body));
}

static void read_on(struct http_connection *connection)
{
    char *to = buffer_reserve(&connection->input, PIECE_SIZE + SERVER_PADDING);
    if (to == NULL) {
        inbound_fault(connection, HTTP_FAULT_NO_MEMORY);
        return;
    }
    ssize_t size = connection->transport.ops->receive(&connection->transport, to, PIECE_SIZE);
    if (!arrived(connection, size)) return;
    buffer_commit(&connection->input, (size_t)size);
    inbound_resume(connection);
}

/* A whole request was read and waits for its reply, which will touch the connection: until then there is nothing to write, to
 * watch or to time. */
static bool rests(const struct http_connection *connection)
{
    return connection->state == CONNECTION_IDLE && connection->exchange_count > 0 && connection->input.size == 0 &&
           !connection->failed && inbound_open(connection);
}

static void read_some(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->state == CONNECTION_LINGER) {
        read_lingering(connection);
    } else if (connection->input.size > 0) {
        read_on(connection);
    } else if (connection->state == CONNECTION_BODY && connection->framing->length_known && connection->body.size > 0) {
        read_body(connection);
    } else {
        ssize_t size = connection->transport.ops->receive(&connection->transport, server->read_buffer, SERVER_READ_SIZE);
        if (!arrived(connection, size)) return;
        size_t taken = take(connection, (struct span){server->read_buffer, (size_t)size});
        keep(connection, (struct span){server->read_buffer + taken, (size_t)size - taken});
    }
}

void inbound_read(struct http_connection *connection)
{
    read_some(connection);
    if (!rests(connection)) connection_touch(connection);
}
