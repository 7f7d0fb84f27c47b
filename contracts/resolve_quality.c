/* resolve_quality.c - what becomes of a property's quality rules.
 *
 *     library, one operator --+-- mustBe: 0 (or the same in other words), severity error --> the field's own rules: required, the
 *                             |                                                             allowed values, the pattern
 *                             |     what these cannot say, or severity warning, info     --> struct quality: judged per event
 *                             +-- another threshold, or percent                          --> struct quality: over a window
 *     duplicateValues of the primary key                                                 --> the deduplication window
 *     everything else: carried
 *
 * Counting is the model's: a use's rules narrow its own fields, or are carried. */
#include "contracts/constant.h"
#include "contracts/pattern.h"
#include "contracts/quality.h"
#include "contracts/resolve.h"

#include <math.h>

/* One rule, as far as it is read. */
struct quality_reading {
    struct resolver *resolver;
    const struct contract_quality *contract;
    const struct contract_property *property;
    struct field *field;
    enum quality_operator operator;
    bool every_event; /* none at all may break it */
    struct quality rule;
};

static void report(const struct quality_reading *reading, const char *rule, const char *text)
{
    odcs_report(&reading->resolver->odcs, rule, &reading->contract->part, NULL, NULL, "%s", text);
}

static bool element_is(const struct yaml_node *node, const char *text)
{
    return node != NULL && span_is(node->text, text);
}

/* ---------------------------------------------------------------- severity, unit, operator */

static void read_severity(struct quality_reading *reading)
{
    static const char *const words[] = {[SEVERITY_INFO] = "info", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};
    const struct yaml_node *stated = reading->contract->severity;
    reading->rule.severity = SEVERITY_ERROR;
    if (stated == NULL) return;
    size_t severity = 0;
    while (severity < COUNT_OF(words) && !span_is(stated->text, words[severity])) severity++;
    if (severity == COUNT_OF(words)) {
        odcs_report(&reading->resolver->odcs, "quality", &reading->contract->part, "severity", stated,
                    "severity is error, warning or info");
        return;
    }
    if (reading->field->critical && severity != SEVERITY_ERROR)
        odcs_report(&reading->resolver->odcs, "quality-critical", &reading->contract->part, "severity", stated,
                    "the field is a criticalDataElement, so this is an error");
    else
        reading->rule.severity = (enum severity)severity;
}

static void read_unit(struct quality_reading *reading)
{
    const struct yaml_node *unit = reading->contract->unit;
    reading->rule.percent = element_is(unit, "percent");
    if (unit == NULL || reading->rule.percent || element_is(unit, "rows")) return;
    odcs_report(&reading->resolver->odcs, "quality", &reading->contract->part, "unit", unit, "the unit is rows or percent");
}

/* The one operator; false when there is none. */
static bool read_operator(struct quality_reading *reading)
{
    int found = QUALITY_OPERATORS;
    for (int i = 0; i < QUALITY_OPERATORS; i++) {
        if (reading->contract->operators[i] == NULL) continue;
        if (found != QUALITY_OPERATORS) report(reading, "quality", "a rule has one operator");
        found = i;
    }
    reading->operator=(enum quality_operator) found;
    return found != QUALITY_OPERATORS;
}

static bool read_bound(const struct yaml_node *node, double *out)
{
    struct number value;
    if (node == NULL || node->kind != YAML_SCALAR || node->type == YAML_STRING) return false;
    if (number_parse(node->text, &value) != NUMBER_OK) return false;
    *out = number_to_double(&value);
    return true;
}

static bool is_between(enum quality_operator operator)
{
    return operator== MUST_BE_BETWEEN || operator== MUST_NOT_BE_BETWEEN;
}

/* The values that keep the rule, from its operator. */
static void open_range(enum quality_operator operator, struct quality_range * range)
{
    static const struct {
        bool low_open, high_open, has_low, has_high, outside;
    } forms[QUALITY_OPERATORS] = {
        [MUST_BE] = {false, false, true, true, false},         [MUST_NOT_BE] = {false, false, true, true, true},
        [MUST_BE_GREATER] = {true, false, true, false, false}, [MUST_BE_GREATER_OR_EQUAL] = {false, false, true, false, false},
        [MUST_BE_LESS] = {false, true, false, true, false},    [MUST_BE_LESS_OR_EQUAL] = {false, false, false, true, false},
        [MUST_BE_BETWEEN] = {false, false, true, true, false}, [MUST_NOT_BE_BETWEEN] = {false, false, true, true, true},
    };
    range->low_open = forms[operator].low_open;
    range->high_open = forms[operator].high_open;
    range->outside = forms[operator].outside;
    if (!forms[operator].has_low) range->low = -INFINITY;
    if (!forms[operator].has_high) range->high = INFINITY;
}

/* False after a complaint. */
static bool read_range(struct quality_reading *reading)
{
    const struct yaml_node *stated = reading->contract->operators[reading->operator];
    struct quality_range *range = &reading->rule.range;
    bool read = false;
    if (is_between(reading->operator)) {
        read = stated->kind == YAML_SEQUENCE && stated->count == 2 && read_bound(stated->items[0], &range->low) &&
               read_bound(stated->items[1], &range->high) && range->low <= range->high;
        report(reading, "quality-between", "both ends count as inside");
    } else {
        read = read_bound(stated, &range->low);
        range->high = range->low;
    }
    if (!read) {
        odcs_report(&reading->resolver->odcs, "quality", &reading->contract->part, NULL, stated,
                    is_between(reading->operator) ? "the threshold is a list of two numbers, the smaller first"
                                                  : "the threshold is a number");
        return false;
    }
    open_range(reading->operator, range);
    bool none = !range->outside && range->high <= 0 && !range->high_open;
    bool less_than_one = reading->operator== MUST_BE_LESS && range->high == 1 && !reading->rule.percent;
    reading->every_event = none || less_than_one;
    reading->rule.windowed = !reading->every_event;
    return true;
}

/* ---------------------------------------------------------------- lists of values */

static bool is_listed(const struct constant *list, size_t count, struct span text)
{
    for (size_t i = 0; i < count; i++) {
        if (span_equal(list[i].text, text)) return true;
    }
    return false;
}

/* Values beyond this number are not compared pair by pair. */
enum { LIST_MAX = 2000 };

static bool is_list(struct resolver *resolver, const struct part *part, const struct yaml_node *list)
{
    if (list->kind == YAML_SEQUENCE && list->count > 0) return true;
    odcs_report(&resolver->odcs, "quality", part, NULL, list, "the allowed values are a list of one or more");
    return false;
}

/* How many values were read into *out. `nulls`: a null in the list is passed over. */
static size_t read_list(struct resolver *resolver, const struct part *part, const struct yaml_node *list,
                        const struct field *field, bool nulls, const struct constant **out)
{
    struct constant *values = resolve_room(resolver, list->count, sizeof *values);
    size_t count = 0;
    if (values == NULL) return 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *node = list->items[i];
        if (node->kind == YAML_MAP) node = yaml_get(node, "value"); /* 3.2: {value, label, ...} */
        if (nulls && yaml_is(node, YAML_NULL)) continue;
        const char *error = node == NULL ? "it has no value" : constant_read_node(field, node, resolver->arena, &values[count]);
        if (error != NULL)
            odcs_report(&resolver->odcs, "quality", part, NULL, list->items[i], "%s value %zu does not fit the field: %s",
                        nulls ? "missing" : "allowed", i + 1, error);
        else if (i < LIST_MAX && is_listed(values, count, values[count].text))
            odcs_report(&resolver->odcs, "quality", part, NULL, node, "the value '%.*s' stands twice", SPAN_ARGS(node->text));
        else
            count++;
    }
    *out = values;
    return count;
}

/* The field's allowed values; a list that only counts is kept too, for what makes and shows events. */
static void set_enumeration(struct resolver *resolver, const struct part *part, const struct yaml_node *list, struct field *field,
                            enum severity severity)
{
    struct rules *rules = &field->rules;
    if (!is_list(resolver, part, list)) return;
    if (rules->enumeration_count > 0) {
        odcs_report(&resolver->odcs, "quality", part, NULL, list, "the field has a list of allowed values already");
        return;
    }
    rules->enumeration_count = read_list(resolver, part, list, field, false, &rules->enumeration);
    rules->enumeration_severity = severity;
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
    set_enumeration(resolver, &property->part, list, field, SEVERITY_ERROR);
}

/* ---------------------------------------------------------------- rules that count */

static struct span name_of(const struct quality_reading *reading, bool *named)
{
    struct resolver *resolver = reading->resolver;
    const char *metric = quality_metric_word(reading->rule.metric);
    struct span name = reading->contract->id != NULL
                           ? reading->contract->id->text
                           : arena_printf(resolver->arena, "%.*s:%s", SPAN_ARGS(reading->field->path), metric);
    unsigned same = 0;
    for (const struct quality *other = *resolver->qualities; other != NULL; other = other->next)
        same += span_equal(other->name, name);
    *named = reading->contract->id != NULL && same == 0;
    if (same > 0) name = arena_printf(resolver->arena, "%.*s#%zu", SPAN_ARGS(name), resolver->quality_count + 1);
    if (name.data == NULL) odcs_exhausted(&resolver->odcs);
    return name;
}

static void keep(struct quality_reading *reading)
{
    struct resolver *resolver = reading->resolver;
    if (resolver->qualities == NULL) {
        report(reading, "quality-metric", "what counts belongs in the model; in a use it is carried");
        return;
    }
    struct quality *rule = resolve_room(resolver, 1, sizeof *rule);
    if (rule == NULL) return;
    *rule = reading->rule;
    rule->field = reading->field;
    rule->name = name_of(reading, &rule->named);
    struct quality **end = resolver->qualities;
    while (*end != NULL) end = &(*end)->next;
    *end = rule;
    resolver->quality_count++;
}

/* ---------------------------------------------------------------- metrics */

static bool is_scalar(const struct field *field)
{
    return type_is_scalar(field->type);
}

/* False after a complaint. */
static bool knows_arguments(const struct quality_reading *reading, const char *one, const char *other, const char *text)
{
    const struct yaml_node *arguments = reading->contract->arguments;
    size_t known = (yaml_get(arguments, one) != NULL ? 1U : 0U) + (other != NULL && yaml_get(arguments, other) != NULL ? 1U : 0U);
    if (known > 0 && known == arguments->count && is_scalar(reading->field)) return true;
    report(reading, "quality", text);
    return false;
}

static void read_values(struct quality_reading *reading, const struct yaml_node *list)
{
    struct resolver *resolver = reading->resolver;
    const struct part *part = &reading->contract->part;
    struct field *field = reading->field;
    bool soft = reading->rule.severity != SEVERITY_ERROR;
    if (reading->every_event && (!soft || field->rules.enumeration_count == 0))
        set_enumeration(resolver, part, list, field, reading->rule.severity);
    if (reading->every_event && !soft) return;
    if (!is_list(resolver, part, list)) return;
    struct quality_reading values = *reading;
    values.rule.pattern = (struct span){NULL, 0};
    values.rule.value_count = read_list(resolver, part, list, field, false, &values.rule.values);
    keep(&values);
}

static void read_pattern(struct quality_reading *reading, const struct yaml_node *text)
{
    const char *error = "a pattern belongs to a string";
    size_t offset;
    struct field *field = reading->field;
    bool fits = yaml_is(text, YAML_STRING) && field->type == TYPE_STRING;
    struct pattern *pattern = fits ? pattern_compile(text->text, &error, &offset) : NULL;
    if (pattern == NULL) {
        odcs_report(&reading->resolver->odcs, "quality", &reading->contract->part, "arguments", text, "%s", error);
        return;
    }
    pattern_destroy(pattern);
    if (reading->every_event && reading->rule.severity == SEVERITY_ERROR && field->rules.pattern.data == NULL) {
        field->rules.pattern = text->text;
        return;
    }
    reading->rule.pattern = text->text;
    keep(reading);
}

static void read_invalid(struct quality_reading *reading)
{
    const struct yaml_node *arguments = reading->contract->arguments;
    if (!knows_arguments(reading, "validValues", "pattern", "invalidValues takes the arguments validValues and pattern")) return;
    const struct yaml_node *values = yaml_get(arguments, "validValues"), *text = yaml_get(arguments, "pattern");
    if (values != NULL) read_values(reading, values);
    if (text != NULL) read_pattern(reading, text);
}

/* Null is always missing; missingValues may name values that say the same. */
static void read_missing(struct quality_reading *reading)
{
    const struct yaml_node *list = yaml_get(reading->contract->arguments, "missingValues");
    bool listed = reading->rule.metric == QUALITY_MISSING && reading->contract->arguments != NULL;
    if (reading->contract->arguments != NULL && !listed) report(reading, "quality", "nullValues takes no arguments");
    if (listed && !knows_arguments(reading, "missingValues", NULL, "missingValues takes the argument missingValues")) return;
    if (list != NULL && !is_list(reading->resolver, &reading->contract->part, list)) return;
    bool hard = reading->every_event && reading->rule.severity == SEVERITY_ERROR;
    if (hard) reading->field->required = true;
    if (list != NULL)
        reading->rule.value_count =
            read_list(reading->resolver, &reading->contract->part, list, reading->field, true, &reading->rule.values);
    if (!hard || reading->rule.value_count > 0) keep(reading);
}

static void read_duplicates(const struct quality_reading *reading)
{
    bool primary = false;
    yaml_boolean_into(reading->property->primary_key, &primary);
    if (!primary || !reading->every_event)
        report(reading, "quality-metric", "duplicates are looked for by primary key alone, within the deduplication window");
    else
        reading->field->unique = true;
}

static void read_library(struct quality_reading *reading)
{
    const struct yaml_node *metric = reading->contract->metric;
    if (!read_operator(reading)) {
        report(reading, "quality", "a library metric needs one operator, such as mustBe: 0");
        return;
    }
    read_severity(reading);
    read_unit(reading);
    if (!read_range(reading)) return;
    if (element_is(metric, "duplicateValues")) {
        read_duplicates(reading);
        return;
    }
    if (element_is(metric, "rowCount")) {
        report(reading, "quality-metric", "rowCount is carried");
        return;
    }
    reading->rule.metric = element_is(metric, "invalidValues")   ? QUALITY_INVALID
                           : element_is(metric, "missingValues") ? QUALITY_MISSING
                                                                 : QUALITY_NULL;
    if (reading->rule.metric == QUALITY_INVALID)
        read_invalid(reading);
    else
        read_missing(reading);
}

static void read_quality(struct quality_reading *reading)
{
    const struct contract_quality *contract = reading->contract;
    bool text = element_is(contract->type, "text");
    if (contract->metric != NULL) {
        read_library(reading);
    } else if (contract->type == NULL || element_is(contract->type, "library")) {
        report(reading, "quality", "a library rule needs a metric");
    } else if (text && read_operator(reading)) {
        report(reading, "quality", "a text rule has no operator");
    } else if (element_is(contract->type, "sql") && contract->query == NULL) {
        report(reading, "quality", "an sql rule needs a query");
    } else if (element_is(contract->type, "custom") && (contract->engine == NULL || contract->implementation == NULL)) {
        report(reading, "quality", "a custom rule needs engine and implementation");
    }
}

void resolve_quality(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    if (property->enumeration != NULL) set_enumeration(resolver, &property->part, property->enumeration, field, SEVERITY_ERROR);
    if (property->custom_enum != NULL) read_custom_enum(resolver, property, field);
    for (size_t i = 0; i < property->quality_count; i++) {
        struct quality_reading reading = {
            .resolver = resolver, .contract = &property->qualities[i], .property = property, .field = field};
        read_quality(&reading);
    }
}
