#include "contracts/lookup.h"

static inline uint64_t load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint64_t load_half(const char *at)
{
    uint32_t half;
    memcpy(&half, at, sizeof half);
    return half;
}

static inline uint64_t mix(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)(a ^ UINT64_C(0x9E3779B97F4A7C15)) * (b ^ UINT64_C(0xD6E8FEB86659FD93));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Head and tail overlap, so short texts need no loop and no byte is left out. */
static inline uint32_t hash_of(struct span text)
{
    uint64_t head = 0, tail = 0, hash = text.size;
    if (text.size >= 8) {
        for (size_t i = 8; i + 8 < text.size; i += 8) hash = mix(hash, load_word(text.data + i));
        head = load_word(text.data);
        tail = load_word(text.data + text.size - 8);
    } else if (text.size >= 4) {
        head = load_half(text.data);
        tail = load_half(text.data + text.size - 4);
    } else if (text.size > 0) {
        head = (unsigned char)text.data[0] | (uint64_t)(unsigned char)text.data[text.size / 2] << 8;
        tail = (unsigned char)text.data[text.size - 1];
    }
    uint64_t mixed = mix(mix(head, hash), tail);
    return (uint32_t)(mixed ^ mixed >> 32);
}

bool lookup_build(struct lookup *lookup, const struct span *first, size_t stride, size_t count, struct arena *arena)
{
    size_t size = 4;
    while (size < 2 * count) size *= 2;
    lookup->mask = (uint32_t)(size - 1);
    lookup->places = arena_calloc(arena, size, sizeof *lookup->places);
    if (lookup->places == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const struct span *text = (const struct span *)(const void *)((const char *)first + i * stride);
        uint32_t hash = hash_of(*text), at = hash & lookup->mask;
        while (lookup->places[at].index != 0) at = (at + 1) & lookup->mask;
        lookup->places[at] = (struct lookup_place){hash, (uint32_t)i + 1, *text};
    }
    return true;
}

int32_t lookup_find(const struct lookup *lookup, struct span text)
{
    uint32_t hash = hash_of(text);
    for (uint32_t at = hash & lookup->mask; lookup->places[at].index != 0; at = (at + 1) & lookup->mask) {
        const struct lookup_place *place = &lookup->places[at];
        if (place->hash == hash && span_equal(place->text, text)) return (int32_t)place->index - 1;
    }
    return -1;
}
