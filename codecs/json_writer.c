#include "codecs/json_writer.h"

#include "codecs/digits.h"
#include "codecs/utf8.h"

enum { DEPTH_MAX = 63 }; /* a bit each in wrote_one */

void json_writer_init(struct json_writer *writer, struct buffer *out, unsigned indent)
{
    *writer = (struct json_writer){.out = out, .indent = indent};
}

/* ---------------------------------------------------------------- structure */

static void new_line(struct json_writer *writer)
{
    static const char spaces[] = "                                ";
    if (writer->indent == 0) return;
    buffer_append_char(writer->out, '\n');
    for (size_t left = (size_t)writer->depth * writer->indent; left > 0;) {
        size_t piece = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
        buffer_append(writer->out, spaces, piece);
        left -= piece;
    }
}

/* What stands between the text so far and a value or name that is about to be written. */
static void separate(struct json_writer *writer)
{
    if (writer->after_name) {
        writer->after_name = false;
        return;
    }
    if (writer->depth == 0) return;
    uint64_t bit = UINT64_C(1) << writer->depth;
    if (writer->wrote_one & bit) buffer_append_char(writer->out, ',');
    writer->wrote_one |= bit;
    new_line(writer);
}

static void open_level(struct json_writer *writer, char bracket)
{
    separate(writer);
    if (writer->depth == DEPTH_MAX) {
        writer->out->failed = true;
        return;
    }
    buffer_append_char(writer->out, bracket);
    writer->depth++;
    writer->wrote_one &= ~(UINT64_C(1) << writer->depth);
}

static void close_level(struct json_writer *writer, char bracket)
{
    bool empty = (writer->wrote_one & UINT64_C(1) << writer->depth) == 0;
    if (writer->depth > 0) writer->depth--;
    if (!empty) new_line(writer);
    buffer_append_char(writer->out, bracket);
}

void json_object_begin(struct json_writer *writer)
{
    open_level(writer, '{');
}

void json_object_end(struct json_writer *writer)
{
    close_level(writer, '}');
}

void json_array_begin(struct json_writer *writer)
{
    open_level(writer, '[');
}

void json_array_end(struct json_writer *writer)
{
    close_level(writer, ']');
}

/* ---------------------------------------------------------------- strings */

static inline bool continues(const char *at, size_t left, size_t index)
{
    return index < left && ((unsigned char)at[index] & 0xC0) == 0x80;
}

/* Bytes of the well-formed sequence of two to four bytes at `at` (RFC 3629, section 4); 0 when there is none. */
static size_t sequence(const char *at, size_t left)
{
    unsigned char first = (unsigned char)at[0];
    if (first < 0xC2 || first > 0xF4 || !continues(at, left, 1)) return 0;
    if (first < 0xE0) return 2;
    unsigned char second = (unsigned char)at[1];
    if (!continues(at, left, 2)) return 0;
    if (first == 0xE0 && second < 0xA0) return 0; /* overlong */
    if (first == 0xED && second > 0x9F) return 0; /* surrogate */
    if (first < 0xF0) return 3;
    if (!continues(at, left, 3)) return 0;
    if (first == 0xF0 && second < 0x90) return 0; /* overlong */
    if (first == 0xF4 && second > 0x8F) return 0; /* beyond U+10FFFF */
    return 4;
}

/* U+0080 to U+009F end with the byte of their number. */
void json_escape(struct buffer *out, struct span text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    unsigned code = bytes[text.size - 1];
    if (text.size == 3) code = 0x2000 | (bytes[1] & 1U) << 6 | (bytes[2] & 0x3FU);
    buffer_printf(out, "\\u%04x", code);
}

static void append_control(struct buffer *out, unsigned char byte)
{
    static const char names[0x20] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    static const char hex[] = "0123456789abcdef";
    if (names[byte] != 0) {
        buffer_append(out, (char[]){'\\', names[byte]}, 2);
    } else {
        buffer_append(out, (char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
    }
}

/* Length of the run from `at` that stands in a JSON string as it is. */
static size_t plain_run(const char *at, size_t left)
{
    size_t run = 0;
    while (run < left) {
        unsigned char byte = (unsigned char)at[run];
        if (byte < 0x20 || byte == '"' || byte == '\\') break;
        size_t size = byte < 0x80 ? 1 : sequence(at + run, left - run);
        if (size == 0) break;
        if (byte >= 0x7F && utf8_control((struct span){at + run, size}) > 0) break;
        run += size;
    }
    return run;
}

static void append_escaped(struct buffer *out, struct span text)
{
    buffer_append_char(out, '"');
    for (size_t at = 0; at < text.size; at++) {
        size_t run = plain_run(text.data + at, text.size - at);
        if (run > 0) buffer_append(out, text.data + at, run);
        at += run;
        if (at == text.size) break;
        unsigned char byte = (unsigned char)text.data[at];
        /* JSON lets it pass, a terminal or a reader does not */
        size_t steering = byte < 0x7F ? 0 : utf8_control((struct span){text.data + at, text.size - at});
        if (steering > 0) {
            json_escape(out, (struct span){text.data + at, steering});
            at += steering - 1;
        } else if (byte < 0x20) {
            append_control(out, byte);
        } else if (byte < 0x80) {
            buffer_append(out, (char[]){'\\', (char)byte}, 2);
        } else {
            buffer_append_text(out, "\xEF\xBF\xBD"); /* U+FFFD */
        }
    }
    buffer_append_char(out, '"');
}

/* Whether none of eight bytes is below 0x20, above 0x7E, a quote or a backslash. A borrow or carry into the next byte comes only
 * out of one that is. */
static inline bool is_plain_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word - 0x20 * ones, high = word + ones;
    uint64_t quote = (word ^ '"' * ones) - ones, backslash = (word ^ '\\' * ones) - ones;
    return ((word | low | high | quote | backslash) & 0x80 * ones) == 0;
}

/* Whether the text, of at least eight bytes, stands in a string as it is. The last word may overlap the one before it. */
static inline bool is_plain(struct span text)
{
    uint64_t word;
    for (size_t at = 0; at + sizeof word < text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if (!is_plain_word(word)) return false;
    }
    memcpy(&word, text.data + text.size - sizeof word, sizeof word);
    return is_plain_word(word);
}

static bool is_plain_short(struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte > 0x7E || byte == '"' || byte == '\\') return false;
    }
    return true;
}

/* Nearly every text is plain: it is looked at in words and copied as one. */
static void append_string(struct buffer *out, struct span text)
{
    bool plain = text.size < sizeof(uint64_t) ? is_plain_short(text) : is_plain(text);
    char *to = plain ? buffer_reserve(out, text.size + 2) : NULL;
    if (to == NULL) {
        append_escaped(out, text);
        return;
    }
    to[0] = '"';
    if (text.size > 0) memcpy(to + 1, text.data, text.size);
    to[text.size + 1] = '"';
    buffer_commit(out, text.size + 2);
}

/* ---------------------------------------------------------------- values */

void json_name_span(struct json_writer *writer, struct span name)
{
    separate(writer);
    append_string(writer->out, name);
    buffer_append_char(writer->out, ':');
    if (writer->indent > 0) buffer_append_char(writer->out, ' ');
    writer->after_name = true;
}

void json_text(struct json_writer *writer, struct span value)
{
    separate(writer);
    append_string(writer->out, value);
}

void json_int(struct json_writer *writer, int64_t value)
{
    separate(writer);
    char *to = buffer_reserve(writer->out, DIGITS_MAX);
    if (to != NULL) buffer_commit(writer->out, (size_t)(digits_write_signed(to, value) - to));
}

void json_bool(struct json_writer *writer, bool value)
{
    json_raw(writer, value ? SPAN("true") : SPAN("false"));
}

void json_write_null(struct json_writer *writer)
{
    json_raw(writer, SPAN("null"));
}

void json_raw(struct json_writer *writer, struct span json)
{
    separate(writer);
    buffer_append_span(writer->out, json);
}

void json_member_texts(struct json_writer *writer, const char *name, const struct span *values, size_t count)
{
    json_name(writer, name);
    json_array_begin(writer);
    for (size_t i = 0; i < count; i++) json_text(writer, values[i]);
    json_array_end(writer);
}
