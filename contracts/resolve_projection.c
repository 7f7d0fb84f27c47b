/* resolve_projection.c - a use's schema object over its model: which field each property comes from, and what it becomes.
 *
 * A property of the use lies in an object of the use, which stands for an object of the model: its anchor. By default it comes
 * from the anchor's child of the same name; transformSourceObjects names any other field. Two things follow from the way between
 * the two:
 *
 *  1. Arrays. A source must lie in the same array as its anchor: one value of an item cannot be copied into the record, nor one
 * of the record into each item.
 *  2. Presence. The field is there whenever its source and every object between the source and the anchor's line are there. If
 * one of them is optional in the model, the field inherits required: false. */
#include "contracts/resolve.h"

struct projecting {
    struct resolver *resolver;
    struct use *use;
    const struct contract_property *object;
};

/* Where a property lies. */
struct scope {
    struct field *parent;      /* in the use */
    struct field *anchor;      /* the model's object or array that the parent stands for */
    enum classification floor; /* the class that the use states of what the property lies in */
};

static struct field *project(const struct projecting *projecting, const struct contract_property *property,
                             const struct scope *scope);

/* ---------------------------------------------------------------- source */

static const struct field *array_of(const struct field *field)
{
    const struct field *at = field->parent;
    while (at != NULL && !type_has_items(at->type)) at = at->parent;
    return at;
}

static bool is_inside(const struct field *field, const struct field *ancestor)
{
    while (field != NULL && field != ancestor) field = field->parent;
    return field != NULL;
}

/* [object.]path, one of them. */
static struct field *stated_source(const struct projecting *projecting, const struct contract_property *property)
{
    const struct yaml_node *list = property->sources;
    struct odcs *odcs = &projecting->resolver->odcs;
    if (list->count != 1) {
        odcs_report(odcs, "field-source", &property->part, "transformSourceObjects", list, "a field has one source; here are %zu",
                    list->count);
        return NULL;
    }
    struct span path = list->items[0]->text;
    struct span object = projecting->use->model->root->name;
    if (path.size > object.size && span_starts_with(path, object) && path.data[object.size] == '.')
        path = (struct span){path.data + object.size + 1, path.size - object.size - 1};
    struct field *source = resolve_path(projecting->use->model->root, path);
    if (source == NULL)
        odcs_report(odcs, "field-source", &property->part, "transformSourceObjects", list->items[0],
                    "the model has no field '%.*s'", SPAN_ARGS(path));
    return source;
}

static struct field *source_by_name(const struct projecting *projecting, const struct contract_property *property,
                                    const struct field *anchor)
{
    struct span name = property->name->text;
    for (size_t i = 0; i < anchor->child_count; i++) {
        if (span_equal(anchor->children[i]->name, name)) return anchor->children[i];
    }
    struct field *twin = resolve_twin_source(anchor, name);
    if (twin != NULL) return twin;
    odcs_report(&projecting->resolver->odcs, "field-source", &property->part, "name", property->name,
                "the model has no field '%.*s%s%.*s'", SPAN_ARGS(anchor->path), anchor->path.size > 0 ? "." : "",
                SPAN_ARGS(name));
    diagnostics_advise(projecting->resolver->odcs.diagnostics,
                       "Use the model's name, or name the source: transformSourceObjects: [%.*s.FIELD].",
                       SPAN_ARGS(projecting->use->model->root->name));
    return NULL;
}

static struct field *find_source(const struct projecting *projecting, const struct contract_property *property,
                                 struct field *anchor)
{
    struct field *source =
        property->sources != NULL ? stated_source(projecting, property) : source_by_name(projecting, property, anchor);
    struct odcs *odcs = &projecting->resolver->odcs;
    if (source == NULL) return NULL;
    if (array_of(source) != array_of(anchor)) {
        odcs_report(odcs, "field-source", &property->part, "transformSourceObjects", property->sources,
                    "'%.*s' lies in another array or map than this property", SPAN_ARGS(source->path));
        return NULL;
    }
    const struct field *consent = projecting->use->model->consent;
    if (consent == NULL || !is_inside(source, consent)) return source;
    odcs_report(odcs, "consent-projected", &property->part, "name", property->name, "'%.*s' is proof of consent",
                SPAN_ARGS(source->path));
    return NULL;
}

/* Whether the source is there whenever the anchor is. */
static bool is_present(const struct field *source, const struct field *anchor)
{
    bool present = true;
    for (const struct field *at = source; at != NULL && !is_inside(anchor, at); at = at->parent)
        present = present && at->required;
    return present;
}

/* ---------------------------------------------------------------- one field */

static void copy_source(struct field *field, const struct field *source)
{
    struct field own = *field;
    *field = *source;
    field->name = own.name;
    field->place = own.place;
    field->parent = own.parent;
    field->path = own.path;
    field->children = NULL;
    field->child_count = 0;
    field->items = NULL;
    field->source = source;
    field->limit = NULL;               /* what the model permits stays the model's */
    if (source->type == TYPE_OBJECT) { /* rules on keys are the model's object's, not the projection's */
        field->rules.min_properties = field->rules.max_properties = NO_LIMIT;
        field->rules.required_key_count = 0;
    }
}

static void copy_meaning(struct field *field, const struct field *source)
{
    field->source = source;
    field->doc = source->doc;
    field->tags = source->tags;
    field->tag_count = source->tag_count;
    field->critical = source->critical;
    field->classification = source->classification;
}

static void read_required(const struct projecting *projecting, const struct contract_property *property, struct field *field,
                          bool inherited)
{
    bool stated;
    struct odcs *odcs = &projecting->resolver->odcs;
    bool by_rule = field->required && !inherited; /* a quality rule of the use */
    field->required = inherited || by_rule;
    if (property->required == NULL || !yaml_boolean(property->required, &stated)) return;
    if (!stated && inherited)
        odcs_report(odcs, "wider", &property->part, "required", property->required, "required is true in the model");
    if (stated && !inherited) {
        odcs_report(odcs, "unfit", &property->part, "required", property->required, "the model leaves this optional");
        field->required = true;
    }
}

static bool is_leaf(const struct field *field)
{
    return type_is_scalar(field->type);
}

/* `floor` is the class that the use states of what the field lies in. */
static void read_class(const struct projecting *projecting, const struct contract_property *property, struct field *field,
                       enum classification floor)
{
    struct resolver *resolver = projecting->resolver;
    struct odcs *odcs = &resolver->odcs;
    enum classification class = field->source->classification;
    bool stated = property->classification != NULL && resolve_class(resolver, property, &class);
    field->classification = class;
    if (stated && class < floor)
        odcs_report(odcs, "class-floor", &property->part, "classification", property->classification,
                    "%s is below %s, the class of what it lies in", classification_word(class), classification_word(floor));
    if (!stated && class < floor) field->classification = floor;
    if (!is_leaf(field)) return;
    enum classification lowest = handling_lowest_class(&field->handling, field->source);
    if (class < lowest && !resolve_is_waived(resolver, field->path, "class-lowered"))
        odcs_report(odcs, "class-lowered", &property->part, "classification", property->classification,
                    "%s is below %s, the lowest class here", classification_word(class), classification_word(lowest));
    bool raw = field->handling.kind == HANDLE_PASS && field->source->classification == CLASS_RESTRICTED;
    if (raw && !resolve_is_waived(resolver, field->path, "restricted-raw"))
        odcs_report(odcs, "restricted-raw", &property->part, "transformLogic", NULL,
                    "'%.*s' is restricted in the model and passes raw", SPAN_ARGS(field->source->path));
}

static bool fill(const struct projecting *projecting, const struct contract_property *property, struct field *field,
                 struct field *source, bool present)
{
    struct resolver *resolver = projecting->resolver;
    resolve_map_version(resolver, property);
    if (property->physical_name == NULL && span_equal(field->name, source->name)) field->wire_name = source->wire_name;
    if (property->logic != NULL) {
        copy_meaning(field, source);
        if (!resolve_handling(resolver, property, source, field)) return false;
    } else {
        struct span wire_name = field->wire_name;
        copy_source(field, source);
        field->wire_name = wire_name;
        field->required = false;
        if (!resolve_narrow(resolver, property, source, field)) return false;
    }
    read_required(projecting, property, field, present);
    return resolve_annotations(resolver, property, field);
}

/* ---------------------------------------------------------------- objects and arrays */

static bool project_children(const struct projecting *projecting, const struct contract_property *property,
                             const struct scope *inside)
{
    struct resolver *resolver = projecting->resolver;
    struct field *field = inside->parent;
    if (property->property_count == 0) {
        odcs_report(&resolver->odcs, "element-missing", &property->part, "properties", NULL,
                    "list the properties that the use needs: what is not listed is not given");
        return false;
    }
    field->children = resolve_room(resolver, property->property_count, sizeof(struct field *));
    if (field->children == NULL) return false;
    bool whole = true;
    for (size_t i = 0; i < property->property_count; i++) {
        struct field *child = project(projecting, &property->properties[i], inside);
        if (child != NULL) field->children[field->child_count++] = child;
        whole = whole && child != NULL;
    }
    return whole && resolve_unique_names(resolver, property, field);
}

/* Items that are scalars need no element of their own: they are the model's. */
static bool project_items(const struct projecting *projecting, const struct contract_property *property,
                          const struct scope *inside)
{
    if (property->items == NULL && !is_leaf(inside->anchor->items)) {
        odcs_report(&projecting->resolver->odcs, "items-missing", &property->part, "items", NULL,
                    "list the properties that the use needs of the items");
        return false;
    }
    struct contract_property implied = {.part = property->part, .classification = property->classification};
    implied.part.index = NO_INDEX;
    inside->parent->items = project(projecting, property->items != NULL ? property->items : &implied, inside);
    return inside->parent->items != NULL;
}

/* The same for values; keys are always the model's. */
static bool project_map(const struct projecting *projecting, const struct contract_property *property, const struct scope *inside)
{
    bool whole = property->map != NULL && property->map->value != NULL;
    if (!whole && !is_leaf(inside->anchor->items->children[1])) {
        odcs_report(&projecting->resolver->odcs, "items-missing", &property->part, "map", NULL,
                    "list the properties that the use needs of the values");
        return false;
    }
    const struct contract_property *entry = resolve_map_entry(projecting->resolver, property, true);
    inside->parent->items = entry != NULL ? project(projecting, entry, inside) : NULL;
    if (inside->parent->items == NULL) return false;
    const struct contract_property *value = whole ? property->map->value : NULL;
    if (value != NULL && value->name != NULL) inside->parent->items->item_name = value->name->text;
    return true;
}

static bool project_inside(const struct projecting *projecting, const struct contract_property *property,
                           const struct scope *inside)
{
    if (inside->anchor->type == TYPE_OBJECT) return project_children(projecting, property, inside);
    if (inside->anchor->type == TYPE_ARRAY) return project_items(projecting, property, inside);
    if (inside->anchor->type == TYPE_MAP) return project_map(projecting, property, inside);
    return true;
}

static struct field *begin_field(const struct projecting *projecting, const struct contract_property *property,
                                 const struct scope *scope)
{
    struct resolver *resolver = projecting->resolver;
    struct field *field = resolve_room(resolver, 1, sizeof *field);
    if (field == NULL) return NULL;
    field->parent = scope->parent;
    if (!type_has_items(scope->anchor->type)) {
        if (!resolve_names(resolver, property, field)) return NULL;
        field->path = resolve_field_path(resolver, scope->parent, field->name);
        return field;
    }
    field->place = contract_place(resolver->contract->file, property->part.node);
    field->name = field->wire_name = property->name != NULL ? property->name->text : scope->anchor->items->item_name;
    field->path = scope->parent->path;
    return field;
}

static struct field *project(const struct projecting *projecting, const struct contract_property *property,
                             const struct scope *scope)
{
    struct field *anchor = scope->anchor;
    struct field *field = begin_field(projecting, property, scope);
    if (field == NULL) return NULL;
    struct field *source = type_has_items(anchor->type) ? anchor->items : find_source(projecting, property, anchor);
    if (source == NULL || !fill(projecting, property, field, source, is_present(source, anchor))) return NULL;
    if (type_has_items(anchor->type)) field->item_name = field->name;
    resolve_twin_judge(projecting->resolver, property, anchor, field);
    read_class(projecting, property, field, scope->floor);
    struct scope inside = {field, source, property->classification != NULL ? field->classification : scope->floor};
    if (field->handling.kind != HANDLE_PASS) return field;
    return project_inside(projecting, property, &inside) ? field : NULL;
}

static const char *key_fault(enum handling_kind kind)
{
    if (kind == HANDLE_REDACT) return "is redacted: every record would have the same key";
    return kind == HANDLE_ENCRYPT ? "is encrypted: no two records would have the same key, and none would keep its order" : NULL;
}

/* A record key says what it says in the payload, or less: nobody may find an identifier there that the use does not have. */
static void judge_record_key(const struct projecting *projecting)
{
    const struct use *use = projecting->use;
    for (size_t i = 0; i < use->key_count; i++) {
        const char *why = key_fault(use->key[i]->handling.kind);
        if (why == NULL) continue;
        odcs_report(&projecting->resolver->odcs, "record-key", &projecting->object->part, "partitioned", NULL, "'%.*s' %s",
                    SPAN_ARGS(use->key[i]->path), why);
    }
}

bool resolve_projection(struct resolver *resolver, const struct contract_property *object, struct use *use)
{
    struct projecting projecting = {resolver, use, object};
    struct field *root = resolve_room(resolver, 1, sizeof *root);
    if (root == NULL) return false;
    struct field *model_root = use->model->root;
    struct contract_property named = *object; /* the object's physicalName is the topic */
    named.physical_name = NULL;
    if (!resolve_names(resolver, &named, root)) return false;
    root->path = SPAN("");
    root->required = true;
    copy_source(root, model_root);
    struct scope inside = {root, model_root, CLASS_PUBLIC};
    if (!resolve_annotations(resolver, object, root) || !project_children(&projecting, object, &inside)) return false;
    root->index = 0;
    use->field_count = resolve_number_fields(root);
    use->root = root;
    if (!resolve_key(resolver, object, root, KEY_PARTITION, &use->key, &use->key_count)) return false;
    judge_record_key(&projecting);
    return true;
}
