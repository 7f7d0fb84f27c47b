/* projection_compile.c - from the fields of a use, each with its source in the model, to steps. */
#include "contracts/projection.h"

#include "codecs/avro.h"

struct compiler {
    const struct use *use;
    const struct projection_source *with;
    struct projection *projection;
    uint32_t writer; /* of the use's encrypted fields, from 1; 0 = none yet */
};

static bool out_of_memory(struct compiler *compiler)
{
    compiler->with->diagnostics->failed = true;
    return false;
}

/* The array or map whose items' frame holds the field's slot; NULL = the root frame. */
static const struct field *frame_of(const struct field *field)
{
    const struct field *up = field->parent;
    while (up != NULL && !type_has_items(up->type)) up = up->parent;
    return up;
}

static uint32_t count_steps(const struct field *object)
{
    uint32_t count = (uint32_t)object->child_count;
    for (size_t i = 0; i < object->child_count; i++)
        if (object->children[i]->type == TYPE_OBJECT) count += count_steps(object->children[i]);
    return count;
}

/* ---------------------------------------------------------------- what a step does */

static bool is_copy(const struct step *step)
{
    const struct field *field = step->field, *source = step->source;
    return step->checks == NULL && step->handling == NULL && field->type == source->type && field->scale == source->scale &&
           !field->avro_enum;
}

static enum step_op scalar_op(const struct step *step)
{
    bool text = step->field->type == TYPE_STRING;
    if (!is_copy(step) || (step->key_part != 0 && !text)) return STEP_VALUE;
    switch (step->field->type) {
    case TYPE_STRING: return step->key_part == 0 ? STEP_TEXT : STEP_KEY_TEXT;
    case TYPE_INT:
    case TYPE_LONG:
    case TYPE_DATE:
    case TYPE_TIME: return STEP_LONG;
    case TYPE_TIMESTAMP: return step->field->fraction_digits > 3 ? STEP_LONG : STEP_MILLIS;
    case TYPE_DECIMAL: return STEP_DECIMAL;
    case TYPE_DOUBLE: return STEP_DOUBLE;
    case TYPE_BOOLEAN: return STEP_BOOLEAN;
    default: return STEP_VALUE;
    }
}

static bool no_keys(struct compiler *compiler, const struct step *step, const char *what)
{
    diagnostics_add(compiler->with->diagnostics, "keys-missing", step->field->place, step->field->path, "%.*s %s",
                    SPAN_ARGS(compiler->use->id), what);
    return false;
}

/* Whether it has a name in Avro: no item of an array, no key or value of a map's entry, no entry. */
static bool is_member(const struct field *field)
{
    const struct field *parent = field->parent;
    return parent->type == TYPE_OBJECT && (parent->parent == NULL || parent->parent->type != TYPE_MAP);
}

/* The record's name, the names of what the field lies in, and its own. */
static struct span avro_path(struct arena *arena, const struct field *field)
{
    while (field->parent != NULL && !is_member(field)) field = field->parent;
    if (field->parent == NULL) return field->name;
    struct span before = avro_path(arena, field->parent);
    return before.data == NULL ? before : arena_printf(arena, "%.*s.%.*s", SPAN_ARGS(before), SPAN_ARGS(field->wire_name));
}

static bool compile_encryption(struct compiler *compiler, struct step *step, struct handling_program *program)
{
    const struct projection_source *with = compiler->with;
    struct field_keys *keys = with->field_keys;
    if (compiler->writer == 0) {
        if (!keyring_field_key(with->keyring, compiler->use->id, &keys->items[keys->count]))
            return no_keys(compiler, step,
                           "encrypts a field and the key file has no encryption key: `headgate keys rotate` adds one");
        compiler->writer = ++keys->count;
    }
    struct span path = avro_path(with->arena, step->field);
    program->writer = compiler->writer - 1;
    if (path.data != NULL) program->bound = ciphertext_bound(with->arena, compiler->use->id, path);
    return program->bound.data != NULL || out_of_memory(compiler);
}

static bool compile_handling(struct compiler *compiler, struct step *step)
{
    const struct handling *handling = &step->field->handling;
    if (handling->kind == HANDLE_PASS) return true;
    struct handling_program *program = arena_calloc(compiler->with->arena, 1, sizeof *program);
    if (program == NULL) return out_of_memory(compiler);
    program->handling = handling;
    program->source = step->source;
    program->field = step->field;
    step->handling = program;
    if (handling->kind != HANDLE_HMAC && handling->kind != HANDLE_ENCRYPT) return true;
    bool hashes = handling->kind == HANDLE_HMAC;
    if (compiler->with->keyring == NULL)
        return no_keys(compiler, step,
                       hashes ? "hashes a field and there are no keys" : "encrypts a field and there are no keys");
    if (!hashes) return compile_encryption(compiler, step, program);
    if (handling->scope == SCOPE_DOMAIN)
        keyring_domain_key(compiler->with->keyring, compiler->use->domain, &program->key);
    else
        keyring_use_key(compiler->with->keyring, compiler->use->id, &program->key);
    return true;
}

static uint8_t key_part_of(const struct use *use, const struct field *field)
{
    for (size_t i = 0; i < use->key_count; i++)
        if (use->key[i] == field) return (uint8_t)(i + 1);
    return 0;
}

/* Bytes beside texts that come from the event, and items: union branch, lengths, numbers, what a handling adds. A treated text is
 * made behind the room for its length. */
static size_t fixed_size(const struct step *step)
{
    switch ((enum step_op)step->op) {
    case STEP_OBJECT:
    case STEP_GROUPING: return 1;
    case STEP_ARRAY: return 1 + AVRO_LONG_MAX + 1;
    default: break;
    }
    size_t size = 1 + AVRO_LONG_MAX + AVRO_DECIMAL_MAX + 1;
    if (step->handling == NULL) return size;
    bool text = step->source->type == TYPE_STRING || step->source->type == TYPE_BYTES;
    bool encrypts_other = step->field->handling.kind == HANDLE_ENCRYPT && !text;
    return size + handling_room(&step->field->handling, encrypts_other ? CANONICAL_MAX : 0);
}

/* ---------------------------------------------------------------- steps */

static bool no_source(struct compiler *compiler, const struct field *field)
{
    diagnostics_add(compiler->with->diagnostics, "field-source", field->place, field->path,
                    "the model has no such field where this one could take it from");
    return false;
}

static bool bind(struct compiler *compiler, struct step *step, const struct field *within)
{
    const struct field *field = step->field;
    step->source = field->source;
    step->nullable = !field->required;
    step->key_part = key_part_of(compiler->use, field);
    if (field->source == NULL) return field->type == TYPE_OBJECT || no_source(compiler, field);
    const struct decode_node *node = decoder_find(compiler->with->decoder, field->source);
    if (node == NULL || frame_of(field->source) != within) return no_source(compiler, field);
    step->slot = node->slot;
    step->place = node->place;
    step->array = node->array;
    return true;
}

static bool compile_steps(struct compiler *compiler, struct steps *steps, const struct field *field, const struct field *within);

static bool compile_items(struct compiler *compiler, struct step *step)
{
    struct steps *items = arena_calloc(compiler->with->arena, 1, sizeof *items);
    if (items == NULL) return out_of_memory(compiler);
    step->op = STEP_ARRAY;
    step->items = items;
    if (step->array == NULL) return no_source(compiler, step->field);
    return compile_steps(compiler, items, step->field->items, step->source);
}

static bool add_step(struct compiler *compiler, struct steps *steps, const struct field *field, const struct field *within);

static bool add_members(struct compiler *compiler, struct steps *steps, const struct field *object, const struct field *within)
{
    for (size_t i = 0; i < object->child_count; i++)
        if (!add_step(compiler, steps, object->children[i], within)) return false;
    return true;
}

static bool add_step(struct compiler *compiler, struct steps *steps, const struct field *field, const struct field *within)
{
    const struct projection_source *with = compiler->with;
    struct step *step = &steps->items[steps->count++];
    step->field = field;
    if (!bind(compiler, step, within) || !compile_handling(compiler, step)) return false;
    const struct field *base = step->handling == NULL ? step->source : NULL;
    if (step->source != NULL && !checks_compile(field, base, with->arena, with->patterns, with->diagnostics, &step->checks))
        return false;
    if (field->type == TYPE_OBJECT) {
        step->op = step->source != NULL ? STEP_OBJECT : STEP_GROUPING;
        step->checks = NULL; /* a part of an object has no count of its own */
        if (!add_members(compiler, steps, field, within)) return false;
    } else if (type_has_items(field->type)) {
        if (!compile_items(compiler, step)) return false;
    } else {
        step->op = (uint8_t)scalar_op(step);
    }
    step->end = (uint32_t)(&steps->items[steps->count] - step);
    steps->fixed += fixed_size(step);
    return true;
}

static bool list_arrays(struct compiler *compiler, struct steps *steps)
{
    uint32_t *arrays = arena_calloc(compiler->with->arena, steps->count, sizeof *arrays);
    if (arrays == NULL) return out_of_memory(compiler);
    for (uint32_t i = 0; i < steps->count; i++)
        if (steps->items[i].op == STEP_ARRAY) arrays[steps->array_count++] = i;
    steps->arrays = arrays;
    return true;
}

/* The steps of one frame: the members of the root, or the one value that is an item. */
static bool compile_steps(struct compiler *compiler, struct steps *steps, const struct field *field, const struct field *within)
{
    bool root = within == NULL;
    uint32_t count = (root ? 0 : 1) + (field->type == TYPE_OBJECT ? count_steps(field) : 0);
    steps->items = arena_calloc(compiler->with->arena, count, sizeof *steps->items);
    if (steps->items == NULL) return out_of_memory(compiler);
    bool added = root ? add_members(compiler, steps, field, NULL) : add_step(compiler, steps, field, within);
    return added && list_arrays(compiler, steps);
}

/* How often the fields below `field` that take the same source may have its text's bytes: encrypted, it is a third longer and
 * counts twice. */
static uint32_t count_source(const struct field *field, const struct field *source)
{
    uint32_t count = field->source != source ? 0 : field->handling.kind == HANDLE_ENCRYPT ? 2 : 1;
    if (field->items != NULL) count += count_source(field->items, source);
    for (size_t i = 0; i < field->child_count; i++) count += count_source(field->children[i], source);
    return count;
}

/* The most that any field below `field` shares its source with others of the root: each text of the event is written so often. */
static uint32_t count_copies(const struct field *root, const struct field *field)
{
    uint32_t most = field->source != NULL && field->type != TYPE_OBJECT ? count_source(root, field->source) : 1;
    if (field->items != NULL) {
        uint32_t count = count_copies(root, field->items);
        if (count > most) most = count;
    }
    for (size_t i = 0; i < field->child_count; i++) {
        uint32_t count = count_copies(root, field->children[i]);
        if (count > most) most = count;
    }
    return most;
}

bool projection_compile(struct projection *projection, const struct use *use, const struct projection_source *source)
{
    struct compiler compiler = {use, source, projection, 0};
    *projection = (struct projection){.key_count = (uint32_t)use->key_count};
    if (use->key_count > PROJECTION_KEY_MAX) {
        diagnostics_add(source->diagnostics, "record-key", use->place, use->id, "a record key may have at most %d fields",
                        PROJECTION_KEY_MAX);
        return false;
    }
    for (size_t i = 0; i < use->key_count; i++) projection->key_fields[i] = use->key[i];
    projection->copies = count_copies(use->root, use->root);
    return compile_steps(&compiler, &projection->steps, use->root, NULL);
}
