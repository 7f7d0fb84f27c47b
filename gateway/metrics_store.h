/* metrics_store.h - what metrics.c keeps and metrics_page.c reads. Internal to the two. */
#ifndef HEADGATE_GATEWAY_METRICS_STORE_H
#define HEADGATE_GATEWAY_METRICS_STORE_H

#include "codecs/arena.h"
#include "gateway/metrics_table.h"

#include <pthread.h>

/* A struct metrics with what the registry needs to know of it. */
struct writer {
    struct metrics metrics;
    struct metrics_labels labels; /* in the arena */
    struct arena *arena;
    metric_cell *cells;
    size_t counts[METRIC_COUNT]; /* cells of each metric */
    bool retired;                /* nobody writes to it any more */
    struct writer *next;
};

/* The lock guards the list, not the cells. */
struct metrics_registry {
    pthread_mutex_t lock;
    struct writer *writers;
};

#endif
