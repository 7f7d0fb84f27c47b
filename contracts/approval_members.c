/* approval_members.c - recipients and waivers in a surface: lists of maps of texts, sorted. */
#include "contracts/approval_parts.h"

#include <stddef.h>
#include <stdlib.h>

/* A list of maps of texts. */
struct member {
    const char *key;
    size_t offset;
};

static const struct member recipient_members[] = {
    {"role", offsetof(struct recipient, role)},
    {"access", offsetof(struct recipient, access)},
    {"firstLevelApprovers", offsetof(struct recipient, first_approvers)},
    {"secondLevelApprovers", offsetof(struct recipient, second_approvers)},
};

static const struct member waiver_members[] = {
    {"field", offsetof(struct waiver, field)},
    {"rule", offsetof(struct waiver, rule)},
    {"until", offsetof(struct waiver, until)},
};

static bool read_members(struct surface_reading *reading, const struct yaml_node *map, const struct member *members, size_t count,
                         void *out)
{
    if (map->kind != YAML_MAP) return surface_fail(reading, map, "a map is expected here");
    for (size_t i = 0; i < map->count; i++) {
        size_t at = 0;
        while (at < count && !span_is(map->pairs[i].key->text, members[at].key)) at++;
        if (at == count) return surface_fail(reading, map->pairs[i].key, "this is not known here");
        if (!surface_text(reading, map->pairs[i].value, (struct span *)(void *)((char *)out + members[at].offset))) return false;
    }
    return yaml_get(map, members[0].key) != NULL || surface_fail(reading, map, "it does not say what it is about");
}

/* The items of a list of maps; NULL after surface_fail(). */
static void *read_items(struct surface_reading *reading, const struct yaml_node *list, const struct member *members, size_t count,
                        size_t size)
{
    if (list->kind != YAML_SEQUENCE) {
        surface_fail(reading, list, "a list is expected here");
        return NULL;
    }
    char *items = surface_room(reading, list->count, size);
    for (size_t i = 0; items != NULL && i < list->count; i++)
        if (!read_members(reading, list->items[i], members, count, items + i * size)) return NULL;
    return items;
}

static void write_items(struct surface_writing *writing, const char *key, const struct member *members, size_t member_count,
                        const void *items, size_t count, size_t size)
{
    if (count == 0) return;
    yaml_write_list(writing->yaml, key);
    for (size_t i = 0; i < count; i++) {
        const char *item = (const char *)items + i * size;
        yaml_write_item(writing->yaml);
        for (size_t at = 0; at < member_count; at++)
            yaml_write_text(writing->yaml, members[at].key, *(const struct span *)(const void *)(item + members[at].offset));
        yaml_write_item_end(writing->yaml);
    }
    yaml_write_end(writing->yaml);
}

/* By their members in turn: the order in which a contract lists them says nothing. */
static int compare_members(const void *a, const void *b, const struct member *members, size_t count)
{
    int order = 0;
    for (size_t i = 0; i < count && order == 0; i++)
        order = span_compare(*(const struct span *)(const void *)((const char *)a + members[i].offset),
                             *(const struct span *)(const void *)((const char *)b + members[i].offset));
    return order;
}

static int by_recipient(const void *a, const void *b)
{
    return compare_members(a, b, recipient_members, COUNT_OF(recipient_members));
}

static int by_waiver(const void *a, const void *b)
{
    return compare_members(a, b, waiver_members, COUNT_OF(waiver_members));
}

static void *sorted_copy(struct surface_writing *writing, const void *items, size_t count, size_t size,
                         int (*order)(const void *, const void *))
{
    char *copy = arena_calloc(writing->arena, count + 1, size);
    if (copy == NULL) {
        writing->failed = true;
        return NULL;
    }
    if (count > 0) memcpy(copy, items, count * size);
    if (count > 1) qsort(copy, count, size, order);
    return copy;
}

void surface_write_recipients(struct surface_writing *writing, const struct use *use)
{
    struct recipient *sorted = sorted_copy(writing, use->recipients, use->recipient_count, sizeof *sorted, by_recipient);
    if (sorted != NULL)
        write_items(writing, "roles", recipient_members, COUNT_OF(recipient_members), sorted, use->recipient_count,
                    sizeof *sorted);
}

bool surface_read_recipients(struct surface_reading *reading, const struct yaml_node *node, struct use *use)
{
    use->recipients = read_items(reading, node, recipient_members, COUNT_OF(recipient_members), sizeof *use->recipients);
    use->recipient_count = node->count;
    return use->recipients != NULL;
}

void surface_write_waivers(struct surface_writing *writing, const struct use *use)
{
    struct waiver *sorted = sorted_copy(writing, use->waivers, use->waiver_count, sizeof *sorted, by_waiver);
    if (sorted != NULL)
        write_items(writing, "waivers", waiver_members, COUNT_OF(waiver_members), sorted, use->waiver_count, sizeof *sorted);
}

bool surface_read_waivers(struct surface_reading *reading, const struct yaml_node *node, struct use *use)
{
    use->waivers = read_items(reading, node, waiver_members, COUNT_OF(waiver_members), sizeof *use->waivers);
    use->waiver_count = node->count;
    return use->waivers != NULL;
}
