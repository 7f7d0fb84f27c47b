/* resolve_key.c - the primary key of a model (what an event is known by) and the record key of a use (where it goes). */
#include "contracts/resolve.h"

#include <stdlib.h>

enum { KEY_MAX = 16 };

enum {
    SCALARS = 1U << TYPE_STRING | 1U << TYPE_INT | 1U << TYPE_LONG | 1U << TYPE_DECIMAL | 1U << TYPE_BOOLEAN | 1U << TYPE_DATE |
              1U << TYPE_TIMESTAMP | 1U << TYPE_TIME | 1U << TYPE_BYTES
};

struct key_part {
    const struct contract_property *property;
    const struct field *field;
    int64_t position;
};

struct gathering {
    struct resolver *resolver;
    enum key_kind kind;
    struct key_part parts[KEY_MAX];
    size_t count;
};

static const char *rule_of(enum key_kind kind)
{
    return kind == KEY_PRIMARY ? "primary-key" : "record-key";
}

static const char *element_of(enum key_kind kind)
{
    return kind == KEY_PRIMARY ? "primaryKey" : "partitioned";
}

static const struct yaml_node *position_of(const struct gathering *gathering, const struct contract_property *property)
{
    return gathering->kind == KEY_PRIMARY ? property->primary_key_position : property->partition_position;
}

static bool is_marked(const struct gathering *gathering, const struct contract_property *property)
{
    bool marked = false;
    return yaml_boolean(gathering->kind == KEY_PRIMARY ? property->primary_key : property->partitioned, &marked) && marked;
}

static const struct field *child_named(const struct field *parent, const struct yaml_node *name)
{
    for (size_t i = 0; name != NULL && i < parent->child_count; i++) {
        if (span_equal(parent->children[i]->name, name->text)) return parent->children[i];
    }
    return NULL;
}

static void add_part(struct gathering *gathering, const struct contract_property *property, const struct field *field)
{
    int64_t position = -1;
    const struct yaml_node *node = position_of(gathering, property);
    if (gathering->count == KEY_MAX) {
        odcs_report(&gathering->resolver->odcs, rule_of(gathering->kind), &property->part, element_of(gathering->kind), NULL,
                    "a key has at most %d fields", KEY_MAX);
        return;
    }
    if (node != NULL && !yaml_integer(node, &position)) position = -1;
    gathering->parts[gathering->count++] = (struct key_part){property, field, position};
}

/* A mark inside an array or a map would be one of many: no key, and nothing to be passed over in silence. */
static void refuse_marks(struct gathering *gathering, const struct contract_property *property)
{
    if (property == NULL) return;
    if (is_marked(gathering, property))
        odcs_report(&gathering->resolver->odcs, rule_of(gathering->kind), &property->part, element_of(gathering->kind), NULL,
                    "a key field lies in no array and in no map");
    for (size_t i = 0; i < property->property_count; i++) refuse_marks(gathering, &property->properties[i]);
    refuse_marks(gathering, property->items);
    if (property->map == NULL) return;
    refuse_marks(gathering, property->map->key);
    refuse_marks(gathering, property->map->value);
}

static void gather(struct gathering *gathering, const struct contract_property *object, const struct field *parent)
{
    for (size_t i = 0; i < object->property_count; i++) {
        const struct contract_property *property = &object->properties[i];
        const struct field *field = child_named(parent, property->name);
        if (field == NULL) continue;
        if (is_marked(gathering, property)) add_part(gathering, property, field);
        if (field->type == TYPE_OBJECT) gather(gathering, property, field);
        refuse_marks(gathering, property->items);
        if (property->map != NULL) refuse_marks(gathering, property->map->key);
        if (property->map != NULL) refuse_marks(gathering, property->map->value);
    }
}

static bool is_always_there(const struct field *field)
{
    for (const struct field *at = field; at->parent != NULL; at = at->parent) {
        if (!at->required) return false;
    }
    return true;
}

static void judge(const struct gathering *gathering, size_t index)
{
    const struct key_part *part = &gathering->parts[index];
    struct odcs *odcs = &gathering->resolver->odcs;
    const char *rule = rule_of(gathering->kind);
    if ((SCALARS & (1U << part->field->type)) == 0)
        odcs_report(odcs, rule, &part->property->part, element_of(gathering->kind), NULL,
                    "a key field is a scalar, and no floating-point number");
    else if (gathering->kind == KEY_PRIMARY && !is_always_there(part->field))
        odcs_report(odcs, rule, &part->property->part, element_of(gathering->kind), NULL,
                    "a key field and all that it lies in are required");
    for (size_t i = 0; i < index; i++) {
        if (gathering->parts[i].position != part->position) continue;
        odcs_report(odcs, rule, &part->property->part, element_of(gathering->kind), position_of(gathering, part->property),
                    "several key fields need different positions");
        return;
    }
}

static int by_position(const void *a, const void *b)
{
    int64_t left = ((const struct key_part *)a)->position;
    int64_t right = ((const struct key_part *)b)->position;
    return (left > right) - (left < right);
}

bool resolve_key(struct resolver *resolver, const struct contract_property *object, struct field *root, enum key_kind kind,
                 const struct field ***out, size_t *count)
{
    struct gathering gathering = {.resolver = resolver, .kind = kind};
    gather(&gathering, object, root);
    for (size_t i = 0; i < gathering.count; i++) judge(&gathering, i);
    qsort(gathering.parts, gathering.count, sizeof *gathering.parts, by_position);
    const struct field **fields = resolve_room(resolver, gathering.count, sizeof(struct field *));
    if (fields == NULL) return false;
    for (size_t i = 0; i < gathering.count; i++) fields[i] = gathering.parts[i].field;
    *out = fields;
    *count = gathering.count;
    return true;
}
