/* load_report_parts.h - what the report for people and the one for programs have in common. */
#ifndef HEADGATE_BENCH_LOAD_REPORT_PARTS_H
#define HEADGATE_BENCH_LOAD_REPORT_PARTS_H

#include "bench/load_report.h"

enum { LOAD_QUANTILES = 5 };

struct load_quantile {
    const char *name;
    double share;
};
extern const struct load_quantile load_quantiles[LOAD_QUANTILES];

/* A value of the whole run for each event; a count for each second. */
static inline double load_report_per_event(const struct load_report *report, double value)
{
    return report->counts->events == 0 ? 0 : value / (double)report->counts->events;
}

static inline double load_report_rate(const struct load_report *report, uint64_t count)
{
    return report->seconds > 0 ? (double)count / report->seconds : 0;
}

static inline double load_step_rate(const struct load_step *step)
{
    return step->seconds > 0 ? (double)step->events / step->seconds : 0;
}

#endif
