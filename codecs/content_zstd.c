#include "codecs/content_engine.h"

#include <stdint.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
    WINDOW_LOG_MAX = 23,    /* 8 MiB: RFC 9659, section 3 */
    KEPT_MAX = 1024 * 1024, /* a context of up to this size is used again */
};

struct zstd {
    ZSTD_DCtx *context;
    bool inside; /* the first byte of a frame was seen */
};

static void zstd_destroy(void *state)
{
    struct zstd *zstd = state;
    ZSTD_freeDCtx(zstd->context);
    free(zstd);
}

static ZSTD_DCtx *context_create(void)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (context == NULL || !ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) return context;
    ZSTD_freeDCtx(context);
    return NULL;
}

static void *zstd_create(void)
{
    struct zstd *zstd = calloc(1, sizeof *zstd);
    if (zstd == NULL) return NULL;
    zstd->context = context_create();
    if (zstd->context != NULL) return zstd;
    free(zstd);
    return NULL;
}

/* A Zstandard frame begins with 28, a skippable one with 50 to 5F; the library checks the rest. It may have been built to read
 * the formats of before 2016 too, which know no limit of the window: they begin otherwise. */
static bool may_begin(char first)
{
    unsigned char byte = (unsigned char)first;
    return byte == 0x28 || (byte & 0xF0) == 0x50;
}

static enum engine_status failure(size_t result)
{
    switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_memory_allocation: return ENGINE_NO_MEMORY;
    case ZSTD_error_frameParameter_windowTooLarge: return ENGINE_TOO_LARGE;
    default: return ENGINE_BROKEN;
    }
}

static enum engine_status zstd_step(void *state, struct span *in, char *out, size_t room, size_t *written)
{
    struct zstd *zstd = state;
    if (!zstd->inside) {
        if (in->size == 0) return ENGINE_INSIDE;
        if (!may_begin(in->data[0])) return ENGINE_BROKEN;
        zstd->inside = true;
    }
    ZSTD_inBuffer input = {in->data, in->size, 0};
    ZSTD_outBuffer output = {out, room, 0};
    size_t result = ZSTD_decompressStream(zstd->context, &output, &input);
    *written = output.pos;
    *in = (struct span){in->data + input.pos, in->size - input.pos};
    if (ZSTD_isError(result)) return failure(result);
    return result == 0 ? ENGINE_END : ENGINE_INSIDE;
}

/* The library begins the next frame by itself. */
static bool zstd_restart(void *state)
{
    struct zstd *zstd = state;
    zstd->inside = false;
    return true;
}

/* A context that has held a large window is given back: it would keep the window for as long as it lives. */
static bool zstd_reset(void *state)
{
    struct zstd *zstd = state;
    zstd->inside = false;
    if (ZSTD_sizeof_DCtx(zstd->context) <= KEPT_MAX)
        return !ZSTD_isError(ZSTD_DCtx_reset(zstd->context, ZSTD_reset_session_only));
    ZSTD_freeDCtx(zstd->context);
    zstd->context = context_create();
    return zstd->context != NULL;
}

static const struct content_engine engine = {zstd_create, zstd_destroy, zstd_step, zstd_reset, zstd_restart};

static struct content_decoder *create(size_t limit)
{
    return content_decoder_create(&engine, limit);
}

const struct content_encoding content_zstd = {
    .name = "zstd",
    .magic = {"\x28\xB5\x2F\xFD", 4},
    .create = create,
    .destroy = content_decoder_destroy,
    .reset = content_decoder_reset,
    .feed = content_decoder_feed,
};
