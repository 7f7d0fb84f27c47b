/* head_twin.h - reads a request's head by the gateway and by llhttp, and compares. What the gateway takes llhttp must take too,
 * and both must read it alike; what the gateway refuses, being the stricter one, llhttp may take.
 *
 * Three things llhttp 8.1 reads in another way than RFC 9112 section 9.3, and each is kept out of the comparison: a tab beside an
 * option of Connection hides it, `close` loses against `keep-alive` in HTTP/1.0, and Proxy-Connection counts as Connection. */
#ifndef HEADGATE_TESTS_HEAD_TWIN_H
#define HEADGATE_TESTS_HEAD_TWIN_H

#include "gateway/http/control.h"
#include "gateway/http/head.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include <llhttp.h>

enum { TWIN_HEAD_MAX = 4096, TWIN_LINES_MAX = 40 };

struct twin_reading {
    struct http_header headers[TWIN_LINES_MAX];
    size_t count;
    struct span target;
    uint64_t length;
    bool whole, chunked, keeps; /* as known at the end of the head: llhttp forgets it behind the message */
};

static inline void twin_must(bool holds, const char *what, struct span head)
{
    if (holds) return;
    fprintf(stderr, "a head that is read in two ways: %s\n%.*s\n", what, SPAN_ARGS(head));
    abort();
}

/* ---------------------------------------------------------------- llhttp */

static int twin_on_url(llhttp_t *parser, const char *at, size_t size)
{
    struct twin_reading *reading = parser->data;
    reading->target = (struct span){at, size};
    return HPE_OK;
}

static int twin_on_name(llhttp_t *parser, const char *at, size_t size)
{
    struct twin_reading *reading = parser->data;
    if (reading->count == TWIN_LINES_MAX) return HPE_USER;
    reading->headers[reading->count++] = (struct http_header){{at, size}, {at + size, 0}};
    return HPE_OK;
}

static int twin_on_value(llhttp_t *parser, const char *at, size_t size)
{
    struct twin_reading *reading = parser->data;
    while (size > 0 && (at[size - 1] == ' ' || at[size - 1] == '\t')) size--;
    reading->headers[reading->count - 1].value = (struct span){at, size};
    return HPE_OK;
}

static int twin_on_whole(llhttp_t *parser)
{
    struct twin_reading *reading = parser->data;
    reading->whole = true;
    reading->length = parser->content_length;
    reading->chunked = (parser->flags & F_CHUNKED) != 0;
    reading->keeps = llhttp_should_keep_alive(parser) != 0;
    parser->upgrade = 0; /* an offer, and not taken */
    return HPE_OK;
}

static inline bool twin_llhttp(struct span head, llhttp_t *parser, struct twin_reading *reading)
{
    static const llhttp_settings_t settings = {.on_url = twin_on_url,
                                               .on_header_field = twin_on_name,
                                               .on_header_value = twin_on_value,
                                               .on_headers_complete = twin_on_whole};
    *reading = (struct twin_reading){.count = 0};
    llhttp_init(parser, HTTP_REQUEST, &settings);
    parser->data = reading;
    return llhttp_execute(parser, head.data, head.size) == HPE_OK && reading->whole;
}

/* Whether llhttp would keep the connection, tabs aside. */
static inline bool twin_keeps(struct span head)
{
    char bytes[TWIN_HEAD_MAX];
    llhttp_t parser;
    struct twin_reading reading;
    for (size_t i = 0; i < head.size; i++) bytes[i] = head.data[i] == '\t' ? ' ' : head.data[i];
    twin_must(twin_llhttp((struct span){bytes, head.size}, &parser, &reading), "spaces for tabs", head);
    return reading.keeps;
}

/* ---------------------------------------------------------------- the gateway */

/* However the bytes are cut, head_scan() finds the same. */
static inline enum head_status twin_scan(struct span in, const struct http_limits *limits, size_t step, struct head_scan *scan,
                                         size_t *size)
{
    struct head_scan pieces = {0};
    enum head_status status, piece = HEAD_PARTIAL;
    enum http_fault fault = HTTP_FAULT_NONE, piece_fault = HTTP_FAULT_NONE;
    size_t piece_size = 0;
    *scan = (struct head_scan){0};
    status = head_scan(scan, in, limits, size, &fault);
    for (size_t end = 0; piece == HEAD_PARTIAL && end < in.size;) {
        end = in.size - end > step ? end + step : in.size;
        piece = head_scan(&pieces, (struct span){in.data, end}, limits, &piece_size, &piece_fault);
    }
    if (in.size > 0) twin_must(piece == status && piece_fault == fault, "in pieces", in);
    if (status == HEAD_WHOLE) twin_must(piece_size == *size && pieces.lines == scan->lines, "its size in pieces", in);
    return status;
}

/* What was noted of the known fields, against a plain walk over all. */
static inline void twin_check_fields(const struct http_request *request, struct span head)
{
    for (unsigned i = 0; i < HTTP_FIELD_COUNT; i++) {
        struct span name = http_field_name((enum http_field)i);
        struct span found = http_request_field(request, (enum http_field)i), plain = http_request_header(request, name);
        size_t times = 0;
        for (size_t k = 0; k < request->header_count; k++) times += span_equal(request->headers[k].name, name) ? 1 : 0;
        twin_must(found.data == plain.data && found.size == plain.size, "a known field", head);
        twin_must(http_request_repeats(request, HTTP_FIELD_BIT(i)) == (times > 1), "a repeated field", head);
    }
}

static inline bool twin_says(const struct http_request *request, const char *option)
{
    for (size_t i = 0; i < request->header_count; i++) {
        struct span value = request->headers[i].value;
        if (!span_is(request->headers[i].name, "connection")) continue;
        for (size_t k = 0; k + strlen(option) <= value.size; k++)
            if (strncasecmp(value.data + k, option, strlen(option)) == 0) return true;
    }
    return false;
}

/* ---------------------------------------------------------------- both */

static inline void twin_compare(const struct head *ours, struct span head)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    const struct http_request *request = &ours->request;
    llhttp_t parser;
    struct twin_reading theirs;
    twin_must(twin_llhttp(head, &parser, &theirs), "llhttp refuses it", head);
    twin_must(strcmp(llhttp_method_name((llhttp_method_t)parser.method), methods[request->method]) == 0, "method", head);
    twin_must(parser.http_major == 1 && parser.http_minor == request->version_minor, "version", head);
    twin_must(span_equal(theirs.target, request->target), "target", head);
    twin_must(theirs.chunked == request->chunked, "coding", head);
    twin_must(theirs.length == request->content_length, "length", head);
    twin_must(theirs.count == request->header_count, "number of fields", head);
    for (size_t i = 0; i < theirs.count; i++) {
        struct span name = theirs.headers[i].name, read = request->headers[i].name;
        twin_must(name.size == read.size && strncasecmp(name.data, read.data, name.size) == 0, "name", head);
        for (size_t k = 0; k < read.size; k++) twin_must(read.data[k] < 'A' || read.data[k] > 'Z', "name in lower case", head);
        twin_must(span_equal(theirs.headers[i].value, request->headers[i].value), "value", head);
    }
    if (http_request_header(request, SPAN("proxy-connection")).data != NULL) return;
    bool both = request->version_minor == 0 && twin_says(request, "close") && twin_says(request, "keep-alive");
    twin_must(request->keep_alive == twin_keeps(head) || (both && !request->keep_alive), "what becomes of the connection", head);
}

/* Reads what `in` begins with both ways, in pieces of `step` bytes as well; returns the size of a head that was taken, else 0. */
static inline size_t twin_judge(struct span in, size_t step)
{
    static const struct http_limits limits = {.head = 2000, .request_line = 500, .header_lines = 30};
    static char padded[TWIN_HEAD_MAX + HEAD_PADDING], copy[TWIN_HEAD_MAX + HEAD_PADDING];
    struct http_header headers[TWIN_LINES_MAX];
    struct head_scan scan;
    struct head head;
    size_t size = 0;
    if (in.size > TWIN_HEAD_MAX) in.size = TWIN_HEAD_MAX;
    memcpy(padded, in.data, in.size);
    memset(padded + in.size, '\n', HEAD_PADDING); /* would be seen if anybody looked */
    in.data = padded;
    for (size_t i = 0; i < in.size; i += step)
        twin_must(control_find(padded + i, padded + in.size) == control_find_portable(padded + i, padded + in.size), "controls",
                  in);
    if (twin_scan(in, &limits, step, &scan, &size) != HEAD_WHOLE) return 0;
    memcpy(copy, padded, size);
    memset(copy + size, ':', HEAD_PADDING);
    if (head_parse(copy, size, headers, scan.lines, &head) != HTTP_FAULT_NONE) return 0;
    struct span bytes = {padded, size};
    twin_check_fields(&head.request, bytes);
    twin_compare(&head, bytes);
    return size;
}

#endif
