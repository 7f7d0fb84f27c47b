/* json_writer.h - JSON text into a buffer: replies, receipts, reports. Commas and escapes are the writer's business.
 *
 * Strings are escaped as RFC 8259 section 7 asks; each byte that is not UTF-8 becomes U+FFFD, so the output is valid JSON as
 * long as begins and ends pair and every name has a value. Nesting beyond 63 fails the buffer (buffer_ok). */
#ifndef HEADGATE_CODECS_JSON_WRITER_H
#define HEADGATE_CODECS_JSON_WRITER_H

#include "codecs/buffer.h"
#include "codecs/span.h"

#include <stdint.h>

struct json_writer {
    struct buffer *out;
    uint64_t wrote_one; /* bit per depth: a comma is due */
    unsigned depth;     /* at most 63 */
    unsigned indent;    /* spaces per level; 0 = compact */
    bool after_name;
};

/* Appends to `out`, which outlives the writer; `indent` is spaces per level, 0 = compact. */
void json_writer_init(struct json_writer *writer, struct buffer *out, unsigned indent);

/* Values: at the start, in an array, or behind a name. */
void json_object_begin(struct json_writer *writer);
void json_object_end(struct json_writer *writer);
void json_array_begin(struct json_writer *writer);
void json_array_end(struct json_writer *writer);

/* A member's name; its value comes next. */
void json_name_span(struct json_writer *writer, struct span name);
static inline void json_name(struct json_writer *writer, const char *name)
{
    json_name_span(writer, span_of(name));
}

/* Scalars, as values. */
void json_text(struct json_writer *writer, struct span value);
void json_int(struct json_writer *writer, int64_t value);
void json_bool(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer); /* json_null is jansson's: the linker would give it ours */
/* A value that is already JSON text. */
void json_raw(struct json_writer *writer, struct span json);

/* Appends the \u escape of one code point that utf8_control() tells. Texts and names are written so. */
void json_escape(struct buffer *out, struct span text);

/* name and value in one line; the span form omits the member when value.data is NULL. */
static inline void json_member_text(struct json_writer *writer, const char *name, struct span value)
{
    if (value.data == NULL) return;
    json_name(writer, name);
    json_text(writer, value);
}

static inline void json_member_int(struct json_writer *writer, const char *name, int64_t value)
{
    json_name(writer, name);
    json_int(writer, value);
}

static inline void json_member_bool(struct json_writer *writer, const char *name, bool value)
{
    json_name(writer, name);
    json_bool(writer, value);
}

/* A member whose value is an array of texts, empty when `count` is 0. */
void json_member_texts(struct json_writer *writer, const char *name, const struct span *values, size_t count);

#endif
