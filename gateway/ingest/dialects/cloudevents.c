#include "codecs/format.h"
#include "gateway/http/routes.h"
#include "gateway/ingest/dialects/dialect.h"
#include "gateway/ingest/ingest.h"

#include <strings.h>

/* Attributes of CloudEvents 1.0 that mean something here; others are extensions that no use can have declared, and dropped.
 * senttime is ours: when this attempt was sent. */
enum attribute { CE_SPECVERSION, CE_ID, CE_SOURCE, CE_TYPE, CE_TIME, CE_DATACONTENTTYPE, CE_SENTTIME, ATTRIBUTES };

static const struct {
    struct span name;
    struct span pointer;
    bool required;
    enum http_field header; /* that carries it in binary mode */
} attributes[ATTRIBUTES] = {
    [CE_SPECVERSION] = {{"specversion", 11}, {"/specversion", 12}, true, HTTP_FIELD_CE_SPECVERSION},
    [CE_ID] = {{"id", 2}, {"/id", 3}, true, HTTP_FIELD_CE_ID},
    [CE_SOURCE] = {{"source", 6}, {"/source", 7}, true, HTTP_FIELD_CE_SOURCE},
    [CE_TYPE] = {{"type", 4}, {"/type", 5}, true, HTTP_FIELD_CE_TYPE},
    [CE_TIME] = {{"time", 4}, {"/time", 5}, false, HTTP_FIELD_CE_TIME},
    [CE_DATACONTENTTYPE] = {{"datacontenttype", 15}, {"/datacontenttype", 16}, false, HTTP_FIELD_CONTENT_TYPE},
    [CE_SENTTIME] = {{"senttime", 8}, {"/senttime", 9}, false, HTTP_FIELD_CE_SENTTIME},
};

enum { ENVELOPE_VIOLATIONS_MAX = ATTRIBUTES + 4 };

struct envelope {
    struct span values[ATTRIBUTES]; /* in the arena or the body; NULL data = absent */
    struct span data;               /* JSON text; NULL data = absent */
    size_t data_offset;             /* of it in the body; SIZE_MAX: it does not stand there as it is */
    struct span base64;
    int64_t time, sent;
    struct violation violations[ENVELOPE_VIOLATIONS_MAX];
    uint32_t violation_count;
};

/* Each fault is told once: an attribute of the wrong type is not missing as well. */
static void violate(struct envelope *envelope, const char *rule, struct span pointer)
{
    struct violation violation = {rule_find(span_of(rule)), pointer, NULL};
    for (uint32_t i = 0; i < envelope->violation_count; i++)
        if (envelope->violations[i].rule == violation.rule && span_equal(envelope->violations[i].pointer, pointer)) return;
    if (envelope->violation_count < ENVELOPE_VIOLATIONS_MAX) envelope->violations[envelope->violation_count++] = violation;
}

/* ---------------------------------------------------------------- reading */

static bool read_attribute(struct request *request, struct json_cursor *cursor, struct envelope *envelope, enum attribute which)
{
    struct json_string text;
    if (json_peek(cursor) == JSON_NULL) return json_skip(cursor);
    if (json_peek(cursor) != JSON_STRING) {
        violate(envelope, "envelope", attributes[which].pointer);
        return json_skip(cursor);
    }
    if (!json_string(cursor, request->arena, &text)) return false;
    if (envelope->values[which].data != NULL) violate(envelope, "duplicate-member", attributes[which].pointer);
    envelope->values[which] = text.text;
    return true;
}

static bool read_data(struct json_cursor *cursor, struct envelope *envelope)
{
    json_space(cursor);
    const char *start = cursor->at;
    if (!json_skip(cursor)) return false;
    if (envelope->data.data != NULL) violate(envelope, "duplicate-member", SPAN("/data"));
    envelope->data = (struct span){start, (size_t)(cursor->at - start)};
    envelope->data_offset = (size_t)(start - cursor->begin);
    return true;
}

static bool read_base64(struct request *request, struct json_cursor *cursor, struct envelope *envelope)
{
    struct json_string text;
    if (json_peek(cursor) != JSON_STRING) {
        violate(envelope, "envelope", SPAN("/data_base64"));
        return json_skip(cursor);
    }
    if (!json_string(cursor, request->arena, &text)) return false;
    if (envelope->base64.data != NULL) violate(envelope, "duplicate-member", SPAN("/data_base64"));
    envelope->base64 = text.text;
    return true;
}

static bool read_member(struct request *request, struct json_cursor *cursor, struct envelope *envelope)
{
    struct json_string name;
    if (!json_string(cursor, request->arena, &name) || !json_colon(cursor)) return false;
    if (span_is(name.text, "data")) return read_data(cursor, envelope);
    if (span_is(name.text, "data_base64")) return read_base64(request, cursor, envelope);
    for (int i = 0; i < ATTRIBUTES; i++)
        if (span_equal(name.text, attributes[i].name)) return read_attribute(request, cursor, envelope, (enum attribute)i);
    return json_skip(cursor);
}

static bool read_envelope(struct request *request, struct json_cursor *cursor, struct envelope *envelope)
{
    bool first = true;
    *envelope = (struct envelope){.time = NO_TIME, .sent = request->sent};
    if (json_peek(cursor) != JSON_OBJECT) {
        violate(envelope, "type", SPAN(""));
        return json_skip(cursor) || request_fail_json(request, cursor, 0);
    }
    if (!json_open(cursor, '{')) return request_fail_json(request, cursor, 0);
    while (json_next(cursor, '}', &first))
        if (!read_member(request, cursor, envelope)) break;
    return cursor->error == JSON_FINE || request_fail_json(request, cursor, 0);
}

/* ---------------------------------------------------------------- checking */

static void check_instant(struct envelope *envelope, enum attribute which, int64_t *us)
{
    struct span value = envelope->values[which];
    if (value.data != NULL && timestamp_parse(value, ZONE_REQUIRED, us) != TIMESTAMP_OK)
        violate(envelope, "envelope", attributes[which].pointer);
}

/* data_base64 holds the same JSON, encoded: it becomes the data. */
static bool decode_base64(struct request *request, struct envelope *envelope)
{
    if (envelope->base64.data == NULL) return true;
    if (envelope->data.data != NULL) violate(envelope, "envelope", SPAN("/data_base64"));
    size_t size = 0;
    char *bytes = arena_bytes(request->arena, envelope->base64.size + JSON_PADDING);
    if (bytes == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
    if (base64_decode(envelope->base64, bytes, &size))
        envelope->data = (struct span){bytes, size}, envelope->data_offset = SIZE_MAX;
    else
        violate(envelope, "envelope", SPAN("/data_base64"));
    return true;
}

static bool check_envelope(struct request *request, struct envelope *envelope)
{
    for (int i = 0; i < ATTRIBUTES; i++) {
        struct span value = envelope->values[i];
        if (value.data == NULL ? attributes[i].required : value.size == 0) violate(envelope, "envelope", attributes[i].pointer);
    }
    struct span version = envelope->values[CE_SPECVERSION];
    if (version.size > 0 && !span_is(version, "1.0")) violate(envelope, "envelope", attributes[CE_SPECVERSION].pointer);
    check_instant(envelope, CE_TIME, &envelope->time);
    check_instant(envelope, CE_SENTTIME, &envelope->sent);
    return decode_base64(request, envelope);
}

/* ---------------------------------------------------------------- judging */

static bool refuse(struct request *request, enum problem problem, const struct envelope *envelope)
{
    struct span id = arena_copy(request->arena, envelope->values[CE_ID]);
    struct item *item = request_refuse(request, problem, envelope->values[CE_ID].data != NULL ? id : (struct span){NULL, 0});
    if (item == NULL) return false;
    if (envelope->violation_count == 0) return true;
    struct violation *violations = arena_alloc(request->arena, envelope->violation_count * sizeof *violations);
    if (violations == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
    memcpy(violations, envelope->violations, envelope->violation_count * sizeof *violations);
    item->judgement.violations = violations;
    item->judgement.violation_count = envelope->violation_count;
    return true;
}

/* The identity is source and id together; its sender knows the event by the id alone. */
static void show_own_id(struct item *item, const struct event_context *context, const struct envelope *envelope)
{
    if (item->id.data != context->envelope_id.data) return;
    size_t before = envelope->values[CE_SOURCE].size + 1;
    item->id = (struct span){context->envelope_id.data + before, context->envelope_id.size - before};
}

/* Of a fault inside the data: where it stands in the body as it was sent. Always false. */
static bool place_fault(struct request *request, const struct envelope *envelope)
{
    if (request->failure_offset == SIZE_MAX) return false;
    bool sent_so = envelope->data_offset != SIZE_MAX;
    request->failure_offset = sent_so ? envelope->data_offset + request->failure_offset : SIZE_MAX;
    return false;
}

static bool judge_event(struct request *request, const struct model_program *model, const struct envelope *envelope,
                        struct json_cursor *cursor)
{
    struct event_context context;
    request_context(request, &context);
    context.sent = envelope->sent;
    context.envelope_time = envelope->time;
    context.envelope_id =
        arena_printf(request->arena, "%.*s\x1f%.*s", SPAN_ARGS(envelope->values[CE_SOURCE]), SPAN_ARGS(envelope->values[CE_ID]));
    if (context.envelope_id.data == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
    if (!request_judge(request, model, cursor, &context)) return false;
    show_own_id(&request->items[request->count - 1], &context, envelope);
    return true;
}

static bool observe_event(struct request *request, const struct envelope *envelope, struct json_cursor *cursor)
{
    struct span id = arena_copy(request->arena, envelope->values[CE_ID]);
    return request_observe(request, envelope->values[CE_TYPE], cursor, id);
}

/* As an event of the model; without one it is only observed. */
static bool judge_data(struct request *request, const struct model_program *model, const struct envelope *envelope)
{
    static const char no_data[2 + JSON_PADDING] = "{}";
    const struct config_limits *limits = &request->ingest->config->limits;
    struct span data = envelope->data.data != NULL ? envelope->data : (struct span){no_data, 2};
    struct json_cursor cursor;
    json_begin(&cursor, data, limits->depth, limits->tokens);
    bool walked = model != NULL ? judge_event(request, model, envelope, &cursor) : observe_event(request, envelope, &cursor);
    if (!walked) return place_fault(request, envelope);
    if (json_finish(&cursor)) return true;
    request_fail_json(request, &cursor, 0);
    return place_fault(request, envelope);
}

static bool judge_envelope(struct request *request, struct envelope *envelope)
{
    if (!check_envelope(request, envelope)) return false;
    if (envelope->violation_count > 0) return refuse(request, PROBLEM_ENVELOPE, envelope);
    const struct model_program *model = ingest_model(request->ingest, envelope->values[CE_TYPE]);
    bool observed = model == NULL && ingest_observes(request->ingest, request->sender, envelope->values[CE_TYPE]);
    if (model == NULL && !observed) return refuse(request, PROBLEM_UNDECLARED_EVENT, envelope);
    if (!sender_may_send(request->sender, envelope->values[CE_TYPE])) return refuse(request, PROBLEM_FORBIDDEN_EVENT, envelope);
    enum media media = media_parse(envelope->values[CE_DATACONTENTTYPE]);
    if (media != MEDIA_NONE && media != MEDIA_JSON) return refuse(request, PROBLEM_MEDIA_TYPE, envelope);
    return judge_data(request, model, envelope);
}

static bool walk_one(struct request *request, struct json_cursor *cursor)
{
    struct envelope envelope;
    return read_envelope(request, cursor, &envelope) && judge_envelope(request, &envelope);
}

static bool walk_array(struct request *request, struct json_cursor *cursor)
{
    bool first = true;
    if (!json_open(cursor, '[')) return request_fail_json(request, cursor, 0);
    while (json_next(cursor, ']', &first))
        if (!walk_one(request, cursor)) return false;
    return cursor->error == JSON_FINE || request_fail_json(request, cursor, 0);
}

static bool walk_text(struct request *request, struct span body, bool batch_only)
{
    const struct config_limits *limits = &request->ingest->config->limits;
    struct json_cursor cursor;
    json_begin(&cursor, body, limits->depth + 2, limits->tokens); /* the list and the envelope are not the event's nesting */
    json_space(&cursor);
    if (cursor.at == cursor.end) return request_fail(request, PROBLEM_EMPTY);
    bool list = json_peek(&cursor) == JSON_ARRAY;
    if (batch_only && !list) return request_fail(request, PROBLEM_MEDIA_TYPE);
    request->single = !list;
    if (!(list ? walk_array(request, &cursor) : walk_one(request, &cursor))) return false;
    if (!json_finish(&cursor)) return request_fail_json(request, &cursor, 0);
    return request->count > 0 || request_fail(request, PROBLEM_EMPTY);
}

static bool walk(struct request *request, struct span body)
{
    return walk_text(request, body, false);
}

static bool walk_batch(struct request *request, struct span body)
{
    return walk_text(request, body, true);
}

/* Binary mode (HTTP binding, section 3.1): attributes are ce-* headers, percent-encoded; the body is the data. */
static bool walk_binary(struct request *request, struct span body)
{
    struct envelope envelope = {.time = NO_TIME, .sent = request->sent};
    const struct http_request *http = http_exchange_request(request->exchange);
    request->single = true;
    for (int i = 0; i < ATTRIBUTES; i++) {
        enum http_field header = attributes[i].header;
        struct span raw = http_request_field(http, header);
        if (i == CE_DATACONTENTTYPE || raw.data == NULL) continue; /* Content-Type says it */
        if (http_request_repeats(http, HTTP_FIELD_BIT(header))) violate(&envelope, "duplicate-member", attributes[i].pointer);
        char *text = arena_bytes(request->arena, raw.size + 1);
        if (text == NULL) return request_fail(request, PROBLEM_PROJECTED_SIZE);
        if (!routes_decode(raw, text, raw.size + 1, &envelope.values[i])) violate(&envelope, "envelope", attributes[i].pointer);
    }
    if (body.size > 0) envelope.data = body;
    return judge_envelope(request, &envelope);
}

const struct dialect dialect_cloudevents = {"cloudevents", walk};
const struct dialect dialect_cloudevents_batch = {"cloudevents-batch", walk_batch};
const struct dialect dialect_cloudevents_binary = {"cloudevents-binary", walk_binary};
