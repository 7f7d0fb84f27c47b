/* arena_pool.h - a worker's arenas between two requests: reset, warm, and bounded in number and in bytes.
 *
 * Each keeps the largest block that its requests needed, up to 128 KiB, so the number alone bounds nothing: without the bound of
 * bytes a burst of large batches would hold 32 MiB of a worker's for good. Belongs to the worker's thread. */
#ifndef HEADGATE_GATEWAY_INGEST_ARENA_POOL_H
#define HEADGATE_GATEWAY_INGEST_ARENA_POOL_H

#include "codecs/arena.h"

enum {
    ARENA_POOL_COUNT = 256, /* as many requests wait at once on a busy worker */
    ARENA_POOL_BYTES = 8 * 1024 * 1024,
};

/* All zero is an empty pool. */
struct arena_pool {
    size_t count;
    size_t held; /* the sum of their arena_held() */
    struct arena *arenas[ARENA_POOL_COUNT];
};

/* The arena that was given back last, else a new one, with nothing handed out; `limit` is the same for all of a pool. NULL when
 * out of memory. */
struct arena *arena_pool_get(struct arena_pool *pool, size_t limit) MUST_CHECK;

/* Gives an arena back, and all that it has handed out dies; one that would break a bound is destroyed. */
void arena_pool_put(struct arena_pool *pool, struct arena *arena);

/* Destroys the arenas that lie in the pool, and leaves it empty. */
void arena_pool_deinit(struct arena_pool *pool);

#endif
