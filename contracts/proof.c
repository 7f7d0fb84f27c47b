#include "contracts/proof.h"

#include "contracts/law.h"
#include "contracts/limit.h"
#include "contracts/resolve.h"

struct proving {
    const struct catalogue *catalogue;
    const struct use *use;
    struct arena *arena;
    const struct field *field;       /* at hand; NULL: the use as a whole */
    const struct proof_check **last; /* where the next check goes */
    bool failed;
};

const char *proof_verdict_word(enum proof_verdict verdict)
{
    static const char *const words[] = {[PROOF_HOLDS] = "holds", [PROOF_WAIVED] = "waived", [PROOF_WARNED] = "warned"};
    return words[verdict];
}

static const struct waiver *find_waiver(const struct proving *proving, const char *rule)
{
    struct span field = proving->field != NULL ? proving->field->path : SPAN("*");
    for (size_t i = 0; i < proving->use->waiver_count; i++) {
        const struct waiver *waiver = &proving->use->waivers[i];
        if (span_equal(waiver->field, field) && span_is(waiver->rule, rule)) return waiver;
    }
    return NULL;
}

static void add(struct proving *proving, struct proof_check check, bool holds)
{
    struct proof_check *made = arena_calloc(proving->arena, 1, sizeof *made);
    bool whole = check.asked_by.data != NULL && check.permits.data != NULL && check.states.data != NULL;
    if (made == NULL || !whole) {
        proving->failed = true;
        return;
    }
    *made = check;
    if (!holds) made->waiver = find_waiver(proving, check.rule);
    made->verdict = holds ? PROOF_HOLDS : made->waiver != NULL ? PROOF_WAIVED : PROOF_WARNED;
    *proving->last = made;
    proving->last = &made->next;
}

/* ---------------------------------------------------------------- limits */

/* The model's own bounds are shown once, for the use as a whole. */
static void visit(void *context, const struct limit_source *source)
{
    struct proving *proving = context;
    if ((source->scope == LIMIT_OF_MODEL) != (proving->field == NULL)) return;
    for (int i = 0; i < LIMIT_KINDS; i++) {
        enum limit_kind kind = (enum limit_kind)i;
        if (!limit_binds(source->limit, kind)) continue;
        struct proof_check check = {.rule = limit_rule(kind),
                                    .asked_by = limit_source_text(source, proving->arena),
                                    .permits = limit_bound(source->limit, kind, proving->arena),
                                    .states = limit_stated(proving->use, kind, proving->arena)};
        add(proving, check, limit_holds(source->limit, kind, proving->use));
    }
}

/* ---------------------------------------------------------------- law */

static bool any_field(const struct law_fact *fact, const struct field *field)
{
    if (type_is_scalar(field->type) && law_concerns_field(fact, field)) return true;
    for (size_t i = 0; i < field->child_count; i++) {
        if (any_field(fact, field->children[i])) return true;
    }
    return field->items != NULL && any_field(fact, field->items);
}

/* What concerns some data only is shown at the fields that hold it. */
static void prove_law(struct proving *proving)
{
    const struct law_fact *fact;
    for (size_t i = 0; (fact = law_fact(i)) != NULL; i++) {
        bool of_fields = fact->category != NULL;
        if (of_fields != (proving->field != NULL) || !law_concerns(fact, proving->use)) continue;
        const struct field *field = of_fields ? proving->field : proving->use->root;
        if (!any_field(fact, field)) continue;
        struct proof_check check = {.rule = fact->rule, .asked_by = span_of(fact->article), .permits = span_of(fact->permits)};
        check.states = fact->stated(proving->use);
        if (check.states.data == NULL) check.states = SPAN("nothing");
        add(proving, check, fact->satisfied(proving->use));
    }
}

/* ---------------------------------------------------------------- classes */

static struct span class_text(enum classification class)
{
    return span_of(classification_word(class));
}

static void prove_class(struct proving *proving)
{
    const struct field *field = proving->field, *source = field->source;
    enum classification lowest = handling_lowest_class(&field->handling, source);
    struct proof_check check = {
        .rule = "class-lowered", .asked_by = SPAN("the handling"), .states = class_text(field->classification)};
    check.permits = arena_printf(proving->arena, lowest == CLASS_RESTRICTED ? "%s" : "%s or above", classification_word(lowest));
    add(proving, check, field->classification >= lowest);
    if (source->classification < CLASS_RESTRICTED) return;
    bool raw = field->handling.kind == HANDLE_PASS;
    check = (struct proof_check){.rule = "restricted-raw",
                                 .asked_by = SPAN("the model"),
                                 .permits = SPAN("restricted data handled"),
                                 .states = raw ? SPAN("raw") : SPAN("handled")};
    add(proving, check, !raw);
}

/* ---------------------------------------------------------------- the whole */

static void prove_field(struct proving *proving, struct proof *proof, const struct field *field)
{
    if (type_is_scalar(field->type)) {
        struct proof_field *made = &proof->fields[proof->field_count++];
        made->field = field;
        proving->field = field;
        proving->last = &made->checks;
        prove_class(proving);
        prove_law(proving);
        limit_each(proving->catalogue, proving->use, field, visit, proving);
    }
    for (size_t i = 0; i < field->child_count; i++) prove_field(proving, proof, field->children[i]);
    if (field->items != NULL) prove_field(proving, proof, field->items);
}

struct proof *proof_create(const struct catalogue *catalogue, const struct use *use, struct arena *arena)
{
    struct proving proving = {.catalogue = catalogue, .use = use, .arena = arena};
    struct proof *proof = arena_calloc(arena, 1, sizeof *proof);
    if (proof == NULL) return NULL;
    proof->use = use;
    proof->fields = arena_calloc(arena, use->field_count + 1, sizeof *proof->fields);
    if (proof->fields == NULL) return NULL;
    proving.last = &proof->checks;
    prove_law(&proving);
    struct limit_source model = {LIMIT_OF_MODEL, use->model->id, &use->model->limit};
    visit(&proving, &model);
    prove_field(&proving, proof, use->root);
    return proving.failed ? NULL : proof;
}
