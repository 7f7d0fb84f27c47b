#include "bench/floor_kafka.h"

#include "codecs/attributes.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(3);
}

void floor_kafka_open(struct floor_kafka *kafka, const char *bootstrap, const char *topic, const char *linger, int wake_fd)
{
    static const uint64_t one = 1;
    char problem[512];
    const char *const settings[][2] = {
        {"bootstrap.servers", bootstrap},
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"message.timeout.ms", "0"},
        {"compression.codec", "lz4"},
        {"linger.ms", linger},
        {"partitioner", "murmur2_random"},
        {"allow.auto.create.topics", "false"},
        {"batch.size", "1000000"},
        {"queue.buffering.max.messages", "10000000"},
        {"socket.nagle.disable", "true"},
        {"queue.buffering.max.kbytes", "2147483647"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < COUNT_OF(settings); i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], problem, sizeof problem) != RD_KAFKA_CONF_OK)
            give_up(settings[i][0], problem);
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    kafka->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof problem);
    if (kafka->rk == NULL) give_up("producer", problem);
    kafka->rkt = rd_kafka_topic_new(kafka->rk, topic, NULL);
    kafka->queue = rd_kafka_queue_get_main(kafka->rk);
    if (kafka->rkt == NULL) give_up(topic, rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_queue_io_event_enable(kafka->queue, wake_fd, &one, sizeof one);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* librdkafka's interface has no const; it only reads. */
static void *bytes_of(struct span span)
{
    return (void *)(uintptr_t)span.data;
}

void floor_kafka_send(struct floor_kafka *kafka, const struct floor_record *record, void *opaque)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(record->header_count);
    for (size_t i = 0; i < record->header_count; i++) {
        const struct floor_header *header = &record->headers[i];
        rd_kafka_header_add(headers, header->name.data, (ssize_t)header->name.size, header->value.data,
                            (ssize_t)header->value.size);
    }
    const rd_kafka_vu_t parts[] = {
        {RD_KAFKA_VTYPE_RKT, {.rkt = kafka->rkt}},
        {RD_KAFKA_VTYPE_MSGFLAGS, {.i = 0}},
        {RD_KAFKA_VTYPE_OPAQUE, {.ptr = opaque}},
        {RD_KAFKA_VTYPE_TIMESTAMP, {.i64 = now_ms()}},
        {RD_KAFKA_VTYPE_KEY, {.mem = {bytes_of(record->key), record->key.size}}},
        {RD_KAFKA_VTYPE_VALUE, {.mem = {bytes_of(record->value), record->value.size}}},
        {RD_KAFKA_VTYPE_HEADERS, {.headers = headers}},
    };
    rd_kafka_error_t *error = rd_kafka_produceva(kafka->rk, parts, COUNT_OF(parts));
    if (error != NULL) give_up("produce", rd_kafka_error_string(error));
}

void floor_kafka_poll(struct floor_kafka *kafka, void (*delivered)(void *opaque))
{
    rd_kafka_event_t *event;
    const rd_kafka_message_t *message;
    while ((event = rd_kafka_queue_poll(kafka->queue, 0)) != NULL) {
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
            fprintf(stderr, "kafka: %s\n", rd_kafka_event_error_string(event));
        while (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR && (message = rd_kafka_event_message_next(event)) != NULL) {
            if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) give_up("delivery", rd_kafka_err2str(message->err));
            delivered(message->_private);
        }
        rd_kafka_event_destroy(event);
    }
}

void floor_kafka_headers(struct floor_record *record)
{
    static const struct floor_header headers[] = {
        {{"content-type", 12}, {"application/avro", 16}},
        {{"ce_specversion", 14}, {"1.0", 3}},
        {{"ce_type", 7}, {"payment", 7}},
        {{"ce_dataclassification", 21}, {"confidential", 12}},
        {{"ce_usecase", 10}, {"fraud", 5}},
        {{"ce_contractid", 13}, {"urn:acme:risk:use:fraud", 23}},
        {{"ce_contractversion", 18}, {"1.0.0", 5}},
        {{"ce_id", 5}, {"pay_7Hq2Zk0000000000", 20}},
        {{"ce_source", 9}, {"urn:headgate:anonymous", 22}},
        {{"ce_time", 7}, {"2026-11-22T13:45:12.345Z", 24}},
        {{"ce_expirytime", 13}, {"2026-12-22T13:45:12.345Z", 24}},
    };
    memcpy(record->headers, headers, sizeof headers);
    record->header_count = COUNT_OF(headers);
}
