/* infer_json_schema.c - a draft from a JSON Schema (draft-04 to 2020-12): the keywords that a contract can say too.
 *
 * A schema, what its $ref leads to and its allOf are gathered into one set of facts, later ones beside earlier ones; then the
 * facts become a field. What cannot be said in a contract is named in a comment, never dropped silently. */

#include "contracts/schema_facts.h"

#include <stdlib.h>

struct reading {
    const json_t *root;
    struct arena *arena;
    const json_t *open[INFER_DEPTH_MAX]; /* schemas that are being read, one inside the other */
    unsigned depth;
    unsigned fields;
};

static struct draft_field *read_field(struct reading *reading, const json_t *schema, struct span name, bool required);

/* ---------------------------------------------------------------- references */

/* One token of a JSON pointer (RFC 6901), unescaped, from `text` up to the next '/'. */
static const json_t *step(const json_t *node, const char **text)
{
    char name[256];
    size_t size = 0;
    for (; **text != '\0' && **text != '/'; (*text)++) {
        char byte = **text;
        if (byte == '~' && ((*text)[1] == '0' || (*text)[1] == '1')) byte = *++*text == '0' ? '~' : '/';
        if (size + 1 == sizeof name) return NULL;
        name[size++] = byte;
    }
    name[size] = '\0';
    if (json_is_array(node)) return json_array_get(node, (size_t)strtoul(name, NULL, 10));
    return json_object_get(node, name);
}

/* Only within the document: nothing is fetched. NULL when it leads elsewhere. */
static const json_t *follow(const struct reading *reading, const char *reference)
{
    const json_t *node = reading->root;
    if (*reference != '#') return NULL;
    for (reference++; *reference != '\0' && node != NULL;) {
        if (*reference != '/') return NULL;
        reference++;
        node = step(node, &reference);
    }
    return node;
}

/* ---------------------------------------------------------------- facts */

static unsigned word_of(const char *text)
{
    static const struct {
        const char *text;
        unsigned word;
    } words[] = {{"null", SCHEMA_NULL},       {"boolean", SCHEMA_BOOLEAN},
                 {"integer", SCHEMA_INTEGER}, {"number", SCHEMA_NUMBER | SCHEMA_INTEGER},
                 {"string", SCHEMA_STRING},   {"array", SCHEMA_ARRAY},
                 {"object", SCHEMA_OBJECT}};
    for (size_t i = 0; text != NULL && i < COUNT_OF(words); i++)
        if (strcmp(text, words[i].text) == 0) return words[i].word;
    return 0;
}

static void narrow(struct schema_facts *facts, unsigned types)
{
    facts->types &= types;
    facts->typed = true;
}

static void read_type(struct schema_facts *facts, const json_t *type)
{
    unsigned types = 0;
    if (json_is_string(type)) types = word_of(json_string_value(type));
    for (size_t i = 0; json_is_array(type) && i < json_array_size(type); i++)
        types |= word_of(json_string_value(json_array_get(type, i)));
    if (types != 0) narrow(facts, types);
}

static unsigned type_of_value(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: return SCHEMA_OBJECT;
    case JSON_ARRAY: return SCHEMA_ARRAY;
    case JSON_STRING: return SCHEMA_STRING;
    case JSON_INTEGER: return SCHEMA_INTEGER;
    case JSON_REAL: return SCHEMA_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE: return SCHEMA_BOOLEAN;
    case JSON_NULL: break;
    }
    return SCHEMA_NULL;
}

static void read_values(struct schema_facts *facts, const json_t *values)
{
    unsigned types = 0;
    for (size_t i = 0; i < json_array_size(values); i++) types |= type_of_value(json_array_get(values, i));
    if (types == 0) return;
    facts->values = values;
    narrow(facts, types);
}

static bool gather(struct reading *reading, const json_t *schema, struct schema_facts *facts, struct draft_field *field);

static bool is_null_schema(const json_t *schema)
{
    const char *type = json_string_value(json_object_get(schema, "type"));
    return type != NULL && strcmp(type, "null") == 0;
}

/* One shape or null is an optional field; more shapes are more than a contract can say. */
static bool gather_choice(struct reading *reading, const json_t *choices, struct schema_facts *facts, struct draft_field *field)
{
    const json_t *only = NULL;
    size_t shapes = 0;
    for (size_t i = 0; i < json_array_size(choices); i++) {
        if (is_null_schema(json_array_get(choices, i))) continue;
        only = json_array_get(choices, i);
        shapes++;
    }
    facts->several = facts->several || shapes > 1;
    bool null = shapes < json_array_size(choices);
    if (shapes != 1) return true;
    bool fine = gather(reading, only, facts, field);
    if (null) facts->types |= SCHEMA_NULL;
    return fine;
}

static struct draft_field **tail_of(struct draft_field *field)
{
    struct draft_field **tail = &field->children;
    while (*tail != NULL) tail = &(*tail)->next;
    return tail;
}

static bool is_listed(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text != NULL && strcmp(text, name) == 0) return true;
    }
    return false;
}

static bool has_child(const struct draft_field *field, struct span name)
{
    for (const struct draft_field *child = field->children; child != NULL; child = child->next)
        if (span_equal(child->name, name)) return true;
    return false;
}

static bool gather_properties(struct reading *reading, const json_t *schema, struct draft_field *field)
{
    const char *name;
    json_t *property;
    const json_t *required = json_object_get(schema, "required");
    json_object_foreach(json_object_get(schema, "properties"), name, property)
    {
        struct draft_field **tail = tail_of(field);
        struct span text = arena_copy(reading->arena, span_of(name));
        if (has_child(field, text)) continue;
        bool fits = draft_is_name(text), many = ++reading->fields > INFER_FIELDS_MAX;
        if (!fits || many)
            *tail = infer_left_out(text, fits ? "too many fields" : "a name is letters, digits and _", reading->arena);
        else
            *tail = read_field(reading, property, text, is_listed(required, name));
        if (*tail == NULL) return false;
    }
    return true;
}

/* Keywords that hold a text, a number or a limit, and where they go. */
static void gather_rules(struct reading *reading, const json_t *schema, struct draft_field *field)
{
    struct arena *arena = reading->arena;
    const struct {
        const char *keyword;
        struct span *to;
    } numbers[] = {{"minimum", &field->minimum},
                   {"maximum", &field->maximum},
                   {"exclusiveMinimum", &field->exclusive_minimum},
                   {"exclusiveMaximum", &field->exclusive_maximum},
                   {"multipleOf", &field->multiple_of}},
      texts[] = {{"format", &field->format}, {"pattern", &field->pattern}, {"description", &field->doc}};
    const struct {
        const char *keyword;
        int64_t *to;
    } limits[] = {{"minLength", &field->min_length},         {"maxLength", &field->max_length},
                  {"minItems", &field->min_items},           {"maxItems", &field->max_items},
                  {"minProperties", &field->min_properties}, {"maxProperties", &field->max_properties}};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (json_is_number(json_object_get(schema, numbers[i].keyword)))
            *numbers[i].to = infer_number(json_object_get(schema, numbers[i].keyword), arena);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (json_is_string(json_object_get(schema, texts[i].keyword)))
            *texts[i].to = infer_text(json_object_get(schema, texts[i].keyword), arena);
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        if (infer_limit(json_object_get(schema, limits[i].keyword)) != NO_LIMIT)
            *limits[i].to = infer_limit(json_object_get(schema, limits[i].keyword));
    if (json_is_true(json_object_get(schema, "uniqueItems"))) field->unique_items = true;
    const char *encoding = json_string_value(json_object_get(schema, "contentEncoding"));
    if (encoding != NULL && strcmp(encoding, "base64") == 0) field->format = SPAN("byte");
}

/* draft-04 says with a boolean that the bound itself is out. */
static void gather_old_bounds(const json_t *schema, struct draft_field *field)
{
    if (json_is_true(json_object_get(schema, "exclusiveMinimum"))) {
        field->exclusive_minimum = field->minimum;
        field->minimum = (struct span){NULL, 0};
    }
    if (json_is_true(json_object_get(schema, "exclusiveMaximum"))) {
        field->exclusive_maximum = field->maximum;
        field->maximum = (struct span){NULL, 0};
    }
}

static void note_unsaid(const json_t *schema, struct schema_facts *facts)
{
    static const char *const keywords[] = {
        "not",           "if",       "patternProperties", "dependentRequired", "dependencies", "prefixItems",
        "propertyNames", "contains", "dependentSchemas"};
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        if (json_object_get(schema, keywords[i]) != NULL) facts->unsaid = keywords[i];
}

static bool gather_parts(struct reading *reading, const json_t *schema, struct schema_facts *facts, struct draft_field *field)
{
    const char *reference = json_string_value(json_object_get(schema, "$ref"));
    const json_t *all = json_object_get(schema, "allOf");
    if (reference != NULL) {
        const json_t *target = follow(reading, reference);
        if (target == NULL) facts->unsaid = "$ref to another document";
        if (target != NULL && !gather(reading, target, facts, field)) return false;
    }
    for (size_t i = 0; i < json_array_size(all); i++)
        if (!gather(reading, json_array_get(all, i), facts, field)) return false;
    return gather_choice(reading, json_object_get(schema, "anyOf"), facts, field) &&
           gather_choice(reading, json_object_get(schema, "oneOf"), facts, field);
}

static bool is_open(const struct reading *reading, const json_t *schema)
{
    for (unsigned i = 0; i < reading->depth; i++)
        if (reading->open[i] == schema) return true;
    return false;
}

static bool gather(struct reading *reading, const json_t *schema, struct schema_facts *facts, struct draft_field *field)
{
    if (!json_is_object(schema)) return true;
    facts->endless = facts->endless || reading->depth >= INFER_DEPTH_MAX || is_open(reading, schema);
    if (facts->endless) return true;
    reading->open[reading->depth++] = schema;
    bool fine = gather_parts(reading, schema, facts, field) && gather_properties(reading, schema, field);
    read_type(facts, json_object_get(schema, "type"));
    read_values(facts, json_object_get(schema, "enum"));
    const json_t *constant = json_object_get(schema, "const");
    if (constant != NULL) {
        facts->constant = constant;
        narrow(facts, type_of_value(constant));
    }
    if (json_object_get(schema, "items") != NULL) facts->items = json_object_get(schema, "items");
    const json_t *others = json_object_get(schema, "additionalProperties");
    if (json_object_size(others) > 0) facts->others = others;
    gather_rules(reading, schema, field);
    gather_old_bounds(schema, field);
    note_unsaid(schema, facts);
    reading->depth--;
    return fine;
}

/* ---------------------------------------------------------------- the whole */

static struct draft_field *read_field(struct reading *reading, const json_t *schema, struct span name, bool required)
{
    struct schema_facts facts = {.types = SCHEMA_ANY};
    struct draft_field *field = draft_field_create(reading->arena, name, DRAFT_STRING);
    if (field == NULL || !gather(reading, schema, &facts, field)) return NULL;
    field->required = required && (!facts.typed || (facts.types & SCHEMA_NULL) == 0);
    field = schema_facts_finish(&facts, field, reading->arena);
    if (field == NULL || (field->kind != DRAFT_ARRAY && field->kind != DRAFT_MAP)) return field;
    bool map = field->kind == DRAFT_MAP;
    field->items = read_field(reading, map ? facts.others : facts.items, map ? SPAN("value") : SPAN("items"), true);
    if (!map || field->items == NULL || field->items->kind != DRAFT_NOTHING) return field->items != NULL ? field : NULL;
    return infer_left_out(name, "a map, and no one type holds its values", reading->arena);
}

bool infer_json_schema(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault)
{
    json_t *root = infer_load(text, fault);
    if (root == NULL) return false;
    struct reading reading = {.root = root, .arena = arena};
    model->root = read_field(&reading, root, SPAN(""), true);
    struct span title = infer_text(json_object_get(root, "title"), arena);
    if (model->event.data == NULL && title.data != NULL) model->event = draft_slug(title, arena);
    if (model->root != NULL) model->doc = model->root->doc;
    if (json_is_false(json_object_get(root, "additionalProperties"))) model->reject_undeclared = true;
    model->source = SPAN("a JSON Schema");
    json_decref(root);
    *fault = (struct infer_fault){model->root == NULL ? "out of memory" : "the schema is not of an object with properties", 0};
    return model->root != NULL && model->root->kind == DRAFT_OBJECT && model->root->children != NULL;
}
