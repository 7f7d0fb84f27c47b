#include "bench/load_report_parts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct load_quantile load_quantiles[LOAD_QUANTILES] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1.0}};

uint64_t load_report_failures(const struct load_report *report)
{
    return load_counts_failures(report->counts) + report->unanswered;
}

struct span load_report_began(const struct load_report *report, char text[TIMESTAMP_TEXT_MAX])
{
    return (struct span){text, timestamp_format(report->began_s * US_PER_SECOND, 0, true, text)};
}

uint64_t load_report_accepted(const struct load_report *report)
{
    return load_counts_fine(report->counts) * (uint64_t)report->options->batch;
}

/* Throughput counts every reply; where some are refusals it must not be taken for what the server takes in. */
static void print_accepted(const struct load_report *report, struct buffer *out)
{
    uint64_t accepted = load_report_accepted(report);
    if (accepted != report->counts->events)
        buffer_printf(out, "accepted    %" PRIu64 " events, with 2xx: %.0f/s\n", accepted, load_report_rate(report, accepted));
}

static void print_statuses(const struct load_report *report, struct buffer *out)
{
    buffer_append_text(out, "replies     ");
    for (unsigned status = 0; status < LOAD_STATUS_MAX; status++)
        if (report->counts->status[status] != 0) buffer_printf(out, "%u: %" PRIu64 "  ", status, report->counts->status[status]);
    if (report->counts->lost + report->unanswered != 0)
        buffer_printf(out, "none: %" PRIu64 "  ", report->counts->lost + report->unanswered);
    if (report->counts->reply_fault != NULL) buffer_printf(out, "malformed: %s  ", report->counts->reply_fault);
    if (report->counts->not_connected != 0)
        buffer_printf(out, "not connected: %" PRIu64 " (%s)", report->counts->not_connected,
                      strerror(report->counts->connect_error));
    buffer_append_char(out, '\n');
}

/* Where some events were not as they should be: so many refusals are meant. */
static void print_made(const struct load_report *report, struct buffer *out)
{
    uint64_t all = 0;
    for (enum load_kind kind = LOAD_GOOD; kind < LOAD_KINDS; kind++) all += report->made[kind];
    if (all == report->made[LOAD_GOOD]) return;
    buffer_append_text(out, "made       ");
    for (enum load_kind kind = LOAD_GOOD; kind < LOAD_KINDS; kind++)
        if (report->made[kind] != 0) buffer_printf(out, " %" PRIu64 " %s ", report->made[kind], load_events_kind_name(kind));
    buffer_append_text(out, "events, warm-up included\n");
}

static void print_server(const struct load_report *report, struct buffer *out)
{
    const struct load_process *before = &report->before, *after = &report->after;
    double used = load_process_used(before, after);
    buffer_printf(out, "server      %.2f us of CPU an event (user %.2f, system %.2f), %.0f%% of a core\n",
                  load_report_per_event(report, used), load_report_per_event(report, (double)(after->user_us - before->user_us)),
                  load_report_per_event(report, (double)(after->system_us - before->system_us)), used / report->seconds / 1e4);
    for (int i = 0; i < after->thread_count; i++) {
        double thread = load_report_per_event(report, load_process_thread_used(before, &after->threads[i]));
        if (thread >= 0.01) buffer_printf(out, "  %-16s %.2f us\n", after->threads[i].name, thread);
    }
    buffer_printf(out, "memory      %.1f MiB resident, %.1f at most\n", (double)after->resident_bytes / 1048576.0,
                  (double)after->peak_bytes / 1048576.0);
    if (report->server_gone)
        buffer_printf(out, "ended       process %ld is not there any more: its figures are as it was last seen\n",
                      report->options->pid);
}

static void print_latency(const struct histogram *latency, struct buffer *out)
{
    for (size_t i = 0; i < LOAD_QUANTILES; i++)
        buffer_printf(out, "%s %.2f  ", load_quantiles[i].name,
                      (double)histogram_quantile(latency, load_quantiles[i].share) / 1000.0);
}

static void print_balance(const struct load_ledger_balance *balance, struct buffer *out)
{
    buffer_printf(out,
                  "ledger      %s: %" PRIu64 " events sent, %" PRIu64 " acknowledged; of these %" PRIu64 " are missing, %" PRIu64
                  " are there more than once; %" PRIu64 " others are there too\n",
                  balance->topic, balance->sent, balance->acknowledged, balance->missing, balance->repeated,
                  balance->unacknowledged);
    if (balance->foreign != 0) buffer_printf(out, "others      %" PRIu64 " records of other runs or senders\n", balance->foreign);
    if (balance->age.count == 0) return;
    buffer_append_text(out, "readable    ");
    print_latency(&balance->age, out);
    buffer_append_text(out, "ms after it was due\n");
}

static void print_rate(const struct load_options *options, struct buffer *out)
{
    buffer_append_text(out, options->rate.count > 0 ? "open loop at" : "closed loop");
    for (int i = 0; i < options->rate.count; i++) buffer_printf(out, "%s %.10g", i == 0 ? "" : ",", options->rate.rates[i]);
    if (options->rate.count > 0) buffer_printf(out, " events/s, %s", load_arrivals_name(options->arrivals));
    buffer_append_char(out, '\n');
}

static void print_steps(const struct load_steps_found *steps, struct buffer *out)
{
    for (size_t i = 0; i < load_steps_count(steps); i++) {
        const struct load_step *step = load_steps_at(steps, i);
        buffer_printf(out, "  at %-12.10g answered %.0f/s  ", step->rate, load_step_rate(step));
        print_latency(&step->latency, out);
        buffer_printf(out, "ms, failed %" PRIu64 "\n", step->failed);
    }
}

void load_report_text(const struct load_report *report, struct buffer *out)
{
    const struct load_counts *counts = report->counts;
    buffer_printf(out, "load        %s, batches of %ld, %ld connections, depth %ld, ", load_shape_name(report->options->shape),
                  report->options->batch, report->options->connections, report->options->depth);
    print_rate(report->options, out);
    if (report->interrupted) buffer_printf(out, "stopped     after %.1f of %g s\n", report->seconds, report->options->duration);
    buffer_printf(out, "answered    %" PRIu64 " events in %.1f s: %.0f/s, %.0f requests/s, %.1f MB/s\n", counts->events,
                  report->seconds, load_report_rate(report, counts->events), load_report_rate(report, counts->requests),
                  load_report_rate(report, counts->bytes) / 1e6);
    print_accepted(report, out);
    print_statuses(report, out);
    if (counts->requests != 0) {
        buffer_append_text(out, "latency     ");
        print_latency(&counts->latency, out);
        buffer_append_text(out, "ms\n");
    }
    if (report->steps != NULL) print_steps(report->steps, out);
    if (report->overdue != 0)
        buffer_printf(out, "behind      %" PRIu64 " requests were due and not sent: the rate was not reached\n", report->overdue);
    print_made(report, out);
    if (report->watched) print_server(report, out);
    for (size_t i = 0; i < report->balance_count; i++) print_balance(&report->balances[i], out);
    if (report->balance_count > 1)
        buffer_printf(out, "nowhere     %" PRIu64 " acknowledged events are on none of these topics\n", report->nowhere);
    buffer_printf(out, "generator   %.0f%% of a core%s\n", report->own_busy * 100,
                  report->own_busy > 0.9 ? ": it is the limit here" : "");
}

/* Appends a part where the line still has room for it: one that wraps cannot be written over. */
static PRINTF_LIKE(3, 4) void add_part(struct buffer *out, unsigned columns, const char *format, ...)
{
    char part[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    if (out->size + strlen(part) <= columns) buffer_append_text(out, part);
}

void load_report_progress(const struct load_report *report, bool warming_up, unsigned columns, struct buffer *out)
{
    const struct load_counts *counts = report->counts;
    buffer_append_char(out, '\r'); /* the column that it takes is the one that the cursor needs */
    add_part(out, columns, "%s %4.0f s", warming_up ? "warm-up " : "measured", report->seconds);
    add_part(out, columns, " %8.0f events/s", load_report_rate(report, counts->events));
    if (counts->requests == 0 && counts->not_connected > 0) add_part(out, columns, "  %s", strerror(counts->connect_error));
    if (counts->requests > 0)
        add_part(out, columns, "  p50 %.2f  p99 %.2f ms", (double)histogram_quantile(&counts->latency, 0.5) / 1000.0,
                 (double)histogram_quantile(&counts->latency, 0.99) / 1000.0);
    uint64_t failed = load_report_failures(report);
    if (failed > 0) add_part(out, columns, "  failed %" PRIu64, failed);
    if (report->overdue > 0) add_part(out, columns, "  behind %" PRIu64, report->overdue);
    if (report->watched) {
        add_part(out, columns, "  cpu %.2f us",
                 load_report_per_event(report, load_process_used(&report->before, &report->after)));
        add_part(out, columns, "  %.0f MiB", (double)report->after.resident_bytes / 1048576.0);
    }
    buffer_append_text(out, "\033[K");
}
