/* media.h - media types of requests, and what a client accepts (RFC 9110 sections 8.3 and 12.5.1). */
#ifndef HEADGATE_GATEWAY_INGEST_MEDIA_H
#define HEADGATE_GATEWAY_INGEST_MEDIA_H

#include "codecs/attributes.h"
#include "codecs/span.h"

enum media {
    MEDIA_NONE, /* no Content-Type */
    MEDIA_JSON,
    MEDIA_NDJSON,
    MEDIA_TEXT,
    MEDIA_CLOUDEVENT, /* structured */
    MEDIA_CLOUDEVENT_BATCH,
    MEDIA_OTHER,
};

/* The type of a Content-Type value; parameters are passed over, but a charset other than UTF-8 makes it MEDIA_OTHER. Also
 * takes any type that ends in +json as JSON when it is not one of the others. */
enum media media_parse(struct span content_type);

/* Whether a JSON reply can be sent to a client with this Accept value (NULL data: anything). */
bool media_accepts_json(struct span accept) MUST_CHECK;

#endif
