/* decode.c - reads one event in one pass.
 *
 *     decoder_run -> read_value -> read_object -> (name -> member) -> read_value ...
 *                              \-> read_array  -> (new item frame)  -> read_value ...
 *                              \-> read_map    -> (new entry frame) -> (key) -> read_value ...
 *                              \-> a scalar, the short way; decode_scalar() where that does not fit
 *
 * 1. Each value is consumed exactly once, whether it is declared, broken or neither.
 * 2. A slot is written before its state is SLOT_PRESENT; a value that broke a rule makes it SLOT_BAD.
 * 3. The place in the text is handed from reader to reader and kept in a register; the cursor is brought up to date before
 * anything that works on it. A reader gives NULL exactly when cursor->error is set. */
#include "contracts/decode.h"

#include "contracts/decode_map.h"
#include "contracts/decode_short.h"
#include "contracts/decode_value.h"
#include "contracts/unique.h"

static const char *read_object(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                               const struct path *up);
static const char *read_array(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                              const struct path *up);
static const char *read_map(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                            const struct path *up);

/* ---------------------------------------------------------------- any value */

static NEVER_INLINE const char *read_long(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                                          const struct path *up)
{
    if (node->op == DECODE_OBJECT) return read_object(walk, at, node, frame, up);
    if (node->op == DECODE_ARRAY) return read_array(walk, at, node, frame, up);
    walk->cursor->at = at;
    walk->cursor->tokens_left++; /* the long way pays for itself */
    frame->states[node->slot] = SLOT_NULL;
    if (node->type == TYPE_MAP) return read_map(walk, at, node, frame, up);
    return decode_scalar(walk, node, frame, up) ? walk->cursor->at : NULL;
}

static ALWAYS_INLINE bool is_between(const struct decode_node *node, int64_t value)
{
    return value >= node->low && value <= node->high;
}

static ALWAYS_INLINE uint32_t check_integer(const struct decode_node *node, int64_t value)
{
    return LIKELY(is_between(node, value)) ? 0 : checks_integer_any(node->checks, value);
}

/* A text that `proof` does not show to be right; it is what the op stands for. */
static ALWAYS_INLINE const char *read_text(struct walk *walk, const char *at, const struct decode_node *node,
                                           struct json_string *out, enum decode_op op, uint32_t *broken)
{
    const struct checks *checks = node->checks;
    const char *behind = short_string(walk, at, out);
    struct span text = out->text;
    if (UNLIKELY(behind == NULL)) return NULL;
    bool fine = op == DECODE_SHAPE    ? text.size == checks->shape->size && shape_match_padded(checks->shape, text.data)
                : op == DECODE_VALUES ? lookup_find_padded(&checks->values.texts, text) >= 0
                                      : is_between(node, (int64_t)text.size);
    if (UNLIKELY(!fine)) *broken = checks_string_any(checks, walk->scratch, out);
    return behind;
}

/* The short way of each op; *behind NULL: the long way is due. */
static ALWAYS_INLINE uint32_t read_short(struct walk *walk, const char *at, const struct decode_node *node, struct slot *slot,
                                         const char **behind)
{
    struct number number UNINITIALIZED;
    int64_t small UNINITIALIZED;
    uint32_t broken = 0;
    switch (node->op) {
    case DECODE_TEXT: *behind = read_text(walk, at, node, &slot->string, DECODE_TEXT, &broken); break;
    case DECODE_SHAPE: *behind = read_text(walk, at, node, &slot->string, DECODE_SHAPE, &broken); break;
    case DECODE_VALUES: *behind = read_text(walk, at, node, &slot->string, DECODE_VALUES, &broken); break;
    case DECODE_INTEGER:
        *behind = short_integer(walk, at, &slot->integer);
        if (LIKELY(*behind != NULL)) broken = check_integer(node, slot->integer);
        break;
    case DECODE_DECIMAL:
        *behind = short_decimal(walk, at, node->field->scale, &small);
        if (UNLIKELY(*behind == NULL)) break;
        slot->decimal = small;
        if (UNLIKELY(!is_between(node, small))) broken = checks_decimal(node->checks, small);
        break;
    case DECODE_REAL:
        *behind = short_real(walk, at, &slot->real, &number);
        if (LIKELY(*behind != NULL) && node->checks != NULL) broken = checks_number(node->checks, &number, slot->real.nearest);
        break;
    case DECODE_BOOLEAN:
        *behind = short_boolean(walk, at, &slot->boolean);
        if (LIKELY(*behind != NULL) && node->checks != NULL) broken = checks_boolean(node->checks, slot->boolean);
        break;
    case DECODE_INSTANT:
        *behind = short_instant(walk, at, &slot->integer);
        if (LIKELY(*behind != NULL)) broken = check_integer(node, slot->integer);
        break;
    case DECODE_OBJECT:
    case DECODE_ARRAY:
    case DECODE_LONG: *behind = NULL; break;
    default: __builtin_unreachable();
    }
    return broken;
}

/* A value whose token is paid for; *tokens is what is left then. */
static ALWAYS_INLINE const char *read_value(struct walk *walk, const char *at, const struct decode_node *node,
                                            struct frame *frame, const struct path *up, uint32_t *tokens)
{
    const char *behind = NULL;
    uint32_t broken = read_short(walk, at, node, slot_at(frame, node->place), &behind);
    if (UNLIKELY(behind == NULL)) {
        walk->cursor->tokens_left = *tokens;
        behind = read_long(walk, at, node, frame, up);
        *tokens = walk->cursor->tokens_left;
        return behind;
    }
    frame->states[node->slot] = SLOT_PRESENT;
    if (UNLIKELY(broken != 0) && !decode_report(walk, node, frame, up, broken)) return NULL;
    return behind;
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

static COLD bool check_count(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < node->object->count; i++) count += (frame->states[node->object->first_slot + i] & SLOT_VALUE) != 0;
    uint32_t broken = checks_properties(node->checks, count);
    return broken == 0 || decode_report(walk, node, frame, up, broken);
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
    return node->checks == NULL || check_count(walk, node, frame, path->up);
}

/* ---------------------------------------------------------------- objects */

/* A text, which undeclared values mostly are, needs no machinery. */
static inline bool pass_value(struct walk *walk)
{
    struct json_string string;
    return *walk->cursor->at == '"' ? json_string(walk->cursor, NULL, &string) : json_skip(walk->cursor);
}

static bool pass_undeclared(struct walk *walk, const struct path *path, struct span name)
{
    struct violations *violations = walk->violations;
    violations_undeclared(violations, path, name);
    if (violations->no_memory) return decode_no_memory(walk);
    if (LIKELY(!walk->decoder->reject_undeclared)) return pass_value(walk);
    /* The name may be personal: it is told only to a sender who asks for such names. */
    struct path member = {path, name, 0};
    return decode_report_at(walk, BROKEN(EVENT_UNDECLARED_FIELD), violations->list_undeclared ? &member : path) &&
           json_skip(walk->cursor);
}

/* Takes the token of a value that is to be read. */
static ALWAYS_INLINE bool pay(struct walk *walk)
{
    if (UNLIKELY(walk->cursor->tokens_left == 0)) return json_fail(walk->cursor, JSON_TOO_MANY, walk->cursor->at);
    walk->cursor->tokens_left--;
    return true;
}

/* Reads a member whose name was not guessed, up to its value; *node is NULL when it was undeclared and passed over with it. */
static NEVER_INLINE const char *look_up_member(struct walk *walk, const char *at, const struct decode_object *object,
                                               const struct path *path, const struct decode_node **node)
{
    struct json_string name;
    walk->cursor->at = at;
    if (!json_string(walk->cursor, walk->arena, &name) || !json_colon(walk->cursor)) return NULL;
    bool known = (object->marks & decode_mark(name.text)) != 0;
    int32_t found = known ? lookup_find(&object->names, name.text) : -1;
    *node = found < 0 ? NULL : &object->members[found];
    if (*node == NULL) return pass_undeclared(walk, path, name.text) ? walk->cursor->at : NULL;
    return pay(walk) ? walk->cursor->at : NULL;
}

static COLD const char *pass_duplicate(struct walk *walk, const char *at, const struct path *path, const struct decode_node *node)
{
    walk->cursor->tokens_left++; /* json_skip() pays */
    walk->cursor->at = at;
    if (!report_member(walk, EVENT_DUPLICATE_MEMBER, node, path) || !json_skip(walk->cursor)) return NULL;
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
    if (LIKELY(!first && *at == ',' && at < walk->fast_end)) return pass_space(walk, at + 1);
    walk->cursor->at = at;
    *more = json_next(walk->cursor, closing, &first);
    return LIKELY(walk->cursor->error == JSON_FINE) ? walk->cursor->at : NULL;
}

/* Whether the guess is right, and tokens for its name and its value are left. */
static ALWAYS_INLINE bool is_guessed(const struct walk *walk, const char *at, const struct json_expected *expected,
                                     uint32_t tokens)
{
    return json_scan_equal(at, expected->text, expected->mask) && at + expected->size <= walk->fast_end && tokens > 1;
}

/* The value of a member whose name was looked up. */
static NEVER_INLINE const char *read_found(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                                           const struct path *path)
{
    if (UNLIKELY(frame->states[node->slot] != SLOT_ABSENT)) return pass_duplicate(walk, at, path, node);
    return read_value(walk, at, node, frame, path, &walk->cursor->tokens_left);
}

/* The number of tokens left stays in a register; whoever else counts them is told, and asked. */
static const char *read_members(struct walk *walk, const char *at, const struct decode_object *object, struct frame *frame,
                                const struct path *path)
{
    const struct decode_node **const guesses = walk->guesses, **guess = guesses + object->guesses;
    struct json_cursor *cursor = walk->cursor;
    uint32_t tokens = cursor->tokens_left;
    bool more = true;
    at = next_one(walk, at, '}', true, &more);
    while (more && at != NULL) {
        const struct decode_node *node = *guess;
        if (LIKELY(is_guessed(walk, at, &node->expected, tokens)) && LIKELY(frame->states[node->slot] == SLOT_ABSENT)) {
            tokens -= 2;
            guess = guesses + node->guess;
            at = read_value(walk, pass_space(walk, at + node->expected.size), node, frame, path, &tokens);
        } else {
            cursor->tokens_left = tokens;
            at = look_up_member(walk, at, object, path, &node);
            tokens = cursor->tokens_left;
            if (at != NULL && node != NULL) {
                *guess = node;
                guess = guesses + node->guess;
                at = read_found(walk, at, node, frame, path);
                tokens = cursor->tokens_left;
            }
        }
        if (UNLIKELY(at == NULL)) return NULL;
        at = next_one(walk, at, '}', false, &more);
    }
    cursor->tokens_left = tokens;
    return at;
}

/* A container's begin, or whatever else stands there. False: there is nothing to step into; *at is where to go on, NULL with an
 * error. */
static ALWAYS_INLINE bool open_container(struct walk *walk, const char **at, char bracket, const struct decode_node *node,
                                         struct frame *frame, const struct path *up)
{
    struct json_cursor *cursor = walk->cursor;
    if (LIKELY(**at == bracket && *at < walk->fast_end && cursor->depth < cursor->depth_limit)) {
        cursor->depth++;
        ++*at;
        return true;
    }
    cursor->at = *at;
    cursor->tokens_left++;
    if (**at == bracket) {
        bool opened = json_open(cursor, bracket);
        *at = opened ? cursor->at : NULL;
        return opened;
    }
    frame->states[node->slot] = SLOT_NULL;
    *at = decode_other(walk, node, frame, up) ? cursor->at : NULL;
    return false;
}

static const char *read_object(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                               const struct path *up)
{
    struct path path = {up, node->name, 0};
    if (UNLIKELY(!open_container(walk, &at, '{', node, frame, up))) return at;
    frame->states[node->slot] = SLOT_PRESENT;
    at = read_members(walk, at, node->object, frame, &path);
    return LIKELY(at != NULL) && close_object(walk, node, frame, &path) ? at : NULL;
}

/* ---------------------------------------------------------------- arrays */

static const char *read_item(struct walk *walk, const char *at, const struct decode_array *array, struct frame *item,
                             const struct path *path)
{
    walk->cursor->at = at;
    at = pay(walk) ? read_value(walk, at, &array->item, item, path, &walk->cursor->tokens_left) : NULL;
    if (UNLIKELY(at == NULL)) return NULL;
    if (LIKELY((item->states[0] & SLOT_VALUE) != 0 || !array->item.field->required)) return at;
    return decode_report(walk, &array->item, item, path, BROKEN(EVENT_NULL)) ? at : NULL;
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
            at = read_item(walk, at, array, item, path);
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

static const char *read_array(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                              const struct path *up)
{
    struct slot *slot = &frame->slots[node->slot];
    struct path path = {up, node->name, 0};
    uint32_t before = walk->violations->total, broken = 0;
    if (UNLIKELY(!open_container(walk, &at, '[', node, frame, up))) return at;
    frame->states[node->slot] = SLOT_NULL;
    slot->items.first = NULL;
    at = read_items(walk, at, node->array, slot, &path);
    if (at == NULL || !check_items(walk, node, slot, walk->violations->total == before, &broken)) return NULL;
    frame->states[node->slot] = SLOT_PRESENT;
    return LIKELY(broken == 0) || decode_report(walk, node, frame, up, broken) ? at : NULL;
}

/* ---------------------------------------------------------------- maps */

static const char *read_entry(struct walk *walk, const char *at, const struct decode_object *members, struct frame *entry,
                              const struct path *path)
{
    const struct decode_node *value = &members->members[1];
    walk->cursor->at = at;
    entry->states[0] = SLOT_PRESENT;
    if (!decode_key(walk, &members->members[0], entry, path) || !pay(walk)) return NULL;
    at = read_value(walk, walk->cursor->at, value, entry, path, &walk->cursor->tokens_left);
    if (at == NULL || (entry->states[value->slot] & SLOT_VALUE) != 0 || !value->field->required) return at;
    return decode_report(walk, value, entry, path, BROKEN(EVENT_NULL)) ? at : NULL;
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
            at = read_entry(walk, at, map->item.object, entry, path);
        } else {
            at = pass_entry(walk, at);
        }
        if (UNLIKELY(at == NULL)) return NULL;
        at = next_one(walk, at, '}', false, &more);
    }
    slot->items.count = path->index;
    return at;
}

static NEVER_INLINE const char *read_map(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame,
                                         const struct path *up)
{
    struct slot *slot = &frame->slots[node->slot];
    struct path path = {up, node->name, 0};
    struct json_cursor *cursor = walk->cursor;
    cursor->at = at;
    if (UNLIKELY(*at != '{')) return decode_other(walk, node, frame, up) ? cursor->at : NULL;
    if (UNLIKELY(!json_open(cursor, '{'))) return NULL;
    slot->items.first = NULL;
    at = read_entries(walk, cursor->at, node->array, slot, &path);
    if (at == NULL || !decode_entries(walk, node, slot, &path)) return NULL;
    frame->states[node->slot] = SLOT_PRESENT;
    uint32_t broken = checks_properties(node->checks, slot->items.count);
    return LIKELY(broken == 0) || decode_report(walk, node, frame, up, broken) ? at : NULL;
}

bool decoder_run(struct walk *walk, struct frame *root)
{
    struct json_cursor *cursor = walk->cursor;
    json_space(cursor);
    /* Without a token left the long way says what is wrong first. */
    if (UNLIKELY(cursor->tokens_left == 0)) walk->fast_end = cursor->begin;
    cursor->tokens_left--;
    const char *at = read_object(walk, cursor->at, &walk->decoder->root, root, NULL);
    if (at == NULL) return false;
    walk->cursor->at = at;
    return true;
}
