/* content_engine.h - what one encoding adds to the common decoder of content.c; for the files codecs/content_*.c only.
 *
 * An engine turns bytes into bytes and knows no limit: content.c gives it the room that it may fill. */
#ifndef HEADGATE_CODECS_CONTENT_ENGINE_H
#define HEADGATE_CODECS_CONTENT_ENGINE_H

#include "codecs/content.h"

enum engine_status {
    ENGINE_INSIDE, /* stopped because input or room ended */
    ENGINE_END,    /* stopped behind the last byte of a member or frame; all its output is written */
    ENGINE_BROKEN,
    ENGINE_TOO_LARGE,
    ENGINE_NO_MEMORY,
};

struct content_engine {
    /* NULL when out of memory. */
    void *(*create)(void);
    void (*destroy)(void *state);

    /* Takes bytes from the front of *in (moving it) and writes at most `room` (>= 1) to `out`. Goes on as far as both allow. */
    enum engine_status (*step)(void *state, struct span *in, char *out, size_t room, size_t *written);

    /* As if just created, whatever happened before; false when out of memory. */
    bool (*reset)(void *state);

    /* Ready for the member behind the one that ended. NULL where nothing may follow. A body may consist of many empty members:
     * this must not allocate. */
    bool (*restart)(void *state);
};

/* Codec over `engine`, as codecs/content.h documents its entries create, destroy, reset and feed; `limit` is the most bytes that
 * come out. */
struct content_decoder *content_decoder_create(const struct content_engine *engine, size_t limit) MUST_CHECK;
void content_decoder_destroy(struct content_decoder *decoder);
bool content_decoder_reset(struct content_decoder *decoder, size_t limit) MUST_CHECK;
enum content_status content_decoder_feed(struct content_decoder *decoder, struct span in, struct buffer *out) MUST_CHECK;

extern const struct content_encoding content_zstd, content_gzip, content_deflate;

#endif
