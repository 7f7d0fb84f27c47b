/* odcs_write_quality.c - a field's quality rules as ODCS: its list of allowed values, and what the model counts of it. */
#include "contracts/odcs_write_property.h"
#include "contracts/quality.h"

#include <math.h>

static void write_values(struct odcs_writing *writing, const struct field *field, const char *key, const struct constant *values,
                         size_t count)
{
    struct buffer *out = writing->yaml.out;
    bool bare = (field->type >= TYPE_INT && field->type <= TYPE_DOUBLE) || field->type == TYPE_BOOLEAN;
    buffer_printf(out, "%*s%s: [", (int)writing->yaml.indent, "", key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_append_text(out, ", ");
        if (bare)
            buffer_append_span(out, values[i].text);
        else
            yaml_write_scalar(out, values[i].text);
    }
    buffer_append_text(out, "]\n");
}

static void begin_rule(struct odcs_writing *writing, enum quality_metric metric)
{
    yaml_write_item(&writing->yaml);
    yaml_write_text(&writing->yaml, "type", SPAN("library"));
    yaml_write_text(&writing->yaml, "metric", span_of(quality_metric_word(metric)));
}

static void end_rule(struct odcs_writing *writing, enum severity severity)
{
    yaml_write_text(&writing->yaml, "severity", span_of(quality_severity_word(severity)));
    yaml_write_item_end(&writing->yaml);
}

static void write_enumeration(struct odcs_writing *writing, const struct field *field)
{
    begin_rule(writing, QUALITY_INVALID);
    yaml_write_map(&writing->yaml, "arguments");
    write_values(writing, field, "validValues", field->rules.enumeration, field->rules.enumeration_count);
    yaml_write_end(&writing->yaml);
    yaml_write_int(&writing->yaml, "mustBe", 0);
    end_rule(writing, field->rules.enumeration_severity);
}

static void write_range(struct odcs_writing *writing, const struct quality_range *range)
{
    struct yaml_writer *yaml = &writing->yaml;
    if (isinf(range->high)) {
        yaml_write_real(yaml, range->low_open ? "mustBeGreaterThan" : "mustBeGreaterOrEqualTo", range->low);
    } else if (isinf(range->low)) {
        yaml_write_real(yaml, range->high_open ? "mustBeLessThan" : "mustBeLessOrEqualTo", range->high);
    } else if (range->low < range->high) {
        const char *key = range->outside ? "mustNotBeBetween" : "mustBeBetween";
        buffer_printf(yaml->out, "%*s%s: [%.15g, %.15g]\n", (int)yaml->indent, "", key, range->low, range->high);
    } else {
        yaml_write_real(yaml, range->outside ? "mustNotBe" : "mustBe", range->low);
    }
}

static void write_counting(struct odcs_writing *writing, const struct quality *quality)
{
    begin_rule(writing, quality->metric);
    if (quality->named) yaml_write_text(&writing->yaml, "id", quality->name);
    if (quality->value_count > 0 || quality->pattern.data != NULL) {
        const char *key = quality->metric == QUALITY_INVALID ? "validValues" : "missingValues";
        yaml_write_map(&writing->yaml, "arguments");
        if (quality->value_count > 0) write_values(writing, quality->field, key, quality->values, quality->value_count);
        yaml_write_text(&writing->yaml, "pattern", quality->pattern);
        yaml_write_end(&writing->yaml);
    }
    write_range(writing, &quality->range);
    if (quality->windowed) yaml_write_text(&writing->yaml, "unit", quality->percent ? SPAN("percent") : SPAN("rows"));
    end_rule(writing, quality->severity);
}

/* A list that only counts stands among the field's rules as well as here. */
static bool is_written(const struct quality *quality, const struct field *field)
{
    return !quality->windowed && quality->value_count > 0 && quality->metric == QUALITY_INVALID &&
           quality->value_count == field->rules.enumeration_count && quality->severity == field->rules.enumeration_severity;
}

void odcs_write_quality(struct odcs_writing *writing, const struct field *field)
{
    const struct quality *counting = writing->use == NULL ? writing->model->qualities : NULL;
    bool open = field->rules.enumeration_count > 0;
    if (open) yaml_write_list(&writing->yaml, "quality");
    if (open) write_enumeration(writing, field);
    for (const struct quality *quality = counting; quality != NULL; quality = quality->next) {
        if (quality->field != field || is_written(quality, field)) continue;
        if (!open) yaml_write_list(&writing->yaml, "quality");
        open = true;
        write_counting(writing, quality);
    }
    if (open) yaml_write_end(&writing->yaml);
}
