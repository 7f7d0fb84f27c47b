/* keyring.h - the secrets behind keyed handling, encrypted fields and ce_id, derived per use and per domain.
 *
 * The key file holds one root secret for pseudonyms and a list of roots for encryption, the newest first: it encrypts, all
 * decrypt. A use's key is HKDF-SHA-256 (RFC 5869) of a root, without salt, with info "use" U+001F use id for pseudonyms and
 * "encrypt" U+001F use id for encryption, a domain's with info "domain" U+001F domain: two uses share no value, and a new use
 * needs no new file. Whoever holds the file can compute every pseudonym and read every field: mode 0600, never beside the
 * contracts. A reader's file holds the encryption keys of one use alone, from which no root follows. */
#ifndef HEADGATE_CONTRACTS_KEYRING_H
#define HEADGATE_CONTRACTS_KEYRING_H

#include "codecs/buffer.h"
#include "codecs/digest.h"
#include "codecs/span.h"
#include "contracts/ciphertext.h"

enum { KEYRING_ENCRYPTION_MAX = 64 };

struct keyring;

/* Reads the text of a key file (YAML). NULL with *error a constant sentence and *line the place when it is malformed, or a
 * reader's: that one makes no pseudonym and encrypts nothing. */
struct keyring *keyring_parse(struct span text, const char **error, unsigned *line) MUST_CHECK;

/* The same, of a reader's file too: only to list it and to find keys by their id. */
struct keyring *keyring_parse_any(struct span text, const char **error, unsigned *line) MUST_CHECK;

/* The contract id that a reader's file is for; NULL data: it is a whole one. */
struct span keyring_reader_of(const struct keyring *keyring);

/* A keyring with a random root that nobody keeps (embedded runs, `try`); NULL without randomness or memory. */
struct keyring *keyring_create_passing(void) MUST_CHECK;

/* A keyring whose root is the given 32 bytes: tests and decision tables. */
struct keyring *keyring_create_fixed(const uint8_t root[32]) MUST_CHECK;

/* Wipes and frees. */
void keyring_destroy(struct keyring *keyring);

/* The text of a new key file with fresh secrets, `now` (us) as its creation time; false without randomness. */
bool keyring_new_text(int64_t now, struct buffer *out) MUST_CHECK;

/* The text of the same key file with a fresh encryption key in front of the old ones, of which the last is left out where there
 * are KEYRING_ENCRYPTION_MAX; with `new_pseudonyms` a fresh root too
 * (re-partitions, breaks joins and resend identity). False without randomness. */
bool keyring_rotate_text(const struct keyring *keyring, int64_t now, bool new_pseudonyms, struct buffer *out) MUST_CHECK;

/* The text of a reader's file for one use, with all its keys. False without any, or when out of memory. */
bool keyring_reader_text(const struct keyring *keyring, struct span use_id, struct buffer *out) MUST_CHECK;

/* One row per secret, without the secret. */
struct key_row {
    struct span id;
    const char *purpose; /* "pseudonym", "encryption"; of a reader's file "reading" */
    int64_t created;     /* us */
};
size_t keyring_rows(const struct keyring *keyring, const struct key_row **rows);

/* The key of hmac_sha256: of one use (scope=use) by its id, or of a domain (scope=domain). Wipe it behind use. */
void keyring_use_key(const struct keyring *keyring, struct span use_id, struct hmac_key *out);
void keyring_domain_key(const struct keyring *keyring, struct span domain, struct hmac_key *out);

/* The key that a use's fields are encrypted with: of the newest root. False when there is none. Wipe it behind use. */
bool keyring_field_key(const struct keyring *keyring, struct span use_id, struct ciphertext_key *out) MUST_CHECK;

enum key_search { KEY_FOUND, KEY_UNKNOWN, KEY_OF_ANOTHER_USE };

/* The use's key by its id, to open what it was used for. *out is filled when it was found. */
enum key_search keyring_find_field_key(const struct keyring *keyring, struct span use_id, struct span key_id,
                                       struct ciphertext_key *out) MUST_CHECK;

/* 12 hex digits of an HMAC-SHA-256 over the ids and secrets: tells two key files apart, tells nothing of the secrets. */
struct span keyring_fingerprint(const struct keyring *keyring);

#endif
