#include "contracts/program.h"

#include "codecs/buffer.h"
#include "codecs/digest.h"
#include "contracts/event_rule.h"
#include "contracts/intent.h"
#include "contracts/model_program.h"
#include "contracts/outcome.h"
#include "contracts/projection_share.h"
#include "contracts/quality_judge.h"
#include "contracts/record_headers.h"
#include "contracts/rule.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* Programs are made of contracts, which are files of people: what passes this is a mistake or worse. */
enum { PROGRAM_MEMORY_MAX = 1024 * 1024 * 1024 };

struct program {
    const struct catalogue *catalogue;
    struct arena *arena;
    struct pattern_list patterns;
    struct model_program *models; /* by model->index */
    struct field_keys field_keys;
    const struct rule *rules[EVENT_RULES];
};

struct compiler {
    struct program *program;
    const struct keyring *keyring;
    const struct placement *placements; /* may be NULL */
    struct diagnostics *diagnostics;
};

static bool out_of_memory(struct compiler *compiler)
{
    compiler->diagnostics->failed = true;
    return false;
}

/* ---------------------------------------------------------------- uses */

static bool compile_id_key(struct compiler *compiler, struct use_program *program)
{
    const struct use *use = program->use;
    if (use->passes_id) return true;
    if (compiler->keyring == NULL) {
        diagnostics_add(compiler->diagnostics, "keys-missing", use->place, use->id,
                        "%.*s does not pass the event's id, so ce_id needs a key", SPAN_ARGS(use->id));
        return false;
    }
    keyring_use_key(compiler->keyring, use->id, &program->id_key);
    return true;
}

static void compile_frame(const struct catalogue *catalogue, struct use_program *program)
{
    char *end = catalogue->framing == FRAMING_CONFLUENT
                    ? avro_write_confluent(program->frame, program->use->schema_id)
                    : avro_write_single_object(program->frame, program->use->schema_fingerprint);
    program->frame_size = (uint8_t)(end - program->frame);
}

/* As record_cost() counts them. */
static uint32_t cost_of(const struct header *headers, size_t count)
{
    size_t cost = 0;
    for (size_t i = 0; i < count; i++) cost += headers[i].name.size + headers[i].value.size + HEADER_COST;
    return (uint32_t)cost;
}

/* What tells this set of headers from any other, over reloads too; never 0. */
static bool mark_of(const struct header *headers, size_t count, uint64_t *mark)
{
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&text, "%zu %zu ", headers[i].name.size, headers[i].value.size);
        buffer_append_span(&text, headers[i].name);
        buffer_append_span(&text, headers[i].value);
    }
    uint8_t digest[SHA256_SIZE];
    sha256(buffer_span(&text), digest);
    memcpy(mark, digest, sizeof *mark);
    *mark |= 1;
    bool whole = buffer_ok(&text);
    buffer_deinit(&text);
    return whole;
}

static bool compile_headers(struct compiler *compiler, struct use_program *program, struct span region)
{
    struct header *headers = NULL;
    size_t count = 0;
    if (!intent_headers(program->use, compiler->program->arena, region, &headers, &count)) return out_of_memory(compiler);
    program->fixed = (struct fixed_headers){.items = headers, .count = (uint32_t)count, .cost = cost_of(headers, count)};
    return mark_of(headers, count, &program->fixed.mark) || out_of_memory(compiler);
}

static bool compile_use(struct compiler *compiler, const struct model_program *model, struct use_program *program,
                        const struct use *use)
{
    const struct placement *placement = compiler->placements != NULL ? &compiler->placements[use->index] : NULL;
    struct projection_source source = {model->decoder,
                                       compiler->keyring,
                                       compiler->program->arena,
                                       &compiler->program->patterns,
                                       &compiler->program->field_keys,
                                       compiler->diagnostics};
    program->use = use;
    program->nowhere = placement != NULL && placement->nowhere;
    compile_frame(compiler->program->catalogue, program);
    outcome_prepare(program);
    record_headers_prepare(program);
    bool whole = projection_compile(&program->projection, use, &source);
    whole &= compile_id_key(compiler, program);
    whole &= compile_headers(compiler, program, placement != NULL ? placement->region : (struct span){NULL, 0});
    return whole;
}

static bool share_fragments(struct compiler *compiler, struct model_program *program)
{
    struct share_list list = {.arena = compiler->program->arena};
    for (uint32_t i = 0; i < program->use_count; i++) {
        program->uses[i].projection.number = i + 1;
        if (!projection_share(&list, &program->uses[i].projection.steps)) return out_of_memory(compiler);
    }
    for (uint32_t i = 1; i < program->use_count; i++)
        for (uint32_t k = 0; k < i; k++) projection_share_runs(&program->uses[i].projection, &program->uses[k].projection);
    for (uint32_t i = 0; i < program->use_count; i++) projection_merge(&program->uses[i].projection);
    program->shares = list.shares;
    return true;
}

static bool compile_uses(struct compiler *compiler, struct model_program *program)
{
    const struct model *model = program->model;
    bool whole = true;
    program->uses = arena_calloc(compiler->program->arena, model->use_count + 1, sizeof *program->uses);
    if (program->uses == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < model->use_count; i++)
        if (model->uses[i]->status != STATUS_RETIRED)
            whole &= compile_use(compiler, program, &program->uses[program->use_count++], model->uses[i]);
    return whole && share_fragments(compiler, program);
}

/* ---------------------------------------------------------------- models */

/* The node of a field that the gateway itself reads: it must have one slot in an event, so it lies in no array or map. */
static const struct decode_node *own_node(struct compiler *compiler, const struct model_program *program,
                                          const struct field *field)
{
    const struct field *up = field;
    while (up != NULL && !type_has_items(up->type)) up = up->parent;
    const struct decode_node *node = up == NULL ? decoder_find(program->decoder, field) : NULL;
    if (node == NULL)
        diagnostics_add(compiler->diagnostics, "field-path", field->place, field->path,
                        "the field must have one value in an event");
    return node;
}

static bool compile_identity(struct compiler *compiler, struct model_program *program)
{
    const struct model *model = program->model;
    const struct decode_node **nodes = arena_calloc(compiler->program->arena, model->primary_key_count + 1, sizeof *nodes);
    if (nodes == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < model->primary_key_count; i++) {
        nodes[i] = own_node(compiler, program, model->primary_key[i]);
        if (nodes[i] == NULL) return false;
    }
    program->identity = nodes;
    program->identity_text = model->primary_key_count == 1 && nodes[0]->type == TYPE_STRING ? nodes[0] : NULL;
    program->identity_count = (uint32_t)model->primary_key_count;
    return true;
}

static bool compile_qualities(struct compiler *compiler, struct model_program *program)
{
    return quality_compile(program, compiler->program->arena, &compiler->program->patterns, compiler->diagnostics);
}

static bool compile_model(struct compiler *compiler, struct model_program *program, const struct model *model)
{
    program->model = model;
    program->program = compiler->program;
    program->decoder = decoder_compile(model, compiler->program->arena, &compiler->program->patterns, compiler->diagnostics);
    if (program->decoder == NULL) return false;
    if (model->event_time != NULL) program->event_time = own_node(compiler, program, model->event_time);
    if (model->event_time != NULL && program->event_time == NULL) return false;
    if (model->quality_count > 0 && !compile_qualities(compiler, program)) return false;
    return compile_identity(compiler, program) && compile_uses(compiler, program);
}

static bool compile_models(struct compiler *compiler)
{
    struct program *program = compiler->program;
    bool whole = true;
    program->models = arena_calloc(program->arena, program->catalogue->model_count + 1, sizeof *program->models);
    program->field_keys.items = arena_calloc(program->arena, program->catalogue->use_count + 1, sizeof(struct ciphertext_key));
    if (program->models == NULL || program->field_keys.items == NULL) return out_of_memory(compiler);
    for (size_t i = 0; i < program->catalogue->model_count; i++)
        whole &= compile_model(compiler, &program->models[i], program->catalogue->models[i]);
    return whole;
}

/* ---------------------------------------------------------------- the program */

struct program *program_compile(const struct catalogue *catalogue, const struct keyring *keyring,
                                const struct placement *placements, struct diagnostics *diagnostics)
{
    struct program *program = calloc(1, sizeof *program);
    struct compiler compiler = {program, keyring, placements, diagnostics};
    if (program == NULL) {
        diagnostics->failed = true;
        return NULL;
    }
    program->catalogue = catalogue;
    program->arena = arena_create(PROGRAM_MEMORY_MAX);
    for (unsigned i = 0; i < EVENT_RULES; i++) program->rules[i] = rule_find(span_of(event_rule_name((enum event_rule)i)));
    bool whole = program->arena != NULL ? compile_models(&compiler) : out_of_memory(&compiler);
    if (whole) return program;
    program_destroy(program);
    return NULL;
}

void program_destroy(struct program *program)
{
    if (program == NULL) return;
    for (size_t i = 0; i < program->patterns.count; i++) pattern_destroy(program->patterns.items[i]);
    free(program->patterns.items);
    if (program->field_keys.items != NULL)
        OPENSSL_cleanse(program->field_keys.items, program->field_keys.count * sizeof *program->field_keys.items);
    arena_destroy(program->arena);
    free(program);
}

const struct catalogue *program_catalogue(const struct program *program)
{
    return program->catalogue;
}

const struct model_program *program_model(const struct program *program, struct span event)
{
    const struct model *model = catalogue_model(program->catalogue, event);
    return model == NULL ? NULL : &program->models[model->index];
}

const struct model *model_program_model(const struct model_program *program)
{
    return program->model;
}

const struct field_keys *program_field_keys(const struct program *program)
{
    return &program->field_keys;
}

const struct rule *const *program_event_rules(const struct program *program)
{
    return program->rules;
}
