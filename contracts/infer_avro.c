/* infer_avro.c - a draft from an Avro schema (.avsc): its outermost record is the event. */
#include "contracts/infer_tree.h"

enum { NAMED_MAX = 500 };

struct reading {
    struct arena *arena;
    const json_t *named[NAMED_MAX]; /* records, enums and fixed, which later ones may name */
    size_t named_count;
    const json_t *open[INFER_DEPTH_MAX + 1]; /* types that are being read, one inside the other */
    unsigned depth;
    unsigned fields;
};

static struct draft_field *read_type(struct reading *reading, const json_t *type, struct span name);

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL ? dot + 1 : name;
}

/* By the last part of its name: enough within one file, where two of one name are rare and then alike. */
static const json_t *find_named(const struct reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->named_count; i++) {
        const char *known = json_string_value(json_object_get(reading->named[i], "name"));
        if (known != NULL && strcmp(last_part(known), last_part(name)) == 0) return reading->named[i];
    }
    return NULL;
}

static bool is_open(const struct reading *reading, const json_t *type)
{
    for (unsigned i = 0; i < reading->depth; i++)
        if (type != NULL && reading->open[i] == type) return true;
    return false;
}

static void keep_named(struct reading *reading, const json_t *type)
{
    bool named = json_is_string(json_object_get(type, "name"));
    if (named && reading->named_count < NAMED_MAX) reading->named[reading->named_count++] = type;
}

/* ---------------------------------------------------------------- primitives */

static const struct {
    const char *type;
    enum draft_kind kind;
    const char *format;
    bool bytes;
} primitives[] = {
    {"string", DRAFT_STRING, NULL, false},   {"bytes", DRAFT_STRING, "byte", true}, {"int", DRAFT_INTEGER, "i32", false},
    {"long", DRAFT_INTEGER, NULL, false},    {"float", DRAFT_NUMBER, "f32", false}, {"double", DRAFT_NUMBER, "f64", false},
    {"boolean", DRAFT_BOOLEAN, NULL, false},
};

static const struct {
    const char *logical;
    enum draft_kind kind;
    const char *format;
    enum draft_zone zone;
    bool micros;
} logical_types[] = {
    {"date", DRAFT_DATE, NULL, ZONE_UNSTATED, false},
    {"time-millis", DRAFT_TIME, NULL, ZONE_UNSTATED, false},
    {"time-micros", DRAFT_TIME, NULL, ZONE_UNSTATED, false},
    {"timestamp-millis", DRAFT_TIMESTAMP, NULL, ZONE_OFFSET, false},
    {"timestamp-micros", DRAFT_TIMESTAMP, NULL, ZONE_OFFSET, true},
    {"local-timestamp-millis", DRAFT_TIMESTAMP, NULL, ZONE_LOCAL, false},
    {"local-timestamp-micros", DRAFT_TIMESTAMP, NULL, ZONE_LOCAL, true},
    {"uuid", DRAFT_STRING, "uuid", ZONE_UNSTATED, false},
};

static struct draft_field *read_primitive(struct reading *reading, const char *type, struct span name)
{
    for (size_t i = 0; i < COUNT_OF(primitives); i++) {
        if (strcmp(type, primitives[i].type) != 0) continue;
        struct draft_field *field = draft_field_create(reading->arena, name, primitives[i].kind);
        if (field == NULL) return NULL;
        if (primitives[i].format != NULL) field->format = span_of(primitives[i].format);
        field->bytes = primitives[i].bytes;
        return field;
    }
    const json_t *known = find_named(reading, type);
    if (is_open(reading, known)) return infer_left_out(name, "it holds itself", reading->arena);
    if (known != NULL) return read_type(reading, known, name);
    return infer_left_out(name, "its type is not in this file", reading->arena);
}

/* What the logicalType makes of a primitive. */
static void refine(const json_t *type, struct draft_field *field)
{
    const char *logical = json_string_value(json_object_get(type, "logicalType"));
    if (field == NULL || logical == NULL) return;
    for (size_t i = 0; i < COUNT_OF(logical_types); i++) {
        if (strcmp(logical, logical_types[i].logical) != 0) continue;
        field->kind = logical_types[i].kind;
        field->zone = logical_types[i].zone;
        field->micros = logical_types[i].micros;
        field->bytes = false;
        field->format = span_of(logical_types[i].format);
    }
}

static struct draft_field *read_decimal(struct reading *reading, const json_t *type, struct span name)
{
    json_int_t precision = json_integer_value(json_object_get(type, "precision"));
    json_int_t scale = json_integer_value(json_object_get(type, "scale"));
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision)
        return infer_left_out(name, "a decimal has 1 to 38 digits", reading->arena);
    struct draft_field *field = draft_field_create(reading->arena, name, DRAFT_NUMBER);
    if (field == NULL) return NULL;
    field->precision = (int)precision;
    field->scale = (int)scale;
    return field;
}

/* ---------------------------------------------------------------- records, enums, arrays, maps */

static bool is_null(const json_t *type)
{
    return json_is_string(type) && strcmp(json_string_value(type), "null") == 0;
}

/* The one type beside null; NULL when there are several. */
static const json_t *only_branch(const json_t *branches)
{
    const json_t *only = NULL;
    for (size_t i = 0; i < json_array_size(branches); i++) {
        const json_t *branch = json_array_get(branches, i);
        if (is_null(branch)) continue;
        if (only != NULL) return NULL;
        only = branch;
    }
    return only;
}

static bool holds_null(const json_t *type)
{
    for (size_t i = 0; i < json_array_size(type); i++)
        if (is_null(json_array_get(type, i))) return true;
    return is_null(type);
}

static struct draft_field *read_member(struct reading *reading, const json_t *member)
{
    struct span name = infer_text(json_object_get(member, "name"), reading->arena);
    const json_t *type = json_object_get(member, "type");
    if (!draft_is_name(name) || ++reading->fields > INFER_FIELDS_MAX)
        return infer_left_out(name, "a name is letters, digits and _, and fields are not too many", reading->arena);
    struct draft_field *field = read_type(reading, type, name);
    if (field == NULL || field->kind == DRAFT_NOTHING) return field;
    field->required = !holds_null(type);
    struct span doc = infer_text(json_object_get(member, "doc"), reading->arena);
    if (doc.data != NULL) field->doc = doc;
    return field;
}

static struct draft_field *read_record(struct reading *reading, const json_t *type, struct span name)
{
    const json_t *members = json_object_get(type, "fields");
    struct draft_field *field = draft_field_create(reading->arena, name, DRAFT_OBJECT);
    if (field == NULL) return NULL;
    struct draft_field **tail = &field->children;
    field->doc = infer_text(json_object_get(type, "doc"), reading->arena);
    for (size_t i = 0; i < json_array_size(members); i++) {
        *tail = read_member(reading, json_array_get(members, i));
        if (*tail == NULL) return NULL;
        tail = &(*tail)->next;
    }
    return field;
}

static struct draft_field *read_enum(struct reading *reading, const json_t *type, struct span name)
{
    const json_t *symbols = json_object_get(type, "symbols");
    struct draft_field *field = draft_field_create(reading->arena, name, DRAFT_STRING);
    struct span *values = arena_calloc(reading->arena, json_array_size(symbols) + 1, sizeof *values);
    if (field == NULL || values == NULL) return NULL;
    for (size_t i = 0; i < json_array_size(symbols); i++) {
        const char *symbol = json_string_value(json_array_get(symbols, i));
        if (symbol == NULL || !draft_is_name(span_of(symbol))) continue;
        values[field->value_count] = arena_printf(reading->arena, "\"%s\"", symbol);
        if (values[field->value_count++].data == NULL) return NULL;
    }
    field->values = values;
    return field;
}

static struct draft_field *read_array(struct reading *reading, const json_t *type, struct span name)
{
    const json_t *items = json_object_get(type, "items");
    struct draft_field *field = draft_field_create(reading->arena, name, DRAFT_ARRAY);
    if (field == NULL) return NULL;
    field->items = read_type(reading, items, SPAN("items"));
    if (field->items == NULL) return NULL;
    field->items->required = !holds_null(items);
    return field;
}

static struct draft_field *read_map(struct reading *reading, const json_t *type, struct span name)
{
    const json_t *values = json_object_get(type, "values");
    struct draft_field *field = draft_field_create(reading->arena, name, DRAFT_MAP);
    if (field == NULL) return NULL;
    field->items = read_type(reading, values, SPAN("value"));
    if (field->items == NULL) return NULL;
    field->items->required = !holds_null(values);
    return field->items->kind != DRAFT_NOTHING ? field
                                               : infer_left_out(name, "a map, and no one type holds its values", reading->arena);
}

static struct draft_field *read_fixed(struct reading *reading, const json_t *type, struct span name)
{
    (void)type;
    return infer_left_out(name, "a fixed is no JSON value", reading->arena);
}

static struct draft_field *read_object(struct reading *reading, const json_t *type, struct span name)
{
    static const struct {
        const char *word;
        struct draft_field *(*read)(struct reading *reading, const json_t *type, struct span name);
    } rows[] = {{"record", read_record}, {"enum", read_enum}, {"array", read_array}, {"map", read_map}, {"fixed", read_fixed}};
    const json_t *inner = json_object_get(type, "type");
    const char *logical = json_string_value(json_object_get(type, "logicalType"));
    keep_named(reading, type);
    if (logical != NULL && strcmp(logical, "decimal") == 0) return read_decimal(reading, type, name);
    for (size_t i = 0; json_is_string(inner) && i < COUNT_OF(rows); i++)
        if (strcmp(json_string_value(inner), rows[i].word) == 0) return rows[i].read(reading, type, name);
    if (inner == NULL) return infer_left_out(name, "it has no type", reading->arena);
    struct draft_field *field = read_type(reading, inner, name);
    if (json_is_string(inner)) refine(type, field);
    return field;
}

static struct draft_field *read_type(struct reading *reading, const json_t *type, struct span name)
{
    struct draft_field *field;
    if (reading->depth >= INFER_DEPTH_MAX) return infer_left_out(name, "nested too deep", reading->arena);
    reading->open[reading->depth++] = type;
    if (json_is_string(type))
        field = read_primitive(reading, json_string_value(type), name);
    else if (json_is_object(type))
        field = read_object(reading, type, name);
    else if (only_branch(type) != NULL)
        field = read_type(reading, only_branch(type), name);
    else
        field = infer_left_out(name, "a union of several types", reading->arena);
    reading->depth--;
    return field;
}

bool infer_avro(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault)
{
    json_t *root = infer_load(text, fault);
    if (root == NULL) return false;
    struct reading *reading = arena_calloc(arena, 1, sizeof *reading);
    if (reading != NULL) {
        reading->arena = arena;
        model->root = read_type(reading, root, SPAN(""));
    }
    struct span name = infer_text(json_object_get(root, "name"), arena);
    if (model->event.data == NULL && name.data != NULL) model->event = draft_slug(span_of(last_part(name.data)), arena);
    if (model->root != NULL) model->doc = model->root->doc;
    model->source = SPAN("an Avro schema");
    json_decref(root);
    *fault = (struct infer_fault){"the schema is not of a record with fields", 0};
    return model->root != NULL && model->root->kind == DRAFT_OBJECT && model->root->children != NULL;
}
