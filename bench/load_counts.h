/* load_counts.h - what the replies of a run add up to. */
#ifndef HEADGATE_BENCH_LOAD_COUNTS_H
#define HEADGATE_BENCH_LOAD_COUNTS_H

#include "bench/histogram.h"

enum { LOAD_STATUS_MAX = 600 };

/* What happened since load_client_reset(). */
struct load_counts {
    uint64_t requests, events;        /* answered, whatever the status */
    uint64_t status[LOAD_STATUS_MAX]; /* requests by status */
    uint64_t lost;                    /* requests whose connection broke before the reply */
    uint64_t not_connected;           /* attempts */
    int connect_error;                /* errno of the last of them */
    const char *reply_fault;          /* what was wrong with the last malformed reply, which counts as lost; NULL: none was */
    uint64_t bytes;                   /* sent, heads included */
    struct histogram latency;         /* microseconds */
    struct histogram recent;          /* the same since load_client_forget_recent() */
};

/* Requests that were answered with 2xx. */
uint64_t load_counts_fine(const struct load_counts *counts);

/* Requests that were not, lost ones included. */
uint64_t load_counts_failures(const struct load_counts *counts);

#endif
