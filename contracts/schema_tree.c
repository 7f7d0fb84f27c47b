#include "contracts/schema_tree.h"

#include <jansson.h>
#include <math.h>

enum { DEPTH_MAX = 200 };

/* A type that has been declared so far; names may be used only after they are declared. */
struct declared {
    struct schema_node *node;
    struct declared *next;
};

struct tree {
    struct arena *arena;
    struct declared *declared;
    const char *error;
};

/* One step of the descent: the namespace that names inherit, and how deep it is. */
struct scope {
    struct span namespace_text;
    unsigned depth;
};

static const struct schema_node *read_schema(struct tree *tree, const json_t *json, struct scope scope);

static const char *const kind_words[] = {"null",   "boolean", "int",  "long",  "float", "double", "bytes",
                                         "string", "record",  "enum", "fixed", "array", "map",    "union"};

/* Which type a logical type may annotate; decimal may also annotate fixed. */
static const struct {
    const char *word;
    enum schema_kind kind;
} logicals[] = {
    [LOGICAL_NONE] = {"", SCHEMA_NULL},
    [LOGICAL_DECIMAL] = {"decimal", SCHEMA_BYTES},
    [LOGICAL_UUID] = {"uuid", SCHEMA_STRING},
    [LOGICAL_DATE] = {"date", SCHEMA_INT},
    [LOGICAL_TIME_MILLIS] = {"time-millis", SCHEMA_INT},
    [LOGICAL_TIME_MICROS] = {"time-micros", SCHEMA_LONG},
    [LOGICAL_TIMESTAMP_MILLIS] = {"timestamp-millis", SCHEMA_LONG},
    [LOGICAL_TIMESTAMP_MICROS] = {"timestamp-micros", SCHEMA_LONG},
    [LOGICAL_LOCAL_TIMESTAMP_MILLIS] = {"local-timestamp-millis", SCHEMA_LONG},
    [LOGICAL_LOCAL_TIMESTAMP_MICROS] = {"local-timestamp-micros", SCHEMA_LONG},
    [LOGICAL_DURATION] = {"duration", SCHEMA_FIXED},
};

const char *schema_kind_word(enum schema_kind kind)
{
    return kind_words[kind];
}

const char *schema_logical_word(enum schema_logical logical)
{
    return logicals[logical].word;
}

struct span schema_unqualified(struct span full)
{
    size_t start = full.size;
    while (start > 0 && full.data[start - 1] != '.') start--;
    return (struct span){full.data + start, full.size - start};
}

static void *fail(struct tree *tree, const char *error)
{
    if (tree->error == NULL) tree->error = error;
    return NULL;
}

static void *no_memory(struct tree *tree)
{
    return fail(tree, "the schema needs more memory than there is room for");
}

/* ---------------------------------------------------------------- names */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(struct span name)
{
    if (name.size == 0 || !is_letter(name.data[0])) return false;
    for (size_t i = 1; i < name.size; i++)
        if (!is_letter(name.data[i]) && !(name.data[i] >= '0' && name.data[i] <= '9')) return false;
    return true;
}

static struct span text_of(const json_t *json)
{
    return (struct span){json_string_value(json), json_string_length(json)};
}

/* The full name of `name` seen from a namespace: one with a dot is full already. */
static struct span full_name(struct tree *tree, struct span name, struct span namespace_text)
{
    bool full = name.size > 0 && memchr(name.data, '.', name.size) != NULL;
    struct span result = full || namespace_text.size == 0
                             ? arena_copy(tree->arena, name)
                             : arena_printf(tree->arena, "%.*s.%.*s", SPAN_ARGS(namespace_text), SPAN_ARGS(name));
    if (result.data == NULL) no_memory(tree);
    return result;
}

static struct span namespace_of(struct span full)
{
    size_t size = full.size - schema_unqualified(full).size;
    return (struct span){full.data, size > 0 ? size - 1 : 0};
}

static const struct schema_node *find_declared(const struct tree *tree, struct span full)
{
    for (const struct declared *at = tree->declared; at != NULL; at = at->next)
        if (span_equal(at->node->name, full)) return at->node;
    return NULL;
}

static bool declare(struct tree *tree, struct schema_node *node)
{
    if (find_declared(tree, node->name) != NULL) return fail(tree, "two types have one name") != NULL;
    struct declared *declared = arena_alloc(tree->arena, sizeof *declared);
    if (declared == NULL) return no_memory(tree) != NULL;
    *declared = (struct declared){node, tree->declared};
    tree->declared = declared;
    return true;
}

/* Texts of a JSON list; NULL with an error, non-NULL also when it is empty or absent. */
static const struct span *read_texts(struct tree *tree, const json_t *list, size_t *count)
{
    *count = json_array_size(list);
    if (list != NULL && !json_is_array(list)) return fail(tree, "a list of names is not a list");
    struct span *texts = arena_calloc(tree->arena, *count + 1, sizeof *texts);
    for (size_t i = 0; texts != NULL && i < *count; i++) {
        if (!json_is_string(json_array_get(list, i))) return fail(tree, "a name is not a text");
        texts[i] = arena_copy(tree->arena, text_of(json_array_get(list, i)));
        if (texts[i].data == NULL) return no_memory(tree);
    }
    return texts != NULL ? texts : no_memory(tree);
}

static bool has_duplicates(const struct span *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (span_equal(texts[i], texts[j])) return true;
    return false;
}

/* ---------------------------------------------------------------- types */

static struct schema_node *new_node(struct tree *tree, enum schema_kind kind)
{
    struct schema_node *node = arena_calloc(tree->arena, 1, sizeof *node);
    if (node == NULL) return no_memory(tree);
    node->kind = kind;
    return node;
}

static bool read_field(struct tree *tree, const json_t *json, struct scope scope, struct schema_field *field)
{
    struct span name = text_of(json_object_get(json, "name"));
    if (!is_name(name)) return fail(tree, "a field has no legal name") != NULL;
    field->name = arena_copy(tree->arena, name);
    if (field->name.data == NULL) return no_memory(tree) != NULL;
    field->aliases = read_texts(tree, json_object_get(json, "aliases"), &field->alias_count);
    if (field->aliases == NULL) return false;
    field->has_default = json_object_get(json, "default") != NULL;
    field->type = read_schema(tree, json_object_get(json, "type"), scope);
    return field->type != NULL;
}

static bool read_record(struct tree *tree, const json_t *json, struct scope scope, struct schema_node *node)
{
    const json_t *list = json_object_get(json, "fields");
    size_t count = json_array_size(list);
    if (!json_is_array(list)) return fail(tree, "a record has no list of fields") != NULL;
    struct schema_field *fields = arena_calloc(tree->arena, count + 1, sizeof *fields);
    if (fields == NULL) return no_memory(tree) != NULL;
    node->fields = fields;
    node->field_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!read_field(tree, json_array_get(list, i), scope, &fields[i])) return false;
        for (size_t j = 0; j < i; j++)
            if (span_equal(fields[i].name, fields[j].name)) return fail(tree, "two fields have one name") != NULL;
    }
    return true;
}

static bool read_enum(struct tree *tree, const json_t *json, struct schema_node *node)
{
    const json_t *standby = json_object_get(json, "default");
    node->symbols = read_texts(tree, json_object_get(json, "symbols"), &node->symbol_count);
    if (node->symbols == NULL) return false;
    if (json_object_get(json, "symbols") == NULL) return fail(tree, "an enum has no symbols") != NULL;
    if (has_duplicates(node->symbols, node->symbol_count)) return fail(tree, "a symbol stands twice") != NULL;
    for (size_t i = 0; i < node->symbol_count; i++) {
        if (!is_name(node->symbols[i])) return fail(tree, "a symbol is no legal name") != NULL;
        if (span_equal(node->symbols[i], text_of(standby))) node->default_symbol = node->symbols[i];
    }
    if (standby != NULL && node->default_symbol.data == NULL) return fail(tree, "an enum's default is not one of it") != NULL;
    return true;
}

static bool read_fixed(struct tree *tree, const json_t *json, struct schema_node *node)
{
    const json_t *size = json_object_get(json, "size");
    node->size = json_integer_value(size);
    if (!json_is_integer(size) || node->size < 0) return fail(tree, "a fixed has no size") != NULL;
    return true;
}

static bool read_aliases(struct tree *tree, const json_t *json, struct schema_node *node)
{
    const struct span *written = read_texts(tree, json_object_get(json, "aliases"), &node->alias_count);
    struct span *full = written != NULL ? arena_calloc(tree->arena, node->alias_count + 1, sizeof *full) : NULL;
    if (full == NULL) return no_memory(tree) != NULL;
    for (size_t i = 0; i < node->alias_count; i++) full[i] = full_name(tree, written[i], namespace_of(node->name));
    node->aliases = full;
    return tree->error == NULL;
}

static struct schema_node *read_named(struct tree *tree, const json_t *json, enum schema_kind kind, struct scope scope)
{
    struct span name = text_of(json_object_get(json, "name"));
    const json_t *stated = json_object_get(json, "namespace");
    if (!is_name(schema_unqualified(name))) return fail(tree, "a type has no legal name");
    struct schema_node *node = new_node(tree, kind);
    if (node == NULL) return NULL;
    node->name = full_name(tree, name, json_is_string(stated) ? text_of(stated) : scope.namespace_text);
    if (node->name.data == NULL || !read_aliases(tree, json, node) || !declare(tree, node)) return NULL;
    scope.namespace_text = namespace_of(node->name);
    bool fine = kind == SCHEMA_RECORD ? read_record(tree, json, scope, node)
                : kind == SCHEMA_ENUM ? read_enum(tree, json, node)
                                      : read_fixed(tree, json, node);
    return fine ? node : NULL;
}

/* What two branches of a union may not have in common: the kind, or for named types the full name. */
static bool same_branch(const struct schema_node *a, const struct schema_node *b)
{
    return a->kind == b->kind && span_equal(a->name, b->name);
}

static struct schema_node *read_union(struct tree *tree, const json_t *list, struct scope scope)
{
    struct schema_node *node = new_node(tree, SCHEMA_UNION);
    if (node == NULL) return NULL;
    node->branches = arena_calloc(tree->arena, json_array_size(list) + 1, sizeof(struct schema_node *));
    if (node->branches == NULL) return no_memory(tree);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const struct schema_node *branch = read_schema(tree, json_array_get(list, i), scope);
        if (branch == NULL) return NULL;
        if (branch->kind == SCHEMA_UNION) return fail(tree, "a union lies directly in a union");
        for (size_t j = 0; j < i; j++)
            if (same_branch(branch, node->branches[j])) return fail(tree, "a union holds one type twice");
        node->branches[node->branch_count++] = branch;
    }
    return node;
}

static struct schema_node *read_container(struct tree *tree, const json_t *json, enum schema_kind kind, struct scope scope)
{
    struct schema_node *node = new_node(tree, kind);
    if (node == NULL) return NULL;
    node->branches = arena_calloc(tree->arena, 1, sizeof(struct schema_node *));
    if (node->branches == NULL) return no_memory(tree);
    node->branch_count = 1;
    node->branches[0] = read_schema(tree, json_object_get(json, kind == SCHEMA_ARRAY ? "items" : "values"), scope);
    return node->branches[0] != NULL ? node : NULL;
}

/* ---------------------------------------------------------------- logical types */

/* Digits that a fixed of `size` bytes holds: floor(log10(2^(8 size - 1) - 1)). */
static bool decimal_fits(const struct schema_node *node)
{
    if (node->precision <= 0 || node->scale < 0 || node->scale > node->precision) return false;
    return node->kind == SCHEMA_BYTES || (double)node->precision <= floor(log10(2.0) * (8.0 * (double)node->size - 1.0));
}

static void read_logical(const json_t *json, struct schema_node *node)
{
    struct span word = text_of(json_object_get(json, "logicalType"));
    enum schema_logical logical = LOGICAL_NONE;
    for (size_t i = LOGICAL_DECIMAL; i < COUNT_OF(logicals); i++)
        if (span_is(word, logicals[i].word)) logical = (enum schema_logical)i;
    bool fits = node->kind == logicals[logical].kind || (logical == LOGICAL_DECIMAL && node->kind == SCHEMA_FIXED);
    if (logical == LOGICAL_DECIMAL) {
        node->precision = json_integer_value(json_object_get(json, "precision"));
        node->scale = json_integer_value(json_object_get(json, "scale"));
        fits = fits && decimal_fits(node);
    }
    if (logical == LOGICAL_DURATION) fits = fits && node->size == 12;
    node->logical = fits ? logical : LOGICAL_NONE;
}

/* ---------------------------------------------------------------- any schema */

/* A primitive's kind or SCHEMA_UNION, which no word is. */
static enum schema_kind kind_of(struct span word)
{
    for (size_t i = 0; i < SCHEMA_UNION; i++)
        if (span_is(word, kind_words[i])) return (enum schema_kind)i;
    return span_is(word, "error") ? SCHEMA_RECORD : SCHEMA_UNION;
}

static const struct schema_node *read_word(struct tree *tree, struct span word, struct span namespace_text)
{
    enum schema_kind kind = kind_of(word);
    if (kind <= SCHEMA_STRING) return new_node(tree, kind);
    struct span full = full_name(tree, word, namespace_text);
    const struct schema_node *found = full.data != NULL ? find_declared(tree, full) : NULL;
    return found != NULL ? found : fail(tree, "a type is named that was not declared before");
}

static const struct schema_node *read_object(struct tree *tree, const json_t *json, struct scope scope)
{
    const json_t *type = json_object_get(json, "type");
    if (!json_is_string(type)) return read_schema(tree, type, scope);
    enum schema_kind kind = kind_of(text_of(type));
    if (kind == SCHEMA_UNION) return read_word(tree, text_of(type), scope.namespace_text);
    struct schema_node *node = kind <= SCHEMA_STRING                        ? new_node(tree, kind)
                               : kind == SCHEMA_ARRAY || kind == SCHEMA_MAP ? read_container(tree, json, kind, scope)
                                                                            : read_named(tree, json, kind, scope);
    if (node != NULL) read_logical(json, node);
    return node;
}

static const struct schema_node *read_schema(struct tree *tree, const json_t *json, struct scope scope)
{
    scope.depth++;
    if (scope.depth > DEPTH_MAX) return fail(tree, "the schema is nested too deep");
    if (json_is_string(json)) return read_word(tree, text_of(json), scope.namespace_text);
    if (json_is_array(json)) return read_union(tree, json, scope);
    if (json_is_object(json)) return read_object(tree, json, scope);
    return fail(tree, "a type is missing, or is neither a name, a list nor an object");
}

const struct schema_node *schema_tree_parse(struct span text, struct arena *arena, const char **error)
{
    struct tree tree = {.arena = arena};
    json_t *json = json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    const struct schema_node *root =
        json != NULL ? read_schema(&tree, json, (struct scope){{NULL, 0}, 0}) : fail(&tree, "the schema is not JSON");
    json_decref(json);
    *error = tree.error;
    return tree.error == NULL ? root : NULL;
}
