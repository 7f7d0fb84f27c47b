/* lifecycle.h - what a reply tells senders about the end of a model: Deprecation (RFC 9745) and Sunset (RFC 8594). */
#ifndef HEADGATE_GATEWAY_INGEST_LIFECYCLE_H
#define HEADGATE_GATEWAY_INGEST_LIFECYCLE_H

#include "contracts/catalogue.h"
#include "gateway/http/http.h"
#include "gateway/http/reply.h"

enum { LIFECYCLE_HEADERS_MAX = 2 };

/* The earliest dates of the models that a request names. */
struct lifecycle {
    int64_t deprecated, sunset; /* us since the epoch; NO_TIME = none */
    char deprecation_text[24];
    struct reply_date sunset_text;
};

/* No model yet: nothing to tell. */
void lifecycle_begin(struct lifecycle *lifecycle);

/* Takes in one more model; counts only from its endOfSupport on. */
void lifecycle_add(struct lifecycle *lifecycle, const struct model *model, int64_t now);

/* Writes the header lines that are due and returns how many; their texts live in `lifecycle`. */
size_t lifecycle_headers(struct lifecycle *lifecycle, struct http_header headers[LIFECYCLE_HEADERS_MAX]);

#endif
