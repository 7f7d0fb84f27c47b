/* tail_schemas.h - where `tail` finds the schema of a record: the contracts at hand and their lock first, then a registry.
 *
 * What was found is kept; what was not is asked for again after a few seconds, since somebody may start the gateway or publish
 * the schema meanwhile. */
#ifndef HEADGATE_GATEWAY_COMMANDS_TAIL_SCHEMAS_H
#define HEADGATE_GATEWAY_COMMANDS_TAIL_SCHEMAS_H

#include "contracts/avro_json.h"
#include "contracts/catalogue.h"

struct tail_schemas;

/* `registry`: base URL without trailing slash, NULL = none; outlives the schemas. NULL when out of memory. */
struct tail_schemas *tail_schemas_create(const char *registry) MUST_CHECK;
void tail_schemas_destroy(struct tail_schemas *schemas);

/* Takes over all schemas of uses and of the lock; texts are parsed when first needed. False when out of memory. */
bool tail_schemas_add(struct tail_schemas *schemas, const struct catalogue *catalogue) MUST_CHECK;

/* The schema of an id, or of a fingerprint in a record of `topic`; NULL with *problem a sentence that lives as long as the
 * schemas. `now_ms` is a monotonic clock. */
const struct avro_json *tail_schemas_by_id(struct tail_schemas *schemas, uint32_t id, int64_t now_ms,
                                           const char **problem) MUST_CHECK;
const struct avro_json *tail_schemas_by_fingerprint(struct tail_schemas *schemas, uint64_t fingerprint, struct span topic,
                                                    int64_t now_ms, const char **problem) MUST_CHECK;

#endif
