#include "contracts/avro_json.h"

#include "codecs/avro.h"
#include "codecs/base64.h"
#include "codecs/timestamp.h"
#include "contracts/avro_schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The JSON writer takes 63 levels. A few bytes can stand for any number of empty items, so what bounds the work is what has
 * been written. */
enum { SCHEMA_MEMORY = 32 << 20, DEPTH_MAX = 60, OUTPUT_MAX = 16 << 20, DECIMAL_BYTES = 16, DECIMAL_SCALE_MAX = 100 };

struct avro_json {
    struct arena *arena;
    const struct avro_node *root;
};

struct decoder {
    const char *at, *end;
    struct json_writer json;
    struct buffer *out;
    size_t start; /* of our output in `out` */
    unsigned depth;
    const char *error;
    const struct avro_json_opener *opener; /* NULL: none */
    const struct place *place;             /* of the value at hand */
};

/* A field, and where its record lies. */
struct place {
    const struct place *outer; /* NULL: of the root record */
    struct span name;
    bool encrypted;
};

struct avro_json *avro_json_create(struct span schema, const char **error)
{
    struct avro_json *made = calloc(1, sizeof *made);
    *error = "out of memory";
    if (made == NULL) return NULL;
    made->arena = arena_create(SCHEMA_MEMORY);
    made->root = made->arena != NULL ? avro_schema_read(schema, made->arena, error) : NULL;
    if (made->root != NULL) return made;
    avro_json_destroy(made);
    return NULL;
}

void avro_json_destroy(struct avro_json *schema)
{
    if (schema == NULL) return;
    arena_destroy(schema->arena);
    free(schema);
}

/* ---------------------------------------------------------------- bytes */

static bool fail(struct decoder *decoder, const char *error)
{
    if (decoder->error == NULL) decoder->error = error;
    return false;
}

static bool read_long(struct decoder *decoder, int64_t *value)
{
    return avro_read_long(&decoder->at, decoder->end, value) || fail(decoder, "the bytes end inside a number");
}

static bool read_span(struct decoder *decoder, struct span *value)
{
    return avro_read_bytes(&decoder->at, decoder->end, value) || fail(decoder, "the bytes end inside a text");
}

static bool take(struct decoder *decoder, size_t size, struct span *value)
{
    if ((size_t)(decoder->end - decoder->at) < size) return fail(decoder, "the bytes end inside a value");
    *value = (struct span){decoder->at, size};
    decoder->at += size;
    return true;
}

/* Little endian, as Avro stores floats. */
static bool read_bits(struct decoder *decoder, size_t size, uint64_t *bits)
{
    struct span bytes;
    *bits = 0;
    if (!take(decoder, size, &bytes)) return false;
    for (size_t i = size; i-- > 0;) *bits = *bits << 8 | (unsigned char)bytes.data[i];
    return true;
}

/* ---------------------------------------------------------------- scalars */

/* The fewest digits that read back as the same value; what JSON has no word for is a text. */
static void write_floating(struct decoder *decoder, double value, bool single)
{
    char text[40];
    int digits = single ? 6 : 15, most = single ? 9 : 17;
    if (!isfinite(value)) {
        json_text(&decoder->json, span_of(isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"));
        return;
    }
    do {
        snprintf(text, sizeof text, "%.*g", digits, value);
    } while (digits++ < most && (single ? (double)strtof(text, NULL) : strtod(text, NULL)) != value);
    json_raw(&decoder->json, span_of(text));
}

static bool write_float(struct decoder *decoder, bool single)
{
    uint64_t bits;
    if (!read_bits(decoder, single ? 4 : 8, &bits)) return false;
    double value;
    if (single) {
        uint32_t half = (uint32_t)bits;
        float narrow;
        memcpy(&narrow, &half, sizeof narrow);
        value = (double)narrow;
    } else {
        memcpy(&value, &bits, sizeof value);
    }
    write_floating(decoder, value, single);
    return true;
}

static void write_base64(struct decoder *decoder, struct span bytes)
{
    struct buffer text = BUFFER_EMPTY;
    char *room = buffer_reserve(&text, (bytes.size + 2) / 3 * 4 + 1);
    if (room != NULL) buffer_commit(&text, base64_encode(bytes.data, bytes.size, room));
    if (!buffer_ok(&text)) fail(decoder, "out of memory");
    json_text(&decoder->json, room != NULL ? buffer_span(&text) : SPAN(""));
    buffer_deinit(&text);
}

/* Two's complement, big endian; the digits with the point where the scale has it: an exact JSON number. */
static void write_decimal(struct decoder *decoder, struct span bytes, int scale)
{
    char digits[DECIMAL_SCALE_MAX + 48];
    if (bytes.size == 0 || bytes.size > DECIMAL_BYTES || scale > DECIMAL_SCALE_MAX) {
        write_base64(decoder, bytes);
        return;
    }
    uint128 value = (bytes.data[0] & 0x80) != 0 ? ~(uint128)0 : 0;
    for (size_t i = 0; i < bytes.size; i++) value = value << 8 | (unsigned char)bytes.data[i];
    bool negative = value >> 127 != 0;
    if (negative) value = ~value + 1;
    char *end = digits + sizeof digits, *at = end;
    for (int place = 0; value > 0 || place <= scale; place++) {
        if (place > 0 && place == scale) *--at = '.';
        *--at = (char)('0' + (int)(value % 10));
        value /= 10;
    }
    if (negative) *--at = '-';
    json_raw(&decoder->json, (struct span){at, (size_t)(end - at)});
}

/* A stamp in its unit; outside the years 0000 to 9999 the bare number is shown. */
static void write_stamp(struct decoder *decoder, int64_t value, int64_t unit, bool zulu)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (value < TIMESTAMP_MIN / unit || value > TIMESTAMP_MAX / unit) {
        json_int(&decoder->json, value);
        return;
    }
    size_t size = timestamp_format(value * unit, unit == US_PER_MS ? 3 : 6, zulu, text);
    json_text(&decoder->json, (struct span){text, size});
}

static void write_clock(struct decoder *decoder, int64_t value, int64_t unit)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (value < 0 || value >= US_PER_DAY / unit) {
        json_int(&decoder->json, value);
        return;
    }
    size_t size = time_format(value * unit, unit == US_PER_MS ? 3 : 6, text);
    json_text(&decoder->json, (struct span){text, size});
}

static void write_date(struct decoder *decoder, int64_t days)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (days < DATE_MIN || days > DATE_MAX) {
        json_int(&decoder->json, days);
        return;
    }
    json_text(&decoder->json, (struct span){text, date_format((int32_t)days, text)});
}

static bool write_integer(struct decoder *decoder, const struct avro_node *node)
{
    int64_t value;
    if (!read_long(decoder, &value)) return false;
    if (node->kind == AVRO_INT && (value < INT32_MIN || value > INT32_MAX)) return fail(decoder, "an int has more than 32 bits");
    switch (node->logical) {
    case LOGICAL_DATE: write_date(decoder, value); break;
    case LOGICAL_TIME_MILLIS: write_clock(decoder, value, US_PER_MS); break;
    case LOGICAL_TIME_MICROS: write_clock(decoder, value, 1); break;
    case LOGICAL_TIMESTAMP_MILLIS: write_stamp(decoder, value, US_PER_MS, true); break;
    case LOGICAL_TIMESTAMP_MICROS: write_stamp(decoder, value, 1, true); break;
    case LOGICAL_LOCAL_MILLIS: write_stamp(decoder, value, US_PER_MS, false); break;
    case LOGICAL_LOCAL_MICROS: write_stamp(decoder, value, 1, false); break;
    case LOGICAL_NONE:
    case LOGICAL_DECIMAL: json_int(&decoder->json, value); break;
    }
    return true;
}

static bool write_boolean(struct decoder *decoder)
{
    struct span byte;
    if (!take(decoder, 1, &byte)) return false;
    if ((unsigned char)byte.data[0] > 1) return fail(decoder, "a boolean is neither 0 nor 1");
    json_bool(&decoder->json, byte.data[0] == 1);
    return true;
}

static void append_path(struct buffer *path, const struct place *place)
{
    if (place->outer != NULL) append_path(path, place->outer);
    if (place->outer != NULL) buffer_append_char(path, '.');
    buffer_append_span(path, place->name);
}

static void write_opened(struct decoder *decoder, struct span value, bool text)
{
    struct buffer path = BUFFER_EMPTY;
    append_path(&path, decoder->place);
    if (buffer_ok(&path))
        decoder->opener->open(decoder->opener->context, buffer_span(&path), value, text, &decoder->json);
    else
        fail(decoder, "out of memory");
    buffer_deinit(&path);
}

static bool write_text(struct decoder *decoder, const struct avro_node *node)
{
    struct span text;
    bool fine = node->kind == AVRO_FIXED ? take(decoder, node->size, &text) : read_span(decoder, &text);
    if (!fine) return false;
    bool plain = node->kind != AVRO_FIXED && node->logical == LOGICAL_NONE;
    if (plain && decoder->opener != NULL && decoder->place != NULL && decoder->place->encrypted) {
        write_opened(decoder, text, node->kind == AVRO_STRING);
    } else if (node->kind == AVRO_STRING) {
        json_text(&decoder->json, text);
    } else if (node->logical == LOGICAL_DECIMAL) {
        write_decimal(decoder, text, node->scale);
    } else {
        write_base64(decoder, text);
    }
    return decoder->error == NULL;
}

/* ---------------------------------------------------------------- composites */

static bool write_node(struct decoder *decoder, const struct avro_node *node);

static bool write_record(struct decoder *decoder, const struct avro_node *node)
{
    const struct place root = {NULL, node->name, false}, *outer = decoder->place;
    json_object_begin(&decoder->json);
    for (size_t i = 0; i < node->count; i++) {
        const struct place place = {outer != NULL ? outer : &root, node->names[i], node->encrypted[i]};
        json_name_span(&decoder->json, node->names[i]);
        decoder->place = &place;
        bool written = write_node(decoder, node->members[i]);
        decoder->place = outer;
        if (!written) return false;
    }
    json_object_end(&decoder->json);
    return true;
}

static bool read_index(struct decoder *decoder, size_t count, size_t *index)
{
    int64_t value;
    if (!read_long(decoder, &value)) return false;
    if (value < 0 || (uint64_t)value >= count) return fail(decoder, "a branch or symbol is none of the schema's");
    *index = (size_t)value;
    return true;
}

/* Items of one block after another; a negative count is followed by the block's size in bytes. */
static bool write_blocks(struct decoder *decoder, const struct avro_node *node)
{
    int64_t count, bytes;
    struct span key;
    for (;;) {
        if (!read_long(decoder, &count)) return false;
        if (count == 0) return true;
        if (count == INT64_MIN || (count < 0 && (!read_long(decoder, &bytes) || bytes < 0)))
            return fail(decoder, "a block has no such size");
        for (int64_t left = count < 0 ? -count : count; left > 0; left--) {
            if (node->kind == AVRO_MAP && !read_span(decoder, &key)) return false;
            if (node->kind == AVRO_MAP) json_name_span(&decoder->json, key);
            if (!write_node(decoder, node->members[0])) return false;
        }
    }
}

static bool write_container(struct decoder *decoder, const struct avro_node *node)
{
    bool map = node->kind == AVRO_MAP;
    if (map) json_object_begin(&decoder->json);
    if (!map) json_array_begin(&decoder->json);
    if (!write_blocks(decoder, node)) return false;
    if (map) json_object_end(&decoder->json);
    if (!map) json_array_end(&decoder->json);
    return true;
}

static bool write_kind(struct decoder *decoder, const struct avro_node *node)
{
    size_t index;
    switch (node->kind) {
    case AVRO_NULL: json_write_null(&decoder->json); return true;
    case AVRO_BOOLEAN: return write_boolean(decoder);
    case AVRO_INT:
    case AVRO_LONG: return write_integer(decoder, node);
    case AVRO_FLOAT: return write_float(decoder, true);
    case AVRO_DOUBLE: return write_float(decoder, false);
    case AVRO_BYTES:
    case AVRO_STRING:
    case AVRO_FIXED: return write_text(decoder, node);
    case AVRO_RECORD: return write_record(decoder, node);
    case AVRO_ENUM:
        if (!read_index(decoder, node->count, &index)) return false;
        json_text(&decoder->json, node->names[index]);
        return true;
    case AVRO_ARRAY:
    case AVRO_MAP: return write_container(decoder, node);
    case AVRO_UNION: return read_index(decoder, node->count, &index) && write_node(decoder, node->members[index]);
    }
    return false;
}

static bool write_node(struct decoder *decoder, const struct avro_node *node)
{
    if (decoder->depth >= DEPTH_MAX) return fail(decoder, "the value is nested too deep to be shown");
    if (decoder->out->size - decoder->start > OUTPUT_MAX) return fail(decoder, "the value is too large to be shown");
    if (!buffer_ok(decoder->out)) return fail(decoder, "out of memory");
    decoder->depth++;
    bool fine = write_kind(decoder, node);
    decoder->depth--;
    return fine;
}

bool avro_json_write_open(const struct avro_json *schema, struct span bytes, unsigned indent,
                          const struct avro_json_opener *opener, struct buffer *out, const char **error)
{
    struct decoder decoder = {.at = bytes.data, .end = bytes.data + bytes.size, .out = out, .start = out->size, .opener = opener};
    json_writer_init(&decoder.json, out, indent);
    bool fine = write_node(&decoder, schema->root);
    if (fine && decoder.at != decoder.end) fine = fail(&decoder, "bytes are left over behind the value");
    if (fine && buffer_ok(out)) return true;
    *error = decoder.error != NULL ? decoder.error : "out of memory";
    out->size = decoder.start;
    if (out->data != NULL && out->capacity > out->size) out->data[out->size] = '\0';
    return false;
}

bool avro_json_write(const struct avro_json *schema, struct span bytes, unsigned indent, struct buffer *out, const char **error)
{
    return avro_json_write_open(schema, bytes, indent, NULL, out, error);
}

/* ---------------------------------------------------------------- frames */

enum avro_frame avro_frame_open(struct span value, uint32_t *schema_id, uint64_t *fingerprint, struct span *datum)
{
    const unsigned char *at = (const unsigned char *)value.data;
    *datum = value;
    if (value.size >= CONFLUENT_FRAME && at[0] == 0) {
        *schema_id = (uint32_t)at[1] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 8 | at[4];
        *datum = (struct span){value.data + CONFLUENT_FRAME, value.size - CONFLUENT_FRAME};
        return AVRO_FRAME_CONFLUENT;
    }
    if (value.size >= SINGLE_OBJECT_FRAME && at[0] == 0xC3 && at[1] == 0x01) {
        *fingerprint = 0;
        for (unsigned i = SINGLE_OBJECT_FRAME - 1; i >= 2; i--) *fingerprint = *fingerprint << 8 | at[i];
        *datum = (struct span){value.data + SINGLE_OBJECT_FRAME, value.size - SINGLE_OBJECT_FRAME};
        return AVRO_FRAME_SINGLE_OBJECT;
    }
    return AVRO_FRAME_NONE;
}
