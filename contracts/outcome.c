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

/* The long way, which is always right. */
static NEVER_INLINE bool decide_any(struct arrival *arrival, const struct use_program *program, struct outcome *out)
{
    const struct use *use = program->use;
    enum record_status status = RECORD_MADE;
    enum stage stage = stage_of_route(use, arrival->context->received);
    bool shadow = stage == STAGE_SHADOW;
    if (decide(arrival, program, stage, out))
        status = shadow ? record_probe(arrival, program, &out->size)
                        : record_make(arrival, program, out->late, out->kind == OUTCOME_DIVERTED, &out->record);
    if (status == RECORD_NO_MEMORY) return false;
    if (status == RECORD_UNFIT) withhold(out, REASON_UNFIT);
    if (shadow) {
        out->would = out->kind;
        out->kind = OUTCOME_SHADOW;
    }
    if (out->kind != OUTCOME_DELIVERED && out->kind != OUTCOME_DIVERTED) out->late = false;
    return true;
}

bool outcome_decide(struct arrival *arrival, const struct use_program *program, struct outcome *out)
{
    *out = (struct outcome){.use = program->use, .kind = OUTCOME_DELIVERED};
    if (UNLIKELY(!outcome_is_straight(&program->straight, arrival->context->received, arrival->timing.age)))
        return decide_any(arrival, program, out);
    bool late = timing_is_beyond(arrival->timing.age, program->straight.latency);
    enum record_status status = record_make(arrival, program, late, false, &out->record);
    out->late = late && status == RECORD_MADE;
    if (UNLIKELY(status == RECORD_UNFIT)) withhold(out, REASON_UNFIT);
    return status != RECORD_NO_MEMORY;
}

/* ---------------------------------------------------------------- the straight way */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b; /* NO_TIME, none given, is before all others */
}

/* The last moment of a life. */
static int64_t end_of(int64_t end_of_life)
{
    return end_of_life == NO_TIME ? INT64_MAX : end_of_life;
}

void outcome_prepare(struct use_program *program)
{
    const struct use *use = program->use;
    const struct model *model = use->model;
    int64_t use_ends = end_of(use->end_of_life), model_ends = end_of(model->end_of_life);
    bool never = !stage_can_be_live(use) || program->nowhere || use->legal_basis == BASIS_CONSENT;
    program->straight = (struct straight_way){
        .from = later(use->general_availability, model->general_availability),
        .until = never                   ? INT64_MIN
                 : use_ends < model_ends ? use_ends
                                         : model_ends,
        .age = use->on_late == ON_LATE_DELIVER || use->oldest_age < use->latency ? use->oldest_age : use->latency,
        .latency = use->latency,
    };
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
