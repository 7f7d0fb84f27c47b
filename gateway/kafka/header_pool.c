#include "gateway/kafka/header_pool.h"

#include "codecs/avro.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 64, WORDS_LEAST = 1, WORDS_MOST = HEADER_POOL_KEPT / WORD };

static void destroy(struct header_list *list)
{
    if (list->headers != NULL) rd_kafka_headers_destroy(list->headers);
    free(list);
}

/* ---------------------------------------------------------------- slots */

static bool grow(struct header_shelf *shelf)
{
    uint32_t words = shelf->words == 0 ? WORDS_LEAST : 2 * shelf->words;
    if (words > WORDS_MOST) return false;
    struct header_list **lists = realloc((void *)shelf->lists, words * WORD * sizeof *lists);
    if (lists == NULL) return false;
    shelf->lists = lists;
    uint64_t *bits = realloc(shelf->free, words * sizeof *bits);
    if (bits == NULL) return false;
    shelf->free = bits;
    for (uint32_t i = shelf->words * WORD; i < words * WORD; i++) lists[i] = NULL;
    for (uint32_t i = shelf->words; i < words; i++) bits[i] = UINT64_MAX;
    shelf->words = words;
    return true;
}

/* The lowest free slot; false when all are taken and there can be no more. */
static inline bool take_slot(struct header_shelf *shelf, uint32_t *slot)
{
    while (shelf->lowest < shelf->words && shelf->free[shelf->lowest] == 0) shelf->lowest++;
    if (UNLIKELY(shelf->lowest == shelf->words) && !grow(shelf)) return false;
    uint64_t *word = &shelf->free[shelf->lowest];
    *slot = shelf->lowest * WORD + (uint32_t)__builtin_ctzll(*word);
    *word &= *word - 1;
    return true;
}

static inline void free_slot(struct header_shelf *shelf, uint32_t slot)
{
    shelf->free[slot / WORD] |= UINT64_C(1) << slot % WORD;
    if (slot / WORD < shelf->lowest) shelf->lowest = slot / WORD;
}

/* ---------------------------------------------------------------- giving way */

/* Destroys what lies in a slot that nobody has, or was just taken. */
static void clear(struct header_pool *pool, struct header_shelf *shelf, uint32_t slot)
{
    destroy(shelf->lists[slot]);
    shelf->lists[slot] = NULL;
    shelf->kept--;
    pool->kept--;
}

/* Destroys the list that lies in the shelf's highest slot. */
static void evict(struct header_pool *pool, struct header_shelf *shelf)
{
    uint32_t slot = shelf->words * WORD;
    do slot--;
    while (shelf->lists[slot] == NULL || (shelf->free[slot / WORD] >> slot % WORD & 1) == 0);
    clear(pool, shelf, slot);
}

/* When the pool is full, the other shelves lose a list in turn. */
static bool make_room(struct header_pool *pool, const struct header_shelf *wants)
{
    if (LIKELY(pool->kept < HEADER_POOL_KEPT)) return true;
    for (unsigned i = 0; i < HEADER_POOL_SHELVES; i++) {
        pool->victim = (pool->victim + 1) % HEADER_POOL_SHELVES;
        struct header_shelf *shelf = &pool->shelves[pool->victim];
        if (shelf == wants || shelf->kept == 0) continue;
        evict(pool, shelf);
        return true;
    }
    return false;
}

void header_pool_deinit(struct header_pool *pool)
{
    for (size_t i = 0; i < HEADER_POOL_SHELVES; i++) {
        struct header_shelf *shelf = &pool->shelves[i];
        while (shelf->kept > 0) evict(pool, shelf);
        free((void *)shelf->lists);
        free(shelf->free);
    }
    *pool = (struct header_pool){0};
}

/* ---------------------------------------------------------------- new lists */

static bool add_header(rd_kafka_headers_t *headers, struct span name, struct span value)
{
    return rd_kafka_header_add(headers, name.data, (ssize_t)name.size, value.data, (ssize_t)value.size) ==
           RD_KAFKA_RESP_ERR_NO_ERROR;
}

static bool add_headers(rd_kafka_headers_t *headers, const struct record *record)
{
    bool whole = true;
    for (uint32_t i = 0; i < record->fixed->count; i++)
        whole &= add_header(headers, record->fixed->items[i].name, record->fixed->items[i].value);
    for (uint32_t i = 0; i < record->varying_count; i++) whole &= add_header(headers, record->names[i], record->values[i]);
    return whole;
}

/* rd_kafka_headers_copy() of a prepared list costs what adding each costs: it allocates per header too (measured). */
static rd_kafka_headers_t *make_headers(const struct record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new((size_t)record->fixed->count + record->varying_count);
    if (headers == NULL) return NULL;
    if (add_headers(headers, record)) return headers;
    rd_kafka_headers_destroy(headers);
    return NULL;
}

/* Where librdkafka keeps the values that will change. Its interface only reads; the list is ours while no message has it. */
static bool find_values(struct header_list *list, const struct record *record)
{
    for (uint32_t i = 0; i < record->varying_count; i++) {
        const char *name;
        const void *value;
        size_t size;
        if (rd_kafka_header_get_all(list->headers, (size_t)record->fixed->count + i, &name, &value, &size) !=
                RD_KAFKA_RESP_ERR_NO_ERROR ||
            value == NULL || size != record->values[i].size || strcmp(name, record->names[i].data) != 0)
            return false;
        list->places[i] = (struct header_place){(char *)(uintptr_t)value, record->names[i].data, size};
    }
    list->count = record->varying_count;
    return true;
}

static struct header_list *make_list(const struct record *record, uint64_t kind)
{
    struct header_list *list = malloc(sizeof *list);
    if (list == NULL) return NULL;
    list->shelved = false;
    list->headers = make_headers(record);
    if (list->headers == NULL) {
        free(list);
        return NULL;
    }
    list->kind = record->varying_count <= HEADER_LIST_VARYING && find_values(list, record) ? kind : 0;
    return list;
}

/* ---------------------------------------------------------------- lists that came back */

/* Never 0 for a record that has a mark. */
static uint64_t kind_of(const struct record *record)
{
    uint64_t kind = record->fixed->mark;
    if (kind == 0) return 0;
    for (unsigned i = 0; i < record->varying_count; i++) kind = (kind ^ record->values[i].size) * UINT64_C(0x9E3779B97F4A7C15);
    kind = (kind ^ record->varying_count) * UINT64_C(0x9E3779B97F4A7C15);
    return kind | 1;
}

/* Writes the record's varying values over those of a list; false when the list is of another make, which a kind alone does not
 * rule out. */
static bool refill(struct header_list *list, const struct record *record)
{
    if (list->count != record->varying_count) return false;
    for (uint32_t i = 0; i < list->count; i++) {
        struct span value = record->values[i];
        if (list->places[i].size != value.size || list->places[i].name != record->names[i].data) return false;
        avro_copy(list->places[i].value, value.data, value.size);
    }
    return true;
}

/* Lists were last touched when their records were reported: the next ones come into the cache meanwhile. */
static inline void fetch_next(const struct header_shelf *shelf, uint32_t slot)
{
    enum { NEAR = 2, FAR = 5 };
    if (slot + FAR >= shelf->words * WORD) return;
    const struct header_list *list = shelf->lists[slot + NEAR];
    __builtin_prefetch(shelf->lists[slot + FAR]);
    if (list == NULL) return;
    for (uint32_t i = 0; i < list->count; i++) __builtin_prefetch(list->places[i].value, 1);
}

static struct header_list *make_shelved(struct header_shelf *shelf, uint8_t index, uint32_t slot, const struct record *record,
                                        uint64_t kind)
{
    struct header_list *list = make_list(record, kind);
    if (list == NULL) {
        free_slot(shelf, slot);
        return NULL;
    }
    list->shelf = index;
    list->slot = (uint16_t)slot;
    list->shelved = true;
    return shelf->lists[slot] = list;
}

struct header_list *header_pool_get(struct header_pool *pool, const struct record *record)
{
    uint64_t kind = kind_of(record);
    uint8_t index = (uint8_t)(kind >> 58);
    struct header_shelf *shelf = &pool->shelves[index];
    uint32_t slot = 0;
    if (kind == 0 || !take_slot(shelf, &slot)) return make_list(record, 0);
    struct header_list *list = shelf->lists[slot];
    if (UNLIKELY(list == NULL)) return make_shelved(shelf, index, slot, record, kind);
    fetch_next(shelf, slot);
    if (UNLIKELY(list->kind != kind) || UNLIKELY(!refill(list, record))) {
        clear(pool, shelf, slot);
        return make_shelved(shelf, index, slot, record, kind);
    }
    shelf->kept--;
    pool->kept--;
    return list;
}

void header_pool_put(struct header_pool *pool, struct header_list *list)
{
    if (UNLIKELY(!list->shelved)) {
        destroy(list);
        return;
    }
    struct header_shelf *shelf = &pool->shelves[list->shelf];
    uint32_t slot = list->slot;
    if (LIKELY(list->kind != 0 && list->headers != NULL) && make_room(pool, shelf)) {
        shelf->kept++;
        pool->kept++;
    } else {
        destroy(list);
        shelf->lists[slot] = NULL;
    }
    free_slot(shelf, slot);
}
