#include "codecs/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The first block stays for the arena's life, later ones double up to BLOCK_MAX; a larger request gets a block of its
 * own size. Blocks form a list from the newest to the first. */
enum { FIRST_BLOCK = 16 * 1024, BLOCK_MAX = 1024 * 1024, ALIGNMENT = 16 };
_Static_assert(ARENA_PADDING % ALIGNMENT == 0, "padding keeps the size aligned");

struct block {
    struct block *previous;
    size_t capacity;
    char bytes[] __attribute__((aligned(ALIGNMENT)));
};

struct arena {
    struct block *block;
    size_t used;      /* of the newest block */
    size_t closed;    /* bytes used in earlier blocks */
    size_t allocated; /* capacity of all blocks */
    size_t limit;
};

static struct block *block_create(struct block *previous, size_t capacity)
{
    struct block *block = malloc(sizeof *block + capacity + ARENA_PADDING);
    if (block == NULL) return NULL;
    block->previous = previous;
    block->capacity = capacity;
    return block;
}

struct arena *arena_create(size_t limit)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) return NULL;
    size_t first = limit < FIRST_BLOCK ? limit : FIRST_BLOCK;
    arena->block = block_create(NULL, first);
    if (arena->block == NULL) {
        free(arena);
        return NULL;
    }
    arena->allocated = first;
    arena->limit = limit;
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->block->previous != NULL) {
        struct block *previous = arena->block->previous;
        arena->allocated -= arena->block->capacity;
        free(arena->block);
        arena->block = previous;
    }
    arena->used = 0;
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
    return arena->closed + arena->used;
}

static COLD char *grow(struct arena *arena, size_t size)
{
    size_t left = arena->limit - arena->allocated;
    if (size > left) return NULL;
    size_t capacity = arena->block->capacity * 2;
    if (capacity > BLOCK_MAX) capacity = BLOCK_MAX;
    if (capacity < size) capacity = size;
    if (capacity > left) capacity = left;
    struct block *block = block_create(arena->block, capacity);
    if (block == NULL) return NULL;
    arena->closed += arena->used;
    arena->allocated += capacity;
    arena->block = block;
    arena->used = size;
    return block->bytes;
}

char *arena_bytes(struct arena *arena, size_t size)
{
    if (UNLIKELY(size > arena->block->capacity - arena->used)) return grow(arena, size);
    char *bytes = arena->block->bytes + arena->used;
    arena->used += size;
    return bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size_t start = (arena->used + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
    if (UNLIKELY(start > arena->block->capacity || size > arena->block->capacity - start)) return grow(arena, size);
    arena->used = start + size;
    return arena->block->bytes + start;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return NULL;
    void *memory = arena_alloc(arena, total);
    if (memory != NULL) memset(memory, 0, total);
    return memory;
}

void arena_trim(struct arena *arena, char *bytes, size_t size, size_t used)
{
    if (bytes + size == arena->block->bytes + arena->used) arena->used -= size - used;
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
