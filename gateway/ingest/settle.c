#include "gateway/ingest/settle.h"

#include "contracts/quality.h"
#include "gateway/ingest/ingest.h"

bool settle_is_transient(enum problem failure)
{
    return failure != PROBLEM_NONE && problem_status(failure) == 503;
}

#define STATE(name) (1U << DELIVERY_##name)

/* The states that the item's deliveries are in, a bit each. */
static unsigned states_of(const struct item *item)
{
    unsigned states = 0;
    for (uint32_t i = 0; i < item->delivery_count; i++) states |= 1U << item->deliveries[i].state;
    return states;
}

/* An accepted item with its deliveries as they stand now. */
static void settle_deliveries(struct item *item, unsigned states)
{
    bool open = false;
    if ((states & (STATE(WAITING) | STATE(UNDURABLE))) == 0) return;
    for (uint32_t i = 0; i < item->delivery_count; i++) {
        const struct delivery *delivery = &item->deliveries[i];
        bool waited = delivery->outcome->use->delivery != DELIVERY_MEMORY;
        bool waiting = delivery->state == DELIVERY_WAITING && waited;
        if (!waiting && delivery->state != DELIVERY_UNDURABLE) continue;
        open = true;
        if (waiting || delivery->possibly_persisted) item->uncertain = true;
    }
    if (!open) return;
    item->status = ITEM_RETRY;
    item->problem = PROBLEM_NOT_DURABLE;
    item->partly_delivered = (states & (STATE(STORED) | STATE(DUPLICATE))) != 0;
}

bool settle_is_duplicate(const struct item *item)
{
    return (states_of(item) & (STATE(STORED) | STATE(WAITING) | STATE(DUPLICATE))) == STATE(DUPLICATE);
}

static void settle_item(const struct request *request, struct item *item)
{
    bool needs_room = item->observed == NULL;
    if (item->status != ITEM_ACCEPTED) return;
    if (needs_room && settle_is_transient(request->failure)) {
        item->status = ITEM_RETRY;
        item->problem = request->failure;
    } else {
        settle_deliveries(item, states_of(item));
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

/* `delivery` is the outcome's, or NULL. */
static struct settled settled_by(const struct outcome *outcome, const struct delivery *delivery)
{
    struct settled settled = {outcome->kind, outcome->reason, delivery};
    if (delivery == NULL) return settled;
    switch (delivery->state) {
    case DELIVERY_FAILED:
        settled.kind = OUTCOME_FAILED;
        settled.reason = REASON_SIZE;
        break;
    case DELIVERY_WITHHELD:
        settled.kind = OUTCOME_WITHHELD;
        settled.reason = REASON_BLOCKED;
        break;
    case DELIVERY_DUPLICATE: settled.kind = OUTCOME_DUPLICATE; break;
    default: break;
    }
    return settled;
}

struct settled settle_outcome(const struct item *item, const struct outcome *outcome)
{
    uint32_t i = 0;
    while (i < item->delivery_count && item->deliveries[i].outcome != outcome) i++;
    return settled_by(outcome, i < item->delivery_count ? &item->deliveries[i] : NULL);
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

static void count_outcome(struct metrics *metrics, const struct outcome *outcome, const struct delivery *delivery, int64_t age)
{
    const struct use *use = outcome->use;
    struct settled settled = settled_by(outcome, delivery);
    metrics_add3(metrics, METRIC_OUTCOMES, use->index, settled.kind, settled.reason, 1);
    if (settled.kind == OUTCOME_SHADOW) count_shadow(metrics, outcome);
    if (outcome->late && outcome->record != NULL && settled.kind != OUTCOME_DUPLICATE)
        metrics_add1(metrics, METRIC_LATE, use->index, 1);
    metrics_observe(metrics, METRIC_EVENT_AGE, use->tier, age);
}

/* Deliveries stand in the order of their outcomes. */
static void count_accepted(struct metrics *metrics, struct alarm_cells *alarms, const struct item *item)
{
    const struct judgement *judgement = &item->judgement;
    size_t event = item->model->index;
    if (judgement->discarded) metrics_add1(metrics, METRIC_DISCARDED, event, 1);
    if (judgement->generated) metrics_add1(metrics, METRIC_GENERATED, event, 1);
    count_qualities(metrics, alarms, judgement);
    for (uint32_t i = 0, next = 0; i < judgement->outcome_count; i++) {
        const struct outcome *outcome = &judgement->outcomes[i];
        bool has = next < item->delivery_count && item->deliveries[next].outcome == outcome;
        count_outcome(metrics, outcome, has ? &item->deliveries[next++] : NULL, judgement->age);
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

void settle_count(const struct request *request, int64_t age)
{
    int tier = slowest_tier(request);
    if (tier >= 0) metrics_observe(request->view->metrics, METRIC_REPLY_TIME, (size_t)tier, age);
    for (uint32_t i = 0; i < request->count; i++) count_item(request, request->view->metrics, &request->items[i]);
}
