#include "contracts/keyring_parts.h"

#include "codecs/base64.h"
#include "codecs/hkdf.h"

#include <openssl/crypto.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- making */

void keyring_finish(struct keyring *keyring)
{
    const char *purpose = keyring->use != NULL ? "reading" : "encryption";
    struct hmac_key key;
    struct span parts[2 * SECRETS_MAX];
    uint8_t digest[SHA256_SIZE];
    for (size_t i = 0; i < keyring->count; i++) {
        const struct secret *secret = &keyring->secrets[i];
        keyring->rows[i] = (struct key_row){span_of(secret->id), i == 0 ? "pseudonym" : purpose, secret->created};
        parts[2 * i] = span_of(secret->id);
        parts[2 * i + 1] = (struct span){(const char *)secret->bytes, SECRET_SIZE};
    }
    hmac_key_init(&key, "fingerprint", sizeof "fingerprint" - 1);
    hmac_sha256(&key, parts, 2 * keyring->count, digest);
    hex_encode(digest, sizeof digest, keyring->fingerprint);
}

/* All of it follows from the root. */
static struct keyring *create(const uint8_t root[32], const char *id)
{
    struct keyring *keyring = calloc(1, sizeof *keyring);
    if (keyring == NULL) return NULL;
    memcpy(keyring->secrets[0].bytes, root, SECRET_SIZE);
    struct span secret = {(const char *)root, SECRET_SIZE};
    if (!hkdf_sha256(secret, (struct span){NULL, 0}, SPAN("encryption"), keyring->secrets[1].bytes, SECRET_SIZE)) abort();
    for (keyring->count = 0; keyring->count < 2; keyring->count++)
        memcpy(keyring->secrets[keyring->count].id, id, strlen(id) + 1);
    keyring_finish(keyring);
    return keyring;
}

struct keyring *keyring_create_fixed(const uint8_t root[32])
{
    return create(root, "fixed");
}

struct keyring *keyring_create_passing(void)
{
    uint8_t root[SECRET_SIZE];
    if (!random_bytes(root, sizeof root)) return NULL;
    struct keyring *keyring = create(root, "passing");
    OPENSSL_cleanse(root, sizeof root);
    return keyring;
}

void keyring_destroy(struct keyring *keyring)
{
    if (keyring == NULL) return;
    free(keyring->use);
    OPENSSL_cleanse(keyring, sizeof *keyring);
    free(keyring);
}

/* ---------------------------------------------------------------- using */

size_t keyring_rows(const struct keyring *keyring, const struct key_row **rows)
{
    size_t skipped = keyring->use != NULL ? 1 : 0;
    *rows = keyring->rows + skipped;
    return keyring->count - skipped;
}

struct span keyring_reader_of(const struct keyring *keyring)
{
    return span_of(keyring->use);
}

/* HKDF of the secret with info kind U+001F name. The name is hashed when it is longer than HKDF takes: never cut, two names never
 * share a key. */
static void derive(const struct secret *secret, const char *kind, struct span name, uint8_t out[SECRET_SIZE])
{
    uint8_t info[HKDF_INFO_MAX], digest[SHA256_SIZE];
    size_t size = strlen(kind);
    if (name.size > sizeof info - size - 1) {
        sha256(name, digest);
        name = (struct span){(const char *)digest, sizeof digest};
    }
    memcpy(info, kind, size);
    info[size++] = 0x1F;
    if (name.size > 0) memcpy(info + size, name.data, name.size);
    struct span root = {(const char *)secret->bytes, SECRET_SIZE};
    bool fine = hkdf_sha256(root, (struct span){NULL, 0}, (struct span){(const char *)info, size + name.size}, out, SECRET_SIZE);
    if (!fine) abort(); /* info was bounded above */
}

static void derive_hmac(const struct keyring *keyring, const char *kind, struct span name, struct hmac_key *out)
{
    uint8_t key[SECRET_SIZE];
    derive(&keyring->secrets[0], kind, name, key);
    hmac_key_init(out, key, sizeof key);
    OPENSSL_cleanse(key, sizeof key);
}

void keyring_use_key(const struct keyring *keyring, struct span use_id, struct hmac_key *out)
{
    derive_hmac(keyring, "use", use_id, out);
}

void keyring_domain_key(const struct keyring *keyring, struct span domain, struct hmac_key *out)
{
    derive_hmac(keyring, "domain", domain, out);
}

static void field_key(const struct keyring *keyring, const struct secret *secret, struct span use_id, struct ciphertext_key *out)
{
    memcpy(out->id, secret->id, sizeof out->id);
    if (keyring->use != NULL)
        memcpy(out->secret, secret->bytes, SECRET_SIZE);
    else
        derive(secret, "encrypt", use_id, out->secret);
}

bool keyring_field_key(const struct keyring *keyring, struct span use_id, struct ciphertext_key *out)
{
    if (keyring->use != NULL || keyring->count < 2) return false;
    field_key(keyring, &keyring->secrets[1], use_id, out);
    return true;
}

enum key_search keyring_find_field_key(const struct keyring *keyring, struct span use_id, struct span key_id,
                                       struct ciphertext_key *out)
{
    if (keyring->use != NULL && !span_is(use_id, keyring->use)) return KEY_OF_ANOTHER_USE;
    for (size_t i = 1; i < keyring->count; i++) {
        if (!span_is(key_id, keyring->secrets[i].id)) continue;
        field_key(keyring, &keyring->secrets[i], use_id, out);
        return KEY_FOUND;
    }
    return KEY_UNKNOWN;
}

struct span keyring_fingerprint(const struct keyring *keyring)
{
    return (struct span){keyring->fingerprint, FINGERPRINT};
}
