/* headgate_enforce.c - the public library's working half: one event in, a result of its own out.
 *
 *     the caller's bytes -> a copy with room behind it, in the result's arena -> enforce_event() -> the public structs, there too
 *
 * A result owns one arena, itself in it: it can leave its thread, and dies with one call. */
#include "contracts/headgate_catalogue.h"

#include "contracts/enforce.h"
#include "contracts/quality.h"

#include <stdlib.h>

enum { DEPTH_LIMIT = 32, TOKEN_LIMIT = 1000000, VIOLATION_LIMIT = 32 };

#define FUTURE_TOLERANCE (5 * US_PER_MINUTE)
#define ID_SEPARATOR     '\x1F'

/* DUPLICATE, FAILED, BLOCKED and SIZE are the gateway's alone: nothing here sends. */
_Static_assert((int)HEADGATE_DELIVERED == (int)OUTCOME_DELIVERED && (int)HEADGATE_DIVERTED == (int)OUTCOME_DIVERTED &&
                   (int)HEADGATE_WITHHELD == (int)OUTCOME_WITHHELD && (int)HEADGATE_EXPIRED == (int)OUTCOME_EXPIRED &&
                   (int)HEADGATE_SHADOW == (int)OUTCOME_SHADOW,
               "outcomes are handed out as they are");
_Static_assert((int)HEADGATE_NO_REASON == (int)REASON_NONE && (int)HEADGATE_CONSENT == (int)REASON_CONSENT &&
                   (int)HEADGATE_OBJECTION == (int)REASON_OBJECTION && (int)HEADGATE_GPC == (int)REASON_GPC &&
                   (int)HEADGATE_RESIDENCY == (int)REASON_RESIDENCY && (int)HEADGATE_UNFIT == (int)REASON_UNFIT &&
                   (int)HEADGATE_LATE == (int)REASON_LATE && (int)HEADGATE_STOPPED == (int)REASON_STOPPED &&
                   (int)HEADGATE_ENDED == (int)REASON_ENDED,
               "reasons are handed out as they are");
_Static_assert((int)HEADGATE_ACCEPTED == (int)VERDICT_ACCEPTED && (int)HEADGATE_REFUSED == (int)VERDICT_REFUSED,
               "verdicts are handed out as they are");

struct headgate_enforcer {
    const struct headgate_catalogue *catalogue;
    struct enforcer *enforcer;
    const char *error; /* of the last call; NULL = none */
    size_t error_offset;
};

struct whole_result {
    struct headgate_result result; /* first: what callers see */
    struct arena *arena;
};

const char *headgate_outcome_word(enum headgate_outcome_kind kind)
{
    return (unsigned)kind <= HEADGATE_SHADOW ? outcome_word((enum outcome_kind)kind) : "";
}

const char *headgate_reason_word(enum headgate_reason reason)
{
    return (unsigned)reason <= HEADGATE_ENDED ? outcome_reason_word((enum outcome_reason)reason) : "";
}

/* ---------------------------------------------------------------- enforcers */

enum headgate_status headgate_enforcer_create(const struct headgate_catalogue *catalogue, struct headgate_enforcer **enforcer)
{
    if (enforcer != NULL) *enforcer = NULL;
    if (catalogue == NULL || enforcer == NULL) return HEADGATE_BAD_ARGUMENT;
    struct headgate_enforcer *made = calloc(1, sizeof *made);
    if (made == NULL) return HEADGATE_NO_MEMORY;
    made->catalogue = catalogue;
    made->enforcer = enforcer_create(catalogue->program);
    if (made->enforcer == NULL) {
        free(made);
        return HEADGATE_NO_MEMORY;
    }
    *enforcer = made;
    return HEADGATE_OK;
}

void headgate_enforcer_destroy(struct headgate_enforcer *enforcer)
{
    if (enforcer == NULL) return;
    enforcer_destroy(enforcer->enforcer);
    free(enforcer);
}

const char *headgate_enforcer_error(const struct headgate_enforcer *enforcer, size_t *offset)
{
    if (enforcer == NULL) return NULL;
    if (offset != NULL) *offset = enforcer->error_offset;
    return enforcer->error;
}

/* ---------------------------------------------------------------- what goes in */

static bool copy_text(struct arena *arena, const char *text, struct span *out)
{
    *out = (struct span){NULL, 0};
    if (text != NULL) *out = arena_copy(arena, span_of(text));
    return text == NULL || out->data != NULL;
}

/* What records and ids point to must live as long as the result. */
static bool fill_context(const struct headgate_event *event, struct arena *arena, struct event_context *context,
                         struct warnings *warnings)
{
    *context = (struct event_context){
        .received = event->received != 0 ? event->received : headgate_clock(),
        .sent = event->sent != 0 ? event->sent : NO_TIME,
        .envelope_time = event->time != 0 ? event->time : NO_TIME,
        .idempotency_key = span_of(event->idempotency_key),
        .index = event->index,
        .future_tolerance = FUTURE_TOLERANCE,
        .violation_limit = VIOLATION_LIMIT,
        .warnings = warnings,
    };
    if (event->cloudevents_id != NULL) {
        context->envelope_id = arena_printf(arena, "%s%c%s", event->cloudevents_source, ID_SEPARATOR, event->cloudevents_id);
        if (context->envelope_id.data == NULL) return false;
    }
    return copy_text(arena, event->source, &context->source) && copy_text(arena, event->traceparent, &context->traceparent);
}

/* The reader looks ahead in steps of JSON_PADDING bytes, which a caller's buffer need not have behind it. */
static bool copy_event(const struct headgate_event *event, struct arena *arena, struct json_cursor *cursor)
{
    char *text = arena_bytes(arena, event->json_size + JSON_PADDING);
    if (text == NULL) return false;
    if (event->json_size > 0) memcpy(text, event->json, event->json_size);
    memset(text + event->json_size, 0, JSON_PADDING);
    json_begin(cursor, (struct span){text, event->json_size}, DEPTH_LIMIT, TOKEN_LIMIT);
    json_space(cursor);
    return true;
}

/* ---------------------------------------------------------------- what comes out */

static bool give_violations(const struct judgement *judgement, struct arena *arena, struct headgate_result *result)
{
    struct headgate_violation *violations = arena_calloc(arena, judgement->violation_count + 1, sizeof *violations);
    if (violations == NULL) return false;
    for (uint32_t i = 0; i < judgement->violation_count; i++) {
        const struct violation *violation = &judgement->violations[i];
        violations[i] =
            (struct headgate_violation){headgate_bytes_of(violation->pointer), violation->rule->name, violation->rule->title};
    }
    result->violations = violations;
    result->violation_count = judgement->violation_count;
    return true;
}

static bool give_warnings(const struct warnings *warned, struct arena *arena, struct headgate_result *result)
{
    struct headgate_warning *warnings = arena_calloc(arena, warned->count + 1, sizeof *warnings);
    if (warnings == NULL) return false;
    for (uint32_t i = 0; i < warned->count; i++) {
        const struct violation *item = &warned->items[i];
        warnings[i] = (struct headgate_warning){
            .severity = (enum headgate_severity)item->quality->severity,
            .quality = headgate_bytes_of(item->quality->name),
            .pointer = headgate_bytes_of(item->pointer),
            .rule = item->rule->name,
            .message = item->rule->title,
        };
    }
    result->warnings = warnings;
    result->warning_count = warned->count;
    result->more_warnings = warned->more;
    return true;
}

static struct headgate_header give_header(struct span name, struct span value)
{
    return (struct headgate_header){headgate_bytes_of(name), headgate_bytes_of(value)};
}

static void give_headers(struct headgate_header *to, const struct record *record)
{
    for (uint32_t i = 0; i < record->fixed->count; i++)
        *to++ = give_header(record->fixed->items[i].name, record->fixed->items[i].value);
    for (uint32_t i = 0; i < record->varying_count; i++) *to++ = give_header(record->names[i], record->values[i]);
}

static bool give_record(const struct record *record, struct arena *arena, const struct headgate_record **out)
{
    *out = NULL;
    if (record == NULL) return true;
    size_t count = (size_t)record->fixed->count + record->varying_count;
    struct headgate_record *given = arena_alloc(arena, sizeof *given);
    struct headgate_header *headers = arena_calloc(arena, count + 1, sizeof *headers);
    if (given == NULL || headers == NULL) return false;
    give_headers(headers, record);
    *given = (struct headgate_record){
        .topic = headgate_bytes_of(record->diverted ? record->use->late_topic : record->use->topic),
        .key = headgate_bytes_of(record->key),
        .value = headgate_bytes_of(record->value),
        .headers = headers,
        .header_count = count,
        .timestamp_ms = record->timestamp_ms,
    };
    *out = given;
    return true;
}

static bool give_outcomes(const struct headgate_catalogue *catalogue, const struct judgement *judgement, struct arena *arena,
                          struct headgate_result *result)
{
    struct headgate_outcome *outcomes = arena_calloc(arena, judgement->outcome_count + 1, sizeof *outcomes);
    if (outcomes == NULL) return false;
    for (uint32_t i = 0; i < judgement->outcome_count; i++) {
        const struct outcome *outcome = &judgement->outcomes[i];
        outcomes[i] = (struct headgate_outcome){
            .use = &catalogue->uses[outcome->use->index],
            .kind = (enum headgate_outcome_kind)outcome->kind,
            .reason = (enum headgate_reason)outcome->reason,
            .late = outcome->late,
        };
        if (!give_record(outcome->record, arena, &outcomes[i].record)) return false;
    }
    result->outcomes = outcomes;
    result->outcome_count = judgement->outcome_count;
    return true;
}

static struct headgate_result *give(const struct headgate_catalogue *catalogue, const struct judgement *judgement,
                                    const struct warnings *warned, struct arena *arena)
{
    struct whole_result *whole = arena_alloc(arena, sizeof *whole);
    if (whole == NULL) return NULL;
    whole->arena = arena;
    whole->result = (struct headgate_result){
        .verdict = (enum headgate_verdict)judgement->verdict,
        .generated_id = judgement->generated,
        .discarded = judgement->discarded,
        .more_violations = judgement->more_violations,
        .event_id = headgate_bytes_of(judgement->event_id),
        .undeclared = judgement->undeclared,
        .age = judgement->age,
        .skew = judgement->skew,
    };
    bool given = give_violations(judgement, arena, &whole->result) && give_warnings(warned, arena, &whole->result) &&
                 give_outcomes(catalogue, judgement, arena, &whole->result);
    return given ? &whole->result : NULL;
}

/* ---------------------------------------------------------------- one event */

static enum headgate_status refuse_json(struct headgate_enforcer *enforcer, const struct json_cursor *cursor)
{
    if (cursor->error == JSON_NO_MEMORY) return HEADGATE_NO_MEMORY;
    if (cursor->error == JSON_TOO_MANY) return HEADGATE_TOO_LARGE;
    enforcer->error = json_error_text(cursor->error);
    enforcer->error_offset = json_error_offset(cursor);
    return HEADGATE_BAD_JSON;
}

static enum headgate_status judge(struct headgate_enforcer *enforcer, const struct model_program *model,
                                  const struct headgate_event *event, struct arena *arena, struct headgate_result **result)
{
    struct json_cursor cursor;
    struct event_context context;
    struct judgement judgement;
    struct warnings warned = {0};
    if (!fill_context(event, arena, &context, &warned) || !copy_event(event, arena, &cursor)) return HEADGATE_NO_MEMORY;
    switch (enforce_event(enforcer->enforcer, model, &cursor, &context, arena, &judgement)) {
    case ENFORCE_JUDGED: break;
    case ENFORCE_SYNTAX: return refuse_json(enforcer, &cursor);
    case ENFORCE_NO_RANDOMNESS:
    case ENFORCE_NO_MEMORY: return HEADGATE_NO_MEMORY;
    }
    if (!json_finish(&cursor)) return refuse_json(enforcer, &cursor);
    *result = give(enforcer->catalogue, &judgement, &warned, arena);
    return *result != NULL ? HEADGATE_OK : HEADGATE_NO_MEMORY;
}

static bool is_whole(const struct headgate_event *event)
{
    return event->type != NULL && event->source != NULL && (event->json != NULL || event->json_size == 0) &&
           (event->cloudevents_source == NULL) == (event->cloudevents_id == NULL);
}

enum headgate_status headgate_enforce(struct headgate_enforcer *enforcer, const struct headgate_event *event,
                                      struct headgate_result **result)
{
    if (result != NULL) *result = NULL;
    if (enforcer == NULL || event == NULL || result == NULL) return HEADGATE_BAD_ARGUMENT;
    enforcer->error = NULL;
    enforcer->error_offset = 0;
    if (!is_whole(event)) return HEADGATE_BAD_ARGUMENT;
    const struct model_program *model = program_model(enforcer->catalogue->program, span_of(event->type));
    if (model == NULL) return HEADGATE_UNKNOWN_EVENT;
    if (event->json_size > enforcer->catalogue->event_limit) return HEADGATE_TOO_LARGE;
    struct arena *arena = arena_create(enforcer->catalogue->memory);
    if (arena == NULL) return HEADGATE_NO_MEMORY;
    enum headgate_status status = judge(enforcer, model, event, arena, result);
    if (status != HEADGATE_OK) arena_destroy(arena);
    return status;
}

void headgate_result_destroy(struct headgate_result *result)
{
    if (result != NULL) arena_destroy(((struct whole_result *)(void *)result)->arena);
}
