#include "contracts/code_set.h"

#include <stdlib.h>

void code_set_add(struct code_set *set, struct arena *arena, uint32_t first, uint32_t last)
{
    if (set->failed) return;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity == 0 ? 8 : 2 * set->capacity;
        struct code_range *ranges = arena_calloc(arena, capacity, sizeof *ranges);
        if (ranges == NULL) {
            set->failed = true;
            return;
        }
        if (set->count > 0) memcpy(ranges, set->ranges, set->count * sizeof *ranges);
        set->ranges = ranges;
        set->capacity = capacity;
    }
    set->ranges[set->count++] = (struct code_range){first, last};
}

static int by_first(const void *left, const void *right)
{
    const struct code_range *a = left, *b = right;
    return (a->first > b->first) - (a->first < b->first);
}

void code_set_settle(struct code_set *set)
{
    if (set->count == 0) return;
    qsort(set->ranges, set->count, sizeof *set->ranges, by_first);
    size_t kept = 0;
    for (size_t i = 1; i < set->count; i++) {
        struct code_range *last = &set->ranges[kept], *next = &set->ranges[i];
        if (next->first > last->last + 1) {
            set->ranges[++kept] = *next;
        } else if (next->last > last->last) {
            last->last = next->last;
        }
    }
    set->count = kept + 1;
}

struct code_set code_set_complement(const struct code_set *set, struct arena *arena)
{
    struct code_set rest = {.failed = set->failed};
    uint32_t next = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (set->ranges[i].first > next) code_set_add(&rest, arena, next, set->ranges[i].first - 1);
        next = set->ranges[i].last + 1;
    }
    if (next <= CODE_POINT_MAX) code_set_add(&rest, arena, next, CODE_POINT_MAX);
    return rest;
}

bool code_set_is_ascii(const struct code_set *set)
{
    return set->count == 0 || set->ranges[set->count - 1].last < 0x80;
}

/* Tables are sorted and settled. White space is WhiteSpace and LineTerminator of ECMA-262 5.1, 7.2 and 7.3, with the space
 * separators (Zs) of today's Unicode: U+180E left that category in Unicode 6.3. */
static const struct code_range digits[] = {{'0', '9'}};
static const struct code_range word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
static const struct code_range space[] = {{0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680},
                                          {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                                          {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

bool code_set_add_escape(struct code_set *set, struct arena *arena, char letter)
{
    static const struct {
        char letter;
        const struct code_range *ranges;
        size_t count;
    } escapes[] = {{'d', digits, COUNT_OF(digits)}, {'w', word, COUNT_OF(word)}, {'s', space, COUNT_OF(space)}};
    for (size_t i = 0; i < COUNT_OF(escapes); i++) {
        if ((letter | 0x20) != escapes[i].letter) continue;
        struct code_set named = {0};
        for (size_t k = 0; k < escapes[i].count; k++)
            code_set_add(&named, arena, escapes[i].ranges[k].first, escapes[i].ranges[k].last);
        struct code_set out = letter == escapes[i].letter ? named : code_set_complement(&named, arena);
        for (size_t k = 0; k < out.count; k++) code_set_add(set, arena, out.ranges[k].first, out.ranges[k].last);
        set->failed = set->failed || out.failed;
        return true;
    }
    return false;
}
