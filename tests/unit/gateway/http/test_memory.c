/* Every allocation of a connection's life fails once: nothing may crash or leak, and every request is answered or lost.
 * And what a connection costs while it waits. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
#include "gateway/http/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "tests/out_of_memory.h"

/* ---------------------------------------------------------------- a connection's life */

struct life {
    struct event_base *base;
    struct http_server *server;
    struct http_counters counters;
    struct http_exchange *late;
    int owed;
};

static bool on_head(void *context, struct http_exchange *exchange)
{
    struct life *life = context;
    (void)exchange;
    life->owed++;
    return true;
}

static void answer(struct life *life, struct http_exchange *exchange, struct span body)
{
    life->owed--;
    http_answer(exchange, &(struct http_reply){.status = 200, .body = body});
}

static void on_body(void *context, struct http_exchange *exchange, struct span body)
{
    struct life *life = context;
    if (span_is(http_exchange_request(exchange)->path, "/late") && life->late == NULL) {
        life->late = exchange;
    } else {
        answer(life, exchange, body);
    }
}

static void on_lost(void *context, struct http_exchange *exchange)
{
    struct life *life = context;
    life->owed--;
    if (exchange == life->late) life->late = NULL;
}

static void on_fault(void *context, struct http_exchange *exchange, const struct http_fault_info *fault, struct http_reply *reply)
{
    struct life *life = context;
    if (exchange != NULL) life->owed--;
    reply->body = span_of(fault->rule);
}

static const struct http_handler handler = {on_head, on_body, on_lost, on_fault};

static void turn(struct life *life, int client)
{
    static char sink[65536];
    for (int i = 0; i < 4; i++) {
        event_base_loop(life->base, EVLOOP_NONBLOCK);
        while (recv(client, sink, sizeof sink, MSG_DONTWAIT) > 0) continue;
    }
}

static void say(struct life *life, int client, struct span bytes)
{
    (void)!send(client, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    turn(life, client);
}

static int begin(struct life *life)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    struct transport transport = {.ops = &transport_plain, .fd = pair[1]};
    if (server_adopt(life->server, &transport, true) != 0) close(pair[1]);
    turn(life, pair[0]);
    return pair[0];
}

static void live(struct life *life)
{
    static const char gzipped[] =
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";
    static char large[40000];
    memset(large, 'x', sizeof large);
    int client = begin(life);
    say(life, client, SPAN("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
    say(life, client, SPAN("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n"));
    say(life, client, (struct span){gzipped, sizeof gzipped - 1});
    say(life, client, SPAN("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"));
    say(life, client, SPAN("0\r\n\r\nPOST / HTTP/1.1\r\nHo"));
    say(life, client, SPAN("st: a\r\nContent-Length: 80000\r\nExpect: 100-continue\r\n\r\n"));
    if (life->late != NULL) answer(life, life->late, SPAN("late"));
    life->late = NULL;
    say(life, client, (struct span){large, sizeof large});
    say(life, client, (struct span){large, sizeof large});
    say(life, client, SPAN("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"));
    close(client);
    turn(life, client);
}

/* Lets n allocations succeed; true when one more was asked for. */
static bool live_without(int n)
{
    struct life life = {0};
    life.base = event_base_new();
    life.server = http_server_create(life.base, -1, NULL, &handler, &life, &life.counters);
    assert_non_null(life.server);
    memory_ends_after(n);
    live(&life);
    bool failed = !memory_returns();
    http_server_destroy(life.server);
    event_base_free(life.base);
    assert_int_equal(life.owed, 0);
    assert_int_equal(life.counters.connections_open, 0);
    if (!failed) assert_int_equal(life.counters.replies[2], 4);
    return failed;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    int n = 0;
    while (live_without(n)) n++;
    assert_true(n > 8); /* there were some */
}

static void an_idle_connection_is_small(void **state)
{
    (void)state;
    struct life life = {0};
    life.base = event_base_new();
    life.server = http_server_create(life.base, -1, NULL, &handler, &life, &life.counters);
    int client = begin(&life);
    say(&life, client, SPAN("POST / HTTP/1.1\r\nHost: a\r\nContent-Len"));
    say(&life, client, SPAN("gth: 5\r\n\r\nhel"));
    say(&life, client, SPAN("lo"));
    const struct http_connection *connection = life.server->connections;
    assert_int_equal(life.counters.replies[2], 1);
    assert_int_equal(connection->input.capacity + connection->body.capacity + connection->out.capacity, 0);
    assert_true(sizeof *connection < 1024);
    close(client);
    http_server_destroy(life.server);
    event_base_free(life.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(an_idle_connection_is_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
