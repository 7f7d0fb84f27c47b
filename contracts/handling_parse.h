/* handling_parse.h - transformLogic of a use: one call of a closed list of functions with named arguments.
 *
 *     call     = name [ "(" [ argument { "," argument } ] ")" ]
 *     argument = name "=" ( word | number | "true" | "false" | quoted )
 *     quoted   = "'" any but "'" , '' for one ' "'"  or the same with '"'
 *
 * What cannot be read is an error, never a raw pass-through. */
#ifndef HEADGATE_CONTRACTS_HANDLING_PARSE_H
#define HEADGATE_CONTRACTS_HANDLING_PARSE_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"

enum handling_fault {
    HANDLING_SYNTAX,
    HANDLING_NOT_SERVED, /* a function or scope that this version does not serve */
    HANDLING_MEMORY
};

struct handling_error {
    enum handling_fault fault;
    size_t offset;       /* byte in the text */
    const char *message; /* a constant sentence */
};

/* Fills *out; of redact only `kind`: its constant's text, unescaped, goes to *constant (and *quoted), to be read by the field's
 * type. False with *error filled. */
bool handling_parse(struct span text, struct arena *arena, struct handling *out, struct span *constant, bool *quoted,
                    struct handling_error *error) MUST_CHECK;

/* The function as a contract spells it: "hmac_sha256". */
const char *handling_word(enum handling_kind kind);

/* The whole call, in its shortest full form, such as truncate_ip(v4=24, v6=48); NULL data for pass, or when the arena is
 * exhausted. */
struct span handling_text(const struct handling *handling, struct arena *arena);

/* generalise's units: "second" ... "year". */
const char *time_unit_word(enum time_unit unit);

#endif
