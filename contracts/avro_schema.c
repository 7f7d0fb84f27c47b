#include "contracts/avro_schema.h"

#include <jansson.h>

enum { DEPTH_MAX = 100, SCALE_MAX = 1000 };

struct named {
    struct span full;
    const struct avro_node *node;
    struct named *next;
};

struct reader {
    struct arena *arena;
    struct named *named;
    const char *error;
};

static const struct avro_node *read_schema(struct reader *reader, const json_t *schema, struct span outer, unsigned depth);

static const void *fail(struct reader *reader, const char *error)
{
    if (reader->error == NULL) reader->error = error;
    return NULL;
}

static struct avro_node *new_node(struct reader *reader, enum avro_kind kind, size_t count)
{
    struct avro_node *node = arena_calloc(reader->arena, 1, sizeof *node);
    if (node == NULL) return NULL;
    node->kind = kind;
    node->count = count;
    node->names = arena_calloc(reader->arena, count + 1, sizeof *node->names);
    node->members = arena_calloc(reader->arena, count + 1, sizeof *node->members);
    return node->names != NULL && node->members != NULL ? node : NULL;
}

/* ---------------------------------------------------------------- words */

static bool kind_of(const char *word, enum avro_kind *kind)
{
    static const char *const words[] = {"null",   "boolean", "int",  "long",  "float", "double", "bytes",
                                        "string", "record",  "enum", "fixed", "array", "map"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *kind = (enum avro_kind)i;
        return true;
    }
    return false;
}

static enum avro_logical logical_of(const json_t *object, enum avro_kind kind)
{
    static const struct {
        const char *word;
        enum avro_kind kind;
        enum avro_logical logical;
    } words[] = {{"decimal", AVRO_BYTES, LOGICAL_DECIMAL},
                 {"decimal", AVRO_FIXED, LOGICAL_DECIMAL},
                 {"date", AVRO_INT, LOGICAL_DATE},
                 {"time-millis", AVRO_INT, LOGICAL_TIME_MILLIS},
                 {"time-micros", AVRO_LONG, LOGICAL_TIME_MICROS},
                 {"timestamp-millis", AVRO_LONG, LOGICAL_TIMESTAMP_MILLIS},
                 {"timestamp-micros", AVRO_LONG, LOGICAL_TIMESTAMP_MICROS},
                 {"local-timestamp-millis", AVRO_LONG, LOGICAL_LOCAL_MILLIS},
                 {"local-timestamp-micros", AVRO_LONG, LOGICAL_LOCAL_MICROS}};
    const char *word = json_string_value(json_object_get(object, "logicalType"));
    for (size_t i = 0; word != NULL && i < COUNT_OF(words); i++)
        if (words[i].kind == kind && strcmp(word, words[i].word) == 0) return words[i].logical;
    return LOGICAL_NONE;
}

/* ---------------------------------------------------------------- names */

static struct span full_name(struct reader *reader, const char *name, struct span namespace_text)
{
    if (strchr(name, '.') != NULL || namespace_text.size == 0) return arena_printf(reader->arena, "%s", name);
    return arena_printf(reader->arena, "%.*s.%s", SPAN_ARGS(namespace_text), name);
}

static struct span namespace_of(struct span full)
{
    size_t size = full.size;
    while (size > 0 && full.data[size - 1] != '.') size--;
    return (struct span){full.data, size > 0 ? size - 1 : 0};
}

static struct span own_name(struct span full)
{
    size_t skipped = namespace_of(full).size;
    skipped += skipped > 0 ? 1 : 0;
    return (struct span){full.data + skipped, full.size - skipped};
}

static const struct avro_node *find_named(struct reader *reader, const char *name, struct span outer)
{
    struct span full = full_name(reader, name, outer);
    for (const struct named *named = reader->named; named != NULL; named = named->next)
        if (span_equal(named->full, full)) return named->node;
    return fail(reader, "the schema names a type that it does not define");
}

/* The name is noted before the members are read: they may refer to it. */
static bool note(struct reader *reader, const json_t *object, struct span outer, const struct avro_node *node, struct span *inner)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    const char *stated = json_string_value(json_object_get(object, "namespace"));
    struct named *named = arena_calloc(reader->arena, 1, sizeof *named);
    if (name == NULL || named == NULL) return fail(reader, "a record, enum or fixed has no name") != NULL;
    *named = (struct named){full_name(reader, name, stated != NULL ? span_of(stated) : outer), node, reader->named};
    reader->named = named;
    *inner = namespace_of(named->full);
    return named->full.data != NULL || fail(reader, "out of memory") != NULL;
}

/* ---------------------------------------------------------------- types */

static bool read_texts(struct reader *reader, const json_t *list, struct avro_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        const json_t *text = json_array_get(list, i);
        if (!json_is_string(text)) return fail(reader, "an enum's symbols are texts") != NULL;
        node->names[i] = arena_copy(reader->arena, (struct span){json_string_value(text), json_string_length(text)});
        if (node->names[i].data == NULL) return false;
    }
    return true;
}

static const struct avro_node *read_enum(struct reader *reader, const json_t *object, struct span outer)
{
    const json_t *symbols = json_object_get(object, "symbols");
    struct avro_node *node = new_node(reader, AVRO_ENUM, json_array_size(symbols));
    struct span inner;
    return node != NULL && note(reader, object, outer, node, &inner) && read_texts(reader, symbols, node) ? node : NULL;
}

static const struct avro_node *read_fixed(struct reader *reader, const json_t *object, struct span outer)
{
    json_int_t size = json_integer_value(json_object_get(object, "size"));
    struct avro_node *node = new_node(reader, AVRO_FIXED, 0);
    struct span inner;
    if (size < 0) return fail(reader, "a fixed has no such size");
    if (node == NULL || !note(reader, object, outer, node, &inner)) return NULL;
    node->size = (size_t)size;
    return node;
}

static const struct avro_node *read_record(struct reader *reader, const json_t *object, struct span outer, unsigned depth)
{
    const json_t *fields = json_object_get(object, "fields");
    struct avro_node *node = new_node(reader, AVRO_RECORD, json_array_size(fields));
    struct span inner;
    if (!json_is_array(fields)) return fail(reader, "a record has no fields");
    if (node == NULL || !note(reader, object, outer, node, &inner)) return NULL;
    node->name = own_name(reader->named->full);
    node->encrypted = arena_calloc(reader->arena, node->count + 1, sizeof *node->encrypted);
    if (node->encrypted == NULL) return NULL;
    for (size_t i = 0; i < node->count; i++) {
        const json_t *field = json_array_get(fields, i);
        const char *name = json_string_value(json_object_get(field, "name"));
        if (name == NULL) return fail(reader, "a field has no name");
        node->names[i] = arena_copy(reader->arena, span_of(name));
        node->encrypted[i] = json_is_string(json_object_get(field, "encrypted"));
        node->members[i] = read_schema(reader, json_object_get(field, "type"), inner, depth + 1);
        if (node->names[i].data == NULL || node->members[i] == NULL) return NULL;
    }
    return node;
}

static const struct avro_node *read_container(struct reader *reader, const json_t *member, enum avro_kind kind, struct span outer,
                                              unsigned depth)
{
    struct avro_node *node = new_node(reader, kind, 1);
    if (node == NULL) return NULL;
    node->members[0] = read_schema(reader, member, outer, depth + 1);
    return node->members[0] != NULL ? node : NULL;
}

static const struct avro_node *read_union(struct reader *reader, const json_t *branches, struct span outer, unsigned depth)
{
    struct avro_node *node = new_node(reader, AVRO_UNION, json_array_size(branches));
    if (node == NULL) return NULL;
    for (size_t i = 0; i < node->count; i++) {
        node->members[i] = read_schema(reader, json_array_get(branches, i), outer, depth + 1);
        if (node->members[i] == NULL) return NULL;
    }
    return node;
}

/* Nodes made here are ours to complete: logical types sit on what read_kind() just made. */
static const struct avro_node *read_kind(struct reader *reader, const json_t *object, enum avro_kind kind, struct span outer,
                                         unsigned depth)
{
    switch (kind) {
    case AVRO_RECORD: return read_record(reader, object, outer, depth);
    case AVRO_ENUM: return read_enum(reader, object, outer);
    case AVRO_FIXED: return read_fixed(reader, object, outer);
    case AVRO_ARRAY: return read_container(reader, json_object_get(object, "items"), kind, outer, depth);
    case AVRO_MAP: return read_container(reader, json_object_get(object, "values"), kind, outer, depth);
    default: return new_node(reader, kind, 0);
    }
}

static const struct avro_node *read_object(struct reader *reader, const json_t *object, struct span outer, unsigned depth)
{
    const json_t *type = json_object_get(object, "type");
    enum avro_kind kind;
    if (!json_is_string(type) || !kind_of(json_string_value(type), &kind)) return read_schema(reader, type, outer, depth + 1);
    const struct avro_node *plain = read_kind(reader, object, kind, outer, depth);
    if (plain == NULL || logical_of(object, kind) == LOGICAL_NONE) return plain;
    struct avro_node *node = new_node(reader, kind, 0);
    if (node == NULL) return NULL;
    json_int_t scale = json_integer_value(json_object_get(object, "scale"));
    *node = *plain;
    node->logical = scale >= 0 && scale <= SCALE_MAX ? logical_of(object, kind) : LOGICAL_NONE;
    node->scale = (int)scale;
    return node;
}

static const struct avro_node *read_schema(struct reader *reader, const json_t *schema, struct span outer, unsigned depth)
{
    const char *word = json_string_value(schema);
    enum avro_kind kind;
    if (depth > DEPTH_MAX) return fail(reader, "the schema is nested too deep");
    if (json_is_array(schema)) return read_union(reader, schema, outer, depth);
    if (json_is_object(schema)) return read_object(reader, schema, outer, depth);
    if (word == NULL) return fail(reader, "this is no Avro schema");
    if (!kind_of(word, &kind)) return find_named(reader, word, outer);
    return kind <= AVRO_STRING ? new_node(reader, kind, 0) : fail(reader, "this is no Avro schema");
}

const struct avro_node *avro_schema_read(struct span text, struct arena *arena, const char **error)
{
    struct reader reader = {.arena = arena};
    json_t *schema = json_loadb(text.data, text.size, JSON_DECODE_ANY, NULL);
    const struct avro_node *root = NULL;
    if (schema == NULL) {
        fail(&reader, "the schema is no JSON");
    } else {
        root = read_schema(&reader, schema, (struct span){NULL, 0}, 0);
    }
    json_decref(schema);
    if (reader.error != NULL) root = NULL;
    *error = reader.error != NULL ? reader.error : "out of memory";
    return root;
}
