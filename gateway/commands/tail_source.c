#include "gateway/commands/tail_source.h"

#include "gateway/kafka/cluster.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct topic {
    const char *name;
    rd_kafka_topic_t *handle; /* NULL until it is there */
    int partition_count;      /* 0: not there yet */
    bool *ended;              /* per partition */
    bool told;
};

struct tail_source {
    const struct tail_options *options;
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;
    struct topic *topics;
    bool unreachable; /* told once; forgotten with the next record or answer */
};

static void PRINTF_LIKE(2, 3) tell(const struct tail_source *source, const char *format, ...)
{
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    source->options->tell(sentence);
}

/* ---------------------------------------------------------------- making */

static void on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    struct tail_source *source = opaque;
    (void)client;
    bool unreachable = code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__RESOLVE;
    bool refused = code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL;
    if (source->unreachable || (!unreachable && !refused)) return;
    source->unreachable = true;
    tell(source, "no broker of %s can be used: %s; trying on", source->options->bootstrap, unreachable ? "none answers" : reason);
}

static rd_kafka_conf_t *make_conf(struct tail_source *source, char *problem, size_t problem_size)
{
    static const char *const settings[][2] = {{"auto.offset.reset", "earliest"}, {"enable.partition.eof", "true"}};
    rd_kafka_conf_t *conf = cluster_conf(source->options->cluster, source->options->bootstrap, problem, problem_size);
    if (conf == NULL) return NULL;
    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], problem, problem_size) == RD_KAFKA_CONF_OK) continue;
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_opaque(conf, source);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, NULL); /* on_error says what a person can act on */
    return conf;
}

struct tail_source *tail_source_create(const struct tail_options *options, char *problem, size_t problem_size)
{
    struct tail_source *source = calloc(1, sizeof *source);
    snprintf(problem, problem_size, "out of memory");
    if (source == NULL) return NULL;
    source->options = options;
    source->topics = calloc(options->topic_count, sizeof *source->topics);
    rd_kafka_conf_t *conf = source->topics != NULL ? make_conf(source, problem, problem_size) : NULL;
    if (conf != NULL) source->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, problem, problem_size);
    if (conf != NULL && source->client == NULL) rd_kafka_conf_destroy(conf);
    if (source->client == NULL) {
        tail_source_destroy(source);
        return NULL;
    }
    source->queue = rd_kafka_queue_new(source->client);
    for (size_t i = 0; i < options->topic_count; i++) source->topics[i].name = options->topics[i];
    return source;
}

static void stop(struct topic *topic)
{
    for (int i = 0; i < topic->partition_count; i++) rd_kafka_consume_stop(topic->handle, i);
    if (topic->handle != NULL) rd_kafka_topic_destroy(topic->handle);
    free(topic->ended);
}

void tail_source_destroy(struct tail_source *source)
{
    if (source == NULL) return;
    for (size_t i = 0; source->client != NULL && i < source->options->topic_count; i++) stop(&source->topics[i]);
    if (source->queue != NULL) rd_kafka_queue_destroy(source->queue);
    if (source->client != NULL) rd_kafka_destroy(source->client);
    free(source->topics);
    free(source);
}

/* ---------------------------------------------------------------- topics */

/* All that a topic which was waited for holds is new. */
static void start(struct tail_source *source, struct topic *topic, int partitions)
{
    int64_t from = topic->told ? RD_KAFKA_OFFSET_BEGINNING : source->options->from;
    topic->ended = calloc((size_t)partitions, sizeof *topic->ended);
    topic->handle = rd_kafka_topic_new(source->client, topic->name, NULL);
    if (topic->ended == NULL || topic->handle == NULL) {
        tell(source, "topic %s cannot be read: out of memory", topic->name);
        stop(topic);
        topic->handle = NULL;
        topic->ended = NULL;
        return;
    }
    if (topic->told)
        tell(source, "topic %s is there now, with %d partition%s", topic->name, partitions, partitions == 1 ? "" : "s");
    for (int i = 0; i < partitions; i++) {
        if (rd_kafka_consume_start_queue(topic->handle, i, from, source->queue) == 0) continue;
        tell(source, "partition %d of %s cannot be read: %s", i, topic->name, rd_kafka_err2str(rd_kafka_last_error()));
        topic->ended[i] = true;
    }
    topic->partition_count = partitions;
}

static void judge(struct tail_source *source, struct topic *topic, const struct rd_kafka_metadata *metadata)
{
    const rd_kafka_metadata_topic_t *found = NULL;
    for (int i = 0; i < metadata->topic_cnt && found == NULL; i++)
        if (strcmp(metadata->topics[i].topic, topic->name) == 0) found = &metadata->topics[i];
    if (found != NULL && found->err == RD_KAFKA_RESP_ERR_NO_ERROR && found->partition_cnt > 0) {
        start(source, topic, found->partition_cnt);
    } else if (!topic->told && found != NULL && found->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        tell(source, "topic %s cannot be read: %s; trying on", topic->name, rd_kafka_err2str(found->err));
    } else if (!topic->told) {
        tell(source, "topic %s does not exist yet, or may not be seen; waiting for it", topic->name);
    }
    topic->told = true;
}

/* All topics are listed: a broker that is asked about one by name may make it, with settings of its own. */
void tail_source_refresh(struct tail_source *source, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_poll(source->client, 0);
    if (rd_kafka_metadata(source->client, 1, NULL, &metadata, timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    source->unreachable = false;
    for (size_t i = 0; i < source->options->topic_count; i++)
        if (source->topics[i].partition_count == 0) judge(source, &source->topics[i], metadata);
    rd_kafka_metadata_destroy(metadata);
}

bool tail_source_waits(const struct tail_source *source)
{
    for (size_t i = 0; i < source->options->topic_count; i++)
        if (source->topics[i].partition_count == 0) return true;
    return false;
}

/* ---------------------------------------------------------------- records */

static struct topic *topic_of(struct tail_source *source, const rd_kafka_topic_t *handle)
{
    size_t i = 0;
    while (i + 1 < source->options->topic_count && source->topics[i].handle != handle) i++;
    return &source->topics[i];
}

/* What comes through the queue without being a record: the end of a partition, or an error of it. */
static void take_event(struct tail_source *source, const rd_kafka_message_t *message)
{
    if (message->rkt == NULL) return;
    struct topic *topic = topic_of(source, message->rkt);
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (message->partition >= 0 && message->partition < topic->partition_count) topic->ended[message->partition] = true;
    } else {
        tell(source, "%s [%d]: %s", topic->name, message->partition, rd_kafka_err2str(message->err));
    }
}

rd_kafka_message_t *tail_source_next(struct tail_source *source, int timeout_ms)
{
    rd_kafka_poll(source->client, 0);
    rd_kafka_message_t *message = rd_kafka_consume_queue(source->queue, timeout_ms);
    if (message == NULL) return NULL;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        source->unreachable = false;
        return message;
    }
    take_event(source, message);
    rd_kafka_message_destroy(message);
    return NULL;
}

bool tail_source_at_end(const struct tail_source *source)
{
    for (size_t i = 0; i < source->options->topic_count; i++) {
        const struct topic *topic = &source->topics[i];
        if (topic->partition_count == 0 && !topic->told && !source->unreachable) return false;
        for (int k = 0; k < topic->partition_count; k++)
            if (!topic->ended[k]) return false;
    }
    return true;
}
