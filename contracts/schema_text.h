/* schema_text.h - a use's projection as an Avro schema: schema.c's first step. */
#ifndef HEADGATE_CONTRACTS_SCHEMA_TEXT_H
#define HEADGATE_CONTRACTS_SCHEMA_TEXT_H

#include "contracts/catalogue.h"
#include "contracts/diagnostic.h"

#include <jansson.h>

/* A new reference; NULL after diagnostics, or (diagnostics->failed) without memory. `arena` keeps nothing of the result. */
json_t *schema_build(const struct use *use, struct arena *arena, struct diagnostics *diagnostics) MUST_CHECK;

#endif
