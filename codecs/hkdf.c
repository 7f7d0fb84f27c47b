#include "codecs/hkdf.h"

#include "codecs/digest.h"

#include <openssl/crypto.h>

/* T(n) = HMAC(PRK, T(n-1) | info | n), section 2.3. */
static void expand(const struct hmac_key *key, struct span info, uint8_t *out, size_t size)
{
    uint8_t block[SHA256_SIZE], message[SHA256_SIZE + HKDF_INFO_MAX + 1];
    size_t before = 0;
    for (uint8_t counter = 1; size > 0; counter++) {
        if (before > 0) memcpy(message, block, before);
        if (info.size > 0) memcpy(message + before, info.data, info.size);
        message[before + info.size] = counter;
        struct span part = {(const char *)message, before + info.size + 1};
        hmac_sha256(key, &part, 1, block);
        before = SHA256_SIZE;
        size_t used = size < SHA256_SIZE ? size : SHA256_SIZE;
        memcpy(out, block, used);
        out += used;
        size -= used;
    }
    OPENSSL_cleanse(block, sizeof block);
    OPENSSL_cleanse(message, sizeof message);
}

bool hkdf_sha256(struct span secret, struct span salt, struct span info, uint8_t *out, size_t size)
{
    static const uint8_t no_salt[SHA256_SIZE];
    struct hmac_key key;
    uint8_t prk[SHA256_SIZE];
    if (size > HKDF_SIZE_MAX || info.size > HKDF_INFO_MAX) return false;
    if (salt.size == 0) salt = (struct span){(const char *)no_salt, sizeof no_salt};
    hmac_key_init(&key, salt.data, salt.size);
    hmac_sha256(&key, &secret, 1, prk);
    hmac_key_init(&key, prk, sizeof prk);
    expand(&key, info, out, size);
    OPENSSL_cleanse(prk, sizeof prk);
    OPENSSL_cleanse(&key, sizeof key);
    return true;
}
