#include "gateway/stage_watch.h"

#include "contracts/stage.h"
#include "gateway/log.h"

#include <stdlib.h>

/* One contract as it stood at the last look. */
struct standing {
    struct span id, event;
    const struct use *use; /* NULL: a model */
    const struct model *model;
    enum stage stage;
    bool supported;
};

struct stage_watch {
    struct standing *items;
    size_t count;
};

struct stage_watch *stage_watch_create(void)
{
    return calloc(1, sizeof(struct stage_watch));
}

void stage_watch_destroy(struct stage_watch *watch)
{
    if (watch == NULL) return;
    free(watch->items);
    free(watch);
}

static void look_at(struct standing *standing, int64_t now)
{
    const struct use *use = standing->use;
    const struct model *model = standing->model;
    standing->stage = use != NULL ? stage_of_use(use, now) : stage_of_model(model, now);
    standing->supported = stage_is_supported(use != NULL ? use->end_of_support : model->end_of_support, now);
}

static const char *who_is_told(const struct standing *standing)
{
    return standing->use != NULL ? "its readers should move" : "its senders are told by Deprecation and Sunset";
}

static void tell_support(const struct standing *standing)
{
    log_line(LOG_WARNING, "support_ended", log_span("contract", standing->id), log_span("of", standing->event),
             log_text("meaning", who_is_told(standing)));
}

/* What has passed already is worth a line only where the status says something else. */
static void tell_first(const struct standing *standing)
{
    enum status status = standing->use != NULL ? standing->use->status : standing->model->status;
    bool live = status == STATUS_ACTIVE || status == STATUS_DEPRECATED;
    if (live && standing->stage == STAGE_ENDED)
        log_line(LOG_WARNING, "life_ended", log_span("contract", standing->id), log_span("of", standing->event));
    else if (live && !standing->supported)
        tell_support(standing);
}

void stage_watch_take(struct stage_watch *watch, const struct catalogue *catalogue, int64_t now)
{
    struct standing *items = calloc(catalogue->model_count + catalogue->use_count + 1, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; items != NULL && i < catalogue->model_count; i++) {
        const struct model *model = catalogue->models[i];
        items[count++] = (struct standing){.id = model->id, .event = model->event, .model = model};
    }
    for (size_t i = 0; items != NULL && i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        items[count++] = (struct standing){.id = use->id, .event = use->model->event, .use = use};
    }
    free(watch->items);
    watch->items = items;
    watch->count = count;
    for (size_t i = 0; i < count; i++) {
        look_at(&items[i], now);
        tell_first(&items[i]);
    }
}

size_t stage_watch_look(struct stage_watch *watch, int64_t now)
{
    size_t changes = 0;
    for (size_t i = 0; i < watch->count; i++) {
        struct standing *standing = &watch->items[i], before = *standing;
        look_at(standing, now);
        if (before.stage != standing->stage)
            log_line(standing->stage == STAGE_ENDED ? LOG_WARNING : LOG_INFO, "stage_changed", log_span("contract", standing->id),
                     log_span("of", standing->event), log_text("from", stage_word(before.stage)),
                     log_text("to", stage_word(standing->stage)));
        if (before.supported && !standing->supported) tell_support(standing);
        changes += (before.stage != standing->stage ? 1U : 0U) + (before.supported != standing->supported ? 1U : 0U);
    }
    return changes;
}
