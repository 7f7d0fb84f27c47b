/* uuid.h - RFC 9562 UUIDs: made from digests and clocks, written as text. */
#ifndef HEADGATE_CODECS_UUID_H
#define HEADGATE_CODECS_UUID_H

#include <stdint.h>

enum { UUID_TEXT = 36 };

/* 36 characters, lower case, no NUL. */
void uuid_format(const uint8_t uuid[16], char out[UUID_TEXT]);

/* UUIDv8 (section 5.8) from 16 bytes of a digest: version and variant bits are set over them. */
void uuid_v8(const uint8_t digest[16], char out[UUID_TEXT]);

/* UUIDv7 (section 5.7) from Unix milliseconds (the low 48 bits) and 10 random bytes, six of whose bits give way to version and
 * variant. */
void uuid_v7(uint64_t unix_ms, const uint8_t random[10], char out[UUID_TEXT]);

#endif
