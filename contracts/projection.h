/* projection.h - the projection program of a use: a list of steps that writes Avro straight from the slots of a judged event.
 *
 *     steps in Avro order; an object's step is followed by those of its members, an array's holds those of its items
 *
 * The commonest step copies a value of the model's type as it is; everything else (handling, the use's own stricter rules,
 * another type or scale) goes through `struct value`. A use is unfit for an event when it requires what is absent, when a rule of
 * its own fails, or when a value cannot be treated. */
#ifndef HEADGATE_CONTRACTS_PROJECTION_H
#define HEADGATE_CONTRACTS_PROJECTION_H

#include "contracts/checks.h"
#include "contracts/decode.h"
#include "contracts/handling.h"
#include "contracts/keyring.h"

enum { PROJECTION_KEY_MAX = 16 };

enum step_op {
    STEP_TEXT,     /* string */
    STEP_TEXTS,    /* one of some strings in a row and not the last, none of them nullable or shared: projection_merge() */
    STEP_KEY_TEXT, /* a string that is a part of the record key */
    STEP_LONG,     /* int, long, date, time and timestamp in us */
    STEP_MILLIS,   /* timestamp in ms */
    STEP_DECIMAL,  /* of the model's scale */
    STEP_DOUBLE,
    STEP_BOOLEAN,
    STEP_OBJECT,
    STEP_GROUPING, /* an object that the model has not: there when one of its members is */
    STEP_ARRAY,
    STEP_VALUE, /* any scalar, the long way */
};

struct steps;

struct step {
    uint8_t op;                 /* enum step_op */
    uint8_t nullable;           /* 1: a union of null and the type, in this order */
    uint8_t key_part;           /* position in the record key, from 1; 0 = none */
    uint32_t share;             /* number of the fragment that other uses have too; 0 = none */
    uint32_t slot;              /* grouping: 0, which is always there */
    uint32_t place;             /* of the slot in its frame, in bytes; grouping: 0, for nothing reads it */
    uint32_t end;               /* how many steps it is, its members included */
    uint32_t run_last;          /* fragment that ends the run which begins here; 0 = none begins */
    uint32_t run_steps;         /* how many steps the run is; STEP_TEXTS: how many strings there are from here on */
    uint32_t run_writer;        /* use->number of the earlier use that has the same run */
    const struct field *field;  /* of the use */
    const struct field *source; /* of the model; NULL: grouping */
    const struct checks *checks;
    const struct handling_program *handling; /* NULL = pass */
    struct steps *items;                     /* array */
    const struct decode_array *array;        /* array: of the model */
};

struct steps {
    struct step *items;
    uint32_t count;
    uint32_t array_count;
    size_t fixed;           /* bytes that everything takes at most but texts taken from the event, and items */
    const uint32_t *arrays; /* indexes of the array steps */
    bool shared;            /* some of the steps are other uses' too */
};

struct projection {
    uint32_t number; /* among the model's uses, from 1 */
    struct steps steps;
    uint32_t copies; /* how often the use takes one text of the event at most; an encrypted one counts twice */
    uint32_t key_count;
    const struct field *key_fields[PROJECTION_KEY_MAX]; /* of the use */
};

/* What compiling a use's projection needs. */
struct projection_source {
    const struct decoder *decoder;
    const struct keyring *keyring; /* may be NULL where nothing is hashed */
    struct arena *arena;
    struct pattern_list *patterns;
    struct field_keys *field_keys;
    struct diagnostics *diagnostics;
};

/* The keys of the uses that encrypt, in the order of the workers' writers; there is room for one per use. */
struct field_keys {
    struct ciphertext_key *items;
    uint32_t count;
};

/* False after a diagnostic, or when memory is out (diagnostics->failed). */
bool projection_compile(struct projection *projection, const struct use *use, const struct projection_source *source) MUST_CHECK;

/* The record key's parts as they were written: texts point into the written bytes. */
struct key_parts {
    struct value values[PROJECTION_KEY_MAX];
    uint32_t present; /* bit per part */
};

/* Bytes of the event at hand that were encoded for an earlier use: valid while their serial is the present one. */
struct fragment {
    const char *at;
    size_t size;
    uint64_t serial;
    uint32_t writer; /* projection.number of that use */
};

struct fragments {
    struct fragment *items; /* by step->share */
    uint64_t serial;        /* another for each event, and when bytes of this one were given back */
};

/* What running one needs. */
struct projection_run {
    struct pattern_scratch *scratch;
    struct arena *arena; /* for the use's own uniqueItems */
    struct fragments *fragments;
    struct handling_tools *tools;
    uint32_t number; /* of the projection */
    struct key_parts key;
    bool no_memory;
};

/* The most bytes that the projection of an event takes whose own text has `text_size` bytes. */
size_t projection_bound(const struct projection *projection, const struct frame *frame, size_t text_size);

/* Writes the projection to `to` and returns the byte behind it; NULL when the use is unfit, or with run->no_memory. */
char *projection_write(const struct steps *steps, const struct frame *frame, struct projection_run *run, char *to) MUST_CHECK;

#endif
