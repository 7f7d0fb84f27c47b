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

/* NULL with diagnostics when something cannot be compiled (a pattern beyond limits, a use that needs keys while `keyring`
 * is NULL ...). The catalogue must outlive the program; the keyring need not. */
struct program *program_compile(const struct catalogue *catalogue, const struct keyring *keyring,
                                struct diagnostics *diagnostics) MUST_CHECK;
void program_destroy(struct program *program);

const struct catalogue *program_catalogue(const struct program *program);

/* By event type; NULL when undeclared. */
const struct model_program *program_model(const struct program *program, struct span event);
const struct model *model_program_model(const struct model_program *program);

#endif
