#include "gateway/ingest/request.h"

#include "gateway/clock.h"
#include "gateway/ingest/ingest.h"
#include "gateway/ingest/reply.h"
#include "gateway/ingest/resend.h"

#include <stdlib.h>

enum { FIRST_ITEMS = 128 };

struct request *request_create(struct ingest *ingest, struct http_exchange *exchange)
{
    struct arena *arena = arena_pool_get(&ingest->arenas, ingest->config->limits.request_projected);
    if (arena == NULL) return NULL;
    struct request *request = arena_calloc(arena, 1, sizeof *request);
    if (request == NULL) {
        arena_destroy(arena);
        return NULL;
    }
    request->ingest = ingest;
    request->arena = arena;
    request->exchange = exchange;
    request->view = ingest->view;
    request->sent = NO_TIME;
    request->failure_offset = SIZE_MAX;
    request->references = 1;
    view_request_begin(request->view);
    ingest->live++;
    return request;
}

void request_start_clock(struct request *request)
{
    request->received = clock_wall();
    request->started = clock_monotonic();
    request->deadline = request->started + request->ingest->config->timeouts.reply;
}

int64_t request_age(const struct request *request)
{
    return clock_monotonic() - request->started;
}

void request_unref(struct request *request)
{
    if (--request->references > 0) return;
    struct ingest *ingest = request->ingest;
    view_request_end(request->view);
    ingest->live--;
    arena_pool_put(&ingest->arenas, request->arena); /* the request lies in it */
}

bool request_fail(struct request *request, enum problem problem)
{
    request->failure = problem;
    return false;
}

bool request_fail_json(struct request *request, const struct json_cursor *cursor, size_t base)
{
    request->failure_offset = base + json_error_offset(cursor);
    request->failure_detail = json_error_text(cursor->error);
    switch (cursor->error) {
    case JSON_TOO_DEEP: return request_fail(request, PROBLEM_JSON_DEPTH);
    case JSON_TOO_MANY: return request_fail(request, PROBLEM_JSON_TOKENS);
    case JSON_NO_MEMORY: return request_fail(request, PROBLEM_PROJECTED_SIZE);
    default: return request_fail(request, PROBLEM_MALFORMED_JSON);
    }
}

void request_context(const struct request *request, struct event_context *context)
{
    const struct config *config = request->ingest->config;
    *context = (struct event_context){
        .received = request->received,
        .sent = request->sent,
        .envelope_time = NO_TIME,
        .source = request->sender->name,
        .idempotency_key = request->idempotency_key,
        .traceparent = request->traceparent,
        .future_tolerance = config->clock_tolerance,
        .violation_limit = config->limits.violations,
        .list_undeclared = request->wants_items && request->may_receipts,
    };
}

/* Bodies are walked one after another, so their items gather in one place of the worker's, which never gets cold; its size is
 * that of the longest body. */
static bool grow_items(struct ingest *ingest)
{
    uint32_t capacity = ingest->item_capacity == 0 ? FIRST_ITEMS : ingest->item_capacity * 2;
    struct item *items = realloc(ingest->items, capacity * sizeof *items);
    if (items == NULL) return false;
    ingest->items = items;
    ingest->item_capacity = capacity;
    return true;
}

static struct item *append(struct request *request)
{
    struct ingest *ingest = request->ingest;
    if (request->count >= ingest->config->limits.events) {
        request_fail(request, PROBLEM_EVENT_COUNT);
        return NULL;
    }
    if (request->count == ingest->item_capacity && !grow_items(ingest)) {
        request_fail(request, PROBLEM_PROJECTED_SIZE);
        return NULL;
    }
    request->items = ingest->items;
    struct item *item = &request->items[request->count++];
    memset(item, 0, sizeof *item);
    return item;
}

/* A request that lives on has its items for itself, and only as much room as they need. */
static bool keep_items(struct request *request)
{
    struct item *items = arena_alloc(request->arena, request->count * sizeof *items);
    if (items == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
    memcpy(items, request->items, request->count * sizeof *items);
    request->items = items;
    return true;
}

struct item *request_refuse(struct request *request, enum problem problem, struct span id)
{
    struct item *item = append(request);
    if (item == NULL) return NULL;
    item->status = ITEM_REFUSED;
    item->problem = problem;
    item->id = id;
    return item;
}

/* Over its rate: the value is passed over, still checked as JSON, and the item may come again. */
static bool hold_back(struct request *request, struct item *item, struct json_cursor *cursor)
{
    item->status = ITEM_RETRY;
    item->problem = PROBLEM_RATE;
    return json_skip(cursor) || request_fail_json(request, cursor, 0);
}

bool request_judge(struct request *request, const struct model_program *model, struct json_cursor *cursor,
                   struct event_context *context)
{
    struct item *item = append(request);
    if (item == NULL) return false;
    struct view *view = request->view;
    item->model = model_program_model(model);
    if (!rate_take(view->edition->rates, request->sender->index, item->model, request->received))
        return hold_back(request, item, cursor);
    context->index = request->count - 1;
    json_space(cursor);
    const char *start = cursor->at;
    switch (enforce_event(view->enforcer, model, cursor, context, request->arena, &item->judgement)) {
    case ENFORCE_JUDGED: break;
    case ENFORCE_SYNTAX: return request_fail_json(request, cursor, 0);
    case ENFORCE_NO_MEMORY: return request_fail(request, PROBLEM_PROJECTED_SIZE);
    case ENFORCE_NO_RANDOMNESS: return request_fail(request, PROBLEM_NO_RANDOMNESS);
    }
    item->id = item->judgement.event_id;
    if ((size_t)(cursor->at - start) > request->ingest->config->limits.event) {
        item->status = ITEM_REFUSED;
        item->problem = PROBLEM_EVENT_SIZE;
    } else if (item->judgement.verdict == VERDICT_REFUSED) {
        item->status = ITEM_REFUSED;
        item->problem = PROBLEM_CONTRACT;
    }
    return true;
}

bool request_observe(struct request *request, struct span type, struct json_cursor *cursor, struct span id)
{
    struct item *item = append(request);
    if (item == NULL) return false;
    item->id = id;
    json_space(cursor);
    const char *start = cursor->at;
    if (!json_skip(cursor)) return request_fail_json(request, cursor, 0);
    struct span text = {start, (size_t)(cursor->at - start)};
    if (text.size > request->ingest->config->limits.event) {
        item->status = ITEM_REFUSED;
        item->problem = PROBLEM_EVENT_SIZE;
        return true;
    }
    struct observed_event *observed = arena_alloc(request->arena, sizeof *observed);
    if (observed == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
    *observed = (struct observed_event){type, text};
    item->observed = observed;
    return true;
}

/* ---------------------------------------------------------------- phase 2 */

static struct topic *topic_of(const struct request *request, const struct outcome *outcome)
{
    const struct topic_route *route = &request->view->edition->topics.routes[outcome->use->index];
    return outcome->kind == OUTCOME_DIVERTED ? route->late : route->topic;
}

/* A record that cannot be written now and whose use says retry holds the whole event: a resend would write the other uses'
 * records again, without end. The deduplication window does not change that, as a block may outlive it; but a record that was
 * delivered before the block is not missing. */
static bool held_by_a_block(const struct request *request, const struct item *item)
{
    for (uint32_t i = 0; i < item->judgement.outcome_count; i++) {
        const struct outcome *outcome = &item->judgement.outcomes[i];
        if (outcome->record == NULL || outcome->use->on_blocked == ON_BLOCKED_WITHHOLD) continue;
        if (topic_blocked(topic_of(request, outcome)) == TOPIC_USABLE) continue;
        if (!resend_is_known(request, item, outcome->use)) return true;
    }
    return false;
}

static void reported(struct lane_record *record, const struct lane_report *report);

/* Makes the delivery of one outcome and claims its room; one that ends before it starts (too large, withheld) claims none. What
 * held_by_a_block() let pass goes on, also when its topic was blocked since: it may not be withheld. */
static bool plan(struct request *request, struct item *item, const struct outcome *outcome, struct lane_claims *claims)
{
    struct delivery *delivery = &item->deliveries[item->delivery_count++];
    struct topic *topic = topic_of(request, outcome);
    *delivery = (struct delivery){
        .lane_record =
            {.record = outcome->record, .topic = topic, .done = reported, .request = request, .handed_us = request->started},
        .outcome = outcome,
        .partition = -1,
        .offset = -1,
    };
    uint32_t cost = outcome->record->cost;
    if (cost > topic_largest_record(topic)) {
        delivery->state = DELIVERY_FAILED;
    } else if (outcome->use->on_blocked == ON_BLOCKED_WITHHOLD && topic_blocked(topic) != TOPIC_USABLE) {
        delivery->state = resend_is_known(request, item, outcome->use) ? DELIVERY_DUPLICATE : DELIVERY_WITHHELD;
    } else if (request->ingest->dedupe == NULL || resend_claim(request, item, delivery)) {
        delivery->lane = lane_set_lane(request->ingest->lanes, topic);
        if (delivery->lane == NULL) return request_fail(request, PROBLEM_NO_ROOM);
        lane_claim(claims, delivery->lane, cost);
    }
    return true;
}

static bool plan_item(struct request *request, struct item *item, struct lane_claims *claims)
{
    if (item->status != ITEM_ACCEPTED) return true;
    if (held_by_a_block(request, item)) {
        item->status = ITEM_RETRY;
        item->problem = PROBLEM_BLOCKED_USE;
        return true;
    }
    const struct judgement *judgement = &item->judgement;
    item->deliveries = arena_alloc(request->arena, judgement->outcome_count * sizeof *item->deliveries);
    if (item->deliveries == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
    for (uint32_t i = 0; i < judgement->outcome_count; i++)
        if (judgement->outcomes[i].record != NULL && !plan(request, item, &judgement->outcomes[i], claims)) return false;
    return true;
}

static bool reserve(struct request *request, const struct lane_claims *claims)
{
    switch (lane_reserve(claims)) {
    case LANE_ROOM: return true;
    case LANE_NEVER_FITS: return request_fail(request, PROBLEM_PROJECTED_SIZE);
    case LANE_CLOSED: return request_fail(request, PROBLEM_DRAINING);
    case LANE_FULL: break;
    }
    for (size_t i = 0; i < claims->count; i++) {
        struct lane_counters counters;
        lane_counters(claims->items[i].lane, &counters);
        metrics_add1(request->view->metrics, METRIC_RESERVATIONS_REFUSED, counters.index, 1);
    }
    return request_fail(request, PROBLEM_NO_ROOM);
}

static bool waits_for(const struct delivery *delivery)
{
    return delivery->outcome->use->delivery != DELIVERY_MEMORY;
}

static void await(struct request *request, struct delivery *delivery)
{
    delivery->awaited = true;
    request->waiting++;
}

static void produce_one(struct request *request, struct delivery *delivery)
{
    if (delivery->follows) await(request, delivery);
    if (delivery->lane == NULL) return;
    request->references++;
    if (waits_for(delivery))
        await(request, delivery);
    else
        request->produced_memory = true;
    lane_produce(delivery->lane, &delivery->lane_record);
}

static void produce(struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++) {
        const struct item *item = &request->items[i];
        for (uint32_t k = 0; k < item->delivery_count; k++) produce_one(request, &item->deliveries[k]);
    }
}

/* Only of a body that is not refused as a whole: nothing of that was taken. */
static void observe(const struct request *request)
{
    if (request->failure != PROBLEM_NONE && problem_status(request->failure) != 503) return;
    for (uint32_t i = 0; i < request->count; i++) {
        const struct observed_event *observed = request->items[i].observed;
        if (observed != NULL) observer_see(request->ingest->observer, observed->type, observed->text);
    }
}

void request_hand_over(struct request *request)
{
    UNINITIALIZED struct lane_claims claims; /* of each only what is counted is read */
    claims.count = 0;
    bool kept = keep_items(request);
    for (uint32_t i = 0; kept && i < request->count; i++)
        if (!plan_item(request, &request->items[i], &claims)) break;
    if (request->failure == PROBLEM_NONE && reserve(request, &claims))
        produce(request);
    else if (request->ingest->dedupe != NULL)
        resend_release(request);
    observe(request);
    if (request->waiting > 0)
        ingest_await(request->ingest, request);
    else
        reply_send(request, request_age(request));
}

/* ---------------------------------------------------------------- reports */

static void note_report(struct delivery *delivery, const struct lane_report *report)
{
    const struct use *use = delivery->outcome->use;
    delivery->partition = report->partition;
    delivery->offset = report->offset;
    delivery->possibly_persisted = report->possibly_persisted;
    switch (report->result) {
    case LANE_DELIVERED: delivery->state = DELIVERY_STORED; break;
    case LANE_FAILED: delivery->state = DELIVERY_FAILED; break;
    case LANE_BLOCKED: delivery->state = use->on_blocked == ON_BLOCKED_WITHHOLD ? DELIVERY_WITHHELD : DELIVERY_UNDURABLE; break;
    case LANE_UNDELIVERED: delivery->state = DELIVERY_UNDURABLE; break;
    }
}

static void count_report(struct metrics *metrics, const struct delivery *delivery, const struct lane_report *report)
{
    if (delivery->state != DELIVERY_STORED) return;
    const struct use *use = delivery->outcome->use;
    const struct record *record = delivery->outcome->record;
    metrics_add1(metrics, METRIC_RECORDS, use->index, 1);
    metrics_add1(metrics, METRIC_RECORD_BYTES, use->index, (int64_t)(record->key.size + record->value.size));
    metrics_observe(metrics, METRIC_DELIVERY_TIME, use->tier, report->latency_us);
}

/* One delivery less to wait for; the last one answers. */
static void end_wait(struct request *request, struct delivery *delivery, int64_t age)
{
    if (!delivery->awaited) return;
    if (delivery->state == DELIVERY_STORED) request->produced_kafka = true;
    if (--request->waiting > 0 || request->answered) return;
    ingest_forget(request->ingest, request);
    reply_send(request, age);
}

/* The clock that the lane asked for its reports does for the reply too: records are handed over when the body was here. */
static void reported(struct lane_record *record, const struct lane_report *report)
{
    struct request *request = record->request;
    struct delivery *delivery = (struct delivery *)((char *)record - offsetof(struct delivery, lane_record));
    note_report(delivery, report);
    count_report(request->view->metrics, delivery, report);
    if (request->ingest->dedupe != NULL) resend_settle(request, delivery);
    if (!waits_for(delivery) && delivery->state == DELIVERY_UNDURABLE) request->ingest->lost++;
    end_wait(request, delivery, report->latency_us >= 0 ? report->latency_us : request_age(request));
    request_unref(request);
}

void request_tell(struct delivery *delivery, bool durable)
{
    struct request *request = delivery->lane_record.request;
    delivery->state = durable ? DELIVERY_DUPLICATE : DELIVERY_UNDURABLE;
    delivery->possibly_persisted = !durable; /* the other one's record may be stored all the same */
    end_wait(request, delivery, request_age(request));
    request_unref(request);
}

void request_expire(struct request *request)
{
    ingest_forget(request->ingest, request);
    reply_send(request, request_age(request));
}

void request_detach(struct request *request)
{
    request->exchange = NULL;
}
