/* resolve_sla.c - slaProperties: durations, dates, rates. One row per property, found by its name or synonym in any case. */
#include "contracts/duration.h"
#include "contracts/near.h"
#include "contracts/resolve.h"

#include <strings.h>

struct reading {
    struct resolver *resolver;
    const struct contract_sla *entry;
    struct sla *out;
};

struct row {
    const char *name;
    const char *synonym;
    void (*read)(struct reading *reading); /* NULL: carried */
    bool of_senders;                       /* a model's; a use has none */
};

static void complain(struct reading *reading, const char *rule, const char *key, const struct yaml_node *node, const char *text)
{
    odcs_report(&reading->resolver->odcs, rule, &reading->entry->part, key, node, "%s", text);
}

static bool is_unlimited(const struct contract_sla *entry)
{
    return span_is(entry->value->text, "unlimited") || span_is(entry->value->text, "-1");
}

static int64_t duration_of(struct reading *reading)
{
    int64_t us = NO_LIMIT;
    const struct contract_sla *entry = reading->entry;
    struct span unit = entry->unit != NULL ? entry->unit->text : (struct span){NULL, 0};
    const char *error = duration_parse(entry->value->text, unit, &us);
    if (error == NULL) return us;
    complain(reading, "duration", entry->unit != NULL ? "unit" : "value", entry->unit != NULL ? entry->unit : entry->value,
             error);
    return NO_LIMIT;
}

static void read_latency(struct reading *reading)
{
    if (reading->out->latency_at != NULL) complain(reading, "sla-duplicate", NULL, NULL, "latency (or freshness) stands twice");
    reading->out->latency = duration_of(reading);
    reading->out->latency_at = reading->entry;
}

static void read_retention(struct reading *reading)
{
    if (reading->out->retention_at != NULL) complain(reading, "sla-duplicate", NULL, NULL, "retention stands twice");
    reading->out->retention = is_unlimited(reading->entry) ? DURATION_MAX : duration_of(reading);
    reading->out->retention_at = reading->entry;
}

static void read_frequency(struct reading *reading)
{
    reading->out->frequency = duration_of(reading);
}

static void read_instant(struct reading *reading, int64_t *out)
{
    if (*out != NO_TIME) complain(reading, "sla-duplicate", NULL, NULL, "this date stands twice");
    if (!resolve_instant(reading->entry->value->text, out))
        complain(reading, "sla-value", "value", reading->entry->value,
                 "this is no date such as '2026-10-01' or '2026-10-01T00:00:00Z'");
}

static void read_availability(struct reading *reading)
{
    read_instant(reading, &reading->out->general_availability);
}

static void read_end_of_support(struct reading *reading)
{
    read_instant(reading, &reading->out->end_of_support);
}

static void read_end_of_life(struct reading *reading)
{
    read_instant(reading, &reading->out->end_of_life);
}

static void read_throughput(struct reading *reading)
{
    int64_t value;
    const struct contract_sla *entry = reading->entry;
    reading->out->throughput_at = entry;
    if (entry->unit != NULL && !span_is(entry->unit->text, "events/s"))
        complain(reading, "sla-value", "unit", entry->unit, "throughput counts in events/s");
    if (yaml_integer(entry->value, &value) && value > 0)
        reading->out->throughput = value;
    else
        complain(reading, "sla-value", "value", entry->value, "throughput is a whole number above 0");
}

static void read_error_rate(struct reading *reading)
{
    struct number rate, all = number_of_int(100);
    const struct contract_sla *entry = reading->entry;
    bool number = entry->value->type == YAML_INTEGER || entry->value->type == YAML_FLOAT;
    if (entry->unit != NULL && !span_is(entry->unit->text, "percent") && !span_is(entry->unit->text, "%"))
        complain(reading, "sla-value", "unit", entry->unit, "errorRate is a percentage: unit: percent");
    if (number && number_parse(entry->value->text, &rate) == NUMBER_OK && !rate.negative && number_compare(&rate, &all) <= 0)
        reading->out->error_rate = number_to_double(&rate);
    else
        complain(reading, "sla-value", "value", entry->value, "errorRate is a number from 0 to 100");
}

static const struct row rows[] = {
    {"latency", "ly", read_latency, false},
    {"freshness", "freshness", read_latency, false},
    {"retention", "re", read_retention, false},
    {"frequency", "fy", read_frequency, false},
    {"generalAvailability", "ga", read_availability, false},
    {"endOfSupport", "es", read_end_of_support, false},
    {"endOfLife", "el", read_end_of_life, false},
    {"throughput", "th", read_throughput, true},
    {"errorRate", "er", read_error_rate, true},
    {"availability", "av", NULL, false},
    {"timeToDetect", "td", NULL, false},
    {"timeToNotify", "tn", NULL, false},
    {"timeToRepair", "tr", NULL, false},
};

static bool same_word(struct span text, const char *word)
{
    return text.size == strlen(word) && strncasecmp(text.data, word, text.size) == 0;
}

static void report_unknown(struct resolver *resolver, const struct contract_sla *entry)
{
    struct span name = entry->property->text;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!near_misspelt(name, span_of(rows[i].name))) continue;
        odcs_report(&resolver->odcs, "element-value", &entry->part, "property", entry->property, "'%.*s' is nearly '%s'",
                    SPAN_ARGS(name), rows[i].name);
        diagnostics_advise(resolver->odcs.diagnostics, "Write '%s'.", rows[i].name);
        return;
    }
    odcs_report(&resolver->odcs, "sla-unknown", &entry->part, "property", entry->property, "'%.*s' is carried", SPAN_ARGS(name));
}

static void read_entry(struct resolver *resolver, const struct contract_sla *entry, struct sla *out)
{
    struct reading reading = {resolver, entry, out};
    if (entry->property == NULL || entry->value == NULL) return; /* odcs.c has complained */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!same_word(entry->property->text, rows[i].name) && !same_word(entry->property->text, rows[i].synonym)) continue;
        if (rows[i].of_senders && resolver->contract->role == CONTRACT_USE)
            complain(&reading, "not-enforced", "property", entry->property,
                     "senders are held to it by the model; in a use it is carried");
        if (rows[i].read != NULL) rows[i].read(&reading);
        return;
    }
    report_unknown(resolver, entry);
}

bool resolve_instant(struct span text, int64_t *us)
{
    int32_t days;
    if (timestamp_parse(text, ZONE_REQUIRED, us) == TIMESTAMP_OK) return true;
    if (date_parse(text, &days) != TIMESTAMP_OK) return false;
    *us = days * US_PER_DAY;
    return true;
}

static bool is_before(int64_t later, int64_t earlier)
{
    return later != NO_TIME && earlier != NO_TIME && later < earlier;
}

bool resolve_sla(struct resolver *resolver, struct sla *out)
{
    const struct contract *contract = resolver->contract;
    size_t errors = resolver->odcs.diagnostics->errors;
    *out = (struct sla){.latency = NO_LIMIT,
                        .retention = NO_LIMIT,
                        .frequency = NO_LIMIT,
                        .throughput = NO_LIMIT,
                        .error_rate = -1,
                        .general_availability = NO_TIME,
                        .end_of_support = NO_TIME,
                        .end_of_life = NO_TIME};
    for (size_t i = 0; i < contract->sla_count; i++) read_entry(resolver, &contract->slas[i], out);
    if (is_before(out->end_of_life, out->general_availability) || is_before(out->end_of_life, out->end_of_support))
        odcs_report(&resolver->odcs, "lifecycle", &contract->part, "slaProperties", NULL,
                    "end of life comes before general availability or end of support");
    return resolver->odcs.diagnostics->errors == errors;
}

bool resolve_duration(struct resolver *resolver, const char *key, const struct yaml_node *node, int64_t *us)
{
    *us = NO_LIMIT;
    if (node == NULL) return true;
    const char *error = duration_parse(node->text, (struct span){NULL, 0}, us);
    if (error != NULL) odcs_report(&resolver->odcs, "duration", &resolver->contract->part, key, node, "%s: %s", key, error);
    return error == NULL;
}
