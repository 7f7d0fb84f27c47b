#include "gateway/kafka/topic.h"

#include "gateway/kafka/cluster.h"
#include "gateway/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_HOLD_US = 10000000, LAST_HOLD_US = 300000000, FORGIVE_US = 600000000 };

struct topic *topic_create(struct span name, const struct cluster *cluster, uint32_t cluster_index, uint32_t lane, uint32_t index)
{
    struct topic *topic = calloc(1, sizeof *topic + name.size + 1);
    if (topic == NULL) return NULL;
    char *copy = (char *)(topic + 1);
    memcpy(copy, name.data, name.size);
    topic->name = (struct span){copy, name.size};
    topic->cluster = cluster;
    topic->cluster_index = cluster_index;
    topic->lane = lane;
    topic->index = index;
    pthread_mutex_init(&topic->lock, NULL);
    atomic_init(&topic->block, TOPIC_UNCHECKED);
    atomic_init(&topic->largest_record, cluster_record_max(cluster));
    snprintf(topic->reason, sizeof topic->reason, "no broker of cluster %s has said yet how long the topic keeps its records",
             cluster->name);
    return topic;
}

void topic_destroy(struct topic *topic)
{
    if (topic == NULL) return;
    pthread_mutex_destroy(&topic->lock);
    free(topic);
}

void topic_set_block(struct topic *topic, enum topic_block block, const char *reason)
{
    pthread_mutex_lock(&topic->lock);
    bool changed = topic_blocked(topic) != block;
    snprintf(topic->reason, sizeof topic->reason, "%s", reason);
    atomic_store_explicit(&topic->block, (int)block, memory_order_release);
    pthread_mutex_unlock(&topic->lock);
    if (!changed) return;
    if (block == TOPIC_USABLE)
        log_line(LOG_INFO, "topic_usable", log_span("topic", topic->name));
    else
        log_line(LOG_WARNING, "topic_blocked", log_span("topic", topic->name), log_text("block", topic_block_word(block)),
                 log_text("reason", reason));
}

void topic_limit_record(struct topic *topic, int64_t max_message_bytes)
{
    uint32_t ours = cluster_record_max(topic->cluster);
    uint32_t largest = max_message_bytes < ours ? (uint32_t)max_message_bytes : ours;
    atomic_store_explicit(&topic->largest_record, largest, memory_order_relaxed);
}

void topic_tell(struct topic *topic, enum topic_block block, const char *reason, int64_t now_us)
{
    /* The other records of a refused batch tell the same: that is one strike. */
    if (topic_blocked(topic) == TOPIC_USABLE) {
        int64_t last = atomic_load_explicit(&topic->told_us, memory_order_relaxed);
        if (last == 0 || now_us - last > FORGIVE_US)
            atomic_store_explicit(&topic->strikes, 0, memory_order_relaxed);
        else
            atomic_fetch_add_explicit(&topic->strikes, 1, memory_order_relaxed);
    }
    atomic_store_explicit(&topic->told_us, now_us, memory_order_relaxed);
    topic_set_block(topic, block, reason);
}

static int64_t hold_us(const struct topic *topic)
{
    uint32_t strikes = atomic_load_explicit(&topic->strikes, memory_order_relaxed);
    int64_t hold = strikes < 5 ? (int64_t)FIRST_HOLD_US << strikes : LAST_HOLD_US;
    return hold < LAST_HOLD_US ? hold : LAST_HOLD_US;
}

bool topic_lift(struct topic *topic, int64_t now_us)
{
    enum topic_block block = topic_blocked(topic);
    int64_t told = atomic_load_explicit(&topic->told_us, memory_order_relaxed);
    bool by_report = block != TOPIC_USABLE && told != 0;
    if (by_report && block == TOPIC_MISSING) {
        if (topic->well_us == 0) topic->well_us = now_us;
        if (now_us - topic->well_us < TOPIC_SETTLE_US) return false;
    } else if (by_report && now_us - told < hold_us(topic)) {
        return false;
    }
    topic->well_us = 0;
    topic_set_block(topic, TOPIC_USABLE, "");
    return true;
}

const char *topic_reason(struct topic *topic, char out[TOPIC_REASON_SIZE])
{
    pthread_mutex_lock(&topic->lock);
    memcpy(out, topic->reason, TOPIC_REASON_SIZE);
    pthread_mutex_unlock(&topic->lock);
    return out;
}

/* One fact that does not fit, with what to do. */
struct finding {
    enum topic_block block;
    const char *setting;
    int64_t is, wanted;
};

static enum topic_block tell(const struct finding *finding, char reason[TOPIC_REASON_SIZE])
{
    const char *over = finding->block == TOPIC_KEEPS_LONGER ? "more than the contract allows" : "less than is needed";
    if (finding->is < 0)
        snprintf(reason, TOPIC_REASON_SIZE, "%s is unlimited, which is %s; set it to %" PRId64 " (kafka-configs.sh --alter)",
                 finding->setting, over, finding->wanted);
    else
        snprintf(reason, TOPIC_REASON_SIZE, "%s is %" PRId64 ", which is %s; set it to %" PRId64 " (kafka-configs.sh --alter)",
                 finding->setting, finding->is, over, finding->wanted);
    return finding->block;
}

static bool longer(int64_t is, int64_t wanted)
{
    return is < 0 || is > wanted;
}

static enum topic_block judge_settings(const struct topic_want *want, const struct topic_fact *fact,
                                       char reason[TOPIC_REASON_SIZE])
{
    if (!fact->deletes) {
        snprintf(reason, TOPIC_REASON_SIZE,
                 "cleanup.policy does not include delete, so records never expire; set it to %s (kafka-configs.sh --alter)",
                 want->state ? "compact,delete" : "delete");
        return TOPIC_KEEPS_LONGER;
    }
    if (longer(fact->retention_ms, want->retention_ms))
        return tell(&(struct finding){TOPIC_KEEPS_LONGER, "retention.ms", fact->retention_ms, want->retention_ms}, reason);
    if (longer(fact->segment_ms, want->segment_ms))
        return tell(&(struct finding){TOPIC_KEEPS_LONGER, "segment.ms", fact->segment_ms, want->segment_ms}, reason);
    if (want->durable && fact->brokers > 1 && fact->min_insync_replicas < 2)
        return tell(&(struct finding){TOPIC_UNSAFE, "min.insync.replicas", fact->min_insync_replicas, 2}, reason);
    if (fact->max_message_bytes < want->batch_bytes)
        return tell(&(struct finding){TOPIC_TOO_SMALL, "max.message.bytes", fact->max_message_bytes, want->batch_bytes}, reason);
    reason[0] = '\0';
    return TOPIC_USABLE;
}

enum topic_block topic_judge(const struct topic_want *want, const struct topic_fact *fact, char reason[TOPIC_REASON_SIZE])
{
    reason[0] = '\0';
    if (!fact->exists) {
        snprintf(reason, TOPIC_REASON_SIZE,
                 "the topic does not exist; serve with topics.mode create, or make it with cleanup.policy=%s, "
                 "retention.ms=%" PRId64 " and segment.ms=%" PRId64,
                 want->state ? "compact,delete" : "delete", want->retention_ms, want->segment_ms);
        return TOPIC_MISSING;
    }
    if (fact->forbidden) {
        snprintf(reason, TOPIC_REASON_SIZE,
                 "its settings may not be read, so nothing shows how long it keeps; grant this principal "
                 "Describe and DescribeConfigs");
        return TOPIC_UNAUTHORIZED;
    }
    return fact->audited ? judge_settings(want, fact, reason) : TOPIC_USABLE;
}
