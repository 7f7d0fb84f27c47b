/* decode_twin.h - reads an event by the short ways and by the long way, and compares all that comes of it. */
#ifndef HEADGATE_TESTS_DECODE_TWIN_H
#define HEADGATE_TESTS_DECODE_TWIN_H

#include "contracts/decode.h"
#include "contracts/model_program.h"

#include <stdio.h>
#include <stdlib.h>

/* One reading, with everything that it needs. */
struct twin {
    struct arena *arena;
    struct json_cursor cursor;
    struct violations violations;
    struct frame *root;
    const struct decode_node **guesses;
    struct timestamp_recent recent;
    bool read;
};

static inline void twin_must(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "short and long way differ: %s\n", what);
    abort();
}

static inline struct twin twin_read(const struct model_program *model, struct pattern_scratch *scratch, struct span text,
                                    uint32_t tokens, bool plain)
{
    enum { MEMORY = 64 << 20, DEPTH = 32, LIMIT = 64 };
    struct twin twin = {.arena = arena_create(MEMORY)};
    const struct decoder *decoder = model->decoder;
    if (twin.arena == NULL) abort();
    void *memory = arena_alloc(twin.arena, decoder->layout.size);
    twin.guesses = arena_calloc(twin.arena, decoder->guess_count, sizeof(struct decode_node *));
    if (memory == NULL || twin.guesses == NULL) abort();
    twin.root = frame_init(memory, &decoder->layout);
    decoder_reset_guesses(decoder, twin.guesses);
    json_begin(&twin.cursor, text, DEPTH, tokens);
    twin.violations = (struct violations){
        .arena = twin.arena, .rules = program_event_rules(model->program), .limit = LIMIT, .list_undeclared = true};
    struct walk walk = {&twin.cursor, twin.arena,       scratch,      decoder,
                        twin.guesses, &twin.violations, &twin.recent, plain ? text.data : twin.cursor.end,
                        NULL};
    twin.read = decoder_run(&walk, twin.root);
    return twin;
}

static inline void twin_compare_nodes(const struct decode_node *node, const struct frame *a, const struct frame *b);

static inline void twin_compare_items(const struct decode_array *array, const struct slot *a, const struct slot *b)
{
    twin_must(a->items.count == b->items.count, "the number of items");
    const struct frame *left = a->items.first, *right = b->items.first;
    for (; left != NULL && right != NULL; left = left->next, right = right->next) twin_compare_nodes(&array->item, left, right);
    twin_must(left == right, "the list of items");
}

static inline void twin_compare_slots(const struct decode_node *node, const struct slot *a, const struct slot *b)
{
    switch (node->type) {
    case TYPE_STRING:
    case TYPE_BYTES: twin_must(span_equal(a->string.text, b->string.text) && a->string.ascii == b->string.ascii, "a text"); break;
    case TYPE_DECIMAL: twin_must(a->decimal == b->decimal, "a decimal"); break;
    case TYPE_FLOAT:
    case TYPE_DOUBLE:
        twin_must(a->real.low == b->real.low && a->real.high == b->real.high && a->real.exponent == b->real.exponent &&
                      a->real.negative == b->real.negative && a->real.nearest == b->real.nearest,
                  "a number");
        break;
    case TYPE_BOOLEAN: twin_must(a->boolean == b->boolean, "a boolean"); break;
    case TYPE_OBJECT: break;
    case TYPE_ARRAY:
    case TYPE_MAP: twin_compare_items(node->array, a, b); break;
    default: twin_must(a->integer == b->integer, "an integer or a time"); break;
    }
}

static inline void twin_compare_nodes(const struct decode_node *node, const struct frame *a, const struct frame *b)
{
    twin_must(a->states[node->slot] == b->states[node->slot], "a state");
    if (slot_present(a, node->slot)) twin_compare_slots(node, &a->slots[node->slot], &b->slots[node->slot]);
    for (uint32_t i = 0; node->object != NULL && i < node->object->count; i++)
        twin_compare_nodes(&node->object->members[i], a, b);
}

static inline void twin_compare_violations(const struct violations *a, const struct violations *b)
{
    twin_must(a->total == b->total && a->count == b->count, "the number of violations");
    twin_must(a->undeclared == b->undeclared && a->name_count == b->name_count, "the number of undeclared members");
    for (uint32_t i = 0; i < a->count; i++)
        twin_must(a->items[i].rule == b->items[i].rule && span_equal(a->items[i].pointer, b->items[i].pointer), "a violation");
    for (uint32_t i = 0; i < a->name_count; i++) twin_must(span_equal(a->names[i], b->names[i]), "an undeclared name");
}

/* Aborts where the two ways differ; true when the text is JSON. `text` is followed by JSON_PADDING bytes. */
static inline bool twin_compare(const struct model_program *model, struct pattern_scratch *scratch, struct span text,
                                uint32_t tokens)
{
    struct twin fast = twin_read(model, scratch, text, tokens, false), plain = twin_read(model, scratch, text, tokens, true);
    bool read = fast.read;
    twin_must(fast.read == plain.read && fast.cursor.error == plain.cursor.error, "whether it is JSON");
    if (read) {
        twin_must(fast.cursor.at == plain.cursor.at && fast.cursor.depth == plain.cursor.depth, "the end");
        twin_must(fast.cursor.tokens_left == plain.cursor.tokens_left, "the number of tokens");
        twin_compare_violations(&fast.violations, &plain.violations);
        twin_compare_nodes(&model->decoder->root, fast.root, plain.root);
    } else {
        twin_must(json_error_offset(&fast.cursor) == json_error_offset(&plain.cursor), "the place of the error");
    }
    arena_destroy(fast.arena);
    arena_destroy(plain.arena);
    return read;
}

#endif
