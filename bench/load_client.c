#include "bench/load_client.h"

#include "bench/load_process.h"
#include "bench/load_reply.h"
#include "codecs/buffer.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 256 * 1024, RECONNECT_US = 50 * 1000 };

struct sent {
    uint64_t due;
    uint64_t first; /* number of its first event */
};

struct connection {
    struct load_client *client;
    int fd; /* -1 = broken */
    bool connected;
    struct event *readable, *writable; /* writable is watched while connecting and while something is owed */
    struct event *again;               /* the pause before the next attempt */
    struct load_reply reply;
    struct buffer owed;               /* of a request that did not go out at once */
    struct sent sent[LOAD_DEPTH_MAX]; /* a ring */
    unsigned oldest, under_way;
    bool listed;
    struct connection *next_free;
};

struct load_client {
    struct event_base *base;
    const struct load_options *options;
    struct load_body *body;
    struct load_ledger *ledger;
    struct sockaddr_storage address;
    socklen_t address_size;
    struct connection *connections;
    struct connection *first_free, *last_free; /* taken in turn, so that all have the same share */
    struct event *tick;                        /* open loop: when the next request is due */
    uint64_t started, now;                     /* of load_clock() */
    struct load_schedule schedule;
    bool stopped;
    char *read_buffer;
    struct load_counts counts;
    uint64_t acknowledged; /* events, since the start */
};

static int64_t wall_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---------------------------------------------------------------- free connections, first come first served */
static void list_free(struct connection *connection)
{
    struct load_client *client = connection->client;
    if (connection->listed || !connection->connected || connection->under_way >= client->options->depth) return;
    connection->listed = true;
    connection->next_free = NULL;
    if (client->first_free == NULL)
        client->first_free = connection;
    else
        client->last_free->next_free = connection;
    client->last_free = connection;
}

static struct connection *take_free(struct load_client *client)
{
    struct connection *connection = client->first_free;
    client->first_free = connection->next_free;
    connection->listed = false;
    return connection;
}

/* ---------------------------------------------------------------- connecting */
static void connect_again(struct connection *connection)
{
    static const struct timeval pause = {0, RECONNECT_US};
    event_add(connection->again, &pause);
}

/* What was under way on it is lost. */
static void break_off(struct connection *connection)
{
    connection->client->counts.lost += connection->under_way;
    connection->under_way = 0;
    connection->connected = false;
    event_del(connection->readable);
    event_del(connection->writable);
    event_free(connection->readable);
    event_free(connection->writable);
    close(connection->fd);
    connection->fd = -1;
    buffer_clear(&connection->owed);
    load_reply_deinit(&connection->reply);
}

static void on_readable(evutil_socket_t fd, short what, void *context);
static void on_writable(evutil_socket_t fd, short what, void *context);

static void not_connected(struct connection *connection, int error)
{
    connection->client->counts.not_connected++;
    connection->client->counts.connect_error = error;
    connect_again(connection);
}

static void open_connection(struct connection *connection)
{
    struct load_client *client = connection->client;
    static const int one = 1;
    int fd = socket(client->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        not_connected(connection, errno);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->fd = fd;
    connection->readable = event_new(client->base, fd, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writable = event_new(client->base, fd, EV_WRITE | EV_PERSIST, on_writable, connection);
    (void)connect(fd, (struct sockaddr *)&client->address, client->address_size); /* writable tells how it went */
    event_add(connection->writable, NULL);
}

static void on_again(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    open_connection(context);
}

/* ---------------------------------------------------------------- sending */
/* False when the connection is broken. */
static bool send_bytes(struct connection *connection, struct span bytes)
{
    if (connection->owed.size == 0) {
        ssize_t sent = send(connection->fd, bytes.data, bytes.size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (sent > 0) {
            bytes.data += sent;
            bytes.size -= (size_t)sent;
        }
    }
    if (bytes.size == 0) return true;
    if (connection->owed.size == 0) event_add(connection->writable, NULL);
    buffer_append_span(&connection->owed, bytes);
    return buffer_ok(&connection->owed);
}

static void send_request(struct connection *connection, uint64_t due)
{
    struct load_client *client = connection->client;
    uint64_t first = load_body_events(client->body);
    struct span request = load_body_next(client->body, wall_clock_ms());
    if (request.data == NULL) {
        fprintf(stderr, "headgate-bench: out of memory\n");
        exit(3);
    }
    connection->sent[(connection->oldest + connection->under_way) % LOAD_DEPTH_MAX] = (struct sent){due, first};
    if (client->ledger != NULL) load_ledger_sent(client->ledger, first, (uint64_t)client->options->batch, due);
    connection->under_way++;
    client->counts.bytes += request.size;
    if (send_bytes(connection, request)) {
        list_free(connection);
        return;
    }
    break_off(connection);
    connect_again(connection);
}

static double since_start(const struct load_client *client)
{
    return (double)(client->now - client->started);
}

/* Whether a request is due now, and since when. */
static bool next_due(struct load_client *client, uint64_t *due)
{
    double at;
    if (client->stopped || !load_schedule_take(&client->schedule, since_start(client), &at)) return false;
    *due = client->started + (uint64_t)at;
    return true;
}

static void set_tick(struct load_client *client)
{
    if (!load_schedule_open(&client->schedule) || client->stopped) return;
    double wait_us = client->schedule.next_us - since_start(client);
    if (wait_us <= 0) return; /* overdue: a free connection takes it */
    uint64_t whole = (uint64_t)wait_us + 1;
    struct timeval wait = {(time_t)(whole / 1000000), (suseconds_t)(whole % 1000000)};
    event_add(client->tick, &wait);
}

static void dispatch(struct load_client *client)
{
    uint64_t due;
    while (client->first_free != NULL && next_due(client, &due)) {
        struct connection *connection = take_free(client);
        if (connection->connected) send_request(connection, due);
    }
    set_tick(client);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load_client *client = context;
    client->now = load_clock();
    dispatch(client);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
    (void)what;
    struct connection *connection = context;
    struct load_client *client = connection->client;
    int error = 0;
    socklen_t size = sizeof error;
    client->now = load_clock();
    if (connection->connected) {
        ssize_t sent = send(fd, connection->owed.data, connection->owed.size, MSG_NOSIGNAL);
        if (sent > 0) buffer_consume(&connection->owed, (size_t)sent);
        if (connection->owed.size == 0) event_del(connection->writable);
        return; /* a failure shows when reading */
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        break_off(connection);
        not_connected(connection, error);
        return;
    }
    connection->connected = true;
    event_del(connection->writable);
    event_add(connection->readable, NULL);
    list_free(connection);
    dispatch(client);
}

/* ---------------------------------------------------------------- replies */
/* A reply came whole. False when nobody asked for it. */
static bool count_reply(struct connection *connection)
{
    struct load_client *client = connection->client;
    struct load_counts *counts = &client->counts;
    unsigned status = connection->reply.code;
    if (connection->under_way == 0) return false;
    struct sent sent = connection->sent[connection->oldest];
    connection->oldest = (connection->oldest + 1) % LOAD_DEPTH_MAX;
    connection->under_way--;
    counts->requests++;
    counts->events += (uint64_t)client->options->batch;
    counts->status[status < LOAD_STATUS_MAX ? status : 0]++;
    if (status == 200 || status == 202) client->acknowledged += (uint64_t)client->options->batch;
    uint64_t took = client->now > sent.due ? client->now - sent.due : 0;
    histogram_record(&counts->latency, took);
    histogram_record(&counts->recent, took);
    if (client->ledger != NULL && (status == 200 || status == 202))
        load_ledger_acknowledged(client->ledger, sent.first, (uint64_t)client->options->batch);
    return true;
}

enum outcome { GOES_ON, ENDS, BREAKS };

static enum outcome take_replies(struct connection *connection, char *bytes, size_t size)
{
    struct load_reply *reply = &connection->reply;
    while (size > 0) {
        size_t used;
        enum load_reply_status status = load_reply_feed(reply, bytes, size, &used);
        if (status == LOAD_REPLY_FAULTY) connection->client->counts.reply_fault = reply->fault;
        if (status != LOAD_REPLY_WHOLE) return status == LOAD_REPLY_MORE ? GOES_ON : BREAKS;
        if (!count_reply(connection)) return BREAKS;
        if (reply->closes) return ENDS;
        bytes += used;
        size -= used;
    }
    return GOES_ON;
}

/* What was read from the connection, or that it is at its end. */
static enum outcome take_input(struct connection *connection, char *bytes, ssize_t size)
{
    if (size > 0) return take_replies(connection, bytes, (size_t)size);
    bool whole = size == 0 && load_reply_end(&connection->reply);
    return whole && count_reply(connection) ? ENDS : BREAKS;
}

/* A connection that the server has announced to close takes no request more (RFC 9112 section 9.6); the next one needs no pause,
 * since this one was of use. */
static void on_readable(evutil_socket_t fd, short what, void *context)
{
    (void)what;
    struct connection *connection = context;
    struct load_client *client = connection->client;
    ssize_t got = recv(fd, client->read_buffer, READ_SIZE, 0);
    client->now = load_clock();
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    enum outcome outcome = take_input(connection, client->read_buffer, got);
    if (outcome != GOES_ON) break_off(connection);
    switch (outcome) {
    case GOES_ON: list_free(connection); break;
    case ENDS: open_connection(connection); break;
    case BREAKS: connect_again(connection); break;
    }
    dispatch(client);
}

/* ---------------------------------------------------------------- beginning and end */
static bool find_address(struct load_client *client, char *problem, size_t problem_size)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found;
    int error = getaddrinfo(client->options->host, client->options->port, &hints, &found);
    if (error != 0) {
        snprintf(problem, problem_size, "%s: %s", client->options->host, gai_strerror(error));
        return false;
    }
    memcpy(&client->address, found->ai_addr, found->ai_addrlen);
    client->address_size = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

struct load_client *load_client_create(struct event_base *base, const struct load_options *options, struct load_body *body,
                                       struct load_ledger *ledger, char *problem, size_t problem_size)
{
    struct load_client *client = calloc(1, sizeof *client);
    snprintf(problem, problem_size, "out of memory");
    if (client == NULL) return NULL;
    client->base = base;
    client->options = options;
    client->body = body;
    client->ledger = ledger;
    client->read_buffer = calloc(1, READ_SIZE + LOAD_REPLY_PADDING);
    client->connections = calloc((size_t)options->connections, sizeof *client->connections);
    client->tick = event_new(base, -1, 0, on_tick, client);
    if (client->read_buffer != NULL && client->connections != NULL && client->tick != NULL &&
        find_address(client, problem, problem_size))
        return client;
    load_client_destroy(client);
    return NULL;
}

/* Steps are of the time that is measured; the first one has the warm-up before it. */
static void begin_schedule(struct load_client *client, double before_seconds)
{
    const struct load_options *options = client->options;
    double step_us = 1e6 * options->duration / (options->rate.count > 0 ? options->rate.count : 1);
    load_schedule_init(&client->schedule, &options->rate, (enum load_arrivals)options->arrivals, (double)options->batch, step_us,
                       client->started);
    client->schedule.step_end_us += 1e6 * before_seconds;
}

void load_client_start(struct load_client *client)
{
    client->started = client->now = load_clock();
    begin_schedule(client, client->options->warmup);
    for (long i = 0; i < client->options->connections; i++) {
        struct connection *connection = &client->connections[i];
        connection->client = client;
        connection->fd = -1;
        connection->again = event_new(client->base, -1, 0, on_again, connection);
        open_connection(connection);
    }
    set_tick(client);
}

void load_client_reset(struct load_client *client)
{
    memset(&client->counts, 0, sizeof client->counts);
}

void load_client_stop(struct load_client *client)
{
    client->stopped = true;
    event_del(client->tick);
}

uint64_t load_client_under_way(const struct load_client *client)
{
    uint64_t sum = 0;
    for (long i = 0; i < client->options->connections; i++) sum += client->connections[i].under_way;
    return sum;
}

uint64_t load_client_overdue(const struct load_client *client)
{
    return load_schedule_overdue(&client->schedule, since_start(client));
}

void load_client_forget_recent(struct load_client *client)
{
    histogram_clear(&client->counts.recent);
}

const struct load_counts *load_client_counts(const struct load_client *client)
{
    return &client->counts;
}

uint64_t load_client_acknowledged(const struct load_client *client)
{
    return client->acknowledged;
}

void load_client_destroy(struct load_client *client)
{
    if (client == NULL) return;
    for (long i = 0; client->connections != NULL && i < client->options->connections; i++) {
        struct connection *connection = &client->connections[i];
        if (connection->client == NULL) continue;
        if (connection->fd >= 0) break_off(connection);
        event_free(connection->again);
        buffer_deinit(&connection->owed);
    }
    if (client->tick != NULL) event_free(client->tick);
    free(client->connections);
    free(client->read_buffer);
    free(client);
}
