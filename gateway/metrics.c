#include "gateway/metrics_store.h"

#include <stdlib.h>

/* ---------------------------------------------------------------- labels: copies that outlive the catalogue */

static bool copy_names(struct arena *arena, const struct span *names, size_t count, const struct span **out)
{
    struct span *copies = arena_calloc(arena, count + 1, sizeof *copies);
    if (copies == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        copies[i] = arena_copy(arena, names[i]);
        if (copies[i].data == NULL) return false;
    }
    *out = copies;
    return true;
}

static bool copy_labels(struct arena *arena, const struct metrics_labels *labels, struct metrics_labels *out)
{
    *out = *labels;
    return copy_names(arena, labels->events, labels->event_count, &out->events) &&
           copy_names(arena, labels->uses, labels->use_count, &out->uses) &&
           copy_names(arena, labels->senders, labels->sender_count, &out->senders) &&
           copy_names(arena, labels->lanes, labels->lane_count, &out->lanes) &&
           copy_names(arena, labels->qualities, METRIC_QUALITY_PARTS * labels->quality_count, &out->qualities);
}

/* ---------------------------------------------------------------- cells */

/* A histogram has, per label, its buckets, the infinite one, and the sum. */
static void shape_of(enum metric metric, const struct metrics_labels *labels, size_t sizes[METRIC_LABELS])
{
    const struct metric_row *row = metric_row(metric);
    for (size_t i = 0; i < METRIC_LABELS; i++) sizes[i] = metric_domain_size(row->labels[i], labels);
    if (row->kind == METRIC_KIND_HISTOGRAM) {
        (void)metric_buckets(metric, &sizes[1]);
        sizes[1] += 2;
    }
}

static size_t lay_out(struct writer *writer)
{
    size_t total = 0;
    for (int i = 0; i < METRIC_COUNT; i++) {
        size_t sizes[METRIC_LABELS];
        shape_of((enum metric)i, &writer->labels, sizes);
        writer->metrics.second[i] = (uint32_t)sizes[1];
        writer->metrics.third[i] = (uint32_t)sizes[2];
        writer->counts[i] = sizes[0] * sizes[1] * sizes[2];
        total += writer->counts[i];
    }
    return total;
}

static bool make_cells(struct writer *writer)
{
    writer->cells = calloc(lay_out(writer) + 1, sizeof *writer->cells);
    if (writer->cells == NULL) return false;
    metric_cell *next = writer->cells;
    for (int i = 0; i < METRIC_COUNT; i++) {
        writer->metrics.cells[i] = writer->counts[i] > 0 ? next : NULL;
        next += writer->counts[i];
    }
    return true;
}

static void writer_destroy(struct writer *writer)
{
    if (writer == NULL) return;
    arena_destroy(writer->arena);
    free(writer->cells);
    free(writer);
}

static struct writer *writer_create(const struct metrics_labels *labels)
{
    static const struct metrics_labels none = {0};
    struct writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) return NULL;
    writer->arena = arena_create(64 * 1024 * 1024);
    if (writer->arena == NULL || !copy_labels(writer->arena, labels != NULL ? labels : &none, &writer->labels) ||
        !make_cells(writer)) {
        writer_destroy(writer);
        return NULL;
    }
    return writer;
}

/* ---------------------------------------------------------------- registry */

struct metrics_registry *metrics_registry_create(void)
{
    struct metrics_registry *registry = calloc(1, sizeof *registry);
    if (registry == NULL) return NULL;
    if (pthread_mutex_init(&registry->lock, NULL) != 0) {
        free(registry);
        return NULL;
    }
    return registry;
}

void metrics_registry_destroy(struct metrics_registry *registry)
{
    if (registry == NULL) return;
    while (registry->writers != NULL) {
        struct writer *writer = registry->writers;
        registry->writers = writer->next;
        writer_destroy(writer);
    }
    pthread_mutex_destroy(&registry->lock);
    free(registry);
}

struct metrics *metrics_create(struct metrics_registry *registry, const struct metrics_labels *labels)
{
    struct writer *writer = writer_create(labels);
    if (writer == NULL) return NULL;
    pthread_mutex_lock(&registry->lock);
    writer->next = registry->writers;
    registry->writers = writer;
    pthread_mutex_unlock(&registry->lock);
    return &writer->metrics;
}

static bool same_names(const struct span *a, size_t a_count, const struct span *b, size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (!span_equal(a[i], b[i])) return false;
    return true;
}

static bool same_labels(const struct metrics_labels *a, const struct metrics_labels *b)
{
    return same_names(a->events, a->event_count, b->events, b->event_count) &&
           same_names(a->uses, a->use_count, b->uses, b->use_count) &&
           same_names(a->senders, a->sender_count, b->senders, b->sender_count) &&
           same_names(a->lanes, a->lane_count, b->lanes, b->lane_count) && a->window_count == b->window_count &&
           same_names(a->qualities, METRIC_QUALITY_PARTS * a->quality_count, b->qualities,
                      METRIC_QUALITY_PARTS * b->quality_count);
}

static bool is_gauge(enum metric metric)
{
    enum metric_kind kind = metric_row(metric)->kind;
    return kind == METRIC_KIND_GAUGE || kind == METRIC_KIND_LEVEL || kind == METRIC_KIND_REAL;
}

/* Gauges say what is; a writer that is gone has nothing. */
static void clear_gauges(struct writer *writer)
{
    for (int i = 0; i < METRIC_COUNT; i++)
        for (size_t j = 0; is_gauge((enum metric)i) && j < writer->counts[i]; j++)
            atomic_store_explicit(&writer->metrics.cells[i][j], 0, memory_order_relaxed);
}

static void add_cells(struct writer *into, const struct writer *from)
{
    for (int i = 0; i < METRIC_COUNT; i++)
        for (size_t j = 0; j < from->counts[i]; j++)
            metric_add_cell(&into->metrics.cells[i][j], atomic_load_explicit(&from->metrics.cells[i][j], memory_order_relaxed));
}

/* A retired writer stays in the list as what it counted; one of equal labels takes it in, so that many reloads of the same
 * contracts do not pile up. */
void metrics_retire(struct metrics_registry *registry, struct metrics *metrics)
{
    if (metrics == NULL) return;
    struct writer *writer = (struct writer *)((char *)metrics - offsetof(struct writer, metrics));
    pthread_mutex_lock(&registry->lock);
    clear_gauges(writer);
    writer->retired = true;
    struct writer *into = registry->writers;
    while (into != NULL && (into == writer || !into->retired || !same_labels(&into->labels, &writer->labels))) into = into->next;
    if (into != NULL) {
        add_cells(into, writer);
        struct writer **link = &registry->writers;
        while (*link != writer) link = &(*link)->next;
        *link = writer->next;
        writer_destroy(writer);
    }
    pthread_mutex_unlock(&registry->lock);
}
