/* value.h - one value on its way from a slot of the model to a field of a use. */
#ifndef HEADGATE_CONTRACTS_VALUE_H
#define HEADGATE_CONTRACTS_VALUE_H

#include "contracts/catalogue.h"
#include "contracts/slots.h"

/* Room for the canonical text of any value but a string, which needs none. */
enum { CANONICAL_MAX = NUMBER_TEXT_MAX };

struct value {
    enum type type; /* never object or array */
    int scale;      /* decimal: of as.decimal */
    struct slot as;
};

/* The value that the slot of a model's field holds. */
static inline struct value value_of(const struct field *field, const struct slot *slot)
{
    struct value value = {field->type, field->scale, *slot};
    if (field->type == TYPE_FLOAT || field->type == TYPE_DOUBLE) value.as.number = slot_number(slot);
    return value;
}

/* The value of a contract's constant, which has the field's type. */
struct value value_of_constant(const struct field *field, const struct constant *constant);

/* Canonical text (contracts.md, section 2): what record keys, event identity and hashes are made of. A string is its own UTF-8,
 * so the text may point into the value; everything else is written to `room`. `field` says how many digits a time has. */
struct span value_canonical(const struct value *value, const struct field *field, char room[CANONICAL_MAX]);

/* The number that a value of a numeric type is, exactly. */
struct number value_number(const struct value *value);

/* Turns the value into one of the field's type and scale; false when it is not one: a fraction too many, beyond 64 bits, another
 * kind of value. */
bool value_convert(struct value *value, const struct field *field) MUST_CHECK;

#endif
