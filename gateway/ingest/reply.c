#include "gateway/ingest/reply.h"

#include "gateway/ingest/ingest.h"
#include "gateway/ingest/lifecycle.h"
#include "gateway/ingest/quality_json.h"
#include "gateway/ingest/settle.h"

#include <stdio.h>

enum { HEADERS_MAX = 8 };

static const struct span json_type = {"application/json", 16};
static const struct span problem_type = {"application/problem+json", 24};

/* How long a sender should leave us alone, in seconds, as Retry-After spells it. */
static struct span retry_after(enum problem problem)
{
    switch (problem) {
    case PROBLEM_DRAINING: return SPAN("5");
    case PROBLEM_BLOCKED_USE: return SPAN("30");
    case PROBLEM_NOT_DURABLE: return SPAN("2");
    default: return SPAN("1");
    }
}

/* ---------------------------------------------------------------- members */

static void write_contract(struct json_writer *json, struct span id, struct span version)
{
    char text[512];
    int size = snprintf(text, sizeof text, "%.*s@%.*s", SPAN_ARGS(id), SPAN_ARGS(version));
    json_member_text(json, "contract", (struct span){text, size < (int)sizeof text ? (size_t)size : sizeof text - 1});
}

static void write_violations(struct json_writer *json, const struct item *item)
{
    const struct judgement *judgement = &item->judgement;
    if (judgement->violation_count == 0) return;
    json_name(json, "violations");
    json_array_begin(json);
    for (uint32_t i = 0; i < judgement->violation_count; i++) {
        const struct violation *violation = &judgement->violations[i];
        json_object_begin(json);
        json_member_text(json, "pointer", violation->pointer);
        json_member_text(json, "rule", span_of(violation->rule->name));
        json_member_text(json, "message", span_of(violation->rule->title));
        if (item->model != NULL) write_contract(json, item->model->id, item->model->version);
        json_object_end(json);
    }
    json_array_end(json);
    if (judgement->more_violations) json_member_bool(json, "more_violations", true);
}

static void write_outcome(struct json_writer *json, const struct item *item, const struct outcome *outcome)
{
    struct settled settled = settle_outcome(item, outcome);
    const struct use *use = outcome->use;
    bool record = settled.kind == OUTCOME_DELIVERED || settled.kind == OUTCOME_DIVERTED;
    json_object_begin(json);
    json_member_text(json, "use", use->name);
    write_contract(json, use->id, use->version);
    json_member_text(json, "outcome", span_of(outcome_word(settled.kind)));
    if (settled.kind == OUTCOME_SHADOW) json_member_text(json, "would", span_of(outcome_word(outcome->would)));
    if (settled.reason != REASON_NONE) json_member_text(json, "reason", span_of(outcome_reason_word(settled.reason)));
    if (record) json_member_text(json, "freshness", outcome->late ? SPAN("late") : SPAN("on_time"));
    if (record) json_member_text(json, "topic", settled.kind == OUTCOME_DIVERTED ? use->late_topic : use->topic);
    if (settled.delivery != NULL && settled.delivery->state == DELIVERY_STORED) {
        json_member_int(json, "partition", settled.delivery->partition);
        json_member_int(json, "offset", settled.delivery->offset);
    }
    json_object_end(json);
}

static void write_receipt(struct json_writer *json, const struct request *request, const struct item *item)
{
    const struct judgement *judgement = &item->judgement;
    json_name(json, "receipt");
    json_object_begin(json);
    json_member_text(json, "catalogue", request->view->edition->catalogue->version);
    json_name(json, "uses");
    json_array_begin(json);
    for (uint32_t i = 0; i < judgement->outcome_count; i++) write_outcome(json, item, &judgement->outcomes[i]);
    json_array_end(json);
    quality_json(json, judgement);
    if (judgement->undeclared_name_count > 0)
        json_member_texts(json, "undeclared", judgement->undeclared_names, judgement->undeclared_name_count);
    json_object_end(json);
}

static void write_flags(struct json_writer *json, const struct item *item)
{
    if (item->partly_delivered) json_member_bool(json, "partly_delivered", true);
    if (item->uncertain) json_member_bool(json, "uncertain", true);
}

static void write_item(struct json_writer *json, const struct request *request, uint32_t index)
{
    static const char *const words[] = {"accepted", "refused", "retry"};
    const struct item *item = &request->items[index];
    json_object_begin(json);
    json_member_int(json, "index", index);
    json_member_text(json, "id", item->id);
    json_member_text(json, "status", span_of(words[item->status]));
    if (item->judgement.generated) json_member_bool(json, "generated", true);
    if (item->status == ITEM_ACCEPTED && item->judgement.discarded) json_member_bool(json, "discarded", true);
    if (item->observed != NULL) json_member_bool(json, "observed", true);
    if (item->status == ITEM_ACCEPTED && settle_is_duplicate(item)) json_member_bool(json, "duplicate", true);
    write_flags(json, item);
    if (item->problem != PROBLEM_NONE) {
        json_name(json, "problem");
        problem_open(json, item->problem);
        if (item->detail != NULL) json_member_text(json, "reason", span_of(item->detail));
        write_violations(json, item);
        json_object_end(json);
    }
    if (item->judgement.undeclared > 0) json_member_int(json, "dropped_fields", item->judgement.undeclared);
    if (request->wants_items && request->may_receipts && item->status != ITEM_REFUSED) write_receipt(json, request, item);
    json_object_end(json);
}

static void write_items(struct json_writer *json, const struct request *request)
{
    json_name(json, "items");
    json_array_begin(json);
    for (uint32_t i = 0; i < request->count; i++) write_item(json, request, i);
    json_array_end(json);
}

/* ---------------------------------------------------------------- whole replies */

/* What is sent: the body is in the ingest's scratch buffer. */
struct answer {
    struct http_reply reply;
    struct http_header headers[HEADERS_MAX];
    struct lifecycle lifecycle;
    struct json_writer json;
};

static void answer_begin(struct answer *answer, struct ingest *ingest, int status, struct span type)
{
    buffer_clear(&ingest->reply);
    answer->reply = (struct http_reply){.status = status, .content_type = type, .headers = answer->headers};
    json_writer_init(&answer->json, &ingest->reply, 0);
}

static void answer_header(struct answer *answer, struct span name, struct span value)
{
    answer->headers[answer->reply.header_count++] = (struct http_header){name, value};
}

static void answer_send(struct answer *answer, struct ingest *ingest, struct http_exchange *exchange)
{
    answer->reply.body = buffer_span(&ingest->reply);
    if (!buffer_ok(&ingest->reply)) answer->reply = (struct http_reply){.status = 500, .close = true};
    http_answer(exchange, &answer->reply);
}

static void add_durability(struct answer *answer, const struct request *request)
{
    if (!request->may_receipts) return;
    if (request->produced_memory)
        answer_header(answer, SPAN("Headgate-Durability"), SPAN("memory"));
    else if (request->produced_kafka)
        answer_header(answer, SPAN("Headgate-Durability"), SPAN("kafka"));
}

/* A browser shows the reply to the page only where we name its origin. */
static void add_origin(struct answer *answer, const struct request *request)
{
    if (request->origin.data == NULL) return;
    answer_header(answer, SPAN("Access-Control-Allow-Origin"), request->origin);
    answer_header(answer, SPAN("Access-Control-Expose-Headers"), SPAN("Retry-After, Headgate-Durability, Deprecation, Sunset"));
    answer_header(answer, SPAN("Vary"), SPAN("Origin"));
}

/* Senders learn in time that a model of theirs comes to its end. */
static void add_lifecycle(struct answer *answer, const struct request *request)
{
    const struct model *last = NULL; /* a list is mostly of one model */
    lifecycle_begin(&answer->lifecycle);
    for (uint32_t i = 0; i < request->count; i++) {
        const struct model *model = request->items[i].model;
        if (model != NULL && model != last) lifecycle_add(&answer->lifecycle, model, request->received);
        last = model;
    }
    answer->reply.header_count += lifecycle_headers(&answer->lifecycle, answer->headers + answer->reply.header_count);
}

static void answer_failure(struct answer *answer, struct request *request)
{
    enum problem failure = request->failure;
    answer_begin(answer, request->ingest, problem_status(failure), problem_type);
    problem_open(&answer->json, failure);
    if (request->failure_detail != NULL) json_member_text(&answer->json, "reason", span_of(request->failure_detail));
    if (request->failure_offset != SIZE_MAX) json_member_int(&answer->json, "offset", (int64_t)request->failure_offset);
    json_object_end(&answer->json);
}

static void answer_accepted(struct answer *answer, struct request *request, const struct tally *tally)
{
    bool items = request->wants_items && request->may_receipts;
    answer_begin(answer, request->ingest, items ? 200 : 202, json_type);
    if (!items) {
        tally_write(tally, &request->ingest->reply);
        return;
    }
    json_object_begin(&answer->json);
    write_items(&answer->json, request);
    json_object_end(&answer->json);
}

static void answer_single(struct answer *answer, struct request *request)
{
    const struct item *item = &request->items[0];
    answer_begin(answer, request->ingest, problem_status(item->problem), problem_type);
    if (item->status == ITEM_RETRY) answer_header(answer, SPAN("Retry-After"), retry_after(item->problem));
    problem_open(&answer->json, item->problem);
    if (item->detail != NULL) json_member_text(&answer->json, "reason", span_of(item->detail));
    json_member_text(&answer->json, "event_id", item->id);
    write_flags(&answer->json, item);
    write_violations(&answer->json, item);
    if (request->wants_items && request->may_receipts && item->delivery_count > 0) write_receipt(&answer->json, request, item);
    json_object_end(&answer->json);
}

/* Why the request as a whole may come again later: its rate only where nothing worse holds an item back. */
static enum problem first_retry(const struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++)
        if (request->items[i].status == ITEM_RETRY && request->items[i].problem != PROBLEM_RATE) return request->items[i].problem;
    return PROBLEM_RATE;
}

/* All of a list share a fate: one problem, with the items inside. */
static void answer_list(struct answer *answer, struct request *request, int status, enum problem problem)
{
    answer_begin(answer, request->ingest, status, problem_type);
    if (status != 422) answer_header(answer, SPAN("Retry-After"), retry_after(problem));
    problem_begin(&answer->json, status, problem_rule(problem), problem_detail(problem));
    write_items(&answer->json, request);
    json_object_end(&answer->json);
}

static void answer_mixed(struct answer *answer, struct request *request, const struct tally *tally)
{
    answer_begin(answer, request->ingest, 207, json_type);
    if (tally->retry > 0) answer_header(answer, SPAN("Retry-After"), retry_after(first_retry(request)));
    json_object_begin(&answer->json);
    write_items(&answer->json, request);
    json_object_end(&answer->json);
}

static void compose(struct answer *answer, struct request *request, const struct tally *tally)
{
    if (request->failure != PROBLEM_NONE && !settle_is_transient(request->failure)) {
        answer_failure(answer, request);
    } else if (tally->accepted == request->count) {
        answer_accepted(answer, request, tally);
    } else if (request->single) {
        answer_single(answer, request);
    } else if (tally->refused == request->count) {
        answer_list(answer, request, 422, PROBLEM_ALL_REFUSED);
    } else if (tally->retry == request->count) {
        answer_list(answer, request, tally->by_rate == tally->retry ? 429 : 503, first_retry(request));
    } else {
        answer_mixed(answer, request, tally);
    }
    add_durability(answer, request);
    add_lifecycle(answer, request);
    add_origin(answer, request);
}

void reply_send(struct request *request, int64_t age)
{
    UNINITIALIZED struct answer answer; /* compose() begins it, settle_items() the tally */
    UNINITIALIZED struct tally tally;
    request->answered = true;
    if (request->exchange != NULL) http_exchange_expect(request->exchange);
    settle_items(request, &tally);
    bool judged = request->failure == PROBLEM_NONE || settle_is_transient(request->failure);
    if (judged) settle_count(request, age);
    compose(&answer, request, &tally);
    metrics_add1(request->view->metrics, METRIC_REQUESTS, metric_status((unsigned)answer.reply.status), 1);
    if (request->exchange != NULL) answer_send(&answer, request->ingest, request->exchange);
    request->exchange = NULL;
    request_unref(request);
}

void reply_problem(struct ingest *ingest, struct http_exchange *exchange, enum problem problem, const struct http_header *headers,
                   size_t header_count)
{
    struct answer answer;
    answer_begin(&answer, ingest, problem_status(problem), problem_type);
    for (size_t i = 0; i < header_count && i < HEADERS_MAX; i++) answer_header(&answer, headers[i].name, headers[i].value);
    if (problem_status(problem) == 503) answer_header(&answer, SPAN("Retry-After"), retry_after(problem));
    problem_open(&answer.json, problem);
    json_object_end(&answer.json);
    metrics_add1(ingest->view->metrics, METRIC_REQUESTS, metric_status((unsigned)answer.reply.status), 1);
    answer_send(&answer, ingest, exchange);
}

/* What a fault's reply says beside its body: when to come again, and the page's origin. That lives as long as the exchange. */
static void show_fault(struct ingest *ingest, struct http_exchange *exchange, struct http_reply *reply)
{
    const struct request *request = exchange != NULL ? http_exchange_user(exchange) : NULL;
    struct http_header *shown = ingest->shown;
    if (reply->status == 503) *shown++ = (struct http_header){SPAN("Retry-After"), retry_after(PROBLEM_NO_ROOM)};
    if (request != NULL && request->origin.data != NULL) {
        struct span origin = http_request_field(http_exchange_request(exchange), HTTP_FIELD_ORIGIN);
        *shown++ = (struct http_header){SPAN("Access-Control-Allow-Origin"), origin};
        *shown++ = (struct http_header){SPAN("Vary"), SPAN("Origin")};
    }
    reply->headers = ingest->shown;
    reply->header_count = (size_t)(shown - ingest->shown);
}

void reply_fault(struct ingest *ingest, struct http_exchange *exchange, const struct http_fault_info *fault,
                 struct http_reply *reply)
{
    struct answer answer;
    answer_begin(&answer, ingest, fault->status, problem_type);
    problem_begin(&answer.json, fault->status, fault->rule, fault->detail);
    json_object_end(&answer.json);
    metrics_add1(ingest->view->metrics, METRIC_REQUESTS, metric_status((unsigned)fault->status), 1);
    show_fault(ingest, exchange, reply);
    reply->content_type = problem_type;
    reply->body = buffer_span(&ingest->reply);
}
