/* check_proof.h - `headgate check --proof`: why each use is permitted what it reads, to be filed. */
#ifndef HEADGATE_GATEWAY_COMMANDS_CHECK_PROOF_H
#define HEADGATE_GATEWAY_COMMANDS_CHECK_PROOF_H

#include "codecs/json_writer.h"
#include "contracts/catalogue.h"

struct check_proof {
    const struct catalogue *catalogue;
    struct arena *arena;
    const char *use;   /* its name or contract id; NULL: all */
    struct span maker; /* "headgate 0.1.0" */
    int64_t made;
};

/* Whether there is such a use. */
bool check_proof_finds(const struct check_proof *proof) MUST_CHECK;

/* A table per use; uses that are retired read nothing and are left out. False when out of memory. */
bool check_proof_text(const struct check_proof *proof, bool colour, unsigned width, struct buffer *out) MUST_CHECK;

/* The members "made", "by" and "proof" of an open object. */
bool check_proof_json(const struct check_proof *proof, struct json_writer *writer) MUST_CHECK;

#endif
