#include "gateway/kafka/audit.h"

struct audit_item *audit_item(struct audit *audit, const char *name)
{
    for (size_t i = 0; i < audit->count; i++)
        if (span_is(audit->items[i].topic->name, name)) return &audit->items[i];
    return NULL;
}

static void conclude(struct audit_item *item, int64_t now_us)
{
    char reason[TOPIC_REASON_SIZE];
    if (item->unknown) {
        if (topic_blocked(item->topic) == TOPIC_UNCHECKED) topic_set_block(item->topic, TOPIC_UNCHECKED, item->why);
        return;
    }
    if (item->failed != TOPIC_USABLE) {
        topic_set_block(item->topic, item->failed, item->why);
        return;
    }
    enum topic_block block = topic_judge(&item->want, &item->fact, reason);
    if (item->fact.audited) topic_limit_record(item->topic, item->fact.max_message_bytes);
    if (block == TOPIC_USABLE) {
        topic_lift(item->topic, now_us);
        return;
    }
    item->topic->well_us = 0;
    topic_set_block(item->topic, block, reason);
}

void audit_run(struct audit *audit, int64_t now_us)
{
    const struct audit_ops *ops = audit->embedded != NULL ? &audit_mock : &audit_admin;
    audit->problem[0] = '\0';
    audit->answered = ops->look(audit);
    if (!audit->answered) return;
    for (size_t i = 0; i < audit->count; i++) conclude(&audit->items[i], now_us);
}
