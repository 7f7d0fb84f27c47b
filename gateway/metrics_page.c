/* metrics_page.c - the Prometheus text format, version 0.0.4.
 *
 * Writers of different catalogue versions number the same event differently, so cells are summed by their labels' text: each
 * metric's cells become lines {labels, value}, sorted, and equal labels are one line. Done per request of the page, far from
 * the hot path. */
#include "codecs/timestamp.h"
#include "gateway/log.h"
#include "gateway/metrics_store.h"

#include <stdlib.h>

struct line {
    struct span labels; /* rendered, without braces */
    uint64_t value;
    uint64_t *buckets; /* histograms: buckets, infinite, sum */
    size_t order;      /* of first appearance: keeps statuses and tiers as the tables have them */
};

struct page {
    struct arena *arena;
    struct line *lines;
    size_t count;
    size_t capacity;
    bool failed;
};

static void escape(struct span value, struct buffer *out)
{
    for (size_t i = 0; i < value.size; i++) {
        switch (value.data[i]) {
        case '\\': buffer_append_text(out, "\\\\"); break;
        case '"': buffer_append_text(out, "\\\""); break;
        case '\n': buffer_append_text(out, "\\n"); break;
        default: buffer_append_char(out, value.data[i]);
        }
    }
}

static void render_value(enum metric_domain domain, const struct metrics_labels *labels, size_t index, struct buffer *text)
{
    for (size_t part = 0; metric_domain_label(domain, part) != NULL; part++) {
        buffer_printf(text, "%s%s=\"", text->size > 0 ? "," : "", metric_domain_label(domain, part));
        escape(metric_domain_value(domain, labels, index, part), text);
        buffer_append_char(text, '"');
    }
}

/* Cell numbers run through the last label first, as metric_cell_at() has it. */
static struct span render_labels(struct page *page, const struct writer *writer, enum metric metric, size_t cell)
{
    const struct metric_row *row = metric_row(metric);
    size_t labels = row->kind == METRIC_KIND_HISTOGRAM ? 1 : METRIC_LABELS, indexes[METRIC_LABELS] = {cell, 0, 0};
    if (labels > 1) {
        indexes[2] = cell % writer->metrics.third[metric];
        indexes[1] = cell / writer->metrics.third[metric] % writer->metrics.second[metric];
        indexes[0] = cell / writer->metrics.third[metric] / writer->metrics.second[metric];
    }
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < labels && row->labels[i] != METRIC_DOMAIN_NONE; i++)
        render_value(row->labels[i], &writer->labels, indexes[i], &text);
    struct span copy = {NULL, 0};
    if (buffer_ok(&text)) copy = text.size > 0 ? arena_copy(page->arena, buffer_span(&text)) : SPAN("");
    if (copy.data == NULL) page->failed = true;
    buffer_deinit(&text);
    return copy;
}

static struct line *add_line(struct page *page)
{
    if (page->count == page->capacity) {
        size_t capacity = page->capacity > 0 ? 2 * page->capacity : 256;
        struct line *lines = realloc(page->lines, capacity * sizeof *lines);
        if (lines == NULL) {
            page->failed = true;
            return NULL;
        }
        page->lines = lines;
        page->capacity = capacity;
    }
    struct line *line = &page->lines[page->count];
    *line = (struct line){.order = page->count};
    page->count++;
    return line;
}

/* A cell of several labels that was never counted says nothing and would make thousands of lines. */
static bool is_left_out(enum metric metric, uint64_t value)
{
    return value == 0 && metric_row(metric)->labels[1] != METRIC_DOMAIN_NONE;
}

static void gather_cells(struct page *page, const struct writer *writer, enum metric metric)
{
    for (size_t i = 0; i < writer->counts[metric]; i++) {
        uint64_t value = atomic_load_explicit(&writer->metrics.cells[metric][i], memory_order_relaxed);
        if (is_left_out(metric, value)) continue;
        struct line *line = add_line(page);
        if (line == NULL) return;
        line->labels = render_labels(page, writer, metric, i);
        line->value = value;
    }
}

static void gather_histogram(struct page *page, const struct writer *writer, enum metric metric)
{
    size_t width = writer->metrics.second[metric];
    for (size_t i = 0; i < writer->counts[metric]; i += width) {
        struct line *line = add_line(page);
        uint64_t *buckets = arena_calloc(page->arena, width, sizeof *buckets);
        if (line == NULL || buckets == NULL) {
            page->failed = true;
            return;
        }
        for (size_t j = 0; j < width; j++)
            buckets[j] = atomic_load_explicit(&writer->metrics.cells[metric][i + j], memory_order_relaxed);
        line->labels = render_labels(page, writer, metric, i / width);
        line->buckets = buckets;
    }
}

static int compare_lines(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    int order = span_compare(left->labels, right->labels);
    return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

static int compare_order(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    return (left->order > right->order) - (left->order < right->order);
}

static void merge(struct line *into, const struct line *from, enum metric metric)
{
    enum metric_kind kind = metric_row(metric)->kind;
    size_t buckets = 0;
    if (kind == METRIC_KIND_HISTOGRAM) (void)metric_buckets(metric, &buckets);
    for (size_t i = 0; kind == METRIC_KIND_HISTOGRAM && i < buckets + 2; i++) into->buckets[i] += from->buckets[i];
    if (kind != METRIC_KIND_LEVEL && kind != METRIC_KIND_REAL)
        into->value += from->value;
    else if (from->value > into->value)
        into->value = from->value;
}

static void merge_lines(struct page *page, enum metric metric)
{
    if (page->count == 0) return;
    qsort(page->lines, page->count, sizeof *page->lines, compare_lines);
    size_t kept = 0;
    for (size_t i = 1; i < page->count; i++) {
        if (span_equal(page->lines[kept].labels, page->lines[i].labels))
            merge(&page->lines[kept], &page->lines[i], metric);
        else
            page->lines[++kept] = page->lines[i];
    }
    page->count = kept + 1;
    qsort(page->lines, page->count, sizeof *page->lines, compare_order);
}

static void print_value(const struct metric_row *row, const struct line *line, struct buffer *out)
{
    buffer_append_text(out, row->name);
    if (line->labels.size > 0) buffer_printf(out, "{%.*s}", SPAN_ARGS(line->labels));
    if (row->kind == METRIC_KIND_GAUGE)
        buffer_printf(out, " %lld\n", (long long)line->value);
    else if (row->kind == METRIC_KIND_REAL)
        buffer_printf(out, " %.15g\n", (double)line->value / METRIC_REAL_UNIT);
    else
        buffer_printf(out, " %llu\n", (unsigned long long)line->value);
}

static void print_seconds(uint64_t us, struct buffer *out)
{
    buffer_printf(out, "%llu.%06llu", (unsigned long long)(us / 1000000), (unsigned long long)(us % 1000000));
}

static void print_histogram(enum metric metric, const struct line *line, struct buffer *out)
{
    const char *name = metric_row(metric)->name;
    size_t count;
    const int64_t *buckets = metric_buckets(metric, &count);
    uint64_t sum = 0;
    for (size_t i = 0; i <= count; i++) {
        sum += line->buckets[i];
        buffer_printf(out, "%s_bucket{%.*s%sle=\"", name, SPAN_ARGS(line->labels), line->labels.size > 0 ? "," : "");
        if (i < count)
            buffer_printf(out, "%g", (double)buckets[i] / 1e6);
        else
            buffer_append_text(out, "+Inf");
        buffer_printf(out, "\"} %llu\n", (unsigned long long)sum);
    }
    buffer_printf(out, "%s_sum{%.*s} ", name, SPAN_ARGS(line->labels));
    print_seconds(line->buckets[count + 1], out);
    buffer_printf(out, "\n%s_count{%.*s} %llu\n", name, SPAN_ARGS(line->labels), (unsigned long long)sum);
}

static void print_metric(struct page *page, const struct metrics_registry *registry, enum metric metric, struct buffer *out)
{
    const struct metric_row *row = metric_row(metric);
    page->count = 0;
    for (const struct writer *writer = registry->writers; writer != NULL; writer = writer->next) {
        if (row->kind == METRIC_KIND_HISTOGRAM)
            gather_histogram(page, writer, metric);
        else
            gather_cells(page, writer, metric);
    }
    if (metric == METRIC_LOG_SUPPRESSED) {
        struct line *line = add_line(page);
        if (line != NULL) *line = (struct line){SPAN(""), log_suppressed_count(), NULL, page->count};
    }
    merge_lines(page, metric);
    if (page->count == 0) return;
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, metric_kind_word(row->kind));
    for (size_t i = 0; i < page->count; i++) {
        if (row->kind == METRIC_KIND_HISTOGRAM)
            print_histogram(metric, &page->lines[i], out);
        else
            print_value(row, &page->lines[i], out);
    }
    arena_reset(page->arena);
}

void metrics_page(struct metrics_registry *registry, struct buffer *out)
{
    struct page page = {.arena = arena_create(256 * 1024 * 1024)};
    if (page.arena == NULL) {
        out->failed = true;
        return;
    }
    buffer_append_text(out, "# headgate " HEADGATE_VERSION "\n");
    pthread_mutex_lock(&registry->lock);
    for (int i = 0; i < METRIC_COUNT; i++) print_metric(&page, registry, (enum metric)i, out);
    pthread_mutex_unlock(&registry->lock);
    if (page.failed) out->failed = true;
    free(page.lines);
    arena_destroy(page.arena);
}
