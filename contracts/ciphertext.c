#include "contracts/ciphertext.h"

#include "codecs/digest.h"
#include "codecs/hkdf.h"

#include <openssl/crypto.h>
#include <stdlib.h>

enum { VERSION = 1, BLOCK = 16, HEAD_MAX = 2 + CIPHERTEXT_ID_MAX + CIPHERTEXT_SALT };

#define PAD '\x80'

struct ciphertext_writer {
    struct sealer *sealer;
    struct random_pool *pool;
    struct ciphertext_key key;
    char head[HEAD_MAX]; /* version to salt */
    size_t head_size;
    uint32_t renew;
    uint32_t left; /* fields until then */
};

struct span ciphertext_bound(struct arena *arena, struct span contract, struct span path)
{
    return arena_printf(arena, "%.*s\x1F%.*s", SPAN_ARGS(contract), SPAN_ARGS(path));
}

static bool derive(const uint8_t secret[SEAL_KEY], struct span salt, uint8_t out[SEAL_KEY])
{
    struct span use_key = {(const char *)secret, SEAL_KEY};
    return hkdf_sha256(use_key, salt, SPAN("headgate field 1"), out, SEAL_KEY);
}

/* ---------------------------------------------------------------- writing */

/* Zeros are a salt, too: for writers without a pool. */
static bool renew(struct ciphertext_writer *writer)
{
    uint8_t key[SEAL_KEY];
    char *salt = writer->head + writer->head_size - CIPHERTEXT_SALT;
    if (writer->pool != NULL && !random_pool_take(writer->pool, salt, CIPHERTEXT_SALT)) return false;
    bool fine = derive(writer->key.secret, (struct span){salt, CIPHERTEXT_SALT}, key) && sealer_set_key(writer->sealer, key);
    OPENSSL_cleanse(key, sizeof key);
    if (fine) writer->left = writer->renew;
    return fine;
}

struct ciphertext_writer *ciphertext_writer_create(const struct ciphertext_key *key, struct random_pool *pool,
                                                   uint32_t renew_after)
{
    struct ciphertext_writer *writer = calloc(1, sizeof *writer);
    size_t id_size = strlen(key->id);
    if (writer == NULL) return NULL;
    writer->pool = pool;
    writer->key = *key;
    writer->renew = renew_after;
    writer->head[0] = VERSION;
    writer->head[1] = (char)id_size;
    memcpy(writer->head + 2, key->id, id_size);
    writer->head_size = 2 + id_size + CIPHERTEXT_SALT;
    writer->sealer = sealer_create();
    if (writer->sealer != NULL) return writer;
    ciphertext_writer_destroy(writer);
    return NULL;
}

void ciphertext_writer_destroy(struct ciphertext_writer *writer)
{
    if (writer == NULL) return;
    sealer_destroy(writer->sealer);
    OPENSSL_cleanse(writer, sizeof *writer);
    free(writer);
}

/* Without a pool the nonce follows from what is sealed, so that another text never gets the same one. */
static bool choose_nonce(struct ciphertext_writer *writer, struct span bound, struct span text, char out[SEAL_NONCE])
{
    struct hmac_key key;
    uint8_t digest[SHA256_SIZE];
    if (writer->pool != NULL) return random_pool_take(writer->pool, out, SEAL_NONCE);
    hmac_key_init(&key, writer->key.secret, sizeof writer->key.secret);
    hmac_sha256(&key, (struct span[]){bound, text}, 2, digest);
    memcpy(out, digest, SEAL_NONCE);
    OPENSSL_cleanse(&key, sizeof key);
    return true;
}

size_t ciphertext_write(struct ciphertext_writer *writer, struct span bound, struct span text, char *out)
{
    char *nonce = out + writer->head_size, *body = nonce + SEAL_NONCE;
    size_t padded = (text.size / BLOCK + 1) * BLOCK;
    if (writer->left == 0 && !renew(writer)) return 0;
    if (!choose_nonce(writer, bound, text, nonce)) return 0;
    writer->left--;
    memcpy(out, writer->head, writer->head_size);
    if (text.size > 0) memcpy(body, text.data, text.size);
    body[text.size] = PAD;
    memset(body + text.size + 1, 0, padded - text.size - 1);
    if (sealer_seal(writer->sealer, (const uint8_t *)nonce, bound, (struct span){body, padded}, body))
        return writer->head_size + SEAL_NONCE + padded + SEAL_TAG;
    OPENSSL_cleanse(body, padded);
    return 0;
}

/* ---------------------------------------------------------------- reading */

bool ciphertext_parse(struct span bytes, struct ciphertext *out)
{
    if (bytes.size < 2 || bytes.data[0] != VERSION) return false;
    size_t id_size = (unsigned char)bytes.data[1], head = 2 + id_size + CIPHERTEXT_SALT;
    if (id_size == 0 || id_size > CIPHERTEXT_ID_MAX || bytes.size < head + SEAL_NONCE + BLOCK + SEAL_TAG) return false;
    const char *salt = bytes.data + 2 + id_size, *nonce = bytes.data + head;
    for (size_t i = 0; i < id_size; i++)
        if (bytes.data[2 + i] <= ' ' || bytes.data[2 + i] > '~') return false;
    out->key_id = (struct span){bytes.data + 2, id_size};
    out->salt = (struct span){salt, CIPHERTEXT_SALT};
    out->nonce = (struct span){nonce, SEAL_NONCE};
    out->sealed = (struct span){nonce + SEAL_NONCE, bytes.size - head - SEAL_NONCE};
    return out->sealed.size % BLOCK == 0;
}

bool ciphertext_open(const struct ciphertext *ciphertext, const uint8_t secret[SEAL_KEY], struct span bound, char *room,
                     struct span *text)
{
    uint8_t key[SEAL_KEY];
    size_t size = ciphertext->sealed.size - SEAL_TAG;
    bool fine = derive(secret, ciphertext->salt, key) &&
                seal_open(key, (const uint8_t *)ciphertext->nonce.data, bound, ciphertext->sealed, room);
    OPENSSL_cleanse(key, sizeof key);
    while (fine && size > 0 && room[size - 1] == '\0') size--;
    if (!fine || size == 0 || room[size - 1] != PAD) return false;
    *text = (struct span){room, size - 1};
    return true;
}
