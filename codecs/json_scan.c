#include "codecs/json_scan.h"

#include <stddef.h>

const char *json_scan_portable(const char *at, const char *end, bool *ascii)
{
    uint64_t seen = 0;
    for (uint64_t word; end - at >= (ptrdiff_t)sizeof word; at += sizeof word) {
        memcpy(&word, at, sizeof word);
        if (json_scan_word(word) != 0) break;
        seen |= word;
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= ' ') seen |= (unsigned char)*at++;
    if ((seen & JSON_SCAN_HIGH) != 0) *ascii = false;
    return at;
}

#if defined(__x86_64__) && !defined(HEADGATE_PORTABLE)
#include <immintrin.h>

__attribute__((target("avx2,bmi"))) static const char *scan_avx2(const char *at, const char *end, bool *ascii)
{
    const __m256i quotes = _mm256_set1_epi8('"');
    const __m256i backslashes = _mm256_set1_epi8('\\');
    const __m256i controls = _mm256_set1_epi8(0x1F);
    uint64_t high = 0;
    for (; at < end; at += 32) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)at);
        __m256i marked = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quotes), _mm256_cmpeq_epi8(bytes, backslashes));
        __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, controls), bytes);
        uint64_t stop = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(marked, control));
        uint64_t above = (uint32_t)_mm256_movemask_epi8(bytes);
        if (end - at < 32) stop |= UINT64_C(1) << (end - at);
        if (stop != 0) {
            high |= above & (stop - 1) & ~stop;
            at += __builtin_ctzll(stop);
            break;
        }
        high |= above;
    }
    if (high != 0) *ascii = false;
    return at;
}

const char *json_scan(const char *at, const char *end, bool *ascii)
{
    if (__builtin_cpu_supports("avx2")) return scan_avx2(at, end, ascii);
    return json_scan_portable(at, end, ascii);
}

#else

const char *json_scan(const char *at, const char *end, bool *ascii)
{
    return json_scan_portable(at, end, ascii);
}

#endif
