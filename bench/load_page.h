/* load_page.h - a run as one page to be looked at and kept: no scripts, nothing fetched.
 *
 *     figures | latency by percentile | course of throughput, latency, CPU and memory | everything that the text report says */
#ifndef HEADGATE_BENCH_LOAD_PAGE_H
#define HEADGATE_BENCH_LOAD_PAGE_H

#include "bench/load_report.h"

void load_report_page(const struct load_report *report, struct buffer *out);

#endif
