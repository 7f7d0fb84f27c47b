#include "gateway/admin/registry.h"

#include "contracts/schema.h"

#include <stdlib.h>

enum { REGISTRY_MEMORY = 16 * 1024 * 1024 };

static int by_subject_and_version(const void *a, const void *b)
{
    const struct registry_row *left = a, *right = b;
    int order = span_compare(left->subject, right->subject);
    return order != 0 ? order : (left->version > right->version) - (left->version < right->version);
}

/* A use's schema under a subject: already there by the lock, or the next version. */
static void add(struct registry *registry, struct span subject, uint32_t id, struct span text)
{
    uint32_t newest = 0;
    for (size_t i = 0; i < registry->count; i++) {
        const struct registry_row *row = &registry->rows[i];
        if (!span_equal(row->subject, subject)) continue;
        if (row->id == id) return;
        if (row->version > newest) newest = row->version;
    }
    registry->rows[registry->count++] = (struct registry_row){subject, newest + 1, id, text};
}

static bool add_use(struct registry *registry, const struct use *use)
{
    if (use->status != STATUS_ACTIVE && use->status != STATUS_DEPRECATED) return true;
    struct span subject = schema_subject(use, registry->arena);
    if (subject.data == NULL) return false;
    add(registry, subject, use->schema_id, use->schema);
    if (use->late_topic.data == NULL) return true;
    struct span late = arena_printf(registry->arena, "%.*s-value", SPAN_ARGS(use->late_topic));
    if (late.data == NULL) return false;
    add(registry, late, use->schema_id, use->schema);
    return true;
}

struct registry *registry_create(const struct catalogue *catalogue)
{
    struct registry *registry = calloc(1, sizeof *registry);
    if (registry == NULL) return NULL;
    registry->arena = arena_create(REGISTRY_MEMORY);
    if (registry->arena == NULL) goto fail;
    registry->rows =
        arena_calloc(registry->arena, catalogue->locked_count + 2 * catalogue->use_count + 1, sizeof *registry->rows);
    if (registry->rows == NULL) goto fail;
    for (size_t i = 0; i < catalogue->locked_count; i++) {
        const struct locked_schema *locked = &catalogue->locked[i];
        registry->rows[registry->count++] = (struct registry_row){locked->subject, locked->version, locked->id, locked->text};
    }
    for (size_t i = 0; i < catalogue->use_count; i++)
        if (!add_use(registry, catalogue->uses[i])) goto fail;
    qsort(registry->rows, registry->count, sizeof *registry->rows, by_subject_and_version);
    return registry;
fail:
    registry_destroy(registry);
    return NULL;
}

void registry_destroy(struct registry *registry)
{
    if (registry == NULL) return;
    arena_destroy(registry->arena);
    free(registry);
}

const struct registry_row *registry_by_id(const struct registry *registry, uint32_t id)
{
    for (size_t i = 0; i < registry->count; i++)
        if (registry->rows[i].id == id) return &registry->rows[i];
    return NULL;
}

const struct registry_row *registry_subject(const struct registry *registry, struct span subject, size_t *count)
{
    size_t first = 0;
    while (first < registry->count && !span_equal(registry->rows[first].subject, subject)) first++;
    size_t end = first;
    while (end < registry->count && span_equal(registry->rows[end].subject, subject)) end++;
    *count = end - first;
    return *count > 0 ? &registry->rows[first] : NULL;
}
