/* keyring_parts.h - what keyring.c and keyring_file.c share: a keyring from inside. */
#ifndef HEADGATE_CONTRACTS_KEYRING_PARTS_H
#define HEADGATE_CONTRACTS_KEYRING_PARTS_H

#include "contracts/keyring.h"

enum { SECRET_SIZE = SEAL_KEY, SECRETS_MAX = 1 + KEYRING_ENCRYPTION_MAX, FINGERPRINT = 12 };

struct secret {
    char id[CIPHERTEXT_ID_MAX + 1];
    uint8_t bytes[SECRET_SIZE];
    int64_t created;
};

/* secrets[0] is the root of the pseudonyms, the others are encryption keys, the newest first: roots of all uses' keys. In a
 * reader's file secrets[0] is nothing and the others are the keys of the one use. */
struct keyring {
    struct secret secrets[SECRETS_MAX];
    struct key_row rows[SECRETS_MAX];
    size_t count;
    char *use; /* of a reader's file, ending with a NUL; else NULL */
    char fingerprint[2 * SHA256_SIZE];
};

/* Fills rows and fingerprint from the secrets. */
void keyring_finish(struct keyring *keyring);

#endif
