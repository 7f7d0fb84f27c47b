/* schema_facts.h - what the keywords of a JSON Schema say together about one value, and the field that a contract makes of it. */
#ifndef HEADGATE_CONTRACTS_SCHEMA_FACTS_H
#define HEADGATE_CONTRACTS_SCHEMA_FACTS_H

#include "contracts/infer_tree.h"

enum schema_word {
    SCHEMA_NULL = 1,
    SCHEMA_BOOLEAN = 2,
    SCHEMA_INTEGER = 4,
    SCHEMA_NUMBER = 8,
    SCHEMA_STRING = 16,
    SCHEMA_ARRAY = 32,
    SCHEMA_OBJECT = 64,
    SCHEMA_ANY = 127
};

struct schema_facts {
    unsigned types; /* bits of enum schema_word that are still possible */
    bool typed;     /* some keyword said so */
    const json_t *values;
    const json_t *items;
    const json_t *others; /* what members beside the named ones are to be; an object without named ones is a map of it */
    const json_t *constant;
    bool several;       /* oneOf or anyOf with more than one shape */
    bool endless;       /* it holds itself */
    const char *unsaid; /* a keyword that is not carried over */
};

/* Fills what the facts say into the field, which has its rules already: its kind, formats that a contract knows, allowed values,
 * or a note why it is left out. The items of an array and the values of a map are the
 * caller's. NULL when memory is out. */
struct draft_field *schema_facts_finish(const struct schema_facts *facts, struct draft_field *field,
                                        struct arena *arena) MUST_CHECK;

#endif
