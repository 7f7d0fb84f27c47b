#include "bench/load_page.h"

#include "bench/load_options.h"
#include "codecs/html.h"

#include <math.h>
#include <stdio.h>

/* In the units of an SVG's viewBox; the page scales it to its width. */
enum { WIDTH = 820, LEFT = 70, RIGHT = 12, TOP = 22, BOTTOM = 26, POINTS = 160 };

static const char head[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
    "<title>headgate-bench</title><style>\n"
    ":root{color-scheme:light dark;--ink:#111827;--soft:#4b5563;--line:#d1d5db;--paper:#fff;--mark:#2563eb}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e5e7eb;--soft:#9ca3af;--line:#374151;--paper:#111827;--mark:#60a5fa}}\n"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:var(--ink);"
    "background:var(--paper)}\n"
    "dl{display:flex;flex-wrap:wrap;gap:.5rem 2.5rem}dt,caption{color:var(--soft);font-size:.85rem}"
    "dd{margin:0;font-size:1.4rem;font-weight:600}\n"
    "table{border-collapse:collapse;font-size:.9rem}td,th{padding:.3rem 1rem .3rem 0;border-bottom:1px solid var(--line);"
    "text-align:left;vertical-align:top;font-weight:normal}th{color:var(--soft)}td{white-space:pre-wrap}\n"
    "svg{width:100%;height:auto;font-size:13px;fill:var(--ink)}.grid{stroke:var(--line);fill:none}"
    ".line{stroke:var(--mark);stroke-width:2;fill:none}\n"
    "</style><h1>headgate-bench</h1>\n";

/* ---------------------------------------------------------------- one plot */

/* Where points are drawn: x from 0 to 1, y from 0 to `top`. */
struct plot {
    const char *title;
    double height;
    double top; /* the greatest y */
    struct buffer *out;
};

static double across(double x)
{
    return LEFT + x * (WIDTH - LEFT - RIGHT);
}

static double down(const struct plot *plot, double y)
{
    return plot->height - BOTTOM - y / plot->top * (plot->height - BOTTOM - TOP);
}

/* The next of 1, 2, 5, 10, 20... that is not below the value: what an axis can be labelled with. */
static double round_up(double value)
{
    if (!(value > 0)) return 1;
    double power = pow(10, floor(log10(value)));
    static const double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (steps[i] * power >= value * (1 - 1e-9)) return steps[i] * power;
    return 10 * power;
}

static void label(const struct plot *plot, double x, double y, const char *anchor, const char *text)
{
    buffer_printf(plot->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
}

static void plot_begin(const struct plot *plot)
{
    buffer_printf(plot->out, "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"%s\">", WIDTH, plot->height, plot->title);
    label(plot, LEFT, 13, "start", plot->title);
    for (int i = 0; i <= 2; i++) {
        char text[32];
        double y = plot->top * i / 2;
        snprintf(text, sizeof text, "%.6g", y);
        label(plot, LEFT - 8, down(plot, y) + 4, "end", text);
        buffer_printf(plot->out, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, down(plot, y), WIDTH - RIGHT);
    }
    buffer_append_text(plot->out, "<polyline class=\"line\" points=\"");
}

static void plot_point(const struct plot *plot, double x, double y)
{
    buffer_printf(plot->out, "%.1f,%.1f ", across(x), down(plot, y));
}

static void plot_end_line(const struct plot *plot)
{
    buffer_append_text(plot->out, "\"/>");
}

static void plot_end(const struct plot *plot)
{
    buffer_append_text(plot->out, "</svg>\n");
}

/* ---------------------------------------------------------------- latency */

/* Percentiles by how many nines they have: the tail gets the room that it deserves. */
static const struct tick {
    const char *name;
    double share;
} ticks[] = {{"0 %", 0},        {"50 %", 0.5},       {"90 %", 0.9},        {"99 %", 0.99},
             {"99.9 %", 0.999}, {"99.99 %", 0.9999}, {"99.999 %", 0.99999}};

static double nines(double share)
{
    return -log10(1 - share);
}

/* As many nines as the run has requests to tell them by, two at least. */
static double nines_of(uint64_t count)
{
    double known = count > 100 ? log10((double)count) : 2;
    return known < 5 ? known : 5;
}

static void put_latency(const struct load_report *report, struct buffer *out)
{
    const struct histogram *latency = &report->counts->latency;
    double most = nines_of(latency->count);
    double greatest = (double)histogram_quantile(latency, 1 - pow(10, -most)) / 1000;
    const struct plot plot = {"time to the reply by percentile of requests, ms", 260, round_up(greatest), out};
    plot_begin(&plot);
    for (int i = 0; i <= POINTS; i++) {
        double share = 1 - pow(10, -most * i / POINTS);
        plot_point(&plot, (double)i / POINTS, (double)histogram_quantile(latency, share) / 1000);
    }
    plot_end_line(&plot);
    for (size_t i = 0; i < COUNT_OF(ticks); i++)
        if (nines(ticks[i].share) <= most + 1e-9)
            label(&plot, across(nines(ticks[i].share) / most), plot.height - 8, i == 0 ? "start" : "middle", ticks[i].name);
    plot_end(&plot);
}

/* ---------------------------------------------------------------- the course of the run */

static const struct course {
    const char *column, *title;
    double scale; /* to the title's unit */
    bool watched; /* only where the server's process was */
} courses[] = {
    {"events_per_s", "events a second", 1, false},
    {"p50_us", "time to the reply, median, ms", 1e-3, false},
    {"p99_us", "time to the reply, 99th percentile, ms", 1e-3, false},
    {"failed", "requests that failed, each interval", 1, false},
    {"cpu_us_per_event", "CPU time of the server an event, us", 1, true},
    {"busy", "CPU of the server, cores", 1, true},
    {"resident_mib", "memory of the server, MiB", 1, true},
};

static void put_course(const struct load_report *report, const struct course *course, struct buffer *out)
{
    const struct load_series *series = report->series;
    size_t count = load_series_count(series);
    double top = 0, end = count > 0 ? load_series_cell(series, count - 1, "seconds") : 0;
    for (size_t i = 0; i < count; i++) top = fmax(top, load_series_cell(series, i, course->column) * course->scale);
    if (end <= 0 || top <= 0) return; /* nothing happened: no failure, above all */
    char text[32];
    const struct plot plot = {course->title, 150, round_up(top), out};
    plot_begin(&plot);
    for (size_t i = 0; i < count; i++)
        plot_point(&plot, load_series_cell(series, i, "seconds") / end,
                   load_series_cell(series, i, course->column) * course->scale);
    plot_end_line(&plot);
    snprintf(text, sizeof text, "%.4g s", end);
    label(&plot, LEFT, plot.height - 8, "start", "0 s");
    label(&plot, WIDTH - RIGHT, plot.height - 8, "end", text);
    plot_end(&plot);
}

static void put_courses(const struct load_report *report, struct buffer *out)
{
    if (load_series_count(report->series) < 2) {
        buffer_append_text(out, "<p>The run was shorter than two intervals (--interval): nothing is drawn over time.</p>\n");
        return;
    }
    for (size_t i = 0; i < COUNT_OF(courses); i++)
        if (report->watched || !courses[i].watched) put_course(report, &courses[i], out);
}

/* ---------------------------------------------------------------- figures */

static void put_figure(struct buffer *out, const char *name, double value, const char *format, const char *unit)
{
    char text[48];
    snprintf(text, sizeof text, format, value);
    buffer_printf(out, "<div><dt>%s</dt><dd>%s%s</dd></div>", name, text, unit);
}

static void put_figures(const struct load_report *report, struct buffer *out)
{
    const struct histogram *latency = &report->counts->latency;
    double events = (double)report->counts->events;
    buffer_append_text(out, "<dl>");
    double accepted = (double)load_report_accepted(report);
    put_figure(out, "events answered a second", report->seconds > 0 ? events / report->seconds : 0, "%.0f", "");
    if (accepted < events) put_figure(out, "of these with 2xx", report->seconds > 0 ? accepted / report->seconds : 0, "%.0f", "");
    put_figure(out, "p50", (double)histogram_quantile(latency, 0.5) / 1000, "%.2f", " ms");
    put_figure(out, "p99", (double)histogram_quantile(latency, 0.99) / 1000, "%.2f", " ms");
    put_figure(out, "p99.9", (double)histogram_quantile(latency, 0.999) / 1000, "%.2f", " ms");
    put_figure(out, "failed requests", (double)load_report_failures(report), "%.0f", "");
    if (report->watched && events > 0)
        put_figure(out, "CPU of the server an event", load_process_used(&report->before, &report->after) / events, "%.2f", " us");
    if (report->watched) put_figure(out, "its memory, at most", (double)report->after.peak_bytes / 1048576, "%.1f", " MiB");
    buffer_append_text(out, "</dl>\n");
}

/* Where the events came from, and how many were not as they should be. */
static void put_origin(const struct load_options *options, struct buffer *out)
{
    const char *from = options->contracts != NULL ? options->contracts : options->payload;
    const struct {
        double percent;
        const char *name;
    } kinds[] = {{options->bad_percent, "bad"},
                 {options->late_percent, "late"},
                 {options->duplicate_percent, "repeated"},
                 {options->undeclared_percent, "with an undeclared member"}};
    if (from != NULL) html_append_text(out, span_of(from));
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].percent > 0) buffer_printf(out, ", %g %% %s", kinds[i].percent, kinds[i].name);
    if (options->encoding != LOAD_IDENTITY) buffer_printf(out, ", %s", load_encoding_name(options->encoding));
}

/* What was sent where, then the text report's lines as rows: a label, what is said of it. */
static void put_lines(const struct load_report *report, struct buffer *out)
{
    enum { LABEL = 12 }; /* columns */
    char began[TIMESTAMP_TEXT_MAX];
    struct buffer text = BUFFER_EMPTY;
    load_report_text(report, &text);
    buffer_append_text(out, "<table><tr><th>address</th><td>");
    html_append_text(out, span_of(report->options->url));
    buffer_append_text(out, "</td></tr><tr><th>began</th><td>");
    html_append_text(out, load_report_began(report, began));
    buffer_append_text(out, "</td></tr><tr><th>events</th><td>");
    put_origin(report->options, out);
    buffer_append_text(out, "</td></tr>");
    const char *line = text.data, *end = text.data + text.size, *stop;
    for (; buffer_ok(&text) && line < end && (stop = memchr(line, '\n', (size_t)(end - line))) != NULL; line = stop + 1) {
        size_t size = (size_t)(stop - line), label_size = size < LABEL || *line == ' ' ? 0 : LABEL;
        buffer_append_text(out, "<tr><th>");
        html_append_text(out, (struct span){line, label_size});
        buffer_append_text(out, "</th><td>");
        html_append_text(out, (struct span){line + label_size, size - label_size});
        buffer_append_text(out, "</td></tr>");
    }
    buffer_append_text(out, "</table>\n");
    buffer_deinit(&text);
}

void load_report_page(const struct load_report *report, struct buffer *out)
{
    buffer_append_text(out, head);
    put_figures(report, out);
    put_latency(report, out);
    put_courses(report, out);
    put_lines(report, out);
    buffer_append_text(out, "</html>\n");
}
