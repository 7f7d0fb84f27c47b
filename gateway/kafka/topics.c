#include "gateway/kafka/topics.h"

#include "contracts/stage.h"
#include "gateway/clock.h"
#include "gateway/kafka/audit.h"
#include "gateway/kafka/cluster.h"
#include "gateway/kafka/watch.h"
#include "gateway/log.h"

#include <stdio.h>
#include <stdlib.h>

struct topics {
    const struct config *config;
    struct embedded *embedded;
    pthread_t auditor;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* an audit is asked for, has ended, or all ends */

    /* Under the lock. */
    struct topic **items; /* items[i]->index == i */
    size_t count, capacity;
    struct topics_cluster_state *clusters; /* by cluster index */
    struct watch *watches;                 /* beside them */
    uint64_t asked, ended;                 /* audits: asked for by topics_bind(), done by the auditor */
    bool stopping;
};

/* A moment as pthread_cond_timedwait() takes it. */
static struct timespec moment(int64_t us)
{
    return (struct timespec){.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};
}

/* ---------------------------------------------------------------- the auditor's thread */
/* The topics of one cluster that are in use, with what is wanted of them now. Under the lock. */
static size_t choose(const struct topics *topics, uint32_t cluster, struct audit_item *items)
{
    size_t count = 0;
    for (size_t i = 0; i < topics->count; i++) {
        struct topic *topic = topics->items[i];
        if (topic->cluster_index != cluster || topic->want.uses == 0) continue;
        items[count++] = (struct audit_item){.topic = topic, .want = topic->want};
    }
    return count;
}

static void note_outcome(struct topics *topics, uint32_t cluster, const struct audit *audit)
{
    struct topics_cluster_state *state = &topics->clusters[cluster];
    enum watch_change change = watch_note(&topics->watches[cluster], audit->answered, clock_monotonic());
    state->answered = audit->answered;
    if (audit->answered) state->brokers = audit->brokers;
    snprintf(state->problem, sizeof state->problem, "%s", audit->problem);
    if (change == WATCH_LOST)
        log_line(LOG_WARNING, "cluster_silent", log_text("cluster", audit->cluster->name), log_text("problem", audit->problem));
    if (change == WATCH_BACK)
        log_line(LOG_INFO, "cluster_answers", log_text("cluster", audit->cluster->name), log_int("brokers", audit->brokers));
}

/* Holds the lock but while brokers are asked. */
static void audit_cluster(struct topics *topics, uint32_t cluster)
{
    struct audit_item *items = calloc(topics->count + 1, sizeof *items);
    if (items == NULL) return;
    const struct config *config = topics->config;
    bool inside = config->clusters[cluster].bootstrap == NULL;
    struct audit audit = {
        .cluster = &config->clusters[cluster],
        .embedded = inside ? topics->embedded : NULL,
        .create = inside || config->topic_mode == TOPICS_CREATE,
        .partitions = config->partitions,
        .replication = config->replication,
        .items = items,
        .count = choose(topics, cluster, items),
    };
    topics->watches[cluster].doubted = false; /* a doubt that comes while the brokers are asked wants another look */
    pthread_mutex_unlock(&topics->lock);
    audit_run(&audit, clock_monotonic());
    pthread_mutex_lock(&topics->lock);
    note_outcome(topics, cluster, &audit);
    free(items);
}

/* No use that writes to the cluster is blocked. */
static bool all_well(const struct topics *topics, uint32_t cluster)
{
    for (size_t i = 0; i < topics->count; i++) {
        const struct topic *topic = topics->items[i];
        if (topic->cluster_index == cluster && topic->want.uses > 0 && topic_blocked(topic) != TOPIC_USABLE) return false;
    }
    return true;
}

/* When the first cluster is to be looked at, yet not later than TOPICS_RECHECK_MS: nobody tells of a topic that a worker blocks
 * meanwhile, so the long interval is slept in short pieces. And not at once, should a look fail for want of memory. */
static int64_t next_us(const struct topics *topics, int64_t now_us)
{
    int64_t next = now_us + (int64_t)TOPICS_RECHECK_MS * 1000;
    for (uint32_t i = 0; i < topics->config->cluster_count; i++) {
        int64_t due = watch_due_us(&topics->watches[i], all_well(topics, i));
        if (due < next) next = due;
    }
    int64_t soonest = now_us + (int64_t)WATCH_RETRY_MS * 1000;
    return next > soonest ? next : soonest;
}

/* Looks at what is due; at all clusters where topics_bind() asked. */
static void audit_due(struct topics *topics)
{
    uint64_t asked = topics->asked;
    bool all = asked != topics->ended;
    for (uint32_t i = 0; i < topics->config->cluster_count && !topics->stopping; i++)
        if (all || watch_due_us(&topics->watches[i], all_well(topics, i)) <= clock_monotonic()) audit_cluster(topics, i);
    topics->ended = asked;
    if (all) pthread_cond_broadcast(&topics->changed);
}

static void *audit_for_ever(void *arg)
{
    struct topics *topics = arg;
    pthread_mutex_lock(&topics->lock);
    while (!topics->stopping && topics->asked == 0) pthread_cond_wait(&topics->changed, &topics->lock);
    while (!topics->stopping) {
        audit_due(topics);
        struct timespec until = moment(next_us(topics, clock_monotonic()));
        if (!topics->stopping && topics->asked == topics->ended)
            pthread_cond_timedwait(&topics->changed, &topics->lock, &until); /* woken for nothing, it finds nothing due */
    }
    pthread_mutex_unlock(&topics->lock);
    return NULL;
}

/* ---------------------------------------------------------------- beginning and end */
struct topics *topics_create(const struct config *config, struct embedded *embedded)
{
    pthread_condattr_t attributes;
    struct topics *topics = calloc(1, sizeof *topics);
    if (topics == NULL) return NULL;
    topics->config = config;
    topics->embedded = embedded;
    topics->clusters = calloc(config->cluster_count + 1, sizeof *topics->clusters);
    topics->watches = calloc(config->cluster_count + 1, sizeof *topics->watches);
    pthread_mutex_init(&topics->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&topics->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (topics->clusters == NULL || topics->watches == NULL ||
        pthread_create(&topics->auditor, NULL, audit_for_ever, topics) != 0) {
        free(topics->clusters);
        free(topics->watches);
        free(topics);
        return NULL;
    }
    if (embedded != NULL) log_plain(LOG_INFO, "topic_audit_skipped_on_embedded_cluster");
    return topics;
}

void topics_destroy(struct topics *topics)
{
    if (topics == NULL) return;
    pthread_mutex_lock(&topics->lock);
    topics->stopping = true;
    pthread_cond_broadcast(&topics->changed);
    pthread_mutex_unlock(&topics->lock);
    pthread_join(topics->auditor, NULL);
    for (size_t i = 0; i < topics->count; i++) topic_destroy(topics->items[i]);
    pthread_cond_destroy(&topics->changed);
    pthread_mutex_destroy(&topics->lock);
    free(topics->items);
    free(topics->clusters);
    free(topics->watches);
    free(topics);
}

/* ---------------------------------------------------------------- from a catalogue to topics */
static struct topic *find_topic(const struct topics *topics, uint32_t cluster, uint32_t lane, struct span name)
{
    for (size_t i = 0; i < topics->count; i++) {
        struct topic *topic = topics->items[i];
        if (topic->cluster_index == cluster && topic->lane == lane && span_equal(topic->name, name)) return topic;
    }
    return NULL;
}

static struct topic *add_topic(struct topics *topics, uint32_t cluster, uint32_t lane, struct span name)
{
    if (topics->count == topics->capacity) {
        size_t capacity = topics->capacity * 2 + 16;
        struct topic **grown = realloc(topics->items, capacity * sizeof *grown);
        if (grown == NULL) return NULL;
        topics->items = grown;
        topics->capacity = capacity;
    }
    struct topic *topic = topic_create(name, &topics->config->clusters[cluster], cluster, lane, (uint32_t)topics->count);
    if (topic != NULL) topics->items[topics->count++] = topic;
    return topic;
}

/* What the use asks of a topic; where two uses write to one, the stricter counts. */
static void want(struct topic *topic, const struct use *use)
{
    struct topic_want *all = &topic->want;
    int64_t retention = use->topic_retention / 1000, segment = use->segment_time / 1000;
    if (all->uses == 0) *all = (struct topic_want){.retention_ms = retention, .segment_ms = segment};
    if (retention < all->retention_ms) all->retention_ms = retention;
    if (segment < all->segment_ms) all->segment_ms = segment;
    all->state |= use->state_topic;
    all->durable |= use->delivery != DELIVERY_MEMORY;
    all->batch_bytes = cluster_batch_max(topic->cluster);
    all->uses++;
}

static struct topic *claim_topic(struct topics *topics, int cluster, uint32_t lane, struct span name, const struct use *use)
{
    struct topic *topic = find_topic(topics, (uint32_t)cluster, lane, name);
    if (topic == NULL) topic = add_topic(topics, (uint32_t)cluster, lane, name);
    if (topic != NULL) want(topic, use);
    return topic;
}

static bool route(struct topics *topics, const struct use *use, struct topic_route *out)
{
    const struct config *config = topics->config;
    int cluster = stage_can_be_live(use) ? cluster_for_use(config, use) : -1;
    if (cluster < 0) return true;
    out->region = cluster_region(&config->clusters[cluster], use);
    out->topic = claim_topic(topics, cluster, config->lane_of_tier[use->tier], use->topic, use);
    if (out->topic == NULL) return false;
    if (use->late_topic.data == NULL) return true;
    out->late = claim_topic(topics, cluster, config->lane_of_tier[TIER_BATCH], use->late_topic, use);
    return out->late != NULL;
}

bool topics_bind(struct topics *topics, const struct catalogue *catalogue, struct arena *arena, struct topic_table *table)
{
    struct topic_route *routes = arena_calloc(arena, catalogue->use_count + 1, sizeof *routes);
    if (routes == NULL) return false;
    bool fine = true;
    pthread_mutex_lock(&topics->lock);
    for (size_t i = 0; i < topics->count; i++) topics->items[i]->want.uses = 0;
    for (size_t i = 0; i < catalogue->use_count && fine; i++)
        fine = route(topics, catalogue->uses[i], &routes[catalogue->uses[i]->index]);
    topics->asked++;
    pthread_cond_broadcast(&topics->changed);
    pthread_mutex_unlock(&topics->lock);
    *table = (struct topic_table){routes, catalogue->use_count};
    return fine;
}

bool topics_wait(struct topics *topics, int timeout_ms)
{
    struct timespec until = moment(clock_monotonic() + (int64_t)timeout_ms * 1000);
    int timed_out = 0;
    pthread_mutex_lock(&topics->lock);
    while (topics->ended < topics->asked && timed_out == 0)
        timed_out = pthread_cond_timedwait(&topics->changed, &topics->lock, &until);
    bool ended = topics->ended == topics->asked;
    pthread_mutex_unlock(&topics->lock);
    return ended;
}

/* ---------------------------------------------------------------- what is known */
void topics_cluster_state(struct topics *topics, uint32_t cluster_index, struct topics_cluster_state *out)
{
    pthread_mutex_lock(&topics->lock);
    *out = topics->clusters[cluster_index];
    pthread_mutex_unlock(&topics->lock);
}

void topics_doubt(struct topics *topics, uint32_t cluster_index)
{
    pthread_mutex_lock(&topics->lock);
    if (watch_doubt(&topics->watches[cluster_index])) pthread_cond_broadcast(&topics->changed);
    pthread_mutex_unlock(&topics->lock);
}
