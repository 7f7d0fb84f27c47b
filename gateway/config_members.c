/* config_members.c - maps whose keys are known: one row per key. */
#include "gateway/config_read.h"
#include "gateway/nearest.h"

/* Says which keys there are, or which one was meant. */
static bool refuse(struct config_reader *reader, const struct config_member *members, size_t count, const struct yaml_node *key,
                   const char *nearest)
{
    if (nearest != NULL)
        return config_fail(reader, key, "there is no key %.*s here; did you mean %s?", SPAN_ARGS(key->text), nearest);
    struct buffer known = BUFFER_EMPTY;
    for (size_t i = 0; i < count; i++)
        buffer_printf(&known, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " and ", members[i].name);
    (void)config_fail(reader, key, "there is no key %.*s here, but %s", SPAN_ARGS(key->text),
                      buffer_ok(&known) ? known.data : "others");
    buffer_deinit(&known);
    return false;
}

static bool read_member(struct config_reader *reader, const struct config_member *members, size_t count,
                        const struct yaml_pair *pair, void *target)
{
    struct nearest nearest = NEAREST_NONE;
    for (size_t i = 0; i < count; i++) {
        if (span_is(pair->key->text, members[i].name)) return members[i].read(reader, pair->value, target);
        nearest_consider(&nearest, pair->key->text, span_of(members[i].name));
    }
    return refuse(reader, members, count, pair->key, nearest.name.data);
}

bool config_members_read(struct config_reader *reader, const struct config_member *members, size_t count,
                         const struct yaml_node *map, void *target)
{
    bool fine = true;
    for (size_t i = 0; i < map->count; i++) fine = read_member(reader, members, count, &map->pairs[i], target) && fine;
    return fine;
}
