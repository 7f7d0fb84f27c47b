/* arena.h - memory that lives exactly as long as one request (or one catalogue).
 *
 * Invariant: every pointer handed out stays valid until arena_reset() or arena_destroy(); nothing is freed singly.
 * Not thread-safe: an arena belongs to one worker at a time; a finished catalogue's arena is only read. */
#ifndef HEADGATE_CODECS_ARENA_H
#define HEADGATE_CODECS_ARENA_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdbool.h>
#include <stdint.h>

/* So many bytes behind anything handed out can be read, and behind what was handed out last be written over, so that texts are
 * copied in blocks; what they hold is nobody's. */
enum { ARENA_PADDING = 32, ARENA_ALIGNMENT = 16 };

struct arena_block;

/* Here for the inline functions; nobody else looks inside. */
struct arena {
    char *at, *end; /* what is free of the newest block */
    char *begin;    /* of that block */
    struct arena_block *block;
    bool several;  /* blocks */
    size_t closed; /* bytes used in earlier blocks */
    size_t limit;
};

/* An arena that never hands out more than `limit` bytes in all; what it holds is less than twice as much. NULL when out of
 * memory. */
struct arena *arena_create(size_t limit) MUST_CHECK;
void arena_destroy(struct arena *arena);

/* Everything handed out dies, and arena_used() is 0. One block is kept, the largest up to 128 KiB: whoever asks for as much again
 * gets the same bytes, in one piece. */
static inline void arena_reset(struct arena *arena);

/* The same for scratch that serves one limited arena after another: it may grow to the limit of `next`. */
static inline void arena_lend(struct arena *scratch, const struct arena *next);

/* What an arena that was just reset keeps: the bytes of its one block, its bookkeeping aside. */
static inline size_t arena_held(const struct arena *arena);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Room for `size` bytes, aligned for any type. NULL once the arena's limit would be passed or memory is out; the caller
 * fails its request and resets. Never zeroed. */
static inline void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;

/* The same, zeroed, for `count` things; NULL also when count * size overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* Room for `size` bytes without alignment, for text and encoded bytes. */
static inline char *arena_bytes(struct arena *arena, size_t size) MUST_CHECK;

/* Gives back the unused tail of the arena_bytes() call that was the last allocation: of `size` bytes at `bytes` only the
 * first `used` are kept. Lets a writer claim an upper bound and keep what it wrote. */
static inline void arena_trim(struct arena *arena, char *bytes, size_t size, size_t used);

/* A copy with a NUL behind it (not counted); span with NULL data when out of room. */
struct span arena_copy(struct arena *arena, struct span bytes) MUST_CHECK;

/* A formatted, NUL-terminated text; span with NULL data when out of room. */
struct span arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) MUST_CHECK;

/* Frees all blocks but one. */
void arena_shrink(struct arena *arena) COLD;

static inline void arena_reset(struct arena *arena)
{
    if (UNLIKELY(arena->several)) arena_shrink(arena);
    arena->at = arena->begin;
}

static inline void arena_lend(struct arena *scratch, const struct arena *next)
{
    arena_reset(scratch);
    scratch->limit = next->limit;
}

static inline size_t arena_held(const struct arena *arena)
{
    return (size_t)(arena->end - arena->begin);
}

/* The same from a new block. */
char *arena_grow(struct arena *arena, size_t size) MUST_CHECK COLD;

static inline char *arena_bytes(struct arena *arena, size_t size)
{
    char *bytes = arena->at;
    if (UNLIKELY(size > (size_t)(arena->end - bytes))) return arena_grow(arena, size);
    arena->at = bytes + size;
    return bytes;
}

static inline void *arena_alloc(struct arena *arena, size_t size)
{
    size_t gap = -(uintptr_t)arena->at % ARENA_ALIGNMENT, left = (size_t)(arena->end - arena->at);
    if (UNLIKELY(size > left || gap > left - size)) return arena_grow(arena, size);
    char *memory = arena->at + gap;
    arena->at = memory + size;
    return memory;
}

static inline void arena_trim(struct arena *arena, char *bytes, size_t size, size_t used)
{
    if (bytes + size == arena->at) arena->at = bytes + used;
}

#endif
