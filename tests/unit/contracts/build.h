/* build.h - models and uses by hand, for tests of what is derived from them: no files, no loader. */
#ifndef HEADGATE_TESTS_BUILD_H
#define HEADGATE_TESTS_BUILD_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"

#include <stdlib.h>

/* Tests end the program when their small arena runs out: a NULL would only crash later. */
static inline void *build_alloc(struct arena *arena, size_t count, size_t size)
{
    void *room = arena_calloc(arena, count, size);
    if (room == NULL) abort();
    return room;
}

static inline struct field *build_field(struct arena *arena, const char *name, enum type type, bool required)
{
    struct field *field = build_alloc(arena, 1, sizeof *field);
    field->name = field->wire_name = field->path = span_of(name);
    field->type = type;
    field->required = required;
    field->classification = CLASS_INTERNAL;
    field->rules.min_length = field->rules.max_length = NO_LIMIT;
    field->rules.min_items = field->rules.min_properties = field->rules.max_properties = NO_LIMIT;
    field->rules.max_items = 1000;
    field->fraction_digits = type == TYPE_TIME ? 6 : 3;
    field->zone = true;
    return field;
}

/* Children: at most 16 a field. */
static inline struct field *build_child(struct arena *arena, struct field *parent, struct field *child)
{
    if (parent->children == NULL) parent->children = build_alloc(arena, 16, sizeof *parent->children);
    child->parent = parent;
    parent->children[parent->child_count++] = child;
    return child;
}

static inline struct field *build_add(struct arena *arena, struct field *parent, const char *name, enum type type, bool required)
{
    return build_child(arena, parent, build_field(arena, name, type, required));
}

static inline struct field *build_items(struct arena *arena, struct field *array, const char *item_name, enum type type,
                                        bool required)
{
    array->items = build_field(arena, item_name, type, required);
    array->items->item_name = span_of(item_name);
    array->items->parent = array;
    return array->items;
}

/* The use's counterpart of a model field: the same, with a source. */
static inline struct field *build_take(struct arena *arena, struct field *parent, const struct field *source)
{
    struct field *field = build_alloc(arena, 1, sizeof *field);
    *field = *source;
    field->source = source;
    field->children = NULL;
    field->child_count = 0;
    return build_child(arena, parent, field);
}

/* A model of the event payment.authorized with the primary key event_id. */
static inline struct model *build_model(struct arena *arena)
{
    struct model *model = build_alloc(arena, 1, sizeof *model);
    const struct field **key = build_alloc(arena, 1, sizeof *key);
    model->id = SPAN("urn:acme:payments:model:payment_authorized");
    model->name = SPAN("payment_authorized");
    model->version = SPAN("1.2.0");
    model->major = 1;
    model->status = STATUS_ACTIVE;
    model->domain = SPAN("payments");
    model->event = SPAN("payment.authorized");
    model->limit.retention = NO_LIMIT;
    model->root = build_field(arena, "payment_authorized", TYPE_OBJECT, true);
    struct field *event_id = build_add(arena, model->root, "event_id", TYPE_STRING, true);
    event_id->rules.format = FORMAT_UUID;
    model->primary_key = key;
    model->primary_key[0] = event_id;
    model->primary_key_count = 1;
    return model;
}

/* A use of it, fraud_detection, that takes event_id; retention 30 d, latency 5 s. */
static inline struct use *build_use(struct arena *arena, struct model *model)
{
    static const struct span subjects[] = {{"customer", 8}}, regulations[] = {{"GDPR", 4}, {"PCI DSS", 7}};
    static const struct span residency[] = {{"EU", 2}};
    struct use *use = build_alloc(arena, 1, sizeof *use);
    use->id = SPAN("urn:acme:risk:use:fraud_detection");
    use->name = SPAN("fraud_detection");
    use->version = SPAN("1.0.0");
    use->place = (struct place){SPAN("fraud.yaml"), 1, 1};
    use->major = 1;
    use->status = STATUS_ACTIVE;
    use->model = model;
    use->domain = model->domain;
    use->purpose = SPAN("Decide whether a payment looks fraudulent.");
    use->data_use = SPAN("essential.fraud_detection");
    use->legal_basis = BASIS_LEGITIMATE_INTEREST;
    use->root = build_field(arena, "payment_authorized", TYPE_OBJECT, true);
    use->subjects = subjects;
    use->subject_count = 1;
    use->regulations = regulations;
    use->regulation_count = 2;
    use->residency = residency;
    use->residency_count = 1;
    use->latency = 5 * US_PER_SECOND;
    use->latency_stated = true;
    use->retention = 30 * US_PER_DAY;
    use->stated_topic_retention = use->retain_at_least = use->frequency = NO_LIMIT;
    use->general_availability = use->end_of_support = use->end_of_life = NO_TIME;
    use->namespace_text = SPAN("com.acme.payments.fraud_detection.v1");
    build_take(arena, use->root, model->root->children[0]);
    return use;
}

#endif
