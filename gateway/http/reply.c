#include "gateway/http/reply.h"

#include "codecs/digits.h"

#include <stdio.h>

/* From the status line to the Date's value, which all replies have in common. */
#define HEAD(status, reason) \
    [status] = {"HTTP/1.1 " #status " " reason "\r\nDate: ", sizeof "HTTP/1.1 000 " reason "\r\nDate: " - 1}

/* RFC 9110 section 15; a status without a line here is sent with an empty reason, which is allowed. */
static const struct span heads[600] = {
    HEAD(200, "OK"),
    HEAD(201, "Created"),
    HEAD(202, "Accepted"),
    HEAD(204, "No Content"),
    HEAD(207, "Multi-Status"),
    HEAD(301, "Moved Permanently"),
    HEAD(302, "Found"),
    HEAD(303, "See Other"),
    HEAD(304, "Not Modified"),
    HEAD(307, "Temporary Redirect"),
    HEAD(308, "Permanent Redirect"),
    HEAD(400, "Bad Request"),
    HEAD(401, "Unauthorized"),
    HEAD(403, "Forbidden"),
    HEAD(404, "Not Found"),
    HEAD(405, "Method Not Allowed"),
    HEAD(406, "Not Acceptable"),
    HEAD(408, "Request Timeout"),
    HEAD(409, "Conflict"),
    HEAD(410, "Gone"),
    HEAD(411, "Length Required"),
    HEAD(413, "Content Too Large"),
    HEAD(414, "URI Too Long"),
    HEAD(415, "Unsupported Media Type"),
    HEAD(417, "Expectation Failed"),
    HEAD(422, "Unprocessable Content"),
    HEAD(429, "Too Many Requests"),
    HEAD(431, "Request Header Fields Too Large"),
    HEAD(500, "Internal Server Error"),
    HEAD(501, "Not Implemented"),
    HEAD(502, "Bad Gateway"),
    HEAD(503, "Service Unavailable"),
    HEAD(504, "Gateway Timeout"),
    HEAD(505, "HTTP Version Not Supported"),
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

static char *put_line(char *to, struct span name, struct span value)
{
    to = put(to, name);
    to = put(to, SPAN(": "));
    to = put(to, value);
    return put(to, SPAN("\r\n"));
}

static char *put_head(char *to, int status)
{
    size_t number = status >= 200 && status < 600 ? (size_t)status : 500;
    if (heads[number].data != NULL) return put(to, heads[number]);
    to = put(to, SPAN("HTTP/1.1 "));
    to = digits_write(to, number);
    return put(to, SPAN(" \r\nDate: "));
}

void reply_write(struct buffer *out, const struct http_reply *reply, struct reply_manner manner, struct span date)
{
    char *begin = buffer_reserve(out, size_of(reply));
    if (begin == NULL) return;
    bool bodiless = reply->status == 204 || reply->status == 304;
    char *to = put_head(begin, reply->status);
    to = put(to, date);
    if (reply->content_type.data != NULL) {
        to = put(to, SPAN("\r\nContent-Type: "));
        to = put(to, reply->content_type);
    }
    if (!bodiless) {
        to = put(to, SPAN("\r\nContent-Length: "));
        to = digits_write(to, reply->body.size);
    }
    to = put(to, SPAN("\r\n"));
    for (size_t i = 0; i < reply->header_count; i++) to = put_line(to, reply->headers[i].name, reply->headers[i].value);
    if (manner.close) to = put(to, SPAN("Connection: close\r\n"));
    if (manner.keep_alive && !manner.close) to = put(to, SPAN("Connection: keep-alive\r\n"));
    to = put(to, SPAN("\r\n"));
    if (!bodiless && !manner.head_only) to = put(to, reply->body);
    buffer_commit(out, (size_t)(to - begin));
}
