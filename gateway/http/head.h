/* head.h - a request's head: found, checked, parsed. Bytes in, spans out; no connection.
 *
 * What can be read in two ways is refused. Two walks over the bytes: head_scan() cuts and judges the lines while they arrive, and
 * knows how much room the whole takes; head_parse() reads each line once, and recognises the fields that somebody asks for.
 * Tests hold the two against llhttp, another reader of the same grammar, which is more lenient: what is taken here it takes too,
 * and reads alike. */
#ifndef HEADGATE_GATEWAY_HTTP_HEAD_H
#define HEADGATE_GATEWAY_HTTP_HEAD_H

#include "gateway/http/http.h"

/* How far a head that arrives in pieces was looked at; zeroed for a new one. */
struct head_scan {
    size_t line;  /* where the line begins whose end has not been seen */
    size_t lines; /* whole ones before it */
};

enum { HEAD_PADDING = 16 }; /* readable bytes that both functions need behind theirs; what they hold changes nothing */

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
 * and all spans of head->request but the names of known fields point into it. `headers` has room for `capacity` (head_scan's
 * lines - 1). */
enum http_fault head_parse(char *bytes, size_t size, struct http_header *headers, size_t capacity, struct head *head) MUST_CHECK;

/* ---------------------------------------------------------------- parts of it, of which replies' heads are made as well */

/* Reads the field line at `at`, of a head that head_scan() found and that ends at `end`. The name is lower-cased in place, or
 * that of *field. Returns where the next line begins; NULL: it is not `name: value`. */
char *head_field(char *at, const char *end, struct http_header *header, enum http_field *field) MUST_CHECK;

/* What Connection's list of options says (RFC 9112 section 9.3); sets *close and *keep_alive, clears neither. */
void head_connection(struct span value, bool *close, bool *keep_alive);

/* Content-Length, one plain number, below 10^18; `value` lies in its line. False: anything else. */
bool head_length(struct span value, uint64_t *length) MUST_CHECK;

/* Whether Transfer-Encoding is `chunked` alone; `value` lies in its line. */
bool head_is_chunked(struct span value) MUST_CHECK;

#endif
