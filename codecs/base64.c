#include "codecs/base64.h"

/* ---------------------------------------------------------------- base 64 */

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Characters without padding. */
static char *encode(const char alphabet[64], const uint8_t *in, size_t size, char *out)
{
    for (; size >= 3; in += 3, size -= 3, out += 4) {
        uint32_t group = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        out[0] = alphabet[group >> 18];
        out[1] = alphabet[group >> 12 & 63];
        out[2] = alphabet[group >> 6 & 63];
        out[3] = alphabet[group & 63];
    }
    if (size == 0) return out;
    uint32_t group = (uint32_t)in[0] << 16 | (size == 2 ? (uint32_t)in[1] << 8 : 0);
    for (int shift = 18; shift >= (size == 2 ? 6 : 12); shift -= 6) *out++ = alphabet[group >> shift & 63];
    return out;
}

size_t base64_encode(const void *bytes, size_t size, char *out)
{
    char *end = encode(standard, bytes, size, out);
    while ((end - out) % 4 != 0) *end++ = '=';
    return (size_t)(end - out);
}

size_t base64url_encode(const void *bytes, size_t size, char *out)
{
    return (size_t)(encode(url, bytes, size, out) - out);
}

/* The six bits of a character, with the alphabet's last two as given; a value above 63 for any other. */
static inline uint32_t six_bits(char character, char plus, char slash)
{
    if (character >= 'A' && character <= 'Z') return (uint32_t)(character - 'A');
    if (character >= 'a' && character <= 'z') return (uint32_t)(character - 'a' + 26);
    if (character >= '0' && character <= '9') return (uint32_t)(character - '0' + 52);
    if (character == plus) return 62;
    return character == slash ? 63 : 64;
}

/* Text without padding. A last group of two or three characters gives one or two bytes and must end in zero bits. */
static bool decode(const char last[2], struct span text, char *out, size_t *size)
{
    size_t written = 0;
    for (size_t at = 0; at < text.size; at += 4) {
        size_t count = text.size - at < 4 ? text.size - at : 4;
        uint32_t group = 0, bad = count == 1;
        for (size_t i = 0; i < count; i++) {
            uint32_t bits = six_bits(text.data[at + i], last[0], last[1]);
            bad |= bits >> 6;
            group |= (bits & 63) << (18 - 6 * i);
        }
        size_t bytes = count - 1;
        if (bad != 0 || (group & (0xFFFFFF >> (8 * bytes))) != 0) return false;
        for (size_t i = 0; out != NULL && i < bytes; i++) out[written + i] = (char)(group >> (16 - 8 * i));
        written += bytes;
    }
    *size = written;
    return true;
}

bool base64_decode(struct span text, char *out, size_t *size)
{
    if (text.size % 4 != 0) return false;
    for (int i = 0; i < 2 && text.size > 0 && text.data[text.size - 1] == '='; i++) text.size--;
    return decode(standard + 62, text, out, size);
}

bool base64url_decode(struct span text, char *out, size_t *size)
{
    return decode(url + 62, text, out, size);
}

/* ---------------------------------------------------------------- base 16 */

size_t hex_encode(const void *bytes, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *in = bytes;
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    return 2 * size;
}

static inline unsigned four_bits(char character)
{
    if (character >= '0' && character <= '9') return (unsigned)(character - '0');
    char lower = (char)(character | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a' + 10) : 16;
}

bool hex_decode(struct span text, uint8_t *out)
{
    if (text.size % 2 != 0) return false;
    for (size_t i = 0; i < text.size / 2; i++) {
        unsigned high = four_bits(text.data[2 * i]), low = four_bits(text.data[2 * i + 1]);
        if (high > 15 || low > 15) return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
