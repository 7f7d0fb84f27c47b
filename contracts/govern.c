/* govern.c - what law and house ask of one use, once all of it is known. */
#include "contracts/duration.h"
#include "contracts/resolve.h"

#define EXPIRY_MAX (30 * US_PER_DAY)

struct governing {
    struct resolver *resolver;
    const struct contract *contract;
    const struct use *use;
};

static void report(const struct governing *governing, const char *rule, const char *key, const struct yaml_node *node,
                   const char *text)
{
    odcs_report(&governing->resolver->odcs, rule, &governing->contract->part, key, node, "%s", text);
}

static bool is_empty(const struct yaml_node *node)
{
    return node == NULL || node->text.size == 0;
}

/* expiry, or nothing stated: up to 30 days it erases by itself; longer is a decision with a reason. none needs an exemption. */
static void judge_erasure(const struct governing *governing)
{
    static const char exemptions[] =
        "legal_obligation public_interest public_health archiving legal_claims freedom_of_expression";
    const struct contract_erasure *erasure = governing->contract->erasure;
    const struct use *use = governing->use;
    const struct yaml_node *node = erasure != NULL ? erasure->part.node : NULL;
    unsigned position;
    if (use->subject_count == 0) return;
    if (erasure == NULL || erasure->method == NULL) {
        if (use->retention > EXPIRY_MAX)
            report(governing, "erasure", "customProperties", node, "the retention is over 30 days, and erasure is not stated");
        return;
    }
    if (span_is(erasure->method->text, "expiry") && use->retention > EXPIRY_MAX && is_empty(erasure->reason))
        report(governing, "erasure", "erasure", node, "expiry over 30 days needs erasure.reason");
    if (!span_is(erasure->method->text, "none")) return;
    if (is_empty(erasure->exemption) || !word_find(exemptions, erasure->exemption->text, &position)) {
        report(governing, "erasure", "erasure", node, "erasure: none needs an exemption of Art. 17(3) GDPR");
        diagnostics_advise(governing->resolver->odcs.diagnostics, "State erasure.exemption, one of: %s.", exemptions);
    }
}

static void judge_times(const struct governing *governing, const struct sla *sla)
{
    const struct use *use = governing->use;
    int64_t now = governing->resolver->options->now;
    if (use->subject_count > 0 && sla->retention >= DURATION_MAX)
        odcs_report(&governing->resolver->odcs, "retention-unlimited", &sla->retention_at->part, "value",
                    sla->retention_at->value, "the retention has no end");
    if (now == NO_TIME || !status_is_live(use->status)) return;
    if (use->end_of_life != NO_TIME && use->end_of_life <= now)
        report(governing, "lifecycle", "slaProperties", NULL,
               "the use is active, and its end of life has passed: nothing is routed");
    else if (use->end_of_support != NO_TIME && use->end_of_support <= now)
        report(governing, "lifecycle", "slaProperties", NULL, "the end of support has passed");
}

void govern_use(struct resolver *resolver, const struct use *use, const struct sla *sla)
{
    struct governing governing = {resolver, resolver->contract, use};
    judge_erasure(&governing);
    judge_times(&governing, sla);
    govern_law(resolver, use);
    if (use->status != STATUS_RETIRED) govern_limits(resolver, use, sla); /* a retired use reads nothing */
}
