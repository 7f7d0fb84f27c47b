/* header_pool.h - header lists of librdkafka's, used again.
 *
 *     record --> header_pool_get(): a list of its kind with its varying values written over the old ones; else a new list
 *     report --> header_pool_put(): the list, taken back from the message
 *
 * librdkafka allocates each header of each record and frees it when the record was reported; that is more than all else of
 * handing a record over. But the records of one use have the same headers, and those whose values differ have mostly values of
 * one size.
 *
 * A kind is a record's fixed headers (record->fixed->mark) and the sizes of its varying ones. A list that came back lies on the
 * shelf of its kind; kinds may share a shelf's place over time, never at once.
 *
 * What a list holds is the application's once it was detached: librdkafka copied name and value into it (rd_kafka_header_add()),
 * and nothing else refers to it. Not thread-safe. */
#ifndef HEADGATE_GATEWAY_KAFKA_HEADER_POOL_H
#define HEADGATE_GATEWAY_KAFKA_HEADER_POOL_H

#include "contracts/record.h"

#include <librdkafka/rdkafka.h>

/* Of all lists kept; one takes about 1 KiB. */
enum { HEADER_POOL_KEPT = 8192, HEADER_POOL_SHELVES = 64, HEADER_LIST_VARYING = 8 };

/* A list of librdkafka's, and where the values lie in it that change from record to record. */
struct header_list {
    rd_kafka_headers_t *headers;
    uint64_t kind; /* 0: not to be used again */
    uint32_t count;
    uint32_t sizes[HEADER_LIST_VARYING];
    char *values[HEADER_LIST_VARYING];
    const char *names[HEADER_LIST_VARYING]; /* the record's own; never looked into */
};

struct header_shelf {
    uint64_t kind;
    struct header_list **lists;
    size_t count, capacity;
};

/* All zero: empty. */
struct header_pool {
    size_t kept;
    struct header_shelf shelves[HEADER_POOL_SHELVES];
};

/* Destroys the lists that lie in the pool, and leaves it empty. */
void header_pool_deinit(struct header_pool *pool);

/* The record's headers, owned by the caller until header_pool_put() or header_list_destroy(); NULL when out of memory. */
struct header_list *header_pool_get(struct header_pool *pool, const struct record *record) MUST_CHECK;

/* Keeps the list, or destroys it. */
void header_pool_put(struct header_pool *pool, struct header_list *list);

/* Destroys the list, and with it the headers unless a message has them (list->headers NULL). NULL is fine. */
void header_list_destroy(struct header_list *list);

#endif
