#include "contracts/enforce.h"

#include "contracts/arrival.h"
#include "contracts/model_program.h"
#include "contracts/outcome.h"
#include "contracts/quality_judge.h"

#include <stdlib.h>

/* What the items' frames begin with; they grow to the limit of the request's arena. */
enum { FRAMES = 16 * 1024 };

/* Of one model: the slots of the event at hand, and which member followed which in the one before. */
struct desk {
    struct frame *root;
    const struct decode_node **guesses;
    struct fragments fragments;
};

struct enforcer {
    struct arena *frames; /* of the items of the event at hand: nobody needs them once it is judged */
    struct pattern_scratch *scratch;
    struct random_pool *random; /* NULL where nothing is encrypted, or all repeatably */
    struct handling_tools tools;
    uint32_t writer_count;
    struct timestamp_days days;
    struct timestamp_recent recent;
    /* Of the event at hand; what all events have in common is set once. */
    struct violations violations;
    struct walk walk;
    struct arrival arrival;
    size_t count;
    struct desk desks[]; /* by model->index */
};

static bool desk_init(struct desk *desk, const struct model_program *model)
{
    const struct decoder *decoder = model->decoder;
    void *memory = malloc(decoder->layout.size);
    desk->guesses = calloc(decoder->guess_count, sizeof(struct decode_node *));
    desk->fragments.items = calloc(model->shares + 1, sizeof *desk->fragments.items);
    if (memory == NULL || desk->guesses == NULL || desk->fragments.items == NULL) {
        free(memory);
        return false;
    }
    desk->root = frame_init(memory, &decoder->layout);
    decoder_reset_guesses(decoder, desk->guesses);
    return true;
}

static bool open_writers(struct enforcer *enforcer, const struct field_keys *keys, bool repeatable)
{
    if (keys->count == 0) return true;
    enforcer->tools.writers = calloc(keys->count, sizeof(struct ciphertext_writer *));
    if (!repeatable) enforcer->random = random_pool_create();
    if (enforcer->tools.writers == NULL || (!repeatable && enforcer->random == NULL)) return false;
    for (; enforcer->writer_count < keys->count; enforcer->writer_count++) {
        struct ciphertext_writer *writer =
            ciphertext_writer_create(&keys->items[enforcer->writer_count], enforcer->random, CIPHERTEXT_RENEW);
        if (writer == NULL) return false;
        enforcer->tools.writers[enforcer->writer_count] = writer;
    }
    return true;
}

static void close_writers(struct enforcer *enforcer)
{
    for (uint32_t i = 0; i < enforcer->writer_count; i++) ciphertext_writer_destroy(enforcer->tools.writers[i]);
    free((void *)enforcer->tools.writers);
    random_pool_destroy(enforcer->random);
}

static struct enforcer *create(const struct program *program, bool repeatable)
{
    const struct catalogue *catalogue = program_catalogue(program);
    struct enforcer *enforcer = calloc(1, sizeof *enforcer + catalogue->model_count * sizeof(struct desk));
    if (enforcer == NULL) return NULL;
    enforcer->count = catalogue->model_count;
    enforcer->frames = arena_create(FRAMES);
    enforcer->scratch = pattern_scratch_create();
    timestamp_days_init(&enforcer->days);
    enforcer->violations.rules = program_event_rules(program);
    enforcer->walk = (struct walk){.arena = enforcer->frames,
                                   .scratch = enforcer->scratch,
                                   .violations = &enforcer->violations,
                                   .recent = &enforcer->recent};
    enforcer->arrival.days = &enforcer->days;
    enforcer->arrival.run.scratch = enforcer->scratch;
    enforcer->arrival.run.arena = enforcer->frames;
    enforcer->arrival.run.tools = &enforcer->tools;
    bool whole =
        enforcer->frames != NULL && enforcer->scratch != NULL && open_writers(enforcer, program_field_keys(program), repeatable);
    for (size_t i = 0; i < enforcer->count && whole; i++)
        whole = desk_init(&enforcer->desks[i], program_model(program, catalogue->models[i]->event));
    if (whole) return enforcer;
    enforcer_destroy(enforcer);
    return NULL;
}

struct enforcer *enforcer_create(const struct program *program)
{
    return create(program, false);
}

struct enforcer *enforcer_create_repeatable(const struct program *program)
{
    return create(program, true);
}

void enforcer_destroy(struct enforcer *enforcer)
{
    if (enforcer == NULL) return;
    for (size_t i = 0; i < enforcer->count; i++) {
        free(enforcer->desks[i].root);
        free((void *)enforcer->desks[i].guesses);
        free(enforcer->desks[i].fragments.items);
    }
    arena_destroy(enforcer->frames);
    pattern_scratch_destroy(enforcer->scratch);
    close_writers(enforcer);
    free(enforcer);
}

/* ---------------------------------------------------------------- clocks */

/* The field's time; the envelope's where the model declares none or the event has none, then *own is false. */
static int64_t event_time(const struct arrival *arrival, bool *own)
{
    const struct decode_node *node = arrival->model->event_time;
    *own = node != NULL && slot_present(arrival->root, node->slot);
    if (!*own) return arrival->context->envelope_time;
    int64_t value = arrival->root->slots[node->slot].integer;
    return node->type == TYPE_DATE ? value * US_PER_DAY : value;
}

static void judge_time(struct arrival *arrival, struct violations *violations)
{
    const struct event_context *context = arrival->context;
    bool own;
    int64_t time = event_time(arrival, &own);
    arrival->timing = timing_of(time, context->sent, context->received, context->future_tolerance);
    if (LIKELY(!arrival->timing.future)) return;
    if (own)
        violations_add_field(violations, BROKEN(EVENT_TIME_FUTURE), arrival->model->event_time->field, NULL);
    else
        violations_add(violations, BROKEN(EVENT_TIME_FUTURE), &(struct path){0});
}

/* ---------------------------------------------------------------- the verdict */

static void fill(const struct arrival *arrival, const struct violations *violations, struct judgement *out)
{
    *out = (struct judgement){
        .verdict = violations->total > 0 ? VERDICT_REFUSED : VERDICT_ACCEPTED,
        .more_violations = violations->total > violations->count,
        .age = arrival->timing.age,
        .skew = arrival->timing.skew,
        .undeclared = violations->undeclared,
        .violation_count = violations->count,
        .undeclared_name_count = violations->name_count,
        .violations = violations->items,
        .undeclared_names = violations->names,
    };
}

static bool decide_uses(struct arrival *arrival, struct judgement *out)
{
    const struct model_program *model = arrival->model;
    struct outcome *outcomes = arena_alloc(arrival->arena, model->use_count * sizeof *outcomes);
    if (outcomes == NULL) return false;
    bool ended = true;
    for (uint32_t i = 0; i < model->use_count; i++) {
        if (!outcome_decide(arrival, &model->uses[i], &outcomes[i])) return false;
        ended &= outcomes[i].reason == REASON_ENDED;
    }
    out->discarded = ended;
    out->outcomes = outcomes;
    out->outcome_count = model->use_count;
    return true;
}

static bool judge(struct arrival *arrival, struct violations *violations, struct judgement *out)
{
    struct quality_tally *tallies = NULL;
    judge_time(arrival, violations);
    if (UNLIKELY(arrival->model->quality_count > 0) && !quality_judge(arrival, violations, &tallies)) return false;
    fill(arrival, violations, out);
    if (violations->no_memory) return false;
    if (UNLIKELY(tallies != NULL)) quality_sum(arrival->model, tallies, out);
    if (!arrival_identify(arrival)) return false;
    if (UNLIKELY(out->verdict == VERDICT_REFUSED)) {
        out->event_id = arrival->id;
        return true;
    }
    out->generated = arrival->id.data == NULL;
    if (UNLIKELY(out->generated) && !arrival_make_id(arrival)) return false;
    out->event_id = arrival->id;
    return decide_uses(arrival, out);
}

/* Nothing is broken yet. */
static void begin_violations(struct violations *violations, const struct event_context *context, struct arena *arena)
{
    violations->arena = arena;
    violations->limit = context->violation_limit;
    violations->list_undeclared = context->list_undeclared;
    violations->no_memory = false;
    violations->items = NULL;
    violations->names = NULL;
    violations->count = violations->total = violations->name_count = violations->undeclared = 0;
}

static bool read_event(struct enforcer *enforcer, const struct model_program *model, struct json_cursor *cursor)
{
    struct desk *desk = &enforcer->desks[model->model->index];
    struct walk *walk = &enforcer->walk;
    walk->cursor = cursor;
    walk->decoder = model->decoder;
    walk->guesses = desk->guesses;
    walk->fast_end = cursor->end;
    walk->up = NULL;
    frame_clear(desk->root, &model->decoder->layout);
    enforcer->arrival.model = model;
    enforcer->arrival.root = desk->root;
    enforcer->arrival.run.fragments = &desk->fragments;
    desk->fragments.serial++;
    return decoder_run(walk, desk->root);
}

enum enforce_status enforce_event(struct enforcer *enforcer, const struct model_program *model, struct json_cursor *cursor,
                                  const struct event_context *context, struct arena *arena, struct judgement *out)
{
    struct arrival *arrival = &enforcer->arrival;
    const char *begin = cursor->at;
    arena_lend(enforcer->frames, arena);
    begin_violations(&enforcer->violations, context, arena);
    if (!read_event(enforcer, model, cursor)) return cursor->error == JSON_NO_MEMORY ? ENFORCE_NO_MEMORY : ENFORCE_SYNTAX;
    arrival->context = context;
    arrival->arena = arena;
    arrival->text_size = (size_t)(cursor->at - begin);
    arrival->received_ms = timing_ms(context->received);
    arrival->stamps.count = 0;
    enforcer->tools.failed = false;
    if (LIKELY(judge(arrival, &enforcer->violations, out))) return ENFORCE_JUDGED;
    return enforcer->tools.failed ? ENFORCE_NO_RANDOMNESS : ENFORCE_NO_MEMORY;
}
