/* A byte that picks the encoding, one that picks the limit, one for the pieces, then a body. Whatever it is: the bound is never
 * passed, whole and in pieces give the same bytes, and both say alike whether the body is complete. */
#include "codecs/content.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum content_status inflate_in(const struct content_encoding *encoding, struct span body, size_t limit, size_t piece,
                                      struct buffer *out)
{
    struct content_decoder *decoder = encoding->create(limit);
    if (decoder == NULL) abort();
    enum content_status status = CONTENT_MORE;
    while (body.size > 0 && status <= CONTENT_DONE) {
        size_t size = body.size < piece ? body.size : piece;
        status = encoding->feed(decoder, (struct span){body.data, size}, out);
        body = (struct span){body.data + size, body.size - size};
        if (out->size > limit || out->capacity > 2 * limit + 128 * 1024) abort();
    }
    encoding->destroy(decoder);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"zstd", "gzip", "deflate"};
    if (size < 3) return 0;
    const struct content_encoding *encoding = content_by_name(span_of(names[data[0] % 3]));
    size_t limit = (size_t)1 << (data[1] % 20), piece = 1 + data[2];
    struct span body = {(const char *)data + 3, size - 3};
    struct buffer whole = BUFFER_EMPTY, pieces = BUFFER_EMPTY;
    enum content_status at_once = inflate_in(encoding, body, limit, SIZE_MAX, &whole);
    enum content_status in_pieces = inflate_in(encoding, body, limit, piece, &pieces);
    if ((at_once == CONTENT_DONE) != (in_pieces == CONTENT_DONE)) abort();
    if (at_once == CONTENT_DONE && !span_equal(buffer_span(&whole), buffer_span(&pieces))) abort();
    buffer_deinit(&whole);
    buffer_deinit(&pieces);
    return 0;
}
