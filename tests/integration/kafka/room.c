/* The Kafka room against a real broker. room.sh starts one, makes the topics and runs the steps: room STEP BOOTSTRAP [PID] */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/lane_set.h"
#include "gateway/kafka/topics.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#define HOUR_US INT64_C(3600000000)
enum { RECORDS = 2000, WAIT_MS = 40000 };

static const char *bootstrap;
static pid_t broker;

struct expectation {
    const char *topic;
    enum topic_block block;
    const char *says;
};

/* What room.sh made or left out. Each asks for one hour, in segments of six minutes. */
static const struct expectation required[] = {
    {"fits", TOPIC_USABLE, ""},
    {"compacted-and-deleted", TOPIC_USABLE, ""},
    {"for-ever", TOPIC_KEEPS_LONGER, "retention.ms is unlimited"},
    {"too-long", TOPIC_KEEPS_LONGER, "retention.ms is 7200000, which is more than the contract allows; set it to 3600000"},
    {"long-segments", TOPIC_KEEPS_LONGER, "segment.ms"},
    {"compacted", TOPIC_KEEPS_LONGER, "cleanup.policy"},
    {"small", TOPIC_TOO_SMALL, "max.message.bytes is 5000"},
    {"absent", TOPIC_MISSING, "topics.mode create"},
};
static const struct expectation created[] = {
    {"fits", TOPIC_USABLE, ""},
    {"for-ever", TOPIC_KEEPS_LONGER, "kafka-configs.sh --alter"}, /* what is there is never changed */
    {"absent", TOPIC_USABLE, ""},
};
static const struct expectation mended[] = {{"for-ever", TOPIC_USABLE, ""}, {"absent", TOPIC_USABLE, ""}};

struct room {
    struct cluster cluster;
    struct config config;
    struct use uses[8];
    struct use *list[8];
    struct catalogue catalogue;
    struct arena *arena;
    struct topics *topics;
    struct topic_table table;
};

static struct room *room_create(enum topic_mode mode, const struct expectation *cases, size_t count)
{
    static struct model model = {.status = STATUS_ACTIVE};
    struct room *room = calloc(1, sizeof *room);
    assert_non_null(room);
    room->cluster = (struct cluster){.name = "real", .bootstrap = bootstrap};
    room->config = (struct config){.clusters = &room->cluster,
                                   .cluster_count = 1,
                                   .lanes = {{"fast", 2000}},
                                   .lane_count = 1,
                                   .topic_mode = mode,
                                   .partitions = 4};
    for (size_t i = 0; i < count; i++) {
        room->uses[i] = (struct use){.model = &model,
                                     .index = (uint32_t)i,
                                     .status = STATUS_ACTIVE,
                                     .topic = span_of(cases[i].topic),
                                     .topic_retention = HOUR_US,
                                     .segment_time = HOUR_US / 10};
        room->list[i] = &room->uses[i];
    }
    room->catalogue = (struct catalogue){.uses = room->list, .use_count = count};
    room->arena = arena_create(1 << 20);
    room->topics = topics_create(&room->config, NULL);
    assert_non_null(room->topics);
    assert_true(topics_bind(room->topics, &room->catalogue, room->arena, &room->table));
    assert_true(topics_wait(room->topics, WAIT_MS));
    return room;
}

static void room_destroy(struct room *room)
{
    topics_destroy(room->topics);
    arena_destroy(room->arena);
    free(room);
}

static void expect(enum topic_mode mode, const struct expectation *cases, size_t count)
{
    struct topics_cluster_state state;
    char reason[TOPIC_REASON_SIZE];
    struct room *room = room_create(mode, cases, count);
    topics_cluster_state(room->topics, 0, &state);
    assert_string_equal(state.problem, "");
    assert_true(state.answered);
    assert_int_equal(state.brokers, 1);
    for (size_t i = 0; i < count; i++) {
        struct topic *topic = room->table.routes[i].topic;
        topic_reason(topic, reason);
        printf("%-22s %-13s %s\n", cases[i].topic, topic_block_word(topic_blocked(topic)), reason);
        assert_int_equal(topic_blocked(topic), cases[i].block);
        assert_non_null(strstr(reason, cases[i].says));
    }
    if (count == COUNT_OF(required)) assert_int_equal(topic_largest_record(room->table.routes[6].topic), 5000);
    room_destroy(room);
}

static void require(void)
{
    expect(TOPICS_REQUIRE, required, COUNT_OF(required));
}

static void create(void)
{
    expect(TOPICS_CREATE, created, COUNT_OF(created));
}

static void mend(void)
{
    expect(TOPICS_REQUIRE, mended, COUNT_OF(mended));
}

/* ---------------------------------------------------------------- lanes */
struct sent {
    struct record record;
    struct lane_record lane_record;
    char value[16];
    struct lane_report report;
};

static struct {
    struct event_base *base;
    struct lane_set *set;
    struct sent sent[RECORDS];
    unsigned reported;
    bool drained;
} lanes;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

static void turn_until(unsigned reported, int64_t for_ms)
{
    int64_t deadline = now_ms() + for_ms;
    while (lanes.reported < reported && now_ms() < deadline) event_base_loop(lanes.base, EVLOOP_ONCE);
}

static void on_done(struct lane_record *record, const struct lane_report *report)
{
    ((struct sent *)record->request)->report = *report;
    lanes.reported++;
}

static void on_drained(void *arg)
{
    (void)arg;
    lanes.drained = true;
}

static const struct fixed_headers no_headers = {0};

static void send_records(struct topic *topic, unsigned from, unsigned to)
{
    struct lane_claims claims = {.count = 0};
    for (unsigned i = from; i < to; i++) {
        struct sent *sent = &lanes.sent[i];
        snprintf(sent->value, sizeof sent->value, "%u", i);
        sent->record = (struct record){
            .key = SPAN("k"), .value = span_of(sent->value), .timestamp_ms = (int64_t)time(NULL) * 1000, .fixed = &no_headers};
        sent->record.cost = record_cost(&sent->record);
        sent->lane_record = (struct lane_record){.record = &sent->record, .topic = topic, .done = on_done, .request = sent};
        lane_claim(&claims, lane_set_lane(lanes.set, topic), sent->record.cost);
    }
    assert_int_equal(lane_reserve(&claims), LANE_ROOM);
    for (unsigned i = from; i < to; i++) lane_produce(lane_set_lane(lanes.set, topic), &lanes.sent[i].lane_record);
}

static struct event *open_lanes(struct room *room)
{
    lanes.base = event_base_new();
    struct event *tick = event_new(lanes.base, -1, EV_PERSIST, on_tick, NULL);
    event_add(tick, &(struct timeval){0, 5000});
    lanes.set = lane_set_create(lanes.base, &(struct lane_settings){&room->config, NULL, 64 << 20, NULL});
    assert_non_null(lanes.set);
    return tick;
}

static void close_lanes(struct event *tick)
{
    lane_set_drain(lanes.set, 10000, on_drained, NULL);
    int64_t deadline = now_ms() + 12000;
    while (!lanes.drained && now_ms() < deadline) event_base_loop(lanes.base, EVLOOP_ONCE);
    assert_true(lanes.drained);
    lane_set_destroy(lanes.set);
    event_free(tick);
    event_base_free(lanes.base);
}

/* The broker stops answering for longer than socket.timeout.ms while records are on their way: all arrive, once, in order. */
static void freeze(void)
{
    static const struct expectation cases[] = {{"fits", TOPIC_USABLE, ""}};
    struct room *room = room_create(TOPICS_REQUIRE, cases, 1);
    struct event *tick = open_lanes(room);
    struct topic *topic = room->table.routes[0].topic;
    send_records(topic, 0, RECORDS / 2);
    turn_until(1, WAIT_MS);
    kill(broker, SIGSTOP);
    send_records(topic, RECORDS / 2, RECORDS);
    turn_until(RECORDS, 6000);
    unsigned before = lanes.reported;
    kill(broker, SIGCONT);
    turn_until(RECORDS, WAIT_MS);
    printf("%u reported before the broker went on, %u after\n", before, lanes.reported);
    assert_true(before < RECORDS);
    assert_int_equal(lanes.reported, RECORDS);
    for (unsigned i = 0; i < RECORDS; i++) {
        assert_int_equal(lanes.sent[i].report.result, LANE_DELIVERED);
        if (i > 0) assert_true(lanes.sent[i].report.offset > lanes.sent[i - 1].report.offset);
    }
    struct lane_counters counters;
    assert_int_equal(lane_set_counters(lanes.set, &counters, 1), 1);
    assert_int_equal(counters.generations, 0);
    close_lanes(tick);
    room_destroy(room);
}

/* A topic that goes missing under a running lane blocks its use, and comes back to it once somebody made it. */
static void reappear(void)
{
    static const struct expectation cases[] = {{"appears", TOPIC_MISSING, ""}};
    struct room *room = room_create(TOPICS_REQUIRE, cases, 1);
    struct event *tick = open_lanes(room);
    struct topic *topic = room->table.routes[0].topic;
    assert_int_equal(topic_blocked(topic), TOPIC_MISSING);
    topic_set_block(topic, TOPIC_USABLE, ""); /* as if it had been there when it was looked at */
    send_records(topic, 0, 10);
    turn_until(10, WAIT_MS);
    for (unsigned i = 0; i < 10; i++) assert_int_equal(lanes.sent[i].report.result, LANE_BLOCKED);
    assert_int_equal(topic_blocked(topic), TOPIC_MISSING);
    room->config.topic_mode = TOPICS_CREATE; /* the next audit makes it; clients learn of it later */
    int64_t began = now_ms();
    while (topic_blocked(topic) != TOPIC_USABLE && now_ms() < began + WAIT_MS) event_base_loop(lanes.base, EVLOOP_ONCE);
    assert_int_equal(topic_blocked(topic), TOPIC_USABLE);
    printf("usable again after %lld ms\n", (long long)(now_ms() - began));
    lanes.reported = 0;
    send_records(topic, 10, 20);
    turn_until(10, WAIT_MS);
    for (unsigned i = 10; i < 20; i++) assert_int_equal(lanes.sent[i].report.result, LANE_DELIVERED);
    close_lanes(tick);
    room_destroy(room);
}

static const struct {
    const char *name;
    void (*run)(void);
} steps[] = {{"require", require}, {"create", create}, {"mended", mend}, {"freeze", freeze}, {"reappear", reappear}};

static size_t chosen;

static void run_step(void **state)
{
    (void)state;
    steps[chosen].run();
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    bootstrap = argv[2];
    broker = argc > 3 ? (pid_t)atoi(argv[3]) : 0;
    while (chosen < COUNT_OF(steps) && strcmp(steps[chosen].name, argv[1]) != 0) chosen++;
    if (chosen == COUNT_OF(steps)) return 2;
    const struct CMUnitTest tests[] = {{argv[1], run_step, NULL, NULL, NULL}};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
