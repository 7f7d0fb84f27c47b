#include "gateway/ingest/settle.h"

#include "contracts/quality.h"
#include "gateway/ingest/ingest.h"

bool settle_is_transient(enum problem failure)
{
    return failure != PROBLEM_NONE && problem_status(failure) == 503;
}

/* An accepted item with its deliveries as they stand now. */
static void settle_deliveries(struct item *item)
{
    bool open = false, stored = false;
    for (uint32_t i = 0; i < item->delivery_count; i++) {
        const struct delivery *delivery = &item->deliveries[i];
        bool waited = delivery->outcome->use->delivery != DELIVERY_MEMORY;
        bool waiting = delivery->state == DELIVERY_WAITING && waited;
        if (delivery->state == DELIVERY_STORED || delivery->state == DELIVERY_DUPLICATE) stored = true;
        if (!waiting && delivery->state != DELIVERY_UNDURABLE) continue;
        open = true;
        if (waiting || delivery->possibly_persisted) item->uncertain = true;
    }
    if (!open) return;
    item->status = ITEM_RETRY;
    item->problem = PROBLEM_NOT_DURABLE;
    item->partly_delivered = stored;
}

bool settle_is_duplicate(const struct item *item)
{
    bool some = false;
    for (uint32_t i = 0; i < item->delivery_count; i++) {
        enum delivery_state state = item->deliveries[i].state;
        if (state == DELIVERY_STORED || state == DELIVERY_WAITING) return false;
        some |= state == DELIVERY_DUPLICATE;
    }
    return some;
}

static void settle_item(const struct request *request, struct item *item)
{
    bool needs_room = item->observed == NULL;
    if (item->status != ITEM_ACCEPTED) return;
    if (needs_room && settle_is_transient(request->failure)) {
        item->status = ITEM_RETRY;
        item->problem = request->failure;
    } else {
        settle_deliveries(item);
    }
}

void settle_items(struct request *request, struct tally *tally)
{
    *tally = (struct tally){0};
    for (uint32_t i = 0; i < request->count; i++) {
        struct item *item = &request->items[i];
        settle_item(request, item);
        tally->undeclared += item->judgement.undeclared;
        switch (item->status) {
        case ITEM_ACCEPTED:
            tally->accepted++;
            tally->discarded += item->judgement.discarded;
            tally->generated += item->judgement.generated;
            tally->observed += item->observed != NULL;
            tally->duplicates += settle_is_duplicate(item);
            break;
        case ITEM_REFUSED: tally->refused++; break;
        case ITEM_RETRY:
            tally->retry++;
            tally->by_rate += item->problem == PROBLEM_RATE;
            break;
        }
    }
}

struct settled settle_outcome(const struct item *item, const struct outcome *outcome)
{
    struct settled settled = {outcome->kind, outcome->reason, NULL};
    for (uint32_t i = 0; i < item->delivery_count && settled.delivery == NULL; i++)
        if (item->deliveries[i].outcome == outcome) settled.delivery = &item->deliveries[i];
    if (settled.delivery == NULL) return settled;
    if (settled.delivery->state == DELIVERY_FAILED) {
        settled.kind = OUTCOME_FAILED;
        settled.reason = REASON_SIZE;
    } else if (settled.delivery->state == DELIVERY_WITHHELD) {
        settled.kind = OUTCOME_WITHHELD;
        settled.reason = REASON_BLOCKED;
    } else if (settled.delivery->state == DELIVERY_DUPLICATE) {
        settled.kind = OUTCOME_DUPLICATE;
    }
    return settled;
}

static void count_qualities(struct metrics *metrics, struct alarm_cells *alarms, const struct judgement *judgement)
{
    for (uint32_t i = 0; i < judgement->tally_count; i++) {
        const struct quality_tally *tally = &judgement->tallies[i];
        metrics_add1(metrics, METRIC_QUALITY_VALUES, tally->quality->index, tally->rows);
        metrics_add1(metrics, METRIC_QUALITY_BROKEN, tally->quality->index, tally->broken);
        if (tally->quality->windowed) alarm_cells_add(alarms, tally->quality->index, tally->rows, tally->broken);
    }
}

static void count_shadow(struct metrics *metrics, const struct outcome *outcome)
{
    metrics_add3(metrics, METRIC_SHADOW, outcome->use->index, outcome->would, outcome->reason, 1);
    metrics_add1(metrics, METRIC_SHADOW_BYTES, outcome->use->index, (int64_t)outcome->size);
}

static void count_accepted(struct metrics *metrics, struct alarm_cells *alarms, const struct item *item)
{
    const struct judgement *judgement = &item->judgement;
    size_t event = item->model->index;
    if (judgement->discarded) metrics_add1(metrics, METRIC_DISCARDED, event, 1);
    if (judgement->generated) metrics_add1(metrics, METRIC_GENERATED, event, 1);
    count_qualities(metrics, alarms, judgement);
    for (uint32_t i = 0; i < judgement->outcome_count; i++) {
        const struct outcome *outcome = &judgement->outcomes[i];
        struct settled settled = settle_outcome(item, outcome);
        metrics_add3(metrics, METRIC_OUTCOMES, outcome->use->index, settled.kind, settled.reason, 1);
        if (settled.kind == OUTCOME_SHADOW) count_shadow(metrics, outcome);
        if (outcome->late && outcome->record != NULL && settled.kind != OUTCOME_DUPLICATE)
            metrics_add1(metrics, METRIC_LATE, outcome->use->index, 1);
        metrics_observe(metrics, METRIC_EVENT_AGE, outcome->use->tier, judgement->age);
    }
}

static void count_item(const struct request *request, struct metrics *metrics, const struct item *item)
{
    if (item->model == NULL) {
        if (item->problem == PROBLEM_UNDECLARED_EVENT) metrics_add(metrics, METRIC_UNDECLARED_EVENTS, 1);
        if (item->observed != NULL) metrics_add(metrics, METRIC_OBSERVED_EVENTS, 1);
        return;
    }
    const struct judgement *judgement = &item->judgement;
    size_t event = item->model->index;
    metrics_add2(metrics, METRIC_EVENTS, event, item->status, 1);
    if (request->ingest->config->sender_label)
        metrics_add2(metrics, METRIC_SENDER_EVENTS, request->sender->index, item->status, 1);
    if (judgement->undeclared > 0) metrics_add1(metrics, METRIC_UNDECLARED, event, judgement->undeclared);
    if (judgement->skew != 0) metrics_add1(metrics, METRIC_SKEWED, event, 1);
    if (request->ingest->config->sender_label && judgement->skew != 0)
        metrics_add1(metrics, METRIC_SENDER_SKEWED, request->sender->index, 1);
    for (uint32_t i = 0; i < judgement->violation_count; i++)
        metrics_add2(metrics, METRIC_VIOLATIONS, event, rule_index(judgement->violations[i].rule), 1);
    if (item->status == ITEM_ACCEPTED) count_accepted(metrics, request->view->alarms, item);
    if (request->view->alarms != NULL && item->status != ITEM_RETRY)
        alarm_cells_add_sender(request->view->alarms, item->model, request->sender->index, item->status == ITEM_REFUSED);
    if (item->uncertain) metrics_add(metrics, METRIC_UNCERTAIN, 1);
    if (item->partly_delivered) metrics_add(metrics, METRIC_PARTLY_DELIVERED, 1);
}

/* The slowest tier that the request fed decides how long its reply may take. */
static int slowest_tier(const struct request *request)
{
    int slowest = -1;
    for (uint32_t i = 0; i < request->count; i++)
        for (uint32_t k = 0; k < request->items[i].delivery_count; k++) {
            int tier = (int)request->items[i].deliveries[k].outcome->use->tier;
            if (tier > slowest) slowest = tier;
        }
    return slowest;
}

void settle_count(const struct request *request)
{
    int tier = slowest_tier(request);
    if (tier >= 0) metrics_observe(request->view->metrics, METRIC_REPLY_TIME, (size_t)tier, request_age(request));
    for (uint32_t i = 0; i < request->count; i++) count_item(request, request->view->metrics, &request->items[i]);
}
