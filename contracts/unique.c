#include "contracts/unique.h"

enum { SMALL = 8 };

static int compare_values(const struct decode_node *node, const struct frame *a, const struct frame *b);

static int compare_members(const struct decode_object *object, const struct frame *a, const struct frame *b)
{
    for (uint32_t i = 0; i < object->count; i++) {
        int order = compare_values(&object->members[i], a, b);
        if (order != 0) return order;
    }
    return 0;
}

static int compare_items(const struct decode_array *array, const struct slot *a, const struct slot *b)
{
    if (a->items.count != b->items.count) return a->items.count < b->items.count ? -1 : 1;
    const struct frame *left = a->items.first, *right = b->items.first;
    for (; left != NULL; left = left->next, right = right->next) {
        int order = compare_values(&array->item, left, right);
        if (order != 0) return order;
    }
    return 0;
}

static int compare_numbers(const struct slot *a, const struct slot *b)
{
    struct number left = slot_number(a), right = slot_number(b);
    return number_compare(&left, &right);
}

static int compare_slots(enum type type, const struct slot *a, const struct slot *b)
{
    switch (type) {
    case TYPE_STRING:
    case TYPE_BYTES: return span_compare(a->string.text, b->string.text);
    case TYPE_DECIMAL: return (a->decimal > b->decimal) - (a->decimal < b->decimal);
    case TYPE_FLOAT:
    case TYPE_DOUBLE: return compare_numbers(a, b);
    case TYPE_BOOLEAN: return (int)a->boolean - (int)b->boolean;
    default: return (a->integer > b->integer) - (a->integer < b->integer);
    }
}

/* A total order: absent first, then by value. */
static int compare_values(const struct decode_node *node, const struct frame *a, const struct frame *b)
{
    bool has_a = slot_present(a, node->slot), has_b = slot_present(b, node->slot);
    if (!has_a || !has_b) return (int)has_a - (int)has_b;
    const struct slot *left = &a->slots[node->slot], *right = &b->slots[node->slot];
    if (node->type == TYPE_OBJECT) return compare_members(node->object, a, b);
    if (type_has_items(node->type)) return compare_items(node->array, left, right);
    return compare_slots(node->type, left, right);
}

static enum unique_items compare_pairs(const struct decode_array *array, const struct frame *first)
{
    for (const struct frame *a = first; a != NULL; a = a->next)
        for (const struct frame *b = a->next; b != NULL; b = b->next)
            if (compare_values(&array->item, a, b) == 0) return UNIQUE_NO;
    return UNIQUE_YES;
}

/* Heap sort: in place, and no order of items makes it slow. */
static void sift(const struct decode_array *array, struct frame **heap, uint32_t at, uint32_t count)
{
    struct frame *moved = heap[at];
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare_values(&array->item, heap[child], heap[child + 1]) < 0) child++;
        if (compare_values(&array->item, moved, heap[child]) >= 0) break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static void sort(const struct decode_array *array, struct frame **items, uint32_t count)
{
    for (uint32_t at = count / 2; at-- > 0;) sift(array, items, at, count);
    for (uint32_t last = count; last-- > 1;) {
        struct frame *largest = items[0];
        items[0] = items[last];
        items[last] = largest;
        sift(array, items, 0, last);
    }
}

enum unique_items unique_items(const struct decode_array *array, struct frame *first, uint32_t count, struct arena *arena)
{
    if (count <= SMALL) return compare_pairs(array, first);
    struct frame **items = arena_calloc(arena, count, sizeof(struct frame *));
    if (items == NULL) return UNIQUE_NO_MEMORY;
    uint32_t at = 0;
    for (struct frame *item = first; item != NULL; item = item->next) items[at++] = item;
    sort(array, items, count);
    for (uint32_t i = 1; i < count; i++)
        if (compare_values(&array->item, items[i - 1], items[i]) == 0) return UNIQUE_NO;
    return UNIQUE_YES;
}
