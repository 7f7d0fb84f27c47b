#include "gateway/kafka/audit.h"

#include "gateway/kafka/cluster.h"
#include "gateway/kafka/embedded.h"
#include "gateway/log.h"

#include <stdio.h>
#include <stdlib.h>

static bool connect_client(struct audit *audit)
{
    const char *bootstrap =
        cluster_bootstrap(audit->cluster, audit->embedded != NULL ? embedded_bootstrap(audit->embedded) : NULL);
    rd_kafka_conf_t *conf = cluster_conf(audit->cluster, bootstrap, audit->problem, sizeof audit->problem);
    if (conf == NULL) return false;
    rd_kafka_conf_set_log_cb(conf, NULL); /* errors come as events; that is enough */
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_ERROR);
    audit->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, audit->problem, sizeof audit->problem);
    if (audit->rk == NULL) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    audit->queue = rd_kafka_queue_get_main(audit->rk);
    return true;
}

static void disconnect_client(struct audit *audit)
{
    if (audit->queue != NULL) rd_kafka_queue_destroy(audit->queue);
    if (audit->rk != NULL) rd_kafka_destroy(audit->rk);
    audit->queue = NULL;
    audit->rk = NULL;
}

/* The last thing that a broker connection complained about says more than a time-out. */
static void explain_silence(struct audit *audit, rd_kafka_resp_err_t code)
{
    char last[AUDIT_PROBLEM_SIZE - 96] = "";
    rd_kafka_event_t *event = NULL;
    while ((event = rd_kafka_queue_poll(audit->queue, 0)) != NULL) {
        bool said = rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR;
        if (said && rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
            snprintf(last, sizeof last, "%s", rd_kafka_event_error_string(event));
        rd_kafka_event_destroy(event);
    }
    snprintf(audit->problem, sizeof audit->problem, "no broker of cluster %s answered within %d s: %s", audit->cluster->name,
             AUDIT_TIMEOUT_MS / 1000, last[0] != '\0' ? last : rd_kafka_err2str(code));
}

struct audit_item *audit_item(struct audit *audit, const char *name)
{
    for (size_t i = 0; i < audit->count; i++)
        if (span_is(audit->items[i].topic->name, name)) return &audit->items[i];
    return NULL;
}

static void note_metadata(struct audit_item *item, const rd_kafka_metadata_topic_t *topic)
{
    switch (topic->err) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return; /* exists stays false */
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        item->fact.exists = true;
        item->fact.forbidden = true;
        return;
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: item->fact.exists = true; return;
    default:
        item->unknown = true;
        snprintf(item->why, sizeof item->why, "the cluster does not say what the topic is: %s", rd_kafka_err2str(topic->err));
    }
}

/* Asks for our topics alone: all of a cluster's may be many, and not ours to see. */
static bool read_metadata(struct audit *audit)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_topic_t **handles = calloc(audit->count + 1, sizeof(rd_kafka_topic_t *));
    if (handles == NULL) return false;
    for (size_t i = 0; i < audit->count; i++) handles[i] = rd_kafka_topic_new(audit->rk, audit->items[i].topic->name.data, NULL);
    rd_kafka_resp_err_t code = rd_kafka_metadata(audit->rk, 0, NULL, &metadata, AUDIT_TIMEOUT_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        audit->brokers = (uint32_t)metadata->broker_cnt;
        for (int i = 0; i < metadata->topic_cnt; i++) {
            struct audit_item *item = audit_item(audit, metadata->topics[i].topic);
            if (item != NULL) note_metadata(item, &metadata->topics[i]);
        }
        rd_kafka_metadata_destroy(metadata);
    } else {
        explain_silence(audit, code);
    }
    for (size_t i = 0; i < audit->count; i++)
        if (handles[i] != NULL) rd_kafka_topic_destroy(handles[i]);
    free(handles);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void conclude(struct audit_item *item, int64_t now_us)
{
    char reason[TOPIC_REASON_SIZE];
    if (item->unknown) {
        if (topic_blocked(item->topic) == TOPIC_UNCHECKED) topic_set_block(item->topic, TOPIC_UNCHECKED, item->why);
        return;
    }
    if (item->failed != TOPIC_USABLE) {
        topic_set_block(item->topic, item->failed, item->why);
        return;
    }
    enum topic_block block = topic_judge(&item->want, &item->fact, reason);
    if (item->fact.audited) topic_limit_record(item->topic, item->fact.max_message_bytes);
    if (block == TOPIC_USABLE) {
        topic_lift(item->topic, now_us);
        return;
    }
    item->topic->well_us = 0;
    topic_set_block(item->topic, block, reason);
}

static bool look(struct audit *audit)
{
    const struct audit_ops *ops = audit->embedded != NULL ? &audit_mock : &audit_admin;
    if (!connect_client(audit) || !read_metadata(audit)) return false;
    for (size_t i = 0; i < audit->count; i++) audit->items[i].fact.brokers = audit->brokers;
    if (!ops->describe(audit)) return false;
    if (audit->create) ops->make(audit);
    return true;
}

void audit_run(struct audit *audit, int64_t now_us)
{
    audit->problem[0] = '\0';
    audit->answered = look(audit);
    disconnect_client(audit);
    if (!audit->answered) return;
    for (size_t i = 0; i < audit->count; i++) conclude(&audit->items[i], now_us);
}
