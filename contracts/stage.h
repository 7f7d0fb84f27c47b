/* stage.h - where a contract stands in its life: what status and dates come to, at a moment.
 *
 *     draft, proposed, before generalAvailability    shadow: evaluated and counted, nothing produced
 *     active, deprecated                             live
 *     retired, after endOfLife                       ended; this beats the shadow
 *
 * The dates need no reload: the stage is asked for with each event. */
#ifndef HEADGATE_CONTRACTS_STAGE_H
#define HEADGATE_CONTRACTS_STAGE_H

#include "contracts/timing.h"

enum stage { STAGE_SHADOW, STAGE_LIVE, STAGE_ENDED };

static inline enum stage stage_of(enum status status, int64_t general_availability, int64_t end_of_life, int64_t now)
{
    if (status == STATUS_RETIRED || timing_is_after(now, end_of_life)) return STAGE_ENDED;
    return status <= STATUS_DRAFT || timing_is_before(now, general_availability) ? STAGE_SHADOW : STAGE_LIVE;
}

/* Of a model: shadow is answered like live and nothing of it is stored; ended is unknown to senders (404). */
static inline enum stage stage_of_model(const struct model *model, int64_t now)
{
    return stage_of(model->status, model->general_availability, model->end_of_life, now);
}

/* Of a use by itself; its model may still keep it in the shadow. */
static inline enum stage stage_of_use(const struct use *use, int64_t now)
{
    return stage_of(use->status, use->general_availability, use->end_of_life, now);
}

/* Both together, ended before shadow before live: what an event for the use meets. */
static inline enum stage stage_of_route(const struct use *use, int64_t now)
{
    enum stage own = stage_of_use(use, now), model = stage_of_model(use->model, now);
    if (own == STAGE_ENDED || model == STAGE_ENDED) return STAGE_ENDED;
    return own == STAGE_LIVE ? model : own;
}

/* From endOfSupport on a model's senders, or a use's readers, are warned. */
bool stage_is_supported(int64_t end_of_support, int64_t now);

/* Whether the use can ever be live without another contract: whether a topic is worth making. */
bool stage_can_be_live(const struct use *use);

/* "shadow", "live", "ended". */
const char *stage_word(enum stage stage);

#endif
