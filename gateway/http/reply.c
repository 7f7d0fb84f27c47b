#include "gateway/http/reply.h"

#include <stdio.h>

/* RFC 9110 section 15; a status without a line here is sent with an empty reason, which is allowed. */
static const char *const reasons[600] = {
    [200] = "OK",
    [201] = "Created",
    [202] = "Accepted",
    [204] = "No Content",
    [207] = "Multi-Status",
    [301] = "Moved Permanently",
    [302] = "Found",
    [303] = "See Other",
    [304] = "Not Modified",
    [307] = "Temporary Redirect",
    [308] = "Permanent Redirect",
    [400] = "Bad Request",
    [401] = "Unauthorized",
    [403] = "Forbidden",
    [404] = "Not Found",
    [405] = "Method Not Allowed",
    [406] = "Not Acceptable",
    [408] = "Request Timeout",
    [409] = "Conflict",
    [410] = "Gone",
    [411] = "Length Required",
    [413] = "Content Too Large",
    [414] = "URI Too Long",
    [415] = "Unsupported Media Type",
    [417] = "Expectation Failed",
    [422] = "Unprocessable Content",
    [429] = "Too Many Requests",
    [431] = "Request Header Fields Too Large",
    [500] = "Internal Server Error",
    [501] = "Not Implemented",
    [502] = "Bad Gateway",
    [503] = "Service Unavailable",
    [504] = "Gateway Timeout",
    [505] = "HTTP Version Not Supported",
};

struct span reply_date_at(struct reply_date *date, time_t now)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (date->second != now || date->text[0] == '\0') {
        struct tm tm;
        gmtime_r(&now, &tm);
        unsigned year = (unsigned)(tm.tm_year + 1900) % 10000;
        snprintf(date->text, sizeof date->text, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days + 3 * tm.tm_wday,
                 (unsigned)tm.tm_mday % 100, months + 3 * tm.tm_mon, year, (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
                 (unsigned)tm.tm_sec % 100);
        date->second = now;
    }
    return (struct span){date->text, REPLY_DATE_SIZE};
}

/* Room for all fixed lines; header lines and the body are added to it. */
enum { FIXED_LINES_MAX = 320 };

static size_t size_of(const struct http_reply *reply)
{
    size_t size = FIXED_LINES_MAX + reply->content_type.size + reply->body.size;
    for (size_t i = 0; i < reply->header_count; i++) size += reply->headers[i].name.size + reply->headers[i].value.size + 4;
    return size;
}

static char *put(char *to, struct span text)
{
    if (text.size > 0) memcpy(to, text.data, text.size);
    return to + text.size;
}

static char *put_number(char *to, size_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return put(to, (struct span){digits + at, sizeof digits - at});
}

static char *put_line(char *to, struct span name, struct span value)
{
    to = put(to, name);
    to = put(to, SPAN(": "));
    to = put(to, value);
    return put(to, SPAN("\r\n"));
}

static char *put_status(char *to, int status)
{
    size_t number = status >= 200 && status < 600 ? (size_t)status : 500;
    to = put(to, SPAN("HTTP/1.1 "));
    to = put_number(to, number);
    to = put(to, SPAN(" "));
    to = put(to, span_of(reasons[number]));
    return put(to, SPAN("\r\n"));
}

void reply_write(struct buffer *out, const struct http_reply *reply, struct reply_manner manner, struct span date)
{
    char *begin = buffer_reserve(out, size_of(reply));
    if (begin == NULL) return;
    bool bodiless = reply->status == 204 || reply->status == 304;
    char *to = put_status(begin, reply->status);
    to = put_line(to, SPAN("Date"), date);
    if (reply->content_type.data != NULL) to = put_line(to, SPAN("Content-Type"), reply->content_type);
    if (!bodiless) {
        to = put(to, SPAN("Content-Length: "));
        to = put_number(to, reply->body.size);
        to = put(to, SPAN("\r\n"));
    }
    for (size_t i = 0; i < reply->header_count; i++) to = put_line(to, reply->headers[i].name, reply->headers[i].value);
    if (manner.close) to = put(to, SPAN("Connection: close\r\n"));
    if (manner.keep_alive && !manner.close) to = put(to, SPAN("Connection: keep-alive\r\n"));
    to = put(to, SPAN("\r\n"));
    if (!bodiless && !manner.head_only) to = put(to, reply->body);
    buffer_commit(out, (size_t)(to - begin));
}
