#include "gateway/server.h"

#include "gateway/admin/admin.h"
#include "gateway/banner.h"
#include "gateway/commands/command.h"
#include "gateway/kafka/embedded.h"
#include "gateway/loader.h"
#include "gateway/log.h"
#include "gateway/worker.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { AUDIT_WAIT_MS = 5000, SIGNALS = 4 };

struct server {
    const struct config *config;
    struct event_base *base;
    struct event *signals[SIGNALS];
    struct embedded *embedded;
    struct topics *topics;
    struct metrics_registry *registry;
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
    int64_t turns_seen_at;
    bool stopping;
    char reload_problem[512];
};

/* ---------------------------------------------------------------- health */

static int64_t monotonic_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* A worker beats once a second; one that has not for HANG_SECONDS hangs. */
static bool workers_alive(void *arg)
{
    enum { HANG_SECONDS = 5 };
    struct server *server = arg;
    int64_t now = monotonic_seconds();
    bool alive = true;
    if (now - server->turns_seen_at < HANG_SECONDS) return true;
    for (uint32_t i = 0; i < server->worker_count; i++) {
        uint64_t turns = worker_turns(server->workers[i]);
        if (turns == server->turns_seen[i]) alive = false;
        server->turns_seen[i] = turns;
    }
    if (alive) server->turns_seen_at = now;
    return alive;
}

/* ---------------------------------------------------------------- signals */

static void reload(struct server *server)
{
    struct buffer problems = BUFFER_EMPTY;
    struct edition *edition = loader_load(server->config, server->topics, &problems);
    bool taken = edition != NULL && admin_take_edition(&server->admin, edition);
    metrics_add1(server->admin.metrics, METRIC_RELOADS, taken ? RELOAD_OK : RELOAD_FAILED, 1);
    if (taken) {
        for (uint32_t i = 0; i < server->worker_count; i++) worker_offer(server->workers[i], edition);
        server->admin.reload_problem = NULL;
        log_line(LOG_INFO, "reloaded", log_span("catalogue", edition->catalogue->version),
                 log_int("models", (int64_t)edition->catalogue->model_count), log_int("uses", (int64_t)edition->catalogue->use_count));
    } else {
        struct span first = buffer_span(&problems);
        const char *end = first.size > 0 ? memchr(first.data, '\n', first.size) : NULL;
        if (end != NULL) first.size = (size_t)(end - first.data);
        snprintf(server->reload_problem, sizeof server->reload_problem, "%.*s", SPAN_ARGS(first));
        server->admin.reload_problem = server->reload_problem;
        log_line(LOG_ERROR, "reload_failed", log_text("kept", "the catalogue and keys that serve"), log_span("problems", buffer_span(&problems)));
    }
    edition_unref(edition);
    buffer_deinit(&problems);
}

static void stop(struct server *server)
{
    if (server->stopping) {
        log_plain(LOG_WARNING, "stopped_at_once");
        _exit(EXIT_COULD_NOT);
    }
    server->stopping = true;
    server->admin.phase = PHASE_DRAINING;
    int deadline = (int)(server->config->timeouts.drain / US_PER_MS);
    log_line(LOG_INFO, "draining", log_int("deadline_ms", deadline));
    for (uint32_t i = 0; i < server->worker_count; i++) worker_drain(server->workers[i], deadline);
}

/* The admin listeners answer until the last worker's loop has ended. */
static void on_ended(evutil_socket_t fd, short what, void *arg)
{
    (void)what;
    struct server *server = arg;
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return;
    server->ended += count;
    if (server->ended >= server->started) event_base_loopbreak(server->base);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
    (void)what;
    if (number == SIGHUP)
        reload(arg);
    else if (number != SIGPIPE)
        stop(arg);
}

static bool add_signals(struct server *server)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < SIGNALS; i++) {
        server->signals[i] = evsignal_new(server->base, numbers[i], on_signal, server);
        if (server->signals[i] == NULL || event_add(server->signals[i], NULL) != 0) return false;
    }
    return true;
}

/* ---------------------------------------------------------------- listeners */

static int listen_on(const struct listen_address *address, bool shared, char *bound, size_t size)
{
    char text[300];
    const char *error = NULL;
    bool v6 = strchr(address->host, ':') != NULL;
    snprintf(text, sizeof text, v6 ? "[%s]:%u" : "%s:%u", address->host, address->port);
    int fd = http_listen(text, shared, bound, size, &error);
    if (fd < 0) fprintf(stderr, "headgate: cannot listen on %s: %s (%s)\n", text, error, strerror(errno));
    return fd;
}

static bool start_admin(struct server *server)
{
    const struct config *config = server->config;
    server->admin_limits = (struct http_limits){.body = 1024 * 1024, .connections = 256};
    int admin_fd = listen_on(&config->admin, false, server->bound.admin, sizeof server->bound.admin);
    if (admin_fd < 0) return false;
    server->admin_http =
        http_server_create(server->base, admin_fd, &server->admin_limits, admin_handler(), &server->admin, &server->admin_counters);
    if (server->admin_http == NULL) {
        close(admin_fd);
        return false;
    }
    int schemas_fd = listen_on(&config->schemas, false, server->bound.schemas, sizeof server->bound.schemas);
    if (schemas_fd < 0) return false;
    server->schemas_http = http_server_create(server->base, schemas_fd, &server->admin_limits, admin_schemas_handler(), &server->admin,
                                              &server->schemas_counters);
    if (server->schemas_http == NULL) close(schemas_fd);
    return server->schemas_http != NULL;
}

/* The first worker's socket picks the port where it is 0; the others join it. */
static bool create_worker(struct server *server, uint32_t index, struct listen_address *address)
{
    struct worker_settings settings = {
        .config = server->config,
        .index = index,
        .listen_fd = listen_on(address, true, index == 0 ? server->bound.ingest : NULL, sizeof server->bound.ingest),
        .edition = server->admin.edition,
        .registry = server->registry,
        .ended_fd = server->ended_fd,
        .embedded_bootstrap = server->embedded != NULL ? embedded_bootstrap(server->embedded) : NULL,
    };
    if (settings.listen_fd < 0) return false;
    if (index == 0) address->port = (uint16_t)strtoul(strrchr(server->bound.ingest, ':') + 1, NULL, 10);
    server->workers[index] = worker_create(&settings);
    if (server->workers[index] == NULL) {
        close(settings.listen_fd);
        fprintf(stderr, "headgate: no memory or descriptors for worker %u\n", index);
        return false;
    }
    server->worker_count++;
    return true;
}

/* Signals stay with the main thread. */
static bool start_workers(struct server *server)
{
    struct listen_address address = server->config->ingest;
    sigset_t all, before;
    server->workers = calloc(server->config->workers, sizeof(struct worker *));
    server->turns_seen = calloc(server->config->workers, sizeof *server->turns_seen);
    if (server->workers == NULL || server->turns_seen == NULL) return false;
    for (uint32_t i = 0; i < server->config->workers; i++)
        if (!create_worker(server, i, &address)) return false;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool fine = true;
    for (uint32_t i = 0; fine && i < server->worker_count; i++) {
        fine = worker_start(server->workers[i]);
        server->started += fine;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    server->turns_seen_at = monotonic_seconds();
    return fine;
}

/* ---------------------------------------------------------------- life */

static bool start_kafka(struct server *server)
{
    char problem[256];
    if (server->config->embedded) {
        server->embedded = embedded_create(1, problem, sizeof problem);
        if (server->embedded == NULL) {
            fprintf(stderr, "headgate: no embedded Kafka: %s\n", problem);
            return false;
        }
        server->admin.embedded_bootstrap = embedded_bootstrap(server->embedded);
    }
    server->topics = topics_create(server->config, server->embedded);
    server->admin.topics = server->topics;
    return server->topics != NULL;
}

static bool load_first_edition(struct server *server)
{
    struct buffer problems = BUFFER_EMPTY;
    struct edition *edition = loader_load(server->config, server->topics, &problems);
    bool fine = edition != NULL && admin_take_edition(&server->admin, edition);
    if (!fine) fprintf(stderr, "%s", problems.size > 0 ? problems.data : "headgate: out of memory\n");
    edition_unref(edition);
    buffer_deinit(&problems);
    return fine;
}

/* A topic that nobody could check yet stays blocked and is tried again: serving starts all the same. */
static void wait_for_audit(struct server *server)
{
    if (!topics_wait(server->topics, AUDIT_WAIT_MS))
        log_line(LOG_WARNING, "audit_goes_on", log_text("meaning", "no broker has answered for all topics yet; see /readyz"));
}

static bool join_workers(struct server *server)
{
    bool all_delivered = true;
    for (uint32_t i = 0; i < server->started; i++)
        if (!worker_join(server->workers[i])) all_delivered = false;
    return all_delivered;
}

static void destroy(struct server *server)
{
    for (uint32_t i = 0; i < server->worker_count; i++) worker_destroy(server->workers[i]);
    free(server->workers);
    free(server->turns_seen);
    if (server->admin_http != NULL) http_server_destroy(server->admin_http);
    if (server->schemas_http != NULL) http_server_destroy(server->schemas_http);
    admin_deinit(&server->admin);
    if (server->topics != NULL) topics_destroy(server->topics);
    if (server->embedded != NULL) embedded_destroy(server->embedded);
    if (server->registry != NULL) metrics_registry_destroy(server->registry);
    for (size_t i = 0; i < SIGNALS; i++)
        if (server->signals[i] != NULL) event_free(server->signals[i]);
    if (server->ended_event != NULL) event_free(server->ended_event);
    if (server->ended_fd >= 0) close(server->ended_fd);
    if (server->base != NULL) event_base_free(server->base);
}

static bool prepare(struct server *server)
{
    server->base = event_base_new();
    server->registry = metrics_registry_create();
    server->admin.config = server->config;
    server->admin.metrics_registry = server->registry;
    server->admin.alive = workers_alive;
    server->admin.alive_arg = server;
    server->admin.started = (int64_t)time(NULL);
    server->ended_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (server->base == NULL || server->registry == NULL || server->ended_fd < 0) return false;
    server->ended_event = event_new(server->base, server->ended_fd, EV_READ | EV_PERSIST, on_ended, server);
    return server->ended_event != NULL && event_add(server->ended_event, NULL) == 0 && add_signals(server);
}

int server_run(const struct config *config)
{
    struct server server = {.config = config, .ended_fd = -1};
    int code = EXIT_COULD_NOT;
    if (!prepare(&server) || !start_kafka(&server)) goto end;
    if (!load_first_edition(&server)) {
        code = EXIT_FOUND;
        goto end;
    }
    if (!start_admin(&server)) goto end;
    wait_for_audit(&server);
    if (!start_workers(&server)) goto stop_workers;
    server.admin.phase = PHASE_SERVING;
    banner_print(config, server.admin.edition, server.admin.embedded_bootstrap, &server.bound);
    event_base_loop(server.base, EVLOOP_NO_EXIT_ON_EMPTY);
    code = EXIT_FINE;
stop_workers:
    for (uint32_t i = 0; i < server.started; i++) worker_drain(server.workers[i], (int)(config->timeouts.drain / US_PER_MS));
    if (!join_workers(&server)) code = EXIT_COULD_NOT;
    log_line(LOG_INFO, "stopped", log_int("code", code));
end:
    destroy(&server);
    return code;
}
