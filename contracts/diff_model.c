/* diff_model.c - two versions of an event model, as its senders see them: is what was fine still fine? */
#include "contracts/diff_parts.h"

struct model_diff {
    struct diffing *diffing;
    const struct model *old, *new;
};

/* What a rule's change is told with. */
struct rule_told {
    struct diffing *diffing;
    struct span path;
};

static void compare_fields(const struct model_diff *at, const struct field *old, const struct field *new);

/* What may be narrower breaks senders. */
static void told_rule(void *context, enum rule_change change, struct span text)
{
    const struct rule_told *told = context;
    diff_add(told->diffing, change == RULE_WIDER ? DIFF_MODEL_WIDENED : DIFF_MODEL_NARROWED, told->path, "%.*s", SPAN_ARGS(text));
}

/* ---------------------------------------------------------------- types */

/* Digits before the point that a number of this type may have. */
static int whole_digits(const struct field *field)
{
    switch (field->type) {
    case TYPE_INT: return 10;
    case TYPE_LONG: return 19;
    case TYPE_DECIMAL: return field->precision - field->scale;
    default: return INT32_MAX;
    }
}

static int fraction_digits(const struct field *field)
{
    if (field->type == TYPE_INT || field->type == TYPE_LONG) return 0;
    return field->type == TYPE_DECIMAL ? field->scale : INT32_MAX;
}

static bool is_number(enum type type)
{
    return type >= TYPE_INT && type <= TYPE_DOUBLE;
}

static bool is_time(enum type type)
{
    return type == TYPE_DATE || type == TYPE_TIMESTAMP || type == TYPE_TIME;
}

static void told_type(const struct model_diff *at, enum diff_kind kind, const struct field *old, const struct field *new)
{
    struct span was = diff_type(at->diffing, old), is = diff_type(at->diffing, new);
    diff_add(at->diffing, kind, new->path, "type: %s (%.*s) -> %s (%.*s)", type_word(old->type), SPAN_ARGS(was),
             type_word(new->type), SPAN_ARGS(is));
}

/* Numbers: whether every number that was one of the old type is one of the new. Integers among themselves differ by their bounds
 * alone, which are rules; a double takes what a float takes. */
static void compare_numbers(const struct model_diff *at, const struct field *old, const struct field *new)
{
    bool integers =
        fraction_digits(old) == 0 && fraction_digits(new) == 0 && old->type != TYPE_DECIMAL && new->type != TYPE_DECIMAL;
    if (integers || (old->type == new->type && old->precision == new->precision && old->scale == new->scale)) return;
    bool fits = whole_digits(new) >= whole_digits(old) && fraction_digits(new) >= fraction_digits(old) &&
                !(old->type == TYPE_DOUBLE && new->type == TYPE_FLOAT);
    told_type(at, fits ? DIFF_MODEL_WIDENED : DIFF_MODEL_NARROWED, old, new);
}

static bool same_spelling(const struct field *old, const struct field *new)
{
    if (old->zone != new->zone || (old->date_pattern == NULL) != (new->date_pattern == NULL)) return false;
    return old->date_pattern == NULL || span_equal(old->format_text, new->format_text);
}

/* Whether the two are of one kind, so that their rules can be compared; says what differs. */
static bool compare_types(const struct model_diff *at, const struct field *old, const struct field *new)
{
    if (is_number(old->type) && is_number(new->type)) {
        compare_numbers(at, old, new);
        return true;
    }
    bool texts = (old->type == TYPE_STRING || old->type == TYPE_BYTES) && (new->type == TYPE_STRING || new->type == TYPE_BYTES);
    if (old->type != new->type && !texts) {
        told_type(at, DIFF_MODEL_RETYPED, old, new);
        return false;
    }
    if (old->type != new->type) told_type(at, new->type == TYPE_BYTES ? DIFF_MODEL_NARROWED : DIFF_MODEL_WIDENED, old, new);
    if (is_time(new->type) && !same_spelling(old, new))
        diff_add(at->diffing, DIFF_MODEL_RETYPED, new->path, "it is spelled another way: format or offset differ");
    return true;
}

/* ---------------------------------------------------------------- fields */

static void added(const struct model_diff *at, const struct field *field)
{
    diff_add(at->diffing, field->required ? DIFF_MODEL_FIELD_DEMANDED : DIFF_MODEL_FIELD_ADDED, field->path, "%s, %s, %s",
             type_word(field->type), field->required ? "required" : "optional", classification_word(field->classification));
}

static void removed(const struct model_diff *at, const struct field *field)
{
    diff_add(at->diffing, at->new->reject_undeclared ? DIFF_MODEL_FIELD_REFUSED : DIFF_MODEL_FIELD_REMOVED, field->path,
             "it was %s", type_word(field->type));
}

static void compare_members(const struct model_diff *at, const struct field *old, const struct field *new)
{
    for (size_t i = 0; i < new->child_count; i++) {
        const struct field *before = diff_child(old, new->children[i]->name);
        if (before != NULL)
            compare_fields(at, before, new->children[i]);
        else
            added(at, new->children[i]);
    }
    for (size_t i = 0; i < old->child_count; i++)
        if (diff_child(new, old->children[i]->name) == NULL) removed(at, old->children[i]);
}

static void compare_fields(const struct model_diff *at, const struct field *old, const struct field *new)
{
    struct rule_told told = {at->diffing, new->path};
    bool is_root = new->parent == NULL;
    if (!is_root && !span_equal(old->wire_name, new->wire_name))
        diff_add(at->diffing, DIFF_MODEL_FIELD_RENAMED, new->path, "%.*s -> %.*s", SPAN_ARGS(old->wire_name),
                 SPAN_ARGS(new->wire_name));
    if (old->required != new->required)
        diff_add(at->diffing, new->required ? DIFF_MODEL_FIELD_REQUIRED : DIFF_MODEL_FIELD_OPTIONAL, new->path, "required: %s",
                 new->required ? "false -> true" : "true -> false");
    if (!is_root) diff_class(at->diffing, old, new);
    diff_bounds(at->diffing, new->path, old->limit, new->limit);
    if (!compare_types(at, old, new)) return;
    diff_rules(at->diffing, old, new, told_rule, &told);
    diff_quality(at->diffing, at->old, old, at->new, new);
    compare_members(at, old, new);
    if (old->items != NULL && new->items != NULL) compare_fields(at, old->items, new->items);
}

/* ---------------------------------------------------------------- the model as a whole */

static struct span path_of(const struct field *field)
{
    return field != NULL ? field->path : SPAN("none");
}

static void compare_pointer(struct diffing *diffing, enum diff_kind kind, const char *name, const struct field *old,
                            const struct field *new)
{
    struct span was = path_of(old), is = path_of(new);
    if (!span_equal(was, is)) diff_add(diffing, kind, SPAN(""), "%s: %.*s -> %.*s", name, SPAN_ARGS(was), SPAN_ARGS(is));
}

void diff_governing(struct diffing *diffing, const struct model *old, const struct model *new)
{
    compare_pointer(diffing, DIFF_GOVERNING_FIELD, "subjectField", old->subject, new->subject);
    compare_pointer(diffing, DIFF_GOVERNING_FIELD, "residencyField", old->residency, new->residency);
    compare_pointer(diffing, DIFF_GOVERNING_FIELD, "consentField", old->consent, new->consent);
}

static struct span key_text(const struct model_diff *at, const struct model *model)
{
    struct span text = model->primary_key_count > 0 ? model->primary_key[0]->path : SPAN("none");
    for (size_t i = 1; i < model->primary_key_count; i++) {
        text = arena_printf(at->diffing->diff->arena, "%.*s, %.*s", SPAN_ARGS(text), SPAN_ARGS(model->primary_key[i]->path));
        if (text.data == NULL) at->diffing->diff->failed = true;
    }
    return text;
}

static void compare_pointers(const struct model_diff *at)
{
    const struct model *old = at->old, *new = at->new;
    compare_pointer(at->diffing, DIFF_EVENT_TIME_CHANGED, "eventTimeField", old->event_time, new->event_time);
    diff_governing(at->diffing, old, new);
    struct span was = key_text(at, old), is = key_text(at, new);
    if (!span_equal(was, is))
        diff_add(at->diffing, DIFF_IDENTITY_CHANGED, SPAN(""), "primary key: %.*s -> %.*s", SPAN_ARGS(was), SPAN_ARGS(is));
}

static void compare_admission(const struct model_diff *at)
{
    const struct model *old = at->old, *new = at->new;
    if (!span_equal(old->event, new->event))
        diff_add(at->diffing, DIFF_EVENT_RENAMED, SPAN(""), "%.*s -> %.*s", SPAN_ARGS(old->event), SPAN_ARGS(new->event));
    if (old->reject_undeclared != new->reject_undeclared)
        diff_add(at->diffing, new->reject_undeclared ? DIFF_UNDECLARED_REFUSED : DIFF_UNDECLARED_STRIPPED, SPAN(""),
                 "undeclaredFields: %s", new->reject_undeclared ? "strip -> reject" : "reject -> strip");
    diff_error_rate(at->diffing, old, new);
    if (old->throughput == new->throughput) return;
    bool lower = old->throughput == NO_LIMIT || (new->throughput != NO_LIMIT &&new->throughput < old->throughput);
    struct span was = diff_limit(at->diffing, old->throughput), is = diff_limit(at->diffing, new->throughput);
    diff_add(at->diffing, lower ? DIFF_THROUGHPUT_LOWERED : DIFF_THROUGHPUT_RAISED, SPAN(""), "events a second: %.*s -> %.*s",
             SPAN_ARGS(was), SPAN_ARGS(is));
}

void diff_model(struct diffing *diffing, const struct model *old, const struct model *new)
{
    struct model_diff at = {diffing, old, new};
    compare_admission(&at);
    compare_pointers(&at);
    diff_common(diffing, &(struct common){old->owner, old->subjects, old->subject_count, old->regulations, old->regulation_count},
                &(struct common){new->owner, new->subjects, new->subject_count, new->regulations, new->regulation_count});
    diff_life(diffing, &(struct life){old->status, old->general_availability, old->end_of_support, old->end_of_life},
              &(struct life){new->status, new->general_availability, new->end_of_support, new->end_of_life},
              DIFF_MODEL_END_EARLIER);
    diff_bounds(diffing, SPAN(""), &old->limit, &new->limit);
    compare_fields(&at, old->root, new->root);
}
