/* seal.h - AES-256-GCM (NIST SP 800-38D): bytes that only the key's holder can read, and that nobody else can change.
 *
 * A key must never see one nonce twice: two texts under one nonce give both away, and with them the power to forge. Choosing
 * nonces is the caller's. `bound` is what is not hidden but must be the same when the text is opened (additional authenticated
 * data). A sealer keeps its key prepared and belongs to one thread. */
#ifndef HEADGATE_CODECS_SEAL_H
#define HEADGATE_CODECS_SEAL_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum { SEAL_KEY = 32, SEAL_NONCE = 12, SEAL_TAG = 16 };

struct sealer;

/* Without a key yet; NULL when out of memory, or when the crypto library has no AES-256-GCM. */
struct sealer *sealer_create(void) MUST_CHECK;

/* Wipes and frees; NULL is fine. */
void sealer_destroy(struct sealer *sealer);

/* Prepares another key. */
bool sealer_set_key(struct sealer *sealer, const uint8_t key[SEAL_KEY]) MUST_CHECK;

/* Writes text.size + SEAL_TAG bytes to `out`: the text, encrypted, and the tag. `out` may be where the text is, but not overlap
 * it otherwise. False only when the crypto library fails. */
bool sealer_seal(struct sealer *sealer, const uint8_t nonce[SEAL_NONCE], struct span bound, struct span text,
                 char *out) MUST_CHECK;

/* Opens what sealer_seal() wrote: sealed.size - SEAL_TAG bytes to `out`, which may be where `sealed` is. False when anything is
 * not as it was sealed, and then `out` holds nothing of use. */
bool seal_open(const uint8_t key[SEAL_KEY], const uint8_t nonce[SEAL_NONCE], struct span bound, struct span sealed,
               char *out) MUST_CHECK;

#endif
