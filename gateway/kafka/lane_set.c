#include "gateway/kafka/lane_set.h"

#include "gateway/clock.h"
#include "gateway/kafka/cluster.h"
#include "gateway/kafka/lane_internal.h"
#include "gateway/kafka/topics.h"
#include "gateway/log.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { TURN_MS = 10, RETRY_US = 1000000 };

struct lane_set {
    struct event_base *base;
    struct lane_settings settings;
    struct lane **lanes; /* cluster by cluster, lane by lane; NULL = not made yet */
    int64_t *failed_us;  /* beside it: when making it failed last */
    size_t lane_count;
    int wake_fd;
    struct event *woken;    /* the eventfd, or a lane that has something to say without librdkafka */
    struct event *turn;     /* while a lane replaces its producer, and while draining */
    struct event *deadline; /* of draining */
    bool draining;
    void (*drained)(void *arg);
    void *drained_arg;
};

static void come_again(struct lane_set *set)
{
    static const struct timeval pause = {0, TURN_MS * 1000};
    if (!event_pending(set->turn, EV_TIMEOUT, NULL)) event_add(set->turn, &pause);
}

static bool all_idle(const struct lane_set *set)
{
    for (size_t i = 0; i < set->lane_count; i++)
        if (set->lanes[i] != NULL && !lane_idle(set->lanes[i])) return false;
    return true;
}

/* Serves all lanes, then sees whether one is being replaced or the draining is over. */
static void serve(struct lane_set *set)
{
    bool again = set->draining;
    for (size_t i = 0; i < set->lane_count; i++) {
        struct lane *lane = set->lanes[i];
        if (lane == NULL) continue;
        lane_poll(lane);
        again |= lane_turn(lane, clock_monotonic());
        if (set->draining) lane_flush(lane);
    }
    if (set->draining && all_idle(set)) {
        void (*drained)(void *) = set->drained;
        set->drained = NULL;
        event_del(set->turn);
        event_del(set->deadline);
        if (drained != NULL) drained(set->drained_arg);
        return;
    }
    if (again) come_again(set);
}

static void on_woken(evutil_socket_t fd, short what, void *arg)
{
    uint64_t written;
    (void)what;
    /* The count is of no use, and nothing to read means that a lane woke us. */
    ssize_t got = read(fd, &written, sizeof written);
    (void)got;
    serve(arg);
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    serve(arg);
}

static void on_deadline(evutil_socket_t fd, short what, void *arg)
{
    struct lane_set *set = arg;
    (void)fd;
    (void)what;
    for (size_t i = 0; i < set->lane_count; i++)
        if (set->lanes[i] != NULL) lane_give_up(set->lanes[i]);
    serve(set);
}

static void wake(void *arg)
{
    struct lane_set *set = arg;
    event_active(set->woken, EV_READ, 0);
}

struct lane_set *lane_set_create(struct event_base *base, const struct lane_settings *settings)
{
    struct lane_set *set = calloc(1, sizeof *set);
    if (set == NULL) return NULL;
    set->base = base;
    set->settings = *settings;
    set->lane_count = settings->config->cluster_count * settings->config->lane_count;
    set->lanes = calloc(set->lane_count, sizeof *set->lanes);
    set->failed_us = calloc(set->lane_count, sizeof *set->failed_us);
    set->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (set->lanes == NULL || set->failed_us == NULL || set->wake_fd < 0) goto fail;
    set->woken = event_new(base, set->wake_fd, EV_READ | EV_PERSIST, on_woken, set);
    set->turn = evtimer_new(base, on_turn, set);
    set->deadline = evtimer_new(base, on_deadline, set);
    if (set->woken == NULL || set->turn == NULL || set->deadline == NULL || event_add(set->woken, NULL) != 0) goto fail;
    return set;

fail:
    lane_set_destroy(set);
    return NULL;
}

static void free_event(struct event *event)
{
    if (event != NULL) event_free(event);
}

void lane_set_destroy(struct lane_set *set)
{
    if (set == NULL) return;
    for (size_t i = 0; set->lanes != NULL && i < set->lane_count; i++) lane_destroy(set->lanes[i]);
    free_event(set->woken);
    free_event(set->turn);
    free_event(set->deadline);
    if (set->wake_fd >= 0) close(set->wake_fd);
    free(set->lanes);
    free(set->failed_us);
    free(set);
}

COLD static struct lane *make_lane(struct lane_set *set, const struct topic *topic, size_t place)
{
    char problem[512] = "out of memory";
    int64_t now = clock_monotonic();
    if (set->failed_us[place] != 0 && now - set->failed_us[place] < RETRY_US) return NULL;
    const struct config_lane *plan = &set->settings.config->lanes[topic->lane];
    const struct producer_settings settings = {
        .cluster = topic->cluster,
        .bootstrap = cluster_bootstrap(topic->cluster, set->settings.embedded_bootstrap),
        .linger_us = plan->linger,
        .wake_fd = set->wake_fd,
    };
    struct lane *lane = lane_create(&settings, plan->name, topic->lane, set->settings.lane_bytes, problem, sizeof problem);
    if (lane == NULL) {
        set->failed_us[place] = now;
        log_line(LOG_ERROR, "producer_not_made", log_text("lane", plan->name), log_text("problem", problem));
        return NULL;
    }
    lane->wake = wake;
    lane->wake_arg = set;
    lane->topics = set->settings.topics;
    lane->cluster_index = topic->cluster_index;
    lane->closed = set->draining;
    return set->lanes[place] = lane;
}

struct lane *lane_set_lane(struct lane_set *set, const struct topic *topic)
{
    size_t place = (size_t)topic->cluster_index * set->settings.config->lane_count + topic->lane;
    return LIKELY(set->lanes[place] != NULL) ? set->lanes[place] : make_lane(set, topic, place);
}

void lane_set_drain(struct lane_set *set, int deadline_ms, void (*drained)(void *arg), void *arg)
{
    const struct timeval deadline = {deadline_ms / 1000, deadline_ms % 1000 * 1000};
    set->draining = true;
    set->drained = drained;
    set->drained_arg = arg;
    for (size_t i = 0; i < set->lane_count; i++)
        if (set->lanes[i] != NULL) set->lanes[i]->closed = true;
    event_add(set->deadline, &deadline);
    wake(set); /* never calls back before it returns */
}

size_t lane_set_counters(const struct lane_set *set, struct lane_counters *out, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < set->lane_count; i++) {
        if (set->lanes[i] == NULL) continue;
        if (count < room) lane_counters(set->lanes[i], &out[count]);
        count++;
    }
    return count;
}
