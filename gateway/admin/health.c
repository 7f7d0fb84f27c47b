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

/* What /readyz weighs: a cluster that answers, uses that are blocked. */
struct readiness {
    size_t blocked;
    size_t delivering;
    bool cluster;
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
            if (topic_blocked(topics[k]) == TOPIC_USABLE) continue;
            readiness->blocked++;
            write_blocked(&page->json, edition->catalogue->uses[i], topics[k]);
        }
    }
    json_array_end(&page->json);
}

static void write_clusters(struct page *page, struct readiness *readiness)
{
    const struct admin *admin = page->admin;
    json_name(&page->json, "kafka");
    json_array_begin(&page->json);
    for (uint32_t i = 0; i < admin->config->cluster_count; i++) {
        const struct cluster *cluster = &admin->config->clusters[i];
        struct topics_cluster_state state;
        topics_cluster_state(admin->topics, i, &state);
        const char *bootstrap = cluster->bootstrap != NULL ? cluster->bootstrap : admin->embedded_bootstrap;
        if (state.answered) readiness->cluster = true;
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

/* 503 only when no event of any model could be taken. A blocked use leaves 200 with "degraded". */
void page_ready(struct page *page)
{
    const struct admin *admin = page->admin;
    struct readiness readiness = {0, 0, false};
    json_object_begin(&page->json);
    json_member_text(&page->json, "catalogue", admin->edition->catalogue->version);
    json_member_text(&page->json, "keys", span_of(admin->edition->key_fingerprint));
    write_clusters(page, &readiness);
    write_uses(page, &readiness);
    if (admin->reload_problem != NULL) json_member_text(&page->json, "reload_problem", span_of(admin->reload_problem));
    const char *state = phases[admin->phase];
    if (admin->phase == PHASE_SERVING && readiness.delivering > 0 && readiness.blocked == readiness.delivering)
        state = "unavailable";
    else if (admin->phase == PHASE_SERVING && !readiness.cluster && readiness.delivering > 0)
        state = "unavailable";
    else if (admin->phase == PHASE_SERVING && (readiness.blocked > 0 || admin->reload_problem != NULL))
        state = "degraded";
    bool takes = span_is(span_of(state), "ready") || span_is(span_of(state), "degraded");
    page->status = takes ? 200 : 503;
    json_member_text(&page->json, "state", span_of(state));
    json_object_end(&page->json);
}
