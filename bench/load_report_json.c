#include "bench/load_report_parts.h"
#include "codecs/json_writer.h"

#include <inttypes.h>
#include <stdio.h>

static void member_number(struct json_writer *json, const char *name, double value)
{
    char text[48];
    snprintf(text, sizeof text, "%.3f", value);
    json_name(json, name);
    json_raw(json, span_of(text));
}

static void write_made(const struct load_report *report, struct json_writer *json)
{
    json_name(json, "made");
    json_object_begin(json);
    for (enum load_kind kind = LOAD_GOOD; kind < LOAD_KINDS; kind++)
        json_member_int(json, load_events_kind_name(kind), (int64_t)report->made[kind]);
    json_object_end(json);
}

static void write_statuses(const struct load_counts *counts, struct json_writer *json)
{
    json_name(json, "statuses");
    json_object_begin(json);
    for (unsigned status = 0; status < LOAD_STATUS_MAX; status++) {
        char name[16];
        if (counts->status[status] == 0) continue;
        snprintf(name, sizeof name, "%u", status);
        json_member_int(json, name, (int64_t)counts->status[status]);
    }
    json_object_end(json);
}

static void write_quantiles(const char *name, const struct histogram *latency, struct json_writer *json)
{
    json_name(json, name);
    json_object_begin(json);
    for (size_t i = 0; i < LOAD_QUANTILES; i++)
        json_member_int(json, load_quantiles[i].name, (int64_t)histogram_quantile(latency, load_quantiles[i].share));
    member_number(json, "mean", histogram_mean(latency));
    json_object_end(json);
}

static void write_steps(const struct load_steps_found *steps, struct json_writer *json)
{
    json_name(json, "steps");
    json_array_begin(json);
    for (size_t i = 0; steps != NULL && i < load_steps_count(steps); i++) {
        const struct load_step *step = load_steps_at(steps, i);
        json_object_begin(json);
        member_number(json, "rate", step->rate);
        member_number(json, "seconds", step->seconds);
        json_member_int(json, "events", (int64_t)step->events);
        member_number(json, "events_per_s", load_step_rate(step));
        json_member_int(json, "failed", (int64_t)step->failed);
        write_quantiles("latency_us", &step->latency, json);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_threads(const struct load_report *report, struct json_writer *json)
{
    json_name(json, "threads");
    json_array_begin(json);
    for (int i = 0; i < report->after.thread_count; i++) {
        const struct load_thread *thread = &report->after.threads[i];
        json_object_begin(json);
        json_member_text(json, "name", span_of(thread->name));
        member_number(json, "cpu_us_per_event", load_report_per_event(report, load_process_thread_used(&report->before, thread)));
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_server(const struct load_report *report, struct json_writer *json)
{
    const struct load_process *before = &report->before, *after = &report->after;
    double used = load_process_used(before, after);
    json_name(json, "server");
    json_object_begin(json);
    member_number(json, "cpu_us_per_event", load_report_per_event(report, used));
    member_number(json, "user_us_per_event", load_report_per_event(report, (double)(after->user_us - before->user_us)));
    member_number(json, "system_us_per_event", load_report_per_event(report, (double)(after->system_us - before->system_us)));
    member_number(json, "busy", used / report->seconds / 1e6);
    json_member_int(json, "resident_bytes", (int64_t)after->resident_bytes);
    json_member_int(json, "peak_bytes", (int64_t)after->peak_bytes);
    write_threads(report, json);
    json_object_end(json);
}

static void write_balance(const struct load_ledger_balance *balance, struct json_writer *json)
{
    json_object_begin(json);
    json_member_text(json, "topic", span_of(balance->topic));
    json_member_int(json, "sent", (int64_t)balance->sent);
    json_member_int(json, "acknowledged", (int64_t)balance->acknowledged);
    json_member_int(json, "missing", (int64_t)balance->missing);
    json_member_int(json, "repeated", (int64_t)balance->repeated);
    json_member_int(json, "unacknowledged", (int64_t)balance->unacknowledged);
    json_member_int(json, "foreign", (int64_t)balance->foreign);
    write_quantiles("readable_us", &balance->age, json);
    json_object_end(json);
}

static void write_ledger(const struct load_report *report, struct json_writer *json)
{
    if (report->balance_count == 0) return;
    json_name(json, "ledger");
    json_array_begin(json);
    for (size_t i = 0; i < report->balance_count; i++) write_balance(&report->balances[i], json);
    json_array_end(json);
    json_member_int(json, "nowhere", (int64_t)report->nowhere);
}

static void write_options(const struct load_options *options, struct json_writer *json)
{
    json_member_text(json, "shape", span_of(load_shape_name(options->shape)));
    json_member_text(json, "encoding", span_of(load_encoding_name(options->encoding)));
    json_member_int(json, "batch", options->batch);
    json_member_int(json, "connections", options->connections);
    json_member_int(json, "depth", options->depth);
    json_name(json, "rate");
    json_array_begin(json);
    for (int i = 0; i < options->rate.count; i++) load_series_number(json, options->rate.rates[i]);
    json_array_end(json);
    json_member_text(json, "arrivals", span_of(load_arrivals_name(options->arrivals)));
    member_number(json, "bad_percent", options->bad_percent);
    member_number(json, "late_percent", options->late_percent);
    member_number(json, "duplicate_percent", options->duplicate_percent);
    member_number(json, "undeclared_percent", options->undeclared_percent);
    member_number(json, "warmup_s", options->warmup);
    member_number(json, "duration_s", options->duration);
}

void load_report_json(const struct load_report *report, struct buffer *out)
{
    const struct load_counts *counts = report->counts;
    char began[TIMESTAMP_TEXT_MAX];
    struct json_writer json;
    json_writer_init(&json, out, 2);
    json_object_begin(&json);
    json_member_text(&json, "url", span_of(report->options->url));
    json_member_text(&json, "began", load_report_began(report, began));
    write_options(report->options, &json);
    json_member_bool(&json, "interrupted", report->interrupted);
    member_number(&json, "seconds", report->seconds);
    json_member_int(&json, "requests", (int64_t)counts->requests);
    json_member_int(&json, "events", (int64_t)counts->events);
    json_member_int(&json, "accepted", (int64_t)load_report_accepted(report));
    json_member_int(&json, "acknowledged", (int64_t)report->acknowledged);
    member_number(&json, "events_per_s", load_report_rate(report, counts->events));
    json_member_int(&json, "bytes_sent", (int64_t)counts->bytes);
    write_statuses(counts, &json);
    json_member_int(&json, "lost", (int64_t)(counts->lost + report->unanswered));
    json_member_int(&json, "not_connected", (int64_t)counts->not_connected);
    json_member_int(&json, "overdue", (int64_t)report->overdue);
    write_quantiles("latency_us", &counts->latency, &json);
    write_made(report, &json);
    write_steps(report->steps, &json);
    if (report->watched) write_server(report, &json);
    write_ledger(report, &json);
    member_number(&json, "generator_busy", report->own_busy);
    json_name(&json, "series");
    load_series_json(report->series, &json);
    json_object_end(&json);
    buffer_append_char(out, '\n');
}
