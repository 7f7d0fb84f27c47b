#include "codecs/content.h"
#include "codecs/content_engine.h"

#include <stdlib.h>
#include <strings.h>

static const struct {
    struct span name;
    const struct content_encoding *encoding;
} names[] = {
    {{"zstd", 4}, &content_zstd},
    {{"gzip", 4}, &content_gzip},
    {{"x-gzip", 6}, &content_gzip},
    {{"deflate", 7}, &content_deflate},
};

const struct content_encoding *content_by_name(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (names[i].name.size == name.size && strncasecmp(names[i].name.data, name.data, name.size) == 0)
            return names[i].encoding;
    return NULL;
}

const struct content_encoding *content_by_magic(struct span body)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct span magic = names[i].encoding->magic;
        if (magic.size > 0 && span_starts_with(body, magic)) return names[i].encoding;
    }
    return NULL;
}

/* ---------------------------------------------------------------- the decoder that all engines share */

/* Room offered to an engine at once: a multiple of the input, so that small bodies stay small. */
enum { ROOM_MIN = 512, ROOM_MAX = 64 * 1024, ROOM_PER_BYTE = 8 };

struct content_decoder {
    const struct content_engine *engine;
    void *state;
    size_t left;                /* of the limit */
    enum content_status status; /* of the last feed */
};

struct content_decoder *content_decoder_create(const struct content_engine *engine, size_t limit)
{
    struct content_decoder *decoder = malloc(sizeof *decoder);
    if (decoder == NULL) return NULL;
    *decoder = (struct content_decoder){.engine = engine, .state = engine->create(), .left = limit, .status = CONTENT_MORE};
    if (decoder->state == NULL) {
        free(decoder);
        return NULL;
    }
    return decoder;
}

bool content_decoder_reset(struct content_decoder *decoder, size_t limit)
{
    bool done = decoder->engine->reset(decoder->state);
    decoder->left = limit;
    decoder->status = done ? CONTENT_MORE : CONTENT_NO_MEMORY;
    return done;
}

void content_decoder_destroy(struct content_decoder *decoder)
{
    if (decoder == NULL) return;
    decoder->engine->destroy(decoder->state);
    free(decoder);
}

static enum content_status status_of(enum engine_status status)
{
    switch (status) {
    case ENGINE_INSIDE: return CONTENT_MORE;
    case ENGINE_END: return CONTENT_DONE;
    case ENGINE_BROKEN: return CONTENT_BROKEN;
    case ENGINE_TOO_LARGE: return CONTENT_TOO_LARGE;
    case ENGINE_NO_MEMORY: break;
    }
    return CONTENT_NO_MEMORY;
}

/* One step of the engine into the buffer. Where the limit is used up, the step goes on into a byte that is nobody's: whether it
 * wants to write there tells a body that ends at its limit from one that would pass it. *full: the engine may have more. */
static enum content_status step(struct content_decoder *decoder, struct span *in, struct buffer *out, bool *full)
{
    char spare = 0;
    size_t room = in->size > ROOM_MAX / ROOM_PER_BYTE ? ROOM_MAX : in->size * ROOM_PER_BYTE + ROOM_MIN, written = 0,
           before = in->size;
    if (room > decoder->left) room = decoder->left;
    char *to = room > 0 ? buffer_reserve(out, room) : &spare;
    if (to == NULL) return CONTENT_NO_MEMORY;
    enum engine_status status = decoder->engine->step(decoder->state, in, to, room > 0 ? room : 1, &written);
    if (written > room) return CONTENT_TOO_LARGE;
    if (written > 0) buffer_commit(out, written);
    decoder->left -= written;
    *full = room > 0 && written == room && status == ENGINE_INSIDE;
    if (status == ENGINE_INSIDE && written == 0 && before > 0 && in->size == before) return CONTENT_BROKEN;
    return status_of(status);
}

/* What the first byte behind an end makes of the decoder. */
static enum content_status follow(struct content_decoder *decoder)
{
    if (decoder->engine->restart == NULL) return CONTENT_BROKEN;
    return decoder->engine->restart(decoder->state) ? CONTENT_MORE : CONTENT_BROKEN;
}

enum content_status content_decoder_feed(struct content_decoder *decoder, struct span in, struct buffer *out)
{
    bool full = false;
    while (decoder->status <= CONTENT_DONE && (in.size > 0 || full)) {
        if (decoder->status == CONTENT_DONE) decoder->status = follow(decoder);
        if (decoder->status == CONTENT_MORE) decoder->status = step(decoder, &in, out, &full);
    }
    return decoder->status;
}
