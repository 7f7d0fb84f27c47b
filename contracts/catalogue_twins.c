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

/* A topic, or the twin of it that takes late events. */
struct claim {
    struct span topic;
    const struct use *use;
};

/* As Kafka compares them: it refuses a topic whose name differs from another's only in '.' and '_', which its metrics do not tell
 * apart. */
static int compare_topics(struct span left, struct span right)
{
    size_t shorter = left.size < right.size ? left.size : right.size;
    for (size_t i = 0; i < shorter; i++) {
        char a = left.data[i] == '.' ? '_' : left.data[i], b = right.data[i] == '.' ? '_' : right.data[i];
        if (a != b) return (unsigned char)a < (unsigned char)b ? -1 : 1;
    }
    return left.size == right.size ? 0 : left.size < right.size ? -1 : 1;
}

static int claims_by_topic(const void *a, const void *b)
{
    const struct claim *left = a, *right = b;
    int order = compare_topics(left->topic, right->topic);
    return order != 0 ? order : uses_by_id(&left->use, &right->use);
}

void twins_topics(const struct twins *twins)
{
    struct catalogue *catalogue = twins->catalogue;
    struct claim *claims = arena_calloc(catalogue->arena, 2 * catalogue->use_count + 1, sizeof *claims);
    size_t count = 0;
    if (claims == NULL) {
        twins->diagnostics->failed = true;
        return;
    }
    for (size_t i = 0; i < catalogue->use_count; i++) {
        const struct use *use = catalogue->uses[i];
        claims[count++] = (struct claim){use->topic, use};
        if (use->late_topic.data != NULL) claims[count++] = (struct claim){use->late_topic, use};
    }
    if (count > 1) qsort(claims, count, sizeof *claims, claims_by_topic);
    for (size_t i = 1; i < count; i++) {
        const struct use *first = claims[i - 1].use, *second = claims[i].use;
        if (compare_topics(claims[i - 1].topic, claims[i].topic) != 0) continue;
        diagnostics_add(twins->diagnostics, "topic-duplicate", second->place, SPAN("schema"),
                        "%.*s, object %.*s, leads to %.*s too", SPAN_ARGS(first->id), SPAN_ARGS(first->root->name),
                        SPAN_ARGS(claims[i].topic));
    }
    if (catalogue->use_count > 1) qsort(catalogue->uses, catalogue->use_count, sizeof(struct use *), uses_by_id);
}
