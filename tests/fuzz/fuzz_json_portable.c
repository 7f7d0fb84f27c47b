/* fuzz_json over the reader without SIMD, compiled in here in place of the library's. */
#define HEADGATE_PORTABLE

#include "fuzz/fuzz_json.c"

#include "codecs/json.c"
#include "codecs/json_scan.c"
#include "codecs/json_skip.c"
#include "codecs/json_string.c"
#include "codecs/number.c"
#include "codecs/utf8.c"
#include "codecs/utf8_simd.c"
