/* resolve_model.c - an event model: one schema object, every property stated, the fields that the gateway itself needs. */
#include "contracts/category.h"
#include "contracts/event_name.h"
#include "contracts/fideslang.h"
#include "contracts/resolve.h"

#include <stdlib.h>

struct model_reading {
    struct resolver *resolver;
    struct model *model;
    const struct contract_property *object;
};

static struct field *read_field(struct resolver *resolver, const struct contract_property *property, struct field *parent,
                                enum classification floor);

/* ---------------------------------------------------------------- names */

/* Avro's names: [A-Za-z_][A-Za-z0-9_]*. */
bool resolve_is_name(struct span name)
{
    if (name.size == 0 || (name.data[0] >= '0' && name.data[0] <= '9')) return false;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
        if (!letter) return false;
    }
    return true;
}

bool resolve_names(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    if (property->name == NULL) return false; /* odcs.c has complained */
    field->name = property->name->text;
    field->wire_name = property->physical_name != NULL ? property->physical_name->text : field->name;
    field->place = contract_place(resolver->contract->file, property->part.node);
    const struct yaml_node *wrong = !resolve_is_name(field->name)        ? property->name
                                    : !resolve_is_name(field->wire_name) ? property->physical_name
                                                                         : NULL;
    if (wrong != NULL)
        odcs_report(&resolver->odcs, "name-illegal", &property->part, wrong == property->name ? "name" : "physicalName", wrong,
                    "'%.*s' is no name of letters, digits and _", SPAN_ARGS(wrong->text));
    return true;
}

struct span resolve_field_path(struct resolver *resolver, const struct field *parent, struct span name)
{
    if (parent == NULL || parent->path.size == 0) return name;
    struct span path = arena_printf(resolver->arena, "%.*s.%.*s", SPAN_ARGS(parent->path), SPAN_ARGS(name));
    if (path.data == NULL) odcs_exhausted(&resolver->odcs);
    return path;
}

static int by_name(const void *a, const void *b)
{
    return span_compare((*(struct field *const *)a)->name, (*(struct field *const *)b)->name);
}

static int by_wire_name(const void *a, const void *b)
{
    return span_compare((*(struct field *const *)a)->wire_name, (*(struct field *const *)b)->wire_name);
}

static void report_twins(struct resolver *resolver, const struct contract_property *object, struct field **sorted, size_t count,
                         bool wire)
{
    qsort(sorted, count, sizeof(struct field *), wire ? by_wire_name : by_name);
    for (size_t i = 1; i < count; i++) {
        struct span name = wire ? sorted[i]->wire_name : sorted[i]->name;
        if (!span_equal(name, wire ? sorted[i - 1]->wire_name : sorted[i - 1]->name)) continue;
        if (wire && span_equal(sorted[i]->name, sorted[i - 1]->name)) continue;
        odcs_report(&resolver->odcs, "name-duplicate", &object->part, wire ? "physicalName" : "name", NULL,
                    "'%.*s' stands twice in this object", SPAN_ARGS(name));
    }
}

bool resolve_unique_names(struct resolver *resolver, const struct contract_property *object, const struct field *field)
{
    if (field->child_count < 2) return true;
    struct field **sorted = malloc(field->child_count * sizeof(struct field *));
    if (sorted == NULL) {
        odcs_exhausted(&resolver->odcs);
        return false;
    }
    memcpy(sorted, field->children, field->child_count * sizeof(struct field *));
    report_twins(resolver, object, sorted, field->child_count, false);
    report_twins(resolver, object, sorted, field->child_count, true);
    free(sorted);
    return true;
}

/* ---------------------------------------------------------------- fields */

/* The names of logicalTypeOptions.required become wire names. */
static void map_required_keys(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    struct span *names = resolve_room(resolver, field->rules.required_key_count, sizeof *names);
    if (names == NULL) return;
    for (size_t i = 0; i < field->rules.required_key_count; i++) {
        struct span wanted = field->rules.required_keys[i];
        names[i] = wanted;
        bool found = false;
        for (size_t j = 0; j < field->child_count && !found; j++) {
            found = span_equal(field->children[j]->name, wanted);
            if (found) names[i] = field->children[j]->wire_name;
        }
        if (!found)
            odcs_report(&resolver->odcs, "option-value", &property->options->part, "required", property->options->required,
                        "'%.*s' is no property of this object", SPAN_ARGS(wanted));
    }
    field->rules.required_keys = names;
}

static bool read_children(struct resolver *resolver, const struct contract_property *property, struct field *field,
                          enum classification floor)
{
    if (property->property_count == 0) {
        odcs_report(&resolver->odcs, "element-missing", &property->part, "properties", NULL, "an object needs properties");
        return false;
    }
    field->children = resolve_room(resolver, property->property_count, sizeof(struct field *));
    if (field->children == NULL) return false;
    for (size_t i = 0; i < property->property_count; i++) {
        struct field *child = read_field(resolver, &property->properties[i], field, floor);
        if (child != NULL) field->children[field->child_count++] = child;
    }
    if (field->rules.required_key_count > 0) map_required_keys(resolver, property, field);
    resolve_twins_declared(resolver, property);
    return resolve_unique_names(resolver, property, field);
}

static struct span item_name(struct resolver *resolver, const struct contract_property *items, const struct field *array)
{
    if (items->name != NULL) return items->name->text;
    struct span name = arena_printf(resolver->arena, "%.*s_item", SPAN_ARGS(array->wire_name));
    if (name.data == NULL) odcs_exhausted(&resolver->odcs);
    return name;
}

static bool read_items(struct resolver *resolver, const struct contract_property *property, struct field *field,
                       enum classification floor)
{
    if (property->items == NULL) {
        odcs_report(&resolver->odcs, "items-missing", &property->part, "items", NULL,
                    "the array does not say what its items are");
        return false;
    }
    field->items = read_field(resolver, property->items, field, floor);
    return field->items != NULL;
}

static bool is_identifying(const struct field *field)
{
    return category_match(field, fideslang_is_identifying).data != NULL;
}

/* The class of one field; what it passes on as floor to its children. */
static enum classification read_class(struct resolver *resolver, const struct contract_property *property, struct field *field,
                                      enum classification floor)
{
    bool leaf = type_is_scalar(field->type);
    bool identifying = leaf && (is_identifying(field) || span_equal(field->path, resolver->subject_path));
    enum classification class = floor;
    if (property->classification == NULL) {
        enum classification preset = identifying ? CLASS_RESTRICTED : resolver->options->default_classification;
        if (leaf && preset > class) class = preset;
    } else if (resolve_class(resolver, property, &class) && class < floor) {
        odcs_report(&resolver->odcs, "class-floor", &property->part, "classification", property->classification,
                    "%s is below %s, the class of what it lies in", classification_word(class), classification_word(floor));
    } else if (identifying && class < CLASS_RESTRICTED) { /* somebody's decision, but it is shown */
        odcs_report(&resolver->odcs, "class-identifying", &property->part, "classification", property->classification,
                    "a field that identifies a person is declared %s", classification_word(class));
    }
    field->classification = class;
    return class;
}

/* What a property is called that has no name of its own. */
static const char *kind_word(const struct contract_property *property)
{
    if (property->part.index != NO_INDEX) return "the property";
    return strcmp(property->part.key, "items") == 0 ? "the array's items element" : "the map's value";
}

static void read_flags(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    if (property->required == NULL)
        odcs_report(&resolver->odcs, "required-missing", &property->part, "required", NULL,
                    "%s does not say whether it is required", kind_word(property));
    else
        yaml_boolean_into(property->required, &field->required);
    yaml_boolean_into(property->unique, &field->unique);
    bool primary = false;
    yaml_boolean_into(property->primary_key, &primary);
    if (field->unique && !primary)
        odcs_report(&resolver->odcs, "not-enforced", &property->part, "unique", property->unique,
                    "uniqueness is watched for the primary key alone");
    if (property->logic != NULL)
        odcs_report(&resolver->odcs, "handling-place", &property->part, "transformLogic", property->logic,
                    "a model handles nothing");
}

static bool read_map(struct resolver *resolver, const struct contract_property *property, struct field *field,
                     enum classification floor)
{
    if (property->map == NULL || property->map->key == NULL || property->map->value == NULL) {
        if (property->map == NULL)
            odcs_report(&resolver->odcs, "items-missing", &property->part, "map", NULL,
                        "the map does not say what its keys and values are");
        return false;
    }
    const struct contract_property *entry = resolve_map_entry(resolver, property, false);
    if (entry == NULL) return false;
    field->items = read_field(resolver, entry, field, floor);
    if (field->items == NULL) return false;
    field->items->item_name = resolve_map_value_name(resolver, property, field);
    return field->items->child_count == 2;
}

/* What belongs to another type would promise what nobody checks. */
static void judge_inside(struct resolver *resolver, const struct contract_property *property, const struct field *field)
{
    const char *stray = property->properties != NULL && field->type != TYPE_OBJECT ? "properties"
                        : property->items != NULL && field->type != TYPE_ARRAY     ? "items"
                        : property->map != NULL && field->type != TYPE_MAP         ? "map"
                                                                                   : NULL;
    if (stray != NULL)
        odcs_report(&resolver->odcs, "element-unknown", &property->part, stray, NULL,
                    "only objects have properties, only arrays have items, only maps have a map");
}

static bool read_inside(struct resolver *resolver, const struct contract_property *property, struct field *field,
                        enum classification floor)
{
    if (field->type == TYPE_OBJECT) return read_children(resolver, property, field, floor);
    if (field->type == TYPE_ARRAY) return read_items(resolver, property, field, floor);
    return field->type != TYPE_MAP || read_map(resolver, property, field, floor);
}

static struct field *read_field(struct resolver *resolver, const struct contract_property *property, struct field *parent,
                                enum classification floor)
{
    struct field *field = resolve_room(resolver, 1, sizeof *field);
    if (field == NULL) return NULL;
    field->parent = parent;
    if (parent->type != TYPE_OBJECT) {
        field->place = contract_place(resolver->contract->file, property->part.node);
        field->name = field->wire_name = field->item_name = item_name(resolver, property, parent);
        field->path = parent->path;
    } else {
        if (!resolve_names(resolver, property, field)) return NULL;
        field->path = resolve_field_path(resolver, parent, field->name);
    }
    resolve_map_version(resolver, property);
    if (!resolve_type(resolver, property, field)) return NULL;
    judge_inside(resolver, property, field);
    resolve_rules(resolver, property, field);
    read_flags(resolver, property, field);
    if (!resolve_annotations(resolver, property, field) || !resolve_field_limit(resolver, property, field)) return NULL;
    resolve_twin_declared(resolver, property, field);
    resolve_quality(resolver, property, field);
    enum classification own = read_class(resolver, property, field, floor);
    if (!read_inside(resolver, property, field, own)) return NULL;
    if (property->examples != NULL) resolve_examples(resolver, property, field);
    return field;
}

uint32_t resolve_number_fields(struct field *root)
{
    uint32_t next = root->index + 1;
    for (size_t i = 0; i < root->child_count; i++) {
        root->children[i]->index = next;
        next = resolve_number_fields(root->children[i]);
    }
    if (root->items == NULL) return next;
    root->items->index = next;
    return resolve_number_fields(root->items);
}

/* ---------------------------------------------------------------- paths */

struct field *resolve_path(struct field *root, struct span path)
{
    struct field *at = root;
    while (path.size > 0 && at != NULL) {
        const char *dot = memchr(path.data, '.', path.size);
        size_t length = dot != NULL ? (size_t)(dot - path.data) : path.size;
        while (at->items != NULL) at = at->items;
        struct field *next = NULL;
        for (size_t i = 0; i < at->child_count && next == NULL; i++) {
            if (span_equal(at->children[i]->name, (struct span){path.data, length})) next = at->children[i];
        }
        size_t used = dot != NULL ? length + 1 : length;
        path = (struct span){path.data + used, path.size - used};
        at = next;
    }
    return at == root ? NULL : at;
}

static bool is_one_of_many(const struct field *field)
{
    for (const struct field *at = field->parent; at != NULL; at = at->parent) {
        if (type_has_items(at->type)) return true;
    }
    return false;
}

/* A field named by a customProperty of the object; NULL when not named, or after a complaint. */
static struct field *named_field(const struct model_reading *reading, const char *key, const struct yaml_node *node,
                                 unsigned types, const char *wanted)
{
    if (node == NULL) return NULL;
    struct odcs *odcs = &reading->resolver->odcs;
    struct field *field = resolve_path(reading->model->root, node->text);
    if (field == NULL)
        odcs_report(odcs, "field-path", &reading->object->part, key, node, "%s: there is no field '%.*s'", key,
                    SPAN_ARGS(node->text));
    else if (is_one_of_many(field) || (types & (1U << field->type)) == 0)
        odcs_report(odcs, "field-path", &reading->object->part, key, node, "%s must be %s, outside of arrays and maps", key,
                    wanted);
    else
        return field;
    return NULL;
}

static void read_named_fields(const struct model_reading *reading)
{
    const struct contract_property *object = reading->object;
    struct model *model = reading->model;
    unsigned id_types = 1U << TYPE_STRING | 1U << TYPE_INT | 1U << TYPE_LONG | 1U << TYPE_DECIMAL;
    model->event_time = named_field(reading, "eventTimeField", object->event_time_field, 1U << TYPE_TIMESTAMP, "a timestamp");
    if (model->event_time != NULL && !model->event_time->zone)
        odcs_report(&reading->resolver->odcs, "field-path", &object->part, "eventTimeField", object->event_time_field,
                    "the event time needs a timezone: a local time is no instant");
    model->subject = named_field(reading, "subjectField", object->subject_field, id_types, "a string or a whole number");
    model->residency = named_field(reading, "residencyField", object->residency_field, 1U << TYPE_STRING, "a string");
    model->consent = named_field(reading, "consentField", object->consent_field, 1U << TYPE_OBJECT, "an object");
    model->reject_undeclared = object->undeclared_fields != NULL && span_is(object->undeclared_fields->text, "reject");
}

/* ---------------------------------------------------------------- people */

static bool is_personal(const struct field *field)
{
    for (size_t i = 0; i < field->category_count; i++) {
        if (fideslang_is_descendant(field->categories[i], SPAN("user"))) return true;
    }
    for (size_t i = 0; i < field->child_count; i++) {
        if (is_personal(field->children[i])) return true;
    }
    return field->items != NULL && is_personal(field->items);
}

static void read_subjects(const struct model_reading *reading)
{
    struct resolver *resolver = reading->resolver;
    const struct contract *contract = resolver->contract;
    struct model *model = reading->model;
    if (contract->data_subjects == NULL && resolve_is_written(contract, "dataSubjects")) return;
    if (contract->data_subjects == NULL) {
        odcs_report(&resolver->odcs, "subjects-missing", &contract->part, "customProperties", NULL, "dataSubjects is missing");
        return;
    }
    for (size_t i = 0; i < contract->data_subjects->count; i++)
        resolve_check_key(resolver, FIDESLANG_DATA_SUBJECT, "data-subject", &contract->part, "dataSubjects",
                          contract->data_subjects->items[i]);
    if (!resolve_texts(resolver, contract->data_subjects, &model->subjects, &model->subject_count)) return;
    if (model->subject_count > 0 && reading->object->subject_field == NULL)
        odcs_report(&resolver->odcs, "subject-field", &reading->object->part, "customProperties", NULL,
                    "subjectField is missing");
    if (model->subject_count == 0 && is_personal(model->root))
        odcs_report(&resolver->odcs, "subjects-personal", &contract->part, "dataSubjects", contract->data_subjects,
                    "dataSubjects is empty, and there are user.* categories");
}

static bool read_regulations(const struct model_reading *reading)
{
    const struct contract *contract = reading->resolver->contract;
    const struct catalogue_options *options = reading->resolver->options;
    struct model *model = reading->model;
    if (contract->regulations != NULL)
        return resolve_texts(reading->resolver, contract->regulations, &model->regulations, &model->regulation_count);
    struct span *copy = resolve_room(reading->resolver, options->default_regulation_count, sizeof *copy);
    if (copy == NULL) return false;
    for (size_t i = 0; i < options->default_regulation_count; i++)
        copy[i] = arena_copy(reading->resolver->arena, options->default_regulations[i]);
    model->regulations = copy;
    model->regulation_count = options->default_regulation_count;
    return true;
}

/* ---------------------------------------------------------------- the whole */

static bool read_root(const struct model_reading *reading)
{
    const struct contract_property *object = reading->object;
    struct resolver *resolver = reading->resolver;
    struct field *root = resolve_room(resolver, 1, sizeof *root);
    if (root == NULL || object->name == NULL) return false;
    struct contract_property named = *object; /* the object's physicalName is the event, not a member */
    named.physical_name = NULL;
    reading->model->root = root;
    if (!resolve_names(resolver, &named, root)) return false;
    root->type = TYPE_OBJECT;
    root->required = true;
    root->path = SPAN("");
    resolve_open_rules(root);
    if (object->logical_type != NULL && !span_is(object->logical_type->text, "object"))
        odcs_report(&resolver->odcs, "logical-type", &object->part, "logicalType", object->logical_type,
                    "a schema object is an object");
    if (!resolve_annotations(resolver, object, root) || !read_children(resolver, object, root, CLASS_PUBLIC)) return false;
    root->index = 0;
    reading->model->field_count = resolve_number_fields(root);
    return true;
}

static void fill_identity(struct model *model, const struct identity *identity, const struct sla *sla)
{
    model->id = identity->id;
    model->name = identity->name;
    model->version = identity->version;
    model->major = identity->major;
    model->status = identity->status;
    model->purpose = identity->purpose;
    model->owner = identity->owner;
    model->contact = identity->contact;
    model->general_availability = sla->general_availability;
    model->end_of_support = sla->end_of_support;
    model->end_of_life = sla->end_of_life;
    model->throughput = sla->throughput;
    model->error_rate = sla->error_rate;
}

static const struct contract_property *only_object(struct resolver *resolver, const struct contract *contract)
{
    if (contract->object_count == 1) return &contract->objects[0];
    odcs_report(&resolver->odcs, "one-object", &contract->part, "schema",
                contract->object_count > 1 ? contract->objects[1].part.node : NULL, "there are %zu schema objects",
                contract->object_count);
    return NULL;
}

static void read_event(const struct model_reading *reading)
{
    const struct contract_property *object = reading->object;
    struct resolver *resolver = reading->resolver;
    reading->model->event = object->physical_name != NULL ? object->physical_name->text : object->name->text;
    if (!event_name_fits(reading->model->event))
        odcs_report(&resolver->odcs, "event-name", &object->part, "physicalName", object->physical_name,
                    "'%.*s' is no event name", SPAN_ARGS(reading->model->event));
    const struct contract *contract = resolver->contract;
    if (contract->domain == NULL || contract->domain->text.size == 0)
        odcs_report(&resolver->odcs, "element-missing", &contract->part, "domain", contract->domain, "a model states its domain");
    else
        reading->model->domain = contract->domain->text;
}

/* Of a key of several fields none is unique by itself. */
static void report_parts_of_key(const struct model_reading *reading)
{
    const struct model *model = reading->model;
    for (size_t i = 0; i < model->primary_key_count && model->primary_key_count > 1; i++) {
        const struct field *field = model->primary_key[i];
        if (field->unique)
            diagnostics_add(reading->resolver->odcs.diagnostics, "not-enforced", field->place, field->path,
                            "uniqueness is watched for the primary key as a whole, not for one of its fields");
    }
}

struct model *resolve_model(struct resolver *resolver, const struct contract *contract)
{
    resolve_begin(resolver, contract);
    size_t errors = resolver->odcs.diagnostics->errors;
    struct identity identity;
    struct sla sla;
    struct model *model = resolve_room(resolver, 1, sizeof *model);
    const struct contract_property *object = only_object(resolver, contract);
    bool known = resolve_identity(resolver, &identity);
    bool served = resolve_sla(resolver, &sla);
    if (model == NULL || object == NULL || object->name == NULL || !known || !served) return NULL;
    struct model_reading reading = {resolver, model, object};
    fill_identity(model, &identity, &sla);
    model->place = contract_place(contract->file, contract->part.node);
    resolver->subject_path = object->subject_field != NULL ? object->subject_field->text : (struct span){NULL, 0};
    read_event(&reading);
    resolver->qualities = &model->qualities;
    resolver->quality_count = 0;
    bool rooted = read_root(&reading);
    resolver->qualities = NULL;
    model->quality_count = resolver->quality_count;
    if (!rooted) return NULL;
    read_named_fields(&reading);
    if (!resolve_key(resolver, object, model->root, KEY_PRIMARY, &model->primary_key, &model->primary_key_count)) return NULL;
    report_parts_of_key(&reading);
    read_subjects(&reading);
    if (!read_regulations(&reading) || !resolve_model_limit(resolver, &sla, &model->limit)) return NULL;
    return resolver->odcs.diagnostics->errors == errors ? model : NULL;
}
