/* play.h - the state of one transcript being played, and the handler it is played against; for test_transcripts.c alone. */
#ifndef HEADGATE_TESTS_PLAY_H
#define HEADGATE_TESTS_PLAY_H

#include "gateway/http/http.h"

#include <stdio.h>
#include <stdlib.h>

struct event_base;

enum { LATE_MAX = 32 };

struct transcript {
    const char *file;
    int line;
    char *text; /* up to the next case */
    bool whole_only;
    bool bytewise;
};

struct late {
    char name[32];
    struct http_exchange *exchange;
    bool lost;
};

struct play {
    const struct transcript *transcript;
    int line;
    struct event_base *base;
    struct http_server *server;
    struct http_limits limits;
    struct http_counters counters;
    char address[64];
    int receive_buffer;
    int client;
    uint64_t sent;
    bool reads; /* false: the client takes nothing */
    bool at_end;
    struct late late[LATE_MAX];
    size_t late_count;
    char *received;
    size_t received_size;
};

static void answer_text(struct http_exchange *exchange, int status, struct span body)
{
    struct http_reply reply = {.status = status, .content_type = SPAN("text/plain"), .body = body};
    http_answer(exchange, &reply);
}

static bool path_is(const struct http_request *request, const char *path)
{
    return span_is(request->path, path);
}

static bool on_head(void *context, struct http_exchange *exchange)
{
    (void)context;
    const struct http_request *request = http_exchange_request(exchange);
    if (path_is(request, "/early")) {
        answer_text(exchange, 401, SPAN("no"));
        return false;
    }
    if (path_is(request, "/small")) http_exchange_set_max_body(exchange, 10);
    return true;
}

/* How many headers of a name there are, counted one by one. */
static size_t times(const struct http_request *request, struct span name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) count += span_equal(request->headers[i].name, name) ? 1 : 0;
    return count;
}

static void answer_facts(struct http_exchange *exchange)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    const struct http_request *request = http_exchange_request(exchange);
    struct span value = http_request_header(request, SPAN("x-value"));
    char text[1024];
    int size = snprintf(text, sizeof text, "%s %.*s ?%.*s 1.%d %s x-value*%zu=[%.*s]", methods[request->method],
                        SPAN_ARGS(request->path), SPAN_ARGS(request->query), request->version_minor,
                        request->peer_is_loopback ? "loopback" : "remote", times(request, SPAN("x-value")), SPAN_ARGS(value));
    answer_text(exchange, 200, (struct span){text, (size_t)size});
}

static void answer_big(struct http_exchange *exchange, size_t size)
{
    char *body = malloc(size);
    assert_non_null(body);
    memset(body, 'b', size);
    answer_text(exchange, 200, (struct span){body, size});
    free(body);
}

static void answer_headers(struct http_exchange *exchange)
{
    const struct http_header headers[] = {{SPAN("Retry-After"), SPAN("5")}, {SPAN("Vary"), SPAN("Origin")}};
    struct http_reply reply = {.status = 503, .headers = headers, .header_count = 2, .body = SPAN("later")};
    http_answer(exchange, &reply);
}

static void answer_size(struct http_exchange *exchange, struct span body)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%zu", body.size);
    answer_text(exchange, 200, (struct span){text, (size_t)size});
}

static void on_body(void *context, struct http_exchange *exchange, struct span body)
{
    struct play *play = context;
    const struct http_request *request = http_exchange_request(exchange);
    volatile char behind = body.data[body.size + 63]; /* the promised padding; a sanitizer would object */
    (void)behind;
    if (span_starts_with(request->path, SPAN("/late/"))) {
        assert_true(play->late_count < LATE_MAX);
        struct late *late = &play->late[play->late_count++];
        snprintf(late->name, sizeof late->name, "%.*s", (int)request->path.size - 6, request->path.data + 6);
        late->exchange = exchange;
        http_exchange_set_user(exchange, late);
    } else if (path_is(request, "/facts")) {
        answer_facts(exchange);
    } else if (path_is(request, "/big")) {
        answer_big(exchange, 200000);
    } else if (path_is(request, "/size")) {
        answer_size(exchange, body);
    } else if (path_is(request, "/headers")) {
        answer_headers(exchange);
    } else if (path_is(request, "/none")) {
        http_answer(exchange, &(struct http_reply){.status = 204});
    } else if (path_is(request, "/close")) {
        http_answer(exchange, &(struct http_reply){.status = 200, .body = SPAN("bye"), .close = true});
    } else {
        answer_text(exchange, 200, body);
    }
}

static void on_lost(void *context, struct http_exchange *exchange)
{
    (void)context;
    struct late *late = http_exchange_user(exchange);
    if (late == NULL) return;
    late->lost = true;
    late->exchange = NULL;
}

static void on_fault(void *context, struct http_exchange *exchange, const struct http_fault_info *fault, struct http_reply *reply)
{
    (void)context;
    (void)exchange;
    assert_int_equal(reply->status, fault->status);
    reply->content_type = SPAN("text/plain");
    reply->body = span_of(fault->rule);
}

static const struct http_handler handler = {on_head, on_body, on_lost, on_fault};

#endif
