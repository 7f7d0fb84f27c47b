/* ciphertext.h - an encrypted field: its bytes, how they are made, how they are opened. docs/contracts.md has the layout for
 * readers in other languages.
 *
 *     byte 0        1, the version of the layout
 *     byte 1        n, the length of the key's id, 1 to 32
 *     n bytes       the key's id, as `headgate keys ls` shows it
 *     8 bytes       salt
 *     12 bytes      nonce
 *     the rest      AES-256-GCM of the padded text, and its tag of 16 bytes
 *
 *     key           HKDF-SHA-256 of the use's key, with the salt and info "headgate field 1"
 *     padded text   the value's canonical text, 0x80, and zeros up to a multiple of 16
 *     bound to      contract id U+001F path: the Avro names from the record's own down to the field's, joined by dots
 *
 * Nonces are random. With 96 bits a key should see few of them (SP 800-38D, 8.3: 2^32), so each writer draws a salt, which makes
 * its key its own, and another one after 2^24 fields: then 2^45 fields of a use leave a chance of 2^-28 that any nonce comes
 * twice. Padding hides which of two short words it was; the length of longer texts shows in steps of 16 bytes. */
#ifndef HEADGATE_CONTRACTS_CIPHERTEXT_H
#define HEADGATE_CONTRACTS_CIPHERTEXT_H

#include "codecs/arena.h"
#include "codecs/random_pool.h"
#include "codecs/seal.h"
#include "codecs/span.h"

enum { CIPHERTEXT_ID_MAX = 32, CIPHERTEXT_SALT = 8, CIPHERTEXT_RENEW = 1 << 24 };

/* A use's key. */
struct ciphertext_key {
    char id[CIPHERTEXT_ID_MAX + 1];
    uint8_t secret[SEAL_KEY];
};

/* The most bytes that a text of `size` bytes becomes, whatever the key's id. */
static inline size_t ciphertext_size(size_t size)
{
    return 2 + CIPHERTEXT_ID_MAX + CIPHERTEXT_SALT + SEAL_NONCE + (size / 16 + 1) * 16 + SEAL_TAG;
}

/* What a field's values are bound to; `path` begins with the record's name. NULL data when the arena is exhausted. */
struct span ciphertext_bound(struct arena *arena, struct span contract, struct span path);

/* ---- writing: one per worker and use */

struct ciphertext_writer;

/* `renew`: after how many fields it takes another key of its own; CIPHERTEXT_RENEW, but in tests. The pool outlives it; without
 * one (NULL) equal values become equal bytes, which is for comparing runs and never for records that somebody keeps. NULL when
 * out of memory. */
struct ciphertext_writer *ciphertext_writer_create(const struct ciphertext_key *key, struct random_pool *pool,
                                                   uint32_t renew) MUST_CHECK;
void ciphertext_writer_destroy(struct ciphertext_writer *writer);

/* Writes at most ciphertext_size(text.size) bytes to `out`, which does not overlap the text; returns how many. 0 when the system
 * has no randomness: then there is no ciphertext, and the text must not go anywhere. */
size_t ciphertext_write(struct ciphertext_writer *writer, struct span bound, struct span text, char *out) MUST_CHECK;

/* ---- reading */

struct ciphertext {
    struct span key_id;
    struct span salt;
    struct span nonce;
    struct span sealed;
};

/* Takes the bytes apart; false when they are no ciphertext of this layout. */
bool ciphertext_parse(struct span bytes, struct ciphertext *out) MUST_CHECK;

/* The text, written to `room`, which has sealed.size bytes. False when the key is another one, the bytes were changed, or they
 * are bound to another use or field. */
bool ciphertext_open(const struct ciphertext *ciphertext, const uint8_t secret[SEAL_KEY], struct span bound, char *room,
                     struct span *text) MUST_CHECK;

#endif
