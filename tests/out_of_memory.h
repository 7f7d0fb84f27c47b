/* out_of_memory.h - malloc, calloc and realloc that fail when a test wants it. For the one .c file of a test, which names the
 * wraps:
 *
 *     // link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
 *
 * A test runs what it tests again and again, each time with one allocation more, until memory_returns() says that none failed. */
#ifndef HEADGATE_TESTS_OUT_OF_MEMORY_H
#define HEADGATE_TESTS_OUT_OF_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>

enum { MEMORY_NEVER_ENDS = -1 };

static long allocations_left = MEMORY_NEVER_ENDS;
static bool an_allocation_failed;

/* So many allocations succeed, then all fail. */
static inline void memory_ends_after(long allocations)
{
    allocations_left = allocations;
    an_allocation_failed = false;
}

/* All allocations succeed again. True when none failed since memory_ends_after(). */
static inline bool memory_returns(void)
{
    allocations_left = MEMORY_NEVER_ENDS;
    return !an_allocation_failed;
}

static inline bool memory_is_out(void)
{
    bool out = allocations_left == 0;
    if (out) an_allocation_failed = true;
    if (allocations_left > 0) allocations_left--;
    return out;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return memory_is_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return memory_is_out() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return memory_is_out() ? NULL : __real_realloc(old, size);
}

#endif
