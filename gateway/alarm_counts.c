#include "gateway/alarm_counts.h"

#include <pthread.h>
#include <stdlib.h>

struct alarm_cells {
    struct alarm_cells *next;
    const struct alarm_counts *counts;
    struct alarm_cell items[];
};

struct alarm_counts {
    pthread_mutex_t lock; /* of the list */
    struct alarm_cells *cells;
    size_t size;
    size_t sender_count;
    size_t rows[]; /* by model->index: its first sender's alarm; SIZE_MAX = no errorRate */
};

bool alarm_counts_create(const struct catalogue *catalogue, size_t sender_count, struct alarm_counts **out)
{
    struct alarm_counts *counts = calloc(1, sizeof *counts + catalogue->model_count * sizeof counts->rows[0]);
    *out = NULL;
    if (counts == NULL) return false;
    counts->sender_count = sender_count;
    counts->size = catalogue->window_count;
    for (size_t i = 0; i < catalogue->model_count; i++) {
        bool rated = catalogue->models[i]->error_rate >= 0;
        counts->rows[i] = rated ? counts->size : SIZE_MAX;
        if (rated) counts->size += sender_count;
    }
    bool needed = counts->size > 0, locked = needed && pthread_mutex_init(&counts->lock, NULL) == 0;
    if (locked)
        *out = counts;
    else
        free(counts);
    return locked || !needed;
}

void alarm_counts_destroy(struct alarm_counts *counts)
{
    if (counts == NULL) return;
    while (counts->cells != NULL) {
        struct alarm_cells *cells = counts->cells;
        counts->cells = cells->next;
        free(cells);
    }
    pthread_mutex_destroy(&counts->lock);
    free(counts);
}

struct alarm_cells *alarm_counts_join(struct alarm_counts *counts)
{
    struct alarm_cells *cells = calloc(1, sizeof *cells + counts->size * sizeof cells->items[0]);
    if (cells == NULL) return NULL;
    cells->counts = counts;
    pthread_mutex_lock(&counts->lock);
    cells->next = counts->cells;
    counts->cells = cells;
    pthread_mutex_unlock(&counts->lock);
    return cells;
}

size_t alarm_counts_sender(const struct alarm_counts *counts, const struct model *model, size_t sender)
{
    size_t row = counts->rows[model->index];
    return row == SIZE_MAX ? SIZE_MAX : row + sender;
}

size_t alarm_counts_size(const struct alarm_counts *counts)
{
    return counts->size;
}

struct alarm_sum alarm_counts_sum(struct alarm_counts *counts, size_t alarm)
{
    struct alarm_sum sum = {0, 0};
    pthread_mutex_lock(&counts->lock);
    for (struct alarm_cells *cells = counts->cells; cells != NULL; cells = cells->next) {
        /* What broke is added behind its row: read the other way round, no more breaks than there are rows. */
        sum.broken += atomic_load_explicit(&cells->items[alarm].broken, memory_order_acquire);
        sum.rows += atomic_load_explicit(&cells->items[alarm].rows, memory_order_relaxed);
    }
    pthread_mutex_unlock(&counts->lock);
    return sum;
}

void alarm_cells_add(struct alarm_cells *cells, size_t alarm, uint64_t rows, uint64_t broken)
{
    struct alarm_cell *cell = &cells->items[alarm];
    metric_add_cell(&cell->rows, rows);
    uint64_t before = atomic_load_explicit(&cell->broken, memory_order_relaxed);
    atomic_store_explicit(&cell->broken, before + broken, memory_order_release);
}

void alarm_cells_add_sender(struct alarm_cells *cells, const struct model *model, size_t sender, bool broken)
{
    size_t alarm = alarm_counts_sender(cells->counts, model, sender);
    if (alarm != SIZE_MAX) alarm_cells_add(cells, alarm, 1, broken);
}
