#include "gateway/commands/tail_schemas.h"

#include "codecs/digest.h"
#include "contracts/schema.h"
#include "gateway/commands/fetch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 256 << 20, ASK_AGAIN_MS = 3000, PROBLEM_TEXT = 400, URL_TEXT = 1024 };

struct entry {
    uint32_t id; /* 0: known by its fingerprint alone */
    uint64_t fingerprint;
    struct span text;         /* NULL data: not found when last asked for */
    struct avro_json *parsed; /* NULL until needed */
    int64_t asked_ms;
    char problem[PROBLEM_TEXT]; /* why not found */
    struct entry *next;
};

struct tail_schemas {
    struct arena *arena;
    struct entry *entries;
    const char *registry;
    struct fetcher *fetcher;
};

struct tail_schemas *tail_schemas_create(const char *registry)
{
    struct tail_schemas *schemas = calloc(1, sizeof *schemas);
    if (schemas == NULL) return NULL;
    schemas->registry = registry;
    schemas->arena = arena_create(MEMORY);
    schemas->fetcher = fetcher_create();
    if (schemas->arena != NULL && schemas->fetcher != NULL) return schemas;
    tail_schemas_destroy(schemas);
    return NULL;
}

void tail_schemas_destroy(struct tail_schemas *schemas)
{
    if (schemas == NULL) return;
    for (struct entry *entry = schemas->entries; entry != NULL; entry = entry->next) avro_json_destroy(entry->parsed);
    fetcher_destroy(schemas->fetcher);
    arena_destroy(schemas->arena);
    free(schemas);
}

/* ---------------------------------------------------------------- entries */

static uint64_t fingerprint_of(struct tail_schemas *schemas, struct span text)
{
    struct span canonical = schema_canonical(text, schemas->arena);
    return canonical.data != NULL ? crc64_avro(canonical) : 0;
}

static struct entry *add(struct tail_schemas *schemas, uint32_t id, uint64_t fingerprint, struct span text)
{
    struct entry *entry = arena_calloc(schemas->arena, 1, sizeof *entry);
    if (entry == NULL) return NULL;
    *entry = (struct entry){.id = id, .fingerprint = fingerprint, .next = schemas->entries};
    if (text.data != NULL) entry->text = arena_copy(schemas->arena, text);
    schemas->entries = entry;
    return text.data == NULL || entry->text.data != NULL ? entry : NULL;
}

bool tail_schemas_add(struct tail_schemas *schemas, const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->locked_count; i++) {
        const struct locked_schema *locked = &catalogue->locked[i];
        if (add(schemas, locked->id, fingerprint_of(schemas, locked->text), locked->text) == NULL) return false;
    }
    for (size_t i = 0; i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        if (add(schemas, use->schema_id, use->schema_fingerprint, use->schema) == NULL) return false;
    }
    return true;
}

/* By id where there is one, else by fingerprint. */
static struct entry *find(struct tail_schemas *schemas, uint32_t id, uint64_t fingerprint)
{
    struct entry *entry = schemas->entries;
    while (entry != NULL && (id != 0 ? entry->id != id : entry->fingerprint != fingerprint)) entry = entry->next;
    return entry;
}

/* ---------------------------------------------------------------- the registry */

/* The JSON of one reply; NULL with the reason in the entry. */
static json_t *ask(struct tail_schemas *schemas, struct entry *entry, const char *path)
{
    char url[URL_TEXT], reason[FETCH_PROBLEM] = "";
    struct buffer body = BUFFER_EMPTY;
    json_t *reply = NULL;
    snprintf(url, sizeof url, "%s%s", schemas->registry, path);
    long status = fetch(schemas->fetcher, url, &body, reason);
    if (status == 200) reply = json_loadb(body.data != NULL ? body.data : "", body.size, 0, NULL);
    if (status == 0) {
        snprintf(entry->problem, sizeof entry->problem, "the registry at %s does not answer: %s", schemas->registry, reason);
    } else if (status == 404) {
        snprintf(entry->problem, sizeof entry->problem, "the registry at %s does not know it either", schemas->registry);
    } else if (reply == NULL) {
        snprintf(entry->problem, sizeof entry->problem, "the registry at %s answered %ld", schemas->registry, status);
    }
    buffer_deinit(&body);
    return reply;
}

static struct span text_of(const json_t *reply)
{
    const json_t *text = json_object_get(reply, "schema");
    return json_is_string(text) ? (struct span){json_string_value(text), json_string_length(text)} : (struct span){NULL, 0};
}

/* Puts what the registry says into the entry. */
static void ask_by_id(struct tail_schemas *schemas, struct entry *entry)
{
    char path[64];
    snprintf(path, sizeof path, "/schemas/ids/%u", entry->id);
    json_t *reply = ask(schemas, entry, path);
    if (text_of(reply).data != NULL) entry->text = arena_copy(schemas->arena, text_of(reply));
    json_decref(reply);
}

/* Registries have no look-up by fingerprint: the versions of the topic's subject are tried, the newest first. */
static void ask_by_fingerprint(struct tail_schemas *schemas, struct entry *entry, struct span topic)
{
    char path[URL_TEXT / 2];
    struct span late = SPAN(".late");
    if (topic.size > late.size && span_equal((struct span){topic.data + topic.size - late.size, late.size}, late))
        topic.size -= late.size;
    snprintf(path, sizeof path, "/subjects/%.*s-value/versions", SPAN_ARGS(topic));
    json_t *versions = ask(schemas, entry, path);
    for (size_t i = json_array_size(versions); i-- > 0 && entry->text.data == NULL;) {
        snprintf(path, sizeof path, "/subjects/%.*s-value/versions/%lld", SPAN_ARGS(topic),
                 (long long)json_integer_value(json_array_get(versions, i)));
        json_t *reply = ask(schemas, entry, path);
        struct span text = text_of(reply);
        if (text.data != NULL && fingerprint_of(schemas, text) == entry->fingerprint)
            entry->text = arena_copy(schemas->arena, text);
        json_decref(reply);
    }
    if (json_is_array(versions) && entry->text.data == NULL)
        snprintf(entry->problem, sizeof entry->problem, "no version at %s has this fingerprint", schemas->registry);
    json_decref(versions);
}

/* ---------------------------------------------------------------- look-up */

static const struct avro_json *open_entry(struct entry *entry, const char **problem)
{
    if (entry->text.data == NULL) {
        *problem = entry->problem;
        return NULL;
    }
    if (entry->parsed == NULL) entry->parsed = avro_json_create(entry->text, problem);
    return entry->parsed;
}

static const struct avro_json *look_up(struct tail_schemas *schemas, uint32_t id, uint64_t fingerprint, struct span topic,
                                       int64_t now_ms, const char **problem)
{
    struct entry *entry = find(schemas, id, fingerprint);
    bool fresh = entry == NULL;
    if (fresh) entry = add(schemas, id, fingerprint, (struct span){NULL, 0});
    if (entry == NULL) {
        *problem = "out of memory";
        return NULL;
    }
    if (entry->text.data == NULL && (fresh || now_ms - entry->asked_ms >= ASK_AGAIN_MS)) {
        entry->asked_ms = now_ms;
        snprintf(entry->problem, sizeof entry->problem, "no registry is asked");
        if (schemas->registry != NULL && id != 0) ask_by_id(schemas, entry);
        if (schemas->registry != NULL && id == 0) ask_by_fingerprint(schemas, entry, topic);
    }
    return open_entry(entry, problem);
}

const struct avro_json *tail_schemas_by_id(struct tail_schemas *schemas, uint32_t id, int64_t now_ms, const char **problem)
{
    *problem = "no schema has the id 0";
    return id != 0 ? look_up(schemas, id, 0, (struct span){NULL, 0}, now_ms, problem) : NULL;
}

const struct avro_json *tail_schemas_by_fingerprint(struct tail_schemas *schemas, uint64_t fingerprint, struct span topic,
                                                    int64_t now_ms, const char **problem)
{
    return look_up(schemas, 0, fingerprint, topic, now_ms, problem);
}
