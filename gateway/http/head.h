/* head.h - a request's head: found, checked, parsed. Bytes in, spans out; no connection.
 *
 * llhttp does the parsing, but it accepts (tried, 8.1.0) much that another parser on the way may read differently: lines
 * ended by a bare LF, folded lines, a space before the colon, no Host or two, Transfer-Encoding in HTTP/1.0. What can be read in
 * two ways is refused, so head_scan() judges the lines before llhttp sees them and head_parse() what follows from the fields. */
#ifndef HEADGATE_GATEWAY_HTTP_HEAD_H
#define HEADGATE_GATEWAY_HTTP_HEAD_H

#include "gateway/http/http.h"

/* How far a head that arrives in pieces was looked at; zeroed for a new one. */
struct head_scan {
    size_t line;  /* where the line begins whose end has not been seen */
    size_t lines; /* whole ones before it */
};

enum head_status { HEAD_PARTIAL, HEAD_WHOLE, HEAD_FAULTY };

struct head {
    struct http_request request;
    bool expects_continue;
    bool has_body; /* a Content-Length above 0, or chunked */
};

/* Looks at the lines of `in` that came since the last call with the same `scan` and the same beginning. HEAD_WHOLE: the
 * first *size bytes are the head. HEAD_FAULTY: *fault says why. */
enum head_status head_scan(struct head_scan *scan, struct span in, const struct http_limits *limits, size_t *size,
                           enum http_fault *fault) MUST_CHECK;

/* Parses the whole head that head_scan() found, in place: `bytes` must be its own copy, since names are lower-cased there
 * and all spans of head->request point into it. `headers` has room for `capacity` (head_scan's lines - 1). */
enum http_fault head_parse(char *bytes, size_t size, struct http_header *headers, size_t capacity, struct head *head) MUST_CHECK;

#endif
