/* odcs.h - an ODCS document (v3.0.x, v3.1.0, v3.2.0) from YAML to `struct contract`.
 *
 * One table lists every element that the standard and this project's customProperties have: its place, the version it came with,
 * its shape, and the verdict on it. The walk over a document only follows the table; docs/contracts.md is checked against it. */
#ifndef HEADGATE_CONTRACTS_ODCS_H
#define HEADGATE_CONTRACTS_ODCS_H

#include "contracts/contract.h"

/* What the gateway does with an element. */
enum element_verdict {
    ELEMENT_ENFORCED,  /* judged or done for every event */
    ELEMENT_TAGS,      /* goes into tags, topics, records of processing */
    ELEMENT_CARRIED,   /* read, checked for shape, without effect */
    ELEMENT_NOT_SERVED /* a load error */
};

enum element_shape {
    SHAPE_TEXT, /* a scalar that is text */
    SHAPE_WORD, /* text of the row's closed set of words */
    SHAPE_BOOLEAN,
    SHAPE_INTEGER,
    SHAPE_BOUND,  /* a number, or text (dates) */
    SHAPE_SCALAR, /* any scalar but null */
    SHAPE_TEXTS,  /* a list of texts */
    SHAPE_LIST,   /* a list of anything */
    SHAPE_MAP,    /* a map of anything */
    SHAPE_ANY,
    SHAPE_PART,    /* a map whose elements have rows of their own */
    SHAPE_PARTS,   /* a list of such maps */
    SHAPE_TEAM,    /* a map, or the list of members that it was before 3.1 */
    SHAPE_CUSTOMS, /* customProperties */
    SHAPE_VALUES,  /* a list of values, each plain or as such a map */
    SHAPE_CONTEXT, /* text, or such a map */
};

/* Kinds of maps in a document. */
enum element_place {
    PLACE_ROOT,
    PLACE_DESCRIPTION,
    PLACE_OBJECT,
    PLACE_PROPERTY,
    PLACE_MAP,
    PLACE_OPTIONS,
    PLACE_QUALITY,
    PLACE_SLA,
    PLACE_SERVER,
    PLACE_RECIPIENT,
    PLACE_TEAM,
    PLACE_MEMBER,
    PLACE_SUPPORT,
    PLACE_PRICE,
    PLACE_LINK,
    PLACE_RELATIONSHIP,
    PLACE_VALUE, /* an allowed value */
    PLACE_SYNONYM,
    PLACE_CONTEXT,
    PLACE_STATEMENT,
    PLACE_CONSTRAINT,
    PLACE_CUSTOM,
    /* customProperties by the part that carries them */
    PLACE_CUSTOM_ROOT,
    PLACE_CUSTOM_OBJECT,
    PLACE_CUSTOM_PROPERTY,
    PLACE_CUSTOM_SERVER,
    PLACE_CUSTOM_OTHER,
    /* values of customProperties that are maps */
    PLACE_INPUT,
    PLACE_WAIVER,
    PLACE_ERASURE,
    PLACE_CONSENT,
    PLACES
};

enum { NOT_STORED = UINT16_MAX };

/* One row of the table. */
struct element_row {
    enum element_place place;
    const char *name;
    enum odcs_version since;
    enum element_verdict verdict;
    enum element_shape shape;
    enum element_place inner; /* of parts */
    uint16_t offset;          /* where the element's node, or the pointer to its part or parts, goes; NOT_STORED */
    uint16_t count_offset;    /* of parts: where their number goes */
    bool must;                /* the standard requires it at its place */
    uint8_t roles;            /* customProperties: bits 1 << enum contract_role in which they have a meaning */
    const char *words;        /* of SHAPE_WORD, separated by spaces */
};

/* A kind of map. */
struct element_place_info {
    const char *path;           /* how the documents call it: schema[].properties[]. */
    size_t size;                /* of its struct; 0 = checked, not stored */
    bool closed;                /* unknown keys are refused */
    enum element_place customs; /* whose customProperties its own are */
};

/* The table of elements, and what is known of each kind of map; constant. */
const struct element_row *element_rows(size_t *count);
const struct element_place_info *element_place(enum element_place place);

/* NULL when the place has no such element. */
const struct element_row *element_find(enum element_place place, struct span name);

/* The rows of a place lie side by side: the first, and how many. */
const struct element_row *element_rows_of(enum element_place place, size_t *count);

/* The nearest element of the place, for "did you mean"; NULL when none is near. */
const struct element_row *element_nearest(enum element_place place, struct span name);

/* Whether `text` is one of the words of a space-separated list, and its position. */
bool word_find(const char *words, struct span text, unsigned *position);

/* What the document says it is, before it is read in full: kind, role. False when it is no DataContract. */
bool odcs_is_contract(const struct yaml_node *root);
enum contract_role odcs_role(const struct yaml_node *root);

/* Reads a document whose file, role and leniency are set in `odcs`. What is wrong goes to odcs->diagnostics; NULL when too much
 * is wrong to go on (no map, wrong version) or the arena is exhausted (diagnostics->failed is set then). */
struct contract *odcs_read(struct odcs *odcs, const struct yaml_node *root) MUST_CHECK;

/* A complaint at `node` (NULL: at the part), with the element's path; graded down in a lenient reading. */
void odcs_report(struct odcs *odcs, const char *rule, const struct part *part, const char *key, const struct yaml_node *node,
                 const char *format, ...) PRINTF_LIKE(6, 7);

/* Out of memory: the reading is over. */
void odcs_exhausted(struct odcs *odcs);

/* customProperties of a part (odcs_custom.c): finds ours, stores their values in `target`. */
void odcs_customs(struct odcs *odcs, enum element_place place, const struct contract_custom *customs, size_t count, void *target);

/* One element's value by its row (odcs.c), for odcs_custom.c. */
void odcs_element(struct odcs *odcs, const struct element_row *row, const struct part *part, const struct yaml_node *value,
                  void *target);

#endif
