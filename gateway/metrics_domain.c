#include "gateway/metrics_table.h"

#include "contracts/enforce.h"
#include "contracts/rule.h"
#include "gateway/topic_block.h"

static const uint16_t statuses[] = {200, 202, 207, 400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 422, 429, 431, 500, 503};
static const char *const status_texts[] = {"200", "202", "207", "400", "401", "403", "404", "405", "406",  "408",
                                           "413", "414", "415", "422", "429", "431", "500", "503", "other"};
static const char *const verdicts[] = {[METRIC_ACCEPTED] = "accepted", [METRIC_REFUSED] = "refused", [METRIC_RETRY] = "retry"};
static const char *const faults[] = {[KAFKA_FAULT_TRANSIENT] = "transient",
                                     [KAFKA_FAULT_RECORD] = "record",
                                     [KAFKA_FAULT_USE] = "use",
                                     [KAFKA_FAULT_PRODUCER] = "producer"};
static const char *const reloads[] = {[RELOAD_OK] = "ok", [RELOAD_FAILED] = "failed"};

static const char *verdict_text(size_t index)
{
    return verdicts[index];
}

static const char *outcome_text(size_t index)
{
    return outcome_word((enum outcome_kind)index);
}

static const char *reason_text(size_t index)
{
    return index == REASON_NONE ? "none" : outcome_reason_word((enum outcome_reason)index);
}

static const char *tier_text(size_t index)
{
    return tier_word((enum tier)index);
}

static const char *status_text(size_t index)
{
    return status_texts[index];
}

static const char *rule_text(size_t index)
{
    return rule_at(index)->name;
}

static const char *fault_text(size_t index)
{
    return faults[index];
}

static const char *block_text(size_t index)
{
    return topic_block_word((enum topic_block)index);
}

static const char *reload_text(size_t index)
{
    return reloads[index];
}

/* Domains of fixed words have `text`; the others get their names from metrics_create(). */
static const struct {
    size_t size;
    const char *(*text)(size_t index);
} domains[METRIC_DOMAINS] = {
    [METRIC_DOMAIN_NONE] = {1, NULL},
    [METRIC_DOMAIN_EVENT] = {0, NULL},
    [METRIC_DOMAIN_USE] = {0, NULL},
    [METRIC_DOMAIN_SENDER] = {0, NULL},
    [METRIC_DOMAIN_LANE] = {0, NULL},
    [METRIC_DOMAIN_RULE] = {0, rule_text},
    [METRIC_DOMAIN_QUALITY] = {0, NULL},
    [METRIC_DOMAIN_WINDOW] = {0, NULL},
    [METRIC_DOMAIN_VERDICT] = {METRIC_VERDICT_COUNT, verdict_text},
    [METRIC_DOMAIN_OUTCOME] = {OUTCOME_KINDS, outcome_text},
    [METRIC_DOMAIN_REASON] = {OUTCOME_REASONS, reason_text},
    [METRIC_DOMAIN_TIER] = {3, tier_text},
    [METRIC_DOMAIN_STATUS] = {COUNT_OF(status_texts), status_text},
    [METRIC_DOMAIN_FAULT] = {KAFKA_FAULT_COUNT, fault_text},
    [METRIC_DOMAIN_BLOCK] = {TOPIC_BLOCKS, block_text},
    [METRIC_DOMAIN_RELOAD] = {RELOAD_COUNT, reload_text},
};

size_t metric_status(unsigned status)
{
    size_t index = 0;
    while (index < COUNT_OF(statuses) && statuses[index] != status) index++;
    return index;
}

size_t metric_domain_size(enum metric_domain domain, const struct metrics_labels *labels)
{
    switch (domain) {
    case METRIC_DOMAIN_EVENT: return labels->event_count;
    case METRIC_DOMAIN_USE: return labels->use_count;
    case METRIC_DOMAIN_SENDER: return labels->sender_count;
    case METRIC_DOMAIN_LANE: return labels->lane_count;
    case METRIC_DOMAIN_RULE: return rule_count();
    case METRIC_DOMAIN_QUALITY: return labels->quality_count;
    case METRIC_DOMAIN_WINDOW: return labels->window_count;
    default: return domains[domain].size;
    }
}

struct span metric_domain_value(enum metric_domain domain, const struct metrics_labels *labels, size_t index, size_t part)
{
    switch (domain) {
    case METRIC_DOMAIN_EVENT: return labels->events[index];
    case METRIC_DOMAIN_USE: return labels->uses[index];
    case METRIC_DOMAIN_SENDER: return labels->senders[index];
    case METRIC_DOMAIN_LANE: return labels->lanes[index];
    case METRIC_DOMAIN_QUALITY:
    case METRIC_DOMAIN_WINDOW: return labels->qualities[METRIC_QUALITY_PARTS * index + part];
    default: return domains[domain].text != NULL ? span_of(domains[domain].text(index)) : SPAN("");
    }
}
