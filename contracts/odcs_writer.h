/* odcs_writer.h - a resolved model or use as an ODCS v3.1.0 file in which everything is stated: what was inherited, defaulted and
 * derived stands there as if written. Valid for the standard's schema, and loads again to the same meaning. */
#ifndef HEADGATE_CONTRACTS_ODCS_WRITER_H
#define HEADGATE_CONTRACTS_ODCS_WRITER_H

#include "codecs/buffer.h"
#include "contracts/catalogue.h"

/* Appends the YAML; buffer_ok() and the arena's room (for texts on the way) tell whether it is whole. */
bool odcs_write_model(const struct model *model, struct arena *arena, struct buffer *out) MUST_CHECK;

/* The contract of `use`: all uses of the catalogue that share its id, a schema object each. */
bool odcs_write_use(const struct catalogue *catalogue, const struct use *use, struct arena *arena, struct buffer *out) MUST_CHECK;

#endif
