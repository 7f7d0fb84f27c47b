#include "contracts/projection.h"

#include "codecs/avro.h"
#include "codecs/base64.h"
#include "contracts/timing.h"
#include "contracts/unique.h"

/* A union's branch is a long, its position: 0 and 1 in zigzag. */
enum { NULL_BRANCH = 0, VALUE_BRANCH = 2 };

/* ---------------------------------------------------------------- bounds */

static size_t array_bound(const struct step *step, const struct slot *slot)
{
    size_t bound = slot->items.count * step->items->fixed;
    if (step->items->sized_count == 0) return bound;
    for (const struct frame *item = slot->items.first; item != NULL; item = item->next)
        bound += projection_bound(step->items, item) - step->items->fixed;
    return bound;
}

static inline size_t step_bound(const struct step *step, const struct slot *slot)
{
    if (LIKELY(step->handling == NULL && step->op != STEP_ARRAY)) return slot->string.text.size;
    if (step->op == STEP_ARRAY) return array_bound(step, slot);
    bool text = step->source->type == TYPE_STRING || step->source->type == TYPE_BYTES;
    return handling_room(&step->field->handling, text ? slot->string.text.size : 0);
}

size_t projection_bound(const struct steps *steps, const struct frame *frame)
{
    size_t bound = steps->fixed;
    for (uint32_t i = 0; i < steps->sized_count; i++) {
        const struct step *step = &steps->items[steps->sized[i]];
        if (slot_present(frame, step->slot)) bound += step_bound(step, &frame->slots[step->slot]);
    }
    return bound;
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
    case TYPE_ARRAY: break;
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
    case TYPE_DOUBLE: return checks_number(step->checks, &value->as.number);
    case TYPE_BOOLEAN: return checks_boolean(step->checks, value->as.boolean);
    default: return checks_integer(step->checks, value->as.integer);
    }
}

/* The text of a key part is the one that was written: it ends where the value ends. */
static void keep_key(struct projection_run *run, const struct step *step, const struct value *value, const char *end)
{
    struct value *part = &run->key.values[step->key_part - 1];
    *part = *value;
    bool written = value->type == TYPE_STRING && !step->field->avro_enum;
    if (written) part->as.string.text.data = end - value->as.string.text.size;
    run->key.present |= UINT32_C(1) << (step->key_part - 1);
}

/* A value that needs more than a copy: treat it, turn it into the use's type, look at the use's own rules, write it. */
static char *write_treated(const struct step *step, const struct slot *slot, struct projection_run *run, char *to)
{
    struct value value = value_of(step->source, slot);
    if (step->handling != NULL && !handling_apply(step->handling, &value, to + AVRO_LONG_MAX)) return NULL;
    if (!value_convert(&value, step->field)) return NULL;
    if (step->checks != NULL && (check_value(step, run->scratch, &value) & ~BROKEN_SOFTLY) != 0) return NULL;
    char *end = write_value(step, &value, to);
    if (end != NULL && step->key_part != 0) keep_key(run, step, &value, end);
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

/* One block of all items, and the end. */
static char *write_array(const struct step *step, const struct slot *slot, struct projection_run *run, char *to)
{
    uint32_t count = slot->items.count;
    if (step->checks != NULL && checks_items(step->checks, count) != 0) return NULL;
    if (step->checks != NULL && !is_unique(step, slot, run)) return NULL;
    if (count > 0) to = avro_write_long(to, count);
    for (const struct frame *item = slot->items.first; item != NULL && to != NULL; item = item->next)
        to = projection_write(step->items, item, run, to);
    return to == NULL ? NULL : avro_write_long(to, 0);
}

/* Whether any value below a grouping object is there. */
static bool any_present(const struct steps *steps, uint32_t from, uint32_t end, const struct frame *frame)
{
    for (uint32_t i = from; i < end; i++)
        if (!steps->items[i].grouping && slot_present(frame, steps->items[i].slot)) return true;
    return false;
}

static bool is_present(const struct steps *steps, uint32_t at, const struct frame *frame)
{
    const struct step *step = &steps->items[at];
    if (LIKELY(!step->grouping)) return slot_present(frame, step->slot);
    return !step->nullable || any_present(steps, at + 1, step->end, frame);
}

/* ---------------------------------------------------------------- the steps */

static char *write_step(const struct step *step, const struct slot *slot, struct projection_run *run, char *to)
{
    switch (step->op) {
    case STEP_TEXT: return avro_write_bytes(to, slot->string.text);
    case STEP_LONG: return avro_write_long(to, slot->integer);
    case STEP_MILLIS: return avro_write_long(to, timing_ms(slot->integer));
    case STEP_DECIMAL: return avro_write_decimal(to, slot->decimal);
    case STEP_DOUBLE: return avro_write_double(to, number_to_double(&slot->number));
    case STEP_BOOLEAN: return avro_write_bool(to, slot->boolean);
    case STEP_OBJECT: return to;
    case STEP_ARRAY: return write_array(step, slot, run, to);
    case STEP_VALUE: return write_treated(step, slot, run, to);
    }
    return NULL;
}

char *projection_write(const struct steps *steps, const struct frame *frame, struct projection_run *run, char *to)
{
    for (uint32_t i = 0; i < steps->count;) {
        const struct step *step = &steps->items[i];
        const struct slot *slot = &frame->slots[step->slot];
        if (UNLIKELY(!is_present(steps, i, frame))) {
            if (!step->nullable) return NULL;
            *to++ = NULL_BRANCH;
            i = step->end;
            continue;
        }
        if (step->nullable) *to++ = VALUE_BRANCH;
        to = write_step(step, slot, run, to);
        if (UNLIKELY(to == NULL)) return NULL;
        if (step->key_part != 0 && step->op != STEP_VALUE) {
            struct value value = value_of(step->source, slot);
            keep_key(run, step, &value, to);
        }
        i++;
    }
    return to;
}
