/* fault.h - what the HTTP layer itself finds wrong with a request, before or beside its handler.
 *
 * One line per fault: the reply's status, the rule's name (stable; it ends up in urn:headgate:rule:NAME and in metrics)
 * and a constant sentence for the sender's developer. No fault ever quotes what was sent. */
#ifndef HEADGATE_GATEWAY_HTTP_FAULT_H
#define HEADGATE_GATEWAY_HTTP_FAULT_H

/* identifier, status, rule, detail */
#define HTTP_FAULTS(X)                                                                                                    \
    X(LINE_END, 400, "http-line-end", "every line of the head must end with CR LF, and CR may stand nowhere else")        \
    X(FOLD, 400, "http-fold", "a header line may not begin with a space or a tab (RFC 9112 section 5.2)")                 \
    X(HEADER, 400, "http-header", "a header line is not `name: value` in the characters HTTP allows")                     \
    X(REQUEST_LINE, 400, "http-request-line", "the request line is not `METHOD target HTTP/1.1`")                         \
    X(TARGET, 400, "http-target", "the request target is not a path, or names another host than Host does")               \
    X(HOST, 400, "http-host", "HTTP/1.1 needs exactly one valid Host header")                                             \
    X(CONTENT_LENGTH, 400, "http-content-length", "Content-Length must be one plain number, and alone")                   \
    X(TRANSFER_ENCODING, 400, "http-transfer-encoding",                                                                   \
      "Transfer-Encoding is allowed once, in HTTP/1.1, without Content-Length")                                           \
    X(CHUNK, 400, "http-chunk", "the chunked body is damaged, or its chunk extensions or trailers are too long")          \
    X(CONTENT_CODING, 400, "content-encoding", "the body is not valid in its content encoding; nothing was taken")        \
    X(INCOMPLETE, 400, "http-incomplete", "the connection ended in the middle of the request; nothing was taken")         \
    X(HEAD_TIMEOUT, 408, "http-head-timeout", "the request's head did not arrive in time")                                \
    X(BODY_TIMEOUT, 408, "http-body-timeout", "the request's body did not arrive in time; nothing was taken")             \
    X(LENGTH_REQUIRED, 411, "http-length-required", "an HTTP/1.0 request with a body needs a Content-Length")             \
    X(BODY_SIZE, 413, "body-size", "the body is larger than is taken here; nothing was taken")                            \
    X(TARGET_SIZE, 414, "http-target-size", "the request line is too long")                                               \
    X(CONTENT_ENCODING, 415, "content-encoding-unknown", "Content-Encoding must be one of zstd, gzip, deflate, identity") \
    X(EXPECTATION, 417, "http-expectation", "the only expectation met here is 100-continue")                              \
    X(HEAD_SIZE, 431, "http-head-size", "the request's head is too large or has too many lines")                          \
    X(METHOD, 501, "http-method", "this method is not known here")                                                        \
    X(TRANSFER_CODING, 501, "http-transfer-coding", "the only transfer coding understood is chunked")                     \
    X(NO_MEMORY, 503, "no-room", "no memory for this request; nothing was taken")                                         \
    X(CONNECTIONS, 503, "connections", "too many connections; nothing was taken")                                         \
    X(VERSION, 505, "http-version", "only HTTP/1.0 and HTTP/1.1 are spoken here")

enum http_fault {
#define HTTP_FAULT_ENUM(name, status, rule, detail) HTTP_FAULT_##name,
    HTTP_FAULTS(HTTP_FAULT_ENUM)
#undef HTTP_FAULT_ENUM
        HTTP_FAULT_COUNT,
    HTTP_FAULT_NONE = HTTP_FAULT_COUNT
};

struct http_fault_info {
    int status;
    const char *rule;
    const char *detail;
};

/* The line of `fault`, which is not HTTP_FAULT_NONE. Static. */
const struct http_fault_info *http_fault_info(enum http_fault fault);

#endif
