#include "codecs/seal.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct sealer {
    EVP_CIPHER_CTX *context;
};

static const unsigned char *bytes_of(struct span text)
{
    return (const unsigned char *)(text.data != NULL ? text.data : "");
}

struct sealer *sealer_create(void)
{
    struct sealer *sealer = calloc(1, sizeof *sealer);
    if (sealer == NULL) return NULL;
    sealer->context = EVP_CIPHER_CTX_new();
    if (sealer->context != NULL && EVP_EncryptInit_ex(sealer->context, EVP_aes_256_gcm(), NULL, NULL, NULL) == 1) return sealer;
    sealer_destroy(sealer);
    return NULL;
}

void sealer_destroy(struct sealer *sealer)
{
    if (sealer == NULL) return;
    EVP_CIPHER_CTX_free(sealer->context); /* wipes the key */
    free(sealer);
}

bool sealer_set_key(struct sealer *sealer, const uint8_t key[SEAL_KEY])
{
    return EVP_EncryptInit_ex(sealer->context, NULL, NULL, key, NULL) == 1;
}

/* Feeds what is bound; the library takes sizes as int. */
static bool begin(EVP_CIPHER_CTX *context, bool encrypt, const uint8_t *key, const uint8_t *nonce, struct span bound)
{
    int written;
    if (bound.size > INT_MAX || EVP_CipherInit_ex(context, NULL, NULL, key, nonce, encrypt ? 1 : 0) != 1) return false;
    return bound.size == 0 || EVP_CipherUpdate(context, NULL, &written, bytes_of(bound), (int)bound.size) == 1;
}

bool sealer_seal(struct sealer *sealer, const uint8_t nonce[SEAL_NONCE], struct span bound, struct span text, char *out)
{
    int written = 0, rest = 0;
    unsigned char *to = (unsigned char *)out;
    if (text.size > INT_MAX || !begin(sealer->context, true, NULL, nonce, bound)) return false;
    if (text.size > 0 && EVP_EncryptUpdate(sealer->context, to, &written, bytes_of(text), (int)text.size) != 1) return false;
    if (EVP_EncryptFinal_ex(sealer->context, to + written, &rest) != 1) return false;
    return EVP_CIPHER_CTX_ctrl(sealer->context, EVP_CTRL_GCM_GET_TAG, SEAL_TAG, to + text.size) == 1;
}

static bool open_with(EVP_CIPHER_CTX *context, struct span text, const char *tag, char *out)
{
    int written = 0, rest = 0;
    unsigned char *to = (unsigned char *)out;
    unsigned char copy[SEAL_TAG];
    memcpy(copy, tag, sizeof copy);
    if (text.size > 0 && EVP_DecryptUpdate(context, to, &written, bytes_of(text), (int)text.size) != 1) return false;
    if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, SEAL_TAG, copy) != 1) return false;
    return EVP_DecryptFinal_ex(context, to + written, &rest) == 1;
}

bool seal_open(const uint8_t key[SEAL_KEY], const uint8_t nonce[SEAL_NONCE], struct span bound, struct span sealed, char *out)
{
    if (sealed.size < SEAL_TAG || sealed.size > INT_MAX) return false;
    struct span text = {sealed.data, sealed.size - SEAL_TAG};
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool fine = context != NULL && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, NULL, NULL) == 1 &&
                begin(context, false, key, nonce, bound) && open_with(context, text, sealed.data + text.size, out);
    EVP_CIPHER_CTX_free(context);
    if (!fine && text.size > 0) OPENSSL_cleanse(out, text.size);
    return fine;
}
