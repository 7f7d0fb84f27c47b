#include "gateway/admin/page.h"

static void mark_block(struct metrics *metrics, size_t use, const struct topic *topic)
{
    if (topic == NULL || topic_blocked(topic) == TOPIC_USABLE) return;
    metrics_set(metrics, METRIC_BLOCKED, use, topic_blocked(topic), 1);
}

static void refresh_blocks(const struct admin *admin)
{
    const struct topic_table *topics = &admin->edition->topics;
    for (size_t i = 0; i < topics->count; i++) {
        for (size_t block = 0; block < TOPIC_BLOCKS; block++) metrics_set(admin->metrics, METRIC_BLOCKED, i, block, 0);
        mark_block(admin->metrics, i, topics->routes[i].topic);
        mark_block(admin->metrics, i, topics->routes[i].late);
    }
}

static void refresh_dedupe(struct admin *admin)
{
    struct dedupe_stats now, *shown = &admin->dedupe_shown;
    if (admin->dedupe == NULL) return;
    dedupe_stats(admin->dedupe, &now);
    metrics_set(admin->metrics, METRIC_DEDUPE_ENTRIES, 0, 0, (int64_t)now.entries);
    metrics_add(admin->metrics, METRIC_DEDUPE_HITS, (int64_t)(now.hits - shown->hits));
    metrics_add(admin->metrics, METRIC_DEDUPE_WAITS, (int64_t)(now.waits - shown->waits));
    metrics_add(admin->metrics, METRIC_DEDUPE_EVICTED, (int64_t)(now.evicted - shown->evicted));
    metrics_add(admin->metrics, METRIC_DEDUPE_UNTRACKED, (int64_t)(now.untracked - shown->untracked));
    *shown = now;
}

void page_metrics(struct page *page)
{
    refresh_blocks(page->admin);
    refresh_dedupe(page->admin);
    metrics_set(page->admin->metrics, METRIC_OBSERVED_TYPES, 0, 0, (int64_t)observer_types(page->admin->observer));
    alarms_publish(page->admin->alarms, page->admin->metrics, page->admin->config->sender_label);
    page->type = SPAN("text/plain; version=0.0.4; charset=utf-8");
    metrics_page(page->admin->metrics_registry, &page->admin->body);
}
