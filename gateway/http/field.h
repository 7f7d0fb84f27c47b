/* field.h - the header fields that something here asks for, as numbers: each name is recognised once, while its line is parsed,
 * and looking one up later is a bit and an index. Other names stay text (http_request_header). */
#ifndef HEADGATE_GATEWAY_HTTP_FIELD_H
#define HEADGATE_GATEWAY_HTTP_FIELD_H

#include "codecs/span.h"

#include <stdint.h>

/* identifier, name in lower case; in order of length, by which http_field_find() finds them. At most 32. */
#define HTTP_FIELDS(X)                      \
    X(HOST, "host")                         \
    X(CE_ID, "ce-id")                       \
    X(ACCEPT, "accept")                     \
    X(EXPECT, "expect")                     \
    X(ORIGIN, "origin")                     \
    X(PREFER, "prefer")                     \
    X(CE_TIME, "ce-time")                   \
    X(CE_TYPE, "ce-type")                   \
    X(CE_SOURCE, "ce-source")               \
    X(CONNECTION, "connection")             \
    X(CE_SENTTIME, "ce-senttime")           \
    X(TRACEPARENT, "traceparent")           \
    X(CONTENT_TYPE, "content-type")         \
    X(AUTHORIZATION, "authorization")       \
    X(HEADGATE_SENT, "headgate-sent")       \
    X(CE_SPECVERSION, "ce-specversion")     \
    X(CONTENT_LENGTH, "content-length")     \
    X(IDEMPOTENCY_KEY, "idempotency-key")   \
    X(CONTENT_ENCODING, "content-encoding") \
    X(TRANSFER_ENCODING, "transfer-encoding")

enum http_field {
#define HTTP_FIELD_ENUM(name, text) HTTP_FIELD_##name,
    HTTP_FIELDS(HTTP_FIELD_ENUM)
#undef HTTP_FIELD_ENUM
        HTTP_FIELD_COUNT,
    HTTP_FIELD_OTHER = HTTP_FIELD_COUNT
};

/* Its place in a set of fields. */
#define HTTP_FIELD_BIT(field) (UINT32_C(1) << (field))

/* The field of a name in lower case; HTTP_FIELD_OTHER: none of them. */
enum http_field http_field_find(struct span lower_case_name);

/* The field whose name, in any case, stands at `at` before a colon, and that name in lower case; HTTP_FIELD_OTHER: none, or not
 * to be told at one look, so ask http_field_find(). 16 bytes must be readable. */
enum http_field http_field_peek(const char *at, struct span *name);

/* Its name, in lower case. */
struct span http_field_name(enum http_field field);

#endif
