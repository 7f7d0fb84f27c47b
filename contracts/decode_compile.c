/* decode_compile.c - from the model's fields to nodes and slots. */
#include "contracts/decode.h"

#include "codecs/format.h"

#include <math.h>

struct compiler {
    struct decoder *decoder;
    struct arena *arena;
    struct pattern_list *patterns;
    struct diagnostics *diagnostics;
    uint32_t slots; /* given out in the frame at hand */
};

static bool out_of_memory(struct compiler *compiler)
{
    compiler->diagnostics->failed = true;
    return false;
}

static bool take_slots(struct compiler *compiler, const struct field *field, uint32_t count, uint32_t *first)
{
    if (count > SLOT_COUNT_MAX - compiler->slots) {
        diagnostics_add(compiler->diagnostics, "element-value", field->place, field->path, "an event may have at most %d fields",
                        SLOT_COUNT_MAX);
        return false;
    }
    *first = compiler->slots;
    compiler->slots += count;
    return true;
}

/* ---------------------------------------------------------------- nodes */

/* What all values keep that lie between node->low and node->high; where no such range says it all, none does. */
static void compile_range(struct decode_node *node)
{
    const struct checks *checks = node->checks;
    node->low = checks == NULL ? INT64_MIN : 1;
    node->high = checks == NULL ? INT64_MAX : 0;
    if (checks == NULL || checks->parts != CHECKS_RANGE) return;
    node->low = checks->low;
    node->high = checks->high;
}

/* The same for the size of a text, which is its length: the short way takes ASCII alone. */
static void compile_sizes(struct decode_node *node)
{
    const struct checks *checks = node->checks;
    bool bounded = checks != NULL && (checks->parts & CHECKS_LENGTH) != 0;
    bool proven = checks == NULL || checks->proof == PROOF_LENGTH || checks->proof == PROOF_FORMAT;
    node->low = bounded ? checks->min_length : 0;
    node->high = !proven ? -1 : bounded ? checks->max_length : INT64_MAX;
}

/* On a bound itself the exact numbers are compared. */
static void compile_reals(struct decode_node *node)
{
    const struct checks *checks = node->checks;
    bool proven = checks == NULL || checks->parts == CHECKS_RANGE;
    node->above = !proven ? 1 : checks != NULL && checks->minimum != NULL ? checks->near_minimum : -INFINITY;
    node->below = !proven ? 0 : checks != NULL && checks->maximum != NULL ? checks->near_maximum : INFINITY;
}

static enum decode_op text_op(const struct checks *checks)
{
    if (checks == NULL) return DECODE_TEXT;
    switch (checks->proof) {
    case PROOF_FORMAT: return DECODE_FORMAT;
    case PROOF_SHAPE: return checks->shape->plain ? DECODE_SHAPE : DECODE_TEXT;
    case PROOF_VALUES: return DECODE_VALUES;
    default: return DECODE_TEXT;
    }
}

static enum decode_op op_of(const struct decode_node *node)
{
    switch (node->type) {
    case TYPE_STRING: return text_op(node->checks);
    case TYPE_INT:
    case TYPE_LONG: return DECODE_INTEGER;
    case TYPE_DECIMAL: return DECODE_DECIMAL;
    case TYPE_DOUBLE: return DECODE_REAL;
    case TYPE_BOOLEAN: return DECODE_BOOLEAN;
    case TYPE_TIMESTAMP: return node->field->zone && node->field->date_pattern == NULL ? DECODE_INSTANT : DECODE_LONG;
    case TYPE_OBJECT: return DECODE_OBJECT;
    case TYPE_ARRAY: return DECODE_ARRAY;
    case TYPE_MAP: return DECODE_MAP;
    default: return DECODE_LONG;
    }
}

/* A short list of short texts: each is looked for with its quote, so that its end needs no search. */
static bool compile_codes(struct compiler *compiler, struct decode_node *node)
{
    const struct rules *rules = &node->field->rules;
    if (rules->enumeration_count > LOOKUP_SMALL) return true;
    struct json_expected *codes = arena_calloc(compiler->arena, rules->enumeration_count, sizeof *codes);
    if (codes == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < rules->enumeration_count; i++)
        if (!json_expect_text(&codes[i], rules->enumeration[i].text)) return true;
    node->op = DECODE_CODES;
    node->codes = codes;
    node->code_count = (uint32_t)rules->enumeration_count;
    return true;
}

static bool compile_node(struct compiler *compiler, struct decode_node *node, const struct field *field, uint32_t slot)
{
    node->field = field;
    node->type = field->type;
    node->scale = field->scale;
    node->slot = slot;
    if (!checks_compile(field, NULL, compiler->arena, compiler->patterns, compiler->diagnostics, &node->checks)) return false;
    node->op = op_of(node);
    if (node->type == TYPE_STRING)
        compile_sizes(node);
    else if (node->type == TYPE_DOUBLE)
        compile_reals(node);
    else
        compile_range(node);
    if (node->op == DECODE_FORMAT) node->format = node->checks->format == format_ipv4 ? format_ipv4_padded : node->checks->format;
    if (node->op == DECODE_VALUES && !compile_codes(compiler, node)) return false;
    node->read = decode_reader_of(node->op);
    return true;
}

static bool compile_keys(struct compiler *compiler, const struct field *field, struct decode_object *object)
{
    const struct rules *rules = &field->rules;
    if (rules->required_key_count == 0) return true;
    bool *keys = arena_calloc(compiler->arena, object->count, sizeof *keys);
    if (keys == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < rules->required_key_count; i++) {
        int32_t at = lookup_find(&object->names, rules->required_keys[i]);
        if (at >= 0) keys[at] = true;
    }
    object->keys = keys;
    return true;
}

/* The masks are compared with eight states at a time: bytes of one begin where the object's first member has its state. */
static bool compile_required(struct compiler *compiler, struct decode_object *object)
{
    uint8_t *required = arena_calloc(compiler->arena, (object->count + 7) / 8 + 1, sizeof(uint64_t));
    if (required == NULL) return out_of_memory(compiler);
    for (uint32_t i = 0; i < object->count; i++)
        if (object->members[i].field->required) required[i] = SLOT_VALUE;
    object->required = (const uint64_t *)(const void *)required;
    return true;
}

static bool compile_members(struct compiler *compiler, const struct field *field, struct decode_object *object)
{
    for (uint32_t i = 0; i < object->count; i++) {
        struct decode_node *member = &object->members[i];
        member->name = field->children[i]->wire_name;
        if (!compile_node(compiler, member, field->children[i], object->first_slot + i)) return false;
        json_expect(&member->expected, member->name);
        object->marks |= decode_mark(member->name);
        member->guess = object->guesses + 1 + i;
    }
    if (!lookup_build(&object->names, &object->members->name, sizeof *object->members, object->count, compiler->arena))
        return out_of_memory(compiler);
    return compile_required(compiler, object) && compile_keys(compiler, field, object);
}

static bool compile_container(struct compiler *compiler, struct decode_node *node);

static bool compile_object(struct compiler *compiler, struct decode_node *node)
{
    struct decode_object *object = arena_calloc(compiler->arena, 1, sizeof *object);
    if (object == NULL) return out_of_memory(compiler);
    object->count = (uint32_t)node->field->child_count;
    object->members = arena_calloc(compiler->arena, node->field->child_count + 1, sizeof *object->members);
    if (object->members == NULL) return out_of_memory(compiler);
    object->guesses = compiler->decoder->guess_count;
    compiler->decoder->guess_count += object->count + 1;
    object->members[object->count].expected.rest = JSON_SCAN_NEVER;
    node->object = object;
    if (!take_slots(compiler, node->field, object->count, &object->first_slot)) return false;
    if (!compile_members(compiler, node->field, object)) return false;
    for (uint32_t i = 0; i < object->count; i++)
        if (!compile_container(compiler, &object->members[i])) return false;
    return true;
}

/* Keys are values: in pointers `*` stands for them. */
static void hide_keys(struct decode_object *entry)
{
    for (uint32_t i = 0; i < entry->count; i++) entry->members[i].name = SPAN("*");
}

/* Once the frame is laid out; items have frames of their own. */
static void place_slots(struct decode_node *node, const struct frame_layout *layout)
{
    node->place = layout->slots + node->slot * (uint32_t)sizeof(struct slot);
    for (uint32_t i = 0; node->object != NULL && i < node->object->count; i++) place_slots(&node->object->members[i], layout);
}

static bool compile_array(struct compiler *compiler, struct decode_node *node)
{
    struct decode_array *array = arena_calloc(compiler->arena, 1, sizeof *array);
    if (array == NULL) return out_of_memory(compiler);
    node->array = array;
    array->unique = node->field->rules.unique_items;
    int64_t most = node->type == TYPE_MAP ? node->field->rules.max_properties : node->field->rules.max_items;
    array->max_items = most == NO_LIMIT ? INT64_MAX : most;
    uint32_t outer = compiler->slots;
    compiler->slots = 1;
    if (!compile_node(compiler, &array->item, node->field->items, 0) || !compile_container(compiler, &array->item)) return false;
    if (node->type == TYPE_MAP) hide_keys(array->item.object);
    array->layout = frame_layout_of(compiler->slots);
    place_slots(&array->item, &array->layout);
    compiler->slots = outer;
    return true;
}

static bool compile_container(struct compiler *compiler, struct decode_node *node)
{
    if (node->type == TYPE_OBJECT) return compile_object(compiler, node);
    return !type_has_items(node->type) || compile_array(compiler, node);
}

struct decoder *decoder_compile(const struct model *model, struct arena *arena, struct pattern_list *patterns,
                                struct diagnostics *diagnostics)
{
    struct decoder *decoder = arena_calloc(arena, 1, sizeof *decoder);
    struct compiler compiler = {decoder, arena, patterns, diagnostics, 1};
    if (decoder == NULL) {
        diagnostics->failed = true;
        return NULL;
    }
    decoder->reject_undeclared = model->reject_undeclared;
    if (!compile_node(&compiler, &decoder->root, model->root, 0) || !compile_object(&compiler, &decoder->root)) return NULL;
    decoder->layout = frame_layout_of(compiler.slots);
    place_slots(&decoder->root, &decoder->layout);
    return decoder;
}

/* ---------------------------------------------------------------- afterwards */

static const struct decode_node *find_below(const struct decode_node *node, const struct field *field)
{
    if (node->field == field) return node;
    if (node->array != NULL) return find_below(&node->array->item, field);
    for (uint32_t i = 0; node->object != NULL && i < node->object->count; i++) {
        const struct decode_node *found = find_below(&node->object->members[i], field);
        if (found != NULL) return found;
    }
    return NULL;
}

const struct decode_node *decoder_find(const struct decoder *decoder, const struct field *field)
{
    return find_below(&decoder->root, field);
}

static void reset_below(const struct decode_node *node, const struct decode_node **guesses)
{
    if (node->array != NULL) reset_below(&node->array->item, guesses);
    if (node->object == NULL) return;
    for (uint32_t i = 0; i <= node->object->count; i++) guesses[node->object->guesses + i] = &node->object->members[i];
    for (uint32_t i = 0; i < node->object->count; i++) reset_below(&node->object->members[i], guesses);
}

void decoder_reset_guesses(const struct decoder *decoder, const struct decode_node **guesses)
{
    reset_below(&decoder->root, guesses);
}
