/* hkdf.h - RFC 5869 HKDF with SHA-256: many keys from one secret, none of which tells of the others. */
#ifndef HEADGATE_CODECS_HKDF_H
#define HEADGATE_CODECS_HKDF_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum { HKDF_SIZE_MAX = 255 * 32, HKDF_INFO_MAX = 1024 };

/* Extract with `salt` (empty: 32 zero bytes), then expand with `info` to `size` bytes in `out`. False when size is above
 * HKDF_SIZE_MAX or info longer than HKDF_INFO_MAX. */
bool hkdf_sha256(struct span secret, struct span salt, struct span info, uint8_t *out, size_t size) MUST_CHECK;

#endif
