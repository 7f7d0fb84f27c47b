#include "gateway/metrics_table.h"

#include "codecs/timestamp.h"

static const struct metric_row rows[METRIC_COUNT] = {
#define METRIC(id, name, kind, unit, a, b, c, help) \
    [METRIC_##id] = {name, METRIC_KIND_##kind, unit, {METRIC_DOMAIN_##a, METRIC_DOMAIN_##b, METRIC_DOMAIN_##c}, help},
    METRICS(METRIC)
#undef METRIC
};

const struct metric_row *metric_row(enum metric metric)
{
    return &rows[metric];
}

const char *metric_domain_label(enum metric_domain domain, size_t part)
{
    static const char *const labels[METRIC_DOMAINS][METRIC_QUALITY_PARTS] = {
        [METRIC_DOMAIN_EVENT] = {"event"},
        [METRIC_DOMAIN_USE] = {"use"},
        [METRIC_DOMAIN_SENDER] = {"sender"},
        [METRIC_DOMAIN_LANE] = {"lane"},
        [METRIC_DOMAIN_RULE] = {"rule"},
        [METRIC_DOMAIN_QUALITY] = {"event", "rule", "severity"},
        [METRIC_DOMAIN_WINDOW] = {"event", "rule", "severity"},
        [METRIC_DOMAIN_VERDICT] = {"verdict"},
        [METRIC_DOMAIN_OUTCOME] = {"outcome"},
        [METRIC_DOMAIN_REASON] = {"reason"},
        [METRIC_DOMAIN_TIER] = {"tier"},
        [METRIC_DOMAIN_STATUS] = {"status"},
        [METRIC_DOMAIN_FAULT] = {"reason"},
        [METRIC_DOMAIN_BLOCK] = {"reason"},
        [METRIC_DOMAIN_RELOAD] = {"outcome"},
    };
    return part < METRIC_QUALITY_PARTS ? labels[domain][part] : NULL;
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
    static const char *const words[] = {"counter", "gauge", "gauge", "gauge", "histogram"};
    return words[kind];
}
