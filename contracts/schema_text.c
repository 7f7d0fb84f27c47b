#include "contracts/schema_text.h"

#include <limits.h>

struct name {
    struct span full;
    struct name *next;
};

struct builder {
    const struct use *use;
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct name *names; /* of all named types so far */
    bool failed;        /* without memory; faults are in diagnostics */
};

static json_t *build_type(struct builder *builder, const struct field *field, struct span name, struct span namespace_text);

/* ---------------------------------------------------------------- small pieces */

/* NULL values (out of memory, or bytes that are no UTF-8) end up in `failed`, asked once at the end. */
static void set(struct builder *builder, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) builder->failed = true;
}

static void append(struct builder *builder, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) builder->failed = true;
}

static json_t *text_of(struct span text)
{
    return json_stringn(text.data != NULL ? text.data : "", text.size);
}

static json_t *texts_of(struct builder *builder, const struct span *items, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) append(builder, array, text_of(items[i]));
    return array;
}

/* Avro specification, "Names": [A-Za-z_][A-Za-z0-9_]* */
static bool is_name(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        char lower = (char)(text.data[i] | 0x20);
        bool letter = (lower >= 'a' && lower <= 'z') || text.data[i] == '_';
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (!letter && (!digit || i == 0)) return false;
    }
    return text.size > 0;
}

static bool is_namespace(struct span text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != '.') continue;
        if (!is_name((struct span){text.data + start, i - start})) return false;
        start = i + 1;
    }
    return true;
}

static void check_name(struct builder *builder, const struct field *field, struct span name)
{
    if (is_name(name)) return;
    diagnostics_add(builder->diagnostics, "avro-name", field->place, field->path, "%.*s is no name in Avro", SPAN_ARGS(name));
}

/* The full name of a named type, noted so that a second type of that name is found. */
static struct span full_name(struct builder *builder, const struct field *field, struct span name, struct span namespace_text)
{
    struct span full = arena_printf(builder->arena, "%.*s.%.*s", SPAN_ARGS(namespace_text), SPAN_ARGS(name));
    struct name *noted = arena_calloc(builder->arena, 1, sizeof *noted);
    if (full.data == NULL || noted == NULL) {
        builder->failed = true;
        return full;
    }
    for (const struct name *other = builder->names; other != NULL; other = other->next)
        if (span_equal(other->full, full))
            diagnostics_add(builder->diagnostics, "avro-name", field->place, field->path, "two types would be named %.*s",
                            SPAN_ARGS(full));
    *noted = (struct name){full, builder->names};
    builder->names = noted;
    check_name(builder, field, name);
    return full;
}

/* ---------------------------------------------------------------- enums and defaults */

static const struct constant *symbol_of(const struct field *field, const char *symbol)
{
    for (size_t i = 0; symbol != NULL && i < field->rules.enumeration_count; i++)
        if (span_is(field->rules.enumeration[i].text, symbol)) return &field->rules.enumeration[i];
    return NULL;
}

static json_t *stated_default(const struct field *field)
{
    return json_loadb(field->avro_default.data, field->avro_default.size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
}

/* An enum's default is the symbol that a reader takes for one it does not know: without it, adding a value breaks readers. */
static json_t *enum_default(struct builder *builder, const struct field *field)
{
    json_t *stated = field->avro_default.data != NULL ? stated_default(field) : NULL;
    if (symbol_of(field, json_string_value(stated)) != NULL) return stated;
    json_decref(stated);
    diagnostics_add(builder->diagnostics, "avro-enum", field->place, field->path,
                    "an enum needs avroDefault, one of its symbols, for readers that do not know a later one");
    return json_null();
}

static json_t *build_enum(struct builder *builder, const struct field *field, struct span name, struct span namespace_text)
{
    json_t *type = json_object(), *symbols = json_array();
    full_name(builder, field, name, namespace_text);
    for (size_t i = 0; i < field->rules.enumeration_count; i++) {
        struct span symbol = field->rules.enumeration[i].text;
        if (!is_name(symbol))
            diagnostics_add(builder->diagnostics, "avro-enum", field->place, field->path, "%.*s is no symbol in Avro",
                            SPAN_ARGS(symbol));
        append(builder, symbols, text_of(symbol));
    }
    if (field->rules.enumeration_count == 0)
        diagnostics_add(builder->diagnostics, "avro-enum", field->place, field->path, "an enum needs its values");
    set(builder, type, "type", json_string("enum"));
    set(builder, type, "name", text_of(name));
    set(builder, type, "namespace", text_of(namespace_text));
    set(builder, type, "symbols", symbols);
    set(builder, type, "default", enum_default(builder, field));
    return type;
}

static bool is_default_of(const json_t *value, const struct field *field)
{
    switch (field->type) {
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_DECIMAL: return json_is_string(value);
    case TYPE_INT:
    case TYPE_DATE: return json_is_integer(value) && json_integer_value(value) >= INT_MIN && json_integer_value(value) <= INT_MAX;
    case TYPE_LONG:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return json_is_integer(value);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return json_is_number(value);
    case TYPE_BOOLEAN: return json_is_boolean(value);
    case TYPE_ARRAY: return json_is_array(value) && json_array_size(value) == 0;
    case TYPE_MAP: return json_is_object(value) && json_object_size(value) == 0;
    case TYPE_OBJECT: break;
    }
    return false;
}

/* A nullable field defaults to null, its union's first branch; another default would need the branches in another order. */
static void add_default(struct builder *builder, json_t *member, const struct field *field)
{
    bool stated = field->avro_default.data != NULL && !field->avro_enum;
    json_t *value = stated ? stated_default(field) : NULL;
    bool fits = !stated || (field->required ? is_default_of(value, field) : json_is_null(value));
    if (!fits) {
        diagnostics_add(builder->diagnostics, "avro-default", field->place, field->path,
                        field->required ? "avroDefault is no value of the field's type"
                                        : "a field that is not required has the default null");
    } else if (!field->required) {
        set(builder, member, "default", json_null());
    } else if (stated) {
        set(builder, member, "default", json_incref(value));
    }
    json_decref(value);
}

/* ---------------------------------------------------------------- types */

static json_t *logical(struct builder *builder, const char *type, const char *logical_type)
{
    json_t *object = json_object();
    set(builder, object, "type", json_string(type));
    set(builder, object, "logicalType", json_string(logical_type));
    return object;
}

static json_t *build_decimal(struct builder *builder, const struct field *field)
{
    json_t *type = logical(builder, "bytes", "decimal");
    set(builder, type, "precision", json_integer(field->precision));
    set(builder, type, "scale", json_integer(field->scale));
    return type;
}

static const char *timestamp_word(const struct field *field)
{
    static const char *const words[2][2] = {{"timestamp-millis", "timestamp-micros"},
                                            {"local-timestamp-millis", "local-timestamp-micros"}};
    return words[field->zone ? 0 : 1][field->fraction_digits == 6 ? 1 : 0];
}

/* Of a field with all that lies in it: an object without a class of its own is as sensitive as its content. */
static enum classification highest_class(const struct field *field)
{
    enum classification highest = field->items != NULL ? highest_class(field->items) : CLASS_PUBLIC;
    if (field->classification > highest) highest = field->classification;
    for (size_t i = 0; i < field->child_count; i++)
        if (highest_class(field->children[i]) > highest) highest = highest_class(field->children[i]);
    return highest;
}

/* Of its items and values, too: a mark on the field stands for every value that it holds. */
static bool is_encrypted(const struct field *field)
{
    while (field->items != NULL) field = field->type == TYPE_MAP ? field->items->children[1] : field->items;
    return field->handling.kind == HANDLE_ENCRYPT;
}

/* ODCS tags go where Confluent's tools look for them; the contract's classes beside them. */
static json_t *build_member(struct builder *builder, const struct field *field, struct span namespace_text)
{
    json_t *member = json_object();
    check_name(builder, field, field->wire_name);
    set(builder, member, "name", text_of(field->wire_name));
    set(builder, member, "type", build_type(builder, field, field->wire_name, namespace_text));
    add_default(builder, member, field);
    if (field->doc.data != NULL) set(builder, member, "doc", text_of(field->doc));
    for (size_t i = 0; i < field->avro_alias_count; i++) check_name(builder, field, field->avro_aliases[i]);
    if (field->avro_alias_count > 0)
        set(builder, member, "aliases", texts_of(builder, field->avro_aliases, field->avro_alias_count));
    set(builder, member, "classification", json_string(classification_word(highest_class(field))));
    if (is_encrypted(field)) set(builder, member, "encrypted", json_string("use"));
    if (field->tag_count > 0) set(builder, member, "confluent:tags", texts_of(builder, field->tags, field->tag_count));
    return member;
}

/* A record's members live in its full name, so that two objects named alike in different places stay two types. */
static json_t *build_record(struct builder *builder, const struct field *field, struct span name, struct span namespace_text,
                            struct span doc)
{
    json_t *type = json_object(), *members = json_array();
    struct span full = full_name(builder, field, name, namespace_text);
    for (size_t i = 0; i < field->child_count; i++) append(builder, members, build_member(builder, field->children[i], full));
    set(builder, type, "type", json_string("record"));
    set(builder, type, "name", text_of(name));
    set(builder, type, "namespace", text_of(namespace_text));
    if (doc.data != NULL) set(builder, type, "doc", text_of(doc));
    set(builder, type, "fields", members);
    return type;
}

static json_t *build_array(struct builder *builder, const struct field *field, struct span namespace_text)
{
    json_t *type = json_object();
    set(builder, type, "type", json_string("array"));
    set(builder, type, "items", build_type(builder, field->items, field->items->item_name, namespace_text));
    return type;
}

/* Keys are strings in Avro too. */
static json_t *build_map(struct builder *builder, const struct field *field, struct span namespace_text)
{
    const struct field *entry = field->items;
    json_t *type = json_object();
    set(builder, type, "type", json_string("map"));
    set(builder, type, "values", build_type(builder, entry->children[1], entry->item_name, namespace_text));
    return type;
}

static json_t *build_bare(struct builder *builder, const struct field *field, struct span name, struct span namespace_text)
{
    switch (field->type) {
    case TYPE_STRING:
        if (field->avro_enum) return build_enum(builder, field, name, namespace_text);
        return field->uuid ? logical(builder, "string", "uuid") : json_string("string");
    case TYPE_BYTES: return json_string("bytes");
    case TYPE_INT: return json_string("int");
    case TYPE_LONG: return json_string("long");
    case TYPE_DECIMAL: return build_decimal(builder, field);
    case TYPE_FLOAT: return json_string("float");
    case TYPE_DOUBLE: return json_string("double");
    case TYPE_BOOLEAN: return json_string("boolean");
    case TYPE_DATE: return logical(builder, "int", "date");
    case TYPE_TIMESTAMP: return logical(builder, "long", timestamp_word(field));
    case TYPE_TIME: return logical(builder, "long", "time-micros");
    case TYPE_OBJECT: return build_record(builder, field, name, namespace_text, (struct span){NULL, 0});
    case TYPE_ARRAY: return build_array(builder, field, namespace_text);
    case TYPE_MAP: return build_map(builder, field, namespace_text);
    }
    return NULL;
}

static json_t *build_type(struct builder *builder, const struct field *field, struct span name, struct span namespace_text)
{
    json_t *bare = build_bare(builder, field, name, namespace_text);
    if (field->required) return bare;
    json_t *type = json_array();
    append(builder, type, json_string("null"));
    append(builder, type, bare);
    return type;
}

json_t *schema_build(const struct use *use, struct arena *arena, struct diagnostics *diagnostics)
{
    struct builder builder = {.use = use, .arena = arena, .diagnostics = diagnostics};
    size_t errors = diagnostics->errors;
    if (!is_namespace(use->namespace_text)) {
        diagnostics_add(diagnostics, "avro-name", use->place, use->root->path, "%.*s is no namespace in Avro",
                        SPAN_ARGS(use->namespace_text));
        return NULL;
    }
    struct span doc = use->root->doc.data != NULL ? use->root->doc : use->purpose;
    json_t *schema = build_record(&builder, use->root, use->root->name, use->namespace_text, doc);
    if (builder.failed) diagnostics->failed = true;
    if (!builder.failed && diagnostics->errors == errors) return schema;
    json_decref(schema);
    return NULL;
}
