/* resolve_limit.c - what a model and its fields permit at most: regions, data uses, legal bases. Retention is an SLA's. */
#include "contracts/duration.h"
#include "contracts/fideslang.h"
#include "contracts/resolve.h"

static bool is_region(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (!(byte >= 'A' && byte <= 'Z') && !(byte >= '0' && byte <= '9') && !(i > 0 && byte == '-')) return false;
    }
    return text.size >= 2 && text.size <= 20;
}

bool resolve_residency(struct resolver *resolver, const struct span **out, size_t *count)
{
    const struct contract *contract = resolver->contract;
    const struct yaml_node *list = contract->residency;
    if (list != NULL && list->count == 0)
        odcs_report(&resolver->odcs, "residency", &contract->part, "residency", list, "an empty list allows no region at all");
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (is_region(list->items[i]->text)) continue;
        odcs_report(&resolver->odcs, "residency", &contract->part, "residency", list->items[i], "'%.*s' is no region such as EU",
                    SPAN_ARGS(list->items[i]->text));
    }
    return resolve_texts(resolver, list, out, count);
}

/* An empty list could be read as everything or as nothing. */
static void refuse_empty(struct resolver *resolver, const struct part *part, const char *key, const struct yaml_node *list)
{
    if (list->count > 0) return;
    odcs_report(&resolver->odcs, "custom-property-value", part, key, list, "an empty list permits no use at all");
    diagnostics_advise(resolver->odcs.diagnostics, "Name what is permitted, or leave %s out.", key);
}

static void read_legal_bases(struct resolver *resolver, const struct part *part, const struct yaml_node *list, struct limit *out)
{
    refuse_empty(resolver, part, "permittedLegalBases", list);
    for (size_t i = 0; i < list->count; i++) {
        enum legal_basis basis;
        if (legal_basis_find(list->items[i]->text, &basis))
            out->legal_bases |= 1U << basis;
        else
            odcs_report(&resolver->odcs, "custom-property-value", part, "permittedLegalBases", list->items[i],
                        "'%.*s' is no legal basis; it can be: " LEGAL_BASIS_WORDS, SPAN_ARGS(list->items[i]->text));
    }
}

static bool resolve_permissions(struct resolver *resolver, const struct part *part, const struct yaml_node *data_uses,
                                const struct yaml_node *legal_bases, struct limit *out)
{
    if (legal_bases != NULL) read_legal_bases(resolver, part, legal_bases, out);
    if (data_uses == NULL) return true;
    refuse_empty(resolver, part, "permittedDataUses", data_uses);
    for (size_t i = 0; i < data_uses->count; i++)
        resolve_check_key(resolver, FIDESLANG_DATA_USE, "data-use", part, "permittedDataUses", data_uses->items[i]);
    return resolve_texts(resolver, data_uses, &out->data_uses, &out->data_use_count);
}

bool resolve_field_limit(struct resolver *resolver, const struct contract_property *property, struct field *field)
{
    if (property->permitted_data_uses == NULL && property->permitted_legal_bases == NULL) return true;
    struct limit *limit = resolve_room(resolver, 1, sizeof *limit);
    if (limit == NULL) return false;
    limit_init(limit);
    field->limit = limit;
    return resolve_permissions(resolver, &property->part, property->permitted_data_uses, property->permitted_legal_bases, limit);
}

bool resolve_model_limit(struct resolver *resolver, const struct sla *sla, struct limit *out)
{
    const struct contract *contract = resolver->contract;
    limit_init(out);
    if (sla->latency_at != NULL)
        odcs_report(&resolver->odcs, "not-enforced", &sla->latency_at->part, "property", sla->latency_at->property,
                    "latency is each use's own promise: a model's binds nobody");
    if (sla->retention < DURATION_MAX) out->retention = sla->retention;
    if (!resolve_residency(resolver, &out->residency, &out->residency_count)) return false;
    return resolve_permissions(resolver, &contract->part, contract->permitted_data_uses, contract->permitted_legal_bases, out);
}
