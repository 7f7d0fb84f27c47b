/* arena.h - memory that lives exactly as long as one request (or one catalogue).
 *
 * Invariant: every pointer handed out stays valid until arena_reset() or arena_destroy(); nothing is freed singly.
 * Not thread-safe: an arena belongs to one worker at a time; a finished catalogue's arena is only read. */
#ifndef HEADGATE_CODECS_ARENA_H
#define HEADGATE_CODECS_ARENA_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

struct arena;

/* So many bytes behind anything handed out can be read, so that texts are copied in blocks; what they hold is nobody's. */
enum { ARENA_PADDING = 32 };

/* An arena that never holds more than `limit` bytes in all. The first block (a few KiB) is kept over resets. NULL when
 * out of memory. */
struct arena *arena_create(size_t limit) MUST_CHECK;
void arena_destroy(struct arena *arena);

/* Everything handed out dies; blocks beyond the first are freed. */
void arena_reset(struct arena *arena);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Room for `size` bytes, aligned for any type. NULL once the arena's limit would be passed or memory is out; the caller
 * fails its request and resets. Never zeroed. */
void *arena_alloc(struct arena *arena, size_t size) MUST_CHECK;

/* The same, zeroed, for `count` things; NULL also when count * size overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size) MUST_CHECK;

/* Room for `size` bytes without alignment, for text and encoded bytes. */
char *arena_bytes(struct arena *arena, size_t size) MUST_CHECK;

/* Gives back the unused tail of the arena_bytes() call that was the last allocation: of `size` bytes at `bytes` only the
 * first `used` are kept. Lets a writer claim an upper bound and keep what it wrote. */
void arena_trim(struct arena *arena, char *bytes, size_t size, size_t used);

/* A copy with a NUL behind it (not counted); span with NULL data when out of room. */
struct span arena_copy(struct arena *arena, struct span bytes) MUST_CHECK;

/* A formatted, NUL-terminated text; span with NULL data when out of room. */
struct span arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3) MUST_CHECK;

#endif
