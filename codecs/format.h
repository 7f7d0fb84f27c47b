/* format.h - the string formats that are enforced, one function each; every one takes well-formed UTF-8. */
#ifndef HEADGATE_CODECS_FORMAT_H
#define HEADGATE_CODECS_FORMAT_H

#include "codecs/arena.h"
#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

bool format_uuid(struct span text) MUST_CHECK;     /* RFC 9562, 8-4-4-4-12 hex, any case, no braces, no urn: */
bool format_ipv4(struct span text) MUST_CHECK;     /* dotted quad, no leading zeros */
bool format_ipv6(struct span text) MUST_CHECK;     /* RFC 4291 section 2.2, no zone */
bool format_hostname(struct span text) MUST_CHECK; /* RFC 1123, ASCII, labels to 63, at most 253 */
bool format_uri(struct span text) MUST_CHECK;      /* RFC 3986 URI with a scheme */
bool format_email(struct span text)
    MUST_CHECK; /* RFC 5321 mailbox, ASCII local part without comments, domain or address literal */
bool format_base64(struct span text) MUST_CHECK; /* RFC 4648 section 4, padded */

/* Bytes of IPv4 (4) or IPv6 (16, :: and embedded quads resolved) into out[16]; the count, 0 when neither. */
size_t ip_parse(struct span text, uint8_t out[16]);

/* Canonical text (RFC 5952 for v6) of 4 or 16 bytes; `out` has room for 46. Returns the length. */
size_t ip_format(const uint8_t *address, size_t size, char *out);

/* RFC 4648: decoded size is at most size / 4 * 3. base64_decode: standard alphabet, padded; false when malformed. */
bool base64_decode(struct span text, char *out, size_t *size) MUST_CHECK;
/* base64url without padding (section 5); returns characters written, ceil(size * 4 / 3). */
size_t base64url_encode(const void *bytes, size_t size, char *out);
bool base64url_decode(struct span text, char *out, size_t *size) MUST_CHECK;
size_t base64_encode(const void *bytes, size_t size, char *out);

/* Lower-case hex of bytes; 2 * size characters. */
size_t hex_encode(const void *bytes, size_t size, char *out);
bool hex_decode(struct span text, uint8_t *out) MUST_CHECK;

enum { UUID_TEXT = 36 };
/* 36 characters, lower case, no NUL. */
void uuid_format(const uint8_t uuid[16], char out[UUID_TEXT]);
/* RFC 9562 UUIDv8 from 16 bytes of a digest: version and variant bits are set over them. */
void uuid_v8(const uint8_t digest[16], char out[UUID_TEXT]);
/* RFC 9562 UUIDv7 from Unix milliseconds and 10 random bytes. */
void uuid_v7(uint64_t unix_ms, const uint8_t random[10], char out[UUID_TEXT]);

#endif
