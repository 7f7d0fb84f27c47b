/* sample_object.c - which members an object has, and writing them. */
#include "contracts/sample_part.h"

enum { OPTIONAL_PERCENT = 70 };

enum presence { ABSENT, IS_NULL, PRESENT };

struct choice {
    const struct field *field;
    uint8_t *presence; /* per child */
    int64_t count;     /* of those present */
    int64_t low, high;
};

static bool is_named(const struct span *names, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++)
        if (span_equal(names[i], name)) return true;
    return false;
}

/* The member that this object is to lack. */
static bool is_lacking(const struct sampler *sampler, const struct field *child)
{
    return sample_breaks(sampler, child, EVENT_REQUIRED) || sample_breaks(sampler, child, EVENT_REQUIRED_KEY);
}

static bool may_go(const struct sampler *sampler, const struct field *child)
{
    return !child->required && !sample_leads(sampler, child);
}

/* How many members shall be present; false when no number will do. */
static bool choose_count(const struct sampler *sampler, struct choice *choice)
{
    const struct rules *rules = &choice->field->rules;
    choice->low = rules->min_properties == NO_LIMIT ? 0 : rules->min_properties;
    choice->high = rules->max_properties == NO_LIMIT ? INT64_MAX : rules->max_properties;
    if (sample_breaks(sampler, choice->field, EVENT_MIN_PROPERTIES)) {
        choice->high = choice->low - 1;
        choice->low = 0;
    } else if (sample_breaks(sampler, choice->field, EVENT_MAX_PROPERTIES)) {
        if (choice->high >= (int64_t)choice->field->child_count) return false;
        choice->low = choice->high + 1;
        choice->high = INT64_MAX;
    }
    return true;
}

/* Adds or takes away members, from a random one on, until their number is right. */
static bool settle_count(struct sampler *sampler, struct choice *choice)
{
    size_t count = choice->field->child_count, first = dice_roll(&sampler->dice, count);
    for (size_t i = 0; i < count; i++) {
        size_t at = (first + i) % count;
        const struct field *child = choice->field->children[at];
        bool present = choice->presence[at] == PRESENT;
        if (choice->count > choice->high && present && may_go(sampler, child)) {
            choice->presence[at] = ABSENT;
            choice->count--;
        } else if (choice->count < choice->low && !present && !is_lacking(sampler, child)) {
            choice->presence[at] = PRESENT;
            choice->count++;
        }
    }
    return choice->count >= choice->low && choice->count <= choice->high;
}

/* Of members that are absent, which stand there as null. */
static void choose_nulls(struct sampler *sampler, struct choice *choice)
{
    const struct rules *rules = &choice->field->rules;
    for (size_t i = 0; i < choice->field->child_count; i++) {
        const struct field *child = choice->field->children[i];
        if (choice->presence[i] == PRESENT || sample_breaks(sampler, child, EVENT_REQUIRED_KEY)) continue;
        bool must = is_named(rules->required_keys, rules->required_key_count, child->wire_name);
        bool may = sample_is_varied(sampler) && dice_percent(&sampler->dice, 30);
        choice->presence[i] = must || may ? IS_NULL : ABSENT;
    }
}

static bool choose(struct sampler *sampler, struct choice *choice)
{
    if (!choose_count(sampler, choice)) return false;
    for (size_t i = 0; i < choice->field->child_count; i++) {
        const struct field *child = choice->field->children[i];
        bool present = !may_go(sampler, child) || (!sampler->small && dice_percent(&sampler->dice, OPTIONAL_PERCENT));
        if (!present || is_lacking(sampler, child)) continue;
        choice->presence[i] = PRESENT;
        choice->count++;
    }
    if (choice->field->child_count > 0 && !settle_count(sampler, choice)) return false;
    choose_nulls(sampler, choice);
    return true;
}

static void begin_member(struct sampler *sampler, struct span name, bool *first, struct buffer *out)
{
    if (!*first) buffer_append_char(out, ',');
    *first = false;
    sample_gap(sampler, out);
    sample_quote(sampler, name, out);
    sample_gap(sampler, out);
    buffer_append_char(out, ':');
    sample_gap(sampler, out);
}

/* A member that cannot be had is left out where it may be. */
static bool write_member(struct sampler *sampler, struct choice *choice, size_t at, bool *first, struct buffer *out)
{
    const struct field *child = choice->field->children[at];
    size_t before = out->size;
    bool was_first = *first, twice = sample_breaks(sampler, child, EVENT_DUPLICATE_MEMBER);
    if (is_lacking(sampler, child)) sampler->hit = true;
    if (choice->presence[at] == ABSENT) return true;
    begin_member(sampler, child->wire_name, first, out);
    size_t value = out->size;
    if (choice->presence[at] == IS_NULL) {
        buffer_append_text(out, "null");
    } else if (!sample_value(sampler, child, out)) {
        bool spare = may_go(sampler, child) && choice->count > choice->low;
        if (!spare) return false;
        choice->count--;
        *first = was_first;
        buffer_truncate(out, before);
        /* It must exist all the same. */
        const struct rules *rules = &choice->field->rules;
        choice->presence[at] = is_named(rules->required_keys, rules->required_key_count, child->wire_name) ? IS_NULL : ABSENT;
        return write_member(sampler, choice, at, first, out);
    }
    if (!twice) return true;
    struct span copy = arena_copy(sampler->arena, (struct span){out->data + value, out->size - value});
    if (copy.data == NULL) return false;
    sampler->hit = true;
    begin_member(sampler, child->wire_name, first, out);
    buffer_append_span(out, copy);
    return true;
}

/* A member that the model does not declare: stripped from a valid event, the violation of a broken one. */
static void write_undeclared(struct sampler *sampler, const struct field *field, bool *first, struct buffer *out)
{
    static const char *const values[] = {"1", "\"\\u00e9\"", "null", "{\"a\":[1,{\"b\":null}],\"a\":2}", "[[],{},-0.0]"};
    struct span name = SPAN("undeclared");
    bool target = sample_breaks(sampler, field, EVENT_UNDECLARED_FIELD);
    bool stray = !sampler->model->reject_undeclared && sample_is_varied(sampler) && dice_percent(&sampler->dice, 10);
    for (size_t i = 0; i < field->child_count; i++)
        if (span_equal(field->children[i]->wire_name, name)) name = SPAN("undeclared-member");
    if (!target && !stray) return;
    begin_member(sampler, name, first, out);
    buffer_append_text(out, values[dice_roll(&sampler->dice, COUNT_OF(values))]);
    if (target) sampler->hit = true;
}

static bool write_members(struct sampler *sampler, struct choice *choice, struct buffer *out)
{
    size_t count = choice->field->child_count;
    size_t from = sample_is_varied(sampler) ? dice_roll(&sampler->dice, count) : 0;
    bool first = true, backwards = sample_is_varied(sampler) && dice_percent(&sampler->dice, 20);
    for (size_t i = 0; i < count; i++) {
        size_t at = (from + (backwards ? count - 1 - i : i)) % count;
        if (!write_member(sampler, choice, at, &first, out)) return false;
    }
    write_undeclared(sampler, choice->field, &first, out);
    return true;
}

bool sample_object(struct sampler *sampler, const struct field *field, struct buffer *out)
{
    struct choice choice = {.field = field, .presence = arena_calloc(sampler->arena, field->child_count + 1, 1)};
    if (choice.presence == NULL) return false;
    if (!choose(sampler, &choice)) {
        sampler->stuck = field;
        return false;
    }
    bool counted = sample_breaks(sampler, field, EVENT_MIN_PROPERTIES) || sample_breaks(sampler, field, EVENT_MAX_PROPERTIES);
    if (counted) sampler->hit = true;
    buffer_append_char(out, '{');
    if (!write_members(sampler, &choice, out)) return false;
    sample_gap(sampler, out);
    buffer_append_char(out, '}');
    return true;
}
