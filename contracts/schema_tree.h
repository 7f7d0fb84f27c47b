/* schema_tree.h - an Avro schema as a graph: names resolved, logical types read, ready to be compared.
 *
 * A named type stands once and is pointed at from wherever its name is used, so a recursive schema is a cyclic graph. Everything
 * hangs off the arena it was parsed into. */
#ifndef HEADGATE_CONTRACTS_SCHEMA_TREE_H
#define HEADGATE_CONTRACTS_SCHEMA_TREE_H

#include "codecs/arena.h"
#include "codecs/span.h"

#include <stdint.h>

/* In this order: null to string are the primitives. */
enum schema_kind {
    SCHEMA_NULL,
    SCHEMA_BOOLEAN,
    SCHEMA_INT,
    SCHEMA_LONG,
    SCHEMA_FLOAT,
    SCHEMA_DOUBLE,
    SCHEMA_BYTES,
    SCHEMA_STRING,
    SCHEMA_RECORD, /* error, too: they read alike */
    SCHEMA_ENUM,
    SCHEMA_FIXED,
    SCHEMA_ARRAY,
    SCHEMA_MAP,
    SCHEMA_UNION
};

/* Unknown ones, and known ones on a type or with numbers that do not fit, are LOGICAL_NONE: readers must ignore them (Avro 1.11,
 * "Logical Types"). */
enum schema_logical {
    LOGICAL_NONE,
    LOGICAL_DECIMAL,
    LOGICAL_UUID,
    LOGICAL_DATE,
    LOGICAL_TIME_MILLIS,
    LOGICAL_TIME_MICROS,
    LOGICAL_TIMESTAMP_MILLIS,
    LOGICAL_TIMESTAMP_MICROS,
    LOGICAL_LOCAL_TIMESTAMP_MILLIS,
    LOGICAL_LOCAL_TIMESTAMP_MICROS,
    LOGICAL_DURATION
};

struct schema_node;

struct schema_field {
    struct span name;
    const struct span *aliases;
    size_t alias_count;
    const struct schema_node *type;
    bool has_default;
};

struct schema_node {
    enum schema_kind kind;
    enum schema_logical logical;
    int64_t precision, scale;   /* decimal */
    struct span name;           /* full name of a record, enum or fixed */
    const struct span *aliases; /* full names */
    size_t alias_count;
    const struct schema_field *fields; /* record */
    size_t field_count;
    const struct schema_node **branches; /* union; of an array its items, of a map its values */
    size_t branch_count;
    const struct span *symbols; /* enum */
    size_t symbol_count;
    struct span default_symbol; /* enum; NULL data = none */
    int64_t size;               /* fixed, bytes */
};

/* NULL when the text is no Avro schema, with *error a constant message; also when the arena is exhausted. Whether a default
 * fits its field's type is not judged. */
const struct schema_node *schema_tree_parse(struct span text, struct arena *arena, const char **error) MUST_CHECK;

/* long, record, ...; timestamp-millis, decimal, ... (of LOGICAL_NONE: ""). */
const char *schema_kind_word(enum schema_kind kind);
const char *schema_logical_word(enum schema_logical logical);

/* What follows the last dot of a full name. */
struct span schema_unqualified(struct span full);

#endif
