/* record_make.h - makes the record of one use: value, key, varying headers. */
#ifndef HEADGATE_CONTRACTS_RECORD_MAKE_H
#define HEADGATE_CONTRACTS_RECORD_MAKE_H

#include "contracts/arrival.h"

enum record_status {
    RECORD_MADE,
    RECORD_UNFIT, /* the use requires what is not there, or its own rules refuse it */
    RECORD_NO_MEMORY,
};

/* All bytes lie in the arrival's arena. With RECORD_UNFIT the arena is as before. */
enum record_status record_make(struct arrival *arrival, const struct use_program *program, bool late, bool diverted,
                               const struct record **out) MUST_CHECK;

/* The same for uses that stand in the shadow: everything is evaluated, only the value's size is kept. */
enum record_status record_probe(struct arrival *arrival, const struct use_program *program, uint32_t *size) MUST_CHECK;

#endif
