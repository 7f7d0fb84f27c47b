#include "contracts/outcome.h"

#include "contracts/record_make.h"
#include "contracts/stage.h"

static void withhold(struct outcome *out, enum outcome_reason reason)
{
    out->kind = OUTCOME_WITHHELD;
    out->reason = reason;
}

/* Everything that needs no projection; true when the event is to be written. */
static bool decide(const struct arrival *arrival, const struct use_program *program, enum stage stage, struct outcome *out)
{
    const struct use *use = program->use;
    const struct timing *timing = &arrival->timing;
    out->late = timing_is_beyond(timing->age, use->latency);
    if (stage == STAGE_ENDED) {
        withhold(out, REASON_ENDED);
    } else if (use->legal_basis == BASIS_CONSENT) {
        withhold(out, REASON_CONSENT); /* no proof of consent is read yet: nothing may be assumed */
    } else if (program->nowhere) {
        withhold(out, REASON_RESIDENCY);
    } else if (timing_is_beyond(timing->age, use->oldest_age)) {
        out->kind = OUTCOME_EXPIRED;
    } else if (out->late && use->on_late == ON_LATE_DROP) {
        withhold(out, REASON_LATE);
    } else {
        out->kind = out->late && use->on_late == ON_LATE_DIVERT ? OUTCOME_DIVERTED : OUTCOME_DELIVERED;
        return true;
    }
    return false;
}

bool outcome_decide(struct arrival *arrival, const struct use_program *program, struct outcome *out)
{
    const struct use *use = program->use;
    enum record_status status = RECORD_MADE;
    *out = (struct outcome){.use = use};
    enum stage stage = stage_of_route(use, arrival->context->received);
    bool shadow = stage == STAGE_SHADOW;
    if (decide(arrival, program, stage, out))
        status = shadow ? record_probe(arrival, program, &out->size)
                        : record_make(arrival, program, out->late, out->kind == OUTCOME_DIVERTED, &out->record);
    if (status == RECORD_NO_MEMORY) return false;
    if (status == RECORD_UNFIT) withhold(out, REASON_UNFIT);
    if (UNLIKELY(shadow)) {
        out->would = out->kind;
        out->kind = OUTCOME_SHADOW;
    }
    if (out->kind != OUTCOME_DELIVERED && out->kind != OUTCOME_DIVERTED) out->late = false;
    return true;
}

const char *outcome_word(enum outcome_kind kind)
{
    static const char *const words[OUTCOME_KINDS] = {
        [OUTCOME_DELIVERED] = "delivered", [OUTCOME_DIVERTED] = "diverted", [OUTCOME_WITHHELD] = "withheld",
        [OUTCOME_EXPIRED] = "expired",     [OUTCOME_SHADOW] = "shadow",     [OUTCOME_DUPLICATE] = "duplicate",
        [OUTCOME_FAILED] = "failed",
    };
    return words[kind];
}

const char *outcome_reason_word(enum outcome_reason reason)
{
    static const char *const words[OUTCOME_REASONS] = {
        [REASON_NONE] = "",           [REASON_CONSENT] = "consent",     [REASON_OBJECTION] = "objection",
        [REASON_GPC] = "gpc",         [REASON_RESIDENCY] = "residency", [REASON_UNFIT] = "unfit",
        [REASON_LATE] = "late",       [REASON_STOPPED] = "stopped",     [REASON_ENDED] = "ended",
        [REASON_BLOCKED] = "blocked", [REASON_SIZE] = "size",
    };
    return words[reason];
}
