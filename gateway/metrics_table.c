#include "gateway/metrics_table.h"

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

const char *metric_kind_word(enum metric_kind kind)
{
    static const char *const words[] = {"counter", "gauge", "gauge", "gauge", "histogram"};
    return words[kind];
}
