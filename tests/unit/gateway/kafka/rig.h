/* rig.h - what the tests of gateway/kafka share: a loop, an in-process cluster, topics, records and a reader.
 *
 * Nothing sleeps: rig_until() turns the loop until a condition holds or its deadline passes. */
#ifndef HEADGATE_TESTS_KAFKA_RIG_H
#define HEADGATE_TESTS_KAFKA_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/clock.h"
#include "gateway/kafka/embedded.h"
#include "gateway/kafka/lane_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RIG_RECORDS = 2000, RIG_DEADLINE_MS = 20000 };

/* A record of a request, with what became of it. */
struct rig_record {
    struct record record;
    struct lane_record lane_record;
    struct fixed_headers fixed; /* none */
    struct span header_name, header;
    char key[16], value[32], header_value[16];
    unsigned reports;
    struct lane_report report;
    unsigned order; /* of its report among all */
    struct rig *rig;
};

struct rig {
    struct event_base *base;
    struct event *tick; /* lets the loop return to look at the condition */
    struct embedded *embedded;
    struct cluster_property properties[2];
    struct cluster cluster;
    struct config config;
    struct lane_set *set;
    struct topic *topic;
    struct lane *lane;
    struct rig_record records[RIG_RECORDS];
    unsigned reported;
    bool drained;
};

static inline int64_t rig_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void rig_on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

static inline struct topic *rig_topic(struct rig *rig, const char *name, uint32_t index)
{
    struct topic *topic = topic_create(span_of(name), &rig->cluster, 0, 0, index);
    assert_non_null(topic);
    topic_set_block(topic, TOPIC_USABLE, "");
    return topic;
}

/* One lane with `bytes` of room to an in-process cluster of one broker, and the topic "t" with `partitions`; 0 = no topic. */
static inline struct rig *rig_create(size_t bytes, uint32_t partitions)
{
    char problem[256] = "";
    struct rig *rig = calloc(1, sizeof *rig);
    assert_non_null(rig);
    rig->base = event_base_new();
    rig->tick = event_new(rig->base, -1, EV_PERSIST, rig_on_tick, NULL);
    event_add(rig->tick, &(struct timeval){0, 2000});
    rig->embedded = embedded_create(1, problem, sizeof problem);
    assert_non_null(rig->embedded);
    if (partitions > 0) assert_true(embedded_make_topic(rig->embedded, "t", partitions));
    rig->properties[0] = (struct cluster_property){"reconnect.backoff.ms", "10", false};
    rig->properties[1] = (struct cluster_property){"reconnect.backoff.max.ms", "50", false};
    rig->cluster = (struct cluster){.name = "local", .properties = rig->properties, .property_count = 2};
    rig->config = (struct config){.clusters = &rig->cluster, .cluster_count = 1, .lanes = {{"fast", 2000}}, .lane_count = 1};
    rig->set = lane_set_create(rig->base, &(struct lane_settings){&rig->config, embedded_bootstrap(rig->embedded), bytes, NULL});
    assert_non_null(rig->set);
    rig->topic = rig_topic(rig, "t", 0);
    rig->lane = lane_set_lane(rig->set, rig->topic);
    assert_non_null(rig->lane);
    return rig;
}

/* Turns the loop until `done` says so; false when RIG_DEADLINE_MS passed first. */
static inline bool rig_until(struct rig *rig, bool (*done)(struct rig *rig))
{
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    while (!done(rig) && rig_now_ms() < deadline) event_base_loop(rig->base, EVLOOP_ONCE);
    return done(rig);
}

static inline void rig_on_drained(void *arg)
{
    ((struct rig *)arg)->drained = true;
}

static inline bool rig_is_drained(struct rig *rig)
{
    return rig->drained;
}

static inline void rig_drain(struct rig *rig, int deadline_ms)
{
    lane_set_drain(rig->set, deadline_ms, rig_on_drained, rig);
    assert_false(rig->drained); /* never out of the call itself */
    assert_true(rig_until(rig, rig_is_drained));
}

/* Drains, unless the test did, and takes all down. */
static inline void rig_destroy(struct rig *rig)
{
    if (!rig->drained) rig_drain(rig, 1000);
    lane_set_destroy(rig->set);
    topic_destroy(rig->topic);
    embedded_destroy(rig->embedded);
    event_free(rig->tick);
    event_base_free(rig->base);
    libevent_global_shutdown();
    free(rig);
}

static inline void rig_done(struct lane_record *lane_record, const struct lane_report *report)
{
    struct rig_record *record = lane_record->request;
    record->reports++;
    record->report = *report;
    record->order = record->rig->reported++;
}

/* Record number `i`: its key is "k", its value "value <i>", one header "n" = <i>, its time 1700000000000 + i. */
static inline struct rig_record *rig_record(struct rig *rig, unsigned i)
{
    struct rig_record *record = &rig->records[i];
    *record = (struct rig_record){.rig = rig};
    snprintf(record->key, sizeof record->key, "k");
    snprintf(record->value, sizeof record->value, "value %u", i);
    snprintf(record->header_value, sizeof record->header_value, "%u", i);
    record->header_name = SPAN("n");
    record->header = span_of(record->header_value);
    record->record = (struct record){
        .key = span_of(record->key),
        .value = span_of(record->value),
        .timestamp_ms = INT64_C(1700000000000) + i,
        .fixed = &record->fixed,
        .names = &record->header_name,
        .values = &record->header,
        .varying_count = 1,
    };
    record->record.cost = record_cost(&record->record);
    record->lane_record = (struct lane_record){
        .record = &record->record, .topic = rig->topic, .done = rig_done, .request = record, .handed_us = clock_monotonic()};
    return record;
}

/* Reserves and produces records from .. to - 1. */
static inline void rig_produce(struct rig *rig, unsigned from, unsigned to)
{
    struct lane_claims claims = {.count = 0};
    for (unsigned i = from; i < to; i++) lane_claim(&claims, rig->lane, rig_record(rig, i)->record.cost);
    assert_int_equal(lane_reserve(&claims), LANE_ROOM);
    for (unsigned i = from; i < to; i++) lane_produce(rig->lane, &rig->records[i].lane_record);
}

static inline struct lane_counters rig_counters(struct rig *rig)
{
    struct lane_counters counters;
    lane_counters(rig->lane, &counters);
    return counters;
}

static inline bool rig_nothing_unfinished(struct rig *rig)
{
    return rig_counters(rig).unfinished == 0;
}

/* Reads the first `count` records of a partition; `visit` checks each. */
static inline void rig_read(struct rig *rig, int32_t partition, unsigned count,
                            void (*visit)(struct rig *rig, unsigned i, const rd_kafka_message_t *message))
{
    char problem[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", embedded_bootstrap(rig->embedded), problem, sizeof problem);
    rd_kafka_conf_set(conf, "group.id", "test", problem, sizeof problem);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, sizeof problem);
    assert_non_null(rk);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, "t", partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    assert_int_equal(rd_kafka_assign(rk, list), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(list);
    int64_t deadline = rig_now_ms() + RIG_DEADLINE_MS;
    unsigned got = 0;
    while (got < count && rig_now_ms() < deadline) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, 100);
        if (message == NULL) continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) visit(rig, got++, message);
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    assert_int_equal(got, count);
}

#endif
