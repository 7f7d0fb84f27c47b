#include "gateway/kafka/audit.h"

#include "gateway/kafka/cluster.h"
#include "gateway/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { AUTO_REPLICATION = 3, BROKER_MESSAGE_BYTES = 1048588 };

/* ---------------------------------------------------------------- connect */
static bool connect_client(struct audit *audit)
{
    rd_kafka_conf_t *conf = cluster_conf(audit->cluster, audit->cluster->bootstrap, audit->problem, sizeof audit->problem);
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

/* ---------------------------------------------------------------- metadata */
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

/* ---------------------------------------------------------------- the Admin API */
/* Waits for the answer to what was sent. The caller destroys it; NULL when there is none in time. */
static rd_kafka_event_t *await(struct audit *audit, rd_kafka_queue_t *queue, rd_kafka_event_type_t type)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, 2 * AUDIT_TIMEOUT_MS);
    if (event != NULL && rd_kafka_event_type(event) == type && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return event;
    snprintf(audit->problem, sizeof audit->problem, "cluster %s does not answer the Admin API: %s", audit->cluster->name,
             event != NULL ? rd_kafka_event_error_string(event) : "time-out");
    if (event != NULL) rd_kafka_event_destroy(event);
    return NULL;
}

static rd_kafka_AdminOptions_t *make_options(struct audit *audit, rd_kafka_admin_op_t operation)
{
    char text[128];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(audit->rk, operation);
    rd_kafka_AdminOptions_set_request_timeout(options, AUDIT_TIMEOUT_MS, text, sizeof text);
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS)
        rd_kafka_AdminOptions_set_operation_timeout(options, AUDIT_TIMEOUT_MS, text, sizeof text);
    return options;
}

/* ---------------------------------------------------------------- describe */
/* "compact, delete": whether one of the words is there. */
static bool has_word(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += size) {
        bool begins = at == list || at[-1] == ',' || at[-1] == ' ';
        bool ends = at[size] == '\0' || at[size] == ',' || at[size] == ' ';
        if (begins && ends) return true;
    }
    return false;
}

static void note_setting(struct topic_fact *fact, const char *name, const char *value)
{
    const struct {
        const char *name;
        int64_t *to;
    } numbers[] = {
        {"retention.ms", &fact->retention_ms},
        {"segment.ms", &fact->segment_ms},
        {"min.insync.replicas", &fact->min_insync_replicas},
        {"max.message.bytes", &fact->max_message_bytes},
    };
    if (value == NULL) return;
    if (strcmp(name, "cleanup.policy") == 0) {
        fact->deletes = has_word(value, "delete");
        fact->compacts = has_word(value, "compact");
    }
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (strcmp(name, numbers[i].name) == 0) *numbers[i].to = strtoll(value, NULL, 10);
}

static void note_resource(struct audit *audit, const rd_kafka_ConfigResource_t *resource)
{
    struct audit_item *item = audit_item(audit, rd_kafka_ConfigResource_name(resource));
    if (item == NULL) return;
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = NULL;
    switch (rd_kafka_ConfigResource_error(resource)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        entries = rd_kafka_ConfigResource_configs(resource, &count);
        for (size_t i = 0; i < count; i++)
            note_setting(&item->fact, rd_kafka_ConfigEntry_name(entries[i]), rd_kafka_ConfigEntry_value(entries[i]));
        item->fact.audited = true;
        return;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: item->fact.exists = false; return;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED: item->fact.forbidden = true; return;
    default:
        item->unknown = true;
        snprintf(item->why, sizeof item->why, "the cluster does not tell its settings: %s",
                 rd_kafka_ConfigResource_error_string(resource));
    }
}

static bool describe_chosen(struct audit *audit, rd_kafka_ConfigResource_t **chosen, size_t count)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_new(audit->rk);
    rd_kafka_AdminOptions_t *options = make_options(audit, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(audit->rk, chosen, count, options, queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_event_t *event = await(audit, queue, RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT);
    if (event != NULL) {
        size_t answered = 0;
        const rd_kafka_ConfigResource_t **resources =
            rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &answered);
        for (size_t i = 0; i < answered; i++) note_resource(audit, resources[i]);
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
    return event != NULL;
}

static bool describe(struct audit *audit)
{
    size_t count = 0;
    rd_kafka_ConfigResource_t **chosen = calloc(audit->count + 1, sizeof(rd_kafka_ConfigResource_t *));
    if (chosen == NULL) return false;
    for (size_t i = 0; i < audit->count; i++)
        if (audit->items[i].fact.exists && !audit->items[i].fact.forbidden)
            chosen[count++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, audit->items[i].topic->name.data);
    for (size_t i = 0; i < audit->count; i++) audit->items[i].fact.brokers = audit->brokers;
    bool answered = count == 0 || describe_chosen(audit, chosen, count);
    rd_kafka_ConfigResource_destroy_array(chosen, count);
    free(chosen);
    return answered;
}

/* ---------------------------------------------------------------- make */
/* What a topic is made with; once it is made, that is what is known about it. */
static struct topic_fact planned(const struct audit *audit, const struct topic_want *want, uint32_t replication)
{
    int64_t record = cluster_record_max(audit->cluster);
    return (struct topic_fact){
        .exists = true,
        .audited = true,
        .deletes = true,
        .compacts = want->state,
        .retention_ms = want->retention_ms,
        .segment_ms = want->segment_ms,
        .min_insync_replicas = replication > 1 ? 2 : 1,
        .max_message_bytes = record + 48588 > BROKER_MESSAGE_BYTES ? record + 48588 : BROKER_MESSAGE_BYTES,
        .brokers = audit->brokers,
    };
}

static void set_number(rd_kafka_NewTopic_t *topic, const char *name, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    rd_kafka_NewTopic_set_config(topic, name, text);
}

static rd_kafka_NewTopic_t *plan_topic(struct audit *audit, struct audit_item *item, uint32_t replication)
{
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(item->topic->name.data, (int)audit->partitions, (int)replication, item->why, sizeof item->why);
    if (topic == NULL) {
        item->failed = TOPIC_REFUSED;
        return NULL;
    }
    struct topic_fact fact = planned(audit, &item->want, replication);
    rd_kafka_NewTopic_set_config(topic, "cleanup.policy", fact.compacts ? "compact,delete" : "delete");
    set_number(topic, "retention.ms", fact.retention_ms);
    set_number(topic, "segment.ms", fact.segment_ms);
    set_number(topic, "max.message.bytes", fact.max_message_bytes);
    set_number(topic, "min.insync.replicas", fact.min_insync_replicas);
    return topic;
}

static void note_made(struct audit *audit, const rd_kafka_topic_result_t *result, uint32_t replication)
{
    struct audit_item *item = audit_item(audit, rd_kafka_topic_result_name(result));
    if (item == NULL) return;
    const char *text = rd_kafka_topic_result_error_string(result);
    switch (rd_kafka_topic_result_error(result)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
        item->fact = planned(audit, &item->want, replication);
        log_line(LOG_INFO, "topic_made", log_span("topic", item->topic->name), log_int("partitions", audit->partitions),
                 log_int("replication", replication), log_int("retention_ms", item->want.retention_ms));
        return;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: /* another process was faster: the next audit looks at it */
        item->unknown = true;
        snprintf(item->why, sizeof item->why, "somebody made the topic just now; it is looked at with the next audit");
        return;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        item->failed = TOPIC_UNAUTHORIZED;
        snprintf(item->why, sizeof item->why,
                 "the topic does not exist and this principal may not make it; grant it Create, or make the topic by hand with "
                 "retention.ms=%" PRId64 " and segment.ms=%" PRId64,
                 item->want.retention_ms, item->want.segment_ms);
        return;
    default:
        item->failed = TOPIC_REFUSED;
        snprintf(item->why, sizeof item->why, "the topic does not exist and could not be made: %s", text != NULL ? text : "");
    }
}

static void make_planned(struct audit *audit, rd_kafka_NewTopic_t **topics, size_t count, uint32_t replication)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_new(audit->rk);
    rd_kafka_AdminOptions_t *options = make_options(audit, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(audit->rk, topics, count, options, queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_event_t *event = await(audit, queue, RD_KAFKA_EVENT_CREATETOPICS_RESULT);
    if (event != NULL) {
        size_t answered = 0;
        const rd_kafka_topic_result_t **results =
            rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &answered);
        for (size_t i = 0; i < answered; i++) note_made(audit, results[i], replication);
        rd_kafka_event_destroy(event);
    }
    rd_kafka_queue_destroy(queue);
}

static void make(struct audit *audit)
{
    uint32_t automatic = audit->brokers < AUTO_REPLICATION ? audit->brokers : AUTO_REPLICATION;
    uint32_t replication = audit->replication != 0 ? audit->replication : automatic;
    rd_kafka_NewTopic_t **topics = calloc(audit->count + 1, sizeof(rd_kafka_NewTopic_t *));
    if (topics == NULL) return;
    size_t count = 0;
    for (size_t i = 0; i < audit->count; i++) {
        struct audit_item *item = &audit->items[i];
        if (item->fact.exists || item->unknown) continue;
        rd_kafka_NewTopic_t *topic = plan_topic(audit, item, replication);
        if (topic != NULL) topics[count++] = topic;
    }
    if (count > 0) make_planned(audit, topics, count, replication);
    rd_kafka_NewTopic_destroy_array(topics, count);
    free(topics);
}

static bool look(struct audit *audit)
{
    bool answered = connect_client(audit) && read_metadata(audit) && describe(audit);
    if (answered && audit->create) make(audit);
    disconnect_client(audit);
    return answered;
}

const struct audit_ops audit_admin = {.look = look};
