#include "gateway/metrics_table.h"

#include "codecs/timestamp.h"
#include "contracts/enforce.h"
#include "contracts/rule.h"

static const struct metric_row rows[METRIC_COUNT] = {
#define METRIC(id, name, kind, unit, a, b, c, help) \
    [METRIC_##id] = {name, METRIC_KIND_##kind, unit, {METRIC_DOMAIN_##a, METRIC_DOMAIN_##b, METRIC_DOMAIN_##c}, help},
    METRICS(METRIC)
#undef METRIC
};

static const uint16_t statuses[] = {200, 202, 207, 400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 422, 429, 431, 500, 503};
static const char *const status_texts[] = {"200", "202", "207", "400", "401", "403", "404", "405", "406",  "408",
                                           "413", "414", "415", "422", "429", "431", "500", "503", "other"};
static const char *const verdicts[] = {[METRIC_ACCEPTED] = "accepted", [METRIC_REFUSED] = "refused", [METRIC_RETRY] = "retry"};
static const char *const faults[] = {[KAFKA_FAULT_TRANSIENT] = "transient",
                                     [KAFKA_FAULT_RECORD] = "record",
                                     [KAFKA_FAULT_USE] = "use",
                                     [KAFKA_FAULT_PRODUCER] = "producer"};
static const char *const blocks[] = {[BLOCK_UNKNOWN_TOPIC] = "unknown_topic",
                                     [BLOCK_AUTHORIZATION] = "authorization",
                                     [BLOCK_POLICY] = "policy",
                                     [BLOCK_RETENTION] = "retention"};
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
    return blocks[index];
}

static const char *reload_text(size_t index)
{
    return reloads[index];
}

/* Domains of fixed words have `text`; the others get their names from metrics_create(). */
static const struct {
    const char *label;
    size_t size;
    const char *(*text)(size_t index);
} domains[METRIC_DOMAINS] = {
    [METRIC_DOMAIN_NONE] = {NULL, 1, NULL},
    [METRIC_DOMAIN_EVENT] = {"event", 0, NULL},
    [METRIC_DOMAIN_USE] = {"use", 0, NULL},
    [METRIC_DOMAIN_SENDER] = {"sender", 0, NULL},
    [METRIC_DOMAIN_LANE] = {"lane", 0, NULL},
    [METRIC_DOMAIN_RULE] = {"rule", 0, rule_text},
    [METRIC_DOMAIN_VERDICT] = {"verdict", METRIC_VERDICT_COUNT, verdict_text},
    [METRIC_DOMAIN_OUTCOME] = {"outcome", OUTCOME_KINDS, outcome_text},
    [METRIC_DOMAIN_REASON] = {"reason", OUTCOME_REASONS, reason_text},
    [METRIC_DOMAIN_TIER] = {"tier", 3, tier_text},
    [METRIC_DOMAIN_STATUS] = {"status", COUNT_OF(status_texts), status_text},
    [METRIC_DOMAIN_FAULT] = {"reason", KAFKA_FAULT_COUNT, fault_text},
    [METRIC_DOMAIN_BLOCK] = {"reason", BLOCK_COUNT, block_text},
    [METRIC_DOMAIN_RELOAD] = {"outcome", RELOAD_COUNT, reload_text},
};

const struct metric_row *metric_row(enum metric metric)
{
    return &rows[metric];
}

size_t metric_status(unsigned status)
{
    size_t index = 0;
    while (index < COUNT_OF(statuses) && statuses[index] != status) index++;
    return index;
}

const char *metric_domain_label(enum metric_domain domain)
{
    return domains[domain].label;
}

size_t metric_domain_size(enum metric_domain domain, const struct metrics_labels *labels)
{
    switch (domain) {
    case METRIC_DOMAIN_EVENT: return labels->event_count;
    case METRIC_DOMAIN_USE: return labels->use_count;
    case METRIC_DOMAIN_SENDER: return labels->sender_count;
    case METRIC_DOMAIN_LANE: return labels->lane_count;
    case METRIC_DOMAIN_RULE: return rule_count();
    default: return domains[domain].size;
    }
}

struct span metric_domain_value(enum metric_domain domain, const struct metrics_labels *labels, size_t index)
{
    switch (domain) {
    case METRIC_DOMAIN_EVENT: return labels->events[index];
    case METRIC_DOMAIN_USE: return labels->uses[index];
    case METRIC_DOMAIN_SENDER: return labels->senders[index];
    case METRIC_DOMAIN_LANE: return labels->lanes[index];
    default: return domains[domain].text != NULL ? span_of(domains[domain].text(index)) : SPAN("");
    }
}

const int64_t *metric_buckets(enum metric metric, size_t *count)
{
    static const int64_t latency[] = {
        1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 30000000,
    };
    static const int64_t age[] = {
        US_PER_SECOND,      5 * US_PER_SECOND, 15 * US_PER_SECOND, US_PER_MINUTE, 5 * US_PER_MINUTE,
        15 * US_PER_MINUTE, US_PER_HOUR,       6 * US_PER_HOUR,    US_PER_DAY,    7 * US_PER_DAY,
    };
    *count = metric == METRIC_EVENT_AGE ? COUNT_OF(age) : COUNT_OF(latency);
    return metric == METRIC_EVENT_AGE ? age : latency;
}

const char *metric_kind_word(enum metric_kind kind)
{
    static const char *const words[] = {"counter", "gauge", "gauge", "histogram"};
    return words[kind];
}
