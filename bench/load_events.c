#include "bench/load_events.h"

#include "codecs/arena.h"
#include "codecs/json.h"
#include "contracts/diagnostic.h"
#include "contracts/sample.h"
#include "gateway/nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { SAMPLES = 4096, DUPLICATE_REACH = 1000 };

struct pool {
    struct load_template **items;
    size_t count, capacity;
};

struct load_events {
    const struct load_options *options;
    struct load_wrapping wrapping;
    struct pool pools[LOAD_KINDS]; /* LATE and DUPLICATE have none where GOOD's templates do */
    double shares[LOAD_KINDS];     /* 0 to 1 */
    int64_t now_ms;                /* when the run began */
    bool warned;                   /* once is enough */
    uint64_t counts[LOAD_KINDS], count;
};

/* ---------------------------------------------------------------- pools */
static bool pool_add(struct pool *pool, struct load_template *template)
{
    if (template != NULL && pool->count == pool->capacity) {
        size_t capacity = pool->capacity == 0 ? 16 : 2 * pool->capacity;
        struct load_template **items = realloc(pool->items, capacity * sizeof(*items));
        if (items != NULL) {
            pool->items = items;
            pool->capacity = capacity;
        }
    }
    if (template == NULL || pool->count == pool->capacity) {
        load_template_destroy(template);
        return false;
    }
    pool->items[pool->count++] = template;
    return true;
}

static struct span trimmed(struct span text)
{
    while (text.size > 0 && strchr(" \t\r\n", text.data[text.size - 1]) != NULL) text.size--;
    while (text.size > 0 && strchr(" \t\r\n", *text.data) != NULL) text.data++, text.size--;
    return text;
}

/* `event` is a template's text. */
static bool add(struct load_events *events, enum load_kind kind, struct span event, char *problem, size_t problem_size)
{
    struct buffer text = BUFFER_EMPTY;
    load_template_type(events->wrapping.open, events->options->type, &text);
    buffer_append_span(&text, event);
    load_template_type(events->wrapping.close, events->options->type, &text);
    bool fine = pool_add(&events->pools[kind], load_template_create(buffer_span(&text), problem, problem_size));
    buffer_deinit(&text);
    return fine;
}

/* The same with one more member, where that kind is asked for. */
static bool add_undeclared(struct load_events *events, struct span event, char *problem, size_t problem_size)
{
    if (events->shares[LOAD_UNDECLARED] == 0) return true;
    const char *brace = memchr(event.data, '{', event.size);
    if (brace == NULL) {
        snprintf(problem, problem_size, "an undeclared member needs an object to stand in");
        return false;
    }
    size_t head = (size_t)(brace - event.data) + 1;
    struct buffer text = BUFFER_EMPTY;
    buffer_append(&text, event.data, head);
    struct span rest = trimmed((struct span){event.data + head, event.size - head});
    buffer_append_text(&text, rest.size > 0 && *rest.data == '}' ? "\"bench_undeclared\":\"x\"" : "\"bench_undeclared\":\"x\",");
    buffer_append_span(&text, rest);
    bool fine = add(events, LOAD_UNDECLARED, buffer_span(&text), problem, problem_size);
    buffer_deinit(&text);
    return fine;
}

/* ---------------------------------------------------------------- from files */
static bool read_whole(const char *name, struct buffer *to, char *problem, size_t problem_size)
{
    char piece[4096];
    FILE *file = fopen(name, "re");
    errno = file == NULL ? errno : 0;
    size_t got;
    while (file != NULL && (got = fread(piece, 1, sizeof piece, file)) > 0) buffer_append(to, piece, got);
    bool read = file != NULL && ferror(file) == 0;
    if (!read) snprintf(problem, problem_size, "%s: %s", name, strerror(errno));
    if (file != NULL) fclose(file);
    return read && buffer_ok(to);
}

/* Line ends stand between JSON's tokens only, and would end a line of NDJSON. */
static void make_one_line(struct buffer *text)
{
    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] == '\n' || text->data[i] == '\r') text->data[i] = ' ';
}

static bool is_object(struct span text)
{
    struct json_cursor cursor;
    json_begin(&cursor, text, 1000, UINT32_MAX);
    return json_peek(&cursor) == JSON_OBJECT && json_skip(&cursor) && json_peek(&cursor) == JSON_INVALID &&
           cursor.at == cursor.end;
}

/* What is sent is the caller's affair, but rarely meant: a run whose every event is refused measures something else. */
static void warn_of_text(struct load_events *events, const char *name, size_t line, struct span event)
{
    char problem[64];
    struct load_source source;
    struct buffer text = BUFFER_EMPTY;
    struct load_template *template = load_template_create(event, problem, sizeof problem);
    load_source_init(&source, 1);
    load_source_clock(&source, events->now_ms);
    if (template != NULL) load_template_append(template, &source, &text);
    size_t size = text.size;
    for (unsigned i = 0; i < JSON_PADDING; i++) buffer_append_char(&text, '\0');
    events->warned = template != NULL && buffer_ok(&text) && !is_object((struct span){text.data, size});
    if (events->warned)
        fprintf(stderr,
                "headgate-bench: %s:%zu: no JSON object; it is sent as it stands (several events: FILE.ndjson, one a line)\n",
                name, line);
    load_template_destroy(template);
    buffer_deinit(&text);
}

static bool holds(struct span text, const char *word)
{
    return text.data != NULL && memmem(text.data, text.size, word, strlen(word)) != NULL;
}

/* Whether a consumer can tell which event it has. */
static bool has_id(const struct load_events *events, struct span event)
{
    bool cloud = events->options->shape == LOAD_CLOUDEVENTS || events->options->shape == LOAD_BINARY;
    return cloud || holds(event, "${uuid}") || holds(event, "${ref}");
}

static bool add_text(struct load_events *events, enum load_kind kind, struct span event, char *problem, size_t problem_size)
{
    if (kind == LOAD_GOOD && events->options->ledger != NULL && !has_id(events, event)) {
        snprintf(problem, problem_size, "--ledger knows events by their id, and this one has no ${uuid} and no ${ref}");
        return false;
    }
    return add(events, kind, event, problem, problem_size) &&
           (kind != LOAD_GOOD || add_undeclared(events, event, problem, problem_size));
}

/* A file's only event, or one a line; lines of nothing are passed over. */
static bool add_file(struct load_events *events, enum load_kind kind, const char *name, char *problem, size_t problem_size)
{
    struct buffer text = BUFFER_EMPTY;
    char detail[256] = "out of memory";
    size_t length = strlen(name), line = 1;
    bool lines = length > 7 && strcmp(name + length - 7, ".ndjson") == 0;
    bool fine = read_whole(name, &text, problem, problem_size);
    if (!lines && events->options->shape == LOAD_NDJSON) make_one_line(&text);
    const char *at = text.data, *end = text.data + text.size;
    for (; fine && at != NULL && at < end; line++) {
        const char *stop = lines ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        struct span event = trimmed((struct span){at, (size_t)((stop != NULL ? stop : end) - at)});
        at = stop != NULL ? stop + 1 : end;
        if (event.size == 0) continue;
        fine = add_text(events, kind, event, detail, sizeof detail);
        if (!fine) snprintf(problem, problem_size, "%s:%zu: %s", name, line, detail);
        if (fine && kind == LOAD_GOOD && !events->warned) warn_of_text(events, name, line, event);
    }
    buffer_deinit(&text);
    if (!fine || events->pools[kind].count > 0) return fine;
    snprintf(problem, problem_size, "%s: empty", name);
    return false;
}

/* ---------------------------------------------------------------- from contracts */
void load_events_quote(struct span text, struct buffer *to)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '$') buffer_append_char(to, '$');
        buffer_append_char(to, text.data[i]);
    }
}

static bool add_sample(struct load_events *events, enum load_kind kind, struct span event, char *problem, size_t problem_size)
{
    struct buffer text = BUFFER_EMPTY;
    load_events_quote(event, &text);
    bool fine = add(events, kind, buffer_span(&text), problem, problem_size) &&
                (kind != LOAD_GOOD || add_undeclared(events, buffer_span(&text), problem, problem_size));
    buffer_deinit(&text);
    return fine;
}

static bool add_valid_samples(struct load_events *events, enum load_kind kind, const struct model *model, int64_t now_ms,
                              char *problem, size_t problem_size)
{
    const struct sample_options options = {.clock = now_ms * 1000};
    const struct field *stuck = NULL;
    struct sampler *sampler = sampler_create(model, &options);
    struct buffer event = BUFFER_EMPTY;
    bool fine = sampler != NULL;
    for (uint64_t seed = 0; fine && seed < SAMPLES; seed++) {
        buffer_clear(&event);
        fine =
            sample_event(sampler, seed, &event, &stuck) && add_sample(events, kind, buffer_span(&event), problem, problem_size);
    }
    if (!fine) {
        struct span field = stuck != NULL ? stuck->name : SPAN("?");
        snprintf(problem, problem_size, "no event of %.*s could be made; its field %.*s gives no value", SPAN_ARGS(model->event),
                 SPAN_ARGS(field));
    }
    buffer_deinit(&event);
    sampler_destroy(sampler);
    return fine;
}

/* Every rule that can be broken alone, in turn. */
static bool add_broken_samples(struct load_events *events, const struct model *model, int64_t now_ms, char *problem,
                               size_t problem_size)
{
    const struct sample_options options = {.clock = now_ms * 1000};
    struct sampler *sampler = sampler_create(model, &options);
    struct buffer event = BUFFER_EMPTY;
    size_t count = 0;
    const struct sample_target *targets = sampler != NULL ? sampler_targets(sampler, &count) : NULL;
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++) {
        struct span pointer;
        buffer_clear(&event);
        if (!sample_broken(sampler, &targets[i], i, &event, &pointer)) continue;
        fine = add_sample(events, LOAD_BAD, buffer_span(&event), problem, problem_size);
    }
    fine &= events->pools[LOAD_BAD].count > 0;
    if (!fine) snprintf(problem, problem_size, "no event that breaks %.*s could be made", SPAN_ARGS(model->event));
    buffer_deinit(&event);
    sampler_destroy(sampler);
    return fine;
}

static bool add_samples(struct load_events *events, const struct model *model, int64_t now_ms, char *problem, size_t problem_size)
{
    int64_t late_ms = now_ms - (int64_t)(events->options->late_by * 1000);
    return add_valid_samples(events, LOAD_GOOD, model, now_ms, problem, problem_size) &&
           (events->shares[LOAD_LATE] == 0 || add_valid_samples(events, LOAD_LATE, model, late_ms, problem, problem_size)) &&
           (events->shares[LOAD_BAD] == 0 || add_broken_samples(events, model, now_ms, problem, problem_size));
}

/* There is no such event; the one that is nearest may be meant. */
static void tell_missing(const struct load_options *options, const struct catalogue *catalogue, char *problem,
                         size_t problem_size)
{
    struct nearest nearest = NEAREST_NONE;
    for (size_t i = 0; i < catalogue->model_count; i++)
        nearest_consider(&nearest, span_of(options->event), catalogue->models[i]->event);
    int size = snprintf(problem, problem_size, "%s: no model of the event %s", options->contracts, options->event);
    if (nearest.name.data != NULL && size > 0 && (size_t)size < problem_size)
        snprintf(problem + size, problem_size - (size_t)size, "; did you mean %.*s?", SPAN_ARGS(nearest.name));
}

static bool add_contracts(struct load_events *events, int64_t now_ms, char *problem, size_t problem_size)
{
    const struct load_options *options = events->options;
    struct catalogue_options catalogue_options;
    struct diagnostics diagnostics;
    struct arena *arena = arena_create(1 << 16);
    if (arena == NULL) return false;
    catalogue_options_init(&catalogue_options);
    diagnostics_init(&diagnostics, arena);
    struct catalogue *catalogue = catalogue_load(options->contracts, &catalogue_options, &diagnostics);
    const struct model *model = catalogue != NULL ? catalogue_model(catalogue, span_of(options->event)) : NULL;
    bool fine = model != NULL && add_samples(events, model, now_ms, problem, problem_size);
    if (catalogue == NULL)
        snprintf(problem, problem_size, "%s: not usable; `headgate check %s` says why", options->contracts, options->contracts);
    else if (model == NULL)
        tell_missing(options, catalogue, problem, problem_size);
    catalogue_destroy(catalogue);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return fine;
}

/* ---------------------------------------------------------------- the next event */
static enum load_kind pick(struct load_events *events)
{
    events->count++;
    for (enum load_kind kind = LOAD_BAD; kind < LOAD_KINDS; kind++)
        if ((uint64_t)((double)events->count * events->shares[kind]) > events->counts[kind]) return kind;
    return LOAD_GOOD;
}

void load_events_next(struct load_events *events, struct load_source *source, struct buffer *to)
{
    enum load_kind kind = pick(events);
    const struct pool *pool = events->pools[kind].count > 0 ? &events->pools[kind] : &events->pools[LOAD_GOOD];
    uint64_t sequence = source->sequence, reach = sequence < DUPLICATE_REACH ? sequence : DUPLICATE_REACH;
    events->counts[kind]++;
    if (kind == LOAD_DUPLICATE && reach > 0) source->sequence -= 1 + events->count % reach;
    int64_t now_ms = source->now_ms;
    if (kind == LOAD_LATE) load_source_clock(source, now_ms - (int64_t)(events->options->late_by * 1000));
    load_template_append(pool->items[source->sequence % pool->count], source, to);
    if (kind == LOAD_LATE) load_source_clock(source, now_ms);
    source->sequence = sequence;
}

uint64_t load_events_count(const struct load_events *events)
{
    return events->count;
}

uint64_t load_events_kind_count(const struct load_events *events, enum load_kind kind)
{
    return events->counts[kind];
}

const char *load_events_kind_name(enum load_kind kind)
{
    static const char *const names[LOAD_KINDS] = {[LOAD_GOOD] = "good",
                                                  [LOAD_BAD] = "bad",
                                                  [LOAD_LATE] = "late",
                                                  [LOAD_DUPLICATE] = "duplicate",
                                                  [LOAD_UNDECLARED] = "undeclared"};
    return names[kind];
}

/* ---------------------------------------------------------------- beginning and end */
struct load_events *load_events_create(const struct load_options *options, const struct load_wrapping *wrapping, int64_t now_ms,
                                       char *problem, size_t problem_size)
{
    struct load_events *events = calloc(1, sizeof *events);
    snprintf(problem, problem_size, "out of memory");
    if (events == NULL) return NULL;
    events->options = options;
    events->wrapping = *wrapping;
    events->now_ms = now_ms;
    events->shares[LOAD_BAD] = options->bad_percent / 100;
    events->shares[LOAD_LATE] = options->late_percent / 100;
    events->shares[LOAD_DUPLICATE] = options->duplicate_percent / 100;
    events->shares[LOAD_UNDECLARED] = options->undeclared_percent / 100;
    bool fine = options->contracts != NULL
                    ? add_contracts(events, now_ms, problem, problem_size)
                    : add_file(events, LOAD_GOOD, options->payload, problem, problem_size) &&
                          (options->bad == NULL || add_file(events, LOAD_BAD, options->bad, problem, problem_size));
    if (fine) return events;
    load_events_destroy(events);
    return NULL;
}

void load_events_destroy(struct load_events *events)
{
    if (events == NULL) return;
    for (int kind = 0; kind < LOAD_KINDS; kind++) {
        for (size_t i = 0; i < events->pools[kind].count; i++) load_template_destroy(events->pools[kind].items[i]);
        free(events->pools[kind].items);
    }
    free(events);
}
