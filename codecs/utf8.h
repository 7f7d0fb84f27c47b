/* utf8.h - UTF-8 as RFC 3629 has it: no surrogates, nothing above U+10FFFF, no overlong forms. */
#ifndef HEADGATE_CODECS_UTF8_H
#define HEADGATE_CODECS_UTF8_H

#include "codecs/attributes.h"
#include "codecs/span.h"

/* Whether all of `text` is well-formed. Chosen at run time between SIMD and a portable twin with identical results. */
bool utf8_valid(struct span text) MUST_CHECK;

/* Bytes of the longest well-formed prefix: text.size when all is well-formed, else where the first ill-formed sequence
 * begins. *truncated (may be NULL) says whether all that is wrong is that the text ends inside a sequence. */
size_t utf8_valid_prefix(struct span text, bool *truncated);

/* Code points in well-formed text. */
size_t utf8_length(struct span text);

/* The first `count` code points of well-formed text; all of it when it has fewer. */
struct span utf8_prefix(struct span text, size_t count);

/* The last `count` code points of well-formed text. */
struct span utf8_suffix(struct span text, size_t count);

/* Writes `code_point` (a Unicode scalar value) to `out` (room for 4) and returns the bytes written. */
size_t utf8_encode(unsigned code_point, char *out);

/* Bytes of the code point that `text` begins with, when it is none to be shown but one that steers what shows it: control
 * characters (C0, DEL, C1), line and paragraph separators, and the embeddings, overrides and isolates that make a line read
 * otherwise than it is written. 0 for every other, and for no text. */
size_t utf8_control(struct span text);

/* The portable twin of utf8_valid, for the differential test. */
bool utf8_valid_portable(struct span text) MUST_CHECK;

#endif
