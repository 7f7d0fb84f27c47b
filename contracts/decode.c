/* decode.c - reads one event in one pass.
 *
 *     decoder_run -> read_value -> read_object -> (name -> member) -> read_value ...
 *                              \-> read_array  -> (new item frame)  -> read_value ...
 *                              \-> read_map    -> (new entry frame) -> (key) -> read_value ...
 *                              \-> a scalar, by the reader of its op (decode_short.h); decode_long() where that does not fit
 *
 * 1. Each value is consumed exactly once, whether it is declared, broken or neither.
 * 2. A member's state is SLOT_PRESENT while its value is read, so that a second one of its name is seen; afterwards it is so only
 * with a value in its slot. A value that broke a rule makes it SLOT_BAD.
 * 3. The place in the text is handed from reader to reader and kept in a register; the cursor is brought up to date before
 * anything that works on it. A reader gives NULL exactly when cursor->error is set.
 * 4. walk->up is the path of the object, array or map that is being read into. */
#include "contracts/decode.h"

#include "contracts/decode_map.h"
#include "contracts/decode_short.h"
#include "contracts/decode_value.h"
#include "contracts/unique.h"

/* ---------------------------------------------------------------- any value */

static bool is_container(const struct decode_node *node)
{
    return node->op >= DECODE_OBJECT;
}

/* The readers of containers look for the text's end themselves. */
static COLD const char *read_long(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    return is_container(node) ? node->read(walk, at, node, frame) : decode_long(walk, at, node, frame);
}

/* A value whose token is paid. */
static ALWAYS_INLINE const char *read_value(struct walk *walk, const char *at, const struct decode_node *node,
                                            struct frame *frame)
{
    frame->states[node->slot] = SLOT_PRESENT;
    if (UNLIKELY(at >= walk->fast_end)) return read_long(walk, at, node, frame);
    const char *behind = node->read(walk, at, node, frame);
    return LIKELY(behind <= walk->cursor->end) ? behind : read_long(walk, at, node, frame);
}

/* ---------------------------------------------------------------- what an object lacks */

static COLD bool report_member(struct walk *walk, enum event_rule rule, const struct decode_node *member, const struct path *path)
{
    return decode_report_at(walk, BROKEN(rule), &(struct path){path, member->name, 0});
}

static COLD bool report_missing(struct walk *walk, const struct decode_object *object, const struct frame *frame,
                                const struct path *path)
{
    for (uint32_t i = 0; i < object->count; i++) {
        const struct decode_node *member = &object->members[i];
        if (!member->field->required || (frame->states[member->slot] & SLOT_VALUE) != 0) continue;
        if (!report_member(walk, EVENT_REQUIRED, member, path)) return false;
    }
    return true;
}

static COLD bool check_keys(struct walk *walk, const struct decode_object *object, const struct frame *frame,
                            const struct path *path)
{
    for (uint32_t i = 0; i < object->count; i++) {
        if (!object->keys[i] || frame->states[object->first_slot + i] != SLOT_ABSENT) continue;
        if (!report_member(walk, EVENT_REQUIRED_KEY, &object->members[i], path)) return false;
    }
    return true;
}

static COLD bool check_count(struct walk *walk, const struct decode_node *node, struct frame *frame)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < node->object->count; i++) count += (frame->states[node->object->first_slot + i] & SLOT_VALUE) != 0;
    uint32_t broken = checks_properties(node->checks, count);
    return broken == 0 || decode_report(walk, node, frame, broken);
}

static inline bool is_whole(const struct decode_object *object, const struct frame *frame)
{
    const uint8_t *states = frame->states + object->first_slot;
    uint64_t missing = 0;
    for (uint32_t i = 0; i < object->count; i += 8) {
        uint64_t eight;
        memcpy(&eight, states + i, sizeof eight);
        missing |= object->required[i / 8] & ~eight;
    }
    return missing == 0;
}

static inline bool close_object(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *path)
{
    const struct decode_object *object = node->object;
    if (UNLIKELY(!is_whole(object, frame)) && !report_missing(walk, object, frame, path)) return false;
    if (UNLIKELY(object->keys != NULL) && !check_keys(walk, object, frame, path)) return false;
    return node->checks == NULL || check_count(walk, node, frame);
}

/* ---------------------------------------------------------------- objects */

/* The quote behind a plain string that is here, where a token is left for it, which is paid then; NULL otherwise. */
static ALWAYS_INLINE const char *plain_string(const struct walk *walk, const char *at)
{
    const char *quote = *at == '"' ? json_scan_plain(at + 1, walk->fast_end) : NULL;
    if (UNLIKELY(quote == NULL || quote >= walk->fast_end || walk->cursor->tokens_left == 0)) return NULL;
    walk->cursor->tokens_left--;
    return quote;
}

/* A text, which undeclared values mostly are, needs no machinery. */
static ALWAYS_INLINE const char *pass_value(struct walk *walk, const char *at)
{
    const char *quote = plain_string(walk, at);
    if (LIKELY(quote != NULL)) return quote + 1;
    walk->cursor->at = at;
    return json_skip(walk->cursor) ? walk->cursor->at : NULL;
}

static ALWAYS_INLINE const char *pass_undeclared(struct walk *walk, const char *at, struct span name)
{
    struct violations *violations = walk->violations;
    violations_undeclared(violations, walk->up, name);
    walk->cursor->at = at;
    if (UNLIKELY(violations->no_memory)) return decode_no_memory(walk) ? at : NULL;
    if (LIKELY(!walk->decoder->reject_undeclared)) return pass_value(walk, at);
    /* The name may be personal: it is told only to a sender who asks for such names. */
    struct path member = {walk->up, name, 0};
    const struct path *path = violations->list_undeclared ? &member : walk->up;
    return decode_report_at(walk, BROKEN(EVENT_UNDECLARED_FIELD), path) ? pass_value(walk, at) : NULL;
}

/* Takes the token of a value that is to be read. */
static ALWAYS_INLINE bool pay(struct walk *walk, const char *at)
{
    if (UNLIKELY(walk->cursor->tokens_left == 0)) return json_fail(walk->cursor, JSON_TOO_MANY, at);
    walk->cursor->tokens_left--;
    return true;
}

static COLD const char *pass_duplicate(struct walk *walk, const char *at, const struct decode_node *node)
{
    walk->cursor->tokens_left++; /* json_skip() pays */
    walk->cursor->at = at;
    if (!report_member(walk, EVENT_DUPLICATE_MEMBER, node, walk->up) || !json_skip(walk->cursor)) return NULL;
    return walk->cursor->at;
}

static ALWAYS_INLINE const char *pass_space(const struct walk *walk, const char *at)
{
    if (LIKELY((unsigned char)*at > ' ')) return at;
    while (at < walk->cursor->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

/* Before a member or an item: the next one's first byte, or the byte behind the closing bracket with *more false. */
static ALWAYS_INLINE const char *next_one(struct walk *walk, const char *at, char closing, bool first, bool *more)
{
    struct json_cursor *cursor = walk->cursor;
    if (LIKELY(at < walk->fast_end)) {
        if (first && *at == '"') return at;
        if (!first && *at == ',') return pass_space(walk, at + 1);
        if (*at == closing) {
            *more = false;
            cursor->depth--;
            return at + 1;
        }
    }
    cursor->at = at;
    *more = json_next(cursor, closing, &first);
    return LIKELY(cursor->error == JSON_FINE) ? cursor->at : NULL;
}

/* A member's name, and the place of its value. */
static ALWAYS_INLINE const char *read_name(struct walk *walk, const char *at, struct span *name)
{
    struct json_cursor *cursor = walk->cursor;
    const char *quote = plain_string(walk, at);
    if (LIKELY(quote != NULL && quote[1] == ':' && quote + 1 < walk->fast_end)) {
        *name = (struct span){at + 1, (size_t)(quote - at) - 1};
        return pass_space(walk, quote + 2);
    }
    struct json_string string;
    if (quote != NULL) cursor->tokens_left++;
    cursor->at = at;
    if (!json_string(cursor, walk->arena, &string) || !json_colon(cursor)) return NULL;
    *name = string.text;
    return cursor->at;
}

/* A member that was not guessed; *node is NULL when it was undeclared. */
static NEVER_INLINE const char *read_unguessed(struct walk *walk, const char *at, const struct decode_object *object,
                                               struct frame *frame, const struct decode_node **node)
{
    struct span name UNINITIALIZED;
    at = read_name(walk, at, &name);
    if (UNLIKELY(at == NULL)) return NULL;
    bool known = (object->marks & decode_mark(name)) != 0;
    int32_t found = known ? lookup_find(&object->names, name) : -1;
    if (found < 0) return pass_undeclared(walk, at, name);
    *node = &object->members[found];
    if (UNLIKELY(!pay(walk, at))) return NULL;
    if (UNLIKELY(frame->states[(*node)->slot] != SLOT_ABSENT)) return pass_duplicate(walk, at, *node);
    return read_value(walk, at, *node, frame);
}

/* Whether the guess is right, and tokens for its name and its value were left, which are paid then. */
static ALWAYS_INLINE bool is_guessed(struct json_cursor *cursor, const char *at, const struct decode_node *node,
                                     const struct frame *frame)
{
    uint32_t left;
    if (UNLIKELY(!json_scan_equal(at, node->expected.text, node->expected.rest))) return false;
    if (UNLIKELY(frame->states[node->slot] != SLOT_ABSENT)) return false;
    if (UNLIKELY(__builtin_sub_overflow(cursor->tokens_left, 2, &left))) return false;
    cursor->tokens_left = left;
    return true;
}

/* Members from `at` on, as long as each is the one that was guessed; gives the place behind the last value, or `at`. Whether the
 * text has ended is asked once for each, behind its value: what is read of name and value up to there lies within the padding. */
static ALWAYS_INLINE const char *read_guessed(struct walk *walk, const char *at, struct frame *frame,
                                              const struct decode_node ***guess)
{
    const char *behind = at;
    while (LIKELY(is_guessed(walk->cursor, at, **guess, frame))) {
        const struct decode_node *node = **guess;
        const char *value = pass_space(walk, at + node->expected.size);
        frame->states[node->slot] = SLOT_PRESENT;
        *guess = walk->guesses + node->guess;
        behind = node->read(walk, value, node, frame);
        if (UNLIKELY(behind == NULL)) return NULL;
        if (UNLIKELY(*behind != ',' || behind >= walk->fast_end))
            return LIKELY(behind <= walk->cursor->end) ? behind : read_long(walk, value, node, frame);
        at = pass_space(walk, behind + 1);
    }
    return behind;
}

/* The members of an object, whose path walk->up is. */
static ALWAYS_INLINE const char *read_members(struct walk *walk, const char *at, const struct decode_object *object,
                                              struct frame *frame)
{
    const struct decode_node **guess = walk->guesses + object->guesses;
    bool more = true;
    at = next_one(walk, at, '}', true, &more);
    while (more && LIKELY(at != NULL)) {
        const char *behind = LIKELY(at < walk->fast_end) ? read_guessed(walk, at, frame, &guess) : at;
        if (UNLIKELY(behind == at)) {
            const struct decode_node *node = NULL;
            behind = read_unguessed(walk, at, object, frame, &node);
            if (node != NULL) {
                *guess = node;
                guess = walk->guesses + node->guess;
            }
        }
        if (UNLIKELY(behind == NULL)) return NULL;
        at = next_one(walk, behind, '}', false, &more);
    }
    return at;
}

/* A container's begin: *at is behind the bracket then. False where another value stands, or with cursor->error set. */
static ALWAYS_INLINE bool open_container(struct walk *walk, const char **at, char bracket)
{
    struct json_cursor *cursor = walk->cursor;
    if (UNLIKELY(**at != bracket || *at >= cursor->end)) return false;
    if (UNLIKELY(cursor->depth >= cursor->depth_limit)) return json_fail(cursor, JSON_TOO_DEEP, *at);
    cursor->depth++;
    ++*at;
    return true;
}

/* Null, or another value, where a container is to be. */
static COLD const char *not_a_container(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    return walk->cursor->error == JSON_FINE ? decode_long(walk, at, node, frame) : NULL;
}

static const char *read_object(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct path path = {walk->up, node->name, 0};
    if (UNLIKELY(!open_container(walk, &at, '{'))) return not_a_container(walk, at, node, frame);
    walk->up = &path;
    at = read_members(walk, at, node->object, frame);
    walk->up = path.up;
    return LIKELY(at != NULL) && close_object(walk, node, frame, &path) ? at : NULL;
}

/* ---------------------------------------------------------------- arrays */

static ALWAYS_INLINE const char *read_item(struct walk *walk, const char *at, const struct decode_array *array,
                                           struct frame *item)
{
    at = pay(walk, at) ? read_value(walk, at, &array->item, item) : NULL;
    if (UNLIKELY(at == NULL)) return NULL;
    if (LIKELY((item->states[0] & SLOT_VALUE) != 0 || !array->item.field->required)) return at;
    return decode_report(walk, &array->item, item, BROKEN(EVENT_NULL)) ? at : NULL;
}

static COLD const char *pass_item(struct walk *walk, const char *at)
{
    walk->cursor->at = at;
    return json_skip(walk->cursor) ? walk->cursor->at : NULL;
}

/* Frames of items, small ones some at a time. */
struct frames {
    char *memory;
    uint32_t left;
};

static ALWAYS_INLINE struct frame *next_frame(struct walk *walk, const struct frame_layout *layout, struct frames *frames)
{
    enum { SMALL = 128, FRAMES = 4 };
    if (frames->left == 0) {
        frames->left = layout->size <= SMALL ? FRAMES : 1;
        frames->memory = arena_alloc(walk->arena, frames->left * layout->size);
        if (UNLIKELY(frames->memory == NULL)) return NULL;
    }
    struct frame *frame = frame_init(frames->memory, layout);
    frames->memory += layout->size;
    frames->left--;
    return frame;
}

/* All items into frames; those beyond the limit are passed over and only counted. */
static const char *read_items(struct walk *walk, const char *at, const struct decode_array *array, struct slot *slot,
                              struct path *path)
{
    struct frame **last = &slot->items.first;
    struct frames frames = {NULL, 0};
    bool more = true;
    at = next_one(walk, at, ']', true, &more);
    for (; more && at != NULL; path->index++) {
        if (LIKELY((int64_t)path->index < array->max_items)) {
            struct frame *item = next_frame(walk, &array->layout, &frames);
            if (UNLIKELY(item == NULL)) return decode_no_memory(walk) ? at : NULL;
            *last = item;
            last = &item->next;
            at = read_item(walk, at, array, item);
        } else {
            at = pass_item(walk, at);
        }
        if (UNLIKELY(at == NULL)) return NULL;
        at = next_one(walk, at, ']', false, &more);
    }
    slot->items.count = path->index;
    return at;
}

/* Items that broke a rule have no value to compare. */
static bool check_items(struct walk *walk, const struct decode_node *node, const struct slot *slot, bool whole, uint32_t *broken)
{
    if (node->checks != NULL) *broken = checks_items(node->checks, slot->items.count);
    if (!node->array->unique || !whole || *broken != 0) return true;
    enum unique_items unique = unique_items(node->array, slot->items.first, slot->items.count, walk->arena);
    if (unique == UNIQUE_NO) *broken |= BROKEN(EVENT_UNIQUE_ITEMS);
    return unique != UNIQUE_NO_MEMORY || decode_no_memory(walk);
}

static const char *read_array(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct slot *slot = slot_at(frame, node->place);
    struct path path = {walk->up, node->name, 0};
    uint32_t before = walk->violations->total, broken = 0;
    if (UNLIKELY(!open_container(walk, &at, '['))) return not_a_container(walk, at, node, frame);
    frame->states[node->slot] = SLOT_NULL;
    slot->items.first = NULL;
    walk->up = &path;
    at = read_items(walk, at, node->array, slot, &path);
    walk->up = path.up;
    if (at == NULL || !check_items(walk, node, slot, walk->violations->total == before, &broken)) return NULL;
    frame->states[node->slot] = SLOT_PRESENT;
    return LIKELY(broken == 0) || decode_report(walk, node, frame, broken) ? at : NULL;
}

/* ---------------------------------------------------------------- maps */

static const char *read_entry(struct walk *walk, const char *at, const struct decode_object *members, struct frame *entry)
{
    const struct decode_node *value = &members->members[1];
    walk->cursor->at = at;
    entry->states[0] = SLOT_PRESENT;
    if (!decode_key(walk, &members->members[0], entry) || !pay(walk, walk->cursor->at)) return NULL;
    at = read_value(walk, walk->cursor->at, value, entry);
    if (at == NULL || (entry->states[value->slot] & SLOT_VALUE) != 0 || !value->field->required) return at;
    return decode_report(walk, value, entry, BROKEN(EVENT_NULL)) ? at : NULL;
}

static COLD const char *pass_entry(struct walk *walk, const char *at)
{
    struct json_string key;
    walk->cursor->at = at;
    bool passed = json_string(walk->cursor, NULL, &key) && json_colon(walk->cursor) && json_skip(walk->cursor);
    return passed ? walk->cursor->at : NULL;
}

/* As read_items(): every key is data, whatever it says. */
static const char *read_entries(struct walk *walk, const char *at, const struct decode_array *map, struct slot *slot,
                                struct path *path)
{
    struct frame **last = &slot->items.first;
    bool more = true;
    at = next_one(walk, at, '}', true, &more);
    for (; more && at != NULL; path->index++) {
        if (LIKELY((int64_t)path->index < map->max_items)) {
            void *memory = arena_alloc(walk->arena, map->layout.size);
            if (UNLIKELY(memory == NULL)) return decode_no_memory(walk) ? at : NULL;
            struct frame *entry = frame_init(memory, &map->layout);
            *last = entry;
            last = &entry->next;
            at = read_entry(walk, at, map->item.object, entry);
        } else {
            at = pass_entry(walk, at);
        }
        if (UNLIKELY(at == NULL)) return NULL;
        at = next_one(walk, at, '}', false, &more);
    }
    slot->items.count = path->index;
    return at;
}

static const char *read_map(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame)
{
    struct slot *slot = slot_at(frame, node->place);
    struct path path = {walk->up, node->name, 0};
    if (UNLIKELY(!open_container(walk, &at, '{'))) return not_a_container(walk, at, node, frame);
    frame->states[node->slot] = SLOT_NULL;
    slot->items.first = NULL;
    walk->up = &path;
    at = read_entries(walk, at, node->array, slot, &path);
    walk->up = path.up;
    if (at == NULL || !decode_entries(walk, node, slot, &path)) return NULL;
    frame->states[node->slot] = SLOT_PRESENT;
    uint32_t broken = checks_properties(node->checks, slot->items.count);
    return LIKELY(broken == 0) || decode_report(walk, node, frame, broken) ? at : NULL;
}

decode_reader *decode_reader_of(enum decode_op op)
{
    static decode_reader *const readers[] = {
        [DECODE_LONG] = decode_long,      [DECODE_TEXT] = short_text,       [DECODE_FORMAT] = short_format,
        [DECODE_SHAPE] = short_shape,     [DECODE_VALUES] = short_values,   [DECODE_CODES] = short_codes,
        [DECODE_INTEGER] = short_integer, [DECODE_DECIMAL] = short_decimal, [DECODE_INSTANT] = short_instant,
        [DECODE_REAL] = short_real,       [DECODE_BOOLEAN] = short_boolean, [DECODE_OBJECT] = read_object,
        [DECODE_ARRAY] = read_array,      [DECODE_MAP] = read_map,
    };
    return readers[op];
}

bool decoder_run(struct walk *walk, struct frame *root)
{
    struct json_cursor *cursor = walk->cursor;
    json_space(cursor);
    if (UNLIKELY(cursor->tokens_left == 0)) return json_skip(cursor);
    cursor->tokens_left--;
    const char *at = read_value(walk, cursor->at, &walk->decoder->root, root);
    if (at == NULL) return false;
    cursor->at = at;
    return true;
}
