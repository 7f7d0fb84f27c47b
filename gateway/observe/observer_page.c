/* observer_page.c - what of the observations people may see. */
#include "gateway/observe/observer_table.h"

/* Longest path: names of 64 bytes, with a dot or brackets each. */
enum { PATH_MAX_SIZE = OBSERVER_DEPTH * 67 };

struct writing {
    const struct observed_type *type;
    struct json_writer *json;
    char path[PATH_MAX_SIZE];
};

/* What was seen of members of an object that have a name to show. */
static uint64_t named_members(const struct observed_type *type, uint64_t parent)
{
    uint64_t sum = 0;
    for (uint16_t i = 0; i < type->ranking.count; i++) {
        const struct observed_path *path = &type->paths[i];
        if (path->name != NULL && !path->items && path->parent == parent) sum += facts_values(&path->facts);
    }
    return sum;
}

/* Facts, and of an object how many members are not shown; whether those that have a name are. */
static bool write_facts(const struct writing *writing, const struct facts *facts, uint64_t id)
{
    facts_write(facts, writing->json);
    if (facts->counts[FACTS_OBJECT] == 0) return true;
    uint64_t named = named_members(writing->type, id);
    bool map = facts->members > 2 * named;
    uint64_t hidden = map ? facts->members : facts->members > named ? facts->members - named : 0;
    if (hidden > 0) json_member_int(writing->json, "members_not_shown", (int64_t)hidden);
    if (map) json_member_bool(writing->json, "map", true);
    return !map;
}

static void write_children(struct writing *writing, uint64_t parent, size_t size, bool members);

static void write_path(struct writing *writing, uint16_t slot, size_t size)
{
    const struct observed_path *path = &writing->type->paths[slot];
    size_t name = strlen(path->name);
    bool dot = size > 0 && !path->items;
    if (size + dot + name > sizeof writing->path) return;
    if (dot) writing->path[size] = '.';
    memcpy(writing->path + size + dot, path->name, name);
    size += dot + name;
    uint64_t id = writing->type->slots[slot].id;
    json_object_begin(writing->json);
    json_member_text(writing->json, "path", (struct span){writing->path, size});
    bool members = write_facts(writing, &path->facts, id);
    json_object_end(writing->json);
    write_children(writing, id, size, members);
}

/* A path before what lies in it; in a row, in the order of the table. */
static void write_children(struct writing *writing, uint64_t parent, size_t size, bool members)
{
    for (uint16_t i = 0; i < writing->type->ranking.count; i++) {
        const struct observed_path *path = &writing->type->paths[i];
        if (path->name != NULL && path->parent == parent && (members || path->items)) write_path(writing, i, size);
    }
}

static void write_type(const struct observed_type *type, struct json_writer *json)
{
    struct writing writing = {.type = type, .json = json};
    json_member_text(json, "type", span_of(type->name));
    json_member_int(json, "threshold", OBSERVER_THRESHOLD);
    json_name(json, "root");
    json_object_begin(json);
    bool members = write_facts(&writing, &type->root, type->id);
    json_object_end(json);
    json_name(json, "fields");
    json_array_begin(json);
    write_children(&writing, type->id, 0, members);
    json_array_end(json);
    json_member_int(json, "passed_over", (int64_t)type->passed_over);
}

bool observer_write_type(struct observer *observer, struct span event, struct json_writer *json)
{
    pthread_mutex_lock(&observer->lock);
    const struct observed_type *type = observer_find(observer, event);
    bool known = type != NULL && type->name != NULL;
    if (known) write_type(type, json);
    pthread_mutex_unlock(&observer->lock);
    return known;
}

void observer_write(struct observer *observer, struct json_writer *json)
{
    uint64_t types = 0, events = 0;
    pthread_mutex_lock(&observer->lock);
    json_member_int(json, "threshold", OBSERVER_THRESHOLD);
    json_name(json, "types");
    json_array_begin(json);
    for (uint16_t i = 0; i < observer->ranking.count; i++) {
        const struct observed_type *type = observer->types[i];
        if (type == NULL || type->root.events == 0) continue;
        if (type->name == NULL) {
            types++;
            events += type->root.events;
            continue;
        }
        json_object_begin(json);
        json_member_text(json, "type", span_of(type->name));
        json_member_int(json, "events", (int64_t)type->root.events);
        json_object_end(json);
    }
    json_array_end(json);
    json_name(json, "not_shown");
    json_object_begin(json);
    json_member_int(json, "types", (int64_t)types);
    json_member_int(json, "events", (int64_t)events);
    json_object_end(json);
    json_member_int(json, "overflow", (int64_t)observer->overflow);
    pthread_mutex_unlock(&observer->lock);
}
