/* resolve_type.c - what a property holds: logicalType, format, physicalType and Avro hints read together. */
#include "codecs/date_pattern.h"
#include "contracts/near.h"
#include "contracts/resolve.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

struct format_row {
    const char *name;
    int value;
    int precision; /* integers kept as decimals */
};

static const struct format_row string_formats[] = {
    {"uuid", FORMAT_UUID, 0}, {"ipv4", FORMAT_IPV4, 0},   {"ipv6", FORMAT_IPV6, 0},   {"hostname", FORMAT_HOSTNAME, 0},
    {"uri", FORMAT_URI, 0},   {"email", FORMAT_EMAIL, 0}, {"byte", FORMAT_BASE64, 0}, {"binary", FORMAT_BASE64, 0},
};

static const struct format_row integer_formats[] = {
    {"i8", TYPE_INT, 0},        {"i16", TYPE_INT, 0},       {"i32", TYPE_INT, 0},  {"u8", TYPE_INT, 0},
    {"u16", TYPE_INT, 0},       {"u32", TYPE_LONG, 0},      {"i64", TYPE_LONG, 0}, {"u64", TYPE_DECIMAL, 20},
    {"i128", TYPE_DECIMAL, 39}, {"u128", TYPE_DECIMAL, 39},
};

static const struct format_row number_formats[] = {{"f32", TYPE_FLOAT, 0}, {"f64", TYPE_DOUBLE, 0}};

static const struct format_row logical_types[] = {
    {"string", TYPE_STRING, 0},   {"date", TYPE_DATE, 0},    {"timestamp", TYPE_TIMESTAMP, 0}, {"time", TYPE_TIME, 0},
    {"number", TYPE_DOUBLE, 0},   {"integer", TYPE_LONG, 0}, {"object", TYPE_OBJECT, 0},       {"array", TYPE_ARRAY, 0},
    {"boolean", TYPE_BOOLEAN, 0}, {"map", TYPE_MAP, 0},
};

static const struct format_row *find_row(const struct format_row *rows, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++) {
        if (span_is(name, rows[i].name)) return &rows[i];
    }
    return NULL;
}

bool resolve_logical_type(struct span word, enum type *type)
{
    const struct format_row *row = find_row(logical_types, COUNT_OF(logical_types), word);
    if (row != NULL) *type = (enum type)row->value;
    return row != NULL;
}

static const struct yaml_node *format_of(const struct contract_property *property)
{
    return property->options != NULL ? property->options->format : NULL;
}

static bool element_is(const struct yaml_node *node, const char *text)
{
    return node != NULL && span_is(node->text, text);
}

static void read_string_type(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct yaml_node *format = format_of(property);
    const struct format_row *row = format != NULL ? find_row(string_formats, COUNT_OF(string_formats), format->text) : NULL;
    if (format != NULL && row == NULL)
        odcs_report(&resolver->odcs, "format-unknown", &property->options->part, "format", format, "'%.*s' is not enforced",
                    SPAN_ARGS(format->text));
    if (row != NULL) field->rules.format = (enum string_format)row->value;
    field->uuid = field->rules.format == FORMAT_UUID;
    field->avro_enum = element_is(property->physical_type, "enum");
    if (property->avro_type == NULL) return;
    bool bytes = element_is(property->avro_type, "bytes");
    if (bytes && field->rules.format == FORMAT_BASE64)
        field->type = TYPE_BYTES;
    else if (!element_is(property->avro_type, "string"))
        odcs_report(&resolver->odcs, "avro-hint", &property->part, "avroType", property->avro_type,
                    "a string becomes an Avro string; bytes only with format byte or binary");
}

static void read_integer_type(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct yaml_node *format = format_of(property);
    if (format == NULL) return;
    const struct format_row *row = find_row(integer_formats, COUNT_OF(integer_formats), format->text);
    if (row == NULL) {
        odcs_report(&resolver->odcs, "option-value", &property->options->part, "format", format,
                    "'%.*s' is none of i8 i16 i32 i64 i128 u8 u16 u32 u64 u128", SPAN_ARGS(format->text));
        return;
    }
    field->type = (enum type)row->value;
    field->precision = row->precision;
}

/* ---------------------------------------------------------------- decimals */

/* decimal, decimal(9), decimal(9,2); numeric and number likewise, in any case. */
static bool is_decimal(const struct yaml_node *node, int *precision, int *scale)
{
    char word[16] = "";
    int end = 0;
    if (node == NULL || node->text.size > 40) return false;
    int read = sscanf(node->text.data, " %15[A-Za-z] ( %d , %d ) %n", word, precision, scale, &end);
    for (char *at = word; *at != '\0'; at++) *at = (char)tolower((unsigned char)*at);
    bool named = strcmp(word, "decimal") == 0 || strcmp(word, "numeric") == 0 || strcmp(word, "number") == 0;
    if (read == 2) *scale = 0;
    return named;
}

static bool small_int(const struct yaml_node *node, int *out)
{
    if (node == NULL || node->text.size == 0 || node->text.size > 3) return false;
    int value = 0;
    for (size_t i = 0; i < node->text.size; i++) {
        if (!isdigit((unsigned char)node->text.data[i])) return false;
        value = value * 10 + (node->text.data[i] - '0');
    }
    *out = value;
    return true;
}

/* multipleOf 0.01 is a scale of 2, maximum 9999999.99 seven digits before the point. */
static void infer_decimal(const struct contract_property *property, int *precision, int *scale)
{
    struct number step, maximum;
    const struct contract_options *options = property->options;
    if (options == NULL || options->multiple_of == NULL || options->maximum == NULL) return;
    if (number_parse(options->multiple_of->text, &step) != NUMBER_OK ||
        number_parse(options->maximum->text, &maximum) != NUMBER_OK)
        return;
    if (step.coefficient != 1 || step.negative || step.exponent > 0 || maximum.negative || maximum.coefficient == 0) return;
    int whole = maximum.exponent;
    for (uint128 rest = maximum.coefficient; rest > 0; rest /= 10) whole++;
    if (*scale < 0) *scale = -step.exponent;
    if (*precision < 0) *precision = (whole > 0 ? whole : 0) + *scale;
}

static void read_decimal(struct resolver *resolver, const struct contract_property *property, struct field *field, int precision,
                         int scale)
{
    (void)small_int(property->precision, &precision);
    (void)small_int(property->scale, &scale);
    if (precision < 0 || scale < 0) infer_decimal(property, &precision, &scale);
    if (precision >= 0 && scale < 0) scale = 0;
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
        odcs_report(&resolver->odcs, "decimal", &property->part, "physicalType", property->physical_type,
                    "a decimal needs a precision of 1 to 38 digits and a scale of at most that");
        return;
    }
    field->type = TYPE_DECIMAL;
    field->precision = precision;
    field->scale = scale;
}

static void read_number_type(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    int precision = -1;
    int scale = -1;
    const struct yaml_node *format = format_of(property);
    if (is_decimal(property->physical_type, &precision, &scale) || property->precision != NULL) {
        if (format != NULL)
            odcs_report(&resolver->odcs, "decimal", &property->options->part, "format", format, "a decimal is no %.*s",
                        SPAN_ARGS(format->text));
        read_decimal(resolver, property, field, precision, scale);
        return;
    }
    const struct format_row *row = format != NULL ? find_row(number_formats, COUNT_OF(number_formats), format->text) : NULL;
    if (format != NULL && row == NULL)
        odcs_report(&resolver->odcs, "option-value", &property->options->part, "format", format, "'%.*s' is none of f32, f64",
                    SPAN_ARGS(format->text));
    if (row != NULL) field->type = (enum type)row->value;
    if (format == NULL && resolver->contract->role == CONTRACT_MODEL)
        odcs_report(&resolver->odcs, "number-double", &property->part, "logicalType", property->logical_type,
                    "this number is kept as a double");
}

/* ---------------------------------------------------------------- times */

/* UTC, Z, GMT, +02:00, -0530: what does not depend on rules that governments change. */
static bool fixed_offset(struct span text, int64_t *us)
{
    static const char *const zeros[] = {"UTC", "Etc/UTC", "Z", "GMT", "Etc/GMT"};
    *us = 0;
    for (size_t i = 0; i < COUNT_OF(zeros); i++) {
        if (span_is(text, zeros[i])) return true;
    }
    if (span_starts_with(text, SPAN("UTC"))) text = (struct span){text.data + 3, text.size - 3};
    if (text.size < 5 || text.size > 6 || (text.data[0] != '+' && text.data[0] != '-')) return false;
    char copy[8] = "";
    int hours;
    int minutes;
    int end = 0;
    memcpy(copy, text.data + 1, text.size - 1);
    if (sscanf(copy, "%2d:%2d%n", &hours, &minutes, &end) != 2 && sscanf(copy, "%2d%2d%n", &hours, &minutes, &end) != 2)
        return false;
    if (end + 1 != (int)text.size || hours > 23 || minutes > 59 || hours < 0 || minutes < 0) return false;
    *us = (hours * US_PER_HOUR + minutes * US_PER_MINUTE) * (text.data[0] == '-' ? -1 : 1);
    return true;
}

static bool keep_pattern(struct resolver *resolver, struct date_pattern *pattern)
{
    struct owned_pattern *owned = resolve_room(resolver, 1, sizeof *owned);
    if (owned == NULL) {
        date_pattern_destroy(pattern);
        return false;
    }
    owned->pattern = pattern;
    owned->next = resolver->catalogue->patterns;
    resolver->catalogue->patterns = owned;
    return true;
}

static void read_pattern(struct resolver *resolver, const struct contract_property *property, struct field *field,
                         enum date_pattern_kind kind)
{
    const struct yaml_node *format = format_of(property);
    const char *error;
    size_t offset;
    if (format == NULL || date_pattern_is_rfc3339(format->text, kind)) return;
    struct date_pattern *pattern = date_pattern_compile(format->text, kind, &error, &offset);
    if (pattern == NULL) {
        odcs_report(&resolver->odcs, "format-date", &property->options->part, "format", format, "%s (character %zu)", error,
                    offset + 1);
        return;
    }
    if (!keep_pattern(resolver, pattern)) return;
    field->date_pattern = pattern;
    if (field->type != TYPE_DATE && !field->zone && date_pattern_has_zone(pattern))
        odcs_report(&resolver->odcs, "format-date", &property->options->part, "format", format,
                    "the format has an offset and timezone is false");
}

static void read_zone(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct contract_options *options = property->options;
    field->zone = true;
    if (options == NULL) return;
    yaml_boolean_into(options->timezone, &field->zone);
    if (options->default_timezone == NULL) return;
    if (!fixed_offset(options->default_timezone->text, &field->default_offset))
        odcs_report(&resolver->odcs, "option-value", &options->part, "defaultTimezone", options->default_timezone,
                    "only UTC and fixed offsets such as +02:00 are taken: rules of other zones change");
}

static void read_timestamp_type(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    read_zone(resolver, property, field);
    field->fraction_digits = 3;
    const struct yaml_node *hint = property->avro_logical_type;
    if (element_is(hint, field->zone ? "timestamp-micros" : "local-timestamp-micros"))
        field->fraction_digits = 6;
    else if (hint != NULL && !element_is(hint, field->zone ? "timestamp-millis" : "local-timestamp-millis"))
        odcs_report(&resolver->odcs, "avro-hint", &property->part, "avroLogicalType", hint,
                    "this timestamp is %s-millis or %s-micros", field->zone ? "timestamp" : "local-timestamp",
                    field->zone ? "timestamp" : "local-timestamp");
    read_pattern(resolver, property, field, PATTERN_TIMESTAMP);
}

static void read_time_type(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    read_zone(resolver, property, field);
    if (property->options == NULL || property->options->timezone == NULL)
        field->zone = false; /* a time of day is local unless said */
    field->fraction_digits = 6;
    if (property->avro_logical_type != NULL && !element_is(property->avro_logical_type, "time-micros"))
        odcs_report(&resolver->odcs, "avro-hint", &property->part, "avroLogicalType", property->avro_logical_type,
                    "a time is time-micros");
    read_pattern(resolver, property, field, PATTERN_TIME);
}

/* ---------------------------------------------------------------- the whole */

static void report_type(struct resolver *resolver, const struct contract_property *property)
{
    const struct yaml_node *node = property->logical_type;
    if (node == NULL) {
        odcs_report(&resolver->odcs, "logical-type", &property->part, "logicalType", NULL,
                    "a model states the logicalType of every property");
        return;
    }
    if (span_is(node->text, "vector")) {
        odcs_report(&resolver->odcs, "not-served", &property->part, "logicalType", node,
                    "logicalType vector is not served in an event");
        return;
    }
    odcs_report(&resolver->odcs, "logical-type", &property->part, "logicalType", node, "'%.*s' is no logicalType",
                SPAN_ARGS(node->text));
    for (size_t i = 0; i < COUNT_OF(logical_types); i++) {
        if (near_distance(node->text, span_of(logical_types[i].name), 3) < 3)
            diagnostics_advise(resolver->odcs.diagnostics, "Did you mean '%s'?", logical_types[i].name);
    }
}

static void read_hints(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    bool text = field->type == TYPE_STRING || field->type == TYPE_BYTES;
    bool time = field->type == TYPE_TIMESTAMP || field->type == TYPE_TIME;
    if (property->avro_type != NULL && !text)
        odcs_report(&resolver->odcs, "avro-hint", &property->part, "avroType", property->avro_type,
                    "the Avro type of this field follows from its logicalType");
    if (property->avro_logical_type != NULL && !time)
        odcs_report(&resolver->odcs, "avro-hint", &property->part, "avroLogicalType", property->avro_logical_type,
                    "the Avro logicalType of this field follows from its own");
    if ((property->precision != NULL || property->scale != NULL) && field->type != TYPE_DECIMAL)
        odcs_report(&resolver->odcs, "decimal", &property->part, "precision", property->precision,
                    "precision and scale belong to decimals");
}

bool resolve_type(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    if (property->logical_type == NULL || !resolve_logical_type(property->logical_type->text, &field->type)) {
        report_type(resolver, property);
        return false;
    }
    if (element_is(property->semantic_type, "measure"))
        odcs_report(&resolver->odcs, "not-served", &property->part, "semanticType", property->semantic_type,
                    "a measure is no field of an event");
    if (format_of(property) != NULL) field->format_text = format_of(property)->text;
    switch (field->type) {
    case TYPE_STRING: read_string_type(resolver, property, field); break;
    case TYPE_LONG: read_integer_type(resolver, property, field); break;
    case TYPE_DOUBLE: read_number_type(resolver, property, field); break;
    case TYPE_TIMESTAMP: read_timestamp_type(resolver, property, field); break;
    case TYPE_TIME: read_time_type(resolver, property, field); break;
    case TYPE_DATE: read_pattern(resolver, property, field, PATTERN_DATE); break;
    default: break;
    }
    read_hints(resolver, property, field);
    return true;
}
