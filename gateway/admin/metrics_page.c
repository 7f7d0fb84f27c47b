#include "gateway/admin/page.h"

/* The registry's gauge knows four reasons; an unchecked topic is not (yet) blocked by anybody. */
static const enum metric_block blocks[TOPIC_BLOCKS] = {
    [TOPIC_UNCHECKED] = BLOCK_UNKNOWN_TOPIC, [TOPIC_MISSING] = BLOCK_UNKNOWN_TOPIC, [TOPIC_UNAUTHORIZED] = BLOCK_AUTHORIZATION,
    [TOPIC_KEEPS_LONGER] = BLOCK_RETENTION,  [TOPIC_UNSAFE] = BLOCK_POLICY,         [TOPIC_TOO_SMALL] = BLOCK_POLICY,
    [TOPIC_REFUSED] = BLOCK_POLICY,
};

static void mark_block(struct metrics *metrics, size_t use, const struct topic *topic)
{
    if (topic == NULL || topic_blocked(topic) == TOPIC_USABLE) return;
    metrics_set(metrics, METRIC_BLOCKED, use, blocks[topic_blocked(topic)], 1);
}

static void refresh_blocks(const struct admin *admin)
{
    const struct topic_table *topics = &admin->edition->topics;
    for (size_t i = 0; i < topics->count; i++) {
        for (size_t block = 0; block < BLOCK_COUNT; block++) metrics_set(admin->metrics, METRIC_BLOCKED, i, block, 0);
        mark_block(admin->metrics, i, topics->routes[i].topic);
        mark_block(admin->metrics, i, topics->routes[i].late);
    }
}

void page_metrics(struct page *page)
{
    refresh_blocks(page->admin);
    page->type = SPAN("text/plain; version=0.0.4; charset=utf-8");
    metrics_page(page->admin->metrics_registry, &page->admin->body);
}
