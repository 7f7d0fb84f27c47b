#include "bench/load_body.h"

#include "bench/load_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

/* What stands around events in a body; the single form is used where there is one event and `array_of_one` is false. */
struct shape {
    const char *single_type, *batch_type;
    const char *open, *between, *close;
    bool array_of_one;
    struct load_wrapping event; /* around each event */
    const char *headers;        /* a template */
};

static const struct shape shapes[] = {
    [LOAD_OBJECT] = {"application/json", "application/json", "[", ",", "]", false, {"", ""}, ""},
    [LOAD_ARRAY] = {"application/json", "application/json", "[", ",", "]", true, {"", ""}, ""},
    [LOAD_NDJSON] = {"application/x-ndjson", "application/x-ndjson", "", "\n", "\n", true, {"", ""}, ""},
    [LOAD_CLOUDEVENTS] =
        {"application/cloudevents+json",
         "application/cloudevents-batch+json",
         "[",
         ",",
         "]",
         false,
         {"{\"specversion\":\"1.0\",\"id\":\"${uuid}\",\"source\":\"/bench\",\"type\":\"%s\",\"time\":\"${now}\","
          "\"datacontenttype\":\"application/json\",\"data\":",
          "}"},
         ""},
    [LOAD_BINARY] = {"application/json",
                     NULL,
                     "",
                     "",
                     "",
                     false,
                     {"", ""},
                     "ce-specversion: 1.0\r\nce-id: ${uuid}\r\nce-source: /bench\r\nce-type: %s\r\nce-time: ${now}\r\n"},
};

struct load_body {
    const struct load_options *options;
    const struct shape *shape;
    struct load_events *content;
    struct load_template *headers;
    struct load_source source;
    struct buffer fixed; /* the head's lines that never change */
    struct buffer plain, packed, request;
    z_stream gzip;
    bool has_gzip;
    ZSTD_CCtx *zstd;
};

/* A line of the head, unless --header has one of that name. */
static void write_line(struct load_body *body, const char *name, const char *value)
{
    for (long i = 0; i < body->options->header_count; i++)
        if (load_check_names(body->options->headers[i], name)) return;
    buffer_printf(&body->fixed, "%s: %s\r\n", name, value);
}

static void write_fixed_head(struct load_body *body)
{
    const struct load_options *options = body->options;
    bool batch = options->batch > 1 && body->shape->batch_type != NULL;
    buffer_printf(&body->fixed, "POST %s HTTP/1.1\r\n", options->path);
    write_line(body, "Host", options->authority);
    write_line(body, "Content-Type", batch ? body->shape->batch_type : body->shape->single_type);
    if (options->encoding != LOAD_IDENTITY)
        buffer_printf(&body->fixed, "Content-Encoding: %s\r\n", load_encoding_name(options->encoding));
    for (long i = 0; i < options->header_count; i++) buffer_printf(&body->fixed, "%s\r\n", options->headers[i]);
}

/* ---------------------------------------------------------------- compression */
static bool begin_compression(struct load_body *body)
{
    switch (body->options->encoding) {
    case LOAD_GZIP:
        body->has_gzip = deflateInit2(&body->gzip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
        return body->has_gzip;
    case LOAD_ZSTD: body->zstd = ZSTD_createCCtx(); return body->zstd != NULL;
    default: return true;
    }
}

static bool pack_gzip(struct load_body *body, struct span in)
{
    size_t bound = deflateBound(&body->gzip, in.size);
    char *to = buffer_reserve(&body->packed, bound);
    if (to == NULL || deflateReset(&body->gzip) != Z_OK) return false;
    body->gzip.next_in = (Bytef *)(uintptr_t)in.data;
    body->gzip.avail_in = (uInt)in.size;
    body->gzip.next_out = (Bytef *)to;
    body->gzip.avail_out = (uInt)bound;
    if (deflate(&body->gzip, Z_FINISH) != Z_STREAM_END) return false;
    buffer_commit(&body->packed, bound - body->gzip.avail_out);
    return true;
}

static bool pack_zstd(struct load_body *body, struct span in)
{
    size_t bound = ZSTD_compressBound(in.size);
    char *to = buffer_reserve(&body->packed, bound);
    if (to == NULL) return false;
    size_t size = ZSTD_compressCCtx(body->zstd, to, bound, in.data, in.size, 1);
    if (ZSTD_isError(size)) return false;
    buffer_commit(&body->packed, size);
    return true;
}

/* The body as it goes out. */
static struct span pack(struct load_body *body)
{
    struct span plain = buffer_span(&body->plain);
    buffer_clear(&body->packed);
    switch (body->options->encoding) {
    case LOAD_GZIP: return pack_gzip(body, plain) ? buffer_span(&body->packed) : (struct span){NULL, 0};
    case LOAD_ZSTD: return pack_zstd(body, plain) ? buffer_span(&body->packed) : (struct span){NULL, 0};
    default: return plain;
    }
}

/* ---------------------------------------------------------------- writing */
static void write_events(struct load_body *body)
{
    const struct shape *shape = body->shape;
    bool many = body->options->batch > 1 || shape->array_of_one;
    buffer_clear(&body->plain);
    if (many) buffer_append_text(&body->plain, shape->open);
    for (long i = 0; i < body->options->batch; i++) {
        if (i > 0) buffer_append_text(&body->plain, shape->between);
        load_events_next(body->content, &body->source, &body->plain);
        body->source.sequence++;
    }
    if (many) buffer_append_text(&body->plain, shape->close);
}

struct span load_body_next(struct load_body *body, int64_t now_ms)
{
    struct buffer *request = &body->request;
    load_source_clock(&body->source, now_ms);
    buffer_clear(request);
    buffer_append_span(request, buffer_span(&body->fixed));
    if (body->headers != NULL) load_template_append(body->headers, &body->source, request);
    write_events(body);
    struct span content = pack(body);
    buffer_printf(request, "Content-Length: %zu\r\n\r\n", content.size);
    buffer_append_span(request, content);
    bool fine = content.data != NULL && buffer_ok(&body->plain) && buffer_ok(request);
    return fine ? buffer_span(request) : (struct span){NULL, 0};
}

/* ---------------------------------------------------------------- beginning and end */
static bool read_headers(struct load_body *body, char *problem, size_t problem_size)
{
    if (*body->shape->headers == '\0') return true;
    struct buffer text = BUFFER_EMPTY;
    load_template_type(body->shape->headers, body->options->type, &text);
    body->headers = load_template_create(buffer_span(&text), problem, problem_size);
    buffer_deinit(&text);
    return body->headers != NULL;
}

struct load_body *load_body_create(const struct load_options *options, uint32_t run, int64_t now_ms, char *problem,
                                   size_t problem_size)
{
    struct load_body *body = calloc(1, sizeof *body);
    snprintf(problem, problem_size, "out of memory");
    if (body == NULL) return NULL;
    body->options = options;
    body->shape = &shapes[options->shape];
    load_source_init(&body->source, run);
    write_fixed_head(body);
    body->content = load_events_create(options, &body->shape->event, now_ms, problem, problem_size);
    if (body->content != NULL && read_headers(body, problem, problem_size) && begin_compression(body)) return body;
    load_body_destroy(body);
    return NULL;
}

void load_body_destroy(struct load_body *body)
{
    if (body == NULL) return;
    load_events_destroy(body->content);
    load_template_destroy(body->headers);
    struct buffer *const buffers[] = {&body->fixed, &body->plain, &body->packed, &body->request};
    for (size_t i = 0; i < COUNT_OF(buffers); i++) buffer_deinit(buffers[i]);
    if (body->has_gzip) deflateEnd(&body->gzip);
    ZSTD_freeCCtx(body->zstd);
    free(body);
}

uint64_t load_body_events(const struct load_body *body)
{
    return load_events_count(body->content);
}

uint64_t load_body_kind(const struct load_body *body, enum load_kind kind)
{
    return load_events_kind_count(body->content, kind);
}
