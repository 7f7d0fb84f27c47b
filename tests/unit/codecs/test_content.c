// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "codecs/content.h"
#include "tests/out_of_memory.h"

/* ---------------------------------------------------------------- packing, by the libraries' own encoders */

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

static void pack_zlib(struct span text, int window_bits, struct buffer *packed)
{
    z_stream stream = {0};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t bound = deflateBound(&stream, text.size);
    char *to = buffer_reserve(packed, bound);
    assert_non_null(to);
    stream.next_in = (z_const Bytef *)text.data;
    stream.avail_in = (uInt)text.size;
    stream.next_out = (Bytef *)to;
    stream.avail_out = (uInt)bound;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    buffer_commit(packed, bound - stream.avail_out);
    deflateEnd(&stream);
}

static void pack_gzip(struct span text, struct buffer *packed)
{
    pack_zlib(text, 31, packed);
}

static void pack_wrapped(struct span text, struct buffer *packed)
{
    pack_zlib(text, 15, packed);
}

static void pack_raw(struct span text, struct buffer *packed)
{
    pack_zlib(text, -15, packed);
}

/* window_log 0 = as the library chooses, with the size in the header; else a stream of unknown size with that window. */
static void pack_zstd_window(struct span text, int window_log, struct buffer *packed)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t bound = ZSTD_compressBound(text.size) + 64;
    char *to = buffer_reserve(packed, bound);
    assert_non_null(to);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    if (window_log > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_outBuffer out = {to, bound, 0};
    ZSTD_inBuffer in = {text.data, text.size, 0};
    if (window_log > 0) assert_false(ZSTD_isError(ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush)));
    assert_int_equal(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0);
    buffer_commit(packed, out.pos);
    ZSTD_freeCCtx(context);
}

static void pack_zstd(struct span text, struct buffer *packed)
{
    pack_zstd_window(text, 0, packed);
}

static const struct format {
    const char *name;
    void (*pack)(struct span text, struct buffer *packed);
    bool may_follow; /* members or frames follow each other */
    bool checked;    /* ends in a checksum */
} formats[] = {
    {"zstd", pack_zstd, true, true},
    {"gzip", pack_gzip, true, true},
    {"deflate", pack_wrapped, false, true},
    {"deflate", pack_raw, false, false},
};

/* ---------------------------------------------------------------- unpacking in pieces */

enum { WHOLE, BYTEWISE, RANDOM, CHUNKINGS };

static size_t piece_size(int chunking, size_t left, uint32_t *seed)
{
    if (chunking == WHOLE) return left;
    size_t size = chunking == BYTEWISE ? 1 : 1 + next(seed) % 400;
    return size < left ? size : left;
}

static enum content_status unpack(const char *name, struct span packed, size_t limit, int chunking, struct buffer *out)
{
    uint32_t seed = (uint32_t)packed.size;
    const struct content_encoding *encoding = content_by_name(span_of(name));
    struct content_decoder *decoder = encoding->create(limit);
    assert_non_null(decoder);
    enum content_status status = CONTENT_MORE;
    while (packed.size > 0 && status <= CONTENT_DONE) {
        size_t size = piece_size(chunking, packed.size, &seed);
        char *exact = malloc(size); /* a read beyond the piece is seen */
        memcpy(exact, packed.data, size);
        status = encoding->feed(decoder, (struct span){exact, size}, out);
        free(exact);
        packed = (struct span){packed.data + size, packed.size - size};
        assert_true(out->size <= limit);
    }
    if (status > CONTENT_DONE) assert_int_equal(encoding->feed(decoder, SPAN("more"), out), status);
    assert_int_equal(encoding->feed(decoder, (struct span){NULL, 0}, out), status);
    encoding->destroy(decoder);
    return status;
}

/* Text that neither packs to nothing nor stays as it is. */
static struct buffer make_text(size_t size)
{
    struct buffer text = BUFFER_EMPTY;
    uint32_t seed = (uint32_t)size;
    char *to = buffer_reserve(&text, size);
    for (size_t i = 0; i < size; i++) to[i] = "{\"amount\":129.90,\"currency\":\"EUR\"}"[(i + next(&seed) % 4) % 34];
    buffer_commit(&text, size);
    return text;
}

static void check_unpack(const struct format *format, struct span packed, struct span text, size_t limit,
                         enum content_status expected)
{
    for (int chunking = 0; chunking < CHUNKINGS; chunking++) {
        if (chunking == BYTEWISE && packed.size > 20000) continue;
        struct buffer out = BUFFER_EMPTY;
        enum content_status status = unpack(format->name, packed, limit, chunking, &out);
        if (status != expected) fail_msg("%s of %zu bytes, limit %zu: status %d", format->name, text.size, limit, (int)status);
        if (expected == CONTENT_DONE) assert_true(span_equal(buffer_span(&out), text));
        assert_memory_equal(out.size > 0 ? out.data : "", text.size > 0 ? text.data : "", out.size);
        buffer_deinit(&out);
    }
}

static void inflates_what_the_libraries_pack_up_to_the_limit(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 100, 511, 512, 513, 5000, 65535, 65536, 65537, 300000};
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        for (size_t s = 0; s < COUNT_OF(sizes); s++) {
            struct buffer text = make_text(sizes[s]), packed = BUFFER_EMPTY;
            formats[f].pack(buffer_span(&text), &packed);
            check_unpack(&formats[f], buffer_span(&packed), buffer_span(&text), sizes[s], CONTENT_DONE);
            check_unpack(&formats[f], buffer_span(&packed), buffer_span(&text), sizes[s] + 1, CONTENT_DONE);
            check_unpack(&formats[f], buffer_span(&packed), buffer_span(&text), SIZE_MAX, CONTENT_DONE);
            if (sizes[s] > 0) {
                check_unpack(&formats[f], buffer_span(&packed), buffer_span(&text), sizes[s] - 1, CONTENT_TOO_LARGE);
                check_unpack(&formats[f], buffer_span(&packed), buffer_span(&text), 0, CONTENT_TOO_LARGE);
            }
            buffer_deinit(&text);
            buffer_deinit(&packed);
        }
    }
}

static void every_cut_shows(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct buffer text = make_text(3000), packed = BUFFER_EMPTY, out = BUFFER_EMPTY;
        formats[f].pack(buffer_span(&text), &packed);
        for (size_t cut = 0; cut < packed.size; cut++) {
            buffer_clear(&out);
            assert_int_equal(unpack(formats[f].name, (struct span){packed.data, cut}, SIZE_MAX, WHOLE, &out), CONTENT_MORE);
        }
        buffer_deinit(&text);
        buffer_deinit(&packed);
        buffer_deinit(&out);
    }
}

static void a_second_member_follows_only_where_the_format_says_so(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct buffer packed = BUFFER_EMPTY;
        formats[f].pack(SPAN("first, "), &packed);
        formats[f].pack((struct span){"", 0}, &packed);
        formats[f].pack(SPAN("second"), &packed);
        enum content_status expected = formats[f].may_follow ? CONTENT_DONE : CONTENT_BROKEN;
        check_unpack(&formats[f], buffer_span(&packed), SPAN("first, second"), 13, expected);
        if (formats[f].may_follow) check_unpack(&formats[f], buffer_span(&packed), SPAN("first, second"), 12, CONTENT_TOO_LARGE);
        buffer_deinit(&packed);
    }
}

/* A single byte may still become a gzip header: then the body counts as cut, which is as good as broken. */
static void anything_else_behind_the_end_is_broken(void **state)
{
    (void)state;
    static const struct span garbage[] = {{"x", 1}, {"\0", 1}, {"\r\n", 2}, {"\x1f\x8c more", 7}, {"\x28\xb5\x2f\xfe more", 9}};
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        for (size_t g = 0; g < COUNT_OF(garbage); g++) {
            struct buffer packed = BUFFER_EMPTY;
            formats[f].pack(SPAN("the text"), &packed);
            buffer_append_span(&packed, garbage[g]);
            bool half_header = garbage[g].size == 1 && span_is(span_of(formats[f].name), "gzip");
            check_unpack(&formats[f], buffer_span(&packed), SPAN("the text"), 100, half_header ? CONTENT_MORE : CONTENT_BROKEN);
            buffer_deinit(&packed);
        }
    }
}

static void a_wrong_checksum_or_start_is_broken(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct buffer packed = BUFFER_EMPTY;
        formats[f].pack(SPAN("the text, the text, the text"), &packed);
        if (formats[f].checked) {
            size_t from_end = span_is(span_of(formats[f].name), "gzip") ? 5 : 1; /* gzip ends in its size */
            packed.data[packed.size - from_end] ^= 0x10;
            check_unpack(&formats[f], buffer_span(&packed), SPAN("the text, the text, the text"), 100, CONTENT_BROKEN);
            if (from_end > 1) {
                packed.data[packed.size - from_end] ^= 0x10;
                packed.data[packed.size - 1] ^= 0x10;
                check_unpack(&formats[f], buffer_span(&packed), SPAN("the text, the text, the text"), 100, CONTENT_BROKEN);
            }
        }
        struct buffer out = BUFFER_EMPTY;
        assert_int_equal(unpack(formats[f].name, SPAN("{\"plain\": \"JSON\"}"), 100, WHOLE, &out), CONTENT_BROKEN);
        buffer_deinit(&out);
        buffer_deinit(&packed);
    }
}

/* ---------------------------------------------------------------- bombs */

static void a_bomb_takes_no_more_memory_than_the_limit_allows(void **state)
{
    (void)state;
    enum { LIMIT = 256 * 1024, SIZE = 64 * 1024 * 1024 };
    char *zeros = calloc(1, SIZE);
    assert_non_null(zeros);
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct buffer packed = BUFFER_EMPTY, out = BUFFER_EMPTY;
        formats[f].pack((struct span){zeros, SIZE}, &packed);
        assert_true(packed.size < SIZE / 500);
        assert_int_equal(unpack(formats[f].name, buffer_span(&packed), LIMIT, WHOLE, &out), CONTENT_TOO_LARGE);
        assert_true(out.size <= LIMIT);
        assert_true(out.capacity <= 2 * LIMIT + 64 * 1024);
        buffer_deinit(&packed);
        buffer_deinit(&out);
    }
    free(zeros);
}

/* RFC 9659: a window of 8 MiB is every receiver's duty, a larger one nobody's. */
static void zstd_windows_end_at_8_mib(void **state)
{
    (void)state;
    struct buffer text = make_text(20000);
    for (int window_log = 10; window_log <= 27; window_log++) {
        struct buffer packed = BUFFER_EMPTY;
        pack_zstd_window(buffer_span(&text), window_log, &packed);
        check_unpack(&formats[0], buffer_span(&packed), buffer_span(&text), 20000,
                     window_log <= 23 ? CONTENT_DONE : CONTENT_TOO_LARGE);
        buffer_deinit(&packed);
    }
    buffer_deinit(&text);
}

static void zstd_skips_what_is_skippable_and_refuses_old_formats_and_dictionaries(void **state)
{
    (void)state;
    struct buffer packed = BUFFER_EMPTY;
    buffer_append(&packed,
                  "\x50\x2a\x4d\x18\x03\x00\x00\x00"
                  "abc",
                  11);
    pack_zstd(SPAN("text"), &packed);
    buffer_append(&packed, "\x5f\x2a\x4d\x18\x00\x00\x00\x00", 8);
    check_unpack(&formats[0], buffer_span(&packed), SPAN("text"), 4, CONTENT_DONE);
    for (int byte = 0x1e; byte < 0x28; byte++) {
        packed.data[0] = (char)byte;
        memcpy(packed.data + 1, "\xb5\x2f\xfd", 3);
        check_unpack(&formats[0], buffer_span(&packed), SPAN(""), 100, CONTENT_BROKEN);
    }
    /* frame header with a dictionary id of one byte, 7; an empty last block */
    check_unpack(&formats[0], (struct span){"\x28\xb5\x2f\xfd\x21\x07\x00\x01\x00\x00", 10}, SPAN(""), 100, CONTENT_BROKEN);
    check_unpack(&formats[0], (struct span){"\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00", 9}, SPAN(""), 100, CONTENT_DONE);
    buffer_deinit(&packed);
}

/* Frames that libzstd judges by how they are cut, when it is asked in the plain way. */
static const struct cut_frame {
    const char *bytes;
    size_t size;
} cut_frames[] = {
    {"\x28\xB5\x2F\xFD\x30\xD4\x01\x00\x00", 9},                  /* says 212 bytes, and its one block is empty */
    {"\x28\xB5\x2F\xFD\x20\x00\x02\x00\x00\x00\x01\x00\x00", 13}, /* no content: blocks of no byte; one has a byte to repeat */
};

static void a_zstd_frame_is_broken_however_it_is_cut(void **state)
{
    (void)state;
    const struct content_encoding *zstd = content_by_name(SPAN("zstd"));
    for (size_t f = 0; f < COUNT_OF(cut_frames); f++)
        for (size_t piece = 1; piece <= cut_frames[f].size; piece++) {
            struct buffer out = BUFFER_EMPTY;
            struct content_decoder *decoder = zstd->create(1000);
            enum content_status status = CONTENT_MORE;
            assert_non_null(decoder);
            for (size_t at = 0; at < cut_frames[f].size && status <= CONTENT_DONE; at += piece) {
                size_t left = cut_frames[f].size - at, size = left < piece ? left : piece;
                status = zstd->feed(decoder, (struct span){cut_frames[f].bytes + at, size}, &out);
            }
            assert_int_equal(status, CONTENT_BROKEN);
            zstd->destroy(decoder);
            buffer_deinit(&out);
        }
}

static void zlib_dictionaries_are_refused(void **state)
{
    (void)state;
    struct span packed = {"\x78\xbb\x00\x00\x00\x01\x03\x00\x00\x00\x00\x01", 12}; /* FDICT set */
    check_unpack(&formats[2], packed, SPAN(""), 100, CONTENT_BROKEN);
}

/* One decoder for many bodies, in whatever state the one before left it. */
static void a_decoder_is_used_again(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct buffer large = make_text(3000), packed = BUFFER_EMPTY, other = BUFFER_EMPTY, out = BUFFER_EMPTY;
        const struct content_encoding *encoding = content_by_name(span_of(formats[f].name));
        struct content_decoder *decoder = encoding->create(10);
        formats[f].pack(buffer_span(&large), &packed);
        formats[f == 2 ? 3 : f == 3 ? 2 : f].pack(SPAN("text"), &other); /* raw behind wrapped, wrapped behind raw */
        assert_int_equal(encoding->feed(decoder, buffer_span(&packed), &out), CONTENT_TOO_LARGE);
        for (size_t cut = 0; cut <= packed.size; cut += 7) {
            buffer_clear(&out);
            assert_true(encoding->reset(decoder, 3000));
            assert_int_equal(encoding->feed(decoder, (struct span){packed.data, cut}, &out), CONTENT_MORE);
            buffer_clear(&out);
            assert_true(encoding->reset(decoder, 4));
            assert_int_equal(encoding->feed(decoder, buffer_span(&other), &out), CONTENT_DONE);
            assert_true(span_is(buffer_span(&out), "text"));
            assert_int_equal(encoding->feed(decoder, SPAN("x garbage"), &out), CONTENT_BROKEN);
        }
        encoding->destroy(decoder);
        buffer_deinit(&large);
        buffer_deinit(&packed);
        buffer_deinit(&other);
        buffer_deinit(&out);
    }
}

/* Bodies with windows of 8 MiB between small ones: all are read, whether the context was kept or made anew. */
static void large_windows_do_not_spoil_a_decoder(void **state)
{
    (void)state;
    struct buffer text = make_text(20000), out = BUFFER_EMPTY;
    struct content_decoder *decoder = content_by_name(SPAN("zstd"))->create(20000);
    for (int round = 0; round < 6; round++) {
        struct buffer packed = BUFFER_EMPTY;
        pack_zstd_window(buffer_span(&text), round % 2 == 0 ? 23 : 10, &packed);
        buffer_clear(&out);
        assert_true(content_by_name(SPAN("zstd"))->reset(decoder, 20000));
        assert_int_equal(content_by_name(SPAN("zstd"))->feed(decoder, buffer_span(&packed), &out), CONTENT_DONE);
        assert_true(span_equal(buffer_span(&out), buffer_span(&text)));
        buffer_deinit(&packed);
    }
    content_by_name(SPAN("zstd"))->destroy(decoder);
    buffer_deinit(&text);
    buffer_deinit(&out);
}

/* ---------------------------------------------------------------- finding an encoding */

static void finds_encodings_by_name(void **state)
{
    (void)state;
    assert_string_equal(content_by_name(SPAN("zstd"))->name, "zstd");
    assert_string_equal(content_by_name(SPAN("gzip"))->name, "gzip");
    assert_string_equal(content_by_name(SPAN("x-gzip"))->name, "gzip");
    assert_string_equal(content_by_name(SPAN("GZip"))->name, "gzip");
    assert_string_equal(content_by_name(SPAN("deflate"))->name, "deflate");
    static const char *const unknown[] = {"", "br", "identity", "gzip ", "gzi", "gzipp", "gzip, zstd", "compress"};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) assert_null(content_by_name(span_of(unknown[i])));
    assert_null(content_by_name((struct span){NULL, 0}));
}

static void finds_encodings_by_their_first_bytes(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct buffer packed = BUFFER_EMPTY;
        formats[f].pack(SPAN("some text"), &packed);
        const struct content_encoding *found = content_by_magic((struct span){packed.data, 4});
        if (formats[f].may_follow)
            assert_string_equal(found->name, formats[f].name);
        else
            assert_null(found);
        buffer_deinit(&packed);
    }
    assert_null(content_by_magic((struct span){NULL, 0}));
    assert_null(content_by_magic(SPAN("\x1f\x8b")));
    assert_null(content_by_magic(SPAN("{\"a\":1}")));
    assert_null(content_by_magic(SPAN("\x28\xb5\x2f")));
}

/* Who sniffs bodies need not look at those. */
static void no_magic_number_begins_as_json_does(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        struct span magic = content_by_name(span_of(formats[f].name))->magic;
        assert_true(magic.size == 0 || (magic.data[0] != '{' && magic.data[0] != '['));
    }
}

static void says_when_memory_is_out(void **state)
{
    (void)state;
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        const struct content_encoding *encoding = content_by_name(span_of(formats[f].name));
        struct buffer packed = BUFFER_EMPTY, out = BUFFER_EMPTY;
        formats[f].pack(SPAN("some text"), &packed);
        struct content_decoder *decoder = NULL;
        for (int calls = 0; decoder == NULL; calls++) {
            assert_true(calls < 10);
            memory_ends_after(calls);
            decoder = encoding->create(100);
        }
        memory_ends_after(0);
        assert_int_equal(encoding->feed(decoder, buffer_span(&packed), &out), CONTENT_NO_MEMORY);
        (void)memory_returns();
        assert_int_equal(encoding->feed(decoder, buffer_span(&packed), &out), CONTENT_NO_MEMORY);
        encoding->destroy(decoder);
        encoding->destroy(NULL);
        buffer_deinit(&packed);
        buffer_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflates_what_the_libraries_pack_up_to_the_limit),
        cmocka_unit_test(every_cut_shows),
        cmocka_unit_test(a_second_member_follows_only_where_the_format_says_so),
        cmocka_unit_test(anything_else_behind_the_end_is_broken),
        cmocka_unit_test(a_wrong_checksum_or_start_is_broken),
        cmocka_unit_test(a_bomb_takes_no_more_memory_than_the_limit_allows),
        cmocka_unit_test(zstd_windows_end_at_8_mib),
        cmocka_unit_test(zstd_skips_what_is_skippable_and_refuses_old_formats_and_dictionaries),
        cmocka_unit_test(a_zstd_frame_is_broken_however_it_is_cut),
        cmocka_unit_test(zlib_dictionaries_are_refused),
        cmocka_unit_test(a_decoder_is_used_again),
        cmocka_unit_test(large_windows_do_not_spoil_a_decoder),
        cmocka_unit_test(finds_encodings_by_name),
        cmocka_unit_test(finds_encodings_by_their_first_bytes),
        cmocka_unit_test(no_magic_number_begins_as_json_does),
        cmocka_unit_test(says_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
