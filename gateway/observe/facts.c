#include "gateway/observe/facts.h"

#include "codecs/utf8.h"
#include "contracts/text_shape.h"

enum { DIGIT_STEP = 3, CLASS_MAX = 1 << 30 };

void facts_init(struct facts *facts)
{
    *facts = (struct facts){.shapes = SHAPE_ALL};
}

uint64_t facts_values(const struct facts *facts)
{
    uint64_t sum = 0;
    for (int kind = 0; kind < FACTS_KINDS; kind++) sum += facts->counts[kind];
    return sum;
}

void facts_see(struct facts *facts, enum facts_kind kind)
{
    facts->counts[kind]++;
}

/* Up to the next power of two, so that no single length shows. */
static void raise_class(uint32_t *class, uint64_t size)
{
    if (size > 0 && *class == 0) *class = 1;
    while (*class < size && *class < CLASS_MAX) *class *= 2;
}

void facts_see_text(struct facts *facts, struct span text)
{
    facts->counts[FACTS_STRING]++;
    facts->shapes = (uint16_t)text_shapes(text, facts->shapes);
    raise_class(&facts->max_length, utf8_length(text));
    if (text.size == 0) facts->may_be_empty = true;
    if ((facts->shapes & (SHAPE_INSTANT | SHAPE_LOCAL)) != 0 && text_is_fine_time(text)) facts->micros = true;
}

void facts_see_number(struct facts *facts, const struct number *number, enum number_status status)
{
    int64_t integer;
    if (status != NUMBER_OK) {
        facts->counts[FACTS_NUMBER]++;
        facts->large = true;
        return;
    }
    int digits = number->exponent, scale = number->exponent < 0 ? -number->exponent : 0;
    for (uint128 rest = number->coefficient; rest > 0; rest /= 10) digits++;
    while (facts->digits < digits && facts->digits < NUMBER_DIGITS_MAX) facts->digits += DIGIT_STEP;
    if (scale > FACTS_SCALE_MAX) scale = FACTS_SCALE_MAX + 1;
    if (scale > facts->scale) facts->scale = (uint8_t)scale;
    if (number->negative) facts->negative = true;
    facts->counts[scale > 0 ? FACTS_NUMBER : FACTS_INTEGER]++;
    if (scale == 0 && !number_to_int64(number, &integer)) facts->large = true;
}

void facts_see_items(struct facts *facts, uint64_t items)
{
    raise_class(&facts->max_items, items);
}

/* ---------------------------------------------------------------- writing */

static void write_texts(const struct facts *facts, struct json_writer *json)
{
    if (facts->counts[FACTS_STRING] == 0) return;
    json_name(json, "formats");
    json_array_begin(json);
    for (unsigned shape = 1; shape <= SHAPE_ALL; shape *= 2)
        if ((facts->shapes & shape) != 0) json_text(json, span_of(text_shape_word(shape)));
    json_array_end(json);
    json_member_int(json, "max_length", facts->max_length);
    json_member_bool(json, "may_be_empty", facts->may_be_empty);
    if (facts->micros) json_member_bool(json, "micros", true);
}

void facts_write(const struct facts *facts, struct json_writer *json)
{
    static const char *const words[] = {"string", "integer", "number", "boolean", "object", "array", "null"};
    json_member_int(json, "events", (int64_t)facts->events);
    json_name(json, "types");
    json_object_begin(json);
    for (int kind = 0; kind < FACTS_KINDS; kind++)
        if (facts->counts[kind] > 0) json_member_int(json, words[kind], (int64_t)facts->counts[kind]);
    json_object_end(json);
    write_texts(facts, json);
    if (facts->counts[FACTS_INTEGER] + facts->counts[FACTS_NUMBER] > 0) {
        json_member_int(json, "digits", facts->digits);
        json_member_int(json, "scale", facts->scale);
        json_member_bool(json, "negative", facts->negative);
        json_member_bool(json, "large", facts->large);
    }
    if (facts->counts[FACTS_ARRAY] > 0) json_member_int(json, "max_items", facts->max_items);
}
