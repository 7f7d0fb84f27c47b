#include "gateway/admin/page.h"

static const char *const phases[] = {"starting", "ready", "draining"};

void page_health(struct page *page)
{
    bool alive = page->admin->alive(page->admin->alive_arg);
    if (!alive) page->status = 503;
    json_object_begin(&page->json);
    json_member_text(&page->json, "status", alive ? SPAN("ok") : SPAN("hanging"));
    json_object_end(&page->json);
}

/* ---------------------------------------------------------------- readiness */

/* What /readyz weighs, in topics of uses. */
struct readiness {
    size_t delivering;
    size_t blocked;
    size_t silent;  /* not blocked, but their cluster does not answer */
    size_t waiting; /* of those, whose use wants Kafka's acknowledgement: with delivery `memory` there may still be room */
};

static void write_blocked(struct json_writer *json, const struct use *use, struct topic *topic)
{
    char reason[TOPIC_REASON_SIZE];
    json_object_begin(json);
    json_member_text(json, "use", use->name);
    json_member_text(json, "topic", topic->name);
    json_member_text(json, "block", span_of(topic_block_word(topic_blocked(topic))));
    json_member_text(json, "reason", span_of(topic_reason(topic, reason)));
    json_object_end(json);
}

static void weigh_cluster(const struct page *page, const struct use *use, const struct topic *topic, struct readiness *readiness)
{
    struct topics_cluster_state state;
    topics_cluster_state(page->admin->topics, topic->cluster_index, &state);
    if (state.answered) return;
    readiness->silent++;
    if (use->delivery != DELIVERY_MEMORY) readiness->waiting++;
}

static void write_uses(struct page *page, struct readiness *readiness)
{
    const struct edition *edition = page->admin->edition;
    json_name(&page->json, "blocked");
    json_array_begin(&page->json);
    for (size_t i = 0; i < edition->topics.count; i++) {
        const struct topic_route *route = &edition->topics.routes[i];
        struct topic *topics[] = {route->topic, route->late};
        for (size_t k = 0; k < COUNT_OF(topics); k++) {
            if (topics[k] == NULL) continue;
            readiness->delivering++;
            if (topic_blocked(topics[k]) == TOPIC_USABLE) {
                weigh_cluster(page, edition->catalogue->uses[i], topics[k], readiness);
                continue;
            }
            readiness->blocked++;
            write_blocked(&page->json, edition->catalogue->uses[i], topics[k]);
        }
    }
    json_array_end(&page->json);
}

static void write_clusters(struct page *page)
{
    const struct admin *admin = page->admin;
    json_name(&page->json, "kafka");
    json_array_begin(&page->json);
    for (uint32_t i = 0; i < admin->config->cluster_count; i++) {
        const struct cluster *cluster = &admin->config->clusters[i];
        struct topics_cluster_state state;
        topics_cluster_state(admin->topics, i, &state);
        const char *bootstrap = cluster->bootstrap != NULL ? cluster->bootstrap : admin->embedded_bootstrap;
        json_object_begin(&page->json);
        json_member_text(&page->json, "cluster", span_of(cluster->name));
        json_member_text(&page->json, "bootstrap", span_of(bootstrap));
        json_member_text(&page->json, "region", span_of(cluster->region));
        json_member_bool(&page->json, "embedded", cluster->bootstrap == NULL);
        json_member_bool(&page->json, "answers", state.answered);
        if (!state.answered && state.problem[0] != '\0') json_member_text(&page->json, "problem", span_of(state.problem));
        json_object_end(&page->json);
    }
    json_array_end(&page->json);
}

static const char *state_of(const struct admin *admin, const struct readiness *readiness)
{
    if (admin->phase != PHASE_SERVING) return phases[admin->phase];
    if (readiness->delivering > 0 && readiness->blocked + readiness->waiting == readiness->delivering) return "unavailable";
    return readiness->blocked + readiness->silent > 0 || admin->reload_problem != NULL ? "degraded" : phases[admin->phase];
}

/* 503 only when no event of any model could be taken. A blocked use leaves 200 with "degraded". */
void page_ready(struct page *page)
{
    const struct admin *admin = page->admin;
    struct readiness readiness = {0, 0, 0, 0};
    json_object_begin(&page->json);
    json_member_text(&page->json, "catalogue", admin->edition->catalogue->version);
    json_member_text(&page->json, "keys", span_of(admin->edition->key_fingerprint));
    write_clusters(page);
    write_uses(page, &readiness);
    if (admin->reload_problem != NULL) json_member_text(&page->json, "reload_problem", span_of(admin->reload_problem));
    const char *state = state_of(admin, &readiness);
    bool takes = span_is(span_of(state), "ready") || span_is(span_of(state), "degraded");
    page->status = takes ? 200 : 503;
    json_member_text(&page->json, "state", span_of(state));
    json_object_end(&page->json);
}
