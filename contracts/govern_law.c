/* govern_law.c - whether a use keeps to the facts of law.c. */
#include "contracts/law.h"
#include "contracts/resolve.h"

struct judging {
    struct resolver *resolver;
    const struct use *use;
    const struct law_fact *fact;
};

/* The first leaf that the fact is about and that no waiver excuses; NULL. All leaves are looked at, so that each waiver that
 * excuses something counts as used. */
static const struct field *first_field(const struct judging *judging, const struct field *field)
{
    const struct field *found = NULL;
    bool leaf = type_is_scalar(field->type);
    bool waivable = judging->fact->place == LAW_AT_FIELD;
    if (leaf && law_concerns_field(judging->fact, field) &&
        !(waivable && resolve_is_waived(judging->resolver, field->path, judging->fact->rule)))
        found = field;
    for (size_t i = 0; i < field->child_count; i++) {
        const struct field *inside = first_field(judging, field->children[i]);
        if (found == NULL) found = inside;
    }
    const struct field *item = field->items != NULL ? first_field(judging, field->items) : NULL;
    return found != NULL ? found : item;
}

static void report_root(const struct judging *judging, const char *key, const struct yaml_node *node)
{
    struct resolver *resolver = judging->resolver;
    odcs_report(&resolver->odcs, judging->fact->rule, &resolver->contract->part, key, node, "%s", judging->fact->text);
}

static void judge(const struct judging *judging)
{
    const struct contract *contract = judging->resolver->contract;
    const struct law_fact *fact = judging->fact;
    if (fact->asks != NULL && resolve_is_written(contract, fact->asks)) return; /* there but wrong is not missing too */
    const struct field *field = first_field(judging, judging->use->root);
    if (field == NULL) return;
    bool whole = fact->place == LAW_AT_DATA_USE || fact->place == LAW_AT_LEGAL_BASIS;
    if (whole && resolve_is_waived(judging->resolver, SPAN("*"), fact->rule)) return;
    switch (fact->place) {
    case LAW_AT_USE: report_root(judging, "customProperties", NULL); break;
    case LAW_AT_DATA_USE: report_root(judging, "dataUse", contract->data_use); break;
    case LAW_AT_LEGAL_BASIS: report_root(judging, "legalBasis", contract->legal_basis); break;
    case LAW_AT_FIELD:
        diagnostics_add(judging->resolver->odcs.diagnostics, fact->rule, field->place, field->path, "%s", fact->text);
        break;
    }
}

void govern_law(struct resolver *resolver, const struct use *use)
{
    struct judging judging = {resolver, use, NULL};
    for (size_t i = 0; (judging.fact = law_fact(i)) != NULL; i++) {
        if (law_concerns(judging.fact, use) && !judging.fact->satisfied(use)) judge(&judging);
    }
}
