#include "gateway/ingest/edition.h"

#include "contracts/quality.h"
#include "gateway/kafka/cluster.h"

#include <stdlib.h>

static void label_qualities(const struct catalogue *catalogue, struct span *names)
{
    for (size_t i = 0; i < catalogue->model_count; i++)
        for (const struct quality *quality = catalogue->models[i]->qualities; quality != NULL; quality = quality->next) {
            struct span *parts = names + METRIC_QUALITY_PARTS * quality->index;
            parts[0] = catalogue->models[i]->event;
            parts[1] = quality->name;
            parts[2] = span_of(quality_severity_word(quality->severity));
        }
}

static bool label_metrics(struct edition *edition, const struct config *config)
{
    const struct catalogue *catalogue = edition->catalogue;
    size_t senders = config->sender_label ? edition->senders->count : 0;
    size_t total = catalogue->model_count + catalogue->use_count + senders + config->lane_count +
                   METRIC_QUALITY_PARTS * catalogue->quality_count;
    edition->labels = calloc(total + 1, sizeof *edition->labels);
    if (edition->labels == NULL) return false;
    struct span *next = edition->labels;
    struct metrics_labels *labels = &edition->metric_labels;
    *labels = (struct metrics_labels){.events = next, .event_count = catalogue->model_count};
    for (size_t i = 0; i < catalogue->model_count; i++) *next++ = catalogue->models[i]->event;
    labels->uses = next;
    labels->use_count = catalogue->use_count;
    for (size_t i = 0; i < catalogue->use_count; i++) *next++ = catalogue->uses[i]->name;
    labels->senders = next;
    labels->sender_count = senders;
    for (size_t i = 0; i < senders; i++) *next++ = edition->senders->items[i].name;
    labels->lanes = next;
    labels->lane_count = config->lane_count;
    for (size_t i = 0; i < config->lane_count; i++) *next++ = span_of(config->lanes[i].name);
    labels->qualities = next;
    labels->quality_count = catalogue->quality_count;
    labels->window_count = catalogue->window_count;
    label_qualities(catalogue, next);
    return true;
}

static struct program *compile(const struct catalogue *catalogue, const struct keyring *keyring, const struct config *config,
                               struct diagnostics *diagnostics)
{
    struct placement *placements = calloc(catalogue->use_count + 1, sizeof *placements);
    if (placements == NULL) return NULL;
    for (size_t i = 0; i < catalogue->use_count; i++) {
        int cluster = cluster_for_use(config, catalogue->uses[i]);
        placements[i].nowhere = cluster < 0;
        if (cluster >= 0) placements[i].region = cluster_region(&config->clusters[cluster], catalogue->uses[i]);
    }
    struct program *program = program_compile(catalogue, keyring, placements, diagnostics);
    free(placements);
    return program;
}

static void destroy(struct edition *edition)
{
    program_destroy(edition->program);
    rate_destroy(edition->rates);
    alarm_counts_destroy(edition->alarms);
    senders_destroy(edition->senders);
    catalogue_destroy(edition->catalogue);
    free(edition->labels);
    config_destroy(edition->config); /* labels point into it */
    free(edition);
}

struct edition *edition_create(struct catalogue *catalogue, const struct keyring *keyring, struct senders *senders,
                               const struct config *config, struct diagnostics *diagnostics)
{
    struct edition *edition = calloc(1, sizeof *edition);
    if (edition == NULL) {
        senders_destroy(senders);
        catalogue_destroy(catalogue);
        return NULL;
    }
    atomic_init(&edition->references, 1);
    edition->catalogue = catalogue;
    edition->senders = senders;
    edition->program = compile(catalogue, keyring, config, diagnostics);
    edition->rates = rate_create(catalogue, senders->count);
    bool counted = alarm_counts_create(catalogue, senders->count, &edition->alarms);
    if (edition->program == NULL || edition->rates == NULL || !counted || !label_metrics(edition, config)) {
        destroy(edition);
        return NULL;
    }
    return edition;
}

struct edition *edition_ref(struct edition *edition)
{
    atomic_fetch_add_explicit(&edition->references, 1, memory_order_relaxed);
    return edition;
}

void edition_unref(struct edition *edition)
{
    if (edition == NULL) return;
    if (atomic_fetch_sub_explicit(&edition->references, 1, memory_order_acq_rel) == 1) destroy(edition);
}

struct view *view_create(struct edition *edition, struct metrics_registry *registry)
{
    struct view *view = calloc(1, sizeof *view);
    if (view == NULL) return NULL;
    view->enforcer = enforcer_create(edition->program);
    view->metrics = metrics_create(registry, &edition->metric_labels);
    if (edition->alarms != NULL) view->alarms = alarm_counts_join(edition->alarms);
    if (view->enforcer == NULL || view->metrics == NULL || (edition->alarms != NULL && view->alarms == NULL)) {
        enforcer_destroy(view->enforcer);
        if (view->metrics != NULL) metrics_retire(registry, view->metrics);
        free(view);
        return NULL;
    }
    view->edition = edition_ref(edition);
    view->registry = registry;
    view->current = true;
    return view;
}

static void end_if_unused(struct view *view)
{
    if (view->current || view->requests > 0) return;
    enforcer_destroy(view->enforcer);
    metrics_retire(view->registry, view->metrics);
    edition_unref(view->edition);
    free(view);
}

void view_retire(struct view *view)
{
    view->current = false;
    end_if_unused(view);
}

void view_request_begin(struct view *view)
{
    view->requests++;
}

void view_request_end(struct view *view)
{
    view->requests--;
    end_if_unused(view);
}
