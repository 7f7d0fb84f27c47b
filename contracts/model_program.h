/* model_program.h - what program_compile() makes of one model and its uses. Only read once compiled. */
#ifndef HEADGATE_CONTRACTS_MODEL_PROGRAM_H
#define HEADGATE_CONTRACTS_MODEL_PROGRAM_H

#include "codecs/avro.h"
#include "contracts/decode.h"
#include "contracts/event_rule.h"
#include "contracts/program.h"
#include "contracts/projection.h"
#include "contracts/record.h"

enum { VARYING_MAX = 8 };

/* The varying headers of a use: their names, and at which place each value lies. Behind the `count` that every record has come
 * the clock skew, where there is one, and the trace. */
struct varying_headers {
    struct span names[VARYING_MAX];         /* with the clock skew */
    struct span names_no_skew[VARYING_MAX]; /* the same without it */
    uint32_t cost;                          /* of the first `count` names, as record_cost() counts them */
    uint8_t count, most;
    uint8_t id, source, time, expiry;
    uint8_t recorded, freshness; /* under full tagging */
};

/* When an event needs no decision (outcome.c): the use is live, and takes events of this age. */
struct straight_way {
    int64_t from, until; /* received at */
    int64_t age;         /* at most */
    int64_t latency;     /* beyond it the event is late */
};

struct use_program {
    const struct use *use;
    struct straight_way straight;
    bool nowhere;    /* no cluster in an allowed region */
    bool whole_days; /* the retention is so many days, and stamps are exact */
    bool plain;      /* records have the event's id, exact stamps, and no headers but the four of compact tagging */
    uint8_t frame_size;
    char frame[SINGLE_OBJECT_FRAME];
    struct varying_headers varying;
    struct fixed_headers fixed;
    struct projection projection;
    struct hmac_key id_key; /* where use->passes_id is false */
};

struct quality_program;

struct model_program {
    const struct model *model;
    const struct program *program;
    const struct decoder *decoder;
    const struct decode_node *event_time; /* NULL = none declared */
    const struct decode_node **identity;  /* the primary key */
    uint32_t identity_count;
    const struct decode_node *identity_text; /* the primary key where it is one string; else NULL */
    struct use_program *uses;                /* without the retired ones */
    uint32_t use_count;
    const struct quality_program *qualities; /* quality_judge.h */
    uint32_t quality_count;
    uint32_t shares; /* fragments that several uses have */
};

/* The keys of the uses that encrypt: a worker has a writer for each. */
const struct field_keys *program_field_keys(const struct program *program);

/* Rules of events by enum event_rule. */
const struct rule *const *program_event_rules(const struct program *program);

#endif
