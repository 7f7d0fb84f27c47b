/* The corpus once more, through the reader without SIMD: the sources are compiled into this test with HEADGATE_PORTABLE, and
 * the library's own objects are left out by the linker, as nothing of them is missing. */
#define HEADGATE_PORTABLE

#include "codecs/json.c"
#include "codecs/json_scan.c"
#include "codecs/json_skip.c"
#include "codecs/json_string.c"
#include "codecs/number.c"
#include "codecs/utf8.c"
#include "codecs/utf8_simd.c"

#include "unit/codecs/test_json_corpus.c"
