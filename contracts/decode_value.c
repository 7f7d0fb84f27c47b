/* decode_value.c - scalars, the long way: every spelling, through the cursor. decode.c takes a short way where a value is written
 * as senders mostly write it, and comes here for everything else. */
#include "contracts/decode_value.h"

#include "codecs/date_pattern.h"

/* ---------------------------------------------------------------- what goes wrong */

bool decode_no_memory(struct walk *walk)
{
    return json_fail(walk->cursor, JSON_NO_MEMORY, walk->cursor->at);
}

bool decode_report_at(struct walk *walk, uint32_t broken, const struct path *path)
{
    violations_add(walk->violations, broken, path);
    return !walk->violations->no_memory || decode_no_memory(walk);
}

/* The value of the node breaks rules: its slot is not to be used. */
bool decode_report(struct walk *walk, const struct decode_node *node, struct frame *frame, uint32_t broken)
{
    frame->states[node->slot] = SLOT_BAD;
    struct path root = {0}, self = {walk->up, node->name, 0};
    return decode_report_at(walk, broken, walk->up == NULL ? &root : &self);
}

/* A value of another type than the node's: null is absent, anything else is passed over and reported. */
static COLD bool read_other(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    struct json_cursor *cursor = walk->cursor;
    enum json_kind kind = json_peek(cursor);
    if (kind == JSON_NULL && walk->up != NULL) return json_literal(cursor, kind);
    return json_skip(cursor) && decode_report(walk, node, frame, BROKEN(EVENT_TYPE));
}

/* Stores nothing: says that the slot is filled, or what its value broke. */
static bool finish(struct walk *walk, const struct decode_node *node, struct frame *frame, uint32_t broken)
{
    frame->states[node->slot] = SLOT_PRESENT;
    return LIKELY(broken == 0) || decode_report(walk, node, frame, broken);
}

/* ---------------------------------------------------------------- scalars */

static bool read_string(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    struct json_string *string = &frame->slots[node->slot].string;
    if (UNLIKELY(*walk->cursor->at != '"')) return read_other(walk, node, frame);
    if (UNLIKELY(!json_string(walk->cursor, walk->arena, string))) return false;
    return finish(walk, node, frame, node->checks == NULL ? 0 : checks_string(node->checks, walk->scratch, string));
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

static bool read_time(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    int64_t *value = &frame->slots[node->slot].integer;
    struct json_string string;
    if (UNLIKELY(*walk->cursor->at != '"')) return read_other(walk, node, frame);
    if (UNLIKELY(!json_string(walk->cursor, walk->arena, &string))) return false;
    bool date = node->type == TYPE_DATE;
    uint32_t broken = date ? parse_date(node->field, string.text, value) : parse_instant(node->field, string.text, value);
    return finish(walk, node, frame, broken != 0 ? broken : checks_integer(node->checks, *value));
}

static bool is_number(char byte)
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

static bool read_integer(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    int64_t *value = &frame->slots[node->slot].integer;
    struct number number;
    enum number_status status;
    if (UNLIKELY(!is_number(*walk->cursor->at))) return read_other(walk, node, frame);
    if (UNLIKELY(!json_number(walk->cursor, &number, &status))) return false;
    uint32_t broken = 0;
    if (UNLIKELY(status != NUMBER_OK || !number_to_int64(&number, value)))
        broken = not_an_integer(&number, status);
    else
        broken = checks_integer(node->checks, *value);
    return finish(walk, node, frame, broken);
}

/* The same rules, on a number that the decimal's unit cannot hold. */
static COLD uint32_t not_a_decimal(const struct decode_node *node, const struct number *number, enum number_status status)
{
    if (status == NUMBER_SIZE) return BROKEN(EVENT_NUMBER_SIZE);
    if (number->exponent < -node->field->scale) return BROKEN(EVENT_SCALE);
    return number->negative ? BROKEN(EVENT_MINIMUM) : BROKEN(EVENT_MAXIMUM);
}

static bool read_decimal(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    int128 *value = &frame->slots[node->slot].decimal;
    struct number number;
    enum number_status status;
    if (UNLIKELY(!is_number(*walk->cursor->at))) return read_other(walk, node, frame);
    if (UNLIKELY(!json_number(walk->cursor, &number, &status))) return false;
    uint32_t broken = 0;
    if (UNLIKELY(status != NUMBER_OK || !number_unscaled(&number, node->field->scale, value)))
        broken = not_a_decimal(node, &number, status);
    else if (node->checks != NULL)
        broken = checks_decimal(node->checks, *value);
    return finish(walk, node, frame, broken);
}

/* What the Avro type cannot hold but as infinity is too large. */
static bool is_finite_as(enum type type, double nearest)
{
    return type == TYPE_FLOAT ? __builtin_isfinite((float)nearest) : __builtin_isfinite(nearest);
}

static bool read_real(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    struct slot_real *real = &frame->slots[node->slot].real;
    struct number number;
    enum number_status status;
    if (UNLIKELY(!is_number(*walk->cursor->at))) return read_other(walk, node, frame);
    if (UNLIKELY(!json_number(walk->cursor, &number, &status))) return false;
    uint32_t broken = 0;
    if (status == NUMBER_OK) *real = slot_real_of(&number);
    if (UNLIKELY(status != NUMBER_OK || !is_finite_as(node->type, real->nearest)))
        broken = BROKEN(EVENT_NUMBER_SIZE);
    else if (node->checks != NULL)
        broken = checks_number(node->checks, &number, real->nearest);
    return finish(walk, node, frame, broken);
}

static bool read_boolean(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    enum json_kind kind = json_peek(walk->cursor);
    if (UNLIKELY(kind != JSON_TRUE && kind != JSON_FALSE)) return read_other(walk, node, frame);
    if (UNLIKELY(!json_literal(walk->cursor, kind))) return false;
    frame->slots[node->slot].boolean = kind == JSON_TRUE;
    return finish(walk, node, frame, node->checks == NULL ? 0 : checks_boolean(node->checks, kind == JSON_TRUE));
}

static bool read_scalar(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    switch (node->type) {
    case TYPE_STRING:
    case TYPE_BYTES: return read_string(walk, node, frame);
    case TYPE_INT:
    case TYPE_LONG: return read_integer(walk, node, frame);
    case TYPE_DECIMAL: return read_decimal(walk, node, frame);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return read_real(walk, node, frame);
    case TYPE_BOOLEAN: return read_boolean(walk, node, frame);
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
    case TYPE_TIME: return read_time(walk, node, frame);
    case TYPE_OBJECT:
    case TYPE_ARRAY:
    case TYPE_MAP: break;
    }
    return read_other(walk, node, frame);
}

static COLD const char *ended_early(struct json_cursor *cursor)
{
    return json_fail(cursor, JSON_EARLY_END, cursor->end) ? cursor->at : NULL;
}

/* Every token is paid where it is read, so this one's pay is given back first. Behind the end lies a value whose name took
 * padding for text. */
const char *decode_long(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct json_cursor *cursor = walk->cursor;
    if (UNLIKELY(at > cursor->end)) return ended_early(cursor);
    cursor->at = at;
    cursor->tokens_left++;
    frame->states[node->slot] = SLOT_NULL;
    return read_scalar(walk, node, frame) ? cursor->at : NULL;
}
