/* headers.h - the record headers, one table: CloudEvents 1.0 Kafka binding, binary mode.
 *
 * Fixed headers are the same for all records of a use and are rendered once (intent_headers); varying ones are rendered by
 * the enforcement core for each record. The documents list this table, nothing else. */
#ifndef HEADGATE_CONTRACTS_HEADERS_H
#define HEADGATE_CONTRACTS_HEADERS_H

#include "codecs/span.h"

#include <stdbool.h>

enum header_id {
    HEADER_CONTENT_TYPE,
    HEADER_SPECVERSION,
    HEADER_ID,
    HEADER_SOURCE,
    HEADER_TYPE,
    HEADER_TIME,
    HEADER_RECORDEDTIME,
    HEADER_EXPIRYTIME,
    HEADER_DATASCHEMA,
    HEADER_DATACLASSIFICATION,
    HEADER_DATAREGULATION,
    HEADER_DATACATEGORY,
    HEADER_USECASE,
    HEADER_DATAUSE,
    HEADER_LEGALBASIS,
    HEADER_DATASUBJECTS,
    HEADER_CONTRACTID,
    HEADER_CONTRACTVERSION,
    HEADER_RESIDENCY,
    HEADER_FRESHNESS,
    HEADER_CLOCKSKEWMS,
    HEADER_CONSENTREF,
    HEADER_TRACEPARENT,
    HEADER_COUNT
};

struct header_row {
    struct span name; /* with a NUL behind it */
    bool compact;     /* written under tagging: compact too */
    bool fixed;       /* one value for all records of a use */
    const char *example;
    const char *from; /* what the value is and when it is left out: one line */
};

/* Never NULL: every id has its row. */
const struct header_row *header_row(enum header_id id);

#endif
