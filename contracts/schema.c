#include "contracts/schema.h"

#include "codecs/digest.h"
#include "contracts/schema_form.h"
#include "contracts/schema_text.h"

enum { ATTEMPTS_MAX = 255 };

static uint32_t id_of(const uint8_t digest[SHA256_SIZE])
{
    uint32_t bits = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 | digest[3];
    return SCHEMA_ID_BASE | (bits & (SCHEMA_ID_BASE - 1));
}

uint32_t schema_id(struct span bytes)
{
    uint8_t digest[SHA256_SIZE];
    sha256(bytes, digest);
    return id_of(digest);
}

struct span schema_subject(const struct use *use, struct arena *arena)
{
    return arena_printf(arena, "%.*s-value", SPAN_ARGS(use->topic));
}

static bool derive_forms(struct use *use, json_t *schema, struct arena *arena)
{
    struct buffer text = BUFFER_EMPTY, canonical = BUFFER_EMPTY, normal = BUFFER_EMPTY;
    bool fine = schema_text_write(schema, &text) && schema_form_write(schema, SCHEMA_CANONICAL, &canonical) &&
                schema_form_write(schema, SCHEMA_NORMAL, &normal);
    if (fine) {
        use->schema = arena_copy(arena, buffer_span(&text));
        use->schema_fingerprint = crc64_avro(buffer_span(&canonical));
        sha256(buffer_span(&normal), use->schema_digest);
        use->schema_id = id_of(use->schema_digest);
    }
    buffer_deinit(&text);
    buffer_deinit(&canonical);
    buffer_deinit(&normal);
    return fine && use->schema.data != NULL;
}

bool schema_derive(struct use *use, struct arena *arena, struct diagnostics *diagnostics)
{
    json_t *schema = schema_build(use, arena, diagnostics);
    if (schema == NULL) return false;
    bool fine = derive_forms(use, schema, arena);
    json_decref(schema);
    if (!fine) diagnostics->failed = true;
    return fine;
}

/* ---------------------------------------------------------------- ids of a whole catalogue */

/* A schema that has its id. */
struct taken {
    uint8_t digest[SHA256_SIZE]; /* of its normal form */
    uint32_t id;
    uint32_t next_alike; /* in its chain by digest; positions are counted from 1 */
    uint32_t next;       /* in its chain by id */
};

/* Chains by digest and by id, so that thousands of schemas are not compared pair by pair. */
struct id_register {
    struct taken *taken; /* the first is nobody's: position 0 ends a chain */
    uint32_t *by_digest, *by_id;
    uint32_t count;
    uint32_t mask;
};

static bool register_init(struct id_register *ids, size_t room, struct arena *arena)
{
    size_t size = 16;
    while (size < room) size *= 2;
    *ids = (struct id_register){.mask = (uint32_t)(size - 1)};
    ids->taken = arena_calloc(arena, room + 1, sizeof *ids->taken);
    ids->by_digest = arena_calloc(arena, size, sizeof *ids->by_digest);
    ids->by_id = arena_calloc(arena, size, sizeof *ids->by_id);
    return ids->taken != NULL && ids->by_digest != NULL && ids->by_id != NULL;
}

/* Chains end with what came first, which is what wins: of a locked schema that stands there twice, the first id. */
static void append(const struct id_register *ids, uint32_t *chain, uint32_t position, bool alike)
{
    while (*chain != 0) chain = alike ? &ids->taken[*chain].next_alike : &ids->taken[*chain].next;
    *chain = position;
}

static void take(struct id_register *ids, const uint8_t digest[SHA256_SIZE], uint32_t id)
{
    struct taken *taken = &ids->taken[++ids->count];
    memcpy(taken->digest, digest, SHA256_SIZE);
    taken->id = id;
    append(ids, &ids->by_digest[id_of(digest) & ids->mask], ids->count, true);
    append(ids, &ids->by_id[id & ids->mask], ids->count, false);
}

static bool is_taken(const struct id_register *ids, uint32_t id)
{
    uint32_t at = ids->by_id[id & ids->mask];
    while (at != 0 && ids->taken[at].id != id) at = ids->taken[at].next;
    return at != 0;
}

/* The id of the same schema; 0 when it has none yet. */
static uint32_t id_of_same(const struct id_register *ids, const uint8_t digest[SHA256_SIZE])
{
    uint32_t at = ids->by_digest[id_of(digest) & ids->mask];
    while (at != 0 && memcmp(ids->taken[at].digest, digest, SHA256_SIZE) != 0) at = ids->taken[at].next_alike;
    return ids->taken[at].id;
}

/* An id that no other schema has: derived, and where that is taken derived again with a counter byte behind the normal form.
 * 0 when there is none. */
static uint32_t free_id(const struct id_register *ids, const struct use *use, struct arena *arena)
{
    uint32_t id = id_of(use->schema_digest);
    if (!is_taken(ids, id)) return id;
    struct span normal = schema_normal(use->schema, arena);
    for (unsigned attempt = 1; is_taken(ids, id); attempt++) {
        struct span counted = arena_printf(arena, "%.*s%c", SPAN_ARGS(normal), (int)attempt);
        if (normal.data == NULL || counted.data == NULL || attempt > ATTEMPTS_MAX) return 0;
        id = schema_id(counted);
    }
    return id;
}

static bool take_locked(struct id_register *ids, const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->locked_count; i++) {
        uint8_t digest[SHA256_SIZE];
        struct span normal = schema_normal(catalogue->locked[i].text, catalogue->arena);
        if (normal.data == NULL) return false;
        sha256(normal, digest);
        take(ids, digest, catalogue->locked[i].id);
    }
    return true;
}

bool schema_assign(struct catalogue *catalogue)
{
    struct id_register ids;
    if (!register_init(&ids, catalogue->locked_count + catalogue->use_count, catalogue->arena)) return false;
    if (!take_locked(&ids, catalogue)) return false;
    for (size_t i = 0; i < catalogue->use_count; i++) {
        struct use *use = catalogue->uses[i];
        uint32_t id = id_of_same(&ids, use->schema_digest);
        use->schema_id = id != 0 ? id : free_id(&ids, use, catalogue->arena);
        if (use->schema_id == 0) return false;
        if (id == 0) take(&ids, use->schema_digest, use->schema_id);
    }
    return true;
}
