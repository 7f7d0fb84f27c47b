/* digest.h - SHA-256, HMAC-SHA-256 with saved states, CRC-64-AVRO, CRC-32C.
 *
 * A keyed hash keeps the two SHA-256 states of its key (inner and outer), so one message costs two block runs and no key
 * set-up. A prepared key is read-only and shared by threads. */
#ifndef HEADGATE_CODECS_DIGEST_H
#define HEADGATE_CODECS_DIGEST_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum { SHA256_SIZE = 32, HMAC_TEXT = 43 };

/* FIPS 180-4. Cannot fail. */
void sha256(struct span bytes, uint8_t out[SHA256_SIZE]);

/* RFC 2104 HMAC-SHA-256 key, prepared: opaque room for the two states. */
struct hmac_key {
    uint8_t states[256] __attribute__((aligned(16)));
};

/* Of a secret of any size (RFC 2104 section 2). The secret is not kept; the states are as secret as it is. */
void hmac_key_init(struct hmac_key *key, const void *secret, size_t size);

/* HMAC over the parts joined by `U+001F` (one byte 0x1F between two parts, none at the ends). */
void hmac_sha256(const struct hmac_key *key, const struct span *parts, size_t count, uint8_t out[SHA256_SIZE]);

/* CRC-64-AVRO (Avro specification, Schema Fingerprints), for texts read at load time. */
uint64_t crc64_avro(struct span bytes);

/* Cryptographically random bytes; false when the system has none. */
bool random_bytes(void *out, size_t size) MUST_CHECK;

/* Comparison in constant time, for secrets. */
bool secret_equal(const void *a, const void *b, size_t size) MUST_CHECK;

#endif
