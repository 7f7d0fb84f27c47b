/* resolve_map.c - a map as what it is to everything behind the loader: an array of entries, each an object {key, value}.
 *
 * So sources, classes, waivers and rules of keys and values are read by the same code as those of any other field; their paths
 * are those of the map followed by `.key` and `.value`. */
#include "contracts/resolve.h"

static struct yaml_node implied_node(const struct part *part, const char *text, enum yaml_type type)
{
    return (struct yaml_node){
        .kind = YAML_SCALAR, .type = type, .line = part->node->line, .column = part->node->column, .text = span_of(text)};
}

/* What an entry needs beside what is written. */
struct map_entry {
    struct contract_property property;
    struct contract_property members[2];
    struct yaml_node object, always, key, value;
};

/* As it is written, under the name that it has in paths; `written` is NULL in a use that takes it as it is. */
static void fill_member(struct contract_property *member, const struct contract_property *map,
                        const struct contract_property *written, const struct yaml_node *name)
{
    if (written != NULL)
        *member = *written;
    else
        *member = (struct contract_property){.part = map->part, .classification = map->classification};
    member->name = name;
    member->physical_name = NULL;
}

static bool judge_key(struct resolver *resolver, const struct contract_property *key, bool in_use)
{
    size_t errors = resolver->odcs.diagnostics->errors;
    bool required = true;
    yaml_boolean_into(key->required, &required);
    if (!required) odcs_report(&resolver->odcs, "map-key", &key->part, "required", key->required, "a key is always there");
    if (key->logical_type != NULL ? !span_is(key->logical_type->text, "string") : !in_use)
        odcs_report(&resolver->odcs, "map-key", &key->part, "logicalType", key->logical_type, "a key is a string");
    if (key->avro_type != NULL || (key->physical_type != NULL && span_is(key->physical_type->text, "enum")))
        odcs_report(&resolver->odcs, "map-key", &key->part, key->avro_type != NULL ? "avroType" : "physicalType",
                    key->avro_type != NULL ? key->avro_type : key->physical_type, "a key is a plain string in Avro");
    if (key->logic != NULL)
        odcs_report(&resolver->odcs, "not-served", &key->part, "transformLogic", key->logic,
                    "functions on the keys of a map are not served");
    return resolver->odcs.diagnostics->errors == errors;
}

static bool judge_sources(struct resolver *resolver, const struct contract_property *member)
{
    if (member->sources == NULL) return true;
    odcs_report(&resolver->odcs, "field-source", &member->part, "transformSourceObjects", member->sources,
                "the keys and values of a map come from the model's map");
    return false;
}

void resolve_map_version(struct resolver *resolver, const struct contract_property *property)
{
    const struct yaml_node *type = property->logical_type;
    if (type != NULL && span_is(type->text, "map") && resolver->odcs.version < ODCS_3_2)
        odcs_report(&resolver->odcs, "element-version", &property->part, "logicalType", type, "logicalType map came with v3.2.0");
}

const struct contract_property *resolve_map_entry(struct resolver *resolver, const struct contract_property *map, bool in_use)
{
    const struct contract_map *written = map->map;
    struct map_entry *entry = resolve_room(resolver, 1, sizeof *entry);
    if (entry == NULL) return NULL;
    const struct part *part = written != NULL ? &written->part : &map->part;
    entry->object = implied_node(part, "object", YAML_STRING);
    entry->always = implied_node(part, "true", YAML_BOOLEAN);
    entry->key = implied_node(part, "key", YAML_STRING);
    entry->value = implied_node(part, "value", YAML_STRING);
    struct contract_property *key = &entry->members[0], *value = &entry->members[1];
    fill_member(key, map, written != NULL ? written->key : NULL, &entry->key);
    fill_member(value, map, written != NULL ? written->value : NULL, &entry->value);
    if (!judge_key(resolver, key, in_use) || !judge_sources(resolver, key) || !judge_sources(resolver, value)) return NULL;
    if (key->required == NULL) key->required = &entry->always;
    entry->property.part = *part;
    entry->property.properties = entry->members;
    entry->property.property_count = 2;
    if (in_use) return &entry->property;
    entry->property.logical_type = &entry->object;
    entry->property.required = &entry->always;
    return &entry->property;
}

struct span resolve_map_value_name(struct resolver *resolver, const struct contract_property *map, const struct field *field)
{
    const struct contract_property *value = map->map != NULL ? map->map->value : NULL;
    if (value != NULL && value->name != NULL) return value->name->text;
    struct span name = arena_printf(resolver->arena, "%.*s_value", SPAN_ARGS(field->wire_name));
    if (name.data == NULL) odcs_exhausted(&resolver->odcs);
    return name;
}
