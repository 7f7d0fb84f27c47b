/* passthrough.c - the floor under headgate: HTTP in, a Kafka record out, the reply when it is acknowledged; no contract work.
 *
 *     POST --> body, or each object of an array --> librdkafka --> report --> 202
 *
 * The body goes out as it came, never copied, with a key and headers like headgate's. Objects of an array are found by
 * counting braces, which is wrong for braces in strings and right for the benchmark's events.
 *
 * usage: passthrough PORT BOOTSTRAP TOPIC LINGER_MS */
#include "bench/floor_kafka.h"
#include "bench/floor_server.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { KEY_SIZE = 20 };

static struct floor_kafka kafka;
static struct floor_record record;
static uint64_t sequence;

/* A key like an event id: it spreads records over the partitions. */
static void next_key(char *key)
{
    uint64_t rest = ++sequence;
    for (unsigned i = 0; i < 10; i++, rest >>= 4) key[KEY_SIZE - 1 - i] = "0123456789abcdef"[rest & 15];
}

static void send_event(struct floor_connection *connection, const char *bytes, size_t size)
{
    static char key[KEY_SIZE + 1] = "pay_7Hq2Zk0000000000";
    next_key(key);
    record.key = (struct span){key, KEY_SIZE};
    record.value = (struct span){bytes, size};
    connection->pending++;
    floor_kafka_send(&kafka, &record, connection);
}

static void send_body(struct floor_connection *connection, struct span body)
{
    const char *start = body.data, *end = body.data + body.size;
    unsigned depth = 0;
    if (body.size == 0 || body.data[0] != '[') {
        send_event(connection, body.data, body.size);
        return;
    }
    for (const char *at = body.data; at < end; at++) {
        if (*at == '{' && depth++ == 0) start = at;
        if (*at == '}' && --depth == 0) send_event(connection, start, (size_t)(at - start) + 1);
    }
    if (connection->pending == 0) floor_server_reply(connection);
}

static void on_delivered(void *opaque)
{
    struct floor_connection *connection = opaque;
    if (--connection->pending == 0) floor_server_reply(connection);
}

static void on_reports(evutil_socket_t fd, short what, void *context)
{
    (void)what, (void)context;
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return;
    floor_kafka_poll(&kafka, on_delivered);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: passthrough PORT BOOTSTRAP TOPIC LINGER_MS\n", stderr);
        return 2;
    }
    struct floor_server server = {.base = event_base_new(), .body = send_body};
    int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct event *reports = event_new(server.base, wake, EV_READ | EV_PERSIST, on_reports, NULL);
    if (wake < 0 || reports == NULL || event_add(reports, NULL) != 0) return 3;
    floor_kafka_headers(&record);
    floor_kafka_open(&kafka, argv[2], argv[3], argv[4], wake);
    return floor_server_run(&server, atoi(argv[1]));
}
