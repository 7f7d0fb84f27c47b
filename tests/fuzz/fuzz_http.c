/* The first byte says how the handler answers, the rest is what a client sends: to the real connection code over a socket
 * pair, once in one piece and once byte by byte. Nothing may crash or leak, every request must be answered or lost, what
 * is answered must be bounded, and both ways must be answered alike: else a request could be read in two ways. */
#include "gateway/http/server.h"
#include "gateway/http/transport.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LATE = 1, NEWEST_FIRST = 2, EARLY = 4, SMALL = 8, CLOSES = 16, WAITING_MAX = 16, BODY_MAX = 20000, OUTPUT_MAX = 1 << 22 };

struct run {
    uint8_t manner;
    struct event_base *base;
    struct http_server *server;
    struct http_counters counters;
    int client;
    struct http_exchange *waiting[WAITING_MAX];
    size_t waiting_count;
    size_t owed;
    struct buffer output;
};

static void require(bool holds)
{
    if (!holds) abort();
}

static void answer(struct run *run, struct http_exchange *exchange, size_t body_size)
{
    static char body[64];
    memset(body, 'x', sizeof body);
    run->owed--;
    struct http_reply reply = {.status = 200, .body = {body, body_size < sizeof body ? body_size : sizeof body}};
    reply.close = (run->manner & CLOSES) != 0 && body_size == 7;
    http_answer(exchange, &reply);
}

static bool on_head(void *context, struct http_exchange *exchange)
{
    struct run *run = context;
    const struct http_request *request = http_exchange_request(exchange);
    require(request->path.size > 0 && request->version_minor <= 1);
    run->owed++;
    http_exchange_set_max_body(exchange, (run->manner & SMALL) != 0 ? 10 : BODY_MAX);
    if ((run->manner & EARLY) == 0 || request->path.size != 2) return true;
    answer(run, exchange, 3);
    return false;
}

static void on_body(void *context, struct http_exchange *exchange, struct span body)
{
    struct run *run = context;
    volatile char sum = 0;
    for (size_t i = 0; i < body.size + SERVER_PADDING; i++) sum = (char)(sum ^ body.data[i]);
    require(body.size <= BODY_MAX);
    if ((run->manner & LATE) == 0) {
        answer(run, exchange, body.size);
        return;
    }
    require(run->waiting_count < WAITING_MAX);
    run->waiting[run->waiting_count++] = exchange;
}

static void on_lost(void *context, struct http_exchange *exchange)
{
    struct run *run = context;
    run->owed--;
    for (size_t i = 0; i < run->waiting_count; i++) {
        if (run->waiting[i] == exchange) run->waiting[i] = NULL;
    }
}

static void on_fault(void *context, struct http_exchange *exchange, const struct http_fault_info *fault, struct http_reply *reply)
{
    struct run *run = context;
    if (exchange != NULL) run->owed--;
    reply->body = span_of(fault->rule);
}

static void answer_waiting(struct run *run)
{
    size_t count = run->waiting_count;
    struct http_exchange *waiting[WAITING_MAX];
    memcpy(waiting, run->waiting, sizeof waiting);
    run->waiting_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct http_exchange *exchange = waiting[(run->manner & NEWEST_FIRST) != 0 ? count - 1 - i : i];
        if (exchange != NULL) answer(run, exchange, 1);
    }
}

/* Turns the loop until nothing moves; true while the connection is there. */
static bool turn(struct run *run)
{
    uint64_t before;
    do {
        before = run->counters.bytes_in + run->counters.bytes_out;
        event_base_loop(run->base, EVLOOP_NONBLOCK);
        char *to = buffer_reserve(&run->output, 65536);
        ssize_t size = recv(run->client, to, 65536, MSG_DONTWAIT);
        if (size > 0) buffer_commit(&run->output, (size_t)size);
        require(run->output.size < OUTPUT_MAX);
    } while (run->counters.bytes_in + run->counters.bytes_out != before);
    return http_server_connections(run->server) > 0;
}

static void send_all(struct run *run, const uint8_t *data, size_t size, size_t piece)
{
    size_t sent = 0;
    while (sent < size) {
        size_t wanted = size - sent < piece ? size - sent : piece;
        ssize_t done = send(run->client, data + sent, wanted, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done > 0) sent += (size_t)done;
        if (done < 0 && errno != EAGAIN) break;
        if (!turn(run)) break;
        if (done < 0 && run->waiting_count == 0) break;
        /* What is not taken until the replies that are owed have left would wait for ever. */
        if (done < 0 || run->waiting_count == WAITING_MAX) answer_waiting(run);
    }
}

static void play(struct run *run, const uint8_t *data, size_t size, size_t piece)
{
    static const struct http_handler handler = {on_head, on_body, on_lost, on_fault};
    static const struct http_limits limits = {.head = 2000, .request_line = 200, .header_lines = 20, .pipeline = WAITING_MAX};
    int pair[2];
    run->base = event_base_new();
    run->server = http_server_create(run->base, -1, &limits, &handler, run, &run->counters);
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
    run->client = pair[0];
    struct transport transport = {.ops = &transport_plain, .fd = pair[1]};
    require(server_adopt(run->server, &transport, true) == 0);
    turn(run);
    send_all(run, data, size, piece);
    shutdown(run->client, SHUT_WR);
    do {
        answer_waiting(run);
        turn(run);
    } while (run->waiting_count > 0);
    close(run->client);
    turn(run);
    http_server_destroy(run->server);
    require(run->owed == 0 && run->counters.connections_open == 0);
    event_base_free(run->base);
}

/* The two runs may stand in different seconds. */
static void cut_dates(struct buffer *output)
{
    char *date = output->data;
    while (output->size > 0 && (date = memmem(date, output->size - (size_t)(date - output->data), "\r\nDate: ", 8)) != NULL) {
        if ((size_t)(output->data + output->size - date) < 37) return;
        memset(date += 8, '-', 29);
    }
}

/* 100 Continue depends on what came together, and so does whether a connection is kept that was answered before it. */
static bool expects(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 6 <= size; i++) {
        if (strncasecmp((const char *)data + i, "expect", 6) == 0) return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 16384) return 0;
    struct run whole = {.manner = data[0]}, bytewise = {.manner = data[0]};
    play(&whole, data + 1, size - 1, size);
    play(&bytewise, data + 1, size - 1, size < 2048 ? 1 : 7);
    cut_dates(&whole.output);
    cut_dates(&bytewise.output);
    if (!expects(data, size)) require(span_equal(buffer_span(&whole.output), buffer_span(&bytewise.output)));
    buffer_deinit(&whole.output);
    buffer_deinit(&bytewise.output);
    return 0;
}
