#include "contracts/value.h"

struct number value_number(const struct value *value)
{
    if (value->type == TYPE_INT || value->type == TYPE_LONG) return number_of_int(value->as.integer);
    if (value->type != TYPE_DECIMAL) return value->as.number;
    int128 unscaled = value->as.decimal;
    struct number number = {unscaled < 0 ? -(uint128)unscaled : (uint128)unscaled, -value->scale, unscaled < 0};
    number_normalize(&number);
    return number;
}

struct value value_of_constant(const struct field *field, const struct constant *constant)
{
    struct value value = {.type = field->type, .scale = field->scale};
    switch (field->type) {
    case TYPE_STRING:
    case TYPE_BYTES: value.as.string = (struct json_string){.text = constant->text, .ascii = false}; break;
    case TYPE_INT:
    case TYPE_LONG:
    case TYPE_DECIMAL:
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
        value.type = TYPE_DOUBLE;
        value.as.number = constant->number;
        break;
    case TYPE_BOOLEAN: value.as.boolean = constant->boolean; break;
    default: value.as.integer = constant->time; break;
    }
    return value;
}

/* ---------------------------------------------------------------- canonical text */

static size_t format_integer(int64_t value, char *out)
{
    struct number number = number_of_int(value);
    return number_format(&number, out);
}

static struct span canonical_boolean(bool value)
{
    return value ? SPAN("true") : SPAN("false");
}

struct span value_canonical(const struct value *value, const struct field *field, char room[CANONICAL_MAX])
{
    struct number number;
    size_t size = 0;
    switch (value->type) {
    case TYPE_STRING:
    case TYPE_BYTES: return value->as.string.text;
    case TYPE_BOOLEAN: return canonical_boolean(value->as.boolean);
    case TYPE_INT:
    case TYPE_LONG: size = format_integer(value->as.integer, room); break;
    case TYPE_DECIMAL:
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
        number = value_number(value);
        size = number_format(&number, room);
        break;
    case TYPE_DATE: size = date_format((int32_t)value->as.integer, room); break;
    case TYPE_TIMESTAMP: size = timestamp_format(value->as.integer, field->fraction_digits, field->zone, room); break;
    case TYPE_TIME: size = time_format(value->as.integer, field->fraction_digits, room); break;
    case TYPE_OBJECT:
    case TYPE_ARRAY:
    case TYPE_MAP: break;
    }
    return (struct span){room, size};
}

/* ---------------------------------------------------------------- conversion */

static bool is_number(enum type type)
{
    return type == TYPE_INT || type == TYPE_LONG || type == TYPE_DECIMAL || type == TYPE_FLOAT || type == TYPE_DOUBLE;
}

static bool convert_number(struct value *value, const struct field *field)
{
    struct number number = value_number(value);
    value->type = field->type;
    value->scale = field->scale;
    switch (field->type) {
    case TYPE_INT: return number_to_int64(&number, &value->as.integer) && (int32_t)value->as.integer == value->as.integer;
    case TYPE_LONG: return number_to_int64(&number, &value->as.integer);
    case TYPE_DECIMAL: return number_unscaled(&number, field->scale, &value->as.decimal);
    case TYPE_FLOAT: value->as.number = number; return __builtin_isfinite((float)number_to_double(&number));
    default: value->as.number = number; return true;
    }
}

bool value_convert(struct value *value, const struct field *field)
{
    bool text = value->type == TYPE_STRING || value->type == TYPE_BYTES;
    if (text && (field->type == TYPE_STRING || field->type == TYPE_BYTES)) {
        value->type = field->type;
        return true;
    }
    if (is_number(value->type) && is_number(field->type))
        return (value->type == field->type && value->scale == field->scale) || convert_number(value, field);
    return value->type == field->type;
}
