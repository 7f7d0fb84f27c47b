#include "gateway/http/chunked.h"

/*      SIZE -> [EXTENSION] -> SIZE_LF -> DATA -> DATA_CR -> DATA_LF -> SIZE ...
 *                                |
 *                                +- size 0 -> TRAILER -> [TRAILER_NAME -> TRAILER_VALUE -> TRAILER_LF -> TRAILER ...] -> LAST_LF
 * -> done */
enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, LAST_LF };

enum { SIZE_DIGITS_MAX = 15 }; /* leading zeros among them: what needs more is no honest chunk */

static int hex_value(char byte)
{
    if (byte >= '0' && byte <= '9') return byte - '0';
    if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
    return -1;
}

static enum chunked_status size_byte(struct chunked *chunked, char byte)
{
    int value = hex_value(byte);
    if (value >= 0) {
        chunked->left = chunked->left * 16 + (uint64_t)value;
        return ++chunked->digits > SIZE_DIGITS_MAX ? CHUNKED_BROKEN : CHUNKED_MORE;
    }
    if (chunked->digits == 0 || (byte != '\r' && byte != ';')) return CHUNKED_BROKEN;
    chunked->state = byte == '\r' ? SIZE_LF : EXTENSION;
    return CHUNKED_MORE;
}

/* A byte of an extension or a trailer, neither of which is looked into; `next` follows at CR. */
static enum chunked_status ignored_byte(struct chunked *chunked, char byte, uint8_t next)
{
    if (byte == '\r') {
        chunked->state = next;
        return CHUNKED_MORE;
    }
    bool control = ((unsigned char)byte < ' ' && byte != '\t') || byte == 0x7f;
    return control || ++chunked->extras > CHUNKED_EXTRAS_MAX ? CHUNKED_BROKEN : CHUNKED_MORE;
}

static enum chunked_status expect(struct chunked *chunked, char byte, char expected, uint8_t next)
{
    chunked->state = next;
    return byte == expected ? CHUNKED_MORE : CHUNKED_BROKEN;
}

static enum chunked_status size_end(struct chunked *chunked, char byte, size_t room)
{
    if (byte != '\n') return CHUNKED_BROKEN;
    chunked->state = chunked->left > 0 ? DATA : TRAILER;
    return chunked->left > room ? CHUNKED_TOO_LARGE : CHUNKED_MORE;
}

/* Trailers are ignored, but must be `name: value`: else a chunk whose size was damaged to 0 would pass for one of them. */
static enum chunked_status trailer_name_byte(struct chunked *chunked, char byte)
{
    bool word = hex_value(byte) >= 0 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!word && byte != ':' && (byte == '\0' || strchr("!#$%&'*+-.^_`|~", byte) == NULL)) return CHUNKED_BROKEN;
    chunked->state = byte == ':' ? TRAILER_VALUE : TRAILER_NAME;
    return ++chunked->extras > CHUNKED_EXTRAS_MAX ? CHUNKED_BROKEN : CHUNKED_MORE;
}

static enum chunked_status trailer_byte(struct chunked *chunked, char byte)
{
    if (byte == '\r') return expect(chunked, byte, '\r', LAST_LF);
    return byte == ':' ? CHUNKED_BROKEN : trailer_name_byte(chunked, byte);
}

static enum chunked_status last_byte(char byte)
{
    return byte == '\n' ? CHUNKED_DONE : CHUNKED_BROKEN;
}

static enum chunked_status framing_byte(struct chunked *chunked, char byte, size_t room)
{
    switch (chunked->state) {
    case SIZE: return size_byte(chunked, byte);
    case EXTENSION: return ignored_byte(chunked, byte, SIZE_LF);
    case SIZE_LF: return size_end(chunked, byte, room);
    case DATA_CR: return expect(chunked, byte, '\r', DATA_LF);
    case DATA_LF: chunked->digits = 0; return expect(chunked, byte, '\n', SIZE);
    case TRAILER: return trailer_byte(chunked, byte);
    case TRAILER_NAME: return trailer_name_byte(chunked, byte);
    case TRAILER_VALUE: return ignored_byte(chunked, byte, TRAILER_LF);
    case TRAILER_LF: return expect(chunked, byte, '\n', TRAILER);
    default: return last_byte(byte);
    }
}

enum chunked_status chunked_feed(struct chunked *chunked, struct span in, size_t limit, struct buffer *body, size_t *used)
{
    enum chunked_status status = CHUNKED_MORE;
    size_t at = 0;
    while (at < in.size && status == CHUNKED_MORE) {
        if (chunked->state != DATA) {
            status = framing_byte(chunked, in.data[at++], limit - body->size);
            continue;
        }
        size_t piece = in.size - at < chunked->left ? in.size - at : (size_t)chunked->left;
        buffer_append(body, in.data + at, piece);
        if (!buffer_ok(body)) status = CHUNKED_NO_MEMORY;
        at += piece;
        chunked->left -= piece;
        if (chunked->left == 0) chunked->state = DATA_CR;
    }
    *used = at;
    return status;
}
