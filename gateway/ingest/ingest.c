#include "gateway/ingest/ingest.h"

#include "contracts/event_name.h"
#include "contracts/stage.h"
#include "gateway/clock.h"
#include "gateway/ingest/admission.h"
#include "gateway/ingest/dialects/dialect.h"
#include "gateway/ingest/reply.h"
#include "gateway/ingest/resend.h"

#include <stdlib.h>

const struct model_program *ingest_model(const struct ingest *ingest, struct span event)
{
    const struct model_program *program = program_model(ingest->view->edition->program, event);
    if (program == NULL) return NULL;
    return stage_of_model(model_program_model(program), clock_wall_coarse()) == STAGE_ENDED ? NULL : program;
}

/* One that is retired or ended is declared: its senders must learn that it is over. */
bool ingest_observes(const struct ingest *ingest, const struct sender *sender, struct span event)
{
    if (sender->undeclared != UNDECLARED_OBSERVE || !event_name_fits(event) || !sender_may_send(sender, event)) return false;
    return program_model(ingest->view->edition->program, event) == NULL;
}

/* ---------------------------------------------------------------- the queue of waiting requests, oldest first */

static void set_timer(struct ingest *ingest)
{
    ingest->timed = ingest->oldest != NULL;
    if (!ingest->timed) return;
    int64_t left = ingest->oldest->deadline - clock_monotonic();
    if (left < 0) left = 0;
    struct timeval wait = {left / US_PER_SECOND, left % US_PER_SECOND};
    event_add(ingest->timer, &wait);
}

/* All wait equally long, so the newest goes to the end. The timer is set once for the oldest and looked at again only when it
 * fires: requests that were answered meanwhile cost no timer call. */
void ingest_await(struct ingest *ingest, struct request *request)
{
    request->next = NULL;
    request->previous = ingest->newest;
    if (ingest->newest != NULL)
        ingest->newest->next = request;
    else
        ingest->oldest = request;
    ingest->newest = request;
    if (!ingest->timed) set_timer(ingest);
}

void ingest_forget(struct ingest *ingest, struct request *request)
{
    if (request->previous != NULL)
        request->previous->next = request->next;
    else
        ingest->oldest = request->next;
    if (request->next != NULL)
        request->next->previous = request->previous;
    else
        ingest->newest = request->previous;
    request->previous = request->next = NULL;
}

static void timed_out(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct ingest *ingest = arg;
    int64_t at = clock_monotonic();
    while (ingest->oldest != NULL && ingest->oldest->deadline <= at) request_expire(ingest->oldest);
    set_timer(ingest);
}

/* ---------------------------------------------------------------- the handler */

static bool on_head(void *context, struct http_exchange *exchange)
{
    struct request *request = admission_decide(context, exchange);
    http_exchange_set_user(exchange, request);
    return request != NULL;
}

static void on_body(void *context, struct http_exchange *exchange, struct span body)
{
    (void)context;
    struct request *request = http_exchange_user(exchange);
    request->begun = true;
    request_start_clock(request);
    if (request->dialect->walk(request, body) && request->count == 0) request_fail(request, PROBLEM_EMPTY);
    if (request->failure != PROBLEM_NONE)
        reply_send(request, request_age(request));
    else
        request_hand_over(request);
}

static void on_lost(void *context, struct http_exchange *exchange)
{
    (void)context;
    struct request *request = http_exchange_user(exchange);
    if (request == NULL) return;
    request_detach(request);
    if (!request->begun) request_unref(request);
}

static void on_fault(void *context, struct http_exchange *exchange, const struct http_fault_info *fault, struct http_reply *reply)
{
    struct ingest *ingest = context;
    reply_fault(ingest, exchange, fault, reply);
    if (exchange != NULL) on_lost(context, exchange);
}

const struct http_handler *ingest_handler(void)
{
    static const struct http_handler handler = {.head = on_head, .body = on_body, .lost = on_lost, .fault = on_fault};
    return &handler;
}

/* ---------------------------------------------------------------- life */

static void on_port(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    resend_wake(arg);
}

/* The port stays with the window. */
static bool open_port(struct ingest *ingest, struct event_base *base, struct dedupe *dedupe)
{
    ingest->dedupe = dedupe;
    ingest->port = dedupe_port_create(dedupe);
    if (ingest->port == NULL) return false;
    ingest->port_event = event_new(base, dedupe_port_fd(ingest->port), EV_READ | EV_PERSIST, on_port, ingest);
    if (ingest->port_event != NULL && event_add(ingest->port_event, NULL) == 0) return true;
    if (ingest->port_event != NULL) event_free(ingest->port_event);
    return false;
}

struct ingest *ingest_create(struct event_base *base, const struct config *config, struct lane_set *lanes,
                             struct observer *observer, struct dedupe *dedupe, struct view *view)
{
    struct ingest *ingest = calloc(1, sizeof *ingest);
    if (ingest == NULL) return NULL;
    ingest->config = config;
    ingest->lanes = lanes;
    ingest->observer = observer;
    ingest->view = view;
    ingest->timer = event_new(base, -1, 0, timed_out, ingest);
    if (ingest->timer != NULL && (dedupe == NULL || open_port(ingest, base, dedupe))) return ingest;
    if (ingest->timer != NULL) event_free(ingest->timer);
    free(ingest);
    return NULL;
}

void ingest_give_up(struct ingest *ingest)
{
    while (ingest->oldest != NULL) request_expire(ingest->oldest);
}

void ingest_destroy(struct ingest *ingest)
{
    if (ingest == NULL) return;
    ingest_give_up(ingest);
    if (ingest->port_event != NULL) event_free(ingest->port_event);
    arena_pool_deinit(&ingest->arenas);
    event_free(ingest->timer);
    free(ingest->items);
    buffer_deinit(&ingest->reply);
    view_retire(ingest->view);
    free(ingest);
}

void ingest_take_view(struct ingest *ingest, struct view *view)
{
    view_retire(ingest->view);
    ingest->view = view;
}
