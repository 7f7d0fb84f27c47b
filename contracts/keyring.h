/* keyring.h - the secrets behind keyed handling and ce_id, derived per use and per domain.
 *
 * The key file holds one root secret for pseudonyms (and, later, keys for encryption). A use's key is HKDF-SHA-256 (RFC 5869)
 * of the root with info "use" U+001F use id, a domain's with info "domain" U+001F domain: two uses share no value, and a new
 * use needs no new file. Whoever holds the file can compute every pseudonym: mode 0600, never beside the contracts. */
#ifndef HEADGATE_CONTRACTS_KEYRING_H
#define HEADGATE_CONTRACTS_KEYRING_H

#include "codecs/buffer.h"
#include "codecs/digest.h"
#include "codecs/span.h"

struct keyring;

/* Reads the text of a key file (YAML). NULL with *error a constant sentence and *line the place when it is malformed. */
struct keyring *keyring_parse(struct span text, const char **error, unsigned *line) MUST_CHECK;

/* A keyring with a random root that nobody keeps (embedded runs, `try`); NULL without randomness or memory. */
struct keyring *keyring_create_passing(void) MUST_CHECK;

/* A keyring whose root is the given 32 bytes: tests and decision tables. */
struct keyring *keyring_create_fixed(const uint8_t root[32]) MUST_CHECK;

/* Wipes and frees. */
void keyring_destroy(struct keyring *keyring);

/* The text of a new key file with fresh secrets, `now` (us) as its creation time; false without randomness. */
bool keyring_new_text(int64_t now, struct buffer *out) MUST_CHECK;

/* The text of the same key file with fresh encryption keys in front of the old ones; with `new_pseudonyms` a fresh root too
 * (re-partitions, breaks joins and resend identity). False without randomness. */
bool keyring_rotate_text(const struct keyring *keyring, int64_t now, bool new_pseudonyms, struct buffer *out) MUST_CHECK;

/* One row per secret, without the secret. */
struct key_row {
    struct span id;
    const char *purpose; /* "pseudonym", "encryption" */
    int64_t created;     /* us */
};
size_t keyring_rows(const struct keyring *keyring, const struct key_row **rows);

void keyring_use_key(const struct keyring *keyring, struct span use_id, struct hmac_key *out);
void keyring_domain_key(const struct keyring *keyring, struct span domain, struct hmac_key *out);

/* 12 hex digits of an HMAC-SHA-256 over the ids and secrets: tells two key files apart, tells nothing of the secrets. */
struct span keyring_fingerprint(const struct keyring *keyring);

#endif
