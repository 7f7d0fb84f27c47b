/* decode_short.c - see decode_short.h. Each reader writes the slot, and judges by what its node was compiled to; judge() looks at
 * all rules where that does not show the value to be right. */
#include "contracts/decode_short.h"

#include "codecs/timestamp_scan.h"
#include "contracts/decode_value.h"

static const int64_t powers[] = {1,
                                 10,
                                 100,
                                 1000,
                                 10000,
                                 100000,
                                 1000000,
                                 10000000,
                                 100000000,
                                 1000000000,
                                 INT64_C(10000000000),
                                 INT64_C(100000000000),
                                 INT64_C(1000000000000),
                                 INT64_C(10000000000000),
                                 INT64_C(100000000000000),
                                 INT64_C(1000000000000000),
                                 INT64_C(10000000000000000),
                                 INT64_C(100000000000000000),
                                 INT64_C(1000000000000000000)};

static uint32_t rules_broken(const struct walk *walk, const struct decode_node *node, const struct slot *slot)
{
    const struct checks *checks = node->checks;
    struct number number;
    switch (node->type) {
    case TYPE_STRING: return checks_string_any(checks, walk->scratch, &slot->string);
    case TYPE_DECIMAL: return checks_decimal(checks, slot->decimal);
    case TYPE_DOUBLE: number = slot_number(slot); return checks_number(checks, &number, slot->real.nearest);
    case TYPE_BOOLEAN: return checks_boolean(checks, slot->boolean);
    default: return checks_integer_any(checks, slot->integer);
    }
}

/* A value of which the short way cannot say that it is right. */
static NEVER_INLINE const char *judge(struct walk *walk, const char *behind, const struct decode_node *node, struct frame *frame)
{
    if (UNLIKELY(behind > walk->fast_end)) return behind;
    uint32_t broken = rules_broken(walk, node, slot_at(frame, node->place));
    return LIKELY(broken == 0) || decode_report(walk, node, frame, broken) ? behind : NULL;
}

static ALWAYS_INLINE bool is_between(const struct decode_node *node, int64_t value)
{
    return value >= node->low && value <= node->high;
}

/* ---------------------------------------------------------------- texts */

/* The place behind a string of plain bytes, which is in the slot then; NULL where another value or spelling stands. */
static ALWAYS_INLINE const char *plain_string(const struct walk *walk, const char *at, struct json_string *out)
{
    if (UNLIKELY(*at != '"')) return NULL;
    const char *quote = json_scan_plain(at + 1, walk->fast_end);
    if (UNLIKELY(quote == NULL)) return NULL;
    out->text = (struct span){at + 1, (size_t)(quote - at) - 1};
    out->ascii = true;
    return quote + 1;
}

const char *short_text(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct json_string *string = &slot_at(frame, node->place)->string;
    const char *behind = plain_string(walk, at, string);
    if (UNLIKELY(behind == NULL)) return decode_long(walk, at, node, frame);
    return LIKELY(is_between(node, (int64_t)string->text.size)) ? behind : judge(walk, behind, node, frame);
}

const char *short_format(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct json_string *string = &slot_at(frame, node->place)->string;
    const char *behind = plain_string(walk, at, string);
    if (UNLIKELY(behind == NULL)) return decode_long(walk, at, node, frame);
    bool fine = is_between(node, (int64_t)string->text.size) && node->format(string->text);
    return LIKELY(fine) ? behind : judge(walk, behind, node, frame);
}

/* A shape of plain bytes says where the quote stands, and that nothing before it needs attention. */
const char *short_shape(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct json_string *string = &slot_at(frame, node->place)->string;
    const struct pattern_shape *shape = node->checks->shape;
    const char *text = at + 1, *quote = text + shape->size;
    bool fits = quote < walk->fast_end && *at == '"' && *quote == '"' && shape_match_padded(shape, text);
    if (UNLIKELY(!fits)) return short_text(walk, at, node, frame);
    string->text = (struct span){text, shape->size};
    string->ascii = true;
    return quote + 1;
}

const char *short_values(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct json_string *string = &slot_at(frame, node->place)->string;
    const char *behind = plain_string(walk, at, string);
    if (UNLIKELY(behind == NULL)) return decode_long(walk, at, node, frame);
    bool fine = lookup_find_padded(&node->checks->values.texts, string->text) >= 0;
    return LIKELY(fine) ? behind : judge(walk, behind, node, frame);
}

/* A text that is one of the list needs no look for its end. */
const char *short_codes(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct json_string *string = &slot_at(frame, node->place)->string;
    const struct json_expected *code = node->codes, *end = code + node->code_count;
    for (; LIKELY(code < end) && *at == '"'; code++) {
        if (!json_scan_equal(at + 1, code->text, code->rest)) continue;
        string->text = (struct span){at + 1, code->size - 1};
        string->ascii = true;
        return at + 1 + code->size;
    }
    return decode_long(walk, at, node, frame);
}

/* ---------------------------------------------------------------- numbers */

/* Numbers come in two lengths: at one look, or up to 18 digits. The second reads further than padding goes from where a value may
 * begin that lies in the padding itself. */
static ALWAYS_INLINE const char *longer_number(const struct walk *walk, const char *at, struct number_short *out)
{
    return LIKELY(at <= walk->fast_end) ? number_scan_short(at, out) : NULL;
}

static NEVER_INLINE const char *longer_integer(struct walk *walk, const char *at, const struct decode_node *node,
                                               struct frame *frame)
{
    int64_t *value = &slot_at(frame, node->place)->integer;
    const char *behind = number_scan_integer_long(at, value);
    if (UNLIKELY(behind == NULL)) return decode_long(walk, at, node, frame);
    return LIKELY(is_between(node, *value)) ? behind : judge(walk, behind, node, frame);
}

const char *short_integer(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    int64_t *value = &slot_at(frame, node->place)->integer;
    const char *behind = number_scan_integer(at, value);
    if (UNLIKELY(behind == NULL)) return longer_integer(walk, at, node, frame);
    return LIKELY(is_between(node, *value)) ? behind : judge(walk, behind, node, frame);
}

/* Shifted to the scale: the product fits 64 bits or is left to the long way. */
static ALWAYS_INLINE const char *put_decimal(struct walk *walk, const char *at, const char *behind,
                                             const struct number_short *number, const struct decode_node *node,
                                             struct frame *frame)
{
    unsigned places = (unsigned)(number->exponent + node->scale);
    int64_t value = (int64_t)number->coefficient;
    if (UNLIKELY(places >= COUNT_OF(powers) || __builtin_mul_overflow(value, powers[places], &value)))
        return decode_long(walk, at, node, frame);
    if (number->negative) value = -value;
    slot_at(frame, node->place)->decimal = value;
    return LIKELY(is_between(node, value)) ? behind : judge(walk, behind, node, frame);
}

static NEVER_INLINE const char *longer_decimal(struct walk *walk, const char *at, const struct decode_node *node,
                                               struct frame *frame)
{
    struct number_short number UNINITIALIZED;
    const char *behind = longer_number(walk, at, &number);
    if (UNLIKELY(behind == NULL)) return decode_long(walk, at, node, frame);
    return put_decimal(walk, at, behind, &number, node, frame);
}

const char *short_decimal(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct number_short number UNINITIALIZED;
    const char *behind = number_scan_tiny(at, &number);
    if (UNLIKELY(behind == NULL)) return longer_decimal(walk, at, node, frame);
    return put_decimal(walk, at, behind, &number, node, frame);
}

/* Of every length, and with zeros at its end. */
static NEVER_INLINE const char *longer_real(struct walk *walk, const char *at, const struct decode_node *node,
                                            struct frame *frame)
{
    struct slot_real *real = &slot_at(frame, node->place)->real;
    struct number_short number UNINITIALIZED;
    const char *behind = longer_number(walk, at, &number);
    if (UNLIKELY(behind == NULL)) return decode_long(walk, at, node, frame);
    struct number whole = {number.coefficient, number.exponent, number.negative};
    if (UNLIKELY(behind[-1] == '0')) number_normalize(&whole);
    *real = slot_real_of(&whole);
    return LIKELY(real->nearest > node->above && real->nearest < node->below) ? behind : judge(walk, behind, node, frame);
}

/* Eight digits and a power of ten are doubles, and a division of two doubles is rounded right. */
const char *short_real(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    static const double tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    struct number_short number UNINITIALIZED;
    const char *behind = number_scan_tiny(at, &number);
    if (UNLIKELY(behind == NULL || behind[-1] == '0')) return longer_real(walk, at, node, frame);
    double nearest = (double)(int64_t)number.coefficient / tens[-number.exponent];
    if (number.negative) nearest = -nearest;
    slot_at(frame, node->place)->real = (struct slot_real){number.coefficient, 0, number.exponent, number.negative, nearest};
    return LIKELY(nearest > node->above && nearest < node->below) ? behind : judge(walk, behind, node, frame);
}

/* ---------------------------------------------------------------- the rest */

const char *short_boolean(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    bool yes = memcmp(at, "true", 4) == 0;
    if (UNLIKELY(!yes && memcmp(at, "false", 5) != 0)) return decode_long(walk, at, node, frame);
    slot_at(frame, node->place)->boolean = yes;
    at += yes ? 4 : 5;
    return LIKELY(node->checks == NULL) ? at : judge(walk, at, node, frame);
}

/* Of another day than the last one, which is remembered then. */
static NEVER_INLINE const char *other_instant(struct walk *walk, const char *at, const struct decode_node *node,
                                              struct frame *frame)
{
    int64_t *value = &slot_at(frame, node->place)->integer;
    size_t size = *at == '"' ? timestamp_scan(at + 1, walk->recent, value) : 0;
    const char *behind = at + size + 2;
    if (UNLIKELY(size == 0 || behind[-1] != '"')) return decode_long(walk, at, node, frame);
    return LIKELY(is_between(node, *value)) ? behind : judge(walk, behind, node, frame);
}

const char *short_instant(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    int64_t *value = &slot_at(frame, node->place)->integer;
    size_t size = timestamp_scan_recent(at + 1, walk->recent, value);
    const char *behind = at + size + 2;
    if (UNLIKELY(*at != '"' || size == 0 || behind[-1] != '"')) return other_instant(walk, at, node, frame);
    return LIKELY(is_between(node, *value)) ? behind : judge(walk, behind, node, frame);
}
