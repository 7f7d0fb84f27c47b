#include "gateway/http/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_reply(const struct http_reply *reply, struct reply_manner manner, const char *expected)
{
    struct buffer out = BUFFER_EMPTY;
    reply_write(&out, reply, manner, SPAN("D"));
    assert_true(buffer_ok(&out));
    assert_string_equal(out.data, expected);
    buffer_deinit(&out);
}

/* The plain twin: the same reply by printf, line after line. */
static void print_reply(struct buffer *out, const struct http_reply *reply, const char *reason, struct reply_manner manner)
{
    bool bodiless = reply->status == 204 || reply->status == 304;
    buffer_printf(out, "HTTP/1.1 %d %s\r\n", reply->status, reason);
    buffer_printf(out, "Date: %s\r\n", "Sun, 06 Nov 1994 08:49:37 GMT");
    if (reply->content_type.data != NULL) buffer_printf(out, "Content-Type: %.*s\r\n", SPAN_ARGS(reply->content_type));
    if (!bodiless) buffer_printf(out, "Content-Length: %zu\r\n", reply->body.size);
    for (size_t i = 0; i < reply->header_count; i++)
        buffer_printf(out, "%.*s: %.*s\r\n", SPAN_ARGS(reply->headers[i].name), SPAN_ARGS(reply->headers[i].value));
    if (manner.close)
        buffer_printf(out, "Connection: close\r\n");
    else if (manner.keep_alive)
        buffer_printf(out, "Connection: keep-alive\r\n");
    buffer_printf(out, "\r\n");
    if (!bodiless && !manner.head_only) buffer_append_span(out, reply->body);
}

static const char *reason_of(int status)
{
    static const char *const reasons[600] = {
        [200] = "OK",
        [202] = "Accepted",
        [204] = "No Content",
        [207] = "Multi-Status",
        [304] = "Not Modified",
        [400] = "Bad Request",
        [413] = "Content Too Large",
        [422] = "Unprocessable Content",
        [429] = "Too Many Requests",
        [431] = "Request Header Fields Too Large",
        [500] = "Internal Server Error",
        [503] = "Service Unavailable",
        [505] = "HTTP Version Not Supported",
    };
    return reasons[status] != NULL ? reasons[status] : "";
}

static void assert_as_printed(const struct http_reply *reply, struct reply_manner manner)
{
    struct buffer written = BUFFER_EMPTY, printed = BUFFER_EMPTY;
    reply_write(&written, reply, manner, SPAN("Sun, 06 Nov 1994 08:49:37 GMT"));
    print_reply(&printed, reply, reason_of(reply->status), manner);
    assert_int_equal(written.size, printed.size);
    assert_memory_equal(written.data, printed.data, printed.size);
    buffer_deinit(&written);
    buffer_deinit(&printed);
}

static void writes_what_printf_would(void **state)
{
    (void)state;
    static const int statuses[] = {200, 202, 204, 207, 226, 304, 400, 413, 422, 429, 431, 500, 503, 505, 599};
    static const struct http_header headers[] = {
        {{"Headgate-Durability", 19}, {"kafka", 5}}, {{"Deprecation", 11}, {"@1688169599", 11}}, {{"Vary", 4}, {"", 0}}};
    static const struct span types[] = {{NULL, 0}, {"application/json", 16}, {"application/problem+json", 24}};
    static const char body[12345] = "{}";
    static const size_t sizes[] = {0, 1, 9, 10, 99, 100, 12345};
    for (unsigned i = 0; i < COUNT_OF(statuses) * COUNT_OF(types) * COUNT_OF(sizes) * (COUNT_OF(headers) + 1) * 8; i++) {
        unsigned left = i / 8;
        struct http_reply reply = {.status = statuses[left % COUNT_OF(statuses)], .headers = headers};
        reply.content_type = types[(left /= COUNT_OF(statuses)) % COUNT_OF(types)];
        reply.body = (struct span){body, sizes[(left /= COUNT_OF(types)) % COUNT_OF(sizes)]};
        reply.header_count = left / COUNT_OF(sizes);
        assert_as_printed(&reply, (struct reply_manner){.close = i & 1, .keep_alive = i & 2, .head_only = i & 4});
    }
}

static void date_is_the_one_of_the_rfc(void **state)
{
    (void)state;
    struct reply_date date = {0};
    struct span text = reply_date_at(&date, 784111777); /* RFC 9110 section 5.6.7 */
    assert_true(span_is(text, "Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_true(span_is(reply_date_at(&date, 784111777), "Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_true(span_is(reply_date_at(&date, 951782400), "Tue, 29 Feb 2000 00:00:00 GMT"));
    assert_true(span_is(reply_date_at(&date, 0), "Thu, 01 Jan 1970 00:00:00 GMT"));
}

static void writes_all_lines(void **state)
{
    (void)state;
    const struct http_header headers[] = {{SPAN("Retry-After"), SPAN("1")}};
    struct http_reply reply = {
        .status = 429, .content_type = SPAN("a/b"), .body = SPAN("{}"), .headers = headers, .header_count = 1};
    assert_reply(
        &reply, (struct reply_manner){0},
        "HTTP/1.1 429 Too Many Requests\r\nDate: D\r\nContent-Type: a/b\r\nContent-Length: 2\r\nRetry-After: 1\r\n\r\n{}");
    assert_reply(&reply, (struct reply_manner){.close = true, .keep_alive = true, .head_only = true},
                 "HTTP/1.1 429 Too Many Requests\r\nDate: D\r\nContent-Type: a/b\r\nContent-Length: 2\r\nRetry-After: 1\r\n"
                 "Connection: close\r\n\r\n");
}

static void some_statuses_have_no_body(void **state)
{
    (void)state;
    struct http_reply reply = {.status = 304, .body = SPAN("not sent")};
    assert_reply(&reply, (struct reply_manner){0}, "HTTP/1.1 304 Not Modified\r\nDate: D\r\n\r\n");
    reply.status = 204;
    assert_reply(&reply, (struct reply_manner){.keep_alive = true},
                 "HTTP/1.1 204 No Content\r\nDate: D\r\nConnection: keep-alive\r\n\r\n");
}

static void an_odd_status_is_still_a_status_line(void **state)
{
    (void)state;
    assert_reply(&(struct http_reply){.status = 299}, (struct reply_manner){0},
                 "HTTP/1.1 299 \r\nDate: D\r\nContent-Length: 0\r\n\r\n");
    assert_reply(&(struct http_reply){.status = 99}, (struct reply_manner){0},
                 "HTTP/1.1 500 Internal Server Error\r\nDate: D\r\nContent-Length: 0\r\n\r\n");
    assert_reply(&(struct http_reply){.status = 600}, (struct reply_manner){0},
                 "HTTP/1.1 500 Internal Server Error\r\nDate: D\r\nContent-Length: 0\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(date_is_the_one_of_the_rfc),
        cmocka_unit_test(writes_all_lines),
        cmocka_unit_test(writes_what_printf_would),
        cmocka_unit_test(some_statuses_have_no_body),
        cmocka_unit_test(an_odd_status_is_still_a_status_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
