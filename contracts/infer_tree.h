/* infer_tree.h - what drafting from a JSON Schema and from an Avro schema share: jansson trees, texts, leaving things out. */
#ifndef HEADGATE_CONTRACTS_INFER_TREE_H
#define HEADGATE_CONTRACTS_INFER_TREE_H

#include "contracts/infer.h"

#include <jansson.h>

enum { INFER_DEPTH_MAX = 24, INFER_FIELDS_MAX = 5000 };

/* The text of a JSON string, in the arena; NULL data for anything else. */
struct span infer_text(const json_t *node, struct arena *arena);

/* The text of a JSON number; NULL data for anything else. */
struct span infer_number(const json_t *node, struct arena *arena);

/* A whole number of 0 or more; NO_LIMIT for anything else. */
int64_t infer_limit(const json_t *node);

/* A note in place of a field; NULL when memory is out. */
struct draft_field *infer_left_out(struct span name, const char *why, struct arena *arena) MUST_CHECK;

/* Reads JSON text; NULL with *fault. json_decref() is the caller's. */
json_t *infer_load(struct span text, struct infer_fault *fault) MUST_CHECK;

#endif
