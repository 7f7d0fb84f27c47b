/* A record's way through a lane:
 *
 *     produce --> unfinished list --> librdkafka --> report --> done()
 *                     |   ^               |
 *       refused list <+   +---- held -----+      a fatal error: generation 0 until the next producer takes the list, in order
 */
#include "gateway/kafka/lane.h"

#include "gateway/clock.h"
#include "gateway/kafka/lane_error.h"
#include "gateway/kafka/lane_internal.h"
#include "gateway/kafka/topics.h"
#include "gateway/kafka/watch.h"
#include "gateway/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPLACE_PAUSE_US = 1000000 }; /* a producer that fails at once is not made anew without end */

/* One writer, so a load and a store do. */
static void count(_Atomic uint64_t *cell, int64_t amount)
{
    uint64_t value = atomic_load_explicit(cell, memory_order_relaxed) + (uint64_t)amount;
    atomic_store_explicit(cell, value, memory_order_relaxed);
}

/* ---------------------------------------------------------------- lists */
static void list_append(struct lane_list *list, struct lane_record *record)
{
    record->next = NULL;
    record->previous = list->last;
    if (list->last != NULL)
        list->last->next = record;
    else
        list->first = record;
    list->last = record;
}

static void list_remove(struct lane_list *list, struct lane_record *record)
{
    if (record->previous != NULL)
        record->previous->next = record->next;
    else
        list->first = record->next;
    if (record->next != NULL)
        record->next->previous = record->previous;
    else
        list->last = record->previous;
}

/* ---------------------------------------------------------------- room */
static void give_back(struct lane *lane, size_t bytes)
{
    lane->reserved -= bytes;
    atomic_store_explicit(&lane->count.reserved, lane->reserved, memory_order_relaxed);
}

enum lane_room lane_reserve(const struct lane_claims *claims)
{
    enum lane_room room = LANE_ROOM;
    for (size_t i = 0; i < claims->count; i++) {
        const struct lane *lane = claims->items[i].lane;
        if (claims->items[i].bytes > lane->bound) return LANE_NEVER_FITS;
        if (lane->closed) room = LANE_CLOSED;
        if (room == LANE_ROOM && claims->items[i].bytes > lane->bound - lane->reserved) room = LANE_FULL;
    }
    if (room != LANE_ROOM) return room;
    for (size_t i = 0; i < claims->count; i++) {
        struct lane *lane = claims->items[i].lane;
        lane->reserved += claims->items[i].bytes;
        atomic_store_explicit(&lane->count.reserved, lane->reserved, memory_order_relaxed);
    }
    return LANE_ROOM;
}

void lane_release(const struct lane_claims *claims)
{
    for (size_t i = 0; i < claims->count; i++) give_back(claims->items[i].lane, claims->items[i].bytes);
}

/* ---------------------------------------------------------------- the end of a record */
/* The record may be gone when this returns. */
static void finish(struct lane *lane, struct lane_record *record, const struct lane_report *report)
{
    list_remove(&lane->unfinished, record);
    give_back(lane, record->cost);
    count(&lane->count.unfinished, -1);
    if (report->possibly_persisted) count(&lane->count.possibly_persisted, 1);
    record->done(record, report);
}

static void finish_delivered(struct lane *lane, struct lane_record *record, const rd_kafka_message_t *message, int64_t now_us)
{
    count(&lane->count.delivered, 1);
    finish(lane, record,
           &(struct lane_report){.result = LANE_DELIVERED,
                                 .partition = message->partition,
                                 .offset = message->offset,
                                 .latency_us = now_us - record->handed_us});
}

static void finish_failed(struct lane *lane, struct lane_record *record, enum lane_result result, int64_t latency_us)
{
    finish(lane, record,
           &(struct lane_report){.result = result,
                                 .possibly_persisted = record->possibly_persisted,
                                 .code = record->code,
                                 .partition = -1,
                                 .offset = -1,
                                 .latency_us = latency_us});
}

static void block_topic(struct topic *topic, rd_kafka_resp_err_t code)
{
    char reason[TOPIC_REASON_SIZE];
    snprintf(reason, sizeof reason, "a record was refused (%s): %s", rd_kafka_err2name(code), lane_error_remedy(code));
    topic_tell(topic, lane_error_block(code), reason, clock_monotonic());
}

/* ---------------------------------------------------------------- generations */
/* Stops the lane: librdkafka gives every record back, lane_turn() goes on once it has. */
static void start_replacing(struct lane *lane, rd_kafka_resp_err_t code)
{
    char text[256] = "";
    if (lane->state != LANE_RUNNING) return;
    lane->state = LANE_REPLACING;
    rd_kafka_resp_err_t cause = rd_kafka_fatal_error(lane->producer->rk, text, sizeof text);
    if (cause != RD_KAFKA_RESP_ERR_NO_ERROR) code = cause;
    log_line(LOG_ERROR, "producer_failed", log_text("cluster", lane->settings.cluster->name), log_text("lane", lane->name),
             log_int("generation", lane->generation), log_text("error", rd_kafka_err2name(code)), log_text("text", text));
    producer_purge(lane->producer);
    lane->wake(lane->wake_arg);
}

static void *retire(void *producer)
{
    producer_destroy(producer);
    return NULL;
}

/* rd_kafka_destroy() waits for threads, which the loop must not: one old producer at a time goes on a thread of its own.
 * False: the one before is still on its way out. */
static bool retire_producer(struct lane *lane)
{
    if (lane->retiring != NULL) {
        if (pthread_tryjoin_np(lane->retirer, NULL) != 0) return false;
        lane->retiring = NULL;
    }
    struct producer *old = lane->producer;
    if (old == NULL) return true;
    rd_kafka_queue_io_event_enable(old->queue, -1, NULL, 0);
    if (pthread_create(&lane->retirer, NULL, retire, old) != 0) return false;
    lane->retiring = old;
    lane->producer = NULL;
    return true;
}

static void hand_over(struct lane *lane, struct lane_record *record);

static void produce_again(struct lane *lane)
{
    struct lane_record *next = NULL;
    for (struct lane_record *record = lane->unfinished.first; record != NULL && lane->state == LANE_RUNNING; record = next) {
        next = record->next; /* hand_over() may move it to the refused */
        if (record->possibly_persisted) count(&lane->count.possible_duplicates, 1);
        hand_over(lane, record);
    }
}

static void replace(struct lane *lane)
{
    char problem[512] = "out of memory";
    if (!retire_producer(lane)) return;
    lane->producer = producer_create(&lane->settings, problem, sizeof problem);
    if (lane->producer == NULL) {
        log_line(LOG_ERROR, "producer_not_made", log_text("lane", lane->name), log_text("problem", problem));
        return;
    }
    lane->generation++;
    lane->state = LANE_RUNNING;
    count(&lane->count.generations, 1);
    log_line(LOG_WARNING, "producer_replaced", log_text("cluster", lane->settings.cluster->name), log_text("lane", lane->name),
             log_int("generation", lane->generation));
    produce_again(lane);
}

bool lane_turn(struct lane *lane, int64_t now_us)
{
    if (lane->state != LANE_REPLACING) return false;
    bool emptied = lane->producer == NULL || lane->producer->outstanding == 0;
    if (emptied && now_us - lane->replaced_us >= REPLACE_PAUSE_US) {
        lane->replaced_us = now_us;
        replace(lane);
    }
    return lane->state == LANE_REPLACING;
}

/* ---------------------------------------------------------------- handing over */
/* librdkafka did not take it: reported from the loop, or kept for the next producer. */
COLD static void refuse(struct lane *lane, struct lane_record *record, rd_kafka_resp_err_t code)
{
    record->generation = 0;
    if (lane_error_class(code) == LANE_PRODUCER) {
        start_replacing(lane, code);
        return;
    }
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) log_line(LOG_ERROR, "queue_full", log_text("lane", lane->name));
    record->code = code;
    list_remove(&lane->unfinished, record);
    list_append(&lane->refused, record);
    lane->wake(lane->wake_arg);
}

static void hand_over(struct lane *lane, struct lane_record *record)
{
    record->generation = lane->generation;
    rd_kafka_resp_err_t code = producer_send(lane->producer, record->topic, record->record, record, &record->headers);
    if (UNLIKELY(code != RD_KAFKA_RESP_ERR_NO_ERROR)) refuse(lane, record, code);
}

void lane_produce(struct lane *lane, struct lane_record *record)
{
    record->cost = record->record->cost;
    record->generation = 0;
    record->code = RD_KAFKA_RESP_ERR_NO_ERROR;
    record->possibly_persisted = false;
    list_append(&lane->unfinished, record);
    count(&lane->count.unfinished, 1);
    count(&lane->count.produced, 1);
    if (LIKELY(lane->state == LANE_RUNNING))
        hand_over(lane, record);
    else if (lane->state == LANE_ENDING)
        refuse(lane, record, RD_KAFKA_RESP_ERR__DESTROY);
}

/* ---------------------------------------------------------------- reports */
static bool is_purge(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

/* What became of a record that was not delivered: the four kinds. */
static void judge_failure(struct lane *lane, struct lane_record *record, int64_t latency_us)
{
    enum lane_error_class class = lane_error_class(record->code);
    if (!is_purge(record->code) && class != LANE_FINE) count(&lane->count.errors[class - 1], 1);
    switch (class) {
    case LANE_RECORD: finish_failed(lane, record, LANE_FAILED, latency_us); return;
    case LANE_USE:
        block_topic(record->topic, record->code);
        finish_failed(lane, record, LANE_BLOCKED, latency_us);
        return;
    case LANE_PRODUCER: start_replacing(lane, record->code); break;
    default: break;
    }
    if (lane->state == LANE_REPLACING)
        record->generation = 0; /* held in its place in the list */
    else
        finish_failed(lane, record, LANE_UNDELIVERED, latency_us);
}

static void serve_report(struct lane *lane, const rd_kafka_message_t *message, int64_t now_us)
{
    struct lane_record *record = message->_private;
    rd_kafka_msg_status_t status = rd_kafka_message_status(message);
    lane->producer->outstanding--;
    producer_take_back(lane->producer, message, record->headers);
    if (LIKELY(message->err == RD_KAFKA_RESP_ERR_NO_ERROR) || status == RD_KAFKA_MSG_STATUS_PERSISTED) {
        finish_delivered(lane, record, message, now_us);
        return;
    }
    record->code = message->err;
    record->possibly_persisted |= status == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED;
    judge_failure(lane, record, now_us - record->handed_us);
}

COLD static void serve_error(struct lane *lane, rd_kafka_event_t *event)
{
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    if (rd_kafka_event_error_is_fatal(event)) {
        count(&lane->count.errors[LANE_PRODUCER - 1], 1);
        start_replacing(lane, code);
        return;
    }
    enum lane_error_class class = lane_error_class(code);
    if (class != LANE_FINE) count(&lane->count.errors[class - 1], 1);
    if (lane->topics != NULL && watch_is_loss(code)) topics_doubt(lane->topics, lane->cluster_index);
    log_line(LOG_WARNING, "kafka_error", log_text("cluster", lane->settings.cluster->name), log_text("lane", lane->name),
             log_text("error", rd_kafka_err2name(code)), log_text("text", rd_kafka_event_error_string(event)));
}

COLD static void serve_log(const struct lane *lane, rd_kafka_event_t *event)
{
    const char *facility = "", *text = "";
    int severity = 0; /* of syslog: 3 is an error, 4 a warning */
    if (rd_kafka_event_log(event, &facility, &text, &severity) != 0) return;
    bool twin = strcmp(facility, "FAIL") == 0; /* the same text comes as an error event */
    log_line(severity <= 4 && !twin ? LOG_WARNING : LOG_DEBUG, "kafka_log", log_text("cluster", lane->settings.cluster->name),
             log_text("lane", lane->name), log_text("facility", facility), log_text("text", text));
}

/* The clock is asked once for all reports of an event: rd_kafka_message_latency() asks it for each. */
static void serve_reports(struct lane *lane, rd_kafka_event_t *event)
{
    const rd_kafka_message_t *message = NULL;
    int64_t now_us = clock_monotonic();
    while ((message = rd_kafka_event_message_next(event)) != NULL) serve_report(lane, message, now_us);
}

static void serve_event(struct lane *lane, rd_kafka_event_t *event)
{
    switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_DR: serve_reports(lane, event); break;
    case RD_KAFKA_EVENT_ERROR: serve_error(lane, event); break;
    case RD_KAFKA_EVENT_LOG: serve_log(lane, event); break;
    default: break;
    }
}

static void report_refused(struct lane *lane)
{
    struct lane_record *record = NULL;
    while ((record = lane->refused.first) != NULL) {
        list_remove(&lane->refused, record);
        list_append(&lane->unfinished, record); /* finish() takes it from there */
        judge_failure(lane, record, -1);
    }
}

void lane_poll(struct lane *lane)
{
    rd_kafka_event_t *event = NULL;
    report_refused(lane);
    if (lane->producer == NULL) return;
    while ((event = rd_kafka_queue_poll(lane->producer->queue, 0)) != NULL) {
        serve_event(lane, event);
        rd_kafka_event_destroy(event);
    }
}

/* ---------------------------------------------------------------- beginning and end */
struct lane *lane_create(const struct producer_settings *settings, const char *name, uint32_t index, size_t bound, char *problem,
                         size_t problem_size)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (lane == NULL) return NULL;
    lane->settings = *settings;
    lane->name = name;
    lane->index = index;
    lane->bound = bound;
    lane->producer = producer_create(settings, problem, problem_size);
    if (lane->producer == NULL) {
        free(lane);
        return NULL;
    }
    lane->generation = 1;
    return lane;
}

void lane_destroy(struct lane *lane)
{
    if (lane == NULL) return;
    if (lane->retiring != NULL) pthread_join(lane->retirer, NULL);
    producer_destroy(lane->producer);
    free(lane);
}

void lane_flush(struct lane *lane)
{
    if (lane->producer != NULL && lane->state == LANE_RUNNING) producer_flush(lane->producer);
}

void lane_give_up(struct lane *lane)
{
    lane->state = LANE_ENDING;
    struct lane_record *next = NULL;
    for (struct lane_record *record = lane->unfinished.first; record != NULL; record = next) {
        next = record->next;
        if (record->generation == 0) refuse(lane, record, RD_KAFKA_RESP_ERR__DESTROY);
    }
    if (lane->producer != NULL) producer_purge(lane->producer);
}

bool lane_idle(const struct lane *lane)
{
    return lane->unfinished.first == NULL && lane->refused.first == NULL;
}

void lane_counters(const struct lane *lane, struct lane_counters *out)
{
    const struct lane_count *from = &lane->count;
    *out = (struct lane_counters){
        .cluster = lane->settings.cluster->name,
        .name = lane->name,
        .index = lane->index,
        .bound = lane->bound,
        .reserved = atomic_load_explicit(&from->reserved, memory_order_relaxed),
        .unfinished = atomic_load_explicit(&from->unfinished, memory_order_relaxed),
        .produced = atomic_load_explicit(&from->produced, memory_order_relaxed),
        .delivered = atomic_load_explicit(&from->delivered, memory_order_relaxed),
        .generations = atomic_load_explicit(&from->generations, memory_order_relaxed),
        .possible_duplicates = atomic_load_explicit(&from->possible_duplicates, memory_order_relaxed),
        .possibly_persisted = atomic_load_explicit(&from->possibly_persisted, memory_order_relaxed),
    };
    for (size_t i = 0; i < COUNT_OF(out->errors); i++)
        out->errors[i] = atomic_load_explicit(&from->errors[i], memory_order_relaxed);
}
