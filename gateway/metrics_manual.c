#include "gateway/metrics_manual.h"

#include "gateway/metrics_table.h"

static const char introduction[] =
    "# Metrics\n"
    "\n"
    "This page is made from the list of metrics (`headgate config --metrics`); a unit test compares the two.\n"
    "\n"
    "`GET /metrics` on the admin listener, in Prometheus' text format. Labels are only what the contracts and the configuration\n"
    "declare: event, use, verdict, outcome, reason, tier, lane, status, rule and, with `metrics.sender`, the sender. Nothing of\n"
    "an event's content is ever a label. Counters go on over a reload of the contracts. Cells that were never counted are left\n"
    "out where a metric has more than one label.\n"
    "\n"
    "| metric | kind | unit | labels | |\n"
    "|---|---|---|---|---|\n";

void metrics_manual(struct buffer *out)
{
    buffer_append_text(out, introduction);
    for (int i = 0; i < METRIC_COUNT; i++) {
        const struct metric_row *row = metric_row((enum metric)i);
        buffer_printf(out, "| `%s` | %s | %s | ", row->name, metric_kind_word(row->kind), row->unit);
        for (size_t j = 0; j < METRIC_LABELS && row->labels[j] != METRIC_DOMAIN_NONE; j++)
            for (size_t part = 0; metric_domain_label(row->labels[j], part) != NULL; part++)
                buffer_printf(out, "%s%s", j + part > 0 ? ", " : "", metric_domain_label(row->labels[j], part));
        buffer_printf(out, " | %s |\n", row->help);
    }
}
