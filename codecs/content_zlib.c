#include "codecs/content_zlib.h"

#include <limits.h>
#include <stdlib.h>

z_stream *content_zlib_create(int window_bits)
{
    z_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL || inflateInit2(stream, window_bits) == Z_OK) return stream;
    free(stream);
    return NULL;
}

void content_zlib_destroy(void *state)
{
    inflateEnd(state);
    free(state);
}

enum engine_status content_zlib_step(void *state, struct span *in, char *out, size_t room, size_t *written)
{
    z_stream *stream = state;
    uInt offered = in->size < UINT_MAX ? (uInt)in->size : UINT_MAX;
    uInt space = room < UINT_MAX ? (uInt)room : UINT_MAX;
    stream->next_in = (z_const Bytef *)in->data;
    stream->avail_in = offered;
    stream->next_out = (Bytef *)out;
    stream->avail_out = space;
    int result = inflate(stream, Z_SYNC_FLUSH);
    size_t used = offered - stream->avail_in;
    *in = (struct span){in->data + used, in->size - used};
    *written = space - stream->avail_out;
    switch (result) {
    case Z_STREAM_END: return ENGINE_END;
    case Z_OK:
    case Z_BUF_ERROR: return ENGINE_INSIDE;
    case Z_MEM_ERROR: return ENGINE_NO_MEMORY;
    default: return ENGINE_BROKEN; /* damaged, or made with a dictionary that nobody agreed on */
    }
}
