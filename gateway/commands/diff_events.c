#include "gateway/commands/diff_events.h"

#include "codecs/json.h"
#include "contracts/enforce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, TOKENS_MAX = 1 << 24, VIOLATIONS_SHOWN = 1, FRAMING_MAX = 10 };
#define FILE_MAX         ((size_t)256 << 20)
#define FUTURE_TOLERANCE (5 * US_PER_MINUTE)
#define EVENT_ARENA_MAX  ((size_t)64 << 20)

/* One version of the contracts, ready to judge. */
struct side {
    const struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
};

struct replay {
    struct side old, new;
    struct arena *arena;   /* of the result */
    struct arena *scratch; /* of one event */
    struct diff_events *out;
    struct span *error;
    const char *begin; /* of the file */
    struct span type;  /* of events without envelope; NULL data = none */
    int64_t now;
};

/* An event in the file. */
struct item {
    struct span type;
    struct span data;
};

/* What one side made of it. */
struct judged {
    bool declared;
    struct judgement judgement;
};

static bool fail(struct replay *replay, const char *at, const char *text)
{
    size_t line = 1;
    for (const char *byte = replay->begin; byte < at; byte++) line += *byte == '\n' ? 1 : 0;
    *replay->error = arena_printf(replay->arena, "line %zu: %s", line, text);
    return false;
}

/* ---------------------------------------------------------------- judging */

static bool judge(struct replay *replay, struct side *side, const struct item *item, int64_t received, struct judged *out)
{
    const struct model_program *model = program_model(side->program, item->type);
    struct event_context context = {.received = received,
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:headgate:diff"),
                                    .idempotency_key = SPAN("diff"),
                                    .future_tolerance = FUTURE_TOLERANCE,
                                    .violation_limit = VIOLATIONS_SHOWN};
    struct json_cursor cursor;
    *out = (struct judged){.declared = model != NULL};
    if (model == NULL) return true;
    json_begin(&cursor, item->data, DEPTH_MAX, TOKENS_MAX);
    enum enforce_status status = enforce_event(side->enforcer, model, &cursor, &context, replay->scratch, &out->judgement);
    if (status == ENFORCE_JUDGED) return true;
    return fail(replay, item->data.data, status == ENFORCE_SYNTAX ? "this is not JSON" : "the event is too large");
}

/* A text that outlives the event; "" when out of memory, which the replay's end tells. */
static struct span kept(struct replay *replay, struct span text)
{
    if (text.data != NULL) return text;
    *replay->error = SPAN("out of memory");
    return SPAN("");
}

static struct span verdict_text(struct replay *replay, const struct judged *judged)
{
    const struct judgement *judgement = &judged->judgement;
    if (!judged->declared) return SPAN("not declared");
    if (judgement->verdict == VERDICT_ACCEPTED) return judgement->discarded ? SPAN("discarded") : SPAN("accepted");
    if (judgement->violation_count == 0) return SPAN("refused");
    const struct violation *first = &judgement->violations[0];
    return kept(replay, arena_printf(replay->arena, "refused (%s at %.*s)", first->rule->name, SPAN_ARGS(first->pointer)));
}

static struct span outcome_text(struct replay *replay, const struct outcome *outcome)
{
    const char *late = outcome->late && outcome->kind == OUTCOME_DELIVERED ? " late" : "";
    if (outcome->reason == REASON_NONE && *late == '\0') return span_of(outcome_word(outcome->kind));
    if (outcome->reason == REASON_NONE)
        return kept(replay, arena_printf(replay->arena, "%s%s", outcome_word(outcome->kind), late));
    return kept(replay,
                arena_printf(replay->arena, "%s (%s)", outcome_word(outcome->kind), outcome_reason_word(outcome->reason)));
}

/* ---------------------------------------------------------------- what changed */

static void add_row(struct replay *replay, const struct item *item, struct span use, struct span was, struct span is)
{
    struct diff_events *out = replay->out;
    for (size_t i = 0; i < out->count; i++) {
        struct diff_events_row *row = &out->rows[i];
        if (!span_equal(row->use, use) || !span_equal(row->was, was) || !span_equal(row->is, is)) continue;
        if (!span_equal(row->event, item->type)) continue;
        row->count++;
        return;
    }
    if (out->count == out->capacity) {
        size_t capacity = out->capacity == 0 ? 16 : out->capacity * 2;
        struct diff_events_row *rows = arena_calloc(replay->arena, capacity, sizeof *rows);
        if (rows == NULL) {
            *replay->error = SPAN("out of memory");
            return;
        }
        if (out->count > 0) memcpy(rows, out->rows, out->count * sizeof *rows);
        out->rows = rows;
        out->capacity = capacity;
    }
    struct span type = kept(replay, arena_copy(replay->arena, item->type));
    out->rows[out->count++] = (struct diff_events_row){type, use, was, is, 1, out->events};
}

static const struct outcome *outcome_of(const struct judged *judged, struct span use_id)
{
    for (uint32_t i = 0; i < judged->judgement.outcome_count; i++)
        if (span_equal(judged->judgement.outcomes[i].use->id, use_id)) return &judged->judgement.outcomes[i];
    return NULL;
}

/* Key and value, without the frame: its schema id may differ where the bytes mean the same. */
static bool same_record(const struct replay *replay, const struct record *old, const struct record *new)
{
    size_t old_frame = replay->old.catalogue->framing == FRAMING_CONFLUENT ? 5 : FRAMING_MAX;
    size_t new_frame = replay->new.catalogue->framing == FRAMING_CONFLUENT ? 5 : FRAMING_MAX;
    struct span was = {old->value.data + old_frame, old->value.size - old_frame};
    struct span is = {new->value.data + new_frame, new->value.size - new_frame};
    return span_equal(old->key, new->key) && span_equal(was, is);
}

/* Nothing becomes of an event that is not accepted. */
static struct span side_text(struct replay *replay, const struct judged *judged, const struct outcome *outcome)
{
    if (outcome != NULL) return outcome_text(replay, outcome);
    if (!judged->declared) return SPAN("not declared");
    return judged->judgement.verdict == VERDICT_REFUSED ? SPAN("refused") : SPAN("no such use");
}

static bool compare_outcome(struct replay *replay, const struct item *item, const struct judged judged[2], const struct use *use)
{
    const struct outcome *old = outcome_of(&judged[0], use->id), *new = outcome_of(&judged[1], use->id);
    struct span was = side_text(replay, &judged[0], old), is = side_text(replay, &judged[1], new);
    bool same = span_equal(was, is);
    if (same && old != NULL && new != NULL && old->record != NULL &&new->record != NULL)
        if (!same_record(replay, old->record, new->record)) {
            is = kept(replay, arena_printf(replay->arena, "%.*s, another record", SPAN_ARGS(is)));
            same = false;
        }
    if (!same) add_row(replay, item, use->name, was, is);
    return !same;
}

static bool compare(struct replay *replay, const struct item *item, const struct judged judged[2])
{
    struct span was = verdict_text(replay, &judged[0]), is = verdict_text(replay, &judged[1]);
    bool changed = !span_equal(was, is);
    if (changed) add_row(replay, item, SPAN(""), was, is);
    for (uint32_t i = 0; i < judged[0].judgement.outcome_count; i++)
        if (compare_outcome(replay, item, judged, judged[0].judgement.outcomes[i].use)) changed = true;
    for (uint32_t i = 0; i < judged[1].judgement.outcome_count; i++) {
        const struct use *use = judged[1].judgement.outcomes[i].use;
        if (outcome_of(&judged[0], use->id) == NULL && compare_outcome(replay, item, judged, use)) changed = true;
    }
    return changed;
}

/* ---------------------------------------------------------------- one event */

static bool replay_item(struct replay *replay, const struct item *item)
{
    struct judged judged[2];
    if (item->type.data == NULL)
        return fail(replay, item->data.data, "of which type is this event? Name it with --event, or send a CloudEvent");
    if (!judge(replay, &replay->old, item, replay->now, &judged[0])) return false;
    /* As if it had arrived at once: its age by the old contracts is taken off the clock. */
    int64_t received = replay->now - (judged[0].judgement.age > 0 ? judged[0].judgement.age : 0);
    if (!judge(replay, &replay->old, item, received, &judged[0]) || !judge(replay, &replay->new, item, received, &judged[1]))
        return false;
    replay->out->events++;
    if (compare(replay, item, judged)) replay->out->changed++;
    return replay->error->data == NULL;
}

/* Members of a CloudEvent; `data` is left NULL when it is none. */
static bool read_envelope(struct replay *replay, struct json_cursor *cursor, struct item *envelope)
{
    bool first = true, is_cloudevent = false;
    if (!json_open(cursor, '{')) return false;
    while (json_next(cursor, '}', &first)) {
        struct json_string name, text;
        if (!json_string(cursor, replay->scratch, &name) || !json_colon(cursor)) return false;
        const char *start = cursor->at;
        bool is_type = span_is(name.text, "type") && json_peek(cursor) == JSON_STRING;
        if (is_type ? !json_string(cursor, replay->scratch, &text) : !json_skip(cursor)) return false;
        if (is_type) envelope->type = text.text;
        if (span_is(name.text, "specversion")) is_cloudevent = true;
        if (span_is(name.text, "data")) envelope->data = (struct span){start, (size_t)(cursor->at - start)};
    }
    if (!is_cloudevent) *envelope = (struct item){{NULL, 0}, {NULL, 0}};
    return cursor->error == JSON_FINE;
}

/* The event at the cursor, which is left behind it. */
static bool replay_event(struct replay *replay, struct json_cursor *cursor)
{
    struct item item = {{NULL, 0}, {NULL, 0}};
    arena_reset(replay->scratch);
    enum json_kind kind = json_peek(cursor);
    const char *start = cursor->at;
    bool read = kind == JSON_OBJECT ? read_envelope(replay, cursor, &item) : json_skip(cursor);
    if (!read) return fail(replay, cursor->error_at != NULL ? cursor->error_at : start, json_error_text(cursor->error));
    if (item.data.data == NULL) item = (struct item){replay->type, {start, (size_t)(cursor->at - start)}};
    return replay_item(replay, &item);
}

static bool replay_all(struct replay *replay, struct span text)
{
    struct json_cursor cursor;
    bool first = true;
    json_begin(&cursor, text, DEPTH_MAX, TOKENS_MAX);
    if (json_peek(&cursor) == JSON_ARRAY) {
        if (!json_open(&cursor, '[')) return fail(replay, text.data, json_error_text(cursor.error));
        while (json_next(&cursor, ']', &first))
            if (!replay_event(replay, &cursor)) return false;
        if (cursor.error != JSON_FINE) return fail(replay, cursor.error_at, json_error_text(cursor.error));
        json_space(&cursor);
        return cursor.at == cursor.end || fail(replay, cursor.at, "something stands behind the array");
    }
    for (json_space(&cursor); cursor.at < cursor.end; json_space(&cursor))
        if (!replay_event(replay, &cursor)) return false;
    return true;
}

/* ---------------------------------------------------------------- the file, the sides */

/* The bytes of a file with JSON_PADDING behind them, on the heap; NULL with *error. */
static char *read_file(const char *path, size_t *size, const char **error)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    *error = "the file cannot be read";
    if (file == NULL) return NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        long length = ftell(file);
        *error = "the file is too large";
        if (length >= 0 && (size_t)length <= FILE_MAX) bytes = calloc((size_t)length + JSON_PADDING, 1);
        *size = bytes != NULL ? (size_t)length : 0;
        rewind(file);
    }
    if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
        *error = "the file cannot be read";
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    return bytes;
}

/* payment.authorized.event.json -> payment.authorized; NULL data for other names. */
static struct span type_of_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    const char *end = strstr(name, ".event.");
    return end != NULL && end > name ? (struct span){name, (size_t)(end - name)} : (struct span){NULL, 0};
}

static bool side_open(struct side *side, const struct catalogue *catalogue, const struct keyring *keyring, struct arena *arena)
{
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics, arena);
    side->catalogue = catalogue;
    side->program = program_compile(catalogue, keyring, NULL, &diagnostics);
    side->enforcer = side->program != NULL ? enforcer_create_repeatable(side->program) : NULL;
    diagnostics_deinit(&diagnostics);
    return side->enforcer != NULL;
}

static void side_close(struct side *side)
{
    enforcer_destroy(side->enforcer);
    program_destroy(side->program);
}

bool diff_events_replay(const struct catalogue *old, const struct catalogue *new, const char *file, const char *type, int64_t now,
                        struct arena *arena, struct diff_events *out, struct span *error)
{
    struct replay replay = {.arena = arena, .out = out, .error = error, .now = now};
    size_t size = 0;
    const char *fault = "the contracts cannot be compiled";
    *out = (struct diff_events){0};
    *error = (struct span){NULL, 0};
    replay.type = type != NULL ? span_of(type) : type_of_name(file);
    char *bytes = read_file(file, &size, &fault);
    struct keyring *keyring = keyring_create_passing();
    replay.begin = bytes;
    replay.scratch = arena_create(EVENT_ARENA_MAX);
    bool ready = bytes != NULL && keyring != NULL && replay.scratch != NULL && side_open(&replay.old, old, keyring, arena) &&
                 side_open(&replay.new, new, keyring, arena);
    if (bytes != NULL && !ready) fault = "the contracts cannot be compiled";
    if (!ready) *error = span_of(fault);
    bool fine = ready && replay_all(&replay, (struct span){bytes, size}) && error->data == NULL;
    if (!fine && error->data == NULL) *error = SPAN("out of memory");
    side_close(&replay.old);
    side_close(&replay.new);
    arena_destroy(replay.scratch);
    keyring_destroy(keyring);
    free(bytes);
    return fine;
}
