/* load.c - headgate-bench: one load, measured.
 *
 *     start --> warm-up --> measure --> stop sending --> wait for what is under way --> ledger --> report */
#include "bench/load_output.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    PATIENCE_US = 15 * 1000 * 1000, /* for what is under way at the end */
    HASTE_US = 1000 * 1000,         /* the same when somebody stopped the run */
    LOOK_US = 10 * 1000,
    OTHER_FILES = 64, /* that are open beside the connections: results, epoll, the ledger's */
    COLUMNS = 80,     /* of a terminal that does not tell */
};

enum { PHASE, PROGRESS, INTERVAL, STEP, INTERRUPT, TERMINATE, EVENTS }; /* what happens beside replies */

struct load {
    struct load_options options;
    struct event_base *base;
    struct load_body *body;
    struct load_client *client;
    struct load_ledger *ledger;
    struct load_series *series;
    struct load_steps_found *steps; /* NULL: the rate has none */
    struct load_report report;
    struct event *events[EVENTS];
    struct load_ledger_balance balances[LOAD_LEDGER_TOPICS_MAX];
    uint64_t missing;            /* acknowledged events, on all topics */
    struct load_counts measured; /* as they were when measuring ended */
    uint64_t phase_began, own_before;
    bool warming_up;
    bool progress; /* a terminal is watched */
};

static struct timeval to_timeval(double seconds)
{
    struct timeval result = {(time_t)seconds, (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)};
    return result;
}

/* A server that has ended is told as it was last seen. */
static void read_server(struct load *load, struct load_process *to)
{
    struct load_process now;
    if (load->options.pid == 0 || load->report.server_gone) return;
    load->report.server_gone = !load_process_read(load->options.pid, &now);
    if (!load->report.server_gone) *to = now;
}

static void begin_phase(struct load *load, bool warming_up, double seconds)
{
    struct timeval wait = to_timeval(seconds);
    load->warming_up = warming_up;
    load->phase_began = load_clock();
    load->own_before = load_process_own();
    if (load->options.pid != 0) load_process_reset_peak(load->options.pid);
    read_server(load, &load->report.before);
    load->report.watched = load->options.pid != 0 && !load->report.server_gone;
    load->report.after = load->report.before;
    load_series_begin(load->series, load->phase_began, &load->report.before);
    event_add(load->events[PHASE], &wait);
}

static void take_time(struct load *load)
{
    uint64_t passed = load_clock() - load->phase_began;
    load->report.seconds = (double)passed / 1e6;
    load->report.own_busy = passed == 0 ? 0 : (double)(load_process_own() - load->own_before) / (double)passed;
    load->report.overdue = load_client_overdue(load->client);
    read_server(load, &load->report.after);
}

static void add_interval(struct load *load)
{
    load_series_add(load->series, load_clock(), load_client_counts(load->client),
                    load->report.server_gone ? NULL : &load->report.after);
}

static void on_interval(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    if (load->warming_up) return;
    read_server(load, &load->report.after);
    add_interval(load);
    load_client_forget_recent(load->client);
}

static void end_step(struct load *load)
{
    if (load->steps == NULL || load->warming_up) return;
    const struct load_steps *rate = &load->options.rate;
    size_t done = load_steps_count(load->steps);
    if (done < (size_t)rate->count)
        load_steps_add(load->steps, load_clock(), rate->rates[done], load_client_counts(load->client));
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    end_step(context);
}

static void stop_measuring(struct load *load)
{
    take_time(load);
    add_interval(load);
    end_step(load);
    load->measured = *load_client_counts(load->client);
    load_client_stop(load->client);
    event_base_loopbreak(load->base);
}

static void on_phase_end(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    if (!load->warming_up) {
        stop_measuring(load);
        return;
    }
    load_client_reset(load->client);
    begin_phase(load, false, load->options.duration);
    struct timeval interval = to_timeval(load->options.interval);
    event_add(load->events[INTERVAL], &interval);
    if (load->steps == NULL) return;
    struct timeval step = to_timeval(load->options.duration / load->options.rate.count);
    load_steps_begin(load->steps, load->phase_began);
    event_add(load->events[STEP], &step);
}

/* Ctrl-C: what was measured so far is told. A second one ends the program at once, as it does where nobody listens. */
static void on_stop(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    for (size_t i = INTERRUPT; i <= TERMINATE; i++) event_del(load->events[i]);
    load->report.interrupted = true;
    event_del(load->events[PHASE]);
    stop_measuring(load);
}

static unsigned terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS;
}

static void on_progress(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    struct load *load = context;
    struct buffer line = BUFFER_EMPTY;
    take_time(load);
    load->report.counts = load_client_counts(load->client);
    load_report_progress(&load->report, load->warming_up, terminal_columns(), &line);
    fwrite(line.data, 1, line.size, stderr);
    buffer_deinit(&line);
}

/* Until all that was sent is answered, or patience ends. */
static void wait_for_replies(struct load *load)
{
    static const struct timeval look = {0, LOOK_US};
    uint64_t began = load_clock(), under_way, told = 0;
    while ((under_way = load_client_under_way(load->client)) > 0 &&
           load_clock() - began < (load->report.interrupted ? HASTE_US : PATIENCE_US)) {
        if (load->progress && under_way != told) fprintf(stderr, "\rwaiting for %" PRIu64 " replies\033[K", under_way);
        told = under_way;
        event_base_loopexit(load->base, &look);
        event_base_dispatch(load->base);
    }
    load->report.unanswered = load_client_under_way(load->client);
    load->report.acknowledged = load_client_acknowledged(load->client);
    for (enum load_kind kind = LOAD_GOOD; kind < LOAD_KINDS; kind++) load->report.made[kind] = load_body_kind(load->body, kind);
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

static bool make_events(struct load *load)
{
    struct event_base *base = load->base;
    struct event *const events[EVENTS] = {
        [PHASE] = event_new(base, -1, 0, on_phase_end, load),
        [PROGRESS] = event_new(base, -1, EV_PERSIST, on_progress, load),
        [INTERVAL] = event_new(base, -1, EV_PERSIST, on_interval, load),
        [STEP] = event_new(base, -1, EV_PERSIST, on_step, load),
        [INTERRUPT] = evsignal_new(base, SIGINT, on_stop, load),
        [TERMINATE] = evsignal_new(base, SIGTERM, on_stop, load),
    };
    memcpy(load->events, events, sizeof events);
    bool whole = true;
    for (size_t i = 0; i < EVENTS; i++) whole &= events[i] != NULL;
    return whole;
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
    bool stepped = load->options.rate.count > 1;
    if (stepped) load->report.steps = load->steps = load_steps_create();
    bool fine = load->base != NULL && load->body != NULL && load->series != NULL && (!stepped || load->steps != NULL);
    if (fine && load->options.ledger != NULL) {
        load->ledger = load_ledger_create(load->options.kafka, load->options.ledger, run, problem, sizeof problem);
        fine = load->ledger != NULL;
    }
    if (fine) load->client = load_client_create(load->base, &load->options, load->body, load->ledger, problem, sizeof problem);
    if (load->client != NULL && make_events(load)) return true;
    fprintf(stderr, "headgate-bench: %s\n", problem);
    return false;
}

/* Each connection is an open file; more than are allowed would look like a server that refuses them. */
static bool allow_files(long connections)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)connections + OTHER_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return true;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (limit.rlim_cur == wanted && setrlimit(RLIMIT_NOFILE, &limit) == 0) return true;
    fprintf(stderr, "headgate-bench: %ld connections need %ld open files, and %ld are allowed (ulimit -Hn)\n", connections,
            (long)wanted, (long)limit.rlim_max);
    return false;
}

static bool server_there(long pid)
{
    struct load_process process;
    if (pid == 0 || load_process_read(pid, &process)) return true;
    fprintf(stderr, "headgate-bench: --pid %ld: there is no such process\n", pid);
    return false;
}

static int tell(struct load *load)
{
    load->report.counts = &load->measured;
    if (!load_output_write(&load->report)) return 3;
    if (load->report.server_gone) return 3;
    if (load->missing > 0) return 1;
    return load->measured.requests == 0 || load_report_failures(&load->report) > 0;
}

/* Reads the rest of the ledger's topics, where one is kept. */
static bool balance(struct load *load)
{
    char problem[512];
    size_t count = load->ledger != NULL ? load_ledger_topics(load->ledger) : 0;
    load->report.balances = load->balances;
    for (size_t i = 0; i < count; i++) {
        if (!load_ledger_balance(load->ledger, i, &load->balances[i], problem, sizeof problem)) {
            fprintf(stderr, "headgate-bench: --ledger: %s\n", problem);
            return false;
        }
        load->missing += load->balances[i].missing;
        load->report.balance_count++;
    }
    load->report.nowhere = count > 0 ? load_ledger_nowhere(load->ledger) : 0;
    return true;
}

static void measure(struct load *load)
{
    static const struct timeval second = {1, 0};
    load->progress = !load->options.quiet && isatty(STDERR_FILENO);
    load->report.began_s = time(NULL);
    if (load->progress) event_add(load->events[PROGRESS], &second);
    for (size_t i = INTERRUPT; i <= TERMINATE; i++) event_add(load->events[i], NULL);
    load_client_start(load->client);
    begin_phase(load, true, load->options.warmup);
    event_base_dispatch(load->base);
    event_del(load->events[PROGRESS]);
    event_del(load->events[INTERVAL]);
    event_del(load->events[STEP]);
    wait_for_replies(load);
    if (load->progress) fputs("\r\033[K", stderr);
    for (size_t i = INTERRUPT; i <= TERMINATE; i++) event_del(load->events[i]);
}

static int run(struct load *load)
{
    load->report.options = &load->options;
    if (!allow_files(load->options.connections) || !server_there(load->options.pid) || !make(load) ||
        !load_output_possible(&load->options))
        return 3;
    measure(load);
    if (load->warming_up) {
        fputs("headgate-bench: stopped during the warm-up, nothing was measured\n", stderr);
        return 1;
    }
    bool balanced = balance(load);
    int code = tell(load); /* also of a run whose topics cannot be read any more */
    return balanced ? code : 3;
}

static void clean_up(struct load *load)
{
    load_client_destroy(load->client);
    load_body_destroy(load->body);
    load_ledger_destroy(load->ledger);
    for (size_t i = 0; i < EVENTS; i++)
        if (load->events[i] != NULL) event_free(load->events[i]);
    load_series_destroy(load->series);
    load_steps_destroy(load->steps);
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
