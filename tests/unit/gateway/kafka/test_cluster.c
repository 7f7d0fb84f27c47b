#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/cluster.h"

static struct cluster clusters[] = {
    {.name = "kafka-us", .region = "US", .bootstrap = "us:9092"},
    {.name = "kafka-eu", .region = "EU", .bootstrap = "eu:9092"},
    {.name = "kafka-eu-2", .region = "EU", .bootstrap = "eu2:9092"},
};
static const struct config config = {.clusters = clusters, .cluster_count = 3};

static void takes_the_first_cluster_of_an_allowed_region(void **state)
{
    const struct span eu = SPAN("EU"), cn = SPAN("CN"), both[] = {SPAN("EU"), SPAN("US")};
    (void)state;
    struct use use = {.residency = &eu, .residency_count = 1};
    assert_int_equal(cluster_for_use(&config, &use), 1);
    use.residency = &cn;
    assert_int_equal(cluster_for_use(&config, &use), -1);
    use = (struct use){.residency = both, .residency_count = 2}; /* the clusters' order counts, not the use's */
    assert_int_equal(cluster_for_use(&config, &use), 0);
    use = (struct use){.residency_count = 0};
    assert_int_equal(cluster_for_use(&config, &use), 0);
}

static void keeps_to_the_servers_that_a_use_names(void **state)
{
    const struct span eu = SPAN("EU");
    const struct server second = {.name = SPAN("kafka-eu-2")}, foreign = {.name = SPAN("kafka-us")};
    (void)state;
    struct use use = {.residency = &eu, .residency_count = 1, .servers = &second, .server_count = 1};
    assert_int_equal(cluster_for_use(&config, &use), 2);
    use.servers = &foreign; /* named, but not in an allowed region */
    assert_int_equal(cluster_for_use(&config, &use), -1);
}

static void takes_every_use_on_a_cluster_without_a_region(void **state)
{
    struct cluster only = {.name = "kafka", .bootstrap = "localhost:9092"};
    const struct config replaced = {.clusters = &only, .cluster_count = 1};
    const struct span regions[] = {SPAN("CN"), SPAN("EU")};
    const struct server other = {.name = SPAN("kafka-eu-2")};
    (void)state;
    const struct use use = {.residency = regions, .residency_count = 2, .servers = &other, .server_count = 1};
    assert_int_equal(cluster_for_use(&replaced, &use), 0);
    assert_true(span_is(cluster_region(&only, &use), "CN")); /* in the use's first allowed region */
    assert_true(span_is(cluster_region(&clusters[1], &use), "EU"));
    const struct use anywhere = {.residency_count = 0};
    assert_null(cluster_region(&only, &anywhere).data);
}

static void asks_the_in_process_cluster_only_where_no_address_is_given(void **state)
{
    const struct cluster inside = {.name = "embedded"};
    (void)state;
    assert_string_equal(cluster_bootstrap(&clusters[0], "127.0.0.1:1"), "us:9092");
    assert_string_equal(cluster_bootstrap(&inside, "127.0.0.1:1"), "127.0.0.1:1");
}

static void assert_setting(const rd_kafka_conf_t *conf, const char *name, const char *wanted)
{
    char value[128] = "";
    size_t size = sizeof value;
    assert_int_equal(rd_kafka_conf_get(conf, name, value, &size), RD_KAFKA_CONF_OK);
    assert_string_equal(value, wanted);
}

static void tells_librdkafka_what_every_client_has(void **state)
{
    const struct cluster_property properties[] = {{"security.protocol", "sasl_ssl", false}, {"client.id", "mine", false}};
    const struct cluster cluster = {.name = "c", .properties = properties, .property_count = 2};
    char problem[256];
    (void)state;
    rd_kafka_conf_t *conf = cluster_conf(&cluster, "b1:9093,b2:9093", problem, sizeof problem);
    assert_non_null(conf);
    assert_setting(conf, "bootstrap.servers", "b1:9093,b2:9093");
    assert_setting(conf, "allow.auto.create.topics", "false");
    assert_setting(conf, "socket.timeout.ms", "4000");
    assert_setting(conf, "statistics.interval.ms", "0");
    assert_setting(conf, "security.protocol", "sasl_ssl");
    assert_setting(conf, "client.id", "mine"); /* the cluster's own comes last */
    rd_kafka_conf_destroy(conf);
}

static void never_quotes_a_secret_that_is_refused(void **state)
{
    const struct cluster_property open = {"reconnect.backoff.ms", "soon", false}, secret = {"security.protocol", "hunter2", true};
    const struct cluster first = {.name = "c", .properties = &open, .property_count = 1};
    const struct cluster second = {.name = "c", .properties = &secret, .property_count = 1};
    char problem[256];
    (void)state;
    assert_null(cluster_conf(&first, "b:1", problem, sizeof problem));
    assert_non_null(strstr(problem, "reconnect.backoff.ms"));
    assert_null(cluster_conf(&second, "b:1", problem, sizeof problem));
    assert_non_null(strstr(problem, "security.protocol"));
    assert_null(strstr(problem, "hunter2"));
}

static void bounds_records_and_batches(void **state)
{
    const struct cluster_property large = {"message.max.bytes", "5000000", false}, small = {"message.max.bytes", "20000", false};
    const struct cluster more = {.properties = &large, .property_count = 1}, less = {.properties = &small, .property_count = 1};
    (void)state;
    assert_int_equal(cluster_record_max(&clusters[0]), 1000000);
    assert_int_equal(cluster_batch_max(&clusters[0]), 1000000);
    assert_int_equal(cluster_record_max(&more), 5000000);
    assert_int_equal(cluster_batch_max(&more), 1000000);
    assert_int_equal(cluster_record_max(&less), 20000);
    assert_int_equal(cluster_batch_max(&less), 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_first_cluster_of_an_allowed_region),
        cmocka_unit_test(keeps_to_the_servers_that_a_use_names),
        cmocka_unit_test(takes_every_use_on_a_cluster_without_a_region),
        cmocka_unit_test(asks_the_in_process_cluster_only_where_no_address_is_given),
        cmocka_unit_test(tells_librdkafka_what_every_client_has),
        cmocka_unit_test(never_quotes_a_secret_that_is_refused),
        cmocka_unit_test(bounds_records_and_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
