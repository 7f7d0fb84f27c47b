#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/embedded.h"
#include "gateway/kafka/topics.h"

#include <stdlib.h>
#include <time.h>

#define HOUR_US INT64_C(3600000000)
enum { WAIT_MS = 20000 };

struct fixture {
    struct embedded *embedded;
    struct cluster clusters[2];
    struct config config;
    struct topics *topics;
    struct arena *arena;
    struct use uses[4];
    struct use *list[4];
    struct catalogue catalogue;
    struct topic_table table;
};

static const struct span eu = {"EU", 2}, cn = {"CN", 2};

static void add_use(struct fixture *fixture, const char *topic, enum status status)
{
    size_t index = fixture->catalogue.use_count++;
    static struct model model = {.status = STATUS_ACTIVE};
    fixture->uses[index] = (struct use){
        .model = &model,
        .index = (uint32_t)index,
        .status = status,
        .tier = TIER_RT,
        .residency = &eu,
        .residency_count = 1,
        .topic = span_of(topic),
        .topic_retention = HOUR_US,
        .segment_time = HOUR_US / 10,
    };
    fixture->list[index] = &fixture->uses[index];
}

static struct fixture *create(bool with_embedded)
{
    char problem[256];
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    if (with_embedded) {
        fixture->embedded = embedded_create(1, problem, sizeof problem);
        assert_non_null(fixture->embedded);
    }
    fixture->clusters[0] = (struct cluster){.name = "inside"};
    /* Port 1 of this machine: nobody answers, at once. */
    if (!with_embedded) fixture->clusters[0] = (struct cluster){.name = "silent", .region = "EU", .bootstrap = "127.0.0.1:1"};
    fixture->config = (struct config){
        .clusters = fixture->clusters,
        .cluster_count = 1,
        .lanes = {{"fast", 2000}, {"bulk", 10000}},
        .lane_count = 2,
        .lane_of_tier = {[TIER_RT] = 0, [TIER_NRT] = 1, [TIER_BATCH] = 1},
        .partitions = 3,
    };
    fixture->catalogue.uses = fixture->list;
    fixture->arena = arena_create(1 << 20);
    fixture->topics = topics_create(&fixture->config, fixture->embedded);
    assert_non_null(fixture->topics);
    return fixture;
}

static void destroy(struct fixture *fixture)
{
    topics_destroy(fixture->topics);
    embedded_destroy(fixture->embedded);
    arena_destroy(fixture->arena);
    free(fixture);
}

static void bind_and_wait(struct fixture *fixture)
{
    assert_true(topics_bind(fixture->topics, &fixture->catalogue, fixture->arena, &fixture->table));
    assert_true(topics_wait(fixture->topics, WAIT_MS));
}

/* How many partitions the cluster says a topic has; 0: there is none. */
static int partitions_of(struct fixture *fixture, const char *name)
{
    char problem[256];
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", embedded_bootstrap(fixture->embedded), problem, sizeof problem);
    rd_kafka_conf_set(conf, "allow.auto.create.topics", "false", problem, sizeof problem);
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof problem);
    assert_non_null(rk);
    assert_int_equal(rd_kafka_metadata(rk, 1, NULL, &metadata, WAIT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
    int count = 0;
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (strcmp(metadata->topics[i].topic, name) == 0) count = metadata->topics[i].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_destroy(rk);
    return count;
}

static void makes_topics_on_the_embedded_cluster(void **state)
{
    struct topics_cluster_state cluster;
    (void)state;
    struct fixture *fixture = create(true);
    add_use(fixture, "shop.order.volume.v1", STATUS_ACTIVE);
    add_use(fixture, "shop.order.fraud.v1", STATUS_DEPRECATED);
    fixture->uses[1].late_topic = SPAN("shop.order.fraud.v1.late");
    bind_and_wait(fixture);
    const struct topic_route *routes = fixture->table.routes;
    assert_int_equal(fixture->table.count, 2);
    assert_int_equal(topic_blocked(routes[0].topic), TOPIC_USABLE);
    assert_int_equal(topic_blocked(routes[1].topic), TOPIC_USABLE);
    assert_int_equal(topic_blocked(routes[1].late), TOPIC_USABLE);
    assert_null(routes[0].late);
    assert_true(span_is(routes[0].topic->name, "shop.order.volume.v1"));
    assert_true(span_is(routes[0].region, "EU"));
    assert_int_equal(routes[1].topic->lane, 0);
    assert_int_equal(routes[1].late->lane, 1); /* on the bulk lane */
    assert_int_equal(routes[0].topic->want.retention_ms, 3600000);
    assert_int_equal(routes[0].topic->want.segment_ms, 360000);
    assert_int_equal(partitions_of(fixture, "shop.order.volume.v1"), 3);
    assert_int_equal(partitions_of(fixture, "shop.order.fraud.v1.late"), 3);
    topics_cluster_state(fixture->topics, 0, &cluster);
    assert_true(cluster.answered);
    assert_int_equal(cluster.brokers, 1);
    assert_string_equal(cluster.problem, "");
    destroy(fixture);
}

static void gives_no_topic_to_uses_that_do_not_produce(void **state)
{
    static const enum status idle[] = {STATUS_DRAFT, STATUS_PROPOSED, STATUS_RETIRED};
    (void)state;
    struct fixture *fixture = create(true);
    for (size_t i = 0; i < COUNT_OF(idle); i++) add_use(fixture, "t", idle[i]);
    bind_and_wait(fixture);
    for (size_t i = 0; i < COUNT_OF(idle); i++) assert_null(fixture->table.routes[i].topic);
    assert_int_equal(partitions_of(fixture, "t"), 0);
    destroy(fixture);
}

static void keeps_topics_and_their_verdicts_over_a_reload(void **state)
{
    (void)state;
    struct fixture *fixture = create(true);
    add_use(fixture, "a", STATUS_ACTIVE);
    bind_and_wait(fixture);
    struct topic *first = fixture->table.routes[0].topic;
    fixture->uses[0].topic_retention = HOUR_US / 2;
    add_use(fixture, "b", STATUS_ACTIVE);
    assert_true(topics_bind(fixture->topics, &fixture->catalogue, fixture->arena, &fixture->table));
    assert_ptr_equal(fixture->table.routes[0].topic, first);
    assert_int_equal(topic_blocked(first), TOPIC_USABLE); /* while the new audit runs, too */
    assert_int_equal(first->want.retention_ms, 1800000);
    assert_true(topics_wait(fixture->topics, WAIT_MS));
    assert_int_equal(topic_blocked(fixture->table.routes[1].topic), TOPIC_USABLE);
    assert_int_not_equal(fixture->table.routes[1].topic->index, first->index);
    destroy(fixture);
}

static void leaves_uses_blocked_while_no_broker_answers(void **state)
{
    struct topics_cluster_state cluster;
    char reason[TOPIC_REASON_SIZE];
    (void)state;
    struct fixture *fixture = create(false);
    add_use(fixture, "a", STATUS_ACTIVE);
    assert_true(topics_bind(fixture->topics, &fixture->catalogue, fixture->arena, &fixture->table));
    assert_false(topics_wait(fixture->topics, 1)); /* it goes on without us */
    assert_true(topics_wait(fixture->topics, WAIT_MS));
    assert_int_equal(topic_blocked(fixture->table.routes[0].topic), TOPIC_UNCHECKED);
    assert_non_null(strstr(topic_reason(fixture->table.routes[0].topic, reason), "cluster silent"));
    topics_cluster_state(fixture->topics, 0, &cluster);
    assert_false(cluster.answered);
    assert_non_null(strstr(cluster.problem, "no broker of cluster silent answered"));
    assert_non_null(strstr(cluster.problem, "127.0.0.1:1"));
    destroy(fixture);
}

static void withholds_what_no_cluster_may_store(void **state)
{
    (void)state;
    struct fixture *fixture = create(false);
    add_use(fixture, "a", STATUS_ACTIVE);
    fixture->uses[0].residency = &cn;
    assert_true(topics_bind(fixture->topics, &fixture->catalogue, fixture->arena, &fixture->table));
    assert_null(fixture->table.routes[0].topic);
    destroy(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_topics_on_the_embedded_cluster),
        cmocka_unit_test(gives_no_topic_to_uses_that_do_not_produce),
        cmocka_unit_test(keeps_topics_and_their_verdicts_over_a_reload),
        cmocka_unit_test(leaves_uses_blocked_while_no_broker_answers),
        cmocka_unit_test(withholds_what_no_cluster_may_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
