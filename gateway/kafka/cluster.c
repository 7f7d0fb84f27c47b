#include "gateway/kafka/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An empty list allows everything: unlimited regions, every server. */
static bool allows_region(const struct use *use, struct span region)
{
    for (size_t i = 0; i < use->residency_count; i++)
        if (span_equal(use->residency[i], region)) return true;
    return use->residency_count == 0;
}

static bool names_server(const struct use *use, const char *name)
{
    for (size_t i = 0; i < use->server_count; i++)
        if (span_is(use->servers[i].name, name)) return true;
    return use->server_count == 0;
}

int cluster_for_use(const struct config *config, const struct use *use)
{
    for (size_t i = 0; i < config->cluster_count; i++) {
        const struct cluster *cluster = &config->clusters[i];
        if (cluster->region == NULL) return (int)i;
        if (allows_region(use, span_of(cluster->region)) && names_server(use, cluster->name)) return (int)i;
    }
    return -1;
}

struct span cluster_region(const struct cluster *cluster, const struct use *use)
{
    if (use->residency_count == 0) return (struct span){NULL, 0};
    return cluster->region != NULL ? span_of(cluster->region) : use->residency[0];
}

const char *cluster_bootstrap(const struct cluster *cluster, const char *embedded_bootstrap)
{
    return cluster->bootstrap != NULL ? cluster->bootstrap : embedded_bootstrap;
}

uint32_t cluster_record_max(const struct cluster *cluster)
{
    return config_record_max(cluster);
}

uint32_t cluster_batch_max(const struct cluster *cluster)
{
    uint32_t record = cluster_record_max(cluster);
    return record < CLUSTER_BATCH_MAX ? record : CLUSTER_BATCH_MAX;
}

/* librdkafka's own message quotes the value it refuses, so a secret's never leaves this function. */
static bool set_property(rd_kafka_conf_t *conf, const struct cluster_property *property, char *problem, size_t problem_size)
{
    char text[256];
    if (rd_kafka_conf_set(conf, property->name, property->value, text, sizeof text) == RD_KAFKA_CONF_OK) return true;
    snprintf(problem, problem_size, "%s: %s", property->name, property->secret ? "librdkafka does not accept this value" : text);
    return false;
}

rd_kafka_conf_t *cluster_conf(const struct cluster *cluster, const char *bootstrap, char *problem, size_t problem_size)
{
    const struct cluster_property ours[] = {
        {"bootstrap.servers", bootstrap, false},      {"client.id", "headgate", false},
        {"client.software.name", "headgate", false},  {"client.software.version", HEADGATE_VERSION, false},
        {"allow.auto.create.topics", "false", false}, {"socket.timeout.ms", "4000", false},
        {"socket.nagle.disable", "true", false},      {"socket.keepalive.enable", "true", false},
        {"reconnect.backoff.max.ms", "2000", false},  {"log.connection.close", "false", false},
        {"statistics.interval.ms", "0", false},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        if (!set_property(conf, &ours[i], problem, problem_size)) goto fail;
    for (size_t i = 0; i < cluster->property_count; i++)
        if (!set_property(conf, &cluster->properties[i], problem, problem_size)) goto fail;
    return conf;

fail:
    rd_kafka_conf_destroy(conf);
    return NULL;
}
