#include "contracts/quality_judge.h"

#include "contracts/resolve.h"

enum { ARRAYS_MAX = 32 };

#define NO_PARENT UINT32_MAX

struct quality_program {
    const struct quality *quality;
    const struct decode_node *node;    /* of its field */
    const struct checks *checks;       /* the values and the pattern; NULL = none */
    uint32_t parent;                   /* slot of the object that it lies in, in the same frame; NO_PARENT: an item */
    const struct decode_node **arrays; /* and maps that it lies in, the outermost first */
    uint32_t array_count;
};

/* ---------------------------------------------------------------- compiling */

/* The innermost object around the field: its presence decides whether there is a value to look at. */
static uint32_t parent_slot(const struct decoder *decoder, const struct field *field)
{
    const struct field *parent = field->parent;
    if (parent == NULL || type_has_items(parent->type)) return NO_PARENT;
    const struct decode_node *node = decoder_find(decoder, parent);
    return node != NULL ? node->slot : NO_PARENT;
}

static bool find_arrays(const struct decoder *decoder, struct quality_program *program, struct arena *arena)
{
    uint32_t count = 0;
    for (const struct field *at = program->quality->field->parent; at != NULL; at = at->parent) count += type_has_items(at->type);
    program->array_count = count;
    if (count > ARRAYS_MAX) return false;
    const struct decode_node **arrays = arena_calloc(arena, count + 1, sizeof *arrays);
    if (arrays == NULL) return false;
    for (const struct field *at = program->quality->field->parent; at != NULL; at = at->parent)
        if (type_has_items(at->type)) arrays[--count] = decoder_find(decoder, at);
    program->arrays = arrays;
    return true;
}

/* The rule's list and pattern as the only rules of a field of the same type. */
static bool compile_checks(struct quality_program *program, struct arena *arena, struct pattern_list *patterns,
                           struct diagnostics *diagnostics)
{
    const struct quality *quality = program->quality;
    if (quality->value_count == 0 && quality->pattern.data == NULL) return true;
    struct field *field = arena_calloc(arena, 1, sizeof *field);
    if (field == NULL) return false;
    *field = *quality->field;
    field->avro_enum = false;
    field->rules = (struct rules){.pattern = quality->pattern};
    resolve_open_rules(field);
    field->rules.enumeration = quality->values;
    field->rules.enumeration_count = quality->value_count;
    return checks_compile(field, NULL, arena, patterns, diagnostics, &program->checks);
}

bool quality_compile(struct model_program *program, struct arena *arena, struct pattern_list *patterns,
                     struct diagnostics *diagnostics)
{
    struct quality_program *qualities = arena_calloc(arena, program->model->quality_count, sizeof *qualities);
    bool whole = qualities != NULL;
    uint32_t count = 0;
    for (const struct quality *quality = program->model->qualities; whole && quality != NULL; quality = quality->next) {
        struct quality_program *next = &qualities[count++];
        next->quality = quality;
        next->node = decoder_find(program->decoder, quality->field);
        next->parent = parent_slot(program->decoder, quality->field);
        whole = next->node != NULL && find_arrays(program->decoder, next, arena) &&
                compile_checks(next, arena, patterns, diagnostics);
    }
    if (!whole) diagnostics->failed = true;
    program->qualities = qualities;
    program->quality_count = count;
    return whole;
}

/* ---------------------------------------------------------------- one event */

struct quality_walk {
    const struct quality_program *program;
    struct pattern_scratch *scratch;
    struct violations *violations;
    struct violations *warned; /* NULL = nobody asked */
    struct quality_tally *tally;
    uint32_t indexes[ARRAYS_MAX];
};

/* Which of the rule's own checks the value breaks. */
static uint32_t check(const struct quality_walk *walk, const struct slot *slot)
{
    const uint32_t ours = BROKEN(EVENT_ENUMERATION) | BROKEN(EVENT_PATTERN) | BROKEN(EVENT_PATTERN_LIMIT);
    const struct checks *checks = walk->program->checks;
    if (checks == NULL) return 0;
    switch (walk->program->node->type) {
    case TYPE_STRING:
    case TYPE_BYTES: return checks_string(checks, walk->scratch, &slot->string) & ours;
    case TYPE_DECIMAL: return checks_decimal(checks, slot->decimal) & ours;
    case TYPE_BOOLEAN: return checks_boolean(checks, slot->boolean) & ours;
    case TYPE_FLOAT:
    case TYPE_DOUBLE: {
        struct number number = slot_number(slot);
        return checks_number(checks, &number, slot->real.nearest) & ours;
    }
    case TYPE_OBJECT:
    case TYPE_ARRAY:
    case TYPE_MAP: return 0;
    default: return checks_integer(checks, slot->integer) & ours;
    }
}

/* What of the rule the value does not hold, as rules of events; 0 = it keeps it. */
static uint32_t look_at(const struct quality_walk *walk, const struct frame *frame)
{
    uint32_t slot = walk->program->node->slot;
    bool missing = walk->program->quality->metric != QUALITY_INVALID;
    if ((frame->states[slot] & SLOT_VALUE) == 0) return missing ? BROKEN(EVENT_REQUIRED) : 0;
    if (!slot_present(frame, slot)) return 0; /* the event is refused for it */
    uint32_t broken = check(walk, &frame->slots[slot]);
    if (!missing) return broken;
    bool stands_for_nothing = walk->program->checks != NULL && broken == 0;
    return stands_for_nothing ? BROKEN(EVENT_REQUIRED) : 0;
}

static void judge_value(struct quality_walk *walk, const struct frame *frame)
{
    const struct quality *quality = walk->program->quality;
    uint32_t parent = walk->program->parent;
    if (parent != NO_PARENT && !slot_present(frame, parent)) return;
    uint32_t broken = look_at(walk, frame);
    walk->tally->rows++;
    if (broken == 0) return;
    walk->tally->broken++;
    bool absent = (frame->states[walk->program->node->slot] & SLOT_VALUE) == 0; /* `required` has said so */
    bool refuses = quality->severity == SEVERITY_ERROR;
    struct violations *list = refuses ? walk->violations : walk->warned;
    if (quality->windowed || list == NULL || (refuses && absent)) return;
    violations_add_field(list, broken, quality->field, walk->indexes);
}

static void judge_frame(struct quality_walk *walk, const struct frame *frame, uint32_t depth)
{
    if (depth == walk->program->array_count) {
        judge_value(walk, frame);
        return;
    }
    uint32_t slot = walk->program->arrays[depth]->slot;
    if (!slot_present(frame, slot)) return;
    walk->indexes[depth] = 0;
    for (const struct frame *item = frame->slots[slot].items.first; item != NULL; item = item->next) {
        judge_frame(walk, item, depth + 1);
        walk->indexes[depth]++;
    }
}

bool quality_judge(const struct arrival *arrival, struct violations *violations, struct quality_tally **out)
{
    const struct model_program *model = arrival->model;
    struct quality_tally *tallies = arena_calloc(arrival->arena, model->quality_count, sizeof *tallies);
    struct warnings *asked = arrival->context->warnings;
    struct violations warned = {.arena = arrival->arena, .rules = violations->rules, .limit = violations->limit};
    if (tallies == NULL) return false;
    for (uint32_t i = 0; i < model->quality_count; i++) {
        struct quality_walk walk = {.program = &model->qualities[i], .scratch = arrival->run.scratch, .violations = violations};
        uint32_t before = warned.count;
        walk.warned = asked != NULL ? &warned : NULL;
        walk.tally = &tallies[i];
        walk.tally->quality = model->qualities[i].quality;
        judge_frame(&walk, arrival->root, 0);
        for (uint32_t k = before; k < warned.count; k++) warned.items[k].quality = model->qualities[i].quality;
    }
    if (asked != NULL) *asked = (struct warnings){warned.items, warned.count, warned.total > warned.count};
    *out = tallies;
    return !warned.no_memory;
}

void quality_sum(const struct model_program *program, const struct quality_tally *tallies, struct judgement *out)
{
    out->tallies = tallies;
    out->tally_count = program->quality_count;
    for (uint32_t i = 0; i < program->quality_count; i++)
        if (!tallies[i].quality->windowed && tallies[i].quality->severity != SEVERITY_ERROR) out->warnings += tallies[i].broken;
}
