/* Plays the files of tests/transcripts against a real server on a loopback socket, each twice: the client's bytes as written, and
 * one at a time. tests/transcripts/README.md says how a transcript is written.
 *
 * Client and server share this one thread: after every line the server's loop is turned until nothing moves any more, so a
 * transcript can say "nothing came" without waiting for a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <glob.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "unit/gateway/http/play.h"

enum { CASES_MAX = 512, PATIENCE_MS = 5000, RECEIVED_MAX = 4 * 1024 * 1024 };

static _Noreturn void complain(const struct play *play, const char *what)
{
    print_error("%s:%d: %s%s\n  unread from the server: %.*s\n", play->transcript->file, play->line, what,
                play->transcript->bytewise ? " (bytes one at a time)" : "",
                (int)(play->received_size < 600 ? play->received_size : 600), play->received);
    fail();
    abort();
}

/* ---------------------------------------------------------------- client and server take turns */

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void receive(struct play *play)
{
    while (play->client >= 0 && play->reads && !play->at_end && play->received_size < RECEIVED_MAX) {
        ssize_t size = recv(play->client, play->received + play->received_size, RECEIVED_MAX - play->received_size, MSG_DONTWAIT);
        if (size > 0) play->received_size += (size_t)size;
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) play->at_end = true;
        if (size < 0 && errno == EAGAIN) return;
    }
}

/* Turns the loop until neither side moves. */
static void settle(struct play *play)
{
    for (int still = 0; still < 3; still++) {
        uint64_t before = play->counters.bytes_in + play->counters.bytes_out + play->received_size;
        event_base_loop(play->base, EVLOOP_NONBLOCK);
        receive(play);
        if (play->counters.bytes_in + play->counters.bytes_out + play->received_size != before) still = -1;
    }
}

static void connect_client(struct play *play)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    const int on = 1;
    if (play->client >= 0) return;
    if (play->server == NULL) {
        const char *error;
        int fd = http_listen("127.0.0.1:0", false, play->address, sizeof play->address, &error);
        assert_true(fd >= 0);
        if (play->receive_buffer > 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &play->receive_buffer, sizeof play->receive_buffer);
        play->server = http_server_create(play->base, fd, &play->limits, &handler, play, &play->counters);
        assert_non_null(play->server);
    }
    address.sin_port = htons((in_port_t)atoi(strrchr(play->address, ':') + 1));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    play->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (play->receive_buffer > 0) {
        setsockopt(play->client, SOL_SOCKET, SO_RCVBUF, &play->receive_buffer, sizeof play->receive_buffer);
    }
    setsockopt(play->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    assert_int_equal(connect(play->client, (struct sockaddr *)&address, sizeof address), 0);
    play->at_end = false;
    settle(play);
}

/* What the server does not take (it may have said its last word) is not sent on. */
static void send_bytes(struct play *play, const char *bytes, size_t size)
{
    uint64_t deadline = clock_ms() + PATIENCE_MS;
    size_t sent = 0;
    connect_client(play);
    while (sent < size) {
        size_t piece = play->transcript->bytewise ? (size < 4096 ? 1 : 4093) : size - sent;
        if (piece > size - sent) piece = size - sent;
        ssize_t done = send(play->client, bytes + sent, piece, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done > 0) sent += (size_t)done;
        if (done < 0 && (errno != EAGAIN || clock_ms() > deadline)) break;
        if (play->transcript->bytewise || done < 0) settle(play);
    }
    settle(play);
}

/* ---------------------------------------------------------------- commands */

static int hex(char byte)
{
    return byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10;
}

/* \r \n \t \\ \xNN in place; returns the size. */
static size_t unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == 'x') {
            *to++ = (char)(hex(from[1]) * 16 + hex(from[2]));
            from += 2;
        } else {
            *to++ = *from == 'r' ? '\r' : *from == 'n' ? '\n' : *from == 't' ? '\t' : *from;
        }
    }
    return (size_t)(to - text);
}

static void client_line(struct play *play, char *argument)
{
    size_t size = unescape(argument);
    memcpy(argument + size, "\r\n", 2); /* the caller's line has room for it */
    send_bytes(play, argument, size + 2);
}

static void client_bytes(struct play *play, char *argument)
{
    send_bytes(play, argument, unescape(argument));
}

static void client_repeat(struct play *play, char *argument)
{
    size_t count = strtoul(argument, &argument, 10);
    argument++;
    size_t size = unescape(argument);
    char *bytes = malloc(count * size);
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++) memcpy(bytes + i * size, argument, size);
    send_bytes(play, bytes, count * size);
    free(bytes);
}

static void drop_received(struct play *play, size_t size)
{
    play->received_size -= size;
    memmove(play->received, play->received + size, play->received_size);
}

/* Turns until `found` says so of what was received, or patience ends. */
static bool await(struct play *play, bool (*found)(const struct play *, const void *), const void *wanted)
{
    uint64_t deadline = clock_ms() + PATIENCE_MS;
    while (!found(play, wanted)) {
        if (clock_ms() > deadline) return false;
        struct timeval tick = {.tv_usec = 2000};
        event_base_loopexit(play->base, &tick);
        event_base_loop(play->base, EVLOOP_ONCE);
        receive(play);
    }
    return true;
}

static bool has_line(const struct play *play, const void *wanted)
{
    (void)wanted;
    return memmem(play->received, play->received_size, "\r\n", 2) != NULL;
}

static void server_line(struct play *play, char *wanted)
{
    if (!await(play, has_line, NULL)) complain(play, "no line came from the server");
    size_t size = (size_t)((char *)memmem(play->received, play->received_size, "\r\n", 2) - play->received);
    size_t same = strlen(wanted);
    bool prefix = same > 0 && wanted[same - 1] == '*';
    if (prefix) same--;
    if ((prefix ? size < same : size != same) || memcmp(play->received, wanted, same) != 0)
        complain(play, "another line was expected");
    drop_received(play, size + 2);
}

static bool has_reply(const struct play *play, const void *wanted)
{
    (void)wanted;
    const char *end = memmem(play->received, play->received_size, "\r\n\r\n", 4);
    if (end == NULL) return false;
    const char *length = memmem(play->received, (size_t)(end - play->received), "Content-Length: ", 16);
    size_t head = (size_t)(end + 4 - play->received);
    return play->received_size >= head + (length != NULL ? strtoul(length + 16, NULL, 10) : 0);
}

static bool head_has(const struct play *play, size_t head, const char *line)
{
    return memmem(play->received, head, line, strlen(line)) != NULL;
}

/* "200 close the body": a whole reply. */
static void server_reply(struct play *play, char *argument)
{
    if (!await(play, has_reply, NULL)) complain(play, "no whole reply came from the server");
    size_t head = (size_t)((char *)memmem(play->received, play->received_size, "\r\n\r\n", 4) + 4 - play->received);
    const char *length = memmem(play->received, head, "Content-Length: ", 16);
    size_t size = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
    int status = (int)strtol(argument, &argument, 10);
    if (*argument == ' ') argument++;
    bool close = strncmp(argument, "close", 5) == 0;
    if (close) argument += argument[5] == ' ' ? 6 : 5;
    if (atoi(play->received + 9) != status) complain(play, "another status was expected");
    if (!head_has(play, head, "\r\nDate: ")) complain(play, "the reply has no date");
    if (head_has(play, head, "\r\nConnection: close\r\n") != close)
        complain(play, close ? "close was expected" : "close was not expected");
    size_t wanted = unescape(argument);
    bool any = wanted == 1 && *argument == '*';
    if (!any && (size != wanted || memcmp(play->received + head, argument, size) != 0))
        complain(play, "another body was expected");
    drop_received(play, head + size);
}

static void server_bytes(struct play *play, char *argument)
{
    size_t size = unescape(argument);
    uint64_t deadline = clock_ms() + PATIENCE_MS;
    while (play->received_size < size && clock_ms() < deadline) settle(play);
    if (play->received_size < size || memcmp(play->received, argument, size) != 0) complain(play, "other bytes were expected");
    drop_received(play, size);
}

static bool is_at_end(const struct play *play, const void *wanted)
{
    (void)wanted;
    return play->at_end;
}

static void server_end(struct play *play, char *argument)
{
    (void)argument;
    if (!await(play, is_at_end, NULL)) complain(play, "the server did not close");
    if (play->received_size > 0) complain(play, "more came than expected before the end");
}

static void server_silent(struct play *play, char *argument)
{
    (void)argument;
    settle(play);
    if (play->received_size > 0) complain(play, "nothing was expected to come");
    if (play->at_end) complain(play, "the connection was expected to stay");
}

static void half_close(struct play *play, char *argument)
{
    (void)argument;
    shutdown(play->client, SHUT_WR);
    settle(play);
}

static void reset(struct play *play, char *argument)
{
    (void)argument;
    const struct linger linger = {.l_onoff = 1};
    setsockopt(play->client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(play->client);
    play->client = -1;
    settle(play);
}

static void deaf(struct play *play, char *argument)
{
    (void)argument;
    play->reads = false;
}

static void listen_again(struct play *play, char *argument)
{
    (void)argument;
    play->reads = true;
    settle(play);
}

static struct late *late_named(struct play *play, const char *name)
{
    for (size_t i = 0; i < play->late_count; i++) {
        if (strcmp(play->late[i].name, name) == 0) return &play->late[i];
    }
    complain(play, "no such late request");
}

/* "name" or "name close" */
static void answer(struct play *play, char *argument)
{
    char *close = strchr(argument, ' ');
    if (close != NULL) *close = '\0';
    struct late *late = late_named(play, argument);
    if (late->exchange == NULL) complain(play, "that request was answered or lost already");
    struct http_reply reply = {
        .status = 200, .content_type = SPAN("text/plain"), .body = span_of(late->name), .close = close != NULL};
    http_answer(late->exchange, &reply);
    late->exchange = NULL;
    settle(play);
}

static bool is_lost(const struct play *play, const void *wanted)
{
    (void)play;
    return ((const struct late *)wanted)->lost;
}

static void lost(struct play *play, char *argument)
{
    if (!await(play, is_lost, late_named(play, argument))) complain(play, "that request was not lost");
}

static void drain(struct play *play, char *argument)
{
    (void)argument;
    http_server_drain(play->server);
    settle(play);
}

struct named_offset {
    const char *name;
    size_t offset;
};

static const struct named_offset counter_names[] = {
    {"accepted", offsetof(struct http_counters, connections_accepted)},
    {"refused", offsetof(struct http_counters, connections_refused)},
    {"lost", offsetof(struct http_counters, connections_lost)},
    {"open", offsetof(struct http_counters, connections_open)},
    {"requests", offsetof(struct http_counters, requests)},
    {"continues", offsetof(struct http_counters, replies[1])},
    {"2xx", offsetof(struct http_counters, replies[2])},
    {"4xx", offsetof(struct http_counters, replies[4])},
    {"5xx", offsetof(struct http_counters, replies[5])},
};

static const struct named_offset limit_names[] = {
    {"head", offsetof(struct http_limits, head)},
    {"request_line", offsetof(struct http_limits, request_line)},
    {"header_lines", offsetof(struct http_limits, header_lines)},
    {"body", offsetof(struct http_limits, body)},
    {"pipeline", offsetof(struct http_limits, pipeline)},
    {"output", offsetof(struct http_limits, output)},
    {"connections", offsetof(struct http_limits, connections)},
};

static const struct named_offset timeout_names[] = {
    {"head_timeout", offsetof(struct http_limits, head_timeout)},
    {"body_timeout", offsetof(struct http_limits, body_timeout)},
    {"idle_timeout", offsetof(struct http_limits, idle_timeout)},
    {"write_timeout", offsetof(struct http_limits, write_timeout)},
    {"linger_timeout", offsetof(struct http_limits, linger_timeout)},
};

/* The field called like the first word of `argument`, which then stands at the number behind it; NULL when none is. */
static void *field(const struct named_offset *names, size_t count, void *base, char **argument)
{
    size_t size = strcspn(*argument, " ");
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i].name) != size || memcmp(names[i].name, *argument, size) != 0) continue;
        *argument += size;
        return (char *)base + names[i].offset;
    }
    return NULL;
}

static void set(struct play *play, char *argument)
{
    size_t *limit = field(limit_names, COUNT_OF(limit_names), &play->limits, &argument);
    uint32_t *timeout = field(timeout_names, COUNT_OF(timeout_names), &play->limits, &argument);
    if (limit != NULL) *limit = strtoul(argument, NULL, 10);
    if (timeout != NULL) *timeout = (uint32_t)strtoul(argument, NULL, 10);
    if (limit == NULL && timeout == NULL) complain(play, "no such limit");
}

static void small_buffers(struct play *play, char *argument)
{
    play->receive_buffer = atoi(argument);
}

struct expected_count {
    const uint64_t *counter;
    uint64_t value;
};

static bool has_count(const struct play *play, const void *wanted)
{
    (void)play;
    const struct expected_count *expected = wanted;
    return *expected->counter == expected->value;
}

static void counter(struct play *play, char *argument)
{
    const uint64_t *value = field(counter_names, COUNT_OF(counter_names), &play->counters, &argument);
    if (value == NULL) complain(play, "no such counter");
    struct expected_count expected = {value, strtoull(argument, NULL, 10)};
    if (!await(play, has_count, &expected)) complain(play, "the counter has another value");
}

static void another(struct play *play, char *argument)
{
    (void)argument;
    if (play->client >= 0) close(play->client);
    play->client = -1;
    play->received_size = 0;
    connect_client(play);
}

/* Leaves the first connection open behind a new one. */
static void beside(struct play *play, char *argument)
{
    (void)argument;
    connect_client(play);
    play->client = -1;
    connect_client(play);
}

static void whole_only(struct play *play, char *argument)
{
    (void)play, (void)argument;
}

static const struct command {
    const char *word;
    void (*run)(struct play *play, char *argument);
} commands[] = {
    {"C:", client_line},        {"C+", client_bytes}, {"C*", client_repeat},  {"S:", server_reply},
    {"S>", server_line},        {"S+", server_bytes}, {"S.", server_end},     {"silent", server_silent},
    {"half-close", half_close}, {"reset", reset},     {"deaf", deaf},         {"hears", listen_again},
    {"answer", answer},         {"lost", lost},       {"drain", drain},       {"set", set},
    {"buffers", small_buffers}, {"counter", counter}, {"reconnect", another}, {"beside", beside},
    {"whole-only", whole_only},
};

static void run_line(struct play *play, char *line)
{
    size_t size = strcspn(line, " ");
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strlen(commands[i].word) != size || memcmp(commands[i].word, line, size) != 0) continue;
        commands[i].run(play, line + size + (line[size] == ' ' ? 1 : 0));
        return;
    }
    complain(play, "no such command");
}

/* ---------------------------------------------------------------- plays */

static bool has_no_connection(const struct play *play, const void *wanted)
{
    (void)wanted;
    return play->server == NULL || http_server_connections(play->server) == 0;
}

static void run_lines(struct play *play, const char *text)
{
    while (*text != '\0') {
        char line[8192];
        size_t size = strcspn(text, "\n");
        assert_true(size + 3 < sizeof line);
        memcpy(line, text, size);
        memset(line + size, 0, 3);
        play->line++;
        if (size > 0 && *line != '#') run_line(play, line);
        text += size + (text[size] == '\n' ? 1 : 0);
    }
}

static void play_transcript(void **state)
{
    struct play play = {.transcript = *state, .client = -1, .reads = true};
    play.line = play.transcript->line;
    play.base = event_base_new();
    play.received = malloc(RECEIVED_MAX);
    play.limits.linger_timeout = 50;
    run_lines(&play, play.transcript->text);
    if (play.received_size > 0) complain(&play, "more came than the transcript says");
    if (play.client >= 0) close(play.client);
    bool whole = strstr(play.transcript->text, "\nbeside") != NULL; /* its first connection has no handle to be closed by */
    if (!whole && !await(&play, has_no_connection, NULL)) complain(&play, "a connection was left behind");
    http_server_destroy(play.server);
    assert_int_equal(play.counters.connections_open, 0);
    for (size_t i = 0; i < play.late_count; i++) assert_null(play.late[i].exchange); /* answered or lost, all of them */
    event_base_free(play.base);
    free(play.received);
}

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static struct transcript transcripts[CASES_MAX];
static struct CMUnitTest tests[CASES_MAX];
static size_t test_count;

static void add(const char *file, int line, char *name, char *text, bool bytewise)
{
    char title[256];
    struct transcript *transcript = &transcripts[test_count];
    assert_true(test_count < CASES_MAX);
    snprintf(title, sizeof title, "%s: %s%s", strrchr(file, '/') + 1, name, bytewise ? " (bytewise)" : "");
    *transcript = (struct transcript){.file = file, .line = line, .text = text, .bytewise = bytewise};
    tests[test_count++] = (struct CMUnitTest){.name = strdup(title), .test_func = play_transcript, .initial_state = transcript};
}

/* A case begins with "=== its name" and ends where the next one begins. */
static void add_file(const char *file)
{
    char *text = read_whole(file);
    char *at = strncmp(text, "=== ", 4) == 0 ? text : strstr(text, "\n=== ");
    while (at != NULL) {
        if (*at == '\n') at++;
        char *name = at + 4;
        char *body = strchr(name, '\n');
        int line = 1;
        for (const char *c = text; c < body; c++) line += *c == '\n' || *c == '\0' ? 1 : 0;
        *body++ = '\0';
        char *next = strstr(body, "\n=== ");
        char *copy = next != NULL ? strndup(body, (size_t)(next + 1 - body)) : strdup(body);
        add(file, line, name, copy, false);
        if (strstr(copy, "whole-only") == NULL) add(file, line, name, copy, true);
        at = next;
    }
    free(text);
}

int main(void)
{
    glob_t found;
    if (glob("tests/transcripts/*.txt", 0, NULL, &found) != 0) {
        fputs("no transcripts: run this from the top folder\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) add_file(found.gl_pathv[i]);
    int failed = _cmocka_run_group_tests("transcripts", tests, test_count, NULL, NULL);
    globfree(&found);
    return failed;
}
