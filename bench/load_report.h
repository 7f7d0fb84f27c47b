/* load_report.h - what a run found, for people and for programs. */
#ifndef HEADGATE_BENCH_LOAD_REPORT_H
#define HEADGATE_BENCH_LOAD_REPORT_H

#include "bench/load_client.h"
#include "bench/load_process.h"
#include "bench/load_series.h"
#include "bench/load_steps.h"
#include "codecs/buffer.h"
#include "codecs/timestamp.h"

struct load_report {
    const struct load_options *options;
    const struct load_counts *counts;
    double seconds;            /* measured */
    double own_busy;           /* share of one core that the generator itself used */
    uint64_t overdue;          /* load_client_overdue() at the end */
    uint64_t unanswered;       /* still under way when the run gave up on them */
    uint64_t acknowledged;     /* load_client_acknowledged() at the end */
    uint64_t made[LOAD_KINDS]; /* events of each kind, since the start */
    int64_t began_s;           /* since 1970 */
    bool interrupted;          /* ended before its time */
    bool watched;              /* the server's process was read when measuring began, and... */
    bool server_gone;          /* ...ended before the measuring did: `after` is as it was last seen */
    struct load_process before, after;
    const struct load_series *series;
    const struct load_steps_found *steps;       /* NULL: the rate has none */
    const struct load_ledger_balance *balances; /* of the ledger's topics */
    size_t balance_count;                       /* 0: there is no ledger */
    uint64_t nowhere;                           /* load_ledger_nowhere() */
};

void load_report_text(const struct load_report *report, struct buffer *out);
void load_report_json(const struct load_report *report, struct buffer *out);

/* When the run began, as 2026-11-22T13:44:13Z; `text` holds it. */
struct span load_report_began(const struct load_report *report, char text[TIMESTAMP_TEXT_MAX]);

/* The line that a terminal of so many columns shows during the run: what does not fit is left out. */
void load_report_progress(const struct load_report *report, bool warming_up, unsigned columns, struct buffer *out);

/* Events whose requests were answered with 2xx. */
uint64_t load_report_accepted(const struct load_report *report);

/* load_counts_failures(), and what was never answered. */
uint64_t load_report_failures(const struct load_report *report);

#endif
