#include "contracts/quality.h"

const char *quality_metric_word(enum quality_metric metric)
{
    static const char *const words[] = {
        [QUALITY_NULL] = "nullValues", [QUALITY_MISSING] = "missingValues", [QUALITY_INVALID] = "invalidValues"};
    return words[metric];
}

const char *quality_severity_word(enum severity severity)
{
    static const char *const words[] = {[SEVERITY_INFO] = "info", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};
    return words[severity];
}

double quality_measure(const struct quality *quality, uint64_t rows, uint64_t broken)
{
    if (!quality->percent) return (double)broken;
    return rows == 0 ? 0 : 100 * (double)broken / (double)rows;
}

bool quality_holds(const struct quality_range *range, double measure)
{
    bool above = range->low_open ? measure > range->low : measure >= range->low;
    bool below = range->high_open ? measure < range->high : measure <= range->high;
    return (above && below) != range->outside;
}

static uint32_t number_those(const struct catalogue *catalogue, bool windowed, uint32_t next)
{
    for (size_t i = 0; i < catalogue->model_count; i++)
        for (struct quality *quality = catalogue->models[i]->qualities; quality != NULL; quality = quality->next)
            if (quality->windowed == windowed) quality->index = next++;
    return next;
}

void quality_number(struct catalogue *catalogue)
{
    uint32_t windows = number_those(catalogue, true, 0);
    catalogue->window_count = windows;
    catalogue->quality_count = number_those(catalogue, false, windows);
}
