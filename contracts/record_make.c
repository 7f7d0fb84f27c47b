#include "contracts/record_make.h"

#include "contracts/record_headers.h"

#define SEPARATOR '\x1F'

/* The block of one record: the struct, room for its headers' values, and what may be written behind them. */
struct draft {
    struct record *record;
    char *value;
    size_t bound; /* bytes of the block */
};

static ALWAYS_INLINE bool draft_open(struct draft *draft, const struct arrival *arrival, const struct use_program *program)
{
    size_t head = sizeof(struct record) + program->varying.most * sizeof(struct span);
    draft->bound = head + sizeof program->frame + projection_bound(&program->projection, arrival->root, arrival->text_size);
    draft->record = arena_alloc(arrival->arena, draft->bound);
    if (draft->record == NULL) return false;
    draft->value = (char *)draft->record + head;
    return true;
}

/* The block ends at `end` from now on. */
static void draft_trim(const struct draft *draft, const struct arrival *arrival, const char *end)
{
    char *block = (char *)draft->record;
    arena_trim(arrival->arena, block, draft->bound, (size_t)(end - block));
}

/* Gives the block back; no fragment in it may be copied any more. */
static void draft_drop(const struct draft *draft, const struct arrival *arrival)
{
    draft_trim(draft, arrival, (char *)draft->record);
    arrival->run.fragments->serial++;
}

/* Opens a draft and writes its value. Unless it is RECORD_MADE there is none. */
static ALWAYS_INLINE enum record_status draft_write(struct draft *draft, struct arrival *arrival,
                                                    const struct use_program *program, struct span *value)
{
    struct projection_run *run = &arrival->run;
    if (!draft_open(draft, arrival, program)) return RECORD_NO_MEMORY;
    run->number = program->projection.number;
    run->no_memory = false;
    run->key.present = 0;
    memcpy(draft->value, program->frame, sizeof program->frame);
    char *end = projection_write(&program->projection.steps, arrival->root, run, draft->value + program->frame_size);
    if (UNLIKELY(end == NULL)) {
        draft_drop(draft, arrival);
        return run->no_memory ? RECORD_NO_MEMORY : RECORD_UNFIT;
    }
    *value = (struct span){draft->value, (size_t)(end - draft->value)};
    return RECORD_MADE;
}

static struct span part_text(const struct use_program *program, const struct key_parts *parts, uint32_t part, char *room)
{
    if ((parts->present >> part & 1) == 0) return (struct span){"", 0};
    return value_canonical(&parts->values[part], program->projection.key_fields[part], room);
}

/* Canonical texts joined by U+001F. A single text lies in the value already. */
static NEVER_INLINE struct span make_key(struct arrival *arrival, const struct use_program *program,
                                         const struct key_parts *parts)
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
    if (LIKELY(!use->treats)) return arrival->received_ms;
    return timing_coarse_ms(arrival->context->received, use->stamp_unit, use->segment_time);
}

enum record_status record_make(struct arrival *arrival, const struct use_program *program, bool late, bool diverted,
                               const struct record **out)
{
    struct draft draft UNINITIALIZED;
    struct span value UNINITIALIZED;
    enum record_status status = draft_write(&draft, arrival, program, &value);
    if (status != RECORD_MADE) return status;
    draft_trim(&draft, arrival, value.data + value.size);
    struct record *record = draft.record;
    struct span id = LIKELY(program->plain) ? arrival->id : record_id(arrival, program);
    record->value = value;
    record->key = program->projection.key_count == 0 ? id : make_key(arrival, program, &arrival->run.key);
    record->use = program->use;
    record->timestamp_ms = record_time(arrival, program->use);
    record->diverted = diverted;
    if (id.data == NULL || record->key.data == NULL) return RECORD_NO_MEMORY;
    if (!record_headers(arrival, program, id, late, record)) return RECORD_NO_MEMORY;
    *out = record;
    return RECORD_MADE;
}

enum record_status record_probe(struct arrival *arrival, const struct use_program *program, uint32_t *size)
{
    struct draft draft UNINITIALIZED;
    struct span value UNINITIALIZED;
    enum record_status status = draft_write(&draft, arrival, program, &value);
    if (status != RECORD_MADE) return status;
    draft_drop(&draft, arrival);
    *size = value.size < UINT32_MAX ? (uint32_t)value.size : UINT32_MAX;
    return RECORD_MADE;
}
