#include "contracts/constant.h"

#include "codecs/date_pattern.h"
#include "codecs/format.h"

static bool rfc3339(const struct field *field, struct span text, int64_t *out)
{
    enum timestamp_zone zone = field->zone ? ZONE_REQUIRED : ZONE_FORBIDDEN;
    int32_t days;
    if (field->type == TYPE_TIMESTAMP) return timestamp_parse(text, zone, out) == TIMESTAMP_OK;
    if (field->type == TYPE_TIME) return time_parse(text, zone, out) == TIMESTAMP_OK;
    if (date_parse(text, &days) != TIMESTAMP_OK) return false;
    *out = days;
    return true;
}

bool constant_time(const struct field *field, struct span text, int64_t *out)
{
    if (rfc3339(field, text, out)) return true;
    if (field->date_pattern == NULL || date_pattern_parse(field->date_pattern, text, field->default_offset, out) != TIMESTAMP_OK)
        return false;
    if (field->type == TYPE_DATE) *out /= US_PER_DAY; /* whole days: exact */
    return true;
}

struct span constant_time_text(const struct field *field, int64_t time, struct arena *arena)
{
    char text[TIMESTAMP_TEXT_MAX];
    size_t size;
    if (field->type == TYPE_DATE)
        size = date_format((int32_t)time, text);
    else if (field->type == TYPE_TIME)
        size = time_format(time, field->fraction_digits, text);
    else
        size = timestamp_format(time, field->fraction_digits, field->zone, text);
    return arena_copy(arena, (struct span){text, size});
}

static const char *read_number(const struct field *field, struct span text, struct arena *arena, struct constant *out)
{
    char canonical[NUMBER_TEXT_MAX];
    int64_t integer;
    int128 unscaled;
    if (number_parse(text, &out->number) != NUMBER_OK) return "it is not a number of at most 38 digits";
    bool whole = field->type == TYPE_INT || field->type == TYPE_LONG;
    if (whole && !number_to_int64(&out->number, &integer)) return "it is not a whole number of 64 bits";
    if (field->type == TYPE_DECIMAL && !number_unscaled(&out->number, field->scale, &unscaled))
        return "it has more fraction digits than the field's scale";
    out->text = arena_copy(arena, (struct span){canonical, number_format(&out->number, canonical)});
    return NULL;
}

static const char *read_time(const struct field *field, struct span text, struct arena *arena, struct constant *out)
{
    if (!constant_time(field, text, &out->time)) {
        if (field->type == TYPE_DATE) return "it is not a date such as 2026-11-22";
        if (field->type == TYPE_TIME)
            return field->zone ? "it is not a time such as 13:44:13Z" : "it is not a time such as 13:44:13";
        return field->zone ? "it is not a date-time with an offset such as 2026-11-22T13:44:13Z"
                           : "it is not a local date-time such as 2026-11-22T13:44:13";
    }
    out->text = constant_time_text(field, out->time, arena);
    return NULL;
}

const char *constant_read(const struct field *field, struct span text, struct arena *arena, struct constant *out)
{
    *out = (struct constant){0};
    switch (field->type) {
    case TYPE_BYTES:
        if (!format_base64(text)) return "it is not base64";
        FALLTHROUGH;
    case TYPE_STRING: out->text = arena_copy(arena, text); return NULL;
    case TYPE_INT:
    case TYPE_LONG:
    case TYPE_DECIMAL:
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return read_number(field, text, arena, out);
    case TYPE_BOOLEAN:
        out->boolean = span_is(text, "true");
        out->text = out->boolean ? SPAN("true") : SPAN("false");
        return out->boolean || span_is(text, "false") ? NULL : "it is not true or false";
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return read_time(field, text, arena, out);
    case TYPE_OBJECT:
    case TYPE_ARRAY:
    case TYPE_MAP: break;
    }
    return "an object or array cannot be a constant";
}

static bool is_text_type(enum type type)
{
    return type == TYPE_STRING || type == TYPE_BYTES || type == TYPE_DATE || type == TYPE_TIMESTAMP || type == TYPE_TIME;
}

const char *constant_read_node(const struct field *field, const struct yaml_node *node, struct arena *arena, struct constant *out)
{
    if (node->kind != YAML_SCALAR || node->type == YAML_NULL) return "it is not a single value";
    if (is_text_type(field->type) && node->type != YAML_STRING) return "it is not text; quote it";
    if (field->type == TYPE_BOOLEAN && node->type != YAML_BOOLEAN) return "it is not true or false";
    bool number = node->type == YAML_INTEGER || node->type == YAML_FLOAT;
    if (!is_text_type(field->type) && field->type != TYPE_BOOLEAN && !number) return "it is not a number";
    if (field->type == TYPE_BOOLEAN) {
        bool value = false;
        yaml_boolean_into(node, &value);
        return constant_read(field, value ? SPAN("true") : SPAN("false"), arena, out);
    }
    return constant_read(field, node->text, arena, out);
}
