#include "contracts/record_make.h"

#include "contracts/record_headers.h"

#define SEPARATOR '\x1F'

static void run_begin(struct projection_run *run, const struct arrival *arrival, const struct use_program *program)
{
    run->number = program->projection.number;
    run->scratch = arrival->scratch;
    run->arena = arrival->arena;
    run->fragments = arrival->fragments;
    run->tools = arrival->tools;
    run->no_memory = false;
    run->key.present = 0;
}

/* The bytes behind `bytes + used` are not kept, and no fragment in them may be copied any more. */
static void give_back(struct arrival *arrival, char *bytes, size_t size, size_t used)
{
    arena_trim(arrival->arena, bytes, size, used);
    if (used == 0) arrival->fragments->serial++;
}

/* Claims the projection's bound and keeps what was written. NULL with *status when there is nothing to keep. */
static char *write_value(struct arrival *arrival, const struct use_program *program, struct projection_run *run, size_t *size,
                         enum record_status *status)
{
    size_t bound = sizeof program->frame + projection_bound(&program->projection, arrival->root, arrival->text_size);
    char *bytes = arena_bytes(arrival->arena, bound);
    *status = RECORD_NO_MEMORY;
    if (bytes == NULL) return NULL;
    memcpy(bytes, program->frame, sizeof program->frame);
    char *end = projection_write(&program->projection.steps, arrival->root, run, bytes + program->frame_size);
    *size = end == NULL ? 0 : (size_t)(end - bytes);
    give_back(arrival, bytes, bound, *size);
    if (end == NULL && !run->no_memory) *status = RECORD_UNFIT;
    return end == NULL ? NULL : bytes;
}

static struct span part_text(const struct use_program *program, const struct key_parts *parts, uint32_t part, char *room)
{
    if ((parts->present >> part & 1) == 0) return (struct span){"", 0};
    return value_canonical(&parts->values[part], program->projection.key_fields[part], room);
}

/* Canonical texts joined by U+001F. A single text lies in the value already. */
static struct span make_key(struct arrival *arrival, const struct use_program *program, const struct key_parts *parts)
{
    uint32_t count = program->projection.key_count;
    char room[CANONICAL_MAX] UNINITIALIZED;
    size_t size = count - 1;
    if (count == 1) {
        struct span text = part_text(program, parts, 0, room);
        return text.data == room ? arena_copy(arrival->arena, text) : text;
    }
    for (uint32_t i = 0; i < count; i++) size += part_text(program, parts, i, room).size;
    char *key = arena_bytes(arrival->arena, size), *to = key;
    if (key == NULL) return (struct span){NULL, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) *to++ = SEPARATOR;
        struct span text = part_text(program, parts, i, room);
        if (text.size > 0) memcpy(to, text.data, text.size);
        to += text.size;
    }
    return (struct span){key, size};
}

static int64_t record_time(const struct arrival *arrival, const struct use *use)
{
    int64_t received = arrival->context->received;
    return use->treats ? timing_coarse_ms(received, use->stamp_unit, use->segment_time) : timing_ms(received);
}

/* One block for both: a record never outlives its headers. */
struct made {
    struct record record;
    struct header headers[VARYING_MAX];
};

enum record_status record_make(struct arrival *arrival, const struct use_program *program, bool late, bool diverted,
                               const struct record **out)
{
    struct projection_run run UNINITIALIZED;
    enum record_status status;
    size_t size;
    run_begin(&run, arrival, program);
    char *value = write_value(arrival, program, &run, &size, &status);
    if (value == NULL) return status;
    struct span id = record_id(arrival, program);
    struct made *made = arena_alloc(arrival->arena, sizeof *made);
    if (id.data == NULL || made == NULL) return RECORD_NO_MEMORY;
    made->record = program->blank;
    made->record.diverted = diverted;
    made->record.key = program->projection.key_count == 0 ? id : make_key(arrival, program, &run.key);
    made->record.value = (struct span){value, size};
    made->record.timestamp_ms = record_time(arrival, program->use);
    if (made->record.key.data == NULL) return RECORD_NO_MEMORY;
    if (!record_headers(arrival, program, id, late, made->headers, &made->record)) return RECORD_NO_MEMORY;
    *out = &made->record;
    return RECORD_MADE;
}

enum record_status record_probe(struct arrival *arrival, const struct use_program *program, size_t *size)
{
    struct projection_run run UNINITIALIZED;
    enum record_status status;
    run_begin(&run, arrival, program);
    char *value = write_value(arrival, program, &run, size, &status);
    if (value == NULL) return status;
    give_back(arrival, value, *size, 0);
    return RECORD_MADE;
}
