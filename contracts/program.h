/* program.h - what a catalogue compiles to: one decode program per model, one projection program per use.
 *
 * Compiled once, then only read: shared by all workers. Holds prepared keys, compiled patterns, look-up of field names, slot
 * layouts, rendered fixed headers. */
#ifndef HEADGATE_CONTRACTS_PROGRAM_H
#define HEADGATE_CONTRACTS_PROGRAM_H

#include "contracts/catalogue.h"
#include "contracts/keyring.h"

struct program;
struct model_program;

/* Where a use's records go, as the configuration decides. */
struct placement {
    bool nowhere;       /* no cluster stands in an allowed region: withheld (residency) */
    struct span region; /* ce_residency; NULL data = that header is omitted */
};

/* NULL with diagnostics when something cannot be compiled (a pattern beyond limits, a use that needs keys while `keyring`
 * is NULL ...). `placements` holds one per use by use->index; NULL = all are placed, without a region. The catalogue must
 * outlive the program; the keyring and the placements need not (their regions' text must). */
struct program *program_compile(const struct catalogue *catalogue, const struct keyring *keyring,
                                const struct placement *placements, struct diagnostics *diagnostics) MUST_CHECK;
void program_destroy(struct program *program);

/* What it was compiled from. */
const struct catalogue *program_catalogue(const struct program *program);

/* By event type; NULL when undeclared. */
const struct model_program *program_model(const struct program *program, struct span event);
const struct model *model_program_model(const struct model_program *program);

#endif
