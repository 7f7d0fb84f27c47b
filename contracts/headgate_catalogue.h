/* headgate_catalogue.h - what the two halves of the public library share: loading (headgate.c), enforcing (headgate_enforce.c).
 */
#ifndef HEADGATE_CONTRACTS_HEADGATE_CATALOGUE_H
#define HEADGATE_CONTRACTS_HEADGATE_CATALOGUE_H

#include "contracts/headgate.h"
#include "contracts/program.h"

struct headgate_catalogue {
    struct catalogue *catalogue;
    struct program *program;
    struct headgate_use *uses; /* by use->index */
    size_t event_limit, memory;
};

static inline struct headgate_bytes headgate_bytes_of(struct span span)
{
    return (struct headgate_bytes){span.data, span.size};
}

/* The system's clock in microseconds. */
int64_t headgate_clock(void);

#endif
