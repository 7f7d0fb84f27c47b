#include "gateway/observe/observer_table.h"

#include "codecs/digest.h"
#include "codecs/json.h"
#include "contracts/draft.h"

#include <stdlib.h>

/* Room for the longest text with escapes; the event itself was bounded before. */
#define SCRATCH_LIMIT ((size_t)256 << 20)

static const struct span items_name = {"[]", 2};

/* ---------------------------------------------------------------- slots */

static char *copy_of(struct span text)
{
    return strndup(text.data, text.size);
}

/* From now on it is shown, and stays. Without memory the next event tries again. */
static void keep_name(struct ranking *ranking, uint16_t slot, char **name, struct span text)
{
    *name = copy_of(text);
    if (*name != NULL) ranking_keep(ranking, slot);
}

static void path_reset(struct observed_path *path, uint64_t parent)
{
    free(path->name);
    *path = (struct observed_path){.parent = parent};
    facts_init(&path->facts);
}

static void type_reset(struct observed_type *type, uint64_t id)
{
    for (uint16_t i = 0; i < type->ranking.count; i++) path_reset(&type->paths[i], 0);
    free(type->name);
    type->name = NULL;
    type->id = id;
    type->passed_over = 0;
    facts_init(&type->root);
    ranking_init(&type->ranking, type->slots, type->buckets, OBSERVER_PATHS);
}

static uint64_t type_id(const struct observer *observer, struct span event)
{
    return siphash(&observer->key, 0, event);
}

struct observed_type *observer_find(const struct observer *observer, struct span event)
{
    uint16_t slot = ranking_find(&observer->ranking, type_id(observer, event));
    return slot != RANKING_NONE ? observer->types[slot] : NULL;
}

/* The type's slot, with this event counted; RANKING_NONE when there is none for it. */
static uint16_t take_type(struct observer *observer, struct span event)
{
    uint64_t id = type_id(observer, event);
    uint16_t slot = ranking_find(&observer->ranking, id);
    if (slot == RANKING_NONE) {
        slot = ranking_admit(&observer->ranking, id);
        if (slot == RANKING_NONE) return slot;
        if (observer->types[slot] == NULL) observer->types[slot] = calloc(1, sizeof *observer->types[slot]);
        if (observer->types[slot] == NULL) {
            ranking_drop(&observer->ranking, slot);
            return RANKING_NONE;
        }
        type_reset(observer->types[slot], id);
    } else {
        ranking_raise(&observer->ranking, slot);
    }
    struct observed_type *type = observer->types[slot];
    if (++type->root.events >= OBSERVER_THRESHOLD && type->name == NULL) keep_name(&observer->ranking, slot, &type->name, event);
    return slot;
}

/* The slot of what is called `name` in the path `parent`; RANKING_NONE when there is none for it. */
static uint16_t take_path(const struct observer *observer, struct observed_type *type, uint64_t parent, struct span name)
{
    uint64_t id = siphash(&observer->key, parent, name);
    uint16_t slot = ranking_find(&type->ranking, id);
    if (slot == RANKING_NONE) {
        slot = ranking_admit(&type->ranking, id);
        if (slot == RANKING_NONE) return slot;
        path_reset(&type->paths[slot], parent);
    }
    struct observed_path *path = &type->paths[slot];
    uint64_t now = type->root.events;
    if (path->last_event == now) return slot;
    if (path->last_event != 0) ranking_raise(&type->ranking, slot);
    path->last_event = now;
    if (++path->facts.events >= OBSERVER_THRESHOLD && path->name == NULL) keep_name(&type->ranking, slot, &path->name, name);
    return slot;
}

/* ---------------------------------------------------------------- the walk */

struct walk {
    struct observer *observer;
    struct observed_type *type;
    struct json_cursor cursor;
};

/* A place in the event: its facts, and the id that what lies in it is hashed with. */
struct spot {
    struct facts *facts;
    uint64_t id;
};

static bool see_value(struct walk *walk, struct spot spot);

static bool pass_over(struct walk *walk)
{
    walk->type->passed_over++;
    return json_skip(&walk->cursor);
}

/* The value of a path; the path's slot is kept meanwhile, since what lies in it may look for slots too. */
static bool see_path(struct walk *walk, uint16_t slot)
{
    struct ranking *ranking = &walk->type->ranking;
    ranking_keep(ranking, slot);
    bool fine = see_value(walk, (struct spot){&walk->type->paths[slot].facts, ranking->slots[slot].id});
    ranking_release(ranking, slot);
    return fine;
}

static bool see_member(struct walk *walk, struct spot spot, uint64_t object)
{
    struct json_cursor *cursor = &walk->cursor;
    struct json_string name;
    arena_reset(walk->observer->scratch);
    if (json_peek(cursor) != JSON_STRING) return json_fail_here(cursor);
    if (!json_string(cursor, walk->observer->scratch, &name) || !json_colon(cursor)) return false;
    spot.facts->members++;
    if (!draft_is_name(name.text)) return json_skip(cursor);
    uint16_t slot = take_path(walk->observer, walk->type, spot.id, name.text);
    if (slot == RANKING_NONE) return pass_over(walk);
    struct observed_path *path = &walk->type->paths[slot];
    if (path->last_object == object) { /* the name for the second time */
        spot.facts->members--;
        return json_skip(cursor);
    }
    path->last_object = object;
    return see_path(walk, slot);
}

static bool see_object(struct walk *walk, struct spot spot)
{
    struct json_cursor *cursor = &walk->cursor;
    uint64_t object = ++walk->observer->objects;
    bool first = true;
    if (!json_open(cursor, '{')) return false;
    while (json_next(cursor, '}', &first))
        if (!see_member(walk, spot, object)) return false;
    return cursor->error == JSON_FINE;
}

static bool see_item(struct walk *walk, struct spot spot)
{
    uint16_t slot = take_path(walk->observer, walk->type, spot.id, items_name);
    if (slot == RANKING_NONE) return pass_over(walk);
    walk->type->paths[slot].items = true;
    return see_path(walk, slot);
}

static bool see_array(struct walk *walk, struct spot spot)
{
    struct json_cursor *cursor = &walk->cursor;
    uint64_t items = 0;
    bool first = true;
    if (!json_open(cursor, '[')) return false;
    for (; json_next(cursor, ']', &first); items++)
        if (!see_item(walk, spot)) return false;
    facts_see_items(spot.facts, items);
    return cursor->error == JSON_FINE;
}

static bool see_scalar(struct walk *walk, struct facts *facts, enum json_kind kind)
{
    struct json_cursor *cursor = &walk->cursor;
    struct json_string text;
    struct number number;
    enum number_status status;
    if (kind == JSON_STRING) {
        arena_reset(walk->observer->scratch);
        if (!json_string(cursor, walk->observer->scratch, &text)) return false;
        facts_see_text(facts, text.text);
        return true;
    }
    if (kind == JSON_NUMBER) {
        if (!json_number(cursor, &number, &status)) return false;
        facts_see_number(facts, &number, status);
        return true;
    }
    facts_see(facts, kind == JSON_NULL ? FACTS_NULL : FACTS_BOOLEAN);
    return json_literal(cursor, kind);
}

static bool see_value(struct walk *walk, struct spot spot)
{
    struct json_cursor *cursor = &walk->cursor;
    enum json_kind kind = json_peek(cursor);
    if (kind > JSON_ARRAY) return see_scalar(walk, spot.facts, kind);
    facts_see(spot.facts, kind == JSON_OBJECT ? FACTS_OBJECT : FACTS_ARRAY);
    if (cursor->depth >= OBSERVER_DEPTH) return pass_over(walk);
    return kind == JSON_OBJECT ? see_object(walk, spot) : see_array(walk, spot);
}

/* ---------------------------------------------------------------- the whole */

struct observer *observer_create(void)
{
    struct observer *observer = calloc(1, sizeof *observer);
    if (observer == NULL) return NULL;
    observer->scratch = arena_create(SCRATCH_LIMIT);
    bool fine = observer->scratch != NULL && random_bytes(&observer->key, sizeof observer->key);
    if (!fine || pthread_mutex_init(&observer->lock, NULL) != 0) {
        arena_destroy(observer->scratch);
        free(observer);
        return NULL;
    }
    ranking_init(&observer->ranking, observer->slots, observer->buckets, OBSERVER_TYPES);
    return observer;
}

void observer_destroy(struct observer *observer)
{
    if (observer == NULL) return;
    for (size_t i = 0; i < OBSERVER_TYPES; i++) {
        if (observer->types[i] != NULL) type_reset(observer->types[i], 0);
        free(observer->types[i]);
    }
    arena_destroy(observer->scratch);
    pthread_mutex_destroy(&observer->lock);
    free(observer);
}

void observer_see(struct observer *observer, struct span event, struct span text)
{
    pthread_mutex_lock(&observer->lock);
    uint16_t slot = take_type(observer, event);
    if (slot == RANKING_NONE) {
        observer->overflow++;
    } else {
        struct walk walk = {.observer = observer, .type = observer->types[slot]};
        json_begin(&walk.cursor, text, JSON_DEPTH_MAX, UINT32_MAX);
        if (!see_value(&walk, (struct spot){&walk.type->root, walk.type->id})) walk.type->passed_over++;
        arena_reset(observer->scratch);
    }
    pthread_mutex_unlock(&observer->lock);
}

void observer_drop(struct observer *observer, struct span event)
{
    pthread_mutex_lock(&observer->lock);
    uint16_t slot = ranking_find(&observer->ranking, type_id(observer, event));
    if (slot != RANKING_NONE) {
        type_reset(observer->types[slot], 0);
        ranking_drop(&observer->ranking, slot);
    }
    pthread_mutex_unlock(&observer->lock);
}

size_t observer_types(struct observer *observer)
{
    size_t count = 0;
    pthread_mutex_lock(&observer->lock);
    for (uint16_t i = 0; i < observer->ranking.count; i++)
        if (observer->types[i] != NULL && observer->types[i]->name != NULL) count++;
    pthread_mutex_unlock(&observer->lock);
    return count;
}
