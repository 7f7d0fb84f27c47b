#include "codecs/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Blocks double from one page (less what malloc() and the block itself need) up to BLOCK_MAX; a larger request gets a block of
 * its own size. They form a list from the newest to the first. */
enum { FIRST_BLOCK = 4096 - 48, BLOCK_MAX = 1024 * 1024, KEPT_MAX = 128 * 1024 };
_Static_assert(ARENA_PADDING % ARENA_ALIGNMENT == 0 && FIRST_BLOCK % ARENA_ALIGNMENT == 0, "sizes stay aligned");

struct arena_block {
    struct arena_block *previous;
    size_t capacity;
    char bytes[] __attribute__((aligned(ARENA_ALIGNMENT)));
};

static struct arena_block *block_create(struct arena_block *previous, size_t capacity)
{
    struct arena_block *block = malloc(sizeof *block + capacity + ARENA_PADDING);
    if (block == NULL) return NULL;
    block->previous = previous;
    block->capacity = capacity;
    return block;
}

static void use_block(struct arena *arena, struct arena_block *block)
{
    arena->block = block;
    arena->begin = arena->at = block->bytes;
    arena->end = block->bytes + block->capacity;
    arena->several = block->previous != NULL;
}

struct arena *arena_create(size_t limit)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) return NULL;
    size_t first = limit < FIRST_BLOCK ? limit : FIRST_BLOCK;
    struct arena_block *block = block_create(NULL, first);
    if (block == NULL) {
        free(arena);
        return NULL;
    }
    use_block(arena, block);
    arena->limit = limit;
    return arena;
}

/* How much a block is worth keeping; the oldest always is. */
static size_t worth(const struct arena_block *block)
{
    return block->capacity <= KEPT_MAX ? block->capacity : 0;
}

void arena_shrink(struct arena *arena)
{
    struct arena_block *kept = arena->block, *next = kept->previous;
    while (next != NULL) {
        struct arena_block *other = next;
        next = other->previous;
        bool better = worth(other) > worth(kept);
        free(better ? kept : other);
        if (better) kept = other;
    }
    kept->previous = NULL;
    use_block(arena, kept);
    arena->closed = 0;
}

void arena_destroy(struct arena *arena)
{
    if (arena == NULL) return;
    arena_reset(arena);
    free(arena->block);
    free(arena);
}

size_t arena_used(const struct arena *arena)
{
    return arena->closed + (size_t)(arena->at - arena->begin);
}

char *arena_grow(struct arena *arena, size_t size)
{
    size_t used = arena_used(arena), left = used < arena->limit ? arena->limit - used : 0;
    if (size > left) return NULL;
    size_t capacity = arena->block->capacity * 2;
    if (capacity > BLOCK_MAX) capacity = BLOCK_MAX;
    if (capacity < size) capacity = size;
    if (capacity > left) capacity = left;
    struct arena_block *block = block_create(arena->block, capacity);
    if (block == NULL) return NULL;
    arena->closed = used;
    use_block(arena, block);
    arena->at += size;
    return block->bytes;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return NULL;
    void *memory = arena_alloc(arena, total);
    if (memory != NULL) memset(memory, 0, total);
    return memory;
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
    char *copy = arena_bytes(arena, bytes.size + 1);
    if (copy == NULL) return (struct span){NULL, 0};
    if (bytes.size > 0) memcpy(copy, bytes.data, bytes.size);
    copy[bytes.size] = '\0';
    return (struct span){copy, bytes.size};
}

struct span arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : arena_bytes(arena, (size_t)length + 1);
    if (text != NULL) vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return (struct span){text, text != NULL ? (size_t)length : 0};
}
