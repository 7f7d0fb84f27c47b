/* avro_schema.h - an Avro schema text as a tree of nodes that a decoder walks.
 *
 * Named types are resolved to their node, so the tree may have cycles: walkers bound their depth. Nodes live in the arena. */
#ifndef HEADGATE_CONTRACTS_AVRO_SCHEMA_H
#define HEADGATE_CONTRACTS_AVRO_SCHEMA_H

#include "codecs/arena.h"

#include <stdint.h>

enum avro_kind {
    AVRO_NULL,
    AVRO_BOOLEAN,
    AVRO_INT,
    AVRO_LONG,
    AVRO_FLOAT,
    AVRO_DOUBLE,
    AVRO_BYTES,
    AVRO_STRING,
    AVRO_RECORD,
    AVRO_ENUM,
    AVRO_FIXED,
    AVRO_ARRAY,
    AVRO_MAP,
    AVRO_UNION
};

/* What the reader of a value is told about it beyond its kind; unknown logical types are left aside, as Avro asks. */
enum avro_logical {
    LOGICAL_NONE,
    LOGICAL_DECIMAL,
    LOGICAL_DATE,
    LOGICAL_TIME_MILLIS,
    LOGICAL_TIME_MICROS,
    LOGICAL_TIMESTAMP_MILLIS,
    LOGICAL_TIMESTAMP_MICROS,
    LOGICAL_LOCAL_MILLIS,
    LOGICAL_LOCAL_MICROS
};

struct avro_node {
    enum avro_kind kind;
    enum avro_logical logical;
    int scale;                        /* decimal */
    size_t size;                      /* fixed: bytes */
    size_t count;                     /* record: fields; enum: symbols; union: branches */
    struct span *names;               /* record: of the fields; enum: the symbols; NUL-terminated */
    struct span name;                 /* record: without its namespace */
    bool *encrypted;                  /* record: the field's values are marked as encrypted */
    const struct avro_node **members; /* record: of the fields; union: branches; array and map: one */
};

/* NULL with *error a constant sentence. */
const struct avro_node *avro_schema_read(struct span text, struct arena *arena, const char **error) MUST_CHECK;

#endif
