/* routes.h - from a method and a path to a number, by a table.
 *
 *      ROUTE(POST, "/v1/events/", "{event}", INGEST_NAMED),
 *      ROUTE(GET, "/subjects/", "{subject}/versions/{version}/schema", SCHEMAS_TEXT),
 *
 * A parameter takes one whole segment, never an empty one, and arrives percent-decoded (an encoded slash may be part of it).
 * A literal segment is preferred to a parameter by standing earlier in the table. GET routes answer HEAD too. */
#ifndef HEADGATE_GATEWAY_HTTP_ROUTES_H
#define HEADGATE_GATEWAY_HTTP_ROUTES_H

#include "codecs/attributes.h"
#include "gateway/http/http.h"

enum { ROUTE_PARAMETERS_MAX = 4, ROUTE_TEXT_MAX = 1024 };

struct route {
    enum http_method method;
    const char *pattern;
    size_t literal; /* bytes of the pattern before its first parameter */
    int id;
};

/* A line of a table: the pattern up to its first parameter, and what follows. */
#define ROUTE(method, literal, rest, id)                           \
    {                                                              \
        HTTP_METHOD_##method, literal rest, sizeof literal - 1, id \
    }

enum route_status {
    ROUTE_FOUND,
    ROUTE_UNKNOWN,      /* 404 */
    ROUTE_WRONG_METHOD, /* 405 (or the answer to OPTIONS): `allow` lists what there is */
    ROUTE_MALFORMED,    /* 400: a broken percent-encoding, an encoded NUL, or parameters beyond ROUTE_TEXT_MAX bytes */
};

struct route_match {
    int id;
    struct span parameters[ROUTE_PARAMETERS_MAX]; /* in the pattern's order; into the path or into `text` */
    size_t parameter_count;
    struct span allow; /* for ROUTE_WRONG_METHOD: "GET, HEAD, OPTIONS" */
    size_t text_used;
    char text[ROUTE_TEXT_MAX];
};

/* Looks `path` up in `count` lines of `table`. `match` must not be moved afterwards: its spans may point into it. */
enum route_status routes_find(const struct route *table, size_t count, enum http_method method, struct span path,
                              struct route_match *match) MUST_CHECK;

/* Percent-decodes `raw` ('+' stays '+') into `to` of `size` bytes; false when it does not fit, is broken or holds a NUL. */
bool routes_decode(struct span raw, char *to, size_t size, struct span *decoded) MUST_CHECK;

#endif
