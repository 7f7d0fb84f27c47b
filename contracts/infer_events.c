/* infer_events.c - what many events have in common.
 *
 *     events -> struct seen (counts, shapes, lengths; a tree like the events) -> struct draft_field
 *
 * A value is looked at and forgotten: what stays is counted. Only short words that come again and again are remembered, as
 * candidates for a list of allowed values. */
#include "codecs/json.h"
#include "codecs/utf8.h"
#include "contracts/infer.h"
#include "contracts/seen.h"

enum { DEPTH_MAX = 32 };

struct reading {
    struct json_cursor cursor;
    struct arena *kept;    /* the tree of what was seen */
    struct arena *scratch; /* unescaped texts of one event */
};

static struct seen *seen_create(struct arena *arena, struct span name)
{
    struct seen *seen = arena_calloc(arena, 1, sizeof *seen);
    if (seen == NULL) return NULL;
    seen->shapes = SHAPE_ALL;
    seen->min_length = INT64_MAX;
    if (name.data != NULL) {
        seen->name = arena_copy(arena, name);
        if (seen->name.data == NULL) return NULL;
    }
    return seen;
}

/* ---------------------------------------------------------------- texts */

static bool is_word(struct span text)
{
    if (text.size == 0 || text.size > SEEN_WORD_SIZE_MAX) return false;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        if (!letter && !(byte >= '0' && byte <= '9') && byte != '_' && byte != '-' && byte != '.') return false;
    }
    return true;
}

static bool note_word(struct reading *reading, struct seen *seen, struct span text)
{
    if (seen->many_words) return true;
    for (unsigned i = 0; i < seen->word_count; i++) {
        if (!span_equal(seen->words[i].text, text)) continue;
        seen->words[i].count++;
        return true;
    }
    seen->many_words = seen->word_count == SEEN_WORDS_MAX || !is_word(text);
    if (seen->many_words) return true;
    struct span copy = arena_copy(reading->kept, text);
    seen->words[seen->word_count++] = (struct word){copy, 1};
    return copy.data != NULL;
}

static bool see_string(struct reading *reading, struct seen *seen)
{
    struct json_string string;
    if (!json_string(&reading->cursor, reading->scratch, &string)) return false;
    int64_t length = (int64_t)utf8_length(string.text);
    seen->counts[SEEN_STRING]++;
    if (length < seen->min_length) seen->min_length = length;
    if (length > seen->max_length) seen->max_length = length;
    seen->shapes = text_shapes(string.text, seen->shapes);
    if ((seen->shapes & (SHAPE_INSTANT | SHAPE_LOCAL)) != 0 && text_is_fine_time(string.text)) seen->micros = true;
    return note_word(reading, seen, string.text) || json_fail(&reading->cursor, JSON_NO_MEMORY, reading->cursor.at);
}

/* ---------------------------------------------------------------- numbers */

static bool see_number(struct reading *reading, struct seen *seen)
{
    struct number number;
    enum number_status status;
    int64_t integer;
    if (!json_number(&reading->cursor, &number, &status)) return false;
    if (status != NUMBER_OK) {
        seen->large = true;
        seen->counts[SEEN_FRACTION]++;
        return true;
    }
    int whole = number.exponent;
    for (uint128 rest = number.coefficient; rest > 0; rest /= 10) whole++;
    if (whole > seen->whole_digits) seen->whole_digits = whole;
    if (-number.exponent > seen->fraction_digits) seen->fraction_digits = -number.exponent;
    if (number.negative) seen->negative = true;
    seen->counts[number.exponent < 0 ? SEEN_FRACTION : SEEN_INTEGER]++;
    if (number.exponent >= 0 && !number_to_int64(&number, &integer)) seen->large = true;
    return true;
}

/* ---------------------------------------------------------------- objects and arrays */

static bool see_value(struct reading *reading, struct seen *seen);

/* The child of this name, made when it is new; NULL for a name that no field can have (counted), or without memory. */
static struct seen *find_child(struct reading *reading, struct seen *parent, struct span name)
{
    struct seen **at = &parent->children;
    for (; *at != NULL; at = &(*at)->next)
        if (span_equal((*at)->name, name)) return *at;
    bool fits = draft_is_name(name);
    parent->odd_names += !fits;
    parent->map = parent->map || parent->child_count >= SEEN_MEMBERS_MAX;
    if (!fits || parent->map) return NULL;
    parent->child_count++;
    *at = seen_create(reading->kept, name);
    if (*at == NULL) json_fail(&reading->cursor, JSON_NO_MEMORY, reading->cursor.at);
    return *at;
}

/* What is no child; NULL without memory. */
static struct seen *others_of(struct reading *reading, struct seen *seen)
{
    if (seen->others == NULL) seen->others = seen_create(reading->kept, SPAN("value"));
    if (seen->others == NULL) json_fail(&reading->cursor, JSON_NO_MEMORY, reading->cursor.at);
    return seen->others;
}

static bool see_object(struct reading *reading, struct seen *seen)
{
    struct json_cursor *cursor = &reading->cursor;
    bool first = true;
    if (!json_open(cursor, '{')) return false;
    seen->counts[SEEN_OBJECT]++;
    while (json_next(cursor, '}', &first)) {
        struct json_string name;
        if (json_peek(cursor) != JSON_STRING) return json_fail_here(cursor);
        if (!json_string(cursor, reading->scratch, &name) || !json_colon(cursor)) return false;
        struct seen *child = find_child(reading, seen, name.text);
        if (cursor->error != JSON_FINE) return false;
        if (child == NULL) child = others_of(reading, seen);
        if (child == NULL || !see_value(reading, child)) return false;
    }
    return cursor->error == JSON_FINE;
}

static bool see_array(struct reading *reading, struct seen *seen)
{
    struct json_cursor *cursor = &reading->cursor;
    int64_t count = 0;
    bool first = true;
    if (!json_open(cursor, '[')) return false;
    seen->counts[SEEN_ARRAY]++;
    if (seen->items == NULL) seen->items = seen_create(reading->kept, (struct span){NULL, 0});
    if (seen->items == NULL) return json_fail(cursor, JSON_NO_MEMORY, cursor->at);
    for (; json_next(cursor, ']', &first); count++)
        if (!see_value(reading, seen->items)) return false;
    if (count > seen->max_items) seen->max_items = count;
    return cursor->error == JSON_FINE;
}

static bool see_value(struct reading *reading, struct seen *seen)
{
    struct json_cursor *cursor = &reading->cursor;
    enum json_kind kind = json_peek(cursor);
    switch (kind) {
    case JSON_STRING: return see_string(reading, seen);
    case JSON_NUMBER: return see_number(reading, seen);
    case JSON_OBJECT: return see_object(reading, seen);
    case JSON_ARRAY: return see_array(reading, seen);
    case JSON_NULL: seen->nulls++; return json_literal(cursor, kind);
    case JSON_TRUE:
    case JSON_FALSE: seen->counts[SEEN_BOOLEAN]++; return json_literal(cursor, kind);
    case JSON_INVALID: break;
    }
    return json_fail_here(cursor);
}

/* One event after the other: lines, or the items of an array. */
static bool see_events(struct reading *reading, struct seen *root)
{
    struct json_cursor *cursor = &reading->cursor;
    bool first = true;
    json_space(cursor);
    if (json_peek(cursor) == JSON_ARRAY) {
        if (!json_open(cursor, '[')) return false;
        while (json_next(cursor, ']', &first)) {
            arena_reset(reading->scratch);
            if (!see_value(reading, root)) return false;
        }
        return cursor->error == JSON_FINE && json_finish(cursor);
    }
    for (; cursor->at < cursor->end; json_space(cursor)) {
        arena_reset(reading->scratch);
        cursor->tokens_left = UINT32_MAX;
        if (!see_value(reading, root)) return false;
    }
    return true;
}

bool infer_events(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault)
{
    struct reading reading = {.kept = arena, .scratch = arena_create((size_t)64 << 20)};
    struct seen *root = seen_create(arena, (struct span){NULL, 0});
    *fault = (struct infer_fault){"out of memory", 0};
    bool fine = reading.scratch != NULL && root != NULL;
    if (fine) {
        json_begin(&reading.cursor, text, DEPTH_MAX, UINT32_MAX);
        fine = see_events(&reading, root);
        *fault = (struct infer_fault){json_error_text(reading.cursor.error), 1};
        size_t offset = fine ? 0 : json_error_offset(&reading.cursor);
        for (size_t i = 0; i < offset && i < text.size; i++) fault->line += text.data[i] == '\n';
    }
    arena_destroy(reading.scratch);
    if (!fine) return false;
    *fault = (struct infer_fault){"an event is a JSON object with members to declare", 0};
    if (root->counts[SEEN_OBJECT] == 0 || seen_values(root) != root->counts[SEEN_OBJECT] || root->children == NULL || root->map)
        return false;
    model->root = draft_field_create(arena, SPAN(""), DRAFT_OBJECT);
    fine = model->root != NULL && seen_draft_object(root, model->root, arena);
    model->source = arena_printf(arena, "%llu events", (unsigned long long)root->counts[SEEN_OBJECT]);
    *fault = (struct infer_fault){"out of memory", 0};
    return fine && model->source.data != NULL;
}
