/* pattern_tree.h - a pattern of ECMA-262 5.1 as a tree: what pattern.c's two matchers are made from.
 *
 * Groups capture nothing (nothing can refer to a capture), so all groups are alike. */
#ifndef HEADGATE_CONTRACTS_PATTERN_TREE_H
#define HEADGATE_CONTRACTS_PATTERN_TREE_H

#include "codecs/arena.h"
#include "contracts/code_set.h"

enum { PATTERN_COUNT_MAX = 65535, PATTERN_DEPTH_MAX = 64 };
#define PATTERN_UNLIMITED UINT32_MAX

enum pattern_node_kind {
    NODE_SET,          /* one code point of the set */
    NODE_START,        /* ^ */
    NODE_END,          /* $ */
    NODE_BOUNDARY,     /* \b */
    NODE_NOT_BOUNDARY, /* \B */
    NODE_GROUP,        /* ( ) and (?: ) */
    NODE_AHEAD,        /* (?= ) */
    NODE_NOT_AHEAD     /* (?! ) */
};

struct pattern_branch;

struct pattern_node {
    enum pattern_node_kind kind;
    struct code_set set;             /* settled */
    struct pattern_branch *branches; /* of groups and look-aheads: at least one */
    uint32_t min, max;               /* 1, 1 without quantifier; max may be PATTERN_UNLIMITED */
    bool lazy;
    struct pattern_node *next;
};

/* One alternative: a sequence of nodes, NULL when it is empty. */
struct pattern_branch {
    struct pattern_node *first;
    struct pattern_branch *next;
};

/* The alternatives of the whole pattern, in the arena; NULL with *error a constant sentence and *offset the byte where it
 * applies. */
struct pattern_branch *pattern_parse(struct span text, struct arena *arena, const char **error, size_t *offset) MUST_CHECK;

#endif
