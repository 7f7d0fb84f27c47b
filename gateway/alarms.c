#include "gateway/alarms.h"

#include "gateway/log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One promise: a quality rule, or the errorRate of a model for one sender. */
struct alarm {
    const struct model *model;
    const struct quality *quality; /* NULL: the errorRate */
    struct span sender;            /* of the errorRate */
    struct alarm_state state;
    bool carried;                          /* raised before the reload, and not judged since */
    struct alarm_sum slices[ALARM_SLICES]; /* the sums when each slice began */
};

struct alarms {
    int64_t window;
    uint64_t least;
    struct alarm_counts *counts; /* NULL: nothing to watch */
    const struct catalogue *catalogue;
    const struct senders *senders;
    struct alarm *items;
    size_t count;
    int64_t taken;                /* when the counts were */
    int64_t begins[ALARM_SLICES]; /* of the slices, a ring */
    size_t newest;
};

struct alarms *alarms_create(int64_t window, uint64_t least)
{
    struct alarms *alarms = calloc(1, sizeof *alarms);
    if (alarms == NULL) return NULL;
    alarms->window = window;
    alarms->least = least;
    return alarms;
}

void alarms_destroy(struct alarms *alarms)
{
    if (alarms == NULL) return;
    free(alarms->items);
    free(alarms);
}

/* ---------------------------------------------------------------- a new edition */

static bool same_promise(const struct alarm *a, const struct alarm *b)
{
    if (!span_equal(a->model->event, b->model->event) || (a->quality == NULL) != (b->quality == NULL)) return false;
    return a->quality != NULL ? span_equal(a->quality->name, b->quality->name) : span_equal(a->sender, b->sender);
}

/* Quality rules by their index, then senders by alarm_counts_sender(). */
static void list_promises(const struct alarm_counts *counts, const struct catalogue *catalogue, const struct senders *senders,
                          struct alarm *items)
{
    for (size_t i = 0; i < catalogue->model_count; i++) {
        const struct model *model = catalogue->models[i];
        for (const struct quality *quality = model->qualities; quality != NULL; quality = quality->next)
            if (quality->windowed) items[quality->index] = (struct alarm){.model = model, .quality = quality};
        for (size_t k = 0; k < senders->count && model->error_rate >= 0; k++)
            items[alarm_counts_sender(counts, model, k)] = (struct alarm){.model = model, .sender = senders->items[k].name};
    }
}

/* Raised alarms are few, so they are looked for one by one. */
static void carry_over(const struct alarms *old, struct alarm *items, size_t count)
{
    for (size_t i = 0; i < old->count; i++) {
        if (!old->items[i].state.raised) continue;
        size_t k = 0;
        while (k < count && !same_promise(&old->items[i], &items[k])) k++;
        if (k == count) continue;
        items[k].carried = true;
        items[k].state.raised = true;
    }
}

bool alarms_take(struct alarms *alarms, struct alarm_counts *counts, const struct catalogue *catalogue,
                 const struct senders *senders, int64_t now)
{
    size_t count = counts != NULL ? alarm_counts_size(counts) : 0;
    struct alarm *items = calloc(count + 1, sizeof *items);
    if (items != NULL && counts != NULL) {
        list_promises(counts, catalogue, senders, items);
        carry_over(alarms, items, count);
    }
    free(alarms->items);
    alarms->items = items;
    alarms->count = items != NULL ? count : 0;
    alarms->counts = items != NULL ? counts : NULL;
    alarms->catalogue = catalogue;
    alarms->senders = senders;
    alarms->taken = now;
    alarms->newest = 0;
    for (size_t i = 0; i < ALARM_SLICES; i++) alarms->begins[i] = now;
    return items != NULL;
}

/* ---------------------------------------------------------------- looking */

static void log_flip(const struct alarm *alarm)
{
    char measure[32], least[32], most[32];
    struct quality_range promise = {0, alarm->model->error_rate, false, false, false};
    const struct quality *quality = alarm->quality;
    bool raised = alarm->state.raised;
    if (quality != NULL) promise = quality->range;
    snprintf(measure, sizeof measure, "%.6g", alarm->state.measure);
    snprintf(least, sizeof least, "%.6g", promise.low);
    snprintf(most, sizeof most, "%.6g", promise.high);
    enum log_level level = !raised || (quality != NULL && quality->severity == SEVERITY_INFO) ? LOG_INFO : LOG_WARNING;
    if (quality != NULL)
        log_line(level, raised ? "quality_alarm" : "quality_alarm_over", log_span("model", alarm->model->name),
                 log_span("rule", quality->name), log_text("severity", quality_severity_word(quality->severity)),
                 log_text("measure", measure), log_text("unit", quality->percent ? "percent" : "rows"),
                 log_text(promise.outside ? "not_from" : "from", least), log_text("to", most),
                 log_int("values", (int64_t)alarm->state.rows));
    else
        log_line(level, raised ? "error_rate_alarm" : "error_rate_alarm_over", log_span("model", alarm->model->name),
                 log_span("sender", alarm->sender), log_text("percent", measure), log_text("most", most),
                 log_int("events", (int64_t)alarm->state.rows));
}

/* Whether the window says enough to judge the promise by it. */
static bool is_judged(const struct alarms *alarms, const struct alarm *alarm, uint64_t rows)
{
    bool share = alarm->quality == NULL || alarm->quality->percent;
    return rows >= (share ? alarms->least : 1);
}

static bool is_kept(const struct alarm *alarm, double measure)
{
    return alarm->quality != NULL ? quality_holds(&alarm->quality->range, measure) : measure <= alarm->model->error_rate;
}

static double measure_of(const struct alarm *alarm, uint64_t rows, uint64_t broken)
{
    if (alarm->quality != NULL) return quality_measure(alarm->quality, rows, broken);
    return rows > 0 ? 100 * (double)broken / (double)rows : 0;
}

static void judge(const struct alarms *alarms, struct alarm *alarm, const struct alarm_sum *sum, size_t oldest, int64_t now)
{
    const struct alarm_sum *begin = &alarm->slices[oldest];
    uint64_t rows = sum->rows - begin->rows, broken = sum->broken - begin->broken;
    bool judged = is_judged(alarms, alarm, rows), raised = false;
    alarm->state.rows = rows;
    alarm->state.measure = measure_of(alarm, rows, broken);
    if (judged || now - alarms->taken >= alarms->window) alarm->carried = false;
    if (judged) raised = !is_kept(alarm, alarm->state.measure);
    raised = raised || alarm->carried;
    if (raised == alarm->state.raised) return;
    alarm->state.raised = raised;
    log_flip(alarm);
}

/* The slice that the window begins with: the oldest one that is not older than the window. */
static size_t oldest_slice(const struct alarms *alarms, int64_t now)
{
    size_t at = (alarms->newest + 1) % ALARM_SLICES;
    while (at != alarms->newest && alarms->begins[at] < now - alarms->window) at = (at + 1) % ALARM_SLICES;
    return at;
}

void alarms_look(struct alarms *alarms, int64_t now)
{
    if (alarms->count == 0) return;
    bool turn = now - alarms->begins[alarms->newest] >= alarms->window / ALARM_SLICES;
    size_t next = (alarms->newest + 1) % ALARM_SLICES, oldest = oldest_slice(alarms, now);
    for (size_t i = 0; i < alarms->count; i++) {
        struct alarm_sum sum = alarm_counts_sum(alarms->counts, i);
        judge(alarms, &alarms->items[i], &sum, oldest, now);
        if (turn) alarms->items[i].slices[next] = sum;
    }
    if (!turn) return;
    alarms->newest = next;
    alarms->begins[next] = now;
}

/* ---------------------------------------------------------------- what is shown */

struct alarm_state alarms_quality(const struct alarms *alarms, size_t index)
{
    return index < alarms->count ? alarms->items[index].state : (struct alarm_state){0};
}

struct alarm_state alarms_sender(const struct alarms *alarms, const struct model *model, size_t sender)
{
    size_t alarm = alarms->counts != NULL ? alarm_counts_sender(alarms->counts, model, sender) : SIZE_MAX;
    return alarm < alarms->count ? alarms->items[alarm].state : (struct alarm_state){0};
}

static void set_real(struct metrics *metrics, enum metric metric, size_t a, size_t b, double value)
{
    metrics_set(metrics, metric, a, b, llround(value * METRIC_REAL_UNIT));
}

/* The threshold, for people who look at the measure: of two the upper one. */
static double threshold_of(const struct quality_range *range)
{
    return isinf(range->high) ? range->low : range->high;
}

static void publish_qualities(const struct alarms *alarms, struct metrics *metrics)
{
    for (size_t i = 0; i < alarms->catalogue->window_count && i < alarms->count; i++) {
        const struct alarm *alarm = &alarms->items[i];
        set_real(metrics, METRIC_QUALITY_MEASURE, i, 0, alarm->state.measure);
        set_real(metrics, METRIC_QUALITY_THRESHOLD, i, 0, threshold_of(&alarm->quality->range));
        metrics_set(metrics, METRIC_QUALITY_WINDOW, i, 0, (int64_t)alarm->state.rows);
        metrics_set(metrics, METRIC_QUALITY_ALARM, i, 0, alarm->state.raised);
    }
}

static void publish_errors(const struct alarms *alarms, struct metrics *metrics, const struct model *model, bool sender_label)
{
    double worst = 0;
    int64_t raised = 0;
    for (size_t i = 0; i < alarms->senders->count; i++) {
        struct alarm_state state = alarms_sender(alarms, model, i);
        bool judged = state.rows >= alarms->least;
        if (judged && state.measure > worst) worst = state.measure;
        raised += state.raised;
        if (!sender_label) continue;
        set_real(metrics, METRIC_SENDER_ERROR_RATE, model->index, i, state.measure);
        metrics_set(metrics, METRIC_SENDER_ERROR_RATE_ALARM, model->index, i, state.raised);
    }
    set_real(metrics, METRIC_ERROR_RATE, model->index, 0, worst);
    metrics_set(metrics, METRIC_ERROR_RATE_ALARM, model->index, 0, raised);
}

void alarms_publish(const struct alarms *alarms, struct metrics *metrics, bool sender_label)
{
    if (alarms->counts == NULL) return;
    publish_qualities(alarms, metrics);
    for (size_t i = 0; i < alarms->catalogue->model_count; i++)
        if (alarms->catalogue->models[i]->error_rate >= 0)
            publish_errors(alarms, metrics, alarms->catalogue->models[i], sender_label);
}
