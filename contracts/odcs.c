/* odcs.c - the walk over a document, led by the table of elements.
 *
 *     YAML map + place --(each key)--> row of the table --> shape checked --> node, part or parts stored in the place's struct
 *                            \--> no row: refused where the standard closes the place
 *
 * The walk recurses with the document, whose depth the YAML reader bounds. */
#include "contracts/odcs.h"

#include <stdarg.h>
#include <stdio.h>

static void read_map(struct odcs *odcs, enum element_place place, struct part *part);

void odcs_exhausted(struct odcs *odcs)
{
    odcs->diagnostics->failed = true;
}

struct place contract_place(struct span file, const struct yaml_node *node)
{
    return node == NULL ? (struct place){file, 0, 0} : (struct place){file, node->line, node->column};
}

static struct span path_of(struct arena *arena, const struct part *part)
{
    if (part == NULL || part->parent == NULL || part->key == NULL) return SPAN("");
    struct span above = path_of(arena, part->parent);
    const char *dot = above.size > 0 ? "." : "";
    if (part->index == NO_INDEX) return arena_printf(arena, "%.*s%s%s", SPAN_ARGS(above), dot, part->key);
    return arena_printf(arena, "%.*s%s%s[%u]", SPAN_ARGS(above), dot, part->key, part->index);
}

struct span contract_path(struct arena *arena, const struct part *part, const char *key)
{
    struct span above = path_of(arena, part);
    if (key != NULL) above = arena_printf(arena, "%.*s%s%s", SPAN_ARGS(above), above.size > 0 ? "." : "", key);
    return above.data != NULL ? above : SPAN("");
}

void odcs_report(struct odcs *odcs, const char *rule, const struct part *part, const char *key, const struct yaml_node *node,
                 const char *format, ...)
{
    char detail[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    const struct yaml_node *at = node != NULL ? node : part->node;
    diagnostics_add(odcs->diagnostics, rule, contract_place(odcs->file, at), contract_path(odcs->diagnostics->arena, part, key),
                    "%s", detail);
    const struct diagnostics *list = odcs->diagnostics;
    bool error = !list->failed && list->items[list->count - 1].severity == SEVERITY_ERROR;
    if (odcs->lenient && error) diagnostics_grade(odcs->diagnostics, SEVERITY_WARNING);
}

static bool is_digits(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    }
    return text.size > 0;
}

static bool is_number(const struct yaml_node *value)
{
    return yaml_is(value, YAML_INTEGER) || yaml_is(value, YAML_FLOAT);
}

static bool is_custom(enum element_place place)
{
    return place >= PLACE_CUSTOM_ROOT && place <= PLACE_CUSTOM_OTHER;
}

static bool is_list_of_text(const struct yaml_node *value)
{
    if (value->kind != YAML_SEQUENCE) return false;
    for (size_t i = 0; i < value->count; i++) {
        if (!yaml_is(value->items[i], YAML_STRING)) return false;
    }
    return true;
}

static bool has_shape(const struct element_row *row, const struct yaml_node *value)
{
    unsigned position;
    switch (row->shape) {
    case SHAPE_TEXT: return yaml_is(value, YAML_STRING);
    case SHAPE_WORD: return yaml_is(value, YAML_STRING) && word_find(row->words, value->text, &position);
    case SHAPE_BOOLEAN: return yaml_is(value, YAML_BOOLEAN);
    case SHAPE_INTEGER:
        return yaml_is(value, YAML_INTEGER) || (is_custom(row->place) && value->kind == YAML_SCALAR && is_digits(value->text));
    case SHAPE_BOUND: return is_number(value) || yaml_is(value, YAML_STRING);
    case SHAPE_SCALAR: return value->kind == YAML_SCALAR && value->type != YAML_NULL;
    case SHAPE_TEXTS: return is_list_of_text(value);
    case SHAPE_MAP:
    case SHAPE_PART: return value->kind == YAML_MAP;
    case SHAPE_TEAM: return value->kind != YAML_SCALAR;
    case SHAPE_CONTEXT: return value->kind == YAML_MAP || yaml_is(value, YAML_STRING);
    case SHAPE_LIST:
    case SHAPE_VALUES:
    case SHAPE_PARTS:
    case SHAPE_CUSTOMS: return value->kind == YAML_SEQUENCE;
    case SHAPE_ANY: return true;
    }
    return false;
}

static void report_shape(struct odcs *odcs, const struct element_row *row, const struct part *part, const struct yaml_node *value)
{
    static const char *const wanted[] = {
        [SHAPE_TEXT] = "text",
        [SHAPE_WORD] = "one of",
        [SHAPE_BOOLEAN] = "true or false",
        [SHAPE_INTEGER] = "a whole number",
        [SHAPE_BOUND] = "a number or text",
        [SHAPE_SCALAR] = "a value",
        [SHAPE_TEXTS] = "a list of texts",
        [SHAPE_LIST] = "a list",
        [SHAPE_MAP] = "a map",
        [SHAPE_ANY] = "a value",
        [SHAPE_PART] = "a map",
        [SHAPE_PARTS] = "a list",
        [SHAPE_TEAM] = "a map",
        [SHAPE_CUSTOMS] = "a list of {property, value}",
        [SHAPE_VALUES] = "a list",
        [SHAPE_CONTEXT] = "text or a map",
    };
    const char *rule = is_custom(row->place) ? "custom-property-value" : "element-type";
    if (row->shape == SHAPE_WORD && yaml_is(value, YAML_STRING)) {
        rule = is_custom(row->place) ? rule : "element-value";
        odcs_report(odcs, rule, part, row->name, value, "%s is '%.*s'; it can be: %s", row->name, SPAN_ARGS(value->text),
                    row->words);
        return;
    }
    odcs_report(odcs, rule, part, row->name, value, "%s must be %s%s%s; here it is %s", row->name, wanted[row->shape],
                row->words != NULL ? " " : "", row->words != NULL ? row->words : "", yaml_kind_word(value));
    if (row->shape == SHAPE_TEXT && value->kind == YAML_SCALAR && value->type != YAML_NULL && value->plain)
        diagnostics_advise(odcs->diagnostics, "Quote it: %s: '%.*s'", row->name, SPAN_ARGS(value->text));
}

/* Members of a struct are reached by the table's offsets; pointers are copied as bytes so that no alias rule is bent. */
static void store(void *target, uint16_t offset, const void *pointer)
{
    if (offset != NOT_STORED && target != NULL) memcpy((char *)target + offset, &pointer, sizeof pointer);
}

static void store_count(void *target, uint16_t offset, size_t count)
{
    if (offset != NOT_STORED && target != NULL) memcpy((char *)target + offset, &count, sizeof count);
}

static bool is_id(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (!letter && !(byte >= '0' && byte <= '9') && byte != '_' && byte != '-') return false;
    }
    return text.size > 0;
}

static void check_id(struct odcs *odcs, const struct part *list, const struct yaml_node *items, size_t index)
{
    const struct yaml_node *id = yaml_get(items->items[index], "id");
    if (!yaml_is(id, YAML_STRING)) return;
    if (!is_id(id->text))
        odcs_report(odcs, "id-syntax", list, NULL, id, "the id '%.*s' has other characters", SPAN_ARGS(id->text));
    for (size_t i = 0; i < index; i++) {
        const struct yaml_node *other = yaml_get(items->items[i], "id");
        if (!yaml_is(other, YAML_STRING) || !span_equal(other->text, id->text)) continue;
        odcs_report(odcs, "id-duplicate", list, NULL, id, "the id '%.*s' stands in line %u already", SPAN_ARGS(id->text),
                    other->line);
        return;
    }
}

/* Both ends of a composite key have as many columns. The schema says so too, but takes other lengths. */
static void check_relationship(struct odcs *odcs, const struct part *part)
{
    const struct yaml_node *from = yaml_get(part->node, "from"), *to = yaml_get(part->node, "to");
    if (from == NULL || to == NULL) return;
    size_t left = from->kind == YAML_SEQUENCE ? from->count : 1, right = to->kind == YAML_SEQUENCE ? to->count : 1;
    if (left != right) odcs_report(odcs, "element-value", part, "to", to, "from names %zu properties, to names %zu", left, right);
}

static void check_part(struct odcs *odcs, const struct element_row *row, const struct part *part)
{
    bool property = row->inner == PLACE_PROPERTY && row->shape == SHAPE_PARTS;
    if (property && yaml_get(part->node, "name") == NULL)
        odcs_report(odcs, "element-missing", part, "name", NULL, "a property needs a name");
    if (row->inner == PLACE_RELATIONSHIP) check_relationship(odcs, part);
}

/* Reads `node` as a part of its own into zeroed room of the place's size. */
static void read_part(struct odcs *odcs, const struct element_row *row, struct part *part)
{
    if (part->node->kind != YAML_MAP) {
        odcs_report(odcs, "element-type", part, NULL, NULL, "an entry of %s must be a map; here it is %s", row->name,
                    yaml_kind_word(part->node));
        return;
    }
    check_part(odcs, row, part);
    read_map(odcs, row->inner, part);
}

/* A list of ids is compared pair by pair up to this length; longer lists (fields, by name, are checked elsewhere) are not. */
enum { ID_LIST_MAX = 1000 };

static void read_parts(struct odcs *odcs, const struct element_row *row, const struct part *parent, const struct yaml_node *value,
                       void *target)
{
    size_t size = element_place(row->inner)->size;
    char *parts = arena_calloc(odcs->arena, value->count + 1, size);
    if (parts == NULL) {
        odcs_exhausted(odcs);
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        struct part *part = (struct part *)(void *)(parts + i * size);
        *part = (struct part){parent, value->items[i], row->name, (uint32_t)i};
        read_part(odcs, row, part);
        if (row->inner != PLACE_INPUT && i < ID_LIST_MAX) check_id(odcs, part, value, i);
    }
    store(target, row->offset, parts);
    store_count(target, row->count_offset, value->count);
}

static void *read_one(struct odcs *odcs, const struct element_row *row, const struct part *parent, const struct yaml_node *value)
{
    struct part *part = arena_calloc(odcs->arena, 1, element_place(row->inner)->size);
    if (part == NULL) {
        odcs_exhausted(odcs);
        return NULL;
    }
    *part = (struct part){parent, value, row->name, NO_INDEX};
    read_part(odcs, row, part);
    return part;
}

/* Before 3.1 a team was its list of members; that is still allowed. */
static void read_team(struct odcs *odcs, const struct element_row *row, const struct part *parent, const struct yaml_node *value,
                      void *target)
{
    if (value->kind == YAML_MAP) {
        store(target, row->offset, read_one(odcs, row, parent, value));
        return;
    }
    struct contract_team *team = arena_calloc(odcs->arena, 1, sizeof *team);
    if (team == NULL) {
        odcs_exhausted(odcs);
        return;
    }
    team->part = (struct part){parent, value, row->name, NO_INDEX};
    const struct element_row *members = element_find(PLACE_TEAM, SPAN("members"));
    read_parts(odcs, members, &team->part, value, team);
    store(target, row->offset, team);
}

/* Plain values are left to those who know the field's type. */
static void read_values(struct odcs *odcs, const struct element_row *row, const struct part *parent,
                        const struct yaml_node *value, void *target)
{
    for (size_t i = 0; i < value->count; i++) {
        struct part part = {parent, value->items[i], row->name, (uint32_t)i};
        if (part.node->kind == YAML_MAP) read_part(odcs, row, &part);
        if (part.node->kind == YAML_MAP && i < ID_LIST_MAX) check_id(odcs, &part, value, i);
    }
    store(target, row->offset, value);
}

void odcs_element(struct odcs *odcs, const struct element_row *row, const struct part *part, const struct yaml_node *value,
                  void *target)
{
    if (row->since > odcs->version)
        odcs_report(odcs, "element-version", part, row->name, value, "%s came with v3.%d.0", row->name, (int)row->since);
    if (row->verdict == ELEMENT_NOT_SERVED && odcs->role != CONTRACT_OTHER)
        odcs_report(odcs, "not-served", part, row->name, value, "%s is not served by this version", row->name);
    if (!has_shape(row, value)) {
        report_shape(odcs, row, part, value);
        return;
    }
    if (row->shape == SHAPE_PART)
        store(target, row->offset, read_one(odcs, row, part, value));
    else if (row->shape == SHAPE_PARTS || row->shape == SHAPE_CUSTOMS)
        read_parts(odcs, row, part, value, target);
    else if (row->shape == SHAPE_TEAM)
        read_team(odcs, row, part, value, target);
    else if (row->shape == SHAPE_VALUES)
        read_values(odcs, row, part, value, target);
    else if (row->shape == SHAPE_CONTEXT && value->kind == YAML_MAP)
        store(target, row->offset, read_one(odcs, row, part, value));
    else
        store(target, row->offset, value);
}

/* Servers of other types than the two that concern us have keys of their own. */
static bool is_open(enum element_place place, const struct yaml_node *map)
{
    if (place != PLACE_SERVER) return !element_place(place)->closed;
    const struct yaml_node *type = yaml_get(map, "type");
    return !yaml_is(type, YAML_STRING) || (!span_is(type->text, "kafka") && !span_is(type->text, "api"));
}

static void report_unknown(struct odcs *odcs, enum element_place place, const struct part *part, const struct yaml_pair *pair)
{
    const struct element_row *near = element_nearest(place, pair->key->text);
    odcs_report(odcs, "element-unknown", part, pair->key->text.data, pair->key, "'%.*s' is no element here",
                SPAN_ARGS(pair->key->text));
    if (near != NULL) diagnostics_advise(odcs->diagnostics, "Did you mean '%s'?", near->name);
}

/* `list` is the one that was read last, should the key stand twice. */
static void read_customs(struct odcs *odcs, enum element_place place, const struct element_row *row, const struct yaml_node *list,
                         struct part *part)
{
    if (list->kind != YAML_SEQUENCE) return;
    const struct contract_custom *customs = NULL;
    if (row->offset != NOT_STORED) {
        memcpy(&customs, (const char *)part + row->offset, sizeof(void *));
        if (customs != NULL) odcs_customs(odcs, element_place(place)->customs, customs, list->count, part);
        return;
    }
    struct contract_custom *own = arena_calloc(odcs->arena, list->count + 1, sizeof *own);
    if (own == NULL) {
        odcs_exhausted(odcs);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        own[i].part = (struct part){part, list->items[i], row->name, (uint32_t)i};
        own[i].property = yaml_get(list->items[i], "property");
        own[i].value = yaml_get(list->items[i], "value");
    }
    odcs_customs(odcs, element_place(place)->customs, own, list->count, part);
}

static void check_musts(struct odcs *odcs, enum element_place place, const struct part *part)
{
    size_t count;
    const struct element_row *row = element_rows_of(place, &count);
    for (size_t i = 0; i < count; i++) {
        if (row[i].must && yaml_get(part->node, row[i].name) == NULL)
            odcs_report(odcs, "element-missing", part, row[i].name, NULL, "%s is missing", row[i].name);
    }
}

static void read_map(struct odcs *odcs, enum element_place place, struct part *part)
{
    const struct element_row *customs = NULL;
    const struct yaml_node *list = NULL;
    bool open = is_open(place, part->node);
    for (size_t i = 0; i < part->node->count && !odcs->diagnostics->failed; i++) {
        const struct yaml_pair *pair = &part->node->pairs[i];
        const struct element_row *row = element_find(place, pair->key->text);
        if (row == NULL && !open) report_unknown(odcs, place, part, pair);
        if (row == NULL) continue;
        odcs_element(odcs, row, part, pair->value, part);
        if (row->shape != SHAPE_CUSTOMS) continue;
        customs = row;
        list = pair->value;
    }
    check_musts(odcs, place, part);
    if (customs != NULL) read_customs(odcs, place, customs, list, part);
}

bool odcs_is_contract(const struct yaml_node *root)
{
    const struct yaml_node *kind = yaml_get(root, "kind");
    return (yaml_is(kind, YAML_STRING) && span_is(kind->text, "DataContract")) ||
           yaml_get(root, "dataContractSpecification") != NULL;
}

static bool read_version(struct odcs *odcs, const struct part *root)
{
    static const struct {
        const char *text;
        enum odcs_version version;
    } versions[] = {{"v3.0.0", ODCS_3_0}, {"v3.0.1", ODCS_3_0}, {"v3.0.2", ODCS_3_0}, {"v3.1.0", ODCS_3_1}, {"v3.2.0", ODCS_3_2}};

    const struct yaml_node *node = yaml_get(root->node, "apiVersion");
    struct span text = node != NULL && node->kind == YAML_SCALAR ? node->text : SPAN("");
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        odcs->version = versions[i].version;
        if (span_is(text, versions[i].text)) return true;
    }
    if (node == NULL)
        odcs_report(odcs, "api-version", root, "apiVersion", NULL, "apiVersion is missing");
    else if (span_starts_with(text, SPAN("v2")))
        odcs_report(odcs, "api-version", root, "apiVersion", node, "'%.*s' is version 2 of the standard", SPAN_ARGS(text));
    else
        odcs_report(odcs, "api-version", root, "apiVersion", node, "'%.*s' is none of v3.0.0 to v3.0.2, v3.1.0, v3.2.0",
                    SPAN_ARGS(text));
    return false;
}

struct contract *odcs_read(struct odcs *odcs, const struct yaml_node *root)
{
    struct contract *contract = arena_calloc(odcs->arena, 1, sizeof *contract);
    if (contract == NULL) {
        odcs_exhausted(odcs);
        return NULL;
    }
    contract->part = (struct part){NULL, root, NULL, NO_INDEX};
    contract->file = odcs->file;
    contract->role = odcs->role;
    if (!read_version(odcs, &contract->part)) return NULL;
    contract->odcs = odcs->version;
    read_map(odcs, PLACE_ROOT, &contract->part);
    if (contract->kind != NULL && !span_is(contract->kind->text, "DataContract"))
        odcs_report(odcs, "element-value", &contract->part, "kind", contract->kind, "kind must be DataContract");
    return odcs->diagnostics->failed ? NULL : contract;
}
