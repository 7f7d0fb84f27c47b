/* resolve_quality.c - which quality rules are judged per event, and what they add to a field's rules.
 *
 * Per event: nullValues and missingValues with mustBe 0 (the field is required), invalidValues with mustBe 0 and validValues (an
 * enumeration) or a pattern. Everything else needs many events, a query or a reader. */
#include "contracts/constant.h"
#include "contracts/pattern.h"
#include "contracts/resolve.h"

static void report(struct resolver *resolver, const struct contract_quality *quality, const char *rule, const char *text)
{
    odcs_report(&resolver->odcs, rule, &quality->part, NULL, NULL, "%s", text);
}

static bool element_is(const struct yaml_node *node, const char *text)
{
    return node != NULL && span_is(node->text, text);
}

static enum severity severity_of(struct resolver *resolver, const struct contract_quality *quality)
{
    if (quality->severity == NULL || element_is(quality->severity, "error")) return SEVERITY_ERROR;
    if (element_is(quality->severity, "warning")) return SEVERITY_WARNING;
    if (element_is(quality->severity, "info")) return SEVERITY_INFO;
    odcs_report(&resolver->odcs, "quality", &quality->part, "severity", quality->severity, "severity is error, warning or info");
    return SEVERITY_ERROR;
}

/* The one operator; QUALITY_OPERATORS when there is none. */
static enum quality_operator operator_of(struct resolver *resolver, const struct contract_quality *quality)
{
    int found = QUALITY_OPERATORS;
    for (int i = 0; i < QUALITY_OPERATORS; i++) {
        if (quality->operators[i] == NULL) continue;
        if (found != QUALITY_OPERATORS) report(resolver, quality, "quality", "a rule has one operator");
        found = i;
    }
    return (enum quality_operator)found;
}

static bool is_zero(const struct yaml_node *node, const char *zero)
{
    struct number value, wanted;
    if (node == NULL || node->kind != YAML_SCALAR || number_parse(node->text, &value) != NUMBER_OK) return false;
    return number_parse(span_of(zero), &wanted) == NUMBER_OK && number_compare(&value, &wanted) == 0;
}

/* mustBe: 0 or mustBeLessThan: 1, of rows and not of percent. */
static bool is_for_every_event(const struct contract_quality *quality, enum quality_operator operator)
{
    if (element_is(quality->unit, "percent")) return operator== MUST_BE && is_zero(quality->operators[MUST_BE], "0");
    if (operator== MUST_BE) return is_zero(quality->operators[MUST_BE], "0");
    return operator== MUST_BE_LESS && is_zero(quality->operators[MUST_BE_LESS], "1");
}

/* ---------------------------------------------------------------- enumerations */

static bool is_listed(const struct constant *list, size_t count, struct span text)
{
    for (size_t i = 0; i < count; i++) {
        if (span_equal(list[i].text, text)) return true;
    }
    return false;
}

/* Values beyond this number are not compared pair by pair. */
enum { LIST_MAX = 2000 };

static void read_values(struct resolver *resolver, const struct part *part, const struct yaml_node *list, struct field *field,
                        enum severity severity)
{
    if (list->kind != YAML_SEQUENCE || list->count == 0) {
        odcs_report(&resolver->odcs, "quality", part, NULL, list, "the allowed values are a list of one or more");
        return;
    }
    if (field->rules.enumeration_count > 0) {
        odcs_report(&resolver->odcs, "quality", part, NULL, list, "the field has a list of allowed values already");
        return;
    }
    struct constant *values = resolve_room(resolver, list->count, sizeof *values);
    size_t count = 0;
    if (values == NULL) return;
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *node = list->items[i];
        if (node->kind == YAML_MAP) node = yaml_get(node, "value"); /* 3.2: {value, label, ...} */
        const char *error = node == NULL ? "it has no value" : constant_read_node(field, node, resolver->arena, &values[count]);
        if (error != NULL)
            odcs_report(&resolver->odcs, "quality", part, NULL, list->items[i], "allowed value %zu does not fit the field: %s",
                        i + 1, error);
        else if (i < LIST_MAX && is_listed(values, count, values[count].text))
            odcs_report(&resolver->odcs, "quality", part, NULL, node, "the allowed value '%.*s' stands twice",
                        SPAN_ARGS(node->text));
        else
            count++;
    }
    field->rules.enumeration = values;
    field->rules.enumeration_count = count;
    field->rules.enumeration_severity = severity;
}

/* The CLI also writes the list as JSON text, which is YAML too. */
static void read_custom_enum(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    const struct yaml_node *list = property->custom_enum;
    struct yaml_error error;
    if (yaml_is(list, YAML_STRING)) list = yaml_parse(list->text, resolver->arena, &error);
    if (list == NULL || list->kind != YAML_SEQUENCE) {
        odcs_report(&resolver->odcs, "custom-property-value", &property->part, "enum", property->custom_enum,
                    "enum is a list of values");
        return;
    }
    read_values(resolver, &property->part, list, field, SEVERITY_ERROR);
}

/* ---------------------------------------------------------------- metrics */

static void read_invalid(struct resolver *resolver, const struct contract_quality *quality, struct field *field,
                         enum severity severity)
{
    const struct yaml_node *values = yaml_get(quality->arguments, "validValues");
    const struct yaml_node *text = yaml_get(quality->arguments, "pattern");
    size_t known = (values != NULL ? 1U : 0U) + (text != NULL ? 1U : 0U);
    if (known == 0 || known < quality->arguments->count) {
        report(resolver, quality, "quality", "invalidValues takes the arguments validValues and pattern");
        return;
    }
    if (values != NULL) read_values(resolver, &quality->part, values, field, severity);
    if (text == NULL) return;
    const char *error = "a pattern belongs to a string without one";
    size_t offset;
    bool fits = yaml_is(text, YAML_STRING) && field->type == TYPE_STRING && field->rules.pattern.data == NULL;
    struct pattern *pattern = fits ? pattern_compile(text->text, &error, &offset) : NULL;
    if (pattern == NULL)
        odcs_report(&resolver->odcs, "quality", &quality->part, "arguments", text, "%s", error);
    else if (severity == SEVERITY_ERROR)
        field->rules.pattern = text->text;
    else
        report(resolver, quality, "quality-metric", "a pattern that only counts is not judged per event");
    pattern_destroy(pattern);
}

static void read_library(struct resolver *resolver, const struct contract_quality *quality, struct field *field)
{
    enum quality_operator operator= operator_of(resolver, quality);
    enum severity severity = severity_of(resolver, quality);
    const struct yaml_node *metric = quality->metric;
    if (operator== QUALITY_OPERATORS) {
        report(resolver, quality, "quality", "a library metric needs one operator, such as mustBe: 0");
        return;
    }
    if (operator== MUST_BE_BETWEEN || operator== MUST_NOT_BE_BETWEEN)
        report(resolver, quality, "quality-between", "both ends count as inside");
    bool per_value =
        element_is(metric, "nullValues") || element_is(metric, "missingValues") || element_is(metric, "invalidValues");
    if (!per_value || !is_for_every_event(quality, operator)) {
        odcs_report(&resolver->odcs, "quality-metric", &quality->part, NULL, NULL, "%.*s in this form is carried",
                    SPAN_ARGS(metric->text));
    } else if (element_is(metric, "invalidValues")) {
        if (quality->arguments == NULL)
            report(resolver, quality, "quality", "invalidValues needs arguments: validValues or pattern");
        else
            read_invalid(resolver, quality, field, severity);
    } else if (severity == SEVERITY_ERROR) {
        field->required = true;
    } else {
        report(resolver, quality, "quality-metric", "missing values that only count are not judged per event");
    }
}

static void read_quality(struct resolver *resolver, const struct contract_quality *quality, struct field *field)
{
    bool text = element_is(quality->type, "text");
    if (quality->metric != NULL) {
        read_library(resolver, quality, field);
    } else if (quality->type == NULL || element_is(quality->type, "library")) {
        report(resolver, quality, "quality", "a library rule needs a metric");
    } else if (text && operator_of(resolver, quality) != QUALITY_OPERATORS) {
        report(resolver, quality, "quality", "a text rule has no operator");
    } else if (element_is(quality->type, "sql") && quality->query == NULL) {
        report(resolver, quality, "quality", "an sql rule needs a query");
    } else if (element_is(quality->type, "custom") && (quality->engine == NULL || quality->implementation == NULL)) {
        report(resolver, quality, "quality", "a custom rule needs engine and implementation");
    }
}

void resolve_quality(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    if (property->enumeration != NULL) read_values(resolver, &property->part, property->enumeration, field, SEVERITY_ERROR);
    if (property->custom_enum != NULL) read_custom_enum(resolver, property, field);
    for (size_t i = 0; i < property->quality_count; i++) read_quality(resolver, &property->qualities[i], field);
}
