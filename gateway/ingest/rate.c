#include "gateway/ingest/rate.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { NS_PER_US = 1000 };
#define BURST_NS (INT64_C(1000000000))

struct rate_table {
    size_t sender_count;
    size_t *rows;           /* by model->index: its first bucket; SIZE_MAX = unlimited */
    _Atomic int64_t *nexts; /* theoretical arrival times, ns */
};

struct rate_table *rate_create(const struct catalogue *catalogue, size_t sender_count)
{
    struct rate_table *table = calloc(1, sizeof *table);
    if (table == NULL) return NULL;
    table->sender_count = sender_count;
    table->rows = calloc(catalogue->model_count + 1, sizeof *table->rows);
    if (table->rows == NULL) goto fail;
    size_t used = 0;
    for (size_t i = 0; i < catalogue->model_count; i++) {
        bool limited = catalogue->models[i]->throughput > 0;
        table->rows[i] = limited ? used : SIZE_MAX;
        if (limited) used += sender_count;
    }
    table->nexts = calloc(used + 1, sizeof *table->nexts);
    if (table->nexts == NULL) goto fail;
    return table;
fail:
    rate_destroy(table);
    return NULL;
}

void rate_destroy(struct rate_table *table)
{
    if (table == NULL) return;
    free(table->rows);
    free(table->nexts);
    free(table);
}

bool rate_take(struct rate_table *table, size_t sender, const struct model *model, int64_t now)
{
    size_t row = table->rows[model->index];
    if (row == SIZE_MAX) return true;
    _Atomic int64_t *next = &table->nexts[row + sender];
    int64_t now_ns = now * NS_PER_US;
    int64_t interval = INT64_C(1000000000) / model->throughput;
    int64_t seen = atomic_load_explicit(next, memory_order_relaxed);
    for (;;) {
        int64_t base = seen > now_ns ? seen : now_ns;
        if (base + interval - now_ns > BURST_NS) return false;
        if (atomic_compare_exchange_weak_explicit(next, &seen, base + interval, memory_order_relaxed, memory_order_relaxed))
            return true;
    }
}
