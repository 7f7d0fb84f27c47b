/* avro.h - Avro binary encoding (Apache Avro specification 1.11, "Binary Encoding"), written into claimed room.
 *
 * Writers take a pointer into room that the caller has bounded and return the pointer behind what they wrote; they check
 * nothing. The bounds: a long takes at most AVRO_LONG_MAX bytes, a string AVRO_LONG_MAX + size. Inline, for the hot path. */
#ifndef HEADGATE_CODECS_AVRO_H
#define HEADGATE_CODECS_AVRO_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum { AVRO_LONG_MAX = 10, AVRO_DECIMAL_MAX = 17, CONFLUENT_FRAME = 5, SINGLE_OBJECT_FRAME = 10 };

static inline char *avro_write_long(char *to, int64_t value)
{
    uint64_t zigzag = ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
    while (zigzag >= 0x80) {
        *to++ = (char)(zigzag | 0x80);
        zigzag >>= 7;
    }
    *to++ = (char)zigzag;
    return to;
}

/* Copies a text: most are short, and head and tail may overlap, so no byte beyond either is touched. */
static inline void avro_copy(char *to, const char *from, size_t size)
{
    if (size >= 8 && size <= 32) {
        uint64_t head, tail;
        if (size > 16) {
            uint64_t second, third;
            memcpy(&second, from + 8, 8);
            memcpy(&third, from + size - 16, 8);
            memcpy(to + 8, &second, 8);
            memcpy(to + size - 16, &third, 8);
        }
        memcpy(&head, from, 8);
        memcpy(&tail, from + size - 8, 8);
        memcpy(to, &head, 8);
        memcpy(to + size - 8, &tail, 8);
    } else if (size >= 4 && size < 8) {
        uint32_t head, tail;
        memcpy(&head, from, 4);
        memcpy(&tail, from + size - 4, 4);
        memcpy(to, &head, 4);
        memcpy(to + size - 4, &tail, 4);
    } else if (size > 32) {
        memcpy(to, from, size);
    } else if (size > 0) {
        to[0] = from[0];
        to[size / 2] = from[size / 2];
        to[size - 1] = from[size - 1];
    }
}

static inline char *avro_write_bytes(char *to, struct span bytes)
{
    to = avro_write_long(to, (int64_t)bytes.size);
    avro_copy(to, bytes.data, bytes.size);
    return to + bytes.size;
}

/* The same where AVRO_SLACK bytes behind the text can be read and behind its place be written over. */
enum { AVRO_SLACK = 32 };
static inline char *avro_write_padded(char *to, struct span bytes)
{
    if (UNLIKELY(bytes.size > AVRO_SLACK)) return avro_write_bytes(to, bytes);
    *to++ = (char)(2 * bytes.size);
    memcpy(to, bytes.data, AVRO_SLACK);
    return to + bytes.size;
}

static inline char *avro_write_bool(char *to, bool value)
{
    *to = value ? 1 : 0;
    return to + 1;
}

/* Eight bytes, little endian. */
static inline char *avro_write_word(char *to, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(to, &word, sizeof word);
    return to + sizeof word;
}

/* Four bytes, IEEE 754 single, little endian (Avro 1.12, Binary Encoding); gives the place behind them. */
char *avro_write_float(char *to, float value);

static inline char *avro_write_double(char *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return avro_write_word(to, bits);
}

/* decimal logical type over bytes: two's complement, big endian, the fewest bytes, with its length; at most AVRO_DECIMAL_MAX + 1.
 */
char *avro_write_decimal(char *to, int128 unscaled);

/* The same for 64 bits. Eight bytes behind the length are written over, whatever the size. */
static inline char *avro_write_decimal_small(char *to, int64_t unscaled)
{
    unsigned size = (64 - (unsigned)__builtin_clrsbll(unscaled) + 7) / 8;
    uint64_t bits = (uint64_t)unscaled << (64 - 8 * size);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    *to++ = (char)(size * 2);
    memcpy(to, &bits, sizeof bits);
    return to + size;
}

/* Confluent wire format: 0x00 and the schema id, big endian. */
char *avro_write_confluent(char *to, uint32_t schema_id);

/* Single-object encoding: C3 01 and the CRC-64-AVRO fingerprint, little endian. */
char *avro_write_single_object(char *to, uint64_t fingerprint);

/* Reading, for tail and the tests: each takes *at, moves it, and is false at malformed or missing bytes. */
bool avro_read_long(const char **at, const char *end, int64_t *out) MUST_CHECK;
bool avro_read_bytes(const char **at, const char *end, struct span *out) MUST_CHECK;

#endif
