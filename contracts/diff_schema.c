/* diff_schema.c - within a topic every schema reads the records of every other: the new one is held against the old one and
 * against all that schemas.lock keeps for the topic, in both directions. */
#include "contracts/diff_parts.h"
#include "contracts/schema.h"
#include "contracts/schema_compat.h"

struct older {
    struct span text;
    struct span label; /* whose it is, for people */
};

struct older_list {
    struct older *items;
    size_t count;
};

static bool is_listed(const struct older_list *list, struct span text)
{
    for (size_t i = 0; i < list->count; i++)
        if (span_equal(list->items[i].text, text)) return true;
    return false;
}

static void add_locked(struct diffing *diffing, struct older_list *list, const struct catalogue *catalogue, struct span subject)
{
    for (size_t i = 0; i < catalogue->locked_count; i++) {
        const struct locked_schema *locked = &catalogue->locked[i];
        if (!span_equal(locked->subject, subject) || is_listed(list, locked->text)) continue;
        struct span label = arena_printf(diffing->diff->arena, "locked version %u", locked->version);
        if (label.data == NULL) diffing->diff->failed = true;
        list->items[list->count++] = (struct older){locked->text, label};
    }
}

/* A place that both directions find is two findings: they concern different readers. */
static void told(struct diffing *diffing, const struct incompatibility *item, const struct older *older)
{
    enum diff_kind kind = item->kind == INCOMPATIBLE_LOGICAL ? DIFF_SCHEMA_LOGICAL : DIFF_SCHEMA_INCOMPATIBLE;
    struct span place = item->place.size > 0 ? item->place : SPAN("/");
    struct span writer = item->writer.size > 0 ? item->writer : SPAN("nothing");
    if (item->direction == COMPAT_BACKWARD)
        diff_add(diffing, kind, item->path, "new readers, records of %.*s: %s (at %.*s: reader %.*s, writer %.*s)",
                 SPAN_ARGS(older->label), incompatibility_text(item->kind), SPAN_ARGS(place), SPAN_ARGS(item->reader),
                 SPAN_ARGS(writer));
    else
        diff_add(diffing, kind, item->path, "readers of %.*s, new records: %s (at %.*s: reader %.*s, writer %.*s)",
                 SPAN_ARGS(older->label), incompatibility_text(item->kind), SPAN_ARGS(place), SPAN_ARGS(item->reader),
                 SPAN_ARGS(writer));
}

static void judge(struct diffing *diffing, const struct use *new, const struct older *older)
{
    struct schema_compat found = {NULL, 0, 0};
    const char *error = NULL;
    /* a locked text that is no schema is the lock's fault and told when it is read */
    if (!schema_compat_judge(new->schema, &older->text, 1, COMPAT_FULL, diffing->diff->arena, &found, &error)) return;
    for (size_t i = 0; i < found.count; i++) told(diffing, &found.items[i], older);
}

void diff_schema(struct diffing *diffing, const struct catalogue *old_catalogue, const struct use *old,
                 const struct catalogue *new_catalogue, const struct use *new)
{
    struct arena *arena = diffing->diff->arena;
    struct span subject = schema_subject(new, arena);
    size_t room = old_catalogue->locked_count + new_catalogue->locked_count + 1;
    struct older_list list = {arena_calloc(arena, room, sizeof(struct older)), 0};
    if (subject.data == NULL || list.items == NULL) {
        diffing->diff->failed = true;
        return;
    }
    if (old != NULL && span_equal(old->topic, new->topic)) list.items[list.count++] = (struct older){old->schema, old->version};
    add_locked(diffing, &list, old_catalogue, subject);
    add_locked(diffing, &list, new_catalogue, subject);
    for (size_t i = 0; i < list.count; i++)
        if (!span_equal(list.items[i].text, new->schema)) judge(diffing, new, &list.items[i]);
}
