#define OPENSSL_SUPPRESS_DEPRECATED /* EVP allocates per message and cannot copy a state in place: ten times the cost */
#include "codecs/digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

enum { BLOCK = SHA256_CBLOCK };

struct states {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

_Static_assert(sizeof(struct states) <= sizeof((struct hmac_key *)0)->states, "hmac_key holds two SHA-256 states");
_Static_assert(_Alignof(struct states) <= 16, "hmac_key is aligned for a SHA-256 state");
_Static_assert(SHA256_SIZE == SHA256_DIGEST_LENGTH, "SHA-256 has 32 bytes");

void sha256(struct span bytes, uint8_t out[SHA256_SIZE])
{
    SHA256_CTX state;
    SHA256_Init(&state);
    if (bytes.size > 0) SHA256_Update(&state, bytes.data, bytes.size);
    SHA256_Final(out, &state);
}

/* ---------------------------------------------------------------- RFC 2104 */

static void start(SHA256_CTX *state, const uint8_t block[BLOCK], uint8_t pad)
{
    uint8_t padded[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) padded[i] = block[i] ^ pad;
    SHA256_Init(state);
    SHA256_Update(state, padded, BLOCK);
    OPENSSL_cleanse(padded, sizeof padded);
}

void hmac_key_init(struct hmac_key *key, const void *secret, size_t size)
{
    uint8_t block[BLOCK] = {0};
    struct states states;
    if (size > BLOCK) {
        sha256((struct span){secret, size}, block);
    } else if (size > 0) {
        memcpy(block, secret, size);
    }
    start(&states.inner, block, 0x36);
    start(&states.outer, block, 0x5C);
    memset(key, 0, sizeof *key);
    memcpy(key->states, &states, sizeof states);
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(&states, sizeof states);
}

void hmac_sha256(const struct hmac_key *key, const struct span *parts, size_t count, uint8_t out[SHA256_SIZE])
{
    struct states states;
    memcpy(&states, key->states, sizeof states);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) SHA256_Update(&states.inner, "\x1F", 1);
        if (parts[i].size > 0) SHA256_Update(&states.inner, parts[i].data, parts[i].size);
    }
    uint8_t digest[SHA256_SIZE];
    SHA256_Final(digest, &states.inner);
    SHA256_Update(&states.outer, digest, sizeof digest);
    SHA256_Final(out, &states.outer);
}

/* ---------------------------------------------------------------- checksums */

#define CRC64_EMPTY UINT64_C(0xC15D213AA4D7A795)

/* Bit by bit: it runs over schema texts, when contracts are loaded. */
uint64_t crc64_avro(struct span bytes)
{
    uint64_t crc = CRC64_EMPTY;
    for (size_t i = 0; i < bytes.size; i++) {
        crc ^= (uint8_t)bytes.data[i];
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (CRC64_EMPTY & -(crc & 1));
    }
    return crc;
}

/* ---------------------------------------------------------------- secrets */

/* From the kernel: RAND_bytes() would bring nearly 2 MiB of libcrypto into memory for a start-up that wants a few bytes. */
bool random_bytes(void *out, size_t size)
{
    char *to = out;
    while (size > 0) {
        ssize_t got = getrandom(to, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        to += got;
        size -= (size_t)got;
    }
    return true;
}

bool secret_equal(const void *a, const void *b, size_t size)
{
    return size == 0 || CRYPTO_memcmp(a, b, size) == 0;
}
