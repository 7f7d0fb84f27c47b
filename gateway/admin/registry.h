/* registry.h - the schemas of an edition as a registry knows them: subjects, versions, ids.
 *
 * What schemas.lock pins and what the uses derive now, in one table sorted by subject and version. */
#ifndef HEADGATE_GATEWAY_ADMIN_REGISTRY_H
#define HEADGATE_GATEWAY_ADMIN_REGISTRY_H

#include "contracts/catalogue.h"

struct registry_row {
    struct span subject;
    uint32_t version;
    uint32_t id;
    struct span text;
};

struct registry {
    struct arena *arena;
    struct registry_row *rows;
    size_t count;
};

/* NULL when out of memory. Texts point into the catalogue, which must outlive it. */
struct registry *registry_create(const struct catalogue *catalogue) MUST_CHECK;
void registry_destroy(struct registry *registry);

/* The first row of an id; NULL when unknown. */
const struct registry_row *registry_by_id(const struct registry *registry, uint32_t id);

/* The rows of a subject; *count 0 when unknown. */
const struct registry_row *registry_subject(const struct registry *registry, struct span subject, size_t *count);

#endif
