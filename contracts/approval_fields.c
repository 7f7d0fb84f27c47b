/* approval_fields.c - the projection of a use in its surface: which fields, of which source, in which class, treated how.
 *
 * A field is named by its path; the items of an array, and the entries of a map, are its name and []. The list is sorted, so a
 * field that comes or goes is a few lines of a review. What readers are promised (required, the name in Avro) is no part of it.
 */
#include "contracts/approval_parts.h"
#include "contracts/constant.h"
#include "contracts/diff_parts.h"
#include "contracts/handling_parse.h"
#include "contracts/resolve.h"

#include <stdlib.h>

enum { DEPTH_MAX = YAML_DEPTH_MAX };

static const char *const type_words[] = {
    [TYPE_STRING] = "string",       [TYPE_BYTES] = "bytes",     [TYPE_INT] = "int",
    [TYPE_LONG] = "long",           [TYPE_DECIMAL] = "decimal", [TYPE_FLOAT] = "float",
    [TYPE_DOUBLE] = "double",       [TYPE_BOOLEAN] = "boolean", [TYPE_DATE] = "date",
    [TYPE_TIMESTAMP] = "timestamp", [TYPE_TIME] = "time",       [TYPE_OBJECT] = "object",
    [TYPE_ARRAY] = "array",         [TYPE_MAP] = "map",
};

/* A field with its name in the list. */
struct named {
    struct span name;
    struct field *field;
    unsigned depth;
};

/* ---------------------------------------------------------------- writing */

struct gathering {
    struct surface_writing *writing;
    struct named *rows;
    size_t count;
};

static size_t size_of(const struct field *field)
{
    size_t size = 1 + (field->items != NULL ? size_of(field->items) : 0);
    for (size_t i = 0; i < field->child_count; i++) size += size_of(field->children[i]);
    return size;
}

static void gather(struct gathering *gathering, struct field *field, struct span name);

static void gather_inside(struct gathering *gathering, const struct field *field, struct span name)
{
    struct arena *arena = gathering->writing->arena;
    for (size_t i = 0; i < field->child_count; i++) {
        struct field *child = field->children[i];
        gather(gathering, child,
               name.size == 0 ? child->name : arena_printf(arena, "%.*s.%.*s", SPAN_ARGS(name), SPAN_ARGS(child->name)));
    }
    if (field->items != NULL) gather(gathering, field->items, arena_printf(arena, "%.*s[]", SPAN_ARGS(name)));
}

static void gather(struct gathering *gathering, struct field *field, struct span name)
{
    if (name.data == NULL) {
        gathering->writing->failed = true;
        return;
    }
    gathering->rows[gathering->count++] = (struct named){name, field, 0};
    gather_inside(gathering, field, name);
}

static int by_name(const void *a, const void *b)
{
    return span_compare(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static bool is_items(const struct field *field)
{
    return field->parent != NULL && field->parent->items == field;
}

static void write_type(struct surface_writing *writing, const struct field *field)
{
    yaml_write_text(writing->yaml, "type", span_of(type_words[field->type]));
    if (field->type == TYPE_DECIMAL) {
        yaml_write_int(writing->yaml, "precision", field->precision);
        yaml_write_int(writing->yaml, "scale", field->scale);
    }
    if (field->type == TYPE_TIMESTAMP || field->type == TYPE_TIME) {
        yaml_write_int(writing->yaml, "fractionDigits", field->fraction_digits);
        yaml_write_bool(writing->yaml, "timezone", field->zone);
    }
    if (field->uuid) yaml_write_bool(writing->yaml, "uuid", true);
    if (field->avro_enum) yaml_write_bool(writing->yaml, "enum", true);
}

static void write_field(struct surface_writing *writing, const struct named *row)
{
    const struct field *field = row->field;
    struct yaml_writer *yaml = writing->yaml;
    yaml_write_item(yaml);
    yaml_write_text(yaml, "field", row->name);
    if (field->source != NULL && !is_items(field) && !span_equal(field->source->path, field->path))
        yaml_write_text(yaml, "from", field->source->path);
    write_type(writing, field);
    yaml_write_text(yaml, "classification", span_of(classification_word(field->classification)));
    surface_write_texts(writing, "dataCategories", field->categories, field->category_count);
    if (field->handling.kind != HANDLE_PASS) {
        struct span handling = handling_text(&field->handling, writing->arena);
        if (handling.data == NULL) writing->failed = true;
        yaml_write_text(yaml, "handling", handling);
    }
    surface_write_rules(writing, field);
    yaml_write_item_end(yaml);
}

void surface_write_fields(struct surface_writing *writing, const struct use *use)
{
    size_t count = size_of(use->root);
    struct gathering gathering = {writing, arena_calloc(writing->arena, count, sizeof(struct named)), 0};
    if (gathering.rows == NULL) {
        writing->failed = true;
        return;
    }
    gather_inside(&gathering, use->root, SPAN(""));
    if (gathering.count > 1) qsort(gathering.rows, gathering.count, sizeof *gathering.rows, by_name);
    yaml_write_list(writing->yaml, "fields");
    for (size_t i = 0; i < gathering.count; i++) write_field(writing, &gathering.rows[i]);
    yaml_write_end(writing->yaml);
}

/* ---------------------------------------------------------------- reading: what a field says */

static bool read_type(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    for (unsigned type = 0; type < COUNT_OF(type_words); type++) {
        if (node->kind != YAML_SCALAR || !span_is(node->text, type_words[type])) continue;
        field->type = (enum type)type;
        return true;
    }
    return surface_fail(reading, node, "this is no type of a field");
}

static bool read_class(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    if (node->kind == YAML_SCALAR && classification_find(node->text, &field->classification)) return true;
    return surface_fail(reading, node, "this is no classification");
}

static bool read_categories(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return surface_texts(reading, node, &field->categories, &field->category_count);
}

static bool read_handling(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    struct span text, constant = {NULL, 0};
    struct handling_error error;
    bool quoted;
    if (!surface_text(reading, node, &text)) return false;
    if (!handling_parse(text, reading->arena, &field->handling, &constant, &quoted, &error))
        return surface_fail(reading, error.fault == HANDLING_MEMORY ? NULL : node, error.message);
    field->handling.constant.text = constant;
    return true;
}

/* Small numbers: digits of decimals and seconds. */
static bool read_digits(struct surface_reading *reading, const struct yaml_node *node, int *out)
{
    int64_t value;
    if (!yaml_integer(node, &value) || value < 0 || value > NUMBER_DIGITS_MAX)
        return surface_fail(reading, node, "a number from 0 to 38 is expected here");
    *out = (int)value;
    return true;
}

static bool read_precision(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return read_digits(reading, node, &field->precision);
}

static bool read_scale(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return read_digits(reading, node, &field->scale);
}

static bool read_fraction(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return read_digits(reading, node, &field->fraction_digits);
}

static bool read_flag(struct surface_reading *reading, const struct yaml_node *node, bool *out)
{
    return yaml_boolean(node, out) || surface_fail(reading, node, "true or false is expected here");
}

static bool read_zone(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return read_flag(reading, node, &field->zone);
}

static bool read_uuid(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return read_flag(reading, node, &field->uuid);
}

static bool read_enum(struct surface_reading *reading, const struct yaml_node *node, struct field *field)
{
    return read_flag(reading, node, &field->avro_enum);
}

/* Read before all others, since the rules depend on what they are rules of. */
static const char *const first_keys[] = {"field", "from", "type", "timezone"};

static const struct {
    const char *key;
    bool (*read)(struct surface_reading *reading, const struct yaml_node *node, struct field *field);
} field_keys[] = {
    {"classification", read_class},
    {"dataCategories", read_categories},
    {"handling", read_handling},
    {"precision", read_precision},
    {"scale", read_scale},
    {"fractionDigits", read_fraction},
    {"uuid", read_uuid},
    {"enum", read_enum},
    {"rules", surface_read_rules},
};

static bool is_first(struct span key)
{
    for (size_t i = 0; i < COUNT_OF(first_keys); i++)
        if (span_is(key, first_keys[i])) return true;
    return false;
}

static bool read_keys(struct surface_reading *reading, const struct yaml_node *map, struct field *field)
{
    const struct yaml_node *zone = yaml_get(map, "timezone");
    if (!read_type(reading, yaml_get(map, "type"), field)) return false;
    resolve_open_rules(field);
    if (zone != NULL && !read_zone(reading, zone, field)) return false;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_pair *pair = &map->pairs[i];
        size_t at = 0;
        if (is_first(pair->key->text)) continue;
        while (at < COUNT_OF(field_keys) && !span_is(pair->key->text, field_keys[at].key)) at++;
        if (at == COUNT_OF(field_keys)) return surface_fail(reading, pair->key, "this version knows nothing of that name");
        if (!field_keys[at].read(reading, pair->value, field)) return false;
    }
    return true;
}

/* ---------------------------------------------------------------- reading: the tree */

struct planting {
    struct surface_reading *reading;
    struct named *rows;
    size_t count;
    struct field *root;
};

static struct named *find_row(const struct planting *planting, struct span name)
{
    struct named key = {name, NULL, 0};
    return planting->count == 0 ? NULL : bsearch(&key, planting->rows, planting->count, sizeof key, by_name);
}

/* Where a field of this name lies, by what stands before its last dot or []; its own name goes to *own (empty for items). */
static struct span name_of_parent(struct span name, struct span *own)
{
    if (name.size > 2 && memcmp(name.data + name.size - 2, "[]", 2) == 0) {
        *own = SPAN("");
        return (struct span){name.data, name.size - 2};
    }
    const char *dot = memrchr(name.data, '.', name.size);
    size_t size = dot != NULL ? (size_t)(dot - name.data) : 0;
    *own = dot != NULL ? (struct span){dot + 1, name.size - size - 1} : name;
    return (struct span){name.data, size};
}

static bool attach_items(struct planting *planting, const struct yaml_node *node, struct field *parent, struct field *field)
{
    if (!type_has_items(parent->type) || parent->handling.kind != HANDLE_PASS)
        return surface_fail(planting->reading, node, "[] stands behind an array or a map alone");
    parent->items = field;
    field->path = parent->path;
    return true;
}

static bool attach_member(struct planting *planting, const struct yaml_node *node, struct field *parent, struct field *field)
{
    if (parent->type != TYPE_OBJECT || field->name.size == 0)
        return surface_fail(planting->reading, node, "a field lies in an object");
    parent->child_count++;
    field->path = parent->path.size == 0
                      ? field->name
                      : arena_printf(planting->reading->arena, "%.*s.%.*s", SPAN_ARGS(parent->path), SPAN_ARGS(field->name));
    return field->path.data != NULL || surface_fail(planting->reading, NULL, "out of memory");
}

/* Rows are sorted, so a field's parent stands before it. */
static bool attach(struct planting *planting, const struct yaml_node *node, struct named *row)
{
    struct span own, above = name_of_parent(row->name, &own);
    const struct named *parent_row = find_row(planting, above);
    struct field *parent = above.size == 0 ? planting->root : parent_row != NULL ? parent_row->field : NULL;
    row->depth = parent_row != NULL ? parent_row->depth + 1 : 1;
    if (parent == NULL) return surface_fail(planting->reading, node, "what it lies in does not stand before it");
    if (row->depth > DEPTH_MAX) return surface_fail(planting->reading, node, "it lies too deep");
    row->field->parent = parent;
    row->field->name = row->field->wire_name = own;
    return own.size == 0 ? attach_items(planting, node, parent, row->field) : attach_member(planting, node, parent, row->field);
}

/* What the field is filled from: of the model only its place is known, and no rules. */
static bool make_source(struct planting *planting, const struct yaml_node *map, struct field *field)
{
    const struct yaml_node *from = yaml_get(map, "from");
    struct field *source = surface_room(planting->reading, 1, sizeof *source);
    if (source == NULL) return false;
    source->type = field->type;
    source->path = field->name.size == 0 ? field->parent->source->path : field->path;
    resolve_open_rules(source);
    field->source = source;
    return from == NULL || surface_text(planting->reading, from, &source->path);
}

static bool read_row(struct planting *planting, const struct yaml_node *map)
{
    struct named row = {{NULL, 0}, surface_room(planting->reading, 1, sizeof(struct field)), 0};
    const struct yaml_node *name = yaml_get(map, "field");
    if (row.field == NULL) return false;
    if (name == NULL || yaml_get(map, "type") == NULL || yaml_get(map, "classification") == NULL)
        return surface_fail(planting->reading, map, "a field needs a name, a type and a classification");
    if (!surface_text(planting->reading, name, &row.name)) return false;
    if (planting->count > 0 && span_compare(planting->rows[planting->count - 1].name, row.name) >= 0)
        return surface_fail(planting->reading, name, "fields stand in the order of their names, each once");
    if (!read_keys(planting->reading, map, row.field) || !attach(planting, name, &row)) return false;
    planting->rows[planting->count++] = row;
    return make_source(planting, map, row.field);
}

static bool link_children(struct planting *planting)
{
    for (size_t i = 0; i <= planting->count; i++) {
        struct field *field = i == 0 ? planting->root : planting->rows[i - 1].field;
        field->children = surface_room(planting->reading, field->child_count, sizeof(struct field *));
        if (field->children == NULL) return false;
        field->child_count = 0;
    }
    for (size_t i = 0; i < planting->count; i++) {
        struct field *field = planting->rows[i].field, *parent = field->parent;
        if (field->name.size > 0) parent->children[parent->child_count++] = field;
    }
    return true;
}

static bool make_root(struct planting *planting)
{
    struct field *root = surface_room(planting->reading, 2, sizeof *root);
    if (root == NULL) return false;
    root[0].type = root[1].type = TYPE_OBJECT;
    root[0].path = root[1].path = root[0].name = SPAN("");
    resolve_open_rules(&root[0]);
    resolve_open_rules(&root[1]);
    root[0].source = &root[1];
    planting->root = root;
    return true;
}

bool surface_read_fields(struct surface_reading *reading, const struct yaml_node *list, struct use *use)
{
    struct planting planting = {.reading = reading};
    if (list->kind != YAML_SEQUENCE) return surface_fail(reading, list, "a list of fields is expected here");
    planting.rows = surface_room(reading, list->count, sizeof *planting.rows);
    if (planting.rows == NULL || !make_root(&planting)) return false;
    for (size_t i = 0; i < list->count; i++)
        if (!read_row(&planting, list->items[i])) return false;
    use->root = planting.root;
    return link_children(&planting);
}

/* ---------------------------------------------------------------- completing */

/* The field that readers know as this one now: of the same name, else of the same source; NULL. */
static const struct field *counterpart(const struct field *approved, const struct field *in)
{
    const struct field *found = in != NULL ? diff_child(in, approved->name) : NULL;
    for (size_t i = 0; in != NULL && found == NULL && i < in->child_count; i++) {
        const struct field *source = in->children[i]->source;
        if (source != NULL && span_equal(source->path, approved->source->path)) found = in->children[i];
    }
    return found;
}

/* Where the use stated no rules it took those of its model, whatever they were: those of today stand for them. */
static bool take_rules(struct field *field, const struct field *current, struct arena *arena)
{
    struct diff scratch = {.arena = arena};
    struct diffing diffing = {.diff = &scratch};
    bool states = field->type != TYPE_OBJECT && diff_states_rules(&diffing, field);
    if (states || current == NULL || current->source == NULL || current->type != field->type) return !scratch.failed;
    struct field *source = arena_calloc(arena, 1, sizeof *source);
    if (source == NULL) return false;
    bool object = field->type == TYPE_OBJECT;
    source->rules = current->source->rules;
    source->type = field->type;
    source->path = field->source->path;
    field->source = source;
    field->rules = object ? current->rules : source->rules;
    return !scratch.failed;
}

static bool complete_inside(struct field *field, const struct field *approved, const struct field *current, struct arena *arena)
{
    field->children = arena_calloc(arena, approved->child_count + 1, sizeof(struct field *));
    if (field->children == NULL) return false;
    for (size_t i = 0; i < approved->child_count; i++) {
        struct field *child = surface_complete_fields(approved->children[i], counterpart(approved->children[i], current), arena);
        if (child == NULL) return false;
        child->parent = field;
        field->children[i] = child;
    }
    if (approved->items == NULL) return true;
    field->items = surface_complete_fields(approved->items, current != NULL ? current->items : NULL, arena);
    if (field->items != NULL) field->items->parent = field;
    return field->items != NULL;
}

struct field *surface_complete_fields(const struct field *approved, const struct field *current, struct arena *arena)
{
    struct field *field = arena_calloc(arena, 1, sizeof *field);
    if (field == NULL) return NULL;
    *field = *approved;
    if (current != NULL) {
        bool same = span_equal(field->name, current->name) || field->name.size == 0;
        field->required = current->required;
        field->place = current->place;
        field->wire_name = same ? current->wire_name : field->name;
        if (same) field->name = current->name; /* items are named by their contract */
    }
    return take_rules(field, current, arena) && complete_inside(field, approved, current, arena) ? field : NULL;
}
