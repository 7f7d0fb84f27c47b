/* resolve_twin.c - encryptedName: what an encrypted field is called, wherever it is encrypted.
 *
 * The model fixes the name; a use that encrypts the field lists it under this name, so its contract says what its readers get:
 *
 *     model   {name: email, encryptedName: email_encrypted}
 *     use     {name: email_encrypted, transformLogic: encrypt(key=use)}      its source is `email`
 *
 * The use may list `email`, hashed or masked, beside it. */
#include "contracts/resolve.h"

static void complain(struct resolver *resolver, const struct contract_property *property, const char *key,
                     const struct yaml_node *node, struct span name, const char *what)
{
    odcs_report(&resolver->odcs, "encrypted-name", &property->part, key, node, "'%.*s' %s", SPAN_ARGS(name), what);
}

static bool is_called(const struct contract_property *property, struct span name)
{
    return (property->name != NULL && span_equal(property->name->text, name)) ||
           (property->physical_name != NULL && span_equal(property->physical_name->text, name));
}

void resolve_twins_declared(struct resolver *resolver, const struct contract_property *object)
{
    for (size_t i = 0; i < object->property_count; i++) {
        const struct contract_property *property = &object->properties[i];
        const struct yaml_node *node = property->encrypted_name;
        for (size_t j = 0; node != NULL && j < object->property_count; j++) {
            const struct contract_property *other = &object->properties[j];
            const struct yaml_node *twin = other->encrypted_name;
            if (i != j && is_called(other, node->text))
                complain(resolver, property, "encryptedName", node, node->text, "is the name of another property");
            else if (j < i && twin != NULL && span_equal(twin->text, node->text))
                complain(resolver, property, "encryptedName", node, node->text, "is another property's encryptedName");
        }
    }
}

void resolve_twin_declared(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct yaml_node *node = property->encrypted_name;
    if (node == NULL) return;
    bool item = property->part.index == NO_INDEX;
    if (item || !type_is_scalar(field->type))
        complain(resolver, property, "encryptedName", node, node->text, "names what is no single value of its own");
    else if (!resolve_is_name(node->text))
        complain(resolver, property, "encryptedName", node, node->text, "is no name of letters, digits and _");
    else
        field->encrypted_name = node->text;
}

struct field *resolve_twin_source(const struct field *anchor, struct span name)
{
    for (size_t i = 0; i < anchor->child_count; i++) {
        struct field *child = anchor->children[i];
        if (child->encrypted_name.data != NULL && span_equal(child->encrypted_name, name)) return child;
    }
    return NULL;
}

/* Whether the model's object has another field whose encryptedName this is. */
static bool is_anothers(const struct field *anchor, const struct field *field, struct span name)
{
    const struct field *other = resolve_twin_source(anchor, name);
    return other != NULL && other != field->source;
}

void resolve_twin_judge(struct resolver *resolver, const struct contract_property *property, const struct field *anchor,
                        const struct field *field)
{
    struct span twin = field->source->encrypted_name;
    const struct yaml_node *stated = property->encrypted_name;
    bool encrypts = field->handling.kind == HANDLE_ENCRYPT;
    if (stated != NULL && (twin.data == NULL || !span_equal(stated->text, twin)))
        complain(resolver, property, "encryptedName", stated, stated->text, "is not what the model calls the encrypted field");
    if (property->part.index == NO_INDEX) return;
    if (is_anothers(anchor, field, field->name) || is_anothers(anchor, field, field->wire_name)) {
        complain(resolver, property, "name", property->name, field->wire_name,
                 "is what the model calls another field, encrypted");
        return;
    }
    if (twin.data == NULL) return;
    if (encrypts && !(span_equal(field->name, twin) && span_equal(field->wire_name, twin))) {
        complain(resolver, property, "name", property->name, field->name, "is not what the model calls the encrypted field");
        diagnostics_advise(resolver->odcs.diagnostics, "Write name: %.*s, without a physicalName.", SPAN_ARGS(twin));
    }
    if (!encrypts && (span_equal(field->name, twin) || span_equal(field->wire_name, twin))) {
        complain(resolver, property, "name", property->name, twin,
                 "is the name of the encrypted field, and this is not encrypted");
        diagnostics_advise(resolver->odcs.diagnostics, "Write name: %.*s, or transformLogic: encrypt(key=use).",
                           SPAN_ARGS(field->source->name));
    }
}
