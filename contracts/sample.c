/* sample.c - walks a model and writes one event.
 *
 *     sample_value -> sample_object -> choose members -> sample_value ...
 *                \-> sample_array  -> sample_value ...
 *                \-> sample_map    -> find a key -> sample_value ...
 *                \-> a scalar: sample_text.c, sample_number.c, sample_time.c
 *
 * 1. On the way to the target everything is present; the target is broken in the first object or item that holds it, and what
 *    follows is valid again (sampler->hit).
 * 2. A member that may be left out and for which no value is found is left out. */
#include "contracts/sample_part.h"

#include "codecs/json_writer.h"

#include <stdlib.h>

enum { ARENA_LIMIT = 256 * 1024 * 1024, KEPT_LIMIT = 64 * 1024 * 1024, SAMPLE_ROUNDS = 8 };

/* White space, where it may stand. */
void sample_gap(struct sampler *sampler, struct buffer *out)
{
    static const char *const gaps[] = {" ", "\n", "\t", "\r\n  "};
    if (sample_is_varied(sampler) && dice_percent(&sampler->dice, 10))
        buffer_append_text(out, gaps[dice_roll(&sampler->dice, COUNT_OF(gaps))]);
}

/* ---------------------------------------------------------------- scalars */

static void write_escaped(struct sampler *sampler, struct span text, struct buffer *out)
{
    buffer_append_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        bool must = byte < ' ' || byte == '"' || byte == '\\';
        if (must || (byte < 0x80 && dice_percent(&sampler->dice, 15)))
            buffer_printf(out, "\\u%04x", byte);
        else
            buffer_append_char(out, (char)byte);
    }
    buffer_append_char(out, '"');
}

void sample_quote(struct sampler *sampler, struct span text, struct buffer *out)
{
    struct json_writer writer;
    if (sample_is_varied(sampler) && dice_percent(&sampler->dice, 30)) {
        write_escaped(sampler, text, out);
        return;
    }
    json_writer_init(&writer, out, 0);
    json_text(&writer, text.data != NULL ? text : SPAN(""));
}

static bool write_boolean(struct sampler *sampler, const struct field *field, enum event_rule rule, struct buffer *out)
{
    const struct rules *rules = &field->rules;
    bool allowed[2] = {rules->enumeration_count == 0, rules->enumeration_count == 0};
    for (size_t i = 0; i < rules->enumeration_count; i++) allowed[rules->enumeration[i].boolean] = true;
    bool value = dice_percent(&sampler->dice, 50), wanted = rule == EVENT_RULES;
    if (allowed[value] != wanted) value = !value;
    if (allowed[value] != wanted) return false;
    buffer_append_text(out, value ? "true" : "false");
    return true;
}

static bool write_scalar(struct sampler *sampler, const struct field *field, struct buffer *out)
{
    enum event_rule rule = sample_leads(sampler, field) ? sampler->target.rule : EVENT_RULES;
    if (rule == EVENT_DUPLICATE_MEMBER) rule = EVENT_RULES;
    bool found, quoted = false;
    switch (field->type) {
    case TYPE_BOOLEAN: return write_boolean(sampler, field, rule, out);
    case TYPE_STRING:
    case TYPE_BYTES:
        quoted = true;
        found = sample_text(sampler, field, rule);
        break;
    case TYPE_DATE:
    case TYPE_TIMESTAMP:
    case TYPE_TIME:
        quoted = true;
        found = sample_time(sampler, field, rule);
        break;
    default: found = sample_number(sampler, field, rule); break;
    }
    if (!found) sampler->stuck = field;
    if (found && quoted) sample_quote(sampler, buffer_span(&sampler->text), out);
    if (found && !quoted) buffer_append_span(out, buffer_span(&sampler->text));
    return found;
}

/* A value of another JSON type; never null, which is absent. */
static void write_other_type(struct sampler *sampler, const struct field *field, struct buffer *out)
{
    static const char *const for_texts[] = {"7", "true", "[]", "{\"text\": \"7\"}"};
    static const char *const for_numbers[] = {"\"7\"", "false", "[7]", "{}"};
    static const char *const for_booleans[] = {"\"true\"", "1", "[true]", "{}"};
    static const char *const for_objects[] = {"\"\"", "0", "true", "[{}]"};
    static const char *const for_arrays[] = {"\"\"", "0", "true", "{\"0\": 1}"};
    static const char *const *const by_type[] = {
        [TYPE_STRING] = for_texts,    [TYPE_BYTES] = for_texts,     [TYPE_INT] = for_numbers,    [TYPE_LONG] = for_numbers,
        [TYPE_DECIMAL] = for_numbers, [TYPE_FLOAT] = for_numbers,   [TYPE_DOUBLE] = for_numbers, [TYPE_BOOLEAN] = for_booleans,
        [TYPE_DATE] = for_texts,      [TYPE_TIMESTAMP] = for_texts, [TYPE_TIME] = for_texts,     [TYPE_OBJECT] = for_objects,
        [TYPE_ARRAY] = for_arrays,    [TYPE_MAP] = for_objects,
    };
    /* A request whose body is an array holds events: no array stands for one. */
    buffer_append_text(out, by_type[field->type][dice_roll(&sampler->dice, field->parent == NULL ? 3 : 4)]);
}

/* ---------------------------------------------------------------- any value */

bool sample_value(struct sampler *sampler, const struct field *field, struct buffer *out)
{
    bool target = sample_leads(sampler, field) && sampler->target.field == field;
    bool written = true, hit = sampler->hit;
    if (sample_breaks(sampler, field, EVENT_TYPE))
        write_other_type(sampler, field, out);
    else if (field->type == TYPE_OBJECT)
        written = sample_object(sampler, field, out);
    else if (field->type == TYPE_ARRAY)
        written = sample_array(sampler, field, out);
    else if (field->type == TYPE_MAP)
        written = sample_map(sampler, field, out);
    else
        written = write_scalar(sampler, field, out);
    if (target && written && sampler->target.rule != EVENT_DUPLICATE_MEMBER) sampler->hit = true;
    if (!written) sampler->hit = hit;
    return written;
}

static void begin(struct sampler *sampler, uint64_t seed, const struct sample_target *target)
{
    arena_reset(sampler->arena);
    sampler->dice = (struct dice){seed};
    sampler->target = target != NULL ? *target : (struct sample_target){NULL, EVENT_RULES};
    sampler->hit = false;
    sampler->plain = 0;
    sampler->small = false;
    sampler->stuck = NULL;
    memset(sampler->on_path, 0, sampler->model->field_count * sizeof *sampler->on_path);
    for (const struct field *at = sampler->target.field; at != NULL; at = at->parent) sampler->on_path[at->index] = true;
}

static bool write_event(struct sampler *sampler, struct buffer *out)
{
    size_t before = out->size;
    bool written = sample_value(sampler, sampler->model->root, out) && buffer_ok(out);
    bool whole = written && (sampler->target.field == NULL || sampler->hit);
    if (!whole) buffer_truncate(out, before);
    return whole;
}

bool sample_event(struct sampler *sampler, uint64_t seed, struct buffer *out, const struct field **stuck)
{
    bool written = false;
    for (uint64_t round = 0; round < SAMPLE_ROUNDS && !written; round++) {
        begin(sampler, seed ^ round << 48, NULL);
        written = write_event(sampler, out);
    }
    *stuck = written ? NULL : sampler->stuck;
    return written;
}

/* RFC 6901; names of fields need no escapes, the first item of an array is the broken one, and no pointer names a key. */
static struct span pointer_to(struct sampler *sampler, const struct field *field)
{
    if (field->parent == NULL) return SPAN("");
    struct span up = pointer_to(sampler, field->parent);
    if (sample_is_entry(field)) return up;
    struct span name = field->parent->type == TYPE_ARRAY ? SPAN("0") : sample_is_in_entry(field) ? SPAN("*") : field->wire_name;
    return arena_printf(sampler->arena, "%.*s/%.*s", SPAN_ARGS(up), SPAN_ARGS(name));
}

bool sample_broken(struct sampler *sampler, const struct sample_target *target, uint64_t seed, struct buffer *out,
                   struct span *pointer)
{
    bool written = false;
    for (uint64_t round = 0; round < SAMPLE_ROUNDS && !written; round++) {
        begin(sampler, seed ^ round << 48, target);
        written = write_event(sampler, out);
    }
    *pointer = pointer_to(sampler, target->field);
    return written && pointer->data != NULL;
}

const struct sample_target *sampler_targets(const struct sampler *sampler, size_t *count)
{
    *count = sampler->target_count;
    return sampler->targets;
}

/* ---------------------------------------------------------------- making and ending */

static bool keep_pattern(struct sampler *sampler, const struct field *field)
{
    struct sample_pattern *kept = &sampler->patterns[field->index];
    const char *error;
    size_t offset;
    if (field->rules.pattern.data == NULL) return true;
    kept->tree = pattern_parse(field->rules.pattern, sampler->kept, &error, &offset);
    kept->pattern = pattern_compile(field->rules.pattern, &error, &offset);
    return kept->tree != NULL && kept->pattern != NULL;
}

static bool keep_patterns(struct sampler *sampler, const struct field *field)
{
    bool kept = keep_pattern(sampler, field);
    for (size_t i = 0; i < field->child_count && kept; i++) kept = keep_patterns(sampler, field->children[i]);
    return kept && (field->items == NULL || keep_patterns(sampler, field->items));
}

static bool fill(struct sampler *sampler)
{
    size_t fields = sampler->model->field_count;
    sampler->kept = arena_create(KEPT_LIMIT);
    sampler->arena = arena_create(ARENA_LIMIT);
    sampler->scratch = pattern_scratch_create();
    if (sampler->kept == NULL || sampler->arena == NULL || sampler->scratch == NULL) return false;
    sampler->patterns = arena_calloc(sampler->kept, fields, sizeof *sampler->patterns);
    sampler->on_path = arena_calloc(sampler->kept, fields, sizeof *sampler->on_path);
    if (sampler->patterns == NULL || sampler->on_path == NULL) return false;
    return keep_patterns(sampler, sampler->model->root) && sample_list_targets(sampler);
}

struct sampler *sampler_create(const struct model *model, const struct sample_options *options)
{
    struct sampler *sampler = calloc(1, sizeof *sampler);
    if (sampler == NULL) return NULL;
    sampler->model = model;
    sampler->options = *options;
    if (fill(sampler)) return sampler;
    sampler_destroy(sampler);
    return NULL;
}

void sampler_destroy(struct sampler *sampler)
{
    if (sampler == NULL) return;
    for (size_t i = 0; sampler->patterns != NULL && i < sampler->model->field_count; i++)
        pattern_destroy(sampler->patterns[i].pattern);
    pattern_scratch_destroy(sampler->scratch);
    arena_destroy(sampler->kept);
    arena_destroy(sampler->arena);
    buffer_deinit(&sampler->text);
    buffer_deinit(&sampler->spare);
    free(sampler);
}
