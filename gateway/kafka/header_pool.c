#include "gateway/kafka/header_pool.h"

#include "codecs/avro.h"

#include <stdlib.h>
#include <string.h>

enum { SHELF_LEAST = 16 };

void header_list_destroy(struct header_list *list)
{
    if (list == NULL) return;
    if (list->headers != NULL) rd_kafka_headers_destroy(list->headers);
    free(list);
}

void header_pool_deinit(struct header_pool *pool)
{
    for (size_t i = 0; i < HEADER_POOL_SHELVES; i++) {
        struct header_shelf *shelf = &pool->shelves[i];
        while (shelf->count > 0) header_list_destroy(shelf->lists[--shelf->count]);
        free((void *)shelf->lists);
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
        list->values[i] = (char *)(uintptr_t)value;
        list->sizes[i] = (uint32_t)size;
        list->names[i] = record->names[i].data;
    }
    list->count = record->varying_count;
    return true;
}

static struct header_list *make_list(const struct record *record, uint64_t kind)
{
    struct header_list *list = malloc(sizeof *list);
    if (list == NULL) return NULL;
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

static struct header_shelf *shelf_of(struct header_pool *pool, uint64_t kind)
{
    return &pool->shelves[kind >> 58];
}

/* Writes the record's varying values over those of a list; false when the list is of another make, which a kind alone does not
 * rule out. */
static bool refill(struct header_list *list, const struct record *record)
{
    if (list->count != record->varying_count) return false;
    for (uint32_t i = 0; i < list->count; i++) {
        struct span value = record->values[i];
        if (list->sizes[i] != value.size || list->names[i] != record->names[i].data) return false;
        avro_copy(list->values[i], value.data, value.size);
    }
    return true;
}

/* Lists were last touched when their records were reported: the next ones come into the cache meanwhile. */
static inline void fetch_next(const struct header_shelf *shelf)
{
    enum { NEAR = 2, FAR = 5 };
    if (shelf->count < FAR) return;
    const struct header_list *list = shelf->lists[shelf->count - NEAR];
    __builtin_prefetch(shelf->lists[shelf->count - FAR]);
    for (uint32_t i = 0; i < list->count; i++) __builtin_prefetch(list->values[i], 1);
}

struct header_list *header_pool_get(struct header_pool *pool, const struct record *record)
{
    uint64_t kind = kind_of(record);
    struct header_shelf *shelf = shelf_of(pool, kind);
    if (shelf->count == 0) return make_list(record, kind);
    fetch_next(shelf);
    struct header_list *list = shelf->lists[--shelf->count];
    pool->kept--;
    if (LIKELY(shelf->kind == kind) && LIKELY(refill(list, record))) return list;
    /* Another kind has the shelf's place. It loses one list for each that is asked for in vain, and so gives way in time. */
    header_list_destroy(list);
    return make_list(record, kind);
}

static bool make_room(struct header_shelf *shelf)
{
    if (shelf->count < shelf->capacity) return true;
    size_t capacity = shelf->capacity == 0 ? SHELF_LEAST : 2 * shelf->capacity;
    struct header_list **lists = realloc((void *)shelf->lists, capacity * sizeof *lists);
    if (lists == NULL) return false;
    shelf->lists = lists;
    shelf->capacity = capacity;
    return true;
}

void header_pool_put(struct header_pool *pool, struct header_list *list)
{
    struct header_shelf *shelf = shelf_of(pool, list->kind);
    if (shelf->count == 0) shelf->kind = list->kind;
    if (list->kind == 0 || shelf->kind != list->kind || pool->kept >= HEADER_POOL_KEPT || !make_room(shelf)) {
        header_list_destroy(list);
        return;
    }
    shelf->lists[shelf->count++] = list;
    pool->kept++;
}
