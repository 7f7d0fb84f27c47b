#include "contracts/foreign.h"

#include "contracts/duration.h"
#include "contracts/odcs.h"
#include "contracts/resolve.h"

/* Names are compared pair by pair up to this length of a list. */
enum { NAMES_MAX = 1000 };

static bool is_word(const struct yaml_node *node, const char *word)
{
    return yaml_is(node, YAML_STRING) && span_is(node->text, word);
}

/* ---------------------------------------------------------------- properties */

static void judge_property(struct odcs *odcs, const struct contract_property *property);

static void judge_names(struct odcs *odcs, const struct contract_property *list, size_t count)
{
    for (size_t i = 1; i < count && i < NAMES_MAX; i++) {
        size_t twin = 0;
        while (list[i].name != NULL && twin < i &&
               (list[twin].name == NULL || !span_equal(list[twin].name->text, list[i].name->text)))
            twin++;
        if (list[i].name != NULL && twin < i)
            odcs_report(odcs, "name-duplicate", &list[i].part, "name", list[i].name, "'%.*s' stands twice in this list",
                        SPAN_ARGS(list[i].name->text));
    }
}

static void judge_properties(struct odcs *odcs, const struct contract_property *list, size_t count)
{
    judge_names(odcs, list, count);
    for (size_t i = 0; i < count; i++) judge_property(odcs, &list[i]);
}

static void judge_type(struct odcs *odcs, const struct contract_property *property)
{
    enum type type;
    const struct yaml_node *word = property->logical_type;
    if (word == NULL) return;
    if (!resolve_logical_type(word->text, &type) && !span_is(word->text, "vector"))
        odcs_report(odcs, "logical-type", &property->part, "logicalType", word, "'%.*s' is no logicalType",
                    SPAN_ARGS(word->text));
    if (is_word(word, "array") && property->items == NULL)
        odcs_report(odcs, "items-missing", &property->part, "items", NULL, "the array does not say what its items are");
    if (is_word(word, "map") && property->map == NULL)
        odcs_report(odcs, "items-missing", &property->part, "map", NULL, "the map does not say what its keys and values are");
    if (is_word(word, "map") && odcs->version < ODCS_3_2)
        odcs_report(odcs, "element-version", &property->part, "logicalType", word, "logicalType map came with v3.2.0");
    resolve_stray_options(odcs, property);
}

static void judge_quality(struct odcs *odcs, const struct contract_quality *quality)
{
    size_t operators = 0;
    for (size_t i = 0; i < QUALITY_OPERATORS; i++) operators += quality->operators[i] != NULL;
    if (operators > 1) odcs_report(odcs, "quality", &quality->part, NULL, NULL, "a rule has one operator");
    if (operators > 0 && is_word(quality->type, "text"))
        odcs_report(odcs, "quality", &quality->part, NULL, NULL, "a rule in words has no operator");
}

static void judge_property(struct odcs *odcs, const struct contract_property *property)
{
    judge_type(odcs, property);
    for (size_t i = 0; i < property->quality_count; i++) judge_quality(odcs, &property->qualities[i]);
    judge_properties(odcs, property->properties, property->property_count);
    if (property->items != NULL) judge_property(odcs, property->items);
    if (property->map != NULL && property->map->key != NULL) judge_property(odcs, property->map->key);
    if (property->map != NULL && property->map->value != NULL) judge_property(odcs, property->map->value);
}

/* ---------------------------------------------------------------- SLA */

static const struct contract_property *find(const struct contract_property *list, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].name != NULL && span_equal(list[i].name->text, name)) return &list[i];
    return NULL;
}

/* The properties below `object` (NULL: none) along a dotted path. */
static bool has_path(const struct contract_property *object, struct span path)
{
    while (object != NULL && path.size > 0) {
        const char *dot = memchr(path.data, '.', path.size);
        size_t size = dot != NULL ? (size_t)(dot - path.data) : path.size, used = dot != NULL ? size + 1 : size;
        while (object->items != NULL) object = object->items;
        object = find(object->properties, object->property_count, (struct span){path.data, size});
        path = (struct span){path.data + used, path.size - used};
    }
    return object != NULL;
}

/* object.property, or the property alone where there is one object; an object as a whole. */
static bool names_something(const struct contract *contract, struct span path)
{
    const char *dot = memchr(path.data, '.', path.size);
    struct span first = {path.data, dot != NULL ? (size_t)(dot - path.data) : path.size};
    const struct contract_property *object = find(contract->objects, contract->object_count, first);
    size_t used = dot != NULL ? first.size + 1 : first.size;
    if (object != NULL && has_path(object, (struct span){path.data + used, path.size - used})) return true;
    return contract->object_count == 1 && has_path(&contract->objects[0], path);
}

static struct span trim(struct span text)
{
    while (text.size > 0 && text.data[0] == ' ') text = (struct span){text.data + 1, text.size - 1};
    while (text.size > 0 && text.data[text.size - 1] == ' ') text.size--;
    return text;
}

static void judge_element(struct odcs *odcs, const struct contract *contract, const struct contract_sla *sla)
{
    if (sla->element_path == NULL) return;
    struct span rest = sla->element_path->text;
    while (rest.size > 0) {
        const char *comma = memchr(rest.data, ',', rest.size);
        size_t size = comma != NULL ? (size_t)(comma - rest.data) : rest.size, used = comma != NULL ? size + 1 : size;
        struct span path = trim((struct span){rest.data, size});
        if (!names_something(contract, path))
            odcs_report(odcs, "sla-element", &sla->part, "element", sla->element_path, "there is no '%.*s' here",
                        SPAN_ARGS(path));
        rest = (struct span){rest.data + used, rest.size - used};
    }
}

void foreign_judge(struct odcs *odcs, const struct contract *contract)
{
    judge_properties(odcs, contract->objects, contract->object_count);
    for (size_t i = 0; i < contract->sla_count; i++) {
        const struct contract_sla *sla = &contract->slas[i];
        if (is_word(sla->unit, "m") || is_word(sla->unit, "M"))
            odcs_report(odcs, "duration", &sla->part, "unit", sla->unit, "m is read as minutes by some and as months by others");
        judge_element(odcs, contract, sla);
    }
}
