#include "gateway/server.h"

#include "gateway/admin/admin.h"
#include "gateway/banner.h"
#include "gateway/clock.h"
#include "gateway/commands/command.h"
#include "gateway/kafka/embedded.h"
#include "gateway/loader.h"
#include "gateway/log.h"
#include "gateway/stage_watch.h"
#include "gateway/worker.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { AUDIT_WAIT_MS = 5000, SIGNALS = 4 };

struct service {
    const struct config *config;
    const struct config_input *input;
    struct event_base *base;
    struct event *signals[SIGNALS];
    struct embedded *embedded;
    struct topics *topics;
    struct metrics_registry *registry;
    struct observer *observer;
    struct event *second; /* looks at alarms and stages */
    struct stage_watch *stages;
    struct admin admin;
    struct http_server *admin_http, *schemas_http;
    struct http_counters admin_counters, schemas_counters;
    struct http_limits admin_limits;
    struct bound_listeners bound;
    struct worker **workers;
    uint32_t worker_count; /* created */
    uint32_t started;
    uint64_t ended;
    int ended_fd;
    struct event *ended_event;
    uint64_t *turns_seen;
    int64_t turns_seen_at; /* us, monotonic */
    bool stopping;
    char reload_problem[512];
};

/* ---------------------------------------------------------------- health */

/* A worker beats once a second; one that has not for five seconds hangs. */
static bool workers_alive(void *arg)
{
    static const int64_t hang = 5 * US_PER_SECOND;
    struct service *service = arg;
    int64_t now = clock_monotonic();
    bool alive = true;
    if (now - service->turns_seen_at < hang) return true;
    for (uint32_t i = 0; i < service->worker_count; i++) {
        uint64_t turns = worker_turns(service->workers[i]);
        if (turns == service->turns_seen[i]) alive = false;
        service->turns_seen[i] = turns;
    }
    if (alive) service->turns_seen_at = now;
    return alive;
}

/* ---------------------------------------------------------------- signals */

/* A topic that nobody could check yet stays blocked and is tried again: serving starts, or goes on, all the same. */
static void wait_for_audit(struct service *service)
{
    if (!topics_wait(service->topics, AUDIT_WAIT_MS))
        log_line(LOG_WARNING, "audit_goes_on", log_text("meaning", "no broker has answered for all topics yet; see /readyz"));
}

/* A contract file that lost its role, half written perhaps, is one that headgate ignores: its use ends without an error. */
static void tell_gone(const struct edition *old, const struct edition *fresh)
{
    for (size_t i = 0; i < old->catalogue->use_count; i++) {
        const struct use *use = old->catalogue->uses[i], *now = NULL;
        const struct model *model = NULL;
        catalogue_find(fresh->catalogue, use->id, &model, &now);
        if (now != NULL || use->status == STATUS_RETIRED) continue;
        log_line(LOG_WARNING, "use_gone", log_span("use", use->name), log_span("contract", use->id),
                 log_text("meaning", "no contract declares it any more, so its topic gets no further records"));
    }
}

/* From here on alarms look at what this edition counts, and the log tells of its dates. */
static void watch_edition(struct service *service)
{
    const struct edition *edition = service->admin.edition;
    stage_watch_take(service->stages, edition->catalogue, clock_wall());
    if (!alarms_take(service->admin.alarms, edition->alarms, edition->catalogue, edition->senders, clock_monotonic()))
        log_plain(LOG_ERROR, "alarms_without_memory");
}

static void on_second(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct service *service = arg;
    alarms_look(service->admin.alarms, clock_monotonic());
    (void)stage_watch_look(service->stages, clock_wall());
}

static void reload(struct service *service)
{
    struct buffer problems = BUFFER_EMPTY;
    struct edition *edition = loader_reload(service->config, service->input, service->topics, &problems);
    if (edition != NULL) wait_for_audit(service); /* a new topic must not hold back the events of uses that serve already */
    if (edition != NULL) tell_gone(service->admin.edition, edition);
    bool taken = edition != NULL && admin_take_edition(&service->admin, edition);
    metrics_add1(service->admin.metrics, METRIC_RELOADS, taken ? RELOAD_OK : RELOAD_FAILED, 1);
    if (taken) {
        watch_edition(service);
        for (uint32_t i = 0; i < service->worker_count; i++) worker_offer(service->workers[i], edition);
        service->admin.reload_problem = NULL;
        log_line(LOG_INFO, "reloaded", log_span("catalogue", edition->catalogue->version),
                 log_int("models", (int64_t)edition->catalogue->model_count),
                 log_int("uses", (int64_t)edition->catalogue->use_count));
    } else {
        struct span first = buffer_span(&problems);
        const char *end = first.size > 0 ? memchr(first.data, '\n', first.size) : NULL;
        if (end != NULL) first.size = (size_t)(end - first.data);
        snprintf(service->reload_problem, sizeof service->reload_problem, "%.*s", SPAN_ARGS(first));
        service->admin.reload_problem = service->reload_problem;
        log_line(LOG_ERROR, "reload_failed", log_text("kept", "the catalogue and keys that serve"),
                 log_span("problems", buffer_span(&problems)));
    }
    edition_unref(edition);
    buffer_deinit(&problems);
}

static void stop(struct service *service)
{
    if (service->stopping) {
        log_plain(LOG_WARNING, "stopped_at_once");
        _exit(EXIT_COULD_NOT);
    }
    service->stopping = true;
    service->admin.phase = PHASE_DRAINING;
    int deadline = (int)(service->config->timeouts.drain / US_PER_MS);
    log_line(LOG_INFO, "draining", log_int("deadline_ms", deadline));
    for (uint32_t i = 0; i < service->worker_count; i++) worker_drain(service->workers[i], deadline);
}

/* The admin listeners answer until the last worker's loop has ended. */
static void on_ended(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct service *service = arg;
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return;
    service->ended += count;
    if (service->ended >= service->started) event_base_loopbreak(service->base);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
    (void)what;
    if (number == SIGHUP)
        reload(arg);
    else if (number != SIGPIPE)
        stop(arg);
}

static bool add_signals(struct service *service)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < SIGNALS; i++) {
        service->signals[i] = evsignal_new(service->base, numbers[i], on_signal, service);
        if (service->signals[i] == NULL || event_add(service->signals[i], NULL) != 0) return false;
    }
    return true;
}

/* ---------------------------------------------------------------- listeners */

/* `option` is what would give it another address. */
static int listen_on(const char *option, const struct listen_address *address, bool shared, char *bound, size_t size)
{
    char text[300];
    const char *error = NULL;
    bool v6 = strchr(address->host, ':') != NULL;
    snprintf(text, sizeof text, v6 ? "[%s]:%u" : "%s:%u", address->host, address->port);
    int fd = http_listen(text, shared, bound, size, &error);
    if (fd < 0)
        fprintf(stderr, "headgate serve: cannot listen on %s: %s (%s); --%s ADDRESS:PORT takes another\n", text, error,
                strerror(errno), option);
    return fd;
}

static bool start_admin(struct service *service)
{
    const struct config *config = service->config;
    service->admin_limits = (struct http_limits){.body = 1024 * 1024, .connections = 256};
    int admin_fd = listen_on("admin", &config->admin, false, service->bound.admin, sizeof service->bound.admin);
    if (admin_fd < 0) return false;
    service->admin_http = http_server_create(service->base, admin_fd, &service->admin_limits, admin_handler(), &service->admin,
                                             &service->admin_counters);
    if (service->admin_http == NULL) {
        close(admin_fd);
        return false;
    }
    int schemas_fd = listen_on("schemas", &config->schemas, false, service->bound.schemas, sizeof service->bound.schemas);
    if (schemas_fd < 0) return false;
    service->schemas_http = http_server_create(service->base, schemas_fd, &service->admin_limits, admin_schemas_handler(),
                                               &service->admin, &service->schemas_counters);
    if (service->schemas_http == NULL) close(schemas_fd);
    return service->schemas_http != NULL;
}

/* Workers share a port by SO_REUSEPORT, and so, silently, would a second gateway: half of the events would reach the wrong one.
 * A socket that does not share cannot be bound while anybody listens there. */
static bool port_is_ours(const struct listen_address *address)
{
    if (address->port == 0) return true;
    int fd = listen_on("listen", address, false, NULL, 0);
    if (fd < 0) return false;
    close(fd);
    return true;
}

/* The first worker's socket picks the port where it is 0; the others join it. */
static bool create_worker(struct service *service, uint32_t index, struct listen_address *address)
{
    struct worker_settings settings = {
        .config = service->config,
        .index = index,
        .listen_fd = listen_on("listen", address, true, index == 0 ? service->bound.ingest : NULL, sizeof service->bound.ingest),
        .edition = service->admin.edition,
        .registry = service->registry,
        .observer = service->observer,
        .dedupe = service->admin.dedupe,
        .ended_fd = service->ended_fd,
        .embedded_bootstrap = service->embedded != NULL ? embedded_bootstrap(service->embedded) : NULL,
        .topics = service->topics,
    };
    if (settings.listen_fd < 0) return false;
    if (index == 0) address->port = (uint16_t)strtoul(strrchr(service->bound.ingest, ':') + 1, NULL, 10);
    service->workers[index] = worker_create(&settings);
    if (service->workers[index] == NULL) {
        close(settings.listen_fd);
        fprintf(stderr, "headgate: no memory or descriptors for worker %u\n", index);
        return false;
    }
    service->worker_count++;
    return true;
}

/* Signals stay with the main thread. */
static bool start_workers(struct service *service)
{
    struct listen_address address = service->config->ingest;
    sigset_t all, before;
    service->workers = calloc(service->config->workers, sizeof(struct worker *));
    service->turns_seen = calloc(service->config->workers, sizeof *service->turns_seen);
    if (service->workers == NULL || service->turns_seen == NULL || !port_is_ours(&address)) return false;
    for (uint32_t i = 0; i < service->config->workers; i++)
        if (!create_worker(service, i, &address)) return false;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool fine = true;
    for (uint32_t i = 0; fine && i < service->worker_count; i++) {
        fine = worker_start(service->workers[i]);
        service->started += fine;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    service->turns_seen_at = clock_monotonic();
    return fine;
}

/* ---------------------------------------------------------------- life */

static bool start_kafka(struct service *service)
{
    char problem[256];
    if (service->config->embedded) {
        service->embedded = embedded_create(1, problem, sizeof problem);
        if (service->embedded == NULL) {
            fprintf(stderr, "headgate: no embedded Kafka: %s\n", problem);
            return false;
        }
        service->admin.embedded_bootstrap = embedded_bootstrap(service->embedded);
    }
    service->topics = topics_create(service->config, service->embedded);
    service->admin.topics = service->topics;
    return service->topics != NULL;
}

static bool load_first_edition(struct service *service)
{
    struct buffer problems = BUFFER_EMPTY;
    struct edition *edition = loader_load(service->config, service->topics, &problems);
    bool fine = edition != NULL && admin_take_edition(&service->admin, edition);
    if (fine) watch_edition(service);
    if (!fine) fprintf(stderr, "%s", problems.size > 0 ? problems.data : "headgate: out of memory\n");
    edition_unref(edition);
    buffer_deinit(&problems);
    return fine;
}

static bool join_workers(struct service *service)
{
    bool all_delivered = true;
    for (uint32_t i = 0; i < service->started; i++)
        if (!worker_join(service->workers[i])) all_delivered = false;
    return all_delivered;
}

static void destroy(struct service *service)
{
    for (uint32_t i = 0; i < service->worker_count; i++) worker_destroy(service->workers[i]);
    free(service->workers);
    free(service->turns_seen);
    if (service->admin_http != NULL) http_server_destroy(service->admin_http);
    if (service->schemas_http != NULL) http_server_destroy(service->schemas_http);
    admin_deinit(&service->admin);
    if (service->topics != NULL) topics_destroy(service->topics);
    if (service->embedded != NULL) embedded_destroy(service->embedded);
    if (service->registry != NULL) metrics_registry_destroy(service->registry);
    observer_destroy(service->observer);
    dedupe_destroy(service->admin.dedupe);
    for (size_t i = 0; i < SIGNALS; i++)
        if (service->signals[i] != NULL) event_free(service->signals[i]);
    if (service->ended_event != NULL) event_free(service->ended_event);
    if (service->second != NULL) event_free(service->second);
    alarms_destroy(service->admin.alarms);
    stage_watch_destroy(service->stages);
    if (service->ended_fd >= 0) close(service->ended_fd);
    if (service->base != NULL) event_base_free(service->base);
}

static bool start_seconds(struct service *service)
{
    struct timeval second = {1, 0};
    service->second = event_new(service->base, -1, EV_PERSIST, on_second, service);
    return service->second != NULL && event_add(service->second, &second) == 0;
}

static bool prepare(struct service *service)
{
    service->base = event_base_new();
    service->registry = metrics_registry_create();
    service->observer = observer_create();
    service->admin.config = service->config;
    service->admin.metrics_registry = service->registry;
    service->admin.observer = service->observer;
    service->admin.alive = workers_alive;
    service->admin.alive_arg = service;
    service->admin.started = clock_wall() / US_PER_SECOND;
    service->ended_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    service->admin.alarms = alarms_create(service->config->alarm_window, service->config->alarm_values);
    if (service->base == NULL || service->registry == NULL || service->observer == NULL || service->ended_fd < 0) return false;
    service->stages = stage_watch_create();
    bool deduped = service->config->dedupe_window > 0;
    if (deduped) service->admin.dedupe = dedupe_create(service->config->dedupe_window, service->config->dedupe_entries);
    if (deduped && service->admin.dedupe == NULL) return false;
    if (service->admin.alarms == NULL || service->stages == NULL || !start_seconds(service)) return false;
    service->ended_event = event_new(service->base, service->ended_fd, EV_READ | EV_PERSIST, on_ended, service);
    return service->ended_event != NULL && event_add(service->ended_event, NULL) == 0 && add_signals(service);
}

/* Without a senders file whoever reaches the listener may send. */
static bool only_known_senders(const struct config *config)
{
    if (config->senders != NULL || listen_is_loopback(&config->ingest)) return true;
    fprintf(stderr,
            "headgate: ingest.listen is %s, and without a senders file only loopback is served: anybody could send.\n"
            "`headgate senders new NAME` makes one, `senders: FILE` or --senders names it\n",
            config->ingest.host);
    return false;
}

int server_run(const struct config *config, const struct config_input *input)
{
    if (!only_known_senders(config)) return EXIT_USAGE;
    struct service service = {.config = config, .input = input, .ended_fd = -1};
    int code = EXIT_COULD_NOT;
    if (!prepare(&service) || !start_kafka(&service)) goto end;
    if (!load_first_edition(&service)) {
        code = EXIT_FOUND;
        goto end;
    }
    if (!start_admin(&service)) goto end;
    wait_for_audit(&service);
    if (!start_workers(&service)) goto stop_workers;
    service.admin.phase = PHASE_SERVING;
    banner_print(config, service.admin.edition, service.admin.embedded_bootstrap, &service.bound);
    event_base_loop(service.base, EVLOOP_NO_EXIT_ON_EMPTY);
    code = EXIT_FINE;
stop_workers:
    for (uint32_t i = 0; i < service.started; i++) worker_drain(service.workers[i], (int)(config->timeouts.drain / US_PER_MS));
    if (!join_workers(&service)) code = EXIT_COULD_NOT;
    log_line(LOG_INFO, "stopped", log_int("code", code));
end:
    destroy(&service);
    return code;
}
