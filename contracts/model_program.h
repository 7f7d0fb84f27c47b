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

/* The varying headers of a use with their names set; the values' places are known, two may follow. */
struct varying_headers {
    struct header headers[VARYING_MAX];
    uint16_t count;
    uint8_t id, source, time, expiry;
    uint8_t recorded, freshness; /* under full tagging */
};

struct use_program {
    const struct use *use;
    struct varying_headers varying;
    struct record blank; /* a record with what all of this use's have in common */
    bool nowhere;        /* no cluster in an allowed region */
    struct projection projection;
    struct hmac_key id_key; /* where use->passes_id is false */
    char frame[SINGLE_OBJECT_FRAME];
    uint8_t frame_size;
};

struct quality_program;

struct model_program {
    const struct model *model;
    const struct program *program;
    const struct decoder *decoder;
    const struct decode_node *event_time; /* NULL = none declared */
    const struct decode_node **identity;  /* the primary key */
    uint32_t identity_count;
    struct use_program *uses; /* without the retired ones */
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
