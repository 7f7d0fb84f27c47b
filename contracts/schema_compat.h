/* schema_compat.h - can a reader with one Avro schema read what was written with another?
 *
 * By "Schema Resolution" of the Avro 1.11 specification: types match by kind and, where named, by unqualified name or by an alias
 * of the reader; numbers, strings and bytes are promoted; a reader's field needs a writer's field or a default; a reader's enum
 * needs the writer's symbols or a default symbol; every branch of a writer's union needs a reader.
 * And by one rule more: logical types must be equal. Resolution ignores them, so a decimal of another scale or micros read as
 * millis resolve without complaint into values that are wrong by powers of ten. */
#ifndef HEADGATE_CONTRACTS_SCHEMA_COMPAT_H
#define HEADGATE_CONTRACTS_SCHEMA_COMPAT_H

#include "contracts/schema_tree.h"

enum incompatibility_kind {
    INCOMPATIBLE_TYPE,      /* kinds differ and no promotion leads from the writer's to the reader's */
    INCOMPATIBLE_NAME,      /* named types whose names differ, without an alias */
    INCOMPATIBLE_SIZE,      /* fixed of another size */
    INCOMPATIBLE_SYMBOLS,   /* the writer's enum has a symbol that the reader's lacks, and there is no default symbol */
    INCOMPATIBLE_FIELD,     /* the reader's field is not written, and it has no default */
    INCOMPATIBLE_BRANCH,    /* no branch of the reader's union takes what the writer may write */
    INCOMPATIBLE_AMBIGUOUS, /* name and aliases of the reader's field fit more than one field of the writer */
    INCOMPATIBLE_LOGICAL    /* our own: logical types, precision or scale differ */
};

enum compat_direction {
    COMPAT_BACKWARD = 1, /* the newer schema reads the older's records */
    COMPAT_FORWARD = 2,  /* the older schema reads the newer's records */
    COMPAT_FULL = COMPAT_BACKWARD | COMPAT_FORWARD
};

struct incompatibility {
    enum incompatibility_kind kind;
    enum compat_direction direction; /* COMPAT_BACKWARD or COMPAT_FORWARD: which of the two readers fails */
    size_t older;                    /* index of the older schema */
    struct span place;               /* JSON pointer into the reader's schema, through names: /fields/2/type/1/items */
    struct span path;                /* dotted names of its fields; empty for the root */
    struct span reader, writer;      /* what stands there on both sides, in words; "" where nothing does */
};

struct schema_compat {
    struct incompatibility *items;
    size_t count;
    size_t capacity;
};

/* Appends everything that keeps `reader` from reading what `writer` wrote (direction backward, older 0). A recursive type is
 * reported once. False when the arena is exhausted. */
bool schema_compat_resolve(const struct schema_node *reader, const struct schema_node *writer, struct arena *arena,
                           struct schema_compat *result) MUST_CHECK;

/* `newer` against every one of `older`, transitively: readers of none of them may break. False with *error, a constant message,
 * when one of the texts is no schema or the arena is exhausted. */
bool schema_compat_judge(struct span newer, const struct span *older, size_t count, enum compat_direction direction,
                         struct arena *arena, struct schema_compat *result, const char **error) MUST_CHECK;

/* One word, and what it means. */
const char *incompatibility_word(enum incompatibility_kind kind);
const char *incompatibility_text(enum incompatibility_kind kind);

#endif
