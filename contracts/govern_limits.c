/* govern_limits.c - whether a use stays within what its model, the fields it reads and the house permit.
 *
 * A limit that ten fields share is one complaint, at the first of them. What a field, a class or a category forbids, somebody may
 * sign for (waivers, field by field); what the model forbids all of its uses, only the model's owner can permit. */
#include "contracts/limit.h"
#include "contracts/resolve.h"

struct breach {
    struct limit_source source;
    enum limit_kind kind;
    const struct field *field; /* the first; NULL: of the model */
    size_t fields;
    struct breach *next;
};

struct judging {
    struct resolver *resolver;
    const struct use *use;
    const struct field *field; /* at hand */
    struct breach *first, **last;
};

static void note(struct judging *judging, const struct limit_source *source, enum limit_kind kind)
{
    for (struct breach *breach = judging->first; breach != NULL; breach = breach->next) {
        if (breach->source.limit != source->limit || breach->kind != kind) continue;
        breach->fields++;
        return;
    }
    struct breach *breach = resolve_room(judging->resolver, 1, sizeof *breach);
    if (breach == NULL) return;
    *breach = (struct breach){*source, kind, judging->field, 1, NULL};
    *judging->last = breach;
    judging->last = &breach->next;
}

static void judge(void *context, const struct limit_source *source)
{
    struct judging *judging = context;
    bool model = source->scope == LIMIT_OF_MODEL;
    for (int i = 0; i < LIMIT_KINDS; i++) {
        enum limit_kind kind = (enum limit_kind)i;
        if (limit_holds(source->limit, kind, judging->use)) continue;
        if (model || !resolve_is_waived(judging->resolver, judging->field->path, limit_rule(kind))) note(judging, source, kind);
    }
}

static void judge_field(struct judging *judging, const struct field *field)
{
    judging->field = field;
    bool leaf = type_is_scalar(field->type);
    if (leaf) limit_each(judging->resolver->catalogue, judging->use, field, judge, judging);
    for (size_t i = 0; i < field->child_count; i++) judge_field(judging, field->children[i]);
    if (field->items != NULL) judge_field(judging, field->items);
}

/* Where the use states what the model does not permit. */
static const struct yaml_node *stated_at(const struct contract *contract, const struct sla *sla, enum limit_kind kind)
{
    switch (kind) {
    case LIMIT_DATA_USE: return contract->data_use;
    case LIMIT_LEGAL_BASIS: return contract->legal_basis;
    case LIMIT_RESIDENCY: return contract->residency;
    case LIMIT_RETENTION: return sla->retention_at != NULL ? sla->retention_at->value : NULL;
    case LIMIT_KINDS: break;
    }
    return NULL;
}

static void report(const struct judging *judging, const struct sla *sla, const struct breach *breach)
{
    struct resolver *resolver = judging->resolver;
    struct arena *scratch = resolver->odcs.arena;
    struct span source = limit_source_text(&breach->source, scratch);
    struct span bound = limit_bound(breach->source.limit, breach->kind, scratch);
    struct span stated = limit_stated(judging->use, breach->kind, scratch);
    const char *word = limit_word(breach->kind);
    if (source.data == NULL || bound.data == NULL || stated.data == NULL) {
        odcs_exhausted(&resolver->odcs);
        return;
    }
    if (breach->source.scope == LIMIT_OF_MODEL) {
        odcs_report(&resolver->odcs, limit_rule(breach->kind), &resolver->contract->part, NULL,
                    stated_at(resolver->contract, sla, breach->kind), "%.*s permits as %s: %.*s; the use states: %.*s",
                    SPAN_ARGS(source), word, SPAN_ARGS(bound), SPAN_ARGS(stated));
        diagnostics_advise(resolver->odcs.diagnostics, "Stay within it, or ask the model's owner to permit more.");
        return;
    }
    struct span others = breach->fields > 1 ? arena_printf(scratch, " (and %zu more fields)", breach->fields - 1) : SPAN("");
    diagnostics_add(resolver->odcs.diagnostics, limit_rule(breach->kind), breach->field->place, breach->field->path,
                    "%.*s permits as %s: %.*s; the use states: %.*s%.*s", SPAN_ARGS(source), word, SPAN_ARGS(bound),
                    SPAN_ARGS(stated), SPAN_ARGS(others));
}

void govern_limits(struct resolver *resolver, const struct use *use, const struct sla *sla)
{
    struct judging judging = {.resolver = resolver, .use = use};
    judging.last = &judging.first;
    judge_field(&judging, use->root);
    for (const struct breach *breach = judging.first; breach != NULL; breach = breach->next) report(&judging, sla, breach);
}
