#include "codecs/avro.h"

char *avro_write_float(char *to, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (unsigned shift = 0; shift < 32; shift += 8) *to++ = (char)(bits >> shift);
    return to;
}

/* A byte may go when the rest still has its sign: what was cut is nothing but copies of the sign bit below it. */
char *avro_write_decimal(char *to, int128 unscaled)
{
    unsigned size = 1;
    for (int128 rest = unscaled; rest < -128 || rest > 127; rest >>= 8) size++;
    to = avro_write_long(to, size);
    uint128 bits = (uint128)unscaled;
    for (unsigned i = size; i-- > 0;) *to++ = (char)(bits >> (8 * i));
    return to;
}

char *avro_write_confluent(char *to, uint32_t schema_id)
{
    *to++ = 0;
    for (int shift = 24; shift >= 0; shift -= 8) *to++ = (char)(schema_id >> shift);
    return to;
}

char *avro_write_single_object(char *to, uint64_t fingerprint)
{
    *to++ = (char)0xC3;
    *to++ = 0x01;
    for (unsigned shift = 0; shift < 64; shift += 8) *to++ = (char)(fingerprint >> shift);
    return to;
}

/* The tenth byte holds one bit: more would not fit 64. */
bool avro_read_long(const char **at, const char *end, int64_t *out)
{
    uint64_t zigzag = 0;
    for (unsigned i = 0; i < AVRO_LONG_MAX && *at + i < end; i++) {
        uint64_t byte = (unsigned char)(*at)[i];
        if (i == AVRO_LONG_MAX - 1 && byte > 1) return false;
        zigzag |= (byte & 0x7F) << (7 * i);
        if (byte >= 0x80) continue;
        *at += i + 1;
        *out = (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
        return true;
    }
    return false;
}

bool avro_read_bytes(const char **at, const char *end, struct span *out)
{
    const char *cursor = *at;
    int64_t size;
    if (!avro_read_long(&cursor, end, &size) || size < 0 || size > end - cursor) return false;
    *out = (struct span){cursor, (size_t)size};
    *at = cursor + size;
    return true;
}
