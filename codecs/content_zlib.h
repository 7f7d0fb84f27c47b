/* content_zlib.h - the part of gzip and deflate that zlib does; for codecs/content_gzip.c and codecs/content_deflate.c only. */
#ifndef HEADGATE_CODECS_CONTENT_ZLIB_H
#define HEADGATE_CODECS_CONTENT_ZLIB_H

#include "codecs/content_engine.h"

#include <zlib.h>

/* A stream with these window bits, in zlib's meaning: 15 = zlib's own wrapping, 31 = gzip, -15 = raw. NULL when out of memory. */
z_stream *content_zlib_create(int window_bits) MUST_CHECK;

/* content_engine.destroy and .step over a z_stream. */
void content_zlib_destroy(void *state);
enum engine_status content_zlib_step(void *state, struct span *in, char *out, size_t room, size_t *written);

#endif
