#include "gateway/ingest/arena_pool.h"

static struct arena *take(struct arena_pool *pool)
{
    struct arena *arena = pool->arenas[--pool->count];
    pool->held -= arena_held(arena);
    return arena;
}

struct arena *arena_pool_get(struct arena_pool *pool, size_t limit)
{
    return LIKELY(pool->count > 0) ? take(pool) : arena_create(limit);
}

void arena_pool_put(struct arena_pool *pool, struct arena *arena)
{
    arena_reset(arena);
    size_t held = pool->held + arena_held(arena);
    if (UNLIKELY(pool->count == ARENA_POOL_COUNT || held > ARENA_POOL_BYTES)) {
        arena_destroy(arena);
        return;
    }
    pool->held = held;
    pool->arenas[pool->count++] = arena;
}

void arena_pool_deinit(struct arena_pool *pool)
{
    while (pool->count > 0) arena_destroy(take(pool));
}
