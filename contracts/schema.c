#include "contracts/schema.h"

#include "codecs/digest.h"
#include "contracts/schema_text.h"

enum { ATTEMPTS_MAX = 255 };

uint32_t schema_id(struct span bytes)
{
    uint8_t digest[SHA256_SIZE];
    sha256(bytes, digest);
    uint32_t bits = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
    return SCHEMA_ID_BASE | (bits & (SCHEMA_ID_BASE - 1));
}

struct span schema_subject(const struct use *use, struct arena *arena)
{
    return arena_printf(arena, "%.*s-value", SPAN_ARGS(use->topic));
}

static bool derive_forms(struct use *use, struct arena *arena)
{
    struct span canonical = schema_canonical(use->schema, arena), normal = schema_normal(use->schema, arena);
    if (canonical.data == NULL || normal.data == NULL) return false;
    use->schema_fingerprint = crc64_avro(canonical);
    use->schema_id = schema_id(normal);
    return true;
}

bool schema_derive(struct use *use, struct arena *arena, struct diagnostics *diagnostics)
{
    json_t *schema = schema_build(use, arena, diagnostics);
    if (schema == NULL) return false;
    char *text = json_dumps(schema, JSON_COMPACT);
    json_decref(schema);
    use->schema = text != NULL ? arena_copy(arena, span_of(text)) : (struct span){NULL, 0};
    free(text);
    if (use->schema.data != NULL && derive_forms(use, arena)) return true;
    diagnostics->failed = true;
    return false;
}

/* ---------------------------------------------------------------- ids of a whole catalogue */

struct taken {
    struct span normal;
    uint32_t id;
};

static const struct taken *taken_by(const struct taken *taken, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++)
        if (taken[i].id == id) return &taken[i];
    return NULL;
}

static const struct taken *same_schema(const struct taken *taken, size_t count, struct span normal)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(taken[i].normal, normal)) return &taken[i];
    return NULL;
}

/* An id that no other schema has: derived, and where that is taken derived again with a counter byte behind the normal form.
 * 0 when there is none. */
static uint32_t free_id(const struct taken *taken, size_t count, struct span normal, struct arena *arena)
{
    uint32_t id = schema_id(normal);
    for (unsigned attempt = 1; taken_by(taken, count, id) != NULL; attempt++) {
        struct span counted = arena_printf(arena, "%.*s%c", SPAN_ARGS(normal), (int)attempt);
        if (counted.data == NULL || attempt > ATTEMPTS_MAX) return 0;
        id = schema_id(counted);
    }
    return id;
}

bool schema_assign(struct catalogue *catalogue)
{
    struct arena *arena = catalogue->arena;
    size_t count = 0;
    struct taken *taken = arena_calloc(arena, catalogue->locked_count + catalogue->use_count + 1, sizeof *taken);
    if (taken == NULL) return false;
    for (; count < catalogue->locked_count; count++) {
        taken[count] = (struct taken){schema_normal(catalogue->locked[count].text, arena), catalogue->locked[count].id};
        if (taken[count].normal.data == NULL) return false;
    }
    for (size_t i = 0; i < catalogue->use_count; i++) {
        struct use *use = catalogue->uses[i];
        struct span normal = schema_normal(use->schema, arena);
        if (normal.data == NULL) return false;
        const struct taken *same = same_schema(taken, count, normal);
        use->schema_id = same != NULL ? same->id : free_id(taken, count, normal, arena);
        if (use->schema_id == 0) return false;
        taken[count++] = (struct taken){normal, use->schema_id};
    }
    return true;
}
