/* metrics_table.h - the list as rows, and the domains that its labels draw their values from. */
#ifndef HEADGATE_GATEWAY_METRICS_TABLE_H
#define HEADGATE_GATEWAY_METRICS_TABLE_H

#include "gateway/metrics.h"

enum metric_kind { METRIC_KIND_COUNTER, METRIC_KIND_GAUGE, METRIC_KIND_LEVEL, METRIC_KIND_REAL, METRIC_KIND_HISTOGRAM };

enum metric_domain {
    METRIC_DOMAIN_NONE,
    METRIC_DOMAIN_EVENT,
    METRIC_DOMAIN_USE,
    METRIC_DOMAIN_SENDER,
    METRIC_DOMAIN_LANE,
    METRIC_DOMAIN_RULE,
    METRIC_DOMAIN_QUALITY,
    METRIC_DOMAIN_WINDOW,
    METRIC_DOMAIN_VERDICT,
    METRIC_DOMAIN_OUTCOME,
    METRIC_DOMAIN_REASON,
    METRIC_DOMAIN_TIER,
    METRIC_DOMAIN_STATUS,
    METRIC_DOMAIN_FAULT,
    METRIC_DOMAIN_BLOCK,
    METRIC_DOMAIN_RELOAD,
    METRIC_DOMAINS
};

enum { METRIC_LABELS = 3 };

struct metric_row {
    const char *name;
    enum metric_kind kind;
    const char *unit;
    enum metric_domain labels[METRIC_LABELS]; /* NONE from the first that is not used */
    const char *help;
};

/* Never NULL; constant. */
const struct metric_row *metric_row(enum metric metric);

/* A value of a domain is one label on the page, or several: the name of its label number `part`, NULL behind the last. */
const char *metric_domain_label(enum metric_domain domain, size_t part);

/* How many values there are (1 for NONE), and what one of them is in its label number `part`. */
size_t metric_domain_size(enum metric_domain domain, const struct metrics_labels *labels);
struct span metric_domain_value(enum metric_domain domain, const struct metrics_labels *labels, size_t index, size_t part);

/* Upper bounds of a histogram's buckets in microseconds, without the last (infinite) one. */
const int64_t *metric_buckets(enum metric metric, size_t *count);

/* "counter", "gauge", "histogram": as the page's TYPE lines have it. */
const char *metric_kind_word(enum metric_kind kind);

#endif
