/* diff_rules.c - what two fields of one type accept, rule by rule: narrower or wider. */
#include "codecs/timestamp.h"
#include "contracts/diff_parts.h"

struct rules_diff {
    struct diffing *diffing;
    const struct field *old, *new;
    diff_rule_told *told;
    void *context;
};

static void tell_change(const struct rules_diff *at, enum rule_change change, struct span text)
{
    if (text.data == NULL) {
        at->diffing->diff->failed = true;
        return;
    }
    at->told(at->context, change, text);
}

static void tell(const struct rules_diff *at, bool narrower, struct span text)
{
    tell_change(at, narrower ? RULE_NARROWER : RULE_WIDER, text);
}

/* A rule that came, went, or became another one. */
static enum rule_change replaced(bool old, bool new)
{
    return old && new ? RULE_OTHER : new ? RULE_NARROWER : RULE_WIDER;
}

static struct arena *arena_of(const struct rules_diff *at)
{
    return at->diffing->diff->arena;
}

/* ---------------------------------------------------------------- lengths and counts */

/* `upper`: a lower limit is narrower; else a higher one. No limit is the widest of both. */
static void limit(const struct rules_diff *at, const char *name, bool upper, int64_t old, int64_t new)
{
    if (old == new) return;
    bool narrower = old == NO_LIMIT || (new != NO_LIMIT && (upper ? new < old : new > old));
    struct span was = diff_limit(at->diffing, old), is = diff_limit(at->diffing, new);
    tell(at, narrower, arena_printf(arena_of(at), "%s: %.*s -> %.*s", name, SPAN_ARGS(was), SPAN_ARGS(is)));
}

static void limits(const struct rules_diff *at)
{
    const struct rules *old = &at->old->rules, *new = &at->new->rules;
    limit(at, "minLength", false, old->min_length, new->min_length);
    limit(at, "maxLength", true, old->max_length, new->max_length);
    limit(at, "minProperties", false, old->min_properties, new->min_properties);
    limit(at, "maxProperties", true, old->max_properties, new->max_properties);
    if (at->new->type != TYPE_ARRAY) return;
    limit(at, "minItems", false, old->min_items, new->min_items);
    limit(at, "maxItems", true, old->max_items, new->max_items);
    if (old->unique_items != new->unique_items)
        tell(at, new->unique_items, new->unique_items ? SPAN("uniqueItems: false -> true") : SPAN("uniqueItems: true -> false"));
}

/* ---------------------------------------------------------------- bounds */

struct bound {
    bool stated, exclusive, is_time;
    struct number number;
    int64_t time;
};

static struct bound bound_of(const struct field *field, bool upper)
{
    const struct rules *rules = &field->rules;
    bool is_time = field->type == TYPE_DATE || field->type == TYPE_TIMESTAMP || field->type == TYPE_TIME;
    return upper ? (struct bound){rules->has_maximum, rules->exclusive_maximum, is_time, rules->maximum, rules->maximum_time}
                 : (struct bound){rules->has_minimum, rules->exclusive_minimum, is_time, rules->minimum, rules->minimum_time};
}

/* Below 0: `a` lies lower. A bound that excludes its value is the narrower one of two at the same value. */
static int bound_order(const struct bound *a, const struct bound *b, bool upper)
{
    int order = a->is_time ? (a->time > b->time) - (a->time < b->time) : number_compare(&a->number, &b->number);
    if (order != 0 || a->exclusive == b->exclusive) return order;
    return a->exclusive == upper ? -1 : 1;
}

static struct span bound_text(const struct rules_diff *at, const struct bound *bound, enum type type)
{
    char text[NUMBER_TEXT_MAX];
    size_t size = 0;
    if (!bound->stated) return SPAN("none");
    if (!bound->is_time)
        size = number_format(&bound->number, text);
    else if (type == TYPE_DATE)
        size = date_format((int32_t)bound->time, text);
    else
        size = timestamp_format(bound->time, 0, true, text);
    struct span result = arena_printf(arena_of(at), "%.*s%s", (int)size, text, bound->exclusive ? " (exclusive)" : "");
    return result.data != NULL ? result : SPAN("");
}

static void bound(const struct rules_diff *at, const char *name, bool upper)
{
    struct bound old = bound_of(at->old, upper), new = bound_of(at->new, upper);
    int order = old.stated && new.stated ? bound_order(&new, &old, upper) : 0;
    if (old.stated == new.stated && (!old.stated || order == 0)) return;
    bool narrower = !old.stated || (new.stated && (upper ? order < 0 : order > 0));
    struct span was = bound_text(at, &old, at->old->type), is = bound_text(at, &new, at->new->type);
    tell(at, narrower, arena_printf(arena_of(at), "%s: %.*s -> %.*s", name, SPAN_ARGS(was), SPAN_ARGS(is)));
}

/* A step accepts more than its multiples. */
static void step(const struct rules_diff *at)
{
    const struct rules *old = &at->old->rules, *new = &at->new->rules;
    if (!old->has_multiple_of && !new->has_multiple_of) return;
    if (old->has_multiple_of && new->has_multiple_of && number_compare(&old->multiple_of, &new->multiple_of) == 0) return;
    enum rule_change change = replaced(old->has_multiple_of, new->has_multiple_of);
    if (change == RULE_OTHER && number_is_multiple(&old->multiple_of, &new->multiple_of)) change = RULE_WIDER;
    if (change == RULE_OTHER && number_is_multiple(&new->multiple_of, &old->multiple_of)) change = RULE_NARROWER;
    struct bound was = {old->has_multiple_of, false, false, old->multiple_of, 0};
    struct bound is = {new->has_multiple_of, false, false, new->multiple_of, 0};
    struct span was_text = bound_text(at, &was, TYPE_DOUBLE), is_text = bound_text(at, &is, TYPE_DOUBLE);
    tell_change(at, change, arena_printf(arena_of(at), "multipleOf: %.*s -> %.*s", SPAN_ARGS(was_text), SPAN_ARGS(is_text)));
}

/* ---------------------------------------------------------------- texts */

static void pattern(const struct rules_diff *at)
{
    struct span old = at->old->rules.pattern, new = at->new->rules.pattern;
    if (span_equal(old, new) && (old.data == NULL) == (new.data == NULL)) return;
    struct span was = old.data != NULL ? old : SPAN("none"), is = new.data != NULL ? new : SPAN("none");
    tell_change(at, replaced(old.data != NULL, new.data != NULL),
                arena_printf(arena_of(at), "pattern: %.*s -> %.*s", SPAN_ARGS(was), SPAN_ARGS(is)));
}

static void format(const struct rules_diff *at)
{
    static const char *const words[] = {
        [FORMAT_NONE] = "none",         [FORMAT_UUID] = "uuid", [FORMAT_IPV4] = "ipv4",   [FORMAT_IPV6] = "ipv6",
        [FORMAT_HOSTNAME] = "hostname", [FORMAT_URI] = "uri",   [FORMAT_EMAIL] = "email", [FORMAT_BASE64] = "byte/binary"};
    enum string_format old = at->old->rules.format, new = at->new->rules.format;
    if (old == new) return;
    tell_change(at, replaced(old != FORMAT_NONE, new != FORMAT_NONE),
                arena_printf(arena_of(at), "format: %s -> %s", words[old], words[new]));
}

/* ---------------------------------------------------------------- values, keys */

/* A list of values that only counts refuses nothing. */
static bool demands_values(const struct rules *rules)
{
    return rules->enumeration_count > 0 && rules->enumeration_severity == SEVERITY_ERROR;
}

static void values(const struct rules_diff *at)
{
    const struct rules *old = &at->old->rules, *new = &at->new->rules;
    if (demands_values(old) != demands_values(new)) {
        tell(at, demands_values(new),
             demands_values(new) ? SPAN("a list of valid values applies now") : SPAN("any value is valid now"));
        return;
    }
    if (!demands_values(new)) return;
    struct span gone =
        diff_beyond(at->diffing, old->enumeration, old->enumeration_count, new->enumeration, new->enumeration_count);
    struct span added =
        diff_beyond(at->diffing, new->enumeration, new->enumeration_count, old->enumeration, old->enumeration_count);
    if (gone.data != NULL) tell(at, true, arena_printf(arena_of(at), "no longer valid: %.*s", SPAN_ARGS(gone)));
    if (added.data != NULL) tell(at, false, arena_printf(arena_of(at), "now valid: %.*s", SPAN_ARGS(added)));
}

static void required_keys(const struct rules_diff *at)
{
    const struct rules *old = &at->old->rules, *new = &at->new->rules;
    for (size_t i = 0; i < new->required_key_count; i++)
        if (!diff_includes(old->required_keys, old->required_key_count, new->required_keys[i]))
            tell(at, true, arena_printf(arena_of(at), "the key %.*s must exist", SPAN_ARGS(new->required_keys[i])));
    for (size_t i = 0; i < old->required_key_count; i++)
        if (!diff_includes(new->required_keys, new->required_key_count, old->required_keys[i]))
            tell(at, false, arena_printf(arena_of(at), "the key %.*s need not exist", SPAN_ARGS(old->required_keys[i])));
}

void diff_rules(struct diffing *diffing, const struct field *old, const struct field *new, diff_rule_told *told, void *context)
{
    struct rules_diff at = {diffing, old, new, told, context};
    limits(&at);
    bound(&at, "minimum", false);
    bound(&at, "maximum", true);
    step(&at);
    pattern(&at);
    format(&at);
    values(&at);
    required_keys(&at);
}
