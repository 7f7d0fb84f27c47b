#include "codecs/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buffer_deinit(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = BUFFER_EMPTY;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

COLD char *buffer_grow(struct buffer *buffer, size_t extra)
{
    if (buffer->failed) return NULL;
    size_t needed = buffer->size + extra + 1; /* one for the NUL */
    if (needed < extra) goto fail;
    size_t capacity = buffer->capacity * 2 > needed ? buffer->capacity * 2 : needed < 64 ? 64 : needed;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) goto fail;
    buffer->data = data;
    buffer->capacity = capacity;
    return buffer->data + buffer->size;
fail:
    buffer->failed = true;
    return NULL;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    char *to = buffer_reserve(buffer, size);
    if (to == NULL) return;
    if (size > 0) memcpy(to, bytes, size);
    buffer_commit(buffer, size);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *to = length < 0 ? NULL : buffer_reserve(buffer, (size_t)length);
    if (to == NULL) {
        buffer->failed = true;
    } else {
        vsnprintf(to, (size_t)length + 1, format, again);
        buffer_commit(buffer, (size_t)length);
    }
    va_end(again);
    va_end(args);
}

void buffer_truncate(struct buffer *buffer, size_t size)
{
    if (size >= buffer->size) return;
    buffer->size = size;
    buffer->data[size] = '\0';
}

void buffer_consume(struct buffer *buffer, size_t count)
{
    if (count == 0) return;
    buffer->size -= count;
    memmove(buffer->data, buffer->data + count, buffer->size + 1);
}
