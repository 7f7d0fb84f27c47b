/* quality.h - the quality rules of a model that count: what their one operator asks of how many values.
 *
 *     mustBe: 0 on nullValues, missingValues, invalidValues, severity error      refuses: a rule of the field (struct rules), or
 *                                                                                here where the field's own rules cannot say it
 *     the same with severity warning or info                                     counts the values that do not hold
 *     any other threshold, or a unit of percent                                  an alarm over a window of many events */
#ifndef HEADGATE_CONTRACTS_QUALITY_H
#define HEADGATE_CONTRACTS_QUALITY_H

#include "contracts/catalogue.h"

enum quality_metric { QUALITY_NULL, QUALITY_MISSING, QUALITY_INVALID };

/* The values of a measure that keep the rule: between the two, or with `outside` all others. */
struct quality_range {
    double low, high; /* infinite where open */
    bool low_open, high_open;
    bool outside;
};

struct quality {
    struct quality *next; /* of the same model */
    struct span name;     /* its id, or PATH:METRIC; unique within the model */
    const struct field *field;
    enum quality_metric metric;
    enum severity severity;
    bool named;    /* the name is its id */
    bool windowed; /* an alarm; else judged per event */
    bool percent;  /* windowed: of all values; else a number of values */
    struct quality_range range;
    const struct constant *values; /* invalid: the allowed ones; missing: those that count as missing; NULL = none */
    size_t value_count;
    struct span pattern; /* invalid; NULL data = none */
    uint32_t index;      /* 0 .. catalogue.quality_count - 1; those that are windowed first */
};

/* "nullValues", "missingValues", "invalidValues". */
const char *quality_metric_word(enum quality_metric metric);

/* "error", "warning", "info". */
const char *quality_severity_word(enum severity severity);

/* What the rule measures where `broken` of `rows` values are null, missing or invalid; 0 without any. */
double quality_measure(const struct quality *quality, uint64_t rows, uint64_t broken);

/* Whether the measure keeps the rule. */
bool quality_holds(const struct quality_range *range, double measure);

/* Numbers the rules of all models: those with a window first, else in the models' order. */
void quality_number(struct catalogue *catalogue);

#endif
