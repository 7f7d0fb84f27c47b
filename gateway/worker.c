#include "gateway/worker.h"

#include "gateway/http/http.h"
#include "gateway/ingest/ingest.h"
#include "gateway/log.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { BEAT_SECONDS = 1, CLOSE_STEP_MS = 20, CLOSE_STEPS = 75, LANES_MAX = LANE_CLAIMS_MAX };

struct worker {
    struct worker_settings settings;
    pthread_t thread;
    struct event_base *base;
    struct event *mail; /* the mailbox's eventfd */
    struct event *beat;
    struct event *closing; /* after draining: connections have CLOSE_STEPS looks to go */
    int closing_steps;
    int mail_fd;
    struct http_limits limits;
    struct http_counters http_counters;
    struct http_server *http;
    struct lane_set *lanes;
    struct ingest *ingest;
    struct metrics *metrics; /* what belongs to no edition */
    bool drained;

    _Atomic(struct edition *) offered; /* mailbox */
    _Atomic int drain_ms;              /* mailbox; -1 = serve */
    _Atomic uint64_t turns;
};

/* ---------------------------------------------------------------- counters that other layers keep themselves */

static void publish_lanes(struct worker *worker)
{
    struct lane_counters counters[LANES_MAX];
    uint64_t reserved[LANE_COUNT_MAX] = {0}, queued[LANE_COUNT_MAX] = {0}, twice[LANE_COUNT_MAX] = {0},
             made[LANE_COUNT_MAX] = {0};
    size_t count = lane_set_counters(worker->lanes, counters, LANES_MAX);
    for (size_t i = 0; i < count && i < LANES_MAX; i++) {
        uint32_t lane = counters[i].index;
        reserved[lane] += counters[i].reserved;
        queued[lane] += counters[i].unfinished;
        twice[lane] += counters[i].possible_duplicates;
        made[lane] += counters[i].generations;
    }
    for (uint32_t lane = 0; lane < worker->settings.config->lane_count; lane++) {
        metrics_set(worker->metrics, METRIC_RESERVED, lane, 0, (int64_t)reserved[lane]);
        metrics_set(worker->metrics, METRIC_QUEUED, lane, 0, (int64_t)queued[lane]);
        metrics_set(worker->metrics, METRIC_POSSIBLE_DUPLICATES, lane, 0, (int64_t)twice[lane]);
        metrics_set(worker->metrics, METRIC_GENERATIONS, lane, 0, (int64_t)made[lane]);
    }
}

static void publish_http(struct worker *worker)
{
    const struct http_counters *http = &worker->http_counters;
    metrics_set(worker->metrics, METRIC_CONNECTIONS, 0, 0, (int64_t)http->connections_open);
    metrics_set(worker->metrics, METRIC_CONNECTIONS_ACCEPTED, 0, 0, (int64_t)http->connections_accepted);
    metrics_set(worker->metrics, METRIC_CONNECTIONS_REFUSED, 0, 0, (int64_t)http->connections_refused);
    metrics_set(worker->metrics, METRIC_BYTES_IN, 0, 0, (int64_t)http->bytes_in);
    metrics_set(worker->metrics, METRIC_BYTES_OUT, 0, 0, (int64_t)http->bytes_out);
}

/* The beat's turn of the loop is what /healthz looks for; it also carries the counters out. */
static void on_beat(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct worker *worker = arg;
    atomic_fetch_add_explicit(&worker->turns, 1, memory_order_relaxed);
    publish_http(worker);
    publish_lanes(worker);
}

/* ---------------------------------------------------------------- mailbox */

static void take_edition(struct worker *worker, struct edition *edition)
{
    struct view *view = view_create(edition, worker->settings.registry);
    edition_unref(edition);
    if (view == NULL) {
        log_line(LOG_ERROR, "reload_without_memory", log_int("worker", worker->settings.index));
        return;
    }
    ingest_take_view(worker->ingest, view);
}

static void on_closing(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct worker *worker = arg;
    if (worker->closing_steps == CLOSE_STEPS / 2) ingest_give_up(worker->ingest);
    bool gone = worker->ingest->live == 0 && http_server_connections(worker->http) == 0;
    if (gone || ++worker->closing_steps == CLOSE_STEPS) event_base_loopbreak(worker->base);
}

static void on_drained(void *arg)
{
    struct worker *worker = arg;
    struct timeval step = {0, CLOSE_STEP_MS * 1000};
    worker->drained = true;
    event_add(worker->closing, &step);
}

static void drain(struct worker *worker, int deadline_ms)
{
    if (worker->ingest->draining) return;
    worker->ingest->draining = true;
    http_server_drain(worker->http);
    lane_set_drain(worker->lanes, deadline_ms, on_drained, worker);
}

static void on_mail(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct worker *worker = arg;
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return;
    struct edition *edition = atomic_exchange(&worker->offered, NULL);
    if (edition != NULL) take_edition(worker, edition);
    int deadline = atomic_load(&worker->drain_ms);
    if (deadline >= 0) drain(worker, deadline);
}

static void wake(struct worker *worker)
{
    uint64_t one = 1;
    if (write(worker->mail_fd, &one, sizeof one) < 0)
        log_line(LOG_ERROR, "mailbox_write", log_int("worker", worker->settings.index));
}

void worker_offer(struct worker *worker, struct edition *edition)
{
    struct edition *older = atomic_exchange(&worker->offered, edition_ref(edition));
    edition_unref(older);
    wake(worker);
}

void worker_drain(struct worker *worker, int deadline_ms)
{
    atomic_store(&worker->drain_ms, deadline_ms);
    wake(worker);
}

uint64_t worker_turns(const struct worker *worker)
{
    return atomic_load_explicit(&worker->turns, memory_order_relaxed);
}

/* ---------------------------------------------------------------- life */

static void set_limits(struct worker *worker)
{
    const struct config *config = worker->settings.config;
    uint32_t connections = config->limits.connections / config->workers;
    worker->limits = (struct http_limits){
        .head = config->limits.head,
        .body = config->limits.request,
        .pipeline = config->limits.pipeline,
        .connections = connections > 0 ? connections : 1,
        .head_timeout = (uint32_t)(config->timeouts.header / US_PER_MS),
        .body_timeout = (uint32_t)(config->timeouts.body / US_PER_MS),
        .idle_timeout = (uint32_t)(config->timeouts.idle / US_PER_MS),
    };
}

static bool make_events(struct worker *worker)
{
    worker->mail_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (worker->mail_fd < 0) return false;
    worker->mail = event_new(worker->base, worker->mail_fd, EV_READ | EV_PERSIST, on_mail, worker);
    worker->beat = event_new(worker->base, -1, EV_PERSIST, on_beat, worker);
    worker->closing = event_new(worker->base, -1, EV_PERSIST, on_closing, worker);
    struct timeval beat = {BEAT_SECONDS, 0};
    return worker->mail != NULL && worker->beat != NULL && worker->closing != NULL && event_add(worker->mail, NULL) == 0 &&
           event_add(worker->beat, &beat) == 0;
}

static bool make_parts(struct worker *worker)
{
    const struct worker_settings *settings = &worker->settings;
    const struct config *config = settings->config;
    struct lane_settings lanes = {config, settings->embedded_bootstrap,
                                  config->limits.memory / config->workers / config->lane_count, settings->topics};
    worker->metrics = metrics_create(settings->registry, &settings->edition->metric_labels);
    worker->lanes = lane_set_create(worker->base, &lanes);
    if (worker->metrics == NULL || worker->lanes == NULL) return false;
    struct view *view = view_create(settings->edition, settings->registry);
    if (view == NULL) return false;
    worker->ingest = ingest_create(worker->base, config, worker->lanes, settings->observer, settings->dedupe, view);
    if (worker->ingest == NULL) {
        view_retire(view);
        return false;
    }
    worker->http = http_server_create(worker->base, settings->listen_fd, &worker->limits, ingest_handler(), worker->ingest,
                                      &worker->http_counters);
    return worker->http != NULL;
}

struct worker *worker_create(const struct worker_settings *settings)
{
    struct worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) return NULL;
    worker->settings = *settings;
    worker->mail_fd = -1;
    atomic_init(&worker->drain_ms, -1);
    set_limits(worker);
    worker->base = event_base_new();
    if (worker->base == NULL || !make_events(worker) || !make_parts(worker)) {
        worker_destroy(worker);
        return NULL;
    }
    return worker;
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    uint64_t one = 1;
    event_base_loop(worker->base, EVLOOP_NO_EXIT_ON_EMPTY);
    if (write(worker->settings.ended_fd, &one, sizeof one) < 0)
        log_line(LOG_ERROR, "end_not_told", log_int("worker", worker->settings.index));
    return NULL;
}

bool worker_start(struct worker *worker)
{
    return pthread_create(&worker->thread, NULL, run, worker) == 0;
}

bool worker_join(struct worker *worker)
{
    pthread_join(worker->thread, NULL);
    return worker->drained && worker->ingest->lost == 0;
}

static void free_event(struct event *event)
{
    if (event != NULL) event_free(event);
}

void worker_destroy(struct worker *worker)
{
    if (worker == NULL) return;
    if (worker->http != NULL) http_server_destroy(worker->http);
    if (worker->lanes != NULL) lane_set_destroy(worker->lanes);
    ingest_destroy(worker->ingest);
    if (worker->metrics != NULL) metrics_retire(worker->settings.registry, worker->metrics);
    edition_unref(atomic_exchange(&worker->offered, NULL));
    free_event(worker->mail);
    free_event(worker->beat);
    free_event(worker->closing);
    if (worker->mail_fd >= 0) close(worker->mail_fd);
    if (worker->base != NULL) event_base_free(worker->base);
    free(worker);
}
