#include "gateway/http/body.h"

#include "codecs/content.h"
#include "gateway/http/exchange.h"

/* ---------------------------------------------------------------- framing */

static enum http_fault gathered(struct http_connection *connection, struct span *whole)
{
    if (buffer_reserve(&connection->body, SERVER_PADDING) == NULL) return HTTP_FAULT_NO_MEMORY;
    *whole = buffer_span(&connection->body);
    return HTTP_FAULT_NONE;
}

static enum http_fault length_feed(struct http_connection *connection, struct span in, size_t *used, struct span *whole)
{
    bool ends = in.size >= connection->body_left;
    size_t piece = ends ? (size_t)connection->body_left : in.size;
    *used = piece;
    connection->body_left -= piece;
    if (ends && connection->body.size == 0) {
        *whole = (struct span){in.data, piece}; /* it came in one piece: nothing is copied */
        return HTTP_FAULT_NONE;
    }
    if (connection->body.data == NULL) server_buffer_get(connection->server, &connection->body);
    buffer_append(&connection->body, in.data, piece);
    if (!buffer_ok(&connection->body)) return HTTP_FAULT_NO_MEMORY;
    return ends ? gathered(connection, whole) : HTTP_FAULT_NONE;
}

static enum http_fault chunks_feed(struct http_connection *connection, struct span in, size_t *used, struct span *whole)
{
    if (connection->body.data == NULL) server_buffer_get(connection->server, &connection->body);
    size_t limit = connection->current->max_body;
    switch (chunked_feed(&connection->chunked, in, limit, &connection->body, used)) {
    case CHUNKED_MORE: return HTTP_FAULT_NONE;
    case CHUNKED_DONE: return gathered(connection, whole);
    case CHUNKED_TOO_LARGE: return HTTP_FAULT_BODY_SIZE;
    case CHUNKED_NO_MEMORY: return HTTP_FAULT_NO_MEMORY;
    default: return HTTP_FAULT_CHUNK;
    }
}

const struct body_framing body_by_length = {.feed = length_feed, .length_known = true};
const struct body_framing body_by_chunks = {.feed = chunks_feed, .length_known = false};

/* ---------------------------------------------------------------- content coding */

static struct span lower_case(struct span name, char *to, size_t size)
{
    if (name.size > size) return SPAN("");
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        to[i] = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
    }
    return (struct span){to, name.size};
}

enum http_fault body_encoding(const struct http_request *request, const struct content_encoding **encoding, bool *sniff)
{
    char text[16];
    struct span value = http_request_field(request, HTTP_FIELD_CONTENT_ENCODING);
    *encoding = NULL;
    *sniff = value.data == NULL;
    if (value.data == NULL) return HTTP_FAULT_NONE;
    if (http_request_repeats(request, HTTP_FIELD_BIT(HTTP_FIELD_CONTENT_ENCODING))) return HTTP_FAULT_CONTENT_ENCODING;
    struct span name = lower_case(value, text, sizeof text); /* codings are named without regard to case */
    if (span_equal(name, SPAN("identity"))) return HTTP_FAULT_NONE;
    *encoding = content_by_name(name);
    return *encoding != NULL ? HTTP_FAULT_NONE : HTTP_FAULT_CONTENT_ENCODING;
}

static void forget(struct server_decoder *kept)
{
    if (kept->encoding != NULL) kept->encoding->destroy(kept->decoder);
    *kept = (struct server_decoder){NULL, NULL};
}

void body_decoders_deinit(struct http_server *server)
{
    for (size_t i = 0; i < COUNT_OF(server->decoders); i++) forget(&server->decoders[i]);
}

/* The kept decoder of this coding, ready for another body, or a new one that is kept from now on; NULL when out of memory. */
static struct content_decoder *decoder_of(struct http_server *server, const struct content_encoding *encoding, size_t limit)
{
    struct server_decoder *kept = server->decoders;
    while (kept->encoding != NULL && kept->encoding != encoding) kept++;
    if (kept->encoding != NULL && encoding->reset(kept->decoder, limit)) return kept->decoder;
    forget(kept);
    kept->decoder = encoding->create(limit);
    if (kept->decoder != NULL) kept->encoding = encoding;
    return kept->decoder;
}

static enum http_fault inflate(struct http_server *server, const struct content_encoding *encoding, struct span body,
                               size_t limit)
{
    struct buffer *out = &server->decoded;
    struct content_decoder *decoder = decoder_of(server, encoding, limit);
    if (decoder == NULL) return HTTP_FAULT_NO_MEMORY;
    enum content_status status = encoding->feed(decoder, body, out);
    switch (status) {
    case CONTENT_DONE: return buffer_reserve(out, SERVER_PADDING) != NULL ? HTTP_FAULT_NONE : HTTP_FAULT_NO_MEMORY;
    case CONTENT_TOO_LARGE: return HTTP_FAULT_BODY_SIZE;
    case CONTENT_NO_MEMORY: return HTTP_FAULT_NO_MEMORY;
    default: return HTTP_FAULT_CONTENT_CODING;
    }
}

/* What nearly every body begins with, and no magic number does. */
static bool begins_as_json(struct span body)
{
    return body.size > 0 && (body.data[0] == '{' || body.data[0] == '[');
}

enum http_fault body_decode(struct http_server *server, const struct http_exchange *exchange, struct span body,
                            struct span *decoded)
{
    const struct content_encoding *encoding = exchange->encoding;
    if (encoding == NULL && exchange->sniff && !begins_as_json(body)) encoding = content_by_magic(body);
    *decoded = body;
    if (encoding == NULL || body.size == 0) return HTTP_FAULT_NONE;
    buffer_clear(&server->decoded);
    enum http_fault fault = inflate(server, encoding, body, exchange->max_body);
    *decoded = buffer_span(&server->decoded);
    return fault;
}
