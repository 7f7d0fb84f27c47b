/* diff_quality.c - the quality rules of a model that count, and how many of its events a sender may have refused.
 *
 *     severity error and none at all   refuses events: the model is narrower or wider
 *     everything else                  counts, or is an alarm: what readers rely on is tightened or loosened
 *
 * What the field's own rules (required, values, pattern) refuse is told with those: a rule that they cover neither comes nor
 * goes here. */
#include "contracts/diff_parts.h"
#include "contracts/quality.h"

#include <math.h>

struct quality_diff {
    struct diffing *diffing;
    const struct quality *old, *new; /* one of them is NULL where a rule came or went */
};

static const struct quality *rule_of(const struct quality_diff *at)
{
    return at->new != NULL ? at->new : at->old;
}

static bool refuses(const struct quality *rule)
{
    return rule != NULL && !rule->windowed && rule->severity == SEVERITY_ERROR;
}

/* What refuses events in one version or both is the senders' business. */
static void tell(const struct quality_diff *at, enum rule_change change, const char *what, struct span text)
{
    const struct quality *rule = rule_of(at);
    enum diff_kind kind = change == RULE_NARROWER ? DIFF_QUALITY_TIGHTENED : DIFF_QUALITY_LOOSENED;
    if (refuses(at->old) || refuses(at->new)) kind = change == RULE_WIDER ? DIFF_MODEL_WIDENED : DIFF_MODEL_NARROWED;
    diff_add(at->diffing, kind, rule->field->path, "%.*s: %s%.*s", SPAN_ARGS(rule->name), what, SPAN_ARGS(text));
}

static struct span printed(const struct quality_diff *at, struct span text)
{
    if (text.data != NULL) return text;
    at->diffing->diff->failed = true;
    return SPAN("");
}

/* ---------------------------------------------------------------- thresholds */

/* The measures that keep the rule, each set written in one way: measures begin at 0, percentages end at 100, and what lies
 * outside a range at either end is a range. */
static struct quality_range kept_by(const struct quality *rule)
{
    struct quality_range range = rule->range;
    if (!rule->windowed) return (struct quality_range){.low = -INFINITY, .high = 0};
    if (range.low < 0 || (range.low == 0 && !range.low_open)) range.low = -INFINITY;
    if (rule->percent && (range.high > 100 || (range.high == 100 && !range.high_open))) range.high = INFINITY;
    if (range.outside && isinf(range.low)) return (struct quality_range){range.high, INFINITY, !range.high_open, false, false};
    if (range.outside && isinf(range.high)) return (struct quality_range){-INFINITY, range.low, false, !range.low_open, false};
    return range;
}

static bool spans(const struct quality_range *outer, const struct quality_range *inner)
{
    bool low = inner->low > outer->low || (inner->low == outer->low && (inner->low_open || !outer->low_open));
    bool high = inner->high < outer->high || (inner->high == outer->high && (inner->high_open || !outer->high_open));
    return low && high;
}

static bool lies_below(const struct quality_range *a, const struct quality_range *b)
{
    return a->high < b->low || (a->high == b->low && (a->high_open || b->low_open));
}

/* Whether every measure that keeps `inner` keeps `outer` too. */
static bool is_within(const struct quality_range *inner, const struct quality_range *outer)
{
    if (inner->outside && outer->outside) return spans(inner, outer);
    if (outer->outside) return lies_below(inner, outer) || lies_below(outer, inner);
    if (inner->outside) return isinf(outer->low) && isinf(outer->high);
    return spans(outer, inner);
}

/* "at most 5 %", "none". */
static struct span promise(const struct quality_diff *at, const struct quality *rule)
{
    const struct quality_range *range = &rule->range;
    struct arena *arena = at->diffing->diff->arena;
    const char *unit = rule->percent ? " %" : " rows", *not = range->outside ? "not " : "";
    if (!rule->windowed) return SPAN("none");
    if (isinf(range->high))
        return printed(at, arena_printf(arena, "%s %.15g%s", range->low_open ? "above" : "at least", range->low, unit));
    if (isinf(range->low))
        return printed(at, arena_printf(arena, "%s %.15g%s", range->high_open ? "below" : "at most", range->high, unit));
    if (range->low < range->high)
        return printed(at, arena_printf(arena, "%sbetween %.15g and %.15g%s", not, range->low, range->high, unit));
    return printed(at, arena_printf(arena, "%sexactly %.15g%s", not, range->low, unit));
}

static void compare_thresholds(const struct quality_diff *at)
{
    struct quality_range was = kept_by(at->old), is = kept_by(at->new);
    bool other_unit = at->old->windowed && at->new->windowed && at->old->percent != at->new->percent;
    bool tighter = !other_unit && is_within(&is, &was), looser = !other_unit && is_within(&was, &is);
    if (tighter && looser) return;
    struct span old = promise(at, at->old), new = promise(at, at->new);
    struct span text = printed(at, arena_printf(at->diffing->diff->arena, "%.*s -> %.*s", SPAN_ARGS(old), SPAN_ARGS(new)));
    tell(at, tighter ? RULE_NARROWER : looser ? RULE_WIDER : RULE_OTHER, "", text);
}

/* ---------------------------------------------------------------- severity, arguments */

static void compare_severity(const struct quality_diff *at)
{
    enum severity old = at->old->severity, new = at->new->severity;
    if (old == new) return;
    struct span text =
        printed(at, arena_printf(at->diffing->diff->arena, "%s -> %s", quality_severity_word(old), quality_severity_word(new)));
    tell(at, new > old ? RULE_NARROWER : RULE_WIDER, "severity: ", text);
}

/* More broken values break a rule sooner only where it bounds them from above. */
static bool bounds_from_above(const struct quality *rule)
{
    struct quality_range range = kept_by(rule);
    return isinf(range.low) && !range.outside;
}

static void compare_values(const struct quality_diff *at)
{
    const struct quality *old = at->old, *new = at->new;
    bool valid = new->metric == QUALITY_INVALID;
    bool ordered = bounds_from_above(old) && bounds_from_above(new) && (!valid || (old->value_count > 0 && new->value_count > 0));
    enum rule_change fewer = valid ? RULE_NARROWER : RULE_WIDER, more = valid ? RULE_WIDER : RULE_NARROWER;
    struct span gone = diff_beyond(at->diffing, old->values, old->value_count, new->values, new->value_count);
    struct span added = diff_beyond(at->diffing, new->values, new->value_count, old->values, old->value_count);
    if (gone.data != NULL) tell(at, ordered ? fewer : RULE_OTHER, valid ? "no longer valid: " : "no longer missing: ", gone);
    if (added.data != NULL) tell(at, ordered ? more : RULE_OTHER, valid ? "now valid: " : "now missing: ", added);
}

static void compare_patterns(const struct quality_diff *at)
{
    struct span old = at->old->pattern, new = at->new->pattern;
    if (span_equal(old, new)) return;
    if (old.data == NULL) old = SPAN("none");
    if (new.data == NULL) new = SPAN("none");
    tell(at, RULE_OTHER,
         "pattern: ", printed(at, arena_printf(at->diffing->diff->arena, "%.*s -> %.*s", SPAN_ARGS(old), SPAN_ARGS(new))));
}

static void compare_rules(const struct quality_diff *at)
{
    if (!span_equal(at->old->name, at->new->name))
        diff_add(at->diffing, DIFF_QUALITY_RENAMED, at->new->field->path, "%.*s -> %.*s", SPAN_ARGS(at->old->name),
                 SPAN_ARGS(at->new->name));
    compare_thresholds(at);
    compare_severity(at);
    compare_values(at);
    compare_patterns(at);
}

/* ---------------------------------------------------------------- rules that come and go */

static bool same_arguments(const struct quality *a, const struct quality *b)
{
    if (!span_equal(a->pattern, b->pattern) || a->value_count != b->value_count) return false;
    for (size_t i = 0; i < a->value_count; i++)
        if (!span_equal(a->values[i].text, b->values[i].text)) return false;
    return true;
}

static const struct quality *find_named(const struct quality *rules, const struct field *field, const struct quality *like)
{
    for (const struct quality *rule = rules; rule != NULL; rule = rule->next)
        if (rule->field == field && rule->metric == like->metric && span_equal(rule->name, like->name)) return rule;
    return NULL;
}

/* The rule of the same name; else one that looks at the same under a name that was not there. */
static const struct quality *counterpart(const struct quality *in, const struct field *field, const struct quality *from,
                                         const struct quality *rule)
{
    const struct quality *found = find_named(in, field, rule);
    for (const struct quality *other = in; other != NULL && found == NULL; other = other->next)
        if (other->field == field && other->metric == rule->metric && same_arguments(other, rule) &&
            find_named(from, rule->field, other) == NULL)
            found = other;
    return found;
}

/* Whether the field's own rules refuse every value that the rule would count. */
static bool covers(const struct field *field, const struct quality *rule)
{
    const struct rules *rules = &field->rules;
    if (!quality_holds(&rule->range, 0)) return false;
    if (rule->metric != QUALITY_INVALID) return field->required && rule->value_count == 0;
    if (rule->pattern.data != NULL) return span_equal(rules->pattern, rule->pattern);
    return rules->enumeration_count > 0 && rules->enumeration_severity == SEVERITY_ERROR &&
           diff_constants_within(rules->enumeration, rules->enumeration_count, rule->values, rule->value_count);
}

static void told_one_sided(const struct quality_diff *at, const struct field *other)
{
    const struct quality *rule = rule_of(at);
    if (covers(other, rule)) return;
    struct span text = promise(at, rule);
    text = printed(at, arena_printf(at->diffing->diff->arena, "%s %.*s", quality_metric_word(rule->metric), SPAN_ARGS(text)));
    tell(at, at->new != NULL ? RULE_NARROWER : RULE_WIDER, at->new != NULL ? "new: " : "gone: ", text);
}

void diff_quality(struct diffing *diffing, const struct model *old, const struct field *old_field, const struct model *new,
                  const struct field *new_field)
{
    for (const struct quality *rule = new->qualities; rule != NULL; rule = rule->next) {
        if (rule->field != new_field) continue;
        struct quality_diff at = {diffing, counterpart(old->qualities, old_field, new->qualities, rule), rule};
        if (at.old != NULL)
            compare_rules(&at);
        else
            told_one_sided(&at, old_field);
    }
    for (const struct quality *rule = old->qualities; rule != NULL; rule = rule->next) {
        if (rule->field != old_field) continue;
        struct quality_diff at = {diffing, rule, NULL};
        if (counterpart(new->qualities, new_field, old->qualities, rule) == NULL) told_one_sided(&at, new_field);
    }
}

/* ---------------------------------------------------------------- errors of senders */

static struct span rate_text(struct diffing *diffing, double rate)
{
    if (rate < 0) return SPAN("none");
    struct span text = arena_printf(diffing->diff->arena, "%.15g %%", rate);
    if (text.data == NULL) diffing->diff->failed = true;
    return text.data != NULL ? text : SPAN("");
}

void diff_error_rate(struct diffing *diffing, const struct model *old, const struct model *new)
{
    double before = old->error_rate < 0 ? INFINITY : old->error_rate, now = new->error_rate < 0 ? INFINITY : new->error_rate;
    if (before <= now && before >= now) return;
    struct span was = rate_text(diffing, old->error_rate), is = rate_text(diffing, new->error_rate);
    diff_add(diffing, now < before ? DIFF_ERROR_RATE_TIGHTENED : DIFF_ERROR_RATE_LOOSENED, SPAN(""), "errorRate: %.*s -> %.*s",
             SPAN_ARGS(was), SPAN_ARGS(is));
}
