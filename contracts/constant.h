/* constant.h - a value written in a contract, read by the type of its field: allowed values, examples, redactions, bounds. */
#ifndef HEADGATE_CONTRACTS_CONSTANT_H
#define HEADGATE_CONTRACTS_CONSTANT_H

#include "contracts/catalogue.h"
#include "contracts/yaml.h"

/* NULL, or a constant sentence that says why the text is no value of the field's type. Canonical texts live in the arena. */
const char *constant_read(const struct field *field, struct span text, struct arena *arena, struct constant *out) MUST_CHECK;

/* The same from YAML, where a number must not be quoted and text not be a number. */
const char *constant_read_node(const struct field *field, const struct yaml_node *node, struct arena *arena,
                               struct constant *out) MUST_CHECK;

/* A date (days), time or timestamp (us) in the field's format, or else in RFC 3339. */
bool constant_time(const struct field *field, struct span text, int64_t *out) MUST_CHECK;

/* RFC 3339 text of a field's time, date or timestamp; NULL data when the arena is exhausted. */
struct span constant_time_text(const struct field *field, int64_t time, struct arena *arena);

#endif
