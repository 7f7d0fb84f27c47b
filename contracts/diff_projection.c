/* diff_projection.c - two versions of what a use receives of an event: fields, their types, and what is done to their values.
 *
 * Fields are paired by name; what is left over on both sides is paired by the model's field that it comes from: a new name. */
#include "contracts/diff_parts.h"

struct projection_diff {
    struct diffing *diffing;
    const struct use *old, *new;
};

static void compare_fields(const struct projection_diff *at, const struct field *old, const struct field *new);

/* ---------------------------------------------------------------- handling */

enum strength { WEAKER, SAME, STRONGER, INCOMPARABLE };

/* Absent field > encrypt, keyed hash (use > domain) > redact > mask, truncate, generalise, round > pass: contracts.md, Functions.
 */
static int rank(const struct handling *handling)
{
    static const int ranks[] = {
        [HANDLE_PASS] = 0,  [HANDLE_MASK] = 1,   [HANDLE_TRUNCATE] = 1, [HANDLE_TRUNCATE_IP] = 1, [HANDLE_GENERALISE] = 1,
        [HANDLE_ROUND] = 1, [HANDLE_REDACT] = 2, [HANDLE_HMAC] = 3,     [HANDLE_ENCRYPT] = 4};
    return ranks[handling->kind] + (handling->kind == HANDLE_HMAC && handling->scope == SCOPE_USE ? 1 : 0);
}

static enum strength of_order(int64_t old, int64_t new)
{
    return new == old ? SAME : new > old ? STRONGER : WEAKER;
}

/* Of two parameters that both have to be no weaker. */
static enum strength both(enum strength first, enum strength second)
{
    if (first == SAME || first == second) return second;
    return second == SAME ? first : INCOMPARABLE;
}

static enum strength of_masks(const struct handling *old, const struct handling *new)
{
    enum strength ends = both(of_order(new->keep_first, old->keep_first), of_order(new->keep_last, old->keep_last));
    return both(ends, of_order(new->keep_domain, old->keep_domain));
}

static enum strength of_rounding(const struct handling *old, const struct handling *new)
{
    enum strength order = of_order(number_compare(&new->step, &old->step), 0);
    if (order == SAME) return SAME;
    /* steps that do not divide each other tell different things */
    const struct number *coarse = order == WEAKER ? &new->step : &old->step, *fine = order == WEAKER ? &old->step : &new->step;
    return number_is_multiple(coarse, fine) ? (order == WEAKER ? STRONGER : WEAKER) : INCOMPARABLE;
}

/* A hash tells who is the same, a constant nothing; what is encrypted tells everything to whoever is given the key. Neither is
 * the stronger for all readers, so the change is somebody's to approve. */
static bool gives_otherwise(const struct handling *old, const struct handling *new)
{
    bool encrypts = new->kind == HANDLE_ENCRYPT;
    enum handling_kind other = encrypts ? old->kind : new->kind;
    return encrypts != (old->kind == HANDLE_ENCRYPT) && (other == HANDLE_HMAC || other == HANDLE_REDACT);
}

static enum strength compare_handling(const struct handling *old, const struct handling *new)
{
    int ranks = rank(new) - rank(old);
    if (gives_otherwise(old, new)) return INCOMPARABLE;
    if (ranks != 0) return ranks > 0 ? STRONGER : WEAKER;
    if (old->kind != new->kind) return INCOMPARABLE;
    switch (new->kind) {
    case HANDLE_MASK: return of_masks(old, new);
    case HANDLE_TRUNCATE: return of_order(new->length, old->length);
    case HANDLE_TRUNCATE_IP: return both(of_order(new->v4, old->v4), of_order(new->v6, old->v6));
    case HANDLE_GENERALISE: return of_order((int64_t)old->unit, (int64_t) new->unit);
    case HANDLE_ROUND: return of_rounding(old, new);
    case HANDLE_REDACT: return span_equal(old->constant.text, new->constant.text) ? SAME : INCOMPARABLE;
    default: return SAME;
    }
}

/* ---------------------------------------------------------------- types */

static bool same_type(const struct field *old, const struct field *new)
{
    if (old->type != new->type) return false;
    switch (new->type) {
    case TYPE_DECIMAL: return old->precision == new->precision && old->scale == new->scale;
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return old->fraction_digits == new->fraction_digits && old->zone == new->zone;
    case TYPE_STRING: return old->uuid == new->uuid && old->avro_enum == new->avro_enum;
    default: return true;
    }
}

static void told_handling(const struct projection_diff *at, enum diff_kind kind, const struct field *old, const struct field *new)
{
    struct span was = diff_handling(at->diffing, &old->handling), is = diff_handling(at->diffing, &new->handling);
    struct span was_type = diff_type(at->diffing, old), is_type = diff_type(at->diffing, new);
    bool same = span_equal(was_type, is_type);
    if (same)
        diff_add(at->diffing, kind, new->path, "%.*s -> %.*s", SPAN_ARGS(was), SPAN_ARGS(is));
    else
        diff_add(at->diffing, kind, new->path, "%.*s, %.*s -> %.*s, %.*s", SPAN_ARGS(was), SPAN_ARGS(was_type), SPAN_ARGS(is),
                 SPAN_ARGS(is_type));
}

/* A hash made with another key: by the scope, or by the domain whose key it is. */
static bool other_key(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    if (old->handling.kind != HANDLE_HMAC || new->handling.kind != HANDLE_HMAC) return false;
    if (old->handling.scope != new->handling.scope) return true;
    return new->handling.scope == SCOPE_DOMAIN && !span_equal(at->old->domain, at->new->domain);
}

static void compare_treatment(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    enum strength strength = compare_handling(&old->handling, &new->handling);
    bool typed = same_type(old, new);
    if (!typed && strength != SAME) told_handling(at, DIFF_HANDLING_RETYPES, old, new);
    if (!typed && strength == SAME) {
        struct span was = diff_type(at->diffing, old), is = diff_type(at->diffing, new);
        diff_add(at->diffing, DIFF_USE_FIELD_RETYPED, new->path, "%.*s -> %.*s", SPAN_ARGS(was), SPAN_ARGS(is));
    }
    if (strength == WEAKER || strength == INCOMPARABLE) told_handling(at, DIFF_HANDLING_WEAKER, old, new);
    if (strength == STRONGER && typed) told_handling(at, DIFF_HANDLING_STRONGER, old, new);
    if (other_key(at, old, new)) told_handling(at, DIFF_PSEUDONYMS_CHANGED, old, new);
}

/* ---------------------------------------------------------------- rules of the use's own */

struct rule_told {
    struct diffing *diffing;
    struct span path;
    size_t count;
    bool first; /* the use stated none before: what it states now narrows what the model lets through */
};

static void count_rule(void *context, enum rule_change change, struct span text)
{
    (void)change;
    (void)text;
    ((struct rule_told *)context)->count++;
}

/* What may be wider gives the purpose more than before. */
static void told_rule(void *context, enum rule_change change, struct span text)
{
    const struct rule_told *told = context;
    bool narrower = change == RULE_NARROWER || (change == RULE_OTHER && told->first);
    diff_add(told->diffing, narrower ? DIFF_USE_RULES_NARROWED : DIFF_USE_RULES_WIDENED, told->path, "%.*s", SPAN_ARGS(text));
}

bool diff_states_rules(struct diffing *diffing, const struct field *field)
{
    struct rule_told told = {.diffing = diffing, .path = field->path};
    if (field->source != NULL && field->handling.kind == HANDLE_PASS)
        diff_rules(diffing, field->source, field, count_rule, &told);
    return told.count > 0;
}

/* What the model changes is told of the model; a use speaks for itself only where it states rules. */
static void compare_rules(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    struct rule_told told = {.diffing = at->diffing, .path = new->path, .first = !diff_states_rules(at->diffing, old)};
    if (!told.first || diff_states_rules(at->diffing, new)) diff_rules(at->diffing, old, new, told_rule, &told);
}

/* ---------------------------------------------------------------- fields */

/* The field of `other` that `field` has become or was, when its name is in neither: from the same source; NULL. */
static const struct field *renamed(const struct field *field, const struct field *parent, const struct field *other)
{
    for (size_t i = 0; i < other->child_count && field->source != NULL; i++) {
        const struct field *candidate = other->children[i];
        if (candidate->source == NULL || diff_child(parent, candidate->name) != NULL) continue;
        if (span_equal(candidate->source->path, field->source->path)) return candidate;
    }
    return NULL;
}

static void added(const struct projection_diff *at, const struct field *field)
{
    struct span handling = diff_handling(at->diffing, &field->handling), type = diff_type(at->diffing, field);
    diff_add(at->diffing, DIFF_USE_FIELD_ADDED, field->path, "%.*s, %s, %.*s", SPAN_ARGS(type),
             classification_word(field->classification), SPAN_ARGS(handling));
}

static void compare_members(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    for (size_t i = 0; i < new->child_count; i++) {
        const struct field *field = new->children[i], *before = diff_child(old, field->name);
        if (before == NULL) before = renamed(field, new, old);
        if (before != NULL)
            compare_fields(at, before, field);
        else
            added(at, field);
    }
    for (size_t i = 0; i < old->child_count; i++) {
        const struct field *field = old->children[i];
        if (diff_child(new, field->name) != NULL || renamed(field, old, new) != NULL) continue;
        struct span type = diff_type(at->diffing, field);
        diff_add(at->diffing, DIFF_USE_FIELD_REMOVED, field->path, "it was %.*s", SPAN_ARGS(type));
    }
}

static bool other_source(const struct field *old, const struct field *new)
{
    return old->source != NULL && new->source != NULL && !span_equal(old->source->path, new->source->path);
}

/* What lies in an object that is another one is told with the object. */
static void compare_sources(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    if (!other_source(old, new) || other_source(old->parent, new->parent)) return;
    diff_add(at->diffing, DIFF_USE_FIELD_SOURCE, new->path, "%.*s -> %.*s", SPAN_ARGS(old->source->path),
             SPAN_ARGS(new->source->path));
}

static void compare_names(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    bool other_name = !span_equal(old->name, new->name);
    struct span was = other_name ? old->name : old->wire_name, is = other_name ? new->name : new->wire_name;
    if (other_name || !span_equal(old->wire_name, new->wire_name))
        diff_add(at->diffing, DIFF_USE_FIELD_RENAMED, new->path, "%.*s -> %.*s", SPAN_ARGS(was), SPAN_ARGS(is));
    if (old->required != new->required)
        diff_add(at->diffing, new->required ? DIFF_USE_FIELD_REQUIRED : DIFF_USE_FIELD_OPTIONAL, new->path, "required: %s",
                 new->required ? "false -> true" : "true -> false");
    compare_sources(at, old, new);
    diff_class(at->diffing, old, new);
    compare_treatment(at, old, new);
}

static void compare_fields(const struct projection_diff *at, const struct field *old, const struct field *new)
{
    if (new->parent != NULL) compare_names(at, old, new);
    if (same_type(old, new)) compare_rules(at, old, new);
    compare_members(at, old, new);
    if (old->items != NULL && new->items != NULL) compare_fields(at, old->items, new->items);
}

void diff_projection(struct diffing *diffing, const struct use *old, const struct use *new)
{
    struct projection_diff at = {diffing, old, new};
    compare_fields(&at, old->root, new->root);
}
