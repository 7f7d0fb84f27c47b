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
        cmocka_unit_test(some_statuses_have_no_body),
        cmocka_unit_test(an_odd_status_is_still_a_status_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
