#include "contracts/projection.h"

#include "codecs/avro.h"
#include "codecs/base64.h"
#include "contracts/timing.h"
#include "contracts/unique.h"

/* A union's branch is a long, its position: 0 and 1 in zigzag. */
enum { NULL_BRANCH = 0, VALUE_BRANCH = 2 };

/* ---------------------------------------------------------------- bounds */

static size_t items_bound(const struct steps *steps, const struct frame *frame)
{
    size_t bound = 0;
    for (uint32_t i = 0; i < steps->array_count; i++) {
        const struct step *step = &steps->items[steps->arrays[i]];
        if (!slot_present(frame, step->slot)) continue;
        const struct slot *slot = &frame->slots[step->slot];
        bound += slot->items.count * step->items->fixed;
        if (step->items->array_count == 0) continue;
        for (const struct frame *item = slot->items.first; item != NULL; item = item->next)
            bound += items_bound(step->items, item);
    }
    return bound;
}

/* All texts together are no longer than the event that they came in. */
size_t projection_bound(const struct projection *projection, const struct frame *frame, size_t text_size)
{
    size_t bound = projection->steps.fixed + projection->copies * text_size + AVRO_SLACK;
    return projection->steps.array_count == 0 ? bound : bound + items_bound(&projection->steps, frame);
}

/* ---------------------------------------------------------------- values, the long way */

/* A treated text lies where its bytes will be, less the room for its length: the length is written, then it moves down. */
static char *write_text(char *to, struct span text)
{
    to = avro_write_long(to, (int64_t)text.size);
    if (text.size > 0) memmove(to, text.data, text.size);
    return to + text.size;
}

static char *write_bytes(char *to, struct span base64, char *room)
{
    size_t size;
    if (!base64_decode(base64, room, &size)) return NULL;
    return write_text(to, (struct span){room, size});
}

static char *write_symbol(const struct step *step, char *to, struct span text)
{
    int32_t symbol = checks_symbol(step->checks, text);
    return symbol < 0 ? NULL : avro_write_long(to, symbol);
}

static char *write_value(const struct step *step, const struct value *value, char *to)
{
    switch (value->type) {
    case TYPE_STRING:
        if (step->field->avro_enum) return write_symbol(step, to, value->as.string.text);
        return write_text(to, value->as.string.text);
    case TYPE_BYTES: return write_bytes(to, value->as.string.text, to + AVRO_LONG_MAX);
    case TYPE_INT:
    case TYPE_LONG:
    case TYPE_DATE:
    case TYPE_TIME: return avro_write_long(to, value->as.integer);
    case TYPE_TIMESTAMP:
        return avro_write_long(to, step->field->fraction_digits > 3 ? value->as.integer : timing_ms(value->as.integer));
    case TYPE_DECIMAL: return avro_write_decimal(to, value->as.decimal);
    case TYPE_FLOAT: return avro_write_float(to, (float)number_to_double(&value->as.number));
    case TYPE_DOUBLE: return avro_write_double(to, number_to_double(&value->as.number));
    case TYPE_BOOLEAN: return avro_write_bool(to, value->as.boolean);
    case TYPE_OBJECT:
    case TYPE_ARRAY:
    case TYPE_MAP: break;
    }
    return NULL;
}

static uint32_t check_value(const struct step *step, struct pattern_scratch *scratch, const struct value *value)
{
    switch (value->type) {
    case TYPE_STRING:
    case TYPE_BYTES: return checks_string(step->checks, scratch, &value->as.string);
    case TYPE_DECIMAL: return checks_decimal(step->checks, value->as.decimal);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return checks_number(step->checks, &value->as.number, number_to_double(&value->as.number));
    case TYPE_BOOLEAN: return checks_boolean(step->checks, value->as.boolean);
    default: return checks_integer(step->checks, value->as.integer);
    }
}

/* A text that is a part of the key is the one that was just written: it ends at `end`. */
static void keep_text(struct projection_run *run, const struct step *step, size_t size, const char *end)
{
    struct value *part = &run->key.values[step->key_part - 1];
    part->type = TYPE_STRING;
    part->as.string.text = (struct span){end - size, size};
    run->key.present |= UINT32_C(1) << (step->key_part - 1);
}

static void keep_value(struct projection_run *run, const struct step *step, const struct value *value, const char *end)
{
    if (value->type == TYPE_STRING && !step->field->avro_enum) {
        keep_text(run, step, value->as.string.text.size, end);
        return;
    }
    run->key.values[step->key_part - 1] = *value;
    run->key.present |= UINT32_C(1) << (step->key_part - 1);
}

/* A value that could not be treated: the use is unfit for the event, or the system has no randomness. */
static COLD char *give_up(struct projection_run *run)
{
    run->no_memory |= run->tools != NULL && run->tools->failed;
    return NULL;
}

/* A value that needs more than a copy: treat it, turn it into the use's type, look at the use's own rules, write it. */
static NEVER_INLINE char *write_treated(const struct step *step, const struct slot *slot, struct projection_run *run, char *to)
{
    struct value value = value_of(step->source, slot);
    bool treated = step->handling == NULL || handling_apply(step->handling, &value, to + AVRO_LONG_MAX, run->tools);
    if (!treated) return give_up(run);
    if (step->handling != NULL && step->handling->handling->kind == HANDLE_ENCRYPT) return write_text(to, value.as.string.text);
    if (!value_convert(&value, step->field)) return NULL;
    if (step->checks != NULL && check_value(step, run->scratch, &value) != 0) return NULL;
    char *end = write_value(step, &value, to);
    if (end != NULL && step->key_part != 0) keep_value(run, step, &value, end);
    return end;
}

/* ---------------------------------------------------------------- containers */

static bool is_unique(const struct step *step, const struct slot *slot, struct projection_run *run)
{
    if ((step->checks->parts & CHECKS_UNIQUE) == 0) return true;
    enum unique_items unique = unique_items(step->array, slot->items.first, slot->items.count, run->arena);
    run->no_memory |= unique == UNIQUE_NO_MEMORY;
    return unique == UNIQUE_YES;
}

static inline const struct slot *slot_of(const struct step *step, const struct frame *frame)
{
    return (const struct slot *)(const void *)((const char *)frame + step->place);
}

/* Texts as they are, which items mostly are. */
static inline bool are_plain_texts(const struct steps *items)
{
    return items->count == 1 && items->items->op == STEP_TEXT && !items->items->nullable;
}

static inline char *write_texts(const struct step *item, const struct frame *frame, char *to)
{
    for (; frame != NULL; frame = frame->next) {
        if (UNLIKELY(!slot_present(frame, item->slot))) return NULL;
        to = avro_write_padded(to, slot_of(item, frame)->string.text);
    }
    return to;
}

/* Strings in a row: one step's choice of what to do for all of them. */
static inline char *write_text_run(const struct step *step, const struct frame *frame, char *to)
{
    for (const struct step *end = step + step->run_steps; step < end; step++) {
        if (UNLIKELY(!slot_present(frame, step->slot))) return NULL;
        to = avro_write_padded(to, slot_of(step, frame)->string.text);
    }
    return to;
}

/* One block of all items, and the end. A map is written like an array of its entries: a key, then a value. */
static char *write_array(const struct step *step, const struct slot *slot, struct projection_run *run, char *to)
{
    const struct frame *item = slot->items.first;
    uint32_t count = slot->items.count;
    if (step->checks != NULL && (checks_items(step->checks, count) | checks_properties(step->checks, count)) != 0) return NULL;
    if (step->checks != NULL && !is_unique(step, slot, run)) return NULL;
    if (count > 0) to = avro_write_long(to, count);
    if (LIKELY(are_plain_texts(step->items)))
        to = write_texts(step->items->items, item, to);
    else
        for (; item != NULL && to != NULL; item = item->next) to = projection_write(step->items, item, run, to);
    return to == NULL ? NULL : avro_write_long(to, 0);
}

/* ---------------------------------------------------------------- the steps */

/* Whether any value below a grouping object is there. */
static bool any_present(const struct step *grouping, const struct frame *frame)
{
    const struct step *end = grouping + grouping->end;
    for (const struct step *step = grouping + 1; step < end; step++)
        if (step->op != STEP_GROUPING && slot_present(frame, step->slot)) return true;
    return false;
}

static inline char *write_decimal(char *to, int128 unscaled)
{
    if (LIKELY((int64_t)unscaled == unscaled)) return avro_write_decimal_small(to, (int64_t)unscaled);
    return avro_write_decimal(to, unscaled);
}

static NEVER_INLINE char *write_key_text(const struct step *step, const struct slot *slot, struct projection_run *run, char *to)
{
    char *end = avro_write_bytes(to, slot->string.text);
    keep_text(run, step, slot->string.text.size, end);
    return end;
}

/* An object that the model has not is null where it may be and nothing of it is there. */
static NEVER_INLINE bool is_empty(const struct step *grouping, const struct frame *frame)
{
    return grouping->nullable && !any_present(grouping, frame);
}

static char *write_steps(const struct step *step, const struct step *end, const struct frame *frame, struct projection_run *run,
                         char *to);

/* One step, its members not included; *next is the one behind it, or behind its members where there is nothing of them. */
static ALWAYS_INLINE char *write_one(const struct step *step, const struct frame *frame, struct projection_run *run, char *to,
                                     const struct step **next)
{
    const struct slot *slot = slot_of(step, frame);
    if (UNLIKELY(!slot_present(frame, step->slot))) {
        *to = NULL_BRANCH;
        *next = step + step->end;
        return step->nullable ? to + 1 : NULL;
    }
    *to = VALUE_BRANCH;
    *next = step + 1;
    char *value = to + step->nullable;
    switch ((enum step_op)step->op) {
    case STEP_TEXT: return avro_write_padded(value, slot->string.text);
    case STEP_TEXTS: *next = step + step->run_steps; return write_text_run(step, frame, value);
    case STEP_KEY_TEXT: return write_key_text(step, slot, run, value);
    case STEP_LONG: return avro_write_long(value, slot->integer);
    case STEP_MILLIS: return avro_write_long(value, timing_ms(slot->integer));
    case STEP_DECIMAL: return write_decimal(value, slot->decimal);
    case STEP_DOUBLE: return avro_write_double(value, slot->real.nearest);
    case STEP_BOOLEAN: return avro_write_bool(value, slot->boolean);
    case STEP_OBJECT: return value;
    case STEP_GROUPING:
        if (!is_empty(step, frame)) return value;
        *to = NULL_BRANCH;
        *next = step + step->end;
        return value;
    case STEP_ARRAY: return write_array(step, slot, run, value);
    case STEP_VALUE: return write_treated(step, slot, run, value);
    default: __builtin_unreachable();
    }
}

/* Steps that are no other use's. */
static char *write_alone(const struct step *step, const struct step *end, const struct frame *frame, struct projection_run *run,
                         char *to)
{
    while (step < end) {
        to = write_one(step, frame, run, to, &step);
        if (UNLIKELY(to == NULL)) return NULL;
    }
    return to;
}

static inline void keep_fragment(struct fragment *fragment, const char *at, const char *end, const struct projection_run *run)
{
    *fragment = (struct fragment){at, (size_t)(end - at), run->fragments->serial, run->number};
}

/* A container that other uses have too, its members included. */
static NEVER_INLINE char *write_container(const struct step *step, const struct frame *frame, struct projection_run *run,
                                          char *to)
{
    const struct step *next, *end = step + step->end;
    char *behind = write_one(step, frame, run, to, &next);
    if (behind != NULL && next < end) behind = write_steps(next, end, frame, run, behind);
    if (behind != NULL) keep_fragment(&run->fragments->items[step->share], to, behind, run);
    return behind;
}

/* Whether the step's bytes were written for an earlier use; where they lie. */
static inline const struct fragment *fragment_of(const struct step *step, const struct projection_run *run)
{
    if (step->share == 0) return NULL;
    const struct fragment *fragment = &run->fragments->items[step->share];
    return fragment->serial == run->fragments->serial ? fragment : NULL;
}

/* The size of the run that begins with this fragment; 0 when its writer did not write both ends of it for this event. What lies
 * between them is then the run's, since the writer has the same steps in a row. */
static inline size_t run_size(const struct step *step, const struct fragment *first, const struct projection_run *run)
{
    if (step->run_last == 0 || first->writer != step->run_writer) return 0;
    const struct fragment *last = &run->fragments->items[step->run_last];
    if (last->serial != first->serial || last->writer != step->run_writer) return 0;
    return (size_t)(last->at - first->at) + last->size;
}

/* Copies the fragment of the step, and with it those of the steps behind it that follow there too: uses mostly take fields in the
 * model's order. Returns the step behind. */
static const struct step *copy_fragments(const struct step *step, const struct step *end, const struct fragment *fragment,
                                         const struct projection_run *run, char **to)
{
    const char *at = fragment->at;
    size_t size = run_size(step, fragment, run);
    if (size > 0) {
        step += step->run_steps;
    } else {
        do {
            size += fragment->size;
            step += step->end;
            fragment = step < end ? fragment_of(step, run) : NULL;
        } while (fragment != NULL && fragment->at == at + size);
    }
    avro_copy(*to, at, size);
    *to += size;
    return step;
}

static char *write_steps(const struct step *step, const struct step *end, const struct frame *frame, struct projection_run *run,
                         char *to)
{
    while (step < end) {
        char *begin = to;
        struct fragment *kept = NULL;
        if (step->share != 0) {
            kept = &run->fragments->items[step->share];
            if (kept->serial == run->fragments->serial) {
                step = copy_fragments(step, end, kept, run, &to);
                continue;
            }
        }
        if (kept != NULL && step->end > 1) {
            to = write_container(step, frame, run, to);
            step += step->end;
        } else {
            to = write_one(step, frame, run, to, &step);
            if (kept != NULL && to != NULL) keep_fragment(kept, begin, to, run);
        }
        if (UNLIKELY(to == NULL)) return NULL;
    }
    return to;
}

char *projection_write(const struct steps *steps, const struct frame *frame, struct projection_run *run, char *to)
{
    const struct step *end = steps->items + steps->count;
    return steps->shared ? write_steps(steps->items, end, frame, run, to) : write_alone(steps->items, end, frame, run, to);
}
