/* random_pool.h - random bytes in small portions: drawn from the system's generator some kilobytes at a time.
 *
 * What was handed out is never handed out again, also not by a child of fork(): the pool lies in memory that the kernel gives to
 * a child zeroed (MADV_WIPEONFORK), and a zeroed pool draws each portion by itself. Where the kernel cannot do that, every pool
 * works so. It belongs to one thread. */
#ifndef HEADGATE_CODECS_RANDOM_POOL_H
#define HEADGATE_CODECS_RANDOM_POOL_H

#include "codecs/attributes.h"

#include <stdbool.h>
#include <stddef.h>

struct random_pool;

/* NULL when out of memory. Nothing is drawn yet. */
struct random_pool *random_pool_create(void) MUST_CHECK;

/* Wipes and frees; NULL is fine. */
void random_pool_destroy(struct random_pool *pool);

/* `size` bytes, at most a hundred. False when the system has no randomness; nothing was written then. */
bool random_pool_take(struct random_pool *pool, void *out, size_t size) MUST_CHECK;

#endif
