/* yaml.h - YAML text as an immutable tree with positions, for contracts, configuration and senders.
 *
 * libyaml parses; this decides what the scalars mean and what is refused:
 *  - plain scalars follow the core schema of YAML 1.2; timestamps stay strings;
 *  - a plain scalar that a YAML 1.1 reader would read differently (yes, NO, 010, 08:00, 1_000, 1e3, <<) is a fault: the same file
 *    must mean the same to every tool that reads it;
 *  - a key twice in one map is a fault; so are tags, keys that are not scalars, and a second document;
 *  - an alias shares the node of its anchor; what all aliases expand to counts against the limit of nodes, so that a few lines
 * cannot stand for billions of nodes.
 *
 * Ownership: nodes and texts live in the caller's arenas; the input need not outlive the call. */
#ifndef HEADGATE_CONTRACTS_YAML_H
#define HEADGATE_CONTRACTS_YAML_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAP };

/* What a scalar is by the core schema; a quoted or block scalar is always a string. */
enum yaml_type { YAML_STRING, YAML_NULL, YAML_BOOLEAN, YAML_INTEGER, YAML_FLOAT };

enum { YAML_SIZE_MAX = 4 << 20, YAML_DEPTH_MAX = 48, YAML_NODES_MAX = 200000 };

struct yaml_node;

struct yaml_pair {
    const struct yaml_node *key; /* a scalar; compared by its text */
    const struct yaml_node *value;
};

/* A catalogue of thousands of files holds millions of these while it is read: the members are as small as the limits allow. */
struct yaml_node {
    struct span text; /* scalar, after unescaping; never NULL data, a NUL behind it */
    union {
        const struct yaml_node **items; /* sequence */
        const struct yaml_pair *pairs;  /* map, in the order of the text */
    };
    size_t count;    /* items or pairs */
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, in characters as libyaml counts them */
    uint32_t weight; /* nodes that this one stands for, aliases expanded */
    enum yaml_kind kind : 8;
    enum yaml_type type : 8; /* scalars */
    bool plain;              /* scalar without quotes */
    uint8_t height;          /* levels below it, aliases expanded: at most YAML_DEPTH_MAX */
};

enum yaml_fault {
    YAML_FAULT_SYNTAX,    /* not YAML, or a construct that is not read here: tags, keys that are not scalars */
    YAML_FAULT_DUPLICATE, /* a key twice in one map */
    YAML_FAULT_AMBIGUOUS, /* read differently by YAML 1.1 and 1.2 */
    YAML_FAULT_DOCUMENTS, /* none, or more than one */
    YAML_FAULT_LIMIT,     /* size, depth, number of nodes, unknown or endless alias */
    YAML_FAULT_MEMORY,
};

struct yaml_error {
    enum yaml_fault fault;
    uint32_t line;
    uint32_t column;
    const char *message; /* a constant sentence */
};

/* Duplicate keys and ambiguous scalars leave a tree that can still be read; they are listed beside it, in the order of the
 * text, for callers that judge a file's faults by what the file is. */
struct yaml_finding {
    struct yaml_error error;
    const struct yaml_finding *next;
};

struct yaml_tree {
    const struct yaml_node *root;
    const struct yaml_finding *findings;
};

/* Reads one document. False with *error filled when there is no tree. */
bool yaml_read(struct span text, struct arena *arena, struct yaml_tree *tree, struct yaml_error *error) MUST_CHECK;

/* The same with the nodes in `arena` and the texts of scalars in `texts`: a reader can keep the texts and drop the tree. */
bool yaml_read_apart(struct span text, struct arena *arena, struct arena *texts, struct yaml_tree *tree,
                     struct yaml_error *error) MUST_CHECK;

/* The same for callers who take no faults at all: NULL with *error at the first of any kind. */
const struct yaml_node *yaml_parse(struct span text, struct arena *arena, struct yaml_error *error) MUST_CHECK;

/* The value of a key; NULL when `map` is NULL, no map, or has no such key. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
const struct yaml_node *yaml_get_span(const struct yaml_node *map, struct span key);

/* The pair itself, for the key's position. */
const struct yaml_pair *yaml_pair(const struct yaml_node *map, struct span key);

/* Whether the node is a scalar of this type (false for NULL). */
bool yaml_is(const struct yaml_node *node, enum yaml_type type);

/* true or false of a boolean; false (and *out untouched) for every other node. */
bool yaml_boolean(const struct yaml_node *node, bool *out) MUST_CHECK;

/* The same for a default in *out, which stays where nothing is stated. */
void yaml_boolean_into(const struct yaml_node *node, bool *out);

/* The value of an integer scalar (decimal, 0x, 0o) within 64 bits; false for every other node. */
bool yaml_integer(const struct yaml_node *node, int64_t *out) MUST_CHECK;

/* "a map", "a list", "text", "a number" ...: for messages. */
const char *yaml_kind_word(const struct yaml_node *node);

#endif
