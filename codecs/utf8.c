#include "codecs/utf8.h"

#include "codecs/utf8_simd.h"

#include <stdint.h>

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* What may follow a lead byte: RFC 3629 section 4. The second byte's range excludes overlong forms, surrogates and what
 * lies above U+10FFFF. */
struct lead {
    unsigned size;
    unsigned char second_low, second_high;
};

static struct lead lead_of(unsigned char byte)
{
    if (byte < 0x80) return (struct lead){1, 0, 0};
    if (byte < 0xC2) return (struct lead){0, 0, 0};
    if (byte < 0xE0) return (struct lead){2, 0x80, 0xBF};
    if (byte < 0xF0) return (struct lead){3, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    if (byte < 0xF5) return (struct lead){4, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
    return (struct lead){0, 0, 0};
}

/* The size of the sequence at `at`, 0 when it is ill-formed or ends early; *truncated tells the second. */
static size_t sequence(const char *at, size_t left, bool *truncated)
{
    struct lead lead = lead_of((unsigned char)*at);
    *truncated = false;
    for (unsigned i = 1; i < lead.size; i++) {
        if (i == left) {
            *truncated = true;
            return 0;
        }
        unsigned char byte = (unsigned char)at[i], low = i == 1 ? lead.second_low : 0x80, high = i == 1 ? lead.second_high : 0xBF;
        if (byte < low || byte > high) return 0;
    }
    return lead.size;
}

static size_t skip_ascii(struct span text, size_t at)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    for (uint64_t word; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & high) != 0) break;
    }
    while (at < text.size && (unsigned char)text.data[at] < 0x80) at++;
    return at;
}

size_t utf8_valid_prefix(struct span text, bool *truncated)
{
    bool early = false;
    size_t at = skip_ascii(text, 0);
    while (at < text.size) {
        size_t size = sequence(text.data + at, text.size - at, &early);
        if (size == 0) break;
        at += size;
        if (at < text.size && (unsigned char)text.data[at] < 0x80) at = skip_ascii(text, at);
    }
    if (truncated != NULL) *truncated = early;
    return at;
}

bool utf8_valid_portable(struct span text)
{
    return utf8_valid_prefix(text, NULL) == text.size;
}

bool utf8_valid(struct span text)
{
    return utf8_simd_usable() ? utf8_simd_valid(text) : utf8_valid_portable(text);
}

size_t utf8_length(struct span text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t continuations = 0, at = 0;
    for (uint64_t word; at + sizeof word <= text.size; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        continuations += (size_t)__builtin_popcountll(word >> 7 & ~word >> 6 & ones);
    }
    for (; at < text.size; at++) continuations += is_continuation(text.data[at]);
    return text.size - continuations;
}

struct span utf8_prefix(struct span text, size_t count)
{
    size_t at = 0;
    while (at < text.size && (count > 0 || is_continuation(text.data[at]))) {
        if (!is_continuation(text.data[at])) count--;
        at++;
    }
    return (struct span){text.data, at};
}

struct span utf8_suffix(struct span text, size_t count)
{
    size_t at = text.size;
    while (at > 0 && count > 0) {
        at--;
        if (!is_continuation(text.data[at])) count--;
    }
    if (text.size == 0) return text;
    return (struct span){text.data + at, text.size - at};
}

size_t utf8_encode(unsigned code_point, char *out)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = {[2] = 0xC0, [3] = 0xE0, [4] = 0xF0};
    for (size_t i = size - 1; i > 0; i--, code_point >>= 6) out[i] = (char)(0x80 | (code_point & 0x3F));
    out[0] = (char)(marks[size] | code_point);
    return size;
}

/* Of three bytes, by the last two: U+2028 to U+202E, U+2066 to U+2069. */
static bool steers(unsigned char second, unsigned char third)
{
    return (second == 0x80 && third >= 0xA8 && third <= 0xAE) || (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

size_t utf8_control(struct span text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    if (text.size == 0) return 0;
    if (bytes[0] < 0x80) return bytes[0] < ' ' || bytes[0] == 0x7F ? 1 : 0;
    if (text.size > 1 && bytes[0] == 0xC2) return bytes[1] >= 0x80 && bytes[1] < 0xA0 ? 2 : 0;
    return text.size > 2 && bytes[0] == 0xE2 && steers(bytes[1], bytes[2]) ? 3 : 0;
}
