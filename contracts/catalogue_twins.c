/* catalogue_twins.c - what must be there once in a catalogue: contract ids, events, object names, topics. */
#include "contracts/catalogue_twins.h"

#include <stdlib.h>

static int contracts_by_id(const void *a, const void *b)
{
    const struct twin *left = a, *right = b;
    int order = span_compare(left->id, right->id);
    return order != 0 ? order : span_compare(left->place.file, right->place.file);
}

void twins_contracts(const struct twins *twins)
{
    if (twins->contract_count > 1) qsort(twins->contracts, twins->contract_count, sizeof *twins->contracts, contracts_by_id);
    for (size_t i = 1; i < twins->contract_count; i++) {
        const struct twin *first = &twins->contracts[i - 1], *second = &twins->contracts[i];
        if (first->id.data == NULL || second->id.data == NULL || !span_equal(first->id, second->id)) continue;
        diagnostics_add(twins->diagnostics, "contract-duplicate", second->place, SPAN("id"), "%.*s declares '%.*s' too",
                        SPAN_ARGS(first->place.file), SPAN_ARGS(second->id));
        if (first->role == CONTRACT_OTHER && second->role == CONTRACT_OTHER)
            diagnostics_grade(twins->diagnostics, SEVERITY_WARNING);
    }
}

static int models_by_event(const void *a, const void *b)
{
    const struct model *left = *(struct model *const *)a;
    const struct model *right = *(struct model *const *)b;
    int order = span_compare(left->event, right->event);
    return order != 0 ? order : span_compare(left->id, right->id);
}

static int models_by_name(const void *a, const void *b)
{
    const struct model *left = *(struct model *const *)a;
    const struct model *right = *(struct model *const *)b;
    int order = span_compare(left->root->name, right->root->name);
    return order != 0 ? order : span_compare(left->id, right->id);
}

void twins_models(const struct twins *twins)
{
    struct catalogue *catalogue = twins->catalogue;
    if (catalogue->model_count < 2) return;
    qsort(catalogue->models, catalogue->model_count, sizeof(struct model *), models_by_name);
    for (size_t i = 1; i < catalogue->model_count; i++) {
        const struct model *model = catalogue->models[i];
        if (!span_equal(model->root->name, catalogue->models[i - 1]->root->name)) continue;
        diagnostics_add(twins->diagnostics, "event-duplicate", model->root->place, SPAN("schema[0].name"),
                        "'%.*s' is the object of %.*s too", SPAN_ARGS(model->root->name),
                        SPAN_ARGS(catalogue->models[i - 1]->id));
    }
    qsort(catalogue->models, catalogue->model_count, sizeof(struct model *), models_by_event);
    for (size_t i = 1; i < catalogue->model_count; i++) {
        const struct model *model = catalogue->models[i];
        if (!span_equal(model->event, catalogue->models[i - 1]->event)) continue;
        diagnostics_add(twins->diagnostics, "event-duplicate", model->root->place, SPAN("schema[0].physicalName"),
                        "'%.*s' is declared by %.*s too", SPAN_ARGS(model->event), SPAN_ARGS(catalogue->models[i - 1]->id));
    }
}

static int uses_by_id(const void *a, const void *b)
{
    const struct use *left = *(struct use *const *)a;
    const struct use *right = *(struct use *const *)b;
    int order = span_compare(left->id, right->id);
    return order != 0 ? order : span_compare(left->model->event, right->model->event);
}

static int uses_by_topic(const void *a, const void *b)
{
    int order = span_compare((*(struct use *const *)a)->topic, (*(struct use *const *)b)->topic);
    return order != 0 ? order : uses_by_id(a, b);
}

void twins_topics(const struct twins *twins)
{
    struct catalogue *catalogue = twins->catalogue;
    if (catalogue->use_count > 1) qsort(catalogue->uses, catalogue->use_count, sizeof(struct use *), uses_by_topic);
    for (size_t i = 1; i < catalogue->use_count; i++) {
        const struct use *first = catalogue->uses[i - 1];
        const struct use *second = catalogue->uses[i];
        if (!span_equal(first->topic, second->topic)) continue;
        diagnostics_add(twins->diagnostics, "topic-duplicate", second->place, SPAN("schema"), "%.*s leads to %.*s too",
                        SPAN_ARGS(first->id), SPAN_ARGS(second->topic));
    }
    if (catalogue->use_count > 1) qsort(catalogue->uses, catalogue->use_count, sizeof(struct use *), uses_by_id);
}
