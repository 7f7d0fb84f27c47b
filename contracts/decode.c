/* decode.c - reads one event in one pass.
 *
 *     decoder_run -> read_value -> read_object -> (name -> member) -> read_value ...
 *                              \-> read_array  -> (new item frame)  -> read_value ...
 *                              \-> a scalar: parse, check, store
 *
 * 1. Each value is consumed exactly once, whether it is declared, broken or neither.
 * 2. A slot is written before its `present` bit is set; a value that broke a rule sets `bad` instead.
 * 3. Every reader is false only when cursor->error is set. */
#include "contracts/decode.h"

#include "codecs/date_pattern.h"
#include "contracts/unique.h"

static bool read_value(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up);

/* ---------------------------------------------------------------- what goes wrong */

static COLD bool no_memory(struct walk *walk)
{
    return json_fail(walk->cursor, JSON_NO_MEMORY, walk->cursor->at);
}

static COLD bool report_at(struct walk *walk, uint32_t broken, const struct path *path)
{
    violations_add(walk->violations, broken, path);
    return !walk->violations->no_memory || no_memory(walk);
}

/* The value of the node breaks rules: its slot is not to be used. */
static COLD bool report(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up,
                        uint32_t broken)
{
    if ((broken & ~BROKEN_SOFTLY) != 0) {
        slot_mark(frame->bad, node->slot);
        frame->present[node->slot / 64] &= ~(UINT64_C(1) << (node->slot % 64));
    }
    struct path self = {up, node->name, 0};
    return report_at(walk, broken, up == NULL ? &(struct path){0} : &self);
}

/* A value of another type than the node's: null is absent, anything else is passed over and reported. */
static COLD bool read_other(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    struct json_cursor *cursor = walk->cursor;
    enum json_kind kind = json_peek(cursor);
    if (kind == JSON_NULL && up != NULL) return json_literal(cursor, kind);
    return json_skip(cursor) && report(walk, node, frame, up, BROKEN(EVENT_TYPE));
}

/* Stores nothing: says that the slot is filled, or what its value broke. */
static inline bool finish(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up,
                          uint32_t broken)
{
    slot_mark(frame->present, node->slot);
    return LIKELY(broken == 0) || report(walk, node, frame, up, broken);
}

/* ---------------------------------------------------------------- scalars */

static inline bool read_string(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    struct json_string *string = &frame->slots[node->slot].string;
    if (UNLIKELY(*walk->cursor->at != '"')) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_string(walk->cursor, walk->arena, string))) return false;
    return finish(walk, node, frame, up, node->checks == NULL ? 0 : checks_string(node->checks, walk->scratch, string));
}

static uint32_t parse_date(const struct field *field, struct span text, int64_t *out)
{
    int32_t days = 0;
    enum timestamp_status status = TIMESTAMP_OK;
    if (field->date_pattern == NULL) {
        status = date_parse(text, &days);
        *out = days;
    } else {
        status = date_pattern_parse(field->date_pattern, text, field->default_offset, out);
        *out /= US_PER_DAY;
    }
    return status == TIMESTAMP_OK ? 0 : BROKEN(EVENT_DATE_FORMAT);
}

static uint32_t parse_instant(const struct field *field, struct span text, int64_t *out)
{
    enum timestamp_zone zone = field->zone ? ZONE_REQUIRED : ZONE_FORBIDDEN;
    enum timestamp_status status;
    if (field->date_pattern != NULL)
        status = date_pattern_parse(field->date_pattern, text, field->default_offset, out);
    else
        status = field->type == TYPE_TIMESTAMP ? timestamp_parse(text, zone, out) : time_parse(text, zone, out);
    if (LIKELY(status == TIMESTAMP_OK)) return 0;
    return status == TIMESTAMP_ZONE ? BROKEN(EVENT_TIMEZONE) : BROKEN(EVENT_DATE_FORMAT);
}

static bool read_time(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    int64_t *value = &frame->slots[node->slot].integer;
    struct json_string string;
    if (UNLIKELY(*walk->cursor->at != '"')) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_string(walk->cursor, walk->arena, &string))) return false;
    bool date = node->type == TYPE_DATE;
    uint32_t broken = date ? parse_date(node->field, string.text, value) : parse_instant(node->field, string.text, value);
    return finish(walk, node, frame, up, broken != 0 ? broken : checks_integer(node->checks, *value));
}

static inline bool is_number(char byte)
{
    return (unsigned char)(byte - '0') < 10 || byte == '-';
}

/* A number that is no whole one, or none of 64 bits. */
static COLD uint32_t not_an_integer(const struct number *number, enum number_status status)
{
    if (status == NUMBER_SIZE) return BROKEN(EVENT_NUMBER_SIZE);
    if (number->exponent < 0) return BROKEN(EVENT_INTEGER);
    return number->negative ? BROKEN(EVENT_MINIMUM) : BROKEN(EVENT_MAXIMUM);
}

static bool read_integer(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    int64_t *value = &frame->slots[node->slot].integer;
    struct number number;
    enum number_status status;
    if (UNLIKELY(!is_number(*walk->cursor->at))) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_number(walk->cursor, &number, &status))) return false;
    uint32_t broken = 0;
    if (UNLIKELY(status != NUMBER_OK || !number_to_int64(&number, value)))
        broken = not_an_integer(&number, status);
    else
        broken = checks_integer(node->checks, *value);
    return finish(walk, node, frame, up, broken);
}

/* The same rules, on a number that the decimal's unit cannot hold. */
static COLD uint32_t not_a_decimal(const struct decode_node *node, const struct number *number, enum number_status status)
{
    if (status == NUMBER_SIZE) return BROKEN(EVENT_NUMBER_SIZE);
    if (number->exponent < -node->field->scale) return BROKEN(EVENT_SCALE);
    return number->negative ? BROKEN(EVENT_MINIMUM) : BROKEN(EVENT_MAXIMUM);
}

static bool read_decimal(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    int128 *value = &frame->slots[node->slot].decimal;
    struct number number;
    enum number_status status;
    if (UNLIKELY(!is_number(*walk->cursor->at))) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_number(walk->cursor, &number, &status))) return false;
    uint32_t broken = 0;
    if (UNLIKELY(status != NUMBER_OK || !number_unscaled(&number, node->field->scale, value)))
        broken = not_a_decimal(node, &number, status);
    else if (node->checks != NULL)
        broken = checks_decimal(node->checks, *value);
    return finish(walk, node, frame, up, broken);
}

/* What the Avro type cannot hold but as infinity is too large. */
static bool is_finite_as(enum type type, const struct number *number)
{
    if (number->exponent < 0) return true;
    double value = number_to_double(number);
    return type == TYPE_FLOAT ? __builtin_isfinite((float)value) : __builtin_isfinite(value);
}

static bool read_real(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    struct number *value = &frame->slots[node->slot].number;
    enum number_status status;
    if (UNLIKELY(!is_number(*walk->cursor->at))) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_number(walk->cursor, value, &status))) return false;
    uint32_t broken = 0;
    if (UNLIKELY(status != NUMBER_OK || !is_finite_as(node->type, value)))
        broken = BROKEN(EVENT_NUMBER_SIZE);
    else if (node->checks != NULL)
        broken = checks_number(node->checks, value);
    return finish(walk, node, frame, up, broken);
}

static bool read_boolean(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    enum json_kind kind = json_peek(walk->cursor);
    if (UNLIKELY(kind != JSON_TRUE && kind != JSON_FALSE)) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_literal(walk->cursor, kind))) return false;
    frame->slots[node->slot].boolean = kind == JSON_TRUE;
    return finish(walk, node, frame, up, node->checks == NULL ? 0 : checks_boolean(node->checks, kind == JSON_TRUE));
}

/* ---------------------------------------------------------------- objects */

/* One violation for each member in the mask. */
static COLD bool report_members(struct walk *walk, const struct decode_object *object, uint32_t word, uint64_t mask,
                                enum event_rule rule, const struct path *path)
{
    for (; mask != 0; mask &= mask - 1) {
        uint32_t slot = (object->first_word + word) * 64 + (uint32_t)__builtin_ctzll(mask);
        struct path member = {path, object->members[slot - object->first_slot].name, 0};
        if (!report_at(walk, BROKEN(rule), &member)) return false;
    }
    return true;
}

static COLD bool check_keys(struct walk *walk, const struct decode_object *object, const struct frame *frame,
                            const struct path *path)
{
    for (uint32_t i = 0; i < object->word_count; i++) {
        uint64_t missing = object->keys[i] & ~frame->seen[object->first_word + i];
        if (missing != 0 && !report_members(walk, object, i, missing, EVENT_REQUIRED_KEY, path)) return false;
    }
    return true;
}

static COLD bool check_count(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    const struct decode_object *object = node->object;
    int64_t count = 0;
    for (uint32_t i = 0; i < object->word_count; i++) {
        uint32_t word = object->first_word + i;
        count += __builtin_popcountll(object->declared[i] & (frame->present[word] | frame->bad[word]));
    }
    uint32_t broken = checks_properties(node->checks, count);
    return broken == 0 || report(walk, node, frame, up, broken);
}

static inline bool close_object(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *path)
{
    const struct decode_object *object = node->object;
    for (uint32_t i = 0; i < object->word_count; i++) {
        uint32_t word = object->first_word + i;
        uint64_t missing = object->required[i] & ~(frame->present[word] | frame->bad[word]);
        if (UNLIKELY(missing != 0) && !report_members(walk, object, i, missing, EVENT_REQUIRED, path)) return false;
    }
    if (object->keys != NULL && !check_keys(walk, object, frame, path)) return false;
    return node->checks == NULL || check_count(walk, node, frame, path->up);
}

static COLD bool pass_undeclared(struct walk *walk, const struct path *path, struct span name)
{
    struct violations *violations = walk->violations;
    violations_undeclared(violations, path, name);
    if (violations->no_memory) return no_memory(walk);
    if (!walk->decoder->reject_undeclared) return json_skip(walk->cursor);
    /* The name may be personal: it is told only to a sender who asks for such names. */
    struct path member = {path, name, 0};
    return report_at(walk, BROKEN(EVENT_UNDECLARED_FIELD), violations->list_undeclared ? &member : path) &&
           json_skip(walk->cursor);
}

static COLD bool pass_duplicate(struct walk *walk, const struct path *path, struct span name)
{
    struct path member = {path, name, 0};
    return report_at(walk, BROKEN(EVENT_DUPLICATE_MEMBER), &member) && json_skip(walk->cursor);
}

/* Reads a name and its colon; *node is NULL for an undeclared one. */
static bool look_up_member(struct walk *walk, const struct decode_object *object, const struct decode_node **node,
                           struct json_string *name)
{
    if (!json_string(walk->cursor, walk->arena, name) || !json_colon(walk->cursor)) return false;
    int32_t at = lookup_find(&object->names, name->text);
    *node = at < 0 ? NULL : &object->members[at];
    return true;
}

static bool read_members(struct walk *walk, const struct decode_object *object, struct frame *frame, const struct path *path)
{
    uint16_t *guesses = walk->guesses + object->guesses;
    uint32_t previous = 0;
    bool first = true;
    while (json_next(walk->cursor, '}', &first)) {
        const struct decode_node *node = &object->members[guesses[previous]];
        if (UNLIKELY(!json_next_is(walk->cursor, &node->expected))) {
            struct json_string name;
            if (!look_up_member(walk, object, &node, &name)) return false;
            if (node == NULL) {
                if (!pass_undeclared(walk, path, name.text)) return false;
                continue;
            }
            guesses[previous] = (uint16_t)(node - object->members);
        }
        previous = (uint32_t)(node - object->members) + 1;
        if (UNLIKELY(slot_marked(frame->seen, node->slot))) {
            if (!pass_duplicate(walk, path, node->name)) return false;
            continue;
        }
        slot_mark(frame->seen, node->slot);
        if (UNLIKELY(!read_value(walk, node, frame, path))) return false;
    }
    return walk->cursor->error == JSON_FINE;
}

static bool read_object(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    struct path path = {up, node->name, 0};
    if (UNLIKELY(*walk->cursor->at != '{')) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_open(walk->cursor, '{'))) return false;
    slot_mark(frame->present, node->slot);
    return read_members(walk, node->object, frame, &path) && close_object(walk, node, frame, &path);
}

/* ---------------------------------------------------------------- arrays */

static bool read_item(struct walk *walk, const struct decode_array *array, struct frame *item, const struct path *path)
{
    if (!read_value(walk, &array->item, item, path)) return false;
    bool has_value = ((item->present[0] | item->bad[0]) & 1) != 0;
    if (LIKELY(has_value || !array->item.field->required)) return true;
    return report(walk, &array->item, item, path, BROKEN(EVENT_NULL));
}

/* All items into frames; those beyond the limit are passed over and only counted. */
static bool read_items(struct walk *walk, const struct decode_array *array, struct slot *slot, struct path *path)
{
    struct frame **last = &slot->items.first;
    bool first = true;
    for (; json_next(walk->cursor, ']', &first); path->index++) {
        if (UNLIKELY((int64_t)path->index >= array->max_items)) {
            if (!json_skip(walk->cursor)) return false;
            continue;
        }
        void *memory = arena_alloc(walk->arena, array->layout.size);
        if (UNLIKELY(memory == NULL)) return no_memory(walk);
        struct frame *item = frame_init(memory, &array->layout);
        *last = item;
        last = &item->next;
        if (!read_item(walk, array, item, path)) return false;
    }
    slot->items.count = path->index;
    return walk->cursor->error == JSON_FINE;
}

static bool check_unique(struct walk *walk, const struct decode_array *array, const struct slot *slot, uint32_t *broken)
{
    enum unique_items unique = unique_items(array, slot->items.first, slot->items.count, walk->arena);
    if (unique == UNIQUE_NO) *broken |= BROKEN(EVENT_UNIQUE_ITEMS);
    return unique != UNIQUE_NO_MEMORY || no_memory(walk);
}

static bool read_array(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    const struct decode_array *array = node->array;
    struct slot *slot = &frame->slots[node->slot];
    struct path path = {up, node->name, 0};
    uint32_t before = walk->violations->total, broken = 0;
    if (UNLIKELY(*walk->cursor->at != '[')) return read_other(walk, node, frame, up);
    if (UNLIKELY(!json_open(walk->cursor, '['))) return false;
    slot->items.first = NULL;
    if (!read_items(walk, array, slot, &path)) return false;
    if (node->checks != NULL) broken = checks_items(node->checks, slot->items.count);
    /* Items that broke a rule have no value to compare. */
    bool whole = walk->violations->total == before && broken == 0;
    if (array->unique && whole && !check_unique(walk, array, slot, &broken)) return false;
    return finish(walk, node, frame, up, broken);
}

/* ---------------------------------------------------------------- any value */

static bool read_value(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    switch (node->type) {
    case TYPE_STRING:
    case TYPE_BYTES: return read_string(walk, node, frame, up);
    case TYPE_INT:
    case TYPE_LONG: return read_integer(walk, node, frame, up);
    case TYPE_DECIMAL: return read_decimal(walk, node, frame, up);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return read_real(walk, node, frame, up);
    case TYPE_BOOLEAN: return read_boolean(walk, node, frame, up);
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return read_time(walk, node, frame, up);
    case TYPE_OBJECT: return read_object(walk, node, frame, up);
    case TYPE_ARRAY: return read_array(walk, node, frame, up);
    }
    return false;
}

bool decoder_run(struct walk *walk, struct frame *root)
{
    json_space(walk->cursor);
    return read_value(walk, &walk->decoder->root, root, NULL);
}
