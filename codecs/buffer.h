/* buffer.h - bytes that grow and are owned.
 *
 * Invariants: data[0..size) is initialised; data[size] is NUL once anything was appended, so a buffer of text can be
 * printed. Out of memory is sticky: the append that fails sets `failed`, later appends do nothing, and the caller asks
 * buffer_ok() once at the end instead of after each line. */
#ifndef HEADGATE_CODECS_BUFFER_H
#define HEADGATE_CODECS_BUFFER_H

#include "codecs/attributes.h"
#include "codecs/span.h"

struct buffer {
    char *data;
    size_t size;
    size_t capacity;
    bool failed;
};

#define BUFFER_EMPTY ((struct buffer){NULL, 0, 0, false})

/* Frees the bytes; the buffer is empty and usable again. */
void buffer_deinit(struct buffer *buffer);

/* Forgets the content, keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* buffer_reserve() where the room has to be made first. */
char *buffer_grow(struct buffer *buffer, size_t extra) MUST_CHECK;

/* Makes room for `extra` bytes more; NULL when out of memory, else where to write. buffer_commit() says how many were. */
static inline char *buffer_reserve(struct buffer *buffer, size_t extra)
{
    bool fits = extra < buffer->capacity - buffer->size; /* less: the NUL */
    return LIKELY(fits && !buffer->failed) ? buffer->data + buffer->size : buffer_grow(buffer, extra);
}

static inline void buffer_commit(struct buffer *buffer, size_t written)
{
    buffer->size += written;
    buffer->data[buffer->size] = '\0';
}

/* Each copies to the end. When memory is out nothing is appended any more and buffer_ok() says so. */
void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
static inline void buffer_append_span(struct buffer *buffer, struct span bytes)
{
    buffer_append(buffer, bytes.data, bytes.size);
}

static inline void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

static inline void buffer_append_char(struct buffer *buffer, char byte)
{
    char *to = buffer_reserve(buffer, 1);
    if (to == NULL) return;
    *to = byte;
    buffer_commit(buffer, 1);
}

void buffer_printf(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);

/* Drops what lies behind the first `size` bytes (size <= buffer->size). */
void buffer_truncate(struct buffer *buffer, size_t size);

/* Drops the first `count` bytes (count <= size). */
void buffer_consume(struct buffer *buffer, size_t count);

/* False once any append ran out of memory. */
static inline bool buffer_ok(const struct buffer *buffer)
{
    return !buffer->failed;
}

static inline struct span buffer_span(const struct buffer *buffer)
{
    return (struct span){buffer->data, buffer->size};
}

#endif
