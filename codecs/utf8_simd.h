/* utf8_simd.h - the AVX2 version of utf8_valid(), for utf8.c and the differential test. */
#ifndef HEADGATE_CODECS_UTF8_SIMD_H
#define HEADGATE_CODECS_UTF8_SIMD_H

#include "codecs/attributes.h"
#include "codecs/span.h"

/* Whether this machine can run utf8_simd_valid(); always false with HEADGATE_PORTABLE. */
bool utf8_simd_usable(void);

/* utf8_valid_portable() 32 bytes at a time; only where utf8_simd_usable(). */
bool utf8_simd_valid(struct span text) MUST_CHECK;

#endif
