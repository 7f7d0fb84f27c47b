#include "gateway/kafka/producer.h"

#include "gateway/kafka/cluster.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What delivery.md promises, and what the cluster's own properties therefore cannot change: set last. */
static bool set_ours(rd_kafka_conf_t *conf, const struct producer_settings *from, char *problem, size_t problem_size)
{
    char linger[32], batch[32], record[32];
    snprintf(linger, sizeof linger, "%.3f", (double)from->linger_us / 1000.0);
    snprintf(batch, sizeof batch, "%u", cluster_batch_max(from->cluster));
    snprintf(record, sizeof record, "%u", cluster_record_max(from->cluster));
    const char *const settings[][2] = {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"message.timeout.ms", "0"}, /* librdkafka alone retries, for as long as the process lives */
        {"partitioner", "murmur2_random"},
        {"linger.ms", linger},
        {"batch.size", batch},
        {"message.max.bytes", record},
        {"topic.metadata.propagation.max.ms", "5000"},
        {"topic.metadata.refresh.interval.ms", "5000"}, /* a topic made meanwhile is seen before its block is lifted */
        /* Our reservation is what bounds the queue. */
        {"queue.buffering.max.messages", "10000000"},
        {"queue.buffering.max.kbytes", "2147483647"},
        {"log.queue", "true"},
    };
    for (size_t i = 0; i < COUNT_OF(settings); i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], problem, problem_size) != RD_KAFKA_CONF_OK) return false;
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
    return true;
}

/* lz4 unless the cluster's properties say otherwise. */
static bool set_compression(rd_kafka_conf_t *conf, const struct cluster *cluster, char *problem, size_t problem_size)
{
    for (size_t i = 0; i < cluster->property_count; i++) {
        struct span name = span_of(cluster->properties[i].name);
        if (span_is(name, "compression.codec") || span_is(name, "compression.type")) return true;
    }
    return rd_kafka_conf_set(conf, "compression.codec", "lz4", problem, problem_size) == RD_KAFKA_CONF_OK;
}

struct producer *producer_create(const struct producer_settings *settings, char *problem, size_t problem_size)
{
    static const uint64_t one = 1;
    struct producer *producer = calloc(1, sizeof *producer);
    rd_kafka_conf_t *conf = cluster_conf(settings->cluster, settings->bootstrap, problem, problem_size);
    if (producer == NULL || conf == NULL) goto fail;
    if (!set_compression(conf, settings->cluster, problem, problem_size)) goto fail;
    if (!set_ours(conf, settings, problem, problem_size)) goto fail;
    producer->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, problem_size);
    if (producer->rk == NULL) goto fail;
    producer->queue = rd_kafka_queue_get_main(producer->rk);
    rd_kafka_queue_io_event_enable(producer->queue, settings->wake_fd, &one, sizeof one);
    rd_kafka_set_log_queue(producer->rk, NULL); /* NULL is the main queue: logs reach the loop as events */
    return producer;

fail:
    if (conf != NULL) rd_kafka_conf_destroy(conf);
    free(producer);
    return NULL;
}

void producer_destroy(struct producer *producer)
{
    if (producer == NULL) return;
    rd_kafka_queue_io_event_enable(producer->queue, -1, NULL, 0);
    rd_kafka_queue_destroy(producer->queue);
    for (size_t i = 0; i < producer->topic_count; i++)
        if (producer->topics[i] != NULL) rd_kafka_topic_destroy(producer->topics[i]);
    rd_kafka_destroy(producer->rk);
    header_pool_deinit(&producer->headers);
    free(producer->topics);
    free(producer);
}

COLD static rd_kafka_topic_t *make_handle(struct producer *producer, const struct topic *topic)
{
    if (topic->index >= producer->topic_count) {
        size_t count = topic->index + 16;
        rd_kafka_topic_t **grown = realloc(producer->topics, count * sizeof *grown);
        if (grown == NULL) return NULL;
        for (size_t i = producer->topic_count; i < count; i++) grown[i] = NULL;
        producer->topics = grown;
        producer->topic_count = count;
    }
    return producer->topics[topic->index] = rd_kafka_topic_new(producer->rk, topic->name.data, NULL);
}

static rd_kafka_topic_t *handle_of(struct producer *producer, const struct topic *topic)
{
    if (LIKELY(topic->index < producer->topic_count && producer->topics[topic->index] != NULL))
        return producer->topics[topic->index];
    return make_handle(producer, topic);
}

/* librdkafka's interface has no const; it only reads. */
static void *bytes_of(struct span span)
{
    return (void *)(uintptr_t)span.data;
}

rd_kafka_resp_err_t producer_send(struct producer *producer, const struct topic *topic, const struct record *record, void *opaque,
                                  struct header_list **headers)
{
    rd_kafka_topic_t *rkt = handle_of(producer, topic);
    if (UNLIKELY(rkt == NULL)) return rd_kafka_last_error();
    struct header_list *list = header_pool_get(&producer->headers, record);
    if (UNLIKELY(list == NULL)) return RD_KAFKA_RESP_ERR__INVALID_ARG;
    const rd_kafka_vu_t parts[] = {
        {RD_KAFKA_VTYPE_RKT, {.rkt = rkt}},
        {RD_KAFKA_VTYPE_MSGFLAGS, {.i = 0}},
        {RD_KAFKA_VTYPE_OPAQUE, {.ptr = opaque}},
        {RD_KAFKA_VTYPE_TIMESTAMP, {.i64 = record->timestamp_ms}},
        {RD_KAFKA_VTYPE_KEY, {.mem = {bytes_of(record->key), record->key.size}}},
        {RD_KAFKA_VTYPE_VALUE, {.mem = {bytes_of(record->value), record->value.size}}},
        {RD_KAFKA_VTYPE_HEADERS, {.headers = list->headers}},
    };
    rd_kafka_error_t *error = rd_kafka_produceva(producer->rk, parts, COUNT_OF(parts));
    if (LIKELY(error == NULL)) {
        producer->outstanding++;
        *headers = list;
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    header_pool_put(&producer->headers, list);
    return code;
}

void producer_take_back(struct producer *producer, const rd_kafka_message_t *message, struct header_list *headers)
{
    rd_kafka_headers_t *detached;
    rd_kafka_message_t *own = (rd_kafka_message_t *)(uintptr_t)message;
    if (UNLIKELY(rd_kafka_message_detach_headers(own, &detached) != RD_KAFKA_RESP_ERR_NO_ERROR)) headers->headers = NULL;
    header_pool_put(&producer->headers, headers);
}

void producer_purge(struct producer *producer)
{
    rd_kafka_purge(producer->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void producer_flush(struct producer *producer)
{
    rd_kafka_flush(producer->rk, 0);
}
