/* "deflate" means the zlib format (RFC 9110, section 8.4.1.2), yet some senders leave its wrapping away. The first byte tells:
 * zlib's ends in the bits 1000 (RFC 1950: method 8), which in raw deflate would begin a stored block with a padding bit set; no
 * encoder sets one. */
#include "codecs/content_zlib.h"

#include <stdlib.h>

struct deflate {
    z_stream *stream;
    bool begun;
};

static void *deflate_create(void)
{
    struct deflate *deflate = calloc(1, sizeof *deflate);
    if (deflate == NULL) return NULL;
    deflate->stream = content_zlib_create(-MAX_WBITS);
    if (deflate->stream != NULL) return deflate;
    free(deflate);
    return NULL;
}

static void deflate_destroy(void *state)
{
    struct deflate *deflate = state;
    content_zlib_destroy(deflate->stream);
    free(deflate);
}

static bool deflate_reset(void *state)
{
    struct deflate *deflate = state;
    deflate->begun = false;
    return inflateReset2(deflate->stream, -MAX_WBITS) == Z_OK;
}

static enum engine_status deflate_step(void *state, struct span *in, char *out, size_t room, size_t *written)
{
    struct deflate *deflate = state;
    if (!deflate->begun) {
        if (in->size == 0) return ENGINE_INSIDE;
        bool wrapped = (in->data[0] & 0x0F) == Z_DEFLATED;
        if (wrapped && inflateReset2(deflate->stream, MAX_WBITS) != Z_OK) return ENGINE_NO_MEMORY;
        deflate->begun = true;
    }
    return content_zlib_step(deflate->stream, in, out, room, written);
}

static const struct content_engine engine = {deflate_create, deflate_destroy, deflate_step, deflate_reset, NULL};

static struct content_decoder *create(size_t limit)
{
    return content_decoder_create(&engine, limit);
}

const struct content_encoding content_deflate = {
    .name = "deflate",
    .magic = {"", 0},
    .create = create,
    .destroy = content_decoder_destroy,
    .reset = content_decoder_reset,
    .feed = content_decoder_feed,
};
