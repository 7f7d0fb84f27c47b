/* load.c - headgate-bench: one load, measured.
 *
 *     start --> warm-up --> measure --> stop sending --> wait for what is under way --> ledger --> report */
#include "bench/load_page.h"
#include "bench/load_series.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_US = 15 * 1000 * 1000, LOOK_US = 10 * 1000 };

struct load {
    struct load_options options;
    struct event_base *base;
    struct load_body *body;
    struct load_client *client;
    struct load_ledger *ledger;
    struct load_series *series;
    struct load_report report;
    struct event *phase_event, *progress_event, *series_event;
    struct load_counts measured; /* as they were when measuring ended */
    uint64_t phase_began, own_before;
    bool warming_up;
    bool server_gone;
};

static struct timeval to_timeval(double seconds)
{
    struct timeval result = {(time_t)seconds, (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)};
    return result;
}

static void read_server(struct load *load, struct load_process *to)
{
    if (load->options.pid == 0) return;
    load->report.watched = load_process_read(load->options.pid, to);
    load->server_gone |= !load->report.watched;
}

static void begin_phase(struct load *load, bool warming_up, double seconds)
{
    struct timeval wait = to_timeval(seconds);
    load->warming_up = warming_up;
    load->phase_began = load_clock();
    load->own_before = load_process_own();
    if (load->options.pid != 0) load_process_reset_peak(load->options.pid);
    read_server(load, &load->report.before);
    load_series_begin(load->series, load->phase_began, &load->report.before);
    event_add(load->phase_event, &wait);
}

static void take_time(struct load *load)
{
    uint64_t passed = load_clock() - load->phase_began;
    load->report.seconds = (double)passed / 1e6;
    load->report.own_busy = passed == 0 ? 0 : (double)(load_process_own() - load->own_before) / (double)passed;
    read_server(load, &load->report.after);
}

static void on_interval(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    if (load->warming_up) return;
    read_server(load, &load->report.after);
    load_series_add(load->series, load_clock(), load_client_counts(load->client), &load->report.after);
    load_client_forget_recent(load->client);
}

static void on_phase_end(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    if (load->warming_up) {
        load_client_reset(load->client);
        begin_phase(load, false, load->options.duration);
        struct timeval interval = to_timeval(load->options.interval);
        event_add(load->series_event, &interval);
        return;
    }
    take_time(load);
    load_series_add(load->series, load_clock(), load_client_counts(load->client), &load->report.after);
    load->measured = *load_client_counts(load->client);
    load->report.overdue = load_client_overdue(load->client);
    load_client_stop(load->client);
    event_base_loopbreak(load->base);
}

static void on_progress(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    struct buffer line = BUFFER_EMPTY;
    take_time(load);
    load->report.counts = load_client_counts(load->client);
    load_report_progress(&load->report, load->warming_up, &line);
    fwrite(line.data, 1, line.size, stderr);
    buffer_deinit(&line);
}

/* Until all that was sent is answered, or patience ends. */
static void wait_for_replies(struct load *load)
{
    static const struct timeval look = {0, LOOK_US};
    uint64_t began = load_clock();
    while (load_client_under_way(load->client) > 0 && load_clock() - began < PATIENCE_US) {
        event_base_loopexit(load->base, &look);
        event_base_dispatch(load->base);
    }
    load->report.unanswered = load_client_under_way(load->client);
    load->report.acknowledged = load_client_acknowledged(load->client);
}

static struct event_base *make_base(void)
{
    struct event_config *config = event_config_new();
    if (config == NULL) return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER); /* epoll's own are to the millisecond */
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static bool make(struct load *load)
{
    char problem[512] = "out of memory";
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint32_t run = (uint32_t)now.tv_sec * 1000003U ^ (uint32_t)now.tv_nsec ^ (uint32_t)getpid();
    load->base = make_base();
    load->body =
        load_body_create(&load->options, run, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, problem, sizeof problem);
    load->series = load_series_create();
    load->report.series = load->series;
    bool fine = load->base != NULL && load->body != NULL && load->series != NULL;
    if (fine && load->options.ledger != NULL) {
        load->ledger = load_ledger_create(load->options.kafka, load->options.ledger, run, problem, sizeof problem);
        fine = load->ledger != NULL;
    }
    if (fine) load->client = load_client_create(load->base, &load->options, load->body, load->ledger, problem, sizeof problem);
    if (load->client != NULL) {
        load->phase_event = event_new(load->base, -1, 0, on_phase_end, load);
        load->progress_event = event_new(load->base, -1, EV_PERSIST, on_progress, load);
        load->series_event = event_new(load->base, -1, EV_PERSIST, on_interval, load);
        if (load->phase_event != NULL && load->progress_event != NULL && load->series_event != NULL) return true;
    }
    fprintf(stderr, "headgate-bench: %s\n", problem);
    return false;
}

static bool write_to(const char *name, const struct buffer *text)
{
    FILE *file = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
    bool fine = file != NULL && fwrite(text->data, 1, text->size, file) == text->size;
    if (file != NULL) fine &= (file == stdout ? fflush(file) : fclose(file)) == 0;
    if (!fine) fprintf(stderr, "headgate-bench: %s: %s\n", file == stdout ? "standard output" : name, strerror(errno));
    return fine;
}

/* Before the run: its results must not be lost for a misspelt folder. */
static bool can_write(const char *name)
{
    if (name == NULL || strcmp(name, "-") == 0) return true;
    FILE *file = fopen(name, "ae");
    if (file != NULL && fclose(file) == 0) return true;
    fprintf(stderr, "headgate-bench: %s: %s\n", name, strerror(errno));
    return false;
}

static int tell(struct load *load)
{
    struct buffer text = BUFFER_EMPTY, json = BUFFER_EMPTY;
    const char *to = load->options.json;
    load->report.counts = &load->measured;
    load_report_text(&load->report, &text);
    load_report_json(&load->report, &json);
    bool fine = to == NULL || write_to(to, &json);
    if (to == NULL || strcmp(to, "-") != 0) fine &= write_to("-", &text);
    if (load->options.csv != NULL) {
        buffer_clear(&text);
        load_series_csv(load->series, &text);
        fine &= write_to(load->options.csv, &text);
    }
    if (load->options.html != NULL) {
        buffer_clear(&text);
        load_report_page(&load->report, &text);
        fine &= write_to(load->options.html, &text);
    }
    buffer_deinit(&text);
    buffer_deinit(&json);
    if (!fine) return 3;
    if (load->server_gone) {
        fprintf(stderr, "headgate-bench: process %ld could not be read throughout\n", load->options.pid);
        return 3;
    }
    if (load->report.balance.missing > 0) return 1;
    return load->measured.requests == 0 || load_report_failures(&load->report) > 0;
}

/* Reads the ledger's topic, where one is kept. */
static bool balance(struct load *load)
{
    char problem[512];
    if (load->ledger == NULL) return true;
    load->report.has_balance = load_ledger_balance(load->ledger, &load->report.balance, problem, sizeof problem);
    if (!load->report.has_balance) fprintf(stderr, "headgate-bench: %s\n", problem);
    return load->report.has_balance;
}

static int run(struct load *load)
{
    static const struct timeval second = {1, 0};
    if (!make(load) || !can_write(load->options.json) || !can_write(load->options.csv)) return 3;
    load->report.options = &load->options;
    bool progress = !load->options.quiet && isatty(STDERR_FILENO);
    if (progress) event_add(load->progress_event, &second);
    load_client_start(load->client);
    begin_phase(load, true, load->options.warmup);
    event_base_dispatch(load->base);
    event_del(load->progress_event);
    event_del(load->series_event);
    if (progress) fputs("\r\033[K", stderr);
    wait_for_replies(load);
    return balance(load) ? tell(load) : 3;
}

static void clean_up(struct load *load)
{
    load_client_destroy(load->client);
    load_body_destroy(load->body);
    load_ledger_destroy(load->ledger);
    if (load->phase_event != NULL) event_free(load->phase_event);
    if (load->progress_event != NULL) event_free(load->progress_event);
    if (load->series_event != NULL) event_free(load->series_event);
    load_series_destroy(load->series);
    if (load->base != NULL) event_base_free(load->base);
}

int main(int argc, char **argv)
{
    static struct load load;
    int code;
    if (!load_options_read(argc, argv, &load.options, &code)) return code;
    code = run(&load);
    clean_up(&load);
    return code;
}
