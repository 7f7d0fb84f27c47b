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

static inline char *avro_write_bytes(char *to, struct span bytes)
{
    to = avro_write_long(to, (int64_t)bytes.size);
    if (bytes.size > 0) memcpy(to, bytes.data, bytes.size);
    return to + bytes.size;
}

static inline char *avro_write_bool(char *to, bool value)
{
    *to = value ? 1 : 0;
    return to + 1;
}

char *avro_write_float(char *to, float value);
char *avro_write_double(char *to, double value);

/* decimal logical type over bytes: two's complement, big endian, the fewest bytes, with its length; at most AVRO_DECIMAL_MAX + 1.
 */
char *avro_write_decimal(char *to, int128 unscaled);

/* Confluent wire format: 0x00 and the schema id, big endian. */
char *avro_write_confluent(char *to, uint32_t schema_id);

/* Single-object encoding: C3 01 and the CRC-64-AVRO fingerprint, little endian. */
char *avro_write_single_object(char *to, uint64_t fingerprint);

/* Reading, for tail and the tests: each takes *at, moves it, and is false at malformed or missing bytes. */
bool avro_read_long(const char **at, const char *end, int64_t *out) MUST_CHECK;
bool avro_read_bytes(const char **at, const char *end, struct span *out) MUST_CHECK;

#endif
