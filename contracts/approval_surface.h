/* approval_surface.h - what of a use is approved: its surface, as a text that people review and as a use that the grader
 * compares.
 *
 *     struct use --write--> YAML, approvals.yaml --read--> struct use: the surface alone
 *                                                            --complete, with the current use--> the use as it was approved
 *                                                                  --diff_uses, against the current use--> what changed since
 *
 * The surface is all that diff_kind.c grades `approval`, of the resolved use: what it inherits counts as its own. How a contract
 * is laid out, in which order, with which descriptions, does not show in it. */
#ifndef HEADGATE_CONTRACTS_APPROVAL_SURFACE_H
#define HEADGATE_CONTRACTS_APPROVAL_SURFACE_H

#include "contracts/catalogue.h"
#include "contracts/yaml.h"
#include "contracts/yaml_writer.h"

enum { SURFACE_DIGEST_SIZE = 64 }; /* hex digits */

/* What is wrong with a text, and where. */
struct surface_error {
    const struct yaml_node *node; /* NULL: out of memory */
    const char *message;          /* a constant sentence */
};

/* The surface of a use (or one that was read) as the pairs of an open map. False when the arena is exhausted. */
bool approval_surface_write(const struct use *use, struct arena *arena, struct yaml_writer *out) MUST_CHECK;

/* A use of which only the surface is filled, and of its model only the fields that govern it; NULL with *error. Texts are those
 * of the tree. */
const struct use *approval_surface_read(const struct yaml_node *map, struct arena *arena, struct surface_error *error) MUST_CHECK;

/* `current` with the surface in the place of its own: nothing but the surface differs. NULL when the arena is exhausted. */
const struct use *approval_surface_complete(const struct use *surface, const struct use *current, struct arena *arena) MUST_CHECK;

/* SHA-256, in hex, over a surface's tree with the ids of contract and model: over what it says, not how it is laid out. */
bool approval_surface_digest(struct span contract, struct span model, const struct yaml_node *map,
                             char digest[SURFACE_DIGEST_SIZE]) MUST_CHECK;

#endif
