/* header_pool.h - header lists of librdkafka's, used again.
 *
 *     record --> header_pool_get(): a list of its kind with its varying values written over the old ones; else a new list
 *     report --> header_pool_put(): the list, taken back from the message
 *
 * librdkafka allocates each header of each record and frees it when the record was reported; that is more than all else of
 * handing a record over. But the records of one use have the same headers, and those whose values differ have mostly values of
 * one size.
 *
 * A kind is a record's fixed headers (record->fixed->mark) and the sizes of its varying ones; it says which shelf. A list has a
 * slot on its shelf for as long as it lives, and the lowest free slot is given out. So the lists of records that follow one
 * another lie in memory as they were made, one behind the other, in whatever order their reports come: librdkafka's thread, which
 * walks all headers of all records, finds them in the cache; and no more lists are in use than records are under way. A list that
 * is found in a slot and is of another kind gives way; when the pool is full, one of another shelf does.
 *
 * What a list holds is the application's once it was detached: librdkafka copied name and value into it (rd_kafka_header_add()),
 * and nothing else refers to it. Not thread-safe. */
#ifndef HEADGATE_GATEWAY_KAFKA_HEADER_POOL_H
#define HEADGATE_GATEWAY_KAFKA_HEADER_POOL_H

#include "contracts/record.h"

#include <librdkafka/rdkafka.h>

/* HEADER_POOL_KEPT: of all lists that lie in the pool; one takes about 1 KiB. */
enum { HEADER_POOL_KEPT = 8192, HEADER_POOL_SHELVES = 64, HEADER_LIST_VARYING = 8 };

/* A value that changes from record to record, where librdkafka keeps it. */
struct header_place {
    char *value;
    const char *name; /* the record's own; never looked into */
    size_t size;
};

/* A list of librdkafka's. What is looked at for every record comes first. */
struct header_list {
    rd_kafka_headers_t *headers;
    uint64_t kind; /* 0: not to be used again */
    uint32_t count;
    uint16_t slot;
    bool shelved; /* it has a slot */
    uint8_t shelf;
    struct header_place places[HEADER_LIST_VARYING];
};

struct header_shelf {
    struct header_list **lists; /* by slot; NULL = none was made */
    uint64_t *free;             /* a bit for each slot that nobody has */
    uint32_t words;             /* of `free` */
    uint32_t lowest;            /* no word before it has a bit */
    uint32_t kept;
};

/* All zero: empty. */
struct header_pool {
    uint32_t kept;
    uint32_t victim; /* the shelf that lost a list last */
    struct header_shelf shelves[HEADER_POOL_SHELVES];
};

/* Destroys the lists that lie in the pool, and leaves it empty; those that are out may be put into no pool any more. */
void header_pool_deinit(struct header_pool *pool);

/* The record's headers, the caller's until header_pool_put(); NULL when out of memory. */
struct header_list *header_pool_get(struct header_pool *pool, const struct record *record) MUST_CHECK;

/* Keeps the list, or destroys it; with `headers` NULL when a message kept them. */
void header_pool_put(struct header_pool *pool, struct header_list *list);

#endif
