/* resolve_narrow.c - what a use states of a field that passes: never wider than the model, and applied where it is narrower.
 *
 * The stated part is read by the same readers as a model's property, into a field of its own, and then compared option by option:
 * only what the use states counts, the rest stays the model's. */
#include "contracts/resolve.h"

struct narrowing {
    struct resolver *resolver;
    const struct contract_property *property;
    const struct field *source;
    struct field own;    /* what is stated, read */
    struct field *field; /* the use's field: the source's copy, narrowed */
};

static void wider(const struct narrowing *narrowing, const char *key, const struct yaml_node *node, const char *text)
{
    const struct part *part = &narrowing->property->part;
    odcs_report(&narrowing->resolver->odcs, "wider", part, key, node, "%s %s", key, text);
}

static void narrow_lower(const struct narrowing *narrowing, const char *key, const struct yaml_node *node, int64_t own,
                         int64_t *limit)
{
    if (node == NULL) return;
    if (*limit != NO_LIMIT && own < *limit) wider(narrowing, key, node, "is below the model's");
    *limit = own;
}

static void narrow_upper(const struct narrowing *narrowing, const char *key, const struct yaml_node *node, int64_t own,
                         int64_t *limit)
{
    if (node == NULL) return;
    if (*limit != NO_LIMIT && own > *limit) wider(narrowing, key, node, "is above the model's");
    *limit = own;
}

static bool is_time(enum type type)
{
    return type == TYPE_DATE || type == TYPE_TIME || type == TYPE_TIMESTAMP;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static void narrow_minimum(const struct narrowing *narrowing, const struct yaml_node *node)
{
    const struct rules *own = &narrowing->own.rules;
    struct rules *rules = &narrowing->field->rules;
    int found = is_time(narrowing->own.type) ? order(own->minimum_time, rules->minimum_time)
                                             : number_compare(&own->minimum, &rules->minimum);
    if (rules->has_minimum && (found < 0 || (found == 0 && rules->exclusive_minimum && !own->exclusive_minimum)))
        wider(narrowing, "minimum", node, "is below the model's");
    rules->has_minimum = own->has_minimum;
    rules->exclusive_minimum = own->exclusive_minimum;
    rules->minimum = own->minimum;
    rules->minimum_time = own->minimum_time;
}

static void narrow_maximum(const struct narrowing *narrowing, const struct yaml_node *node)
{
    const struct rules *own = &narrowing->own.rules;
    struct rules *rules = &narrowing->field->rules;
    int found = is_time(narrowing->own.type) ? order(own->maximum_time, rules->maximum_time)
                                             : number_compare(&own->maximum, &rules->maximum);
    if (rules->has_maximum && (found > 0 || (found == 0 && rules->exclusive_maximum && !own->exclusive_maximum)))
        wider(narrowing, "maximum", node, "is above the model's");
    rules->has_maximum = own->has_maximum;
    rules->exclusive_maximum = own->exclusive_maximum;
    rules->maximum = own->maximum;
    rules->maximum_time = own->maximum_time;
}

/* A format names the type; what lies within it is narrowed by bounds. */
static void check_integer_format(const struct narrowing *narrowing, const struct yaml_node *format)
{
    struct span theirs = narrowing->source->format_text.data != NULL ? narrowing->source->format_text : SPAN("i64");
    if (format != NULL && !span_equal(format->text, theirs)) wider(narrowing, "format", format, "is another than the model's");
}

static void narrow_bounds(const struct narrowing *narrowing, const struct contract_options *options)
{
    if (span_is(narrowing->property->logical_type->text, "integer")) check_integer_format(narrowing, options->format);
    const struct yaml_node *minimum = options->minimum != NULL ? options->minimum : options->exclusive_minimum;
    const struct yaml_node *maximum = options->maximum != NULL ? options->maximum : options->exclusive_maximum;
    if (minimum != NULL) narrow_minimum(narrowing, minimum);
    if (maximum != NULL) narrow_maximum(narrowing, maximum);
    if (options->multiple_of == NULL) return;
    struct rules *rules = &narrowing->field->rules;
    if (rules->has_multiple_of && !number_is_multiple(&narrowing->own.rules.multiple_of, &rules->multiple_of))
        wider(narrowing, "multipleOf", options->multiple_of, "is no multiple of the model's");
    rules->has_multiple_of = narrowing->own.rules.has_multiple_of;
    rules->multiple_of = narrowing->own.rules.multiple_of;
}

static void narrow_text(const struct narrowing *narrowing, const struct contract_options *options)
{
    const struct rules *own = &narrowing->own.rules;
    struct rules *rules = &narrowing->field->rules;
    narrow_lower(narrowing, "minLength", options->min_length, own->min_length, &rules->min_length);
    narrow_upper(narrowing, "maxLength", options->max_length, own->max_length, &rules->max_length);
    if (options->pattern != NULL) {
        if (rules->pattern.data != NULL && !span_equal(rules->pattern, own->pattern))
            wider(narrowing, "pattern", options->pattern, "is another than the model's");
        rules->pattern = own->pattern;
    }
    if (options->format != NULL && own->format != FORMAT_NONE) {
        if (rules->format != FORMAT_NONE && rules->format != own->format)
            wider(narrowing, "format", options->format, "is another than the model's");
        rules->format = own->format;
        narrowing->field->uuid = narrowing->own.uuid;
    }
}

static void narrow_array(const struct narrowing *narrowing, const struct contract_options *options)
{
    const struct rules *own = &narrowing->own.rules;
    struct rules *rules = &narrowing->field->rules;
    narrow_lower(narrowing, "minItems", options->min_items, own->min_items, &rules->min_items);
    narrow_upper(narrowing, "maxItems", options->max_items, own->max_items, &rules->max_items);
    if (options->unique_items == NULL) return;
    if (rules->unique_items && !own->unique_items) wider(narrowing, "uniqueItems", options->unique_items, "is true in the model");
    rules->unique_items = own->unique_items;
}

static void narrow_map(const struct narrowing *narrowing, const struct contract_options *options)
{
    const struct rules *own = &narrowing->own.rules;
    struct rules *rules = &narrowing->field->rules;
    narrow_lower(narrowing, "minProperties", options->min_properties, own->min_properties, &rules->min_properties);
    narrow_upper(narrowing, "maxProperties", options->max_properties, own->max_properties, &rules->max_properties);
}

static void narrow_time(const struct narrowing *narrowing, const struct contract_options *options)
{
    bool other = options->timezone != NULL && narrowing->own.zone != narrowing->source->zone;
    if (other) wider(narrowing, "timezone", options->timezone, "is another than the model's");
    if (options->default_timezone != NULL && narrowing->own.default_offset != narrowing->source->default_offset)
        wider(narrowing, "defaultTimezone", options->default_timezone, "is another than the model's");
    bool both_plain = narrowing->own.date_pattern == NULL && narrowing->source->date_pattern == NULL;
    if (options->format != NULL && !both_plain && !span_equal(options->format->text, narrowing->source->format_text))
        wider(narrowing, "format", options->format, "is another than the model's: events come in one format");
}

static void narrow_object(const struct narrowing *narrowing, const struct contract_options *options)
{
    const struct yaml_node *stated = options->required != NULL         ? options->required
                                     : options->min_properties != NULL ? options->min_properties
                                                                       : options->max_properties;
    if (stated == NULL) return;
    odcs_report(&narrowing->resolver->odcs, "not-served", &options->part, NULL, stated,
                "rules on an object's keys are the model's; a use states `required` of its properties");
}

static bool is_listed(const struct rules *rules, struct span text)
{
    for (size_t i = 0; i < rules->enumeration_count; i++) {
        if (span_equal(rules->enumeration[i].text, text)) return true;
    }
    return rules->enumeration_count == 0;
}

static void narrow_values(const struct narrowing *narrowing)
{
    const struct rules *own = &narrowing->own.rules;
    struct rules *rules = &narrowing->field->rules;
    if (own->enumeration_count == 0) return;
    for (size_t i = 0; i < own->enumeration_count; i++) {
        if (is_listed(rules, own->enumeration[i].text)) continue;
        odcs_report(&narrowing->resolver->odcs, "wider", &narrowing->property->part, "quality", NULL,
                    "'%.*s' is none of the model's values", SPAN_ARGS(own->enumeration[i].text));
    }
    rules->enumeration = own->enumeration;
    rules->enumeration_count = own->enumeration_count;
    rules->enumeration_severity = own->enumeration_severity;
}

/* Stated representations have to be the model's: a projection copies, it does not convert. */
static bool same_type(const struct narrowing *narrowing)
{
    const struct contract_property *property = narrowing->property;
    const struct field *own = &narrowing->own;
    const struct field *source = narrowing->source;
    if (strcmp(field_type_word(own), field_type_word(source)) != 0) {
        odcs_report(&narrowing->resolver->odcs, "wider", &property->part, "logicalType", property->logical_type,
                    "logicalType is %.*s; the model's is %s", SPAN_ARGS(property->logical_type->text), field_type_word(source));
        return false;
    }
    bool format = property->options != NULL && property->options->format != NULL;
    bool number = source->type >= TYPE_INT && source->type <= TYPE_DOUBLE;
    bool detailed = (number && (format || own->type == TYPE_DECIMAL)) || property->precision != NULL || property->scale != NULL ||
                    property->avro_type != NULL || property->avro_logical_type != NULL;
    bool same = own->type == source->type && own->precision == source->precision && own->scale == source->scale;
    if (property->avro_logical_type != NULL) same = same && own->fraction_digits == source->fraction_digits;
    if (!detailed || same) return true;
    wider(narrowing, "logicalType", property->logical_type, "leads to another Avro type than the model's");
    return false;
}

/* Bounds are written as the model's values are, and an offset is asked for or refused as there. */
static void inherit_spelling(struct narrowing *narrowing)
{
    const struct contract_options *options = narrowing->property->options;
    const struct field *source = narrowing->source;
    struct field *own = &narrowing->own;
    if (options == NULL || options->format == NULL) own->date_pattern = source->date_pattern;
    if (options == NULL || options->default_timezone == NULL) own->default_offset = source->default_offset;
}

static struct yaml_node implied_text(const struct contract_property *property, struct span text)
{
    const struct yaml_node *at = property->part.node;
    return (struct yaml_node){.kind = YAML_SCALAR, .type = YAML_STRING, .line = at->line, .column = at->column, .text = text};
}

static bool states_nothing(const struct contract_property *property)
{
    return property->logical_type == NULL && property->options == NULL && property->quality_count == 0 &&
           property->enumeration == NULL && property->custom_enum == NULL && property->precision == NULL &&
           property->scale == NULL && property->physical_type == NULL && property->avro_type == NULL &&
           property->avro_logical_type == NULL;
}

static bool is_decimal_word(const struct yaml_node *physical)
{
    return physical != NULL && (span_is(physical->text, "decimal") || span_is(physical->text, "numeric"));
}

/* A use's property with what its readers need of the model's beside it. */
struct statement {
    struct contract_property property;
    struct contract_options options;
    struct yaml_node type, zone;
};

static void complete(struct statement *stated, const struct contract_property *property, const struct field *source)
{
    bool has_zone = source->type == TYPE_TIMESTAMP || source->type == TYPE_TIME;
    stated->property = *property;
    stated->options = property->options != NULL ? *property->options : (struct contract_options){.part = property->part};
    stated->type = implied_text(property, span_of(field_type_word(source)));
    stated->zone = implied_text(property, source->zone ? SPAN("true") : SPAN("false"));
    stated->zone.type = YAML_BOOLEAN;
    if (property->logical_type == NULL) stated->property.logical_type = &stated->type;
    if (stated->options.timezone == NULL) stated->options.timezone = &stated->zone;
    if (has_zone) stated->property.options = &stated->options;
    if (is_decimal_word(property->physical_type) && property->precision == NULL)
        stated->property.physical_type = NULL; /* the model's precision and scale */
}

static void narrow_options(const struct narrowing *narrowing, const struct contract_options *options)
{
    enum type type = narrowing->source->type;
    narrow_text(narrowing, options);
    narrow_bounds(narrowing, options);
    narrow_array(narrowing, options);
    if (is_time(type)) narrow_time(narrowing, options);
    if (type == TYPE_OBJECT) narrow_object(narrowing, options);
    if (type == TYPE_MAP) narrow_map(narrowing, options);
    resolve_check_bounds(narrowing->resolver, narrowing->property, narrowing->field);
}

bool resolve_narrow(struct resolver *resolver, const struct contract_property *property, const struct field *source,
                    struct field *field)
{
    if (states_nothing(property)) return true;
    struct statement stated;
    complete(&stated, property, source);
    struct narrowing narrowing = {.resolver = resolver, .property = &stated.property, .source = source, .field = field};
    narrowing.own.parent = field->parent;
    if (!resolve_type(resolver, &stated.property, &narrowing.own) || !same_type(&narrowing)) return false;
    inherit_spelling(&narrowing);
    resolve_stated_rules(resolver, &stated.property, &narrowing.own);
    resolve_quality(resolver, &stated.property, &narrowing.own);
    if (stated.property.options != NULL) narrow_options(&narrowing, stated.property.options);
    narrow_values(&narrowing);
    if (narrowing.own.required) field->required = true; /* by a quality rule */
    if (narrowing.own.avro_enum) field->avro_enum = true;
    return true;
}
