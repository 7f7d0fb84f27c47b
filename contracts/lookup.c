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

/* The first and the last bytes, overlapping: texts of one size up to LOOKUP_SHORT that differ have other words. */
static inline struct lookup_short words_of(struct span text)
{
    struct lookup_short words UNINITIALIZED;
    words.size = text.size;
    words.head = words.tail = 0;
    if (text.size >= 8) {
        words.head = load_word(text.data);
        words.tail = load_word(text.data + text.size - 8);
    } else if (text.size >= 4) {
        words.head = load_half(text.data);
        words.tail = load_half(text.data + text.size - 4);
    } else if (text.size > 0) {
        words.head = (unsigned char)text.data[0] | (uint64_t)(unsigned char)text.data[text.size / 2] << 8;
        words.tail = (unsigned char)text.data[text.size - 1];
    }
    return words;
}

static inline uint32_t hash_of(struct span text)
{
    struct lookup_short words = words_of(text);
    uint64_t hash = text.size;
    for (size_t i = 8; i + 8 < text.size; i += 8) hash = mix(hash, load_word(text.data + i));
    uint64_t mixed = mix(mix(words.head, hash), words.tail);
    return (uint32_t)(mixed ^ mixed >> 32);
}

static const struct span *text_at(const struct span *first, size_t stride, size_t i)
{
    return (const struct span *)(const void *)((const char *)first + i * stride);
}

static bool build_small(struct lookup *lookup, const struct span *first, size_t stride, size_t count, struct arena *arena)
{
    lookup->small = arena_calloc(arena, count, sizeof *lookup->small);
    if (lookup->small == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const struct span *text = text_at(first, stride, i);
        lookup->small[i] = words_of(*text);
        memset(lookup->small[i].text, 0, LOOKUP_SHORT);
        if (text->size > 0) memcpy(lookup->small[i].text, text->data, text->size);
    }
    lookup->small_count = (uint32_t)count;
    return true;
}

static bool is_small(const struct span *first, size_t stride, size_t count)
{
    if (count == 0 || count > LOOKUP_SMALL) return false;
    for (size_t i = 0; i < count; i++)
        if (text_at(first, stride, i)->size > LOOKUP_SHORT) return false;
    return true;
}

bool lookup_build(struct lookup *lookup, const struct span *first, size_t stride, size_t count, struct arena *arena)
{
    size_t size = 4;
    if (is_small(first, stride, count)) return build_small(lookup, first, stride, count, arena);
    while (size < 2 * count) size *= 2;
    lookup->mask = (uint32_t)(size - 1);
    lookup->places = arena_calloc(arena, size, sizeof *lookup->places);
    if (lookup->places == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        const struct span *text = text_at(first, stride, i);
        uint32_t hash = hash_of(*text), at = hash & lookup->mask;
        while (lookup->places[at].index != 0) at = (at + 1) & lookup->mask;
        lookup->places[at] = (struct lookup_place){hash, (uint32_t)i + 1, *text};
    }
    return true;
}

static int32_t find_small(const struct lookup *lookup, struct span text)
{
    struct lookup_short words = words_of(text);
    for (uint32_t i = 0; i < lookup->small_count; i++) {
        const struct lookup_short *small = &lookup->small[i];
        if (small->head == words.head && small->tail == words.tail && small->size == words.size) return (int32_t)i;
    }
    return -1;
}

int32_t lookup_find(const struct lookup *lookup, struct span text)
{
    if (lookup->small_count > 0) return find_small(lookup, text);
    uint32_t hash = hash_of(text);
    for (uint32_t at = hash & lookup->mask; lookup->places[at].index != 0; at = (at + 1) & lookup->mask) {
        const struct lookup_place *place = &lookup->places[at];
        if (place->hash == hash && span_equal(place->text, text)) return (int32_t)place->index - 1;
    }
    return -1;
}

#if defined(__SSE2__) && !defined(HEADGATE_PORTABLE)
#include <emmintrin.h>

int32_t lookup_find_padded(const struct lookup *lookup, struct span text)
{
    static const char masks[2 * LOOKUP_SHORT] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    if (UNLIKELY(lookup->small_count == 0)) return lookup_find(lookup, text);
    if (UNLIKELY(text.size > LOOKUP_SHORT)) return -1;
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text.data);
    bytes = _mm_and_si128(bytes, _mm_loadu_si128((const __m128i *)(const void *)(masks + LOOKUP_SHORT - text.size)));
    const struct lookup_short *small = lookup->small, *end = small + lookup->small_count;
    for (; small < end; small++) {
        __m128i same = _mm_cmpeq_epi8(bytes, _mm_loadu_si128((const __m128i *)(const void *)small->text));
        if (_mm_movemask_epi8(same) == 0xFFFF) return (int32_t)(small - lookup->small);
    }
    return -1;
}

#else

int32_t lookup_find_padded(const struct lookup *lookup, struct span text)
{
    return lookup_find(lookup, text);
}

#endif
