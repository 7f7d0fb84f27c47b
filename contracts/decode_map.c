#include "contracts/decode_map.h"

#include "contracts/decode_value.h"

bool decode_key(struct walk *walk, const struct decode_node *key, struct frame *entry)
{
    struct json_string *text = &entry->slots[key->slot].string;
    if (!json_string(walk->cursor, walk->arena, text) || !json_colon(walk->cursor)) return false;
    entry->states[key->slot] = SLOT_PRESENT;
    uint32_t broken = key->checks != NULL ? checks_string(key->checks, walk->scratch, text) : 0;
    return broken == 0 || decode_report(walk, key, entry, broken);
}

/* ---------------------------------------------------------------- order */

static struct span key_of(const struct frame *entry, uint32_t slot)
{
    return entry->slots[slot].string.text;
}

/* Whether each key comes before the next: then none stands twice either. */
static bool is_ordered(const struct frame *first, uint32_t slot)
{
    for (; first != NULL && first->next != NULL; first = first->next)
        if (span_compare(key_of(first, slot), key_of(first->next, slot)) >= 0) return false;
    return true;
}

static struct frame *merge(struct frame *a, struct frame *b, uint32_t slot)
{
    struct frame *first = NULL, **last = &first;
    while (a != NULL && b != NULL) {
        struct frame **lesser = span_compare(key_of(a, slot), key_of(b, slot)) <= 0 ? &a : &b;
        *last = *lesser;
        last = &(*lesser)->next;
        *lesser = *last;
    }
    *last = a != NULL ? a : b;
    return first;
}

/* Merge sort from the bottom up: runs[i] is an ordered list of 2^i entries, or NULL. */
static struct frame *sort(struct frame *first, uint32_t slot)
{
    struct frame *runs[32] = {NULL}, *sorted = NULL;
    while (first != NULL) {
        struct frame *run = first;
        first = first->next;
        run->next = NULL;
        size_t i = 0;
        for (; runs[i] != NULL; i++) {
            run = merge(runs[i], run, slot);
            runs[i] = NULL;
        }
        runs[i] = run;
    }
    for (size_t i = 0; i < COUNT_OF(runs); i++)
        if (runs[i] != NULL) sorted = merge(runs[i], sorted, slot);
    return sorted;
}

bool decode_entries(struct walk *walk, const struct decode_node *map, struct slot *slot, const struct path *path)
{
    const struct decode_node *key = &map->array->item.object->members[0];
    if (is_ordered(slot->items.first, key->slot)) return true;
    slot->items.first = sort(slot->items.first, key->slot);
    if (is_ordered(slot->items.first, key->slot)) return true;
    return decode_report_at(walk, BROKEN(EVENT_DUPLICATE_MEMBER), &(struct path){path, key->name, 0});
}
