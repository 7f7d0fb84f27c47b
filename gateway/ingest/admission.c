#include "gateway/ingest/admission.h"

#include "gateway/http/routes.h"
#include "gateway/ingest/dialects/dialect.h"
#include "gateway/ingest/reply.h"

#include <stdio.h>
#include <strings.h>

enum ingest_route { ROUTE_NAMED, ROUTE_CLOUDEVENTS };

static const struct route routes[] = {
    ROUTE(POST, "/v1/events/", "{event}", ROUTE_NAMED),
    ROUTE(POST, "/v1/events", "", ROUTE_CLOUDEVENTS),
};

/* What is known so far; each step refines it or names the problem that ends it. */
struct admission {
    struct ingest *ingest;
    struct http_exchange *exchange;
    const struct http_request *http;
    struct route_match *match; /* find_route() fills it */
    const struct sender *sender;
    const struct model_program *named;
    bool observed; /* the event is not declared, and only observed */
    const struct dialect *dialect;
    int64_t sent;
    struct http_header headers[4]; /* of the reply, when it ends here */
    size_t header_count;
};

static struct span field(const struct admission *admission, enum http_field which)
{
    return http_request_field(admission->http, which);
}

static enum problem find_route(struct admission *admission)
{
    switch (routes_find(routes, COUNT_OF(routes), admission->http->method, admission->http->path, admission->match)) {
    case ROUTE_FOUND: return PROBLEM_NONE;
    case ROUTE_WRONG_METHOD:
        admission->headers[admission->header_count++] = (struct http_header){SPAN("Allow"), admission->match->allow};
        return PROBLEM_METHOD;
    case ROUTE_UNKNOWN:
    case ROUTE_MALFORMED: break;
    }
    return PROBLEM_NO_ROUTE;
}

static enum problem find_readiness(struct admission *admission)
{
    return admission->ingest->draining ? PROBLEM_DRAINING : PROBLEM_NONE;
}

static enum problem find_sender(struct admission *admission)
{
    static const uint32_t once = HTTP_FIELD_BIT(HTTP_FIELD_AUTHORIZATION) | HTTP_FIELD_BIT(HTTP_FIELD_HEADGATE_SENT) |
                                 HTTP_FIELD_BIT(HTTP_FIELD_IDEMPOTENCY_KEY) | HTTP_FIELD_BIT(HTTP_FIELD_CONTENT_TYPE) |
                                 HTTP_FIELD_BIT(HTTP_FIELD_ORIGIN);
    if (http_request_repeats(admission->http, once)) return PROBLEM_REPEATED_HEADER;
    admission->sender = senders_find(admission->ingest->view->edition->senders, field(admission, HTTP_FIELD_AUTHORIZATION));
    if (admission->sender != NULL) return PROBLEM_NONE;
    admission->headers[admission->header_count++] =
        (struct http_header){SPAN("WWW-Authenticate"), SPAN("Bearer realm=\"headgate\"")};
    return PROBLEM_UNAUTHENTICATED;
}

static enum problem find_event(struct admission *admission)
{
    if (admission->match->id != ROUTE_NAMED) return PROBLEM_NONE;
    struct span event = admission->match->parameters[0];
    admission->named = ingest_model(admission->ingest, event);
    admission->observed = admission->named == NULL && ingest_observes(admission->ingest, admission->sender, event);
    if (admission->observed) return PROBLEM_NONE;
    if (admission->named == NULL) {
        metrics_add(admission->ingest->view->metrics, METRIC_UNDECLARED_EVENTS, 1);
        return PROBLEM_UNDECLARED_EVENT;
    }
    return sender_may_send(admission->sender, event) ? PROBLEM_NONE : PROBLEM_FORBIDDEN_EVENT;
}

static enum problem find_dialect(struct admission *admission)
{
    static const uint32_t attributes = HTTP_FIELD_BIT(HTTP_FIELD_CE_SPECVERSION) | HTTP_FIELD_BIT(HTTP_FIELD_CE_TYPE);
    bool binary = (admission->http->sent & attributes) != 0;
    enum media media = media_parse(field(admission, HTTP_FIELD_CONTENT_TYPE));
    admission->dialect = dialect_find(admission->match->id == ROUTE_NAMED, media, binary, admission->sender->kind);
    if (admission->dialect == NULL) return PROBLEM_MEDIA_TYPE;
    return media_accepts_json(field(admission, HTTP_FIELD_ACCEPT)) ? PROBLEM_NONE : PROBLEM_NOT_ACCEPTABLE;
}

static enum problem find_sent_time(struct admission *admission)
{
    struct span sent = field(admission, HTTP_FIELD_HEADGATE_SENT);
    if (sent.data == NULL || timestamp_parse(sent, ZONE_REQUIRED, &admission->sent) == TIMESTAMP_OK) return PROBLEM_NONE;
    return PROBLEM_SENT_TIME;
}

/* In this order: who has no key learns nothing of what is declared. */
static enum problem decide(struct admission *admission)
{
    enum problem problem = find_route(admission);
    if (problem == PROBLEM_NONE) problem = find_readiness(admission);
    if (problem == PROBLEM_NONE) problem = find_sender(admission);
    if (problem == PROBLEM_NONE) problem = find_event(admission);
    if (problem == PROBLEM_NONE) problem = find_dialect(admission);
    if (problem == PROBLEM_NONE) problem = find_sent_time(admission);
    return problem;
}

/* ---------------------------------------------------------------- CORS */

static bool some_sender_has_origin(const struct senders *senders, struct span origin)
{
    for (size_t i = 0; i < senders->count; i++)
        if (sender_has_origin(&senders->items[i], origin)) return true;
    return false;
}

/* A preflight carries no key, so it is answered for every origin that some browser sender names. */
static bool answer_preflight(struct admission *admission)
{
    if (admission->http->method != HTTP_METHOD_OPTIONS) return false;
    if (routes_find(routes, COUNT_OF(routes), HTTP_METHOD_POST, admission->http->path, admission->match) != ROUTE_FOUND)
        return false;
    struct span origin = field(admission, HTTP_FIELD_ORIGIN);
    struct http_header headers[] = {
        {SPAN("Allow"), SPAN("POST, OPTIONS")},
        {SPAN("Vary"), SPAN("Origin")},
        {SPAN("Access-Control-Allow-Origin"), origin},
        {SPAN("Access-Control-Allow-Methods"), SPAN("POST")},
        {SPAN("Access-Control-Allow-Headers"), SPAN("Authorization, Content-Type, Content-Encoding, Headgate-Sent, "
                                                    "Idempotency-Key, Prefer, traceparent, ce-specversion, ce-id, "
                                                    "ce-source, ce-type, ce-time, ce-senttime")},
        {SPAN("Access-Control-Max-Age"), SPAN("7200")},
    };
    bool known = origin.data != NULL && some_sender_has_origin(admission->ingest->view->edition->senders, origin);
    struct http_reply reply = {.status = 204, .headers = headers, .header_count = known ? COUNT_OF(headers) : 2};
    http_answer(admission->exchange, &reply);
    return true;
}

/* A page's script must see why it was turned away, or it takes the refusal for a network fault and sends again. */
static void show_refusal(struct admission *admission)
{
    struct span origin = field(admission, HTTP_FIELD_ORIGIN);
    if (origin.data == NULL || !some_sender_has_origin(admission->ingest->view->edition->senders, origin)) return;
    admission->headers[admission->header_count++] = (struct http_header){SPAN("Access-Control-Allow-Origin"), origin};
    admission->headers[admission->header_count++] = (struct http_header){SPAN("Vary"), SPAN("Origin")};
}

/* ---------------------------------------------------------------- the request */

static bool prefers_representation(const struct admission *admission)
{
    static const char wanted[] = "return=representation";
    struct span prefer = field(admission, HTTP_FIELD_PREFER);
    for (size_t i = 0; i + sizeof wanted - 1 <= prefer.size; i++)
        if (strncasecmp(prefer.data + i, wanted, sizeof wanted - 1) == 0) return true;
    return false;
}

/* W3C Trace Context, version 00: 00-<32 hex>-<16 hex>-<2 hex>. Anything else is as if it had not been sent. */
static bool is_traceparent(struct span text)
{
    static const char shape[] = "hh-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
    if (text.size != sizeof shape - 1) return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (shape[i] == '-' ? c != '-' : !hex) return false;
    }
    return true;
}

/* The header's value, kept beyond the exchange; NULL data when it was not sent. */
static bool keep_field(const struct admission *admission, struct arena *arena, enum http_field which, struct span *out)
{
    struct span value = field(admission, which);
    *out = (struct span){NULL, 0};
    if (value.data == NULL) return true;
    *out = arena_copy(arena, value);
    return out->data != NULL;
}

/* What the reply and the records need of the head. Most senders send none of it. */
static bool keep_fields(const struct admission *admission, struct request *request)
{
    static const uint32_t kept =
        HTTP_FIELD_BIT(HTTP_FIELD_IDEMPOTENCY_KEY) | HTTP_FIELD_BIT(HTTP_FIELD_TRACEPARENT) | HTTP_FIELD_BIT(HTTP_FIELD_ORIGIN);
    if ((admission->http->sent & kept) == 0) return true;
    if (!keep_field(admission, request->arena, HTTP_FIELD_IDEMPOTENCY_KEY, &request->idempotency_key) ||
        !keep_field(admission, request->arena, HTTP_FIELD_TRACEPARENT, &request->traceparent) ||
        !keep_field(admission, request->arena, HTTP_FIELD_ORIGIN, &request->origin))
        return false;
    if (!is_traceparent(request->traceparent)) request->traceparent = (struct span){NULL, 0};
    if (request->origin.data != NULL && !sender_has_origin(request->sender, request->origin))
        request->origin = (struct span){NULL, 0};
    return true;
}

static struct request *make_request(const struct admission *admission)
{
    struct request *request = request_create(admission->ingest, admission->exchange);
    if (request == NULL) return NULL;
    request->sender = admission->sender;
    request->named = admission->named;
    request->dialect = admission->dialect;
    request->sent = admission->sent;
    request->may_receipts = admission->sender->receipts;
    request->wants_items = prefers_representation(admission);
    if (admission->observed) request->observed = arena_copy(request->arena, admission->match->parameters[0]);
    if ((admission->observed && request->observed.data == NULL) || !keep_fields(admission, request)) {
        request_unref(request);
        return NULL;
    }
    return request;
}

struct request *admission_decide(struct ingest *ingest, struct http_exchange *exchange)
{
    UNINITIALIZED struct route_match match; /* room for a long path; of it only what routes_find() has set is read */
    struct admission admission = {
        .ingest = ingest, .exchange = exchange, .http = http_exchange_request(exchange), .match = &match, .sent = NO_TIME};
    if (answer_preflight(&admission)) return NULL;
    enum problem problem = decide(&admission);
    struct request *request = problem == PROBLEM_NONE ? make_request(&admission) : NULL;
    if (request != NULL) return request;
    show_refusal(&admission);
    reply_problem(ingest, exchange, problem != PROBLEM_NONE ? problem : PROBLEM_NO_MEMORY, admission.headers,
                  admission.header_count);
    return NULL;
}
