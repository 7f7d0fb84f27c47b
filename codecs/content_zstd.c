#include "codecs/content_engine.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
    WINDOW_LOG_MAX = 23,    /* 8 MiB: RFC 9659, section 3 */
    KEPT_MAX = 1024 * 1024, /* a context of up to this size is used again */
    HEADER_MAX = 18,        /* of a frame: RFC 8878, section 3.1.1 */
};

struct zstd {
    ZSTD_DCtx *context;
    bool inside;             /* the first byte of a frame was seen */
    char header[HEADER_MAX]; /* the frame's first bytes, `header_size` of them */
    uint32_t header_size;
    uint64_t written; /* of the frame */
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

static void frame_begin(struct zstd *zstd)
{
    zstd->inside = true;
    zstd->header_size = 0;
    zstd->written = 0;
}

static void frame_note(struct zstd *zstd, struct span taken, size_t written)
{
    size_t room = HEADER_MAX - zstd->header_size, size = taken.size < room ? taken.size : room;
    if (size > 0) memcpy(zstd->header + zstd->header_size, taken.data, size);
    zstd->header_size += (uint32_t)size;
    zstd->written += written;
}

/* Whether the frame that ended holds as much as its header says. The library does not look at that when the last block is empty
 * and comes by itself. */
static bool frame_is_whole(const struct zstd *zstd)
{
    unsigned long long size = ZSTD_getFrameContentSize(zstd->header, zstd->header_size);
    return size == ZSTD_CONTENTSIZE_UNKNOWN || size == zstd->written;
}

/* The library takes a frame that lies before it as a whole by a shorter way, which looks at less (the size of blocks, say): a
 * body would be sound or not by how it was cut. So it gets a frame's first byte by itself. */
static enum engine_status zstd_step(void *state, struct span *in, char *out, size_t room, size_t *written)
{
    struct zstd *zstd = state;
    size_t size = in->size;
    if (!zstd->inside) {
        if (in->size == 0) return ENGINE_INSIDE;
        if (!may_begin(in->data[0])) return ENGINE_BROKEN;
        frame_begin(zstd);
        size = 1;
    }
    ZSTD_inBuffer input = {in->data, size, 0};
    ZSTD_outBuffer output = {out, room, 0};
    size_t result = ZSTD_decompressStream(zstd->context, &output, &input);
    *written = output.pos;
    frame_note(zstd, (struct span){in->data, input.pos}, output.pos);
    *in = (struct span){in->data + input.pos, in->size - input.pos};
    if (ZSTD_isError(result)) return failure(result);
    if (result != 0) return ENGINE_INSIDE;
    return frame_is_whole(zstd) ? ENGINE_END : ENGINE_BROKEN;
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
