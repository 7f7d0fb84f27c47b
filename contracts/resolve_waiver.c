/* resolve_waiver.c - exceptions that somebody signed: which hold, which are used, which have run out. */
#include "contracts/resolve.h"

enum { WAIVERS_MAX = 64 };

#define ENDING_SOON (30 * US_PER_DAY)

static const char waivable[] =
    "restricted-raw class-lowered data-use-forbidden legal-basis-forbidden residency-forbidden retention-ceiling "
    "special-category-marketing advertising-consent marketing-messages children basis-purpose consent-imbalance";

static void complain(struct resolver *resolver, const char *rule, const struct contract_waiver *waiver, const char *key,
                     const struct yaml_node *node, const char *text)
{
    odcs_report(&resolver->odcs, rule, &waiver->part, key, node, "%s", text);
}

static bool is_complete(const struct contract_waiver *waiver)
{
    return waiver->field != NULL && waiver->rule != NULL && waiver->reason != NULL && waiver->approved_by != NULL &&
           waiver->until != NULL;
}

/* Until when it holds: to the end of its day. */
static bool read_end(const struct contract_waiver *waiver, int64_t *until)
{
    if (!resolve_instant(waiver->until->text, until)) return false;
    if (waiver->until->text.size == 10) *until += US_PER_DAY;
    return true;
}

static bool is_valid(struct resolver *resolver, const struct contract_waiver *waiver)
{
    int64_t until;
    unsigned position;
    if (!is_complete(waiver)) return false; /* odcs.c has complained */
    if (waiver->reason->text.size == 0 || waiver->approved_by->text.size == 0) {
        complain(resolver, "waiver", waiver, NULL, NULL, "a waiver says why, and who approved it");
        return false;
    }
    if (!word_find(waivable, waiver->rule->text, &position)) {
        odcs_report(&resolver->odcs, "waiver", &waiver->part, "rule", waiver->rule, "'%.*s' cannot be waived; these can: %s",
                    SPAN_ARGS(waiver->rule->text), waivable);
        return false;
    }
    if (!read_end(waiver, &until)) {
        complain(resolver, "waiver", waiver, "until", waiver->until, "until is a date such as '2027-06-30'");
        return false;
    }
    if (resolver->options->now == NO_TIME || resolver->options->now < until) return true;
    odcs_report(&resolver->odcs, "waiver-expired", &waiver->part, "until", waiver->until, "the waiver ended on %.*s",
                SPAN_ARGS(waiver->until->text));
    return false;
}

void resolve_waivers_begin(struct resolver *resolver)
{
    const struct contract *contract = resolver->contract;
    resolver->waivers_valid = 0;
    resolver->waivers_used = 0;
    if (contract->waiver_count > WAIVERS_MAX)
        complain(resolver, "waiver", &contract->waivers[WAIVERS_MAX], NULL, NULL, "a use has at most 64 waivers");
    for (size_t i = 0; i < contract->waiver_count && i < WAIVERS_MAX; i++) {
        if (is_valid(resolver, &contract->waivers[i])) resolver->waivers_valid |= UINT64_C(1) << i;
    }
}

bool resolve_is_waived(struct resolver *resolver, struct span field, const char *rule)
{
    const struct contract *contract = resolver->contract;
    for (size_t i = 0; i < contract->waiver_count && i < WAIVERS_MAX; i++) {
        const struct contract_waiver *waiver = &contract->waivers[i];
        if ((resolver->waivers_valid & UINT64_C(1) << i) == 0) continue;
        if (!span_equal(waiver->field->text, field) || !span_is(waiver->rule->text, rule)) continue;
        resolver->waivers_used |= UINT64_C(1) << i;
        return true;
    }
    return false;
}

/* What is excused today is refused on the day after: there should be time to renew or to mend. */
static void warn_of_end(struct resolver *resolver, const struct contract_waiver *waiver)
{
    int64_t until;
    if (resolver->options->now == NO_TIME || !read_end(waiver, &until)) return;
    if (until - resolver->options->now > ENDING_SOON) return;
    odcs_report(&resolver->odcs, "waiver-ending", &waiver->part, "until", waiver->until,
                "the waiver ends on %.*s; the contracts no longer load afterwards", SPAN_ARGS(waiver->until->text));
}

void resolve_waivers_end(struct resolver *resolver)
{
    const struct contract *contract = resolver->contract;
    for (size_t i = 0; i < contract->waiver_count && i < WAIVERS_MAX; i++) {
        const struct contract_waiver *waiver = &contract->waivers[i];
        uint64_t bit = UINT64_C(1) << i;
        if ((resolver->waivers_valid & bit) == 0) continue;
        if ((resolver->waivers_used & bit) != 0)
            warn_of_end(resolver, waiver);
        else
            odcs_report(&resolver->odcs, "waiver-unused", &waiver->part, "field", waiver->field,
                        "nothing of '%.*s' needs this waiver", SPAN_ARGS(waiver->field->text));
    }
}
