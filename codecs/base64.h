/* base64.h - bytes as text: RFC 4648, base 64 in both alphabets and base 16.
 *
 * Decoders are strict: no white space, no foreign characters, and the bits behind the last byte are zero (section 3.5), so that
 * each value has one spelling. `out` may be where the text is: writing never overtakes reading. */
#ifndef HEADGATE_CODECS_BASE64_H
#define HEADGATE_CODECS_BASE64_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

/* Standard alphabet, padded (section 4). Writes (size + 2) / 3 * 4 characters, no NUL; returns their count. */
size_t base64_encode(const void *bytes, size_t size, char *out);

/* False when malformed. At most text.size / 4 * 3 bytes into `out`, their count into *size. With out NULL it only checks. */
bool base64_decode(struct span text, char *out, size_t *size) MUST_CHECK;

/* URL alphabet without padding (section 5). Writes ceil(size * 4 / 3) characters, no NUL; returns their count. `out` may begin
 * size / 3 or more before the bytes: then writing never overtakes reading. */
size_t base64url_encode(const void *bytes, size_t size, char *out);

/* As base64_decode; padding is refused. At most text.size * 3 / 4 bytes. */
bool base64url_decode(struct span text, char *out, size_t *size) MUST_CHECK;

/* Lower-case hex (section 8, base 16): 2 * size characters, no NUL; returns their count. */
size_t hex_encode(const void *bytes, size_t size, char *out);

/* Either case; text.size / 2 bytes into `out`. False at an odd length or another character. */
bool hex_decode(struct span text, uint8_t *out) MUST_CHECK;

#endif
