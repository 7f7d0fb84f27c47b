/* schema_form.c - canonical and normal form of any Avro schema.
 *
 * Avro specification, "Transforming into Parsing Canonical Form": primitives in simple form, full names, only the attributes that
 * parsing needs, in a fixed order, no white space. The normal form adds, behind them, what changes how values are read. */
#include "contracts/schema_form.h"

#include "contracts/schema.h"

enum { DEPTH_MAX = 200 };

struct form {
    struct buffer *out;
    bool normal;
    bool failed; /* not of a schema's shape */
};

static void write_schema(struct form *form, const json_t *schema, struct span namespace_text, unsigned depth);

static const char *const extras[] = {"logicalType", "precision", "scale", "default", "aliases", "confluent:tags", "encrypted"};

static bool is_primitive(const char *name)
{
    static const char *const names[] = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

/* Written in JSON as it is. */
static bool is_plain(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] < ' ' || text[i] > '~' || text[i] == '"' || text[i] == '\\') return false;
    return true;
}

static void append_texts(struct buffer *out, const char *first, const char *second, const char *third)
{
    buffer_append_text(out, first);
    buffer_append_text(out, second);
    buffer_append_text(out, third);
}

/* Texts, numbers and null are most of what is written, and need nobody to walk a tree. */
static bool write_plain(struct buffer *out, const json_t *value)
{
    const char *text = json_string_value(value);
    if (json_is_null(value)) {
        buffer_append_text(out, "null");
    } else if (json_is_integer(value)) {
        buffer_printf(out, "%lld", (long long)json_integer_value(value));
    } else if (text != NULL && is_plain(text, json_string_length(value))) {
        append_texts(out, "\"", text, "\"");
    } else {
        return false;
    }
    return true;
}

static bool write_json(struct buffer *out, const json_t *value, size_t flags)
{
    if (write_plain(out, value)) return true;
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | flags);
    if (text != NULL) buffer_append_text(out, text);
    free(text);
    return text != NULL;
}

static void write_sorted(struct form *form, const json_t *value)
{
    if (!write_json(form->out, value, JSON_SORT_KEYS)) form->failed = true;
}

static void write_extras(struct form *form, const json_t *object)
{
    for (size_t i = 0; form->normal && i < COUNT_OF(extras); i++) {
        const json_t *value = json_object_get(object, extras[i]);
        if (value == NULL) continue;
        append_texts(form->out, ",\"", extras[i], "\":");
        write_sorted(form, value);
    }
}

static bool has_extras(const struct form *form, const json_t *object)
{
    for (size_t i = 0; form->normal && i < COUNT_OF(extras); i++)
        if (json_object_get(object, extras[i]) != NULL) return true;
    return false;
}

/* ---------------------------------------------------------------- names */

static struct span namespace_of(struct span full)
{
    size_t size = full.size;
    while (size > 0 && full.data[size - 1] != '.') size--;
    return (struct span){full.data, size > 0 ? size - 1 : 0};
}

/* Appends the full name in quotes and returns where it stands in the buffer (offset: the buffer may move). */
static size_t write_name(struct form *form, const char *name, struct span namespace_text)
{
    buffer_append_char(form->out, '"');
    size_t start = form->out->size;
    if (strchr(name, '.') == NULL && namespace_text.size > 0) {
        buffer_append_span(form->out, namespace_text);
        buffer_append_char(form->out, '.');
    }
    buffer_append_text(form->out, name);
    buffer_append_char(form->out, '"');
    return start;
}

/* ---------------------------------------------------------------- schemas */

static void write_fields(struct form *form, const json_t *fields, struct span namespace_text, unsigned depth)
{
    size_t count = json_array_size(fields);
    if (!json_is_array(fields)) form->failed = true;
    buffer_append_text(form->out, ",\"fields\":[");
    for (size_t i = 0; i < count && !form->failed; i++) {
        const json_t *field = json_array_get(fields, i);
        const char *name = json_string_value(json_object_get(field, "name"));
        if (name == NULL) {
            form->failed = true;
            return;
        }
        append_texts(form->out, i > 0 ? ",{\"name\":\"" : "{\"name\":\"", name, "\",\"type\":");
        write_schema(form, json_object_get(field, "type"), namespace_text, depth + 1);
        write_extras(form, field);
        buffer_append_char(form->out, '}');
    }
    buffer_append_char(form->out, ']');
}

/* record, error, enum, fixed. */
static void write_named(struct form *form, const json_t *object, const char *type, struct span outer, unsigned depth)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    const json_t *stated = json_object_get(object, "namespace"), *symbols = json_object_get(object, "symbols");
    if (name == NULL) {
        form->failed = true;
        return;
    }
    struct span own = json_is_string(stated) ? span_of(json_string_value(stated)) : outer;
    buffer_append_text(form->out, "{\"name\":");
    size_t start = write_name(form, name, own);
    if (!buffer_ok(form->out)) return;
    struct span full = {form->out->data + start, form->out->size - 1 - start};
    /* the inner namespace is copied: the buffer moves while members are written */
    char *inner = strndup(full.data, namespace_of(full).size);
    append_texts(form->out, ",\"type\":\"", type, "\"");
    if (inner == NULL) form->failed = true;
    if (strcmp(type, "record") == 0 || strcmp(type, "error") == 0)
        write_fields(form, json_object_get(object, "fields"), span_of(inner), depth);
    if (symbols != NULL) {
        buffer_append_text(form->out, ",\"symbols\":");
        write_sorted(form, symbols);
    }
    if (strcmp(type, "fixed") == 0)
        buffer_printf(form->out, ",\"size\":%lld", (long long)json_integer_value(json_object_get(object, "size")));
    free(inner);
    write_extras(form, object);
    buffer_append_char(form->out, '}');
}

static void write_container(struct form *form, const json_t *object, const char *type, const char *member, struct span outer,
                            unsigned depth)
{
    append_texts(form->out, "{\"type\":\"", type, "\",\"");
    append_texts(form->out, member, "\":", "");
    write_schema(form, json_object_get(object, member), outer, depth + 1);
    write_extras(form, object);
    buffer_append_char(form->out, '}');
}

static void write_object(struct form *form, const json_t *object, struct span outer, unsigned depth)
{
    const json_t *inner = json_object_get(object, "type");
    const char *type = json_string_value(inner);
    if (type == NULL) {
        write_schema(form, inner, outer, depth + 1);
    } else if (strcmp(type, "array") == 0) {
        write_container(form, object, type, "items", outer, depth);
    } else if (strcmp(type, "map") == 0) {
        write_container(form, object, type, "values", outer, depth);
    } else if (json_object_get(object, "name") != NULL) {
        write_named(form, object, type, outer, depth);
    } else if (has_extras(form, object)) {
        append_texts(form->out, "{\"type\":\"", type, "\"");
        write_extras(form, object);
        buffer_append_char(form->out, '}');
    } else {
        write_schema(form, inner, outer, depth + 1);
    }
}

static void write_union(struct form *form, const json_t *branches, struct span namespace_text, unsigned depth)
{
    for (size_t i = 0; i < json_array_size(branches); i++) {
        buffer_append_char(form->out, i > 0 ? ',' : '[');
        write_schema(form, json_array_get(branches, i), namespace_text, depth + 1);
    }
    buffer_append_text(form->out, json_array_size(branches) > 0 ? "]" : "[]");
}

static void write_schema(struct form *form, const json_t *schema, struct span namespace_text, unsigned depth)
{
    const char *name = json_string_value(schema);
    if (depth > DEPTH_MAX || form->failed || !buffer_ok(form->out)) {
        form->failed = true;
    } else if (name != NULL) {
        write_name(form, name, is_primitive(name) ? (struct span){NULL, 0} : namespace_text);
    } else if (json_is_array(schema)) {
        write_union(form, schema, namespace_text, depth);
    } else if (json_is_object(schema)) {
        write_object(form, schema, namespace_text, depth);
    } else {
        form->failed = true;
    }
}

/* ---------------------------------------------------------------- the text itself */

static bool write_object_text(struct buffer *out, json_t *object)
{
    const char *name, *before = "{\"";
    json_t *value;
    bool fine = true;
    json_object_foreach(object, name, value)
    {
        append_texts(out, before, name, "\":");
        fine = fine && schema_text_write(value, out);
        before = ",\"";
    }
    buffer_append_text(out, json_object_size(object) > 0 ? "}" : "{}");
    return fine;
}

bool schema_text_write(json_t *schema, struct buffer *out)
{
    if (json_is_object(schema)) return write_object_text(out, schema);
    if (!json_is_array(schema)) return write_json(out, schema, 0) && buffer_ok(out);
    bool fine = true;
    for (size_t i = 0; fine && i < json_array_size(schema); i++) {
        buffer_append_char(out, i > 0 ? ',' : '[');
        fine = schema_text_write(json_array_get(schema, i), out);
    }
    buffer_append_text(out, json_array_size(schema) > 0 ? "]" : "[]");
    return fine && buffer_ok(out);
}

bool schema_form_write(const json_t *schema, enum schema_form which, struct buffer *out)
{
    struct form form = {.out = out, .normal = which == SCHEMA_NORMAL};
    write_schema(&form, schema, (struct span){NULL, 0}, 0);
    return !form.failed && buffer_ok(out);
}

static struct span form_of(struct span text, struct arena *arena, enum schema_form form)
{
    struct buffer out = BUFFER_EMPTY;
    struct span copy = {NULL, 0};
    json_t *schema = json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    if (schema != NULL && schema_form_write(schema, form, &out)) copy = arena_copy(arena, buffer_span(&out));
    json_decref(schema);
    buffer_deinit(&out);
    return copy;
}

struct span schema_canonical(struct span text, struct arena *arena)
{
    return form_of(text, arena, SCHEMA_CANONICAL);
}

struct span schema_normal(struct span text, struct arena *arena)
{
    return form_of(text, arena, SCHEMA_NORMAL);
}
