#include "codecs/content_zlib.h"

enum { GZIP_ONLY = 16 + MAX_WBITS };

static void *gzip_create(void)
{
    return content_zlib_create(GZIP_ONLY);
}

static bool gzip_reset(void *state)
{
    return inflateReset(state) == Z_OK;
}

static const struct content_engine engine = {gzip_create, content_zlib_destroy, content_zlib_step, gzip_reset, gzip_reset};

static struct content_decoder *create(size_t limit)
{
    return content_decoder_create(&engine, limit);
}

const struct content_encoding content_gzip = {
    .name = "gzip",
    .magic = {"\x1F\x8B\x08", 3},
    .create = create,
    .destroy = content_decoder_destroy,
    .reset = content_decoder_reset,
    .feed = content_decoder_feed,
};
