#include "codecs/utf8_simd.h"

#if defined(__x86_64__) && !defined(HEADGATE_PORTABLE)
#include <immintrin.h>

/* What can be wrong about two neighbouring bytes, a bit each. Three tables (the first byte's halves, the second byte's high
 * half) give the sets that are still possible; their intersection is what is wrong. The method is published: Keiser and
 * Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2021. */
enum {
    TOO_SHORT = 1 << 0,      /* a lead byte, then no continuation */
    TOO_LONG = 1 << 1,       /* ASCII, then a continuation */
    OVERLONG_3 = 1 << 2,     /* E0 80..9F */
    TOO_LARGE = 1 << 3,      /* F4 90.. and F5.. with any continuation */
    SURROGATE = 1 << 4,      /* ED A0..BF */
    OVERLONG_2 = 1 << 5,     /* C0 or C1 */
    OVERLONG_4 = 1 << 6,     /* F0 80..8F; also F5.. with 80..8F, which shares its column */
    CONTINUATIONS = 1 << 7,  /* two in a row: right only as third or fourth byte */
    TOO_LARGE_1000 = 1 << 6, /* F5.. 80..8F */
    CARRY = TOO_SHORT | TOO_LONG | CONTINUATIONS,
};

#define TABLE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
#define B(x)       (char)(x)

struct state {
    __m256i previous; /* the block before */
    __m256i wrong;
};

#define AVX2 __attribute__((target("avx2"))) static inline

AVX2 __m256i high_half(__m256i bytes)
{
    return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

/* What two neighbours rule out. */
AVX2 __m256i neighbours(__m256i bytes, __m256i before)
{
    const __m256i first_high =
        TABLE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, B(CONTINUATIONS), B(CONTINUATIONS),
              B(CONTINUATIONS), B(CONTINUATIONS), TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
              TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
    const __m256i first_low =
        TABLE(B(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4), B(CARRY | OVERLONG_2), B(CARRY), B(CARRY), B(CARRY | TOO_LARGE),
              B(CARRY | TOO_LARGE | TOO_LARGE_1000), B(CARRY | TOO_LARGE | TOO_LARGE_1000), B(CARRY | TOO_LARGE | TOO_LARGE_1000),
              B(CARRY | TOO_LARGE | TOO_LARGE_1000), B(CARRY | TOO_LARGE | TOO_LARGE_1000), B(CARRY | TOO_LARGE | TOO_LARGE_1000),
              B(CARRY | TOO_LARGE | TOO_LARGE_1000), B(CARRY | TOO_LARGE | TOO_LARGE_1000),
              B(CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE), B(CARRY | TOO_LARGE | TOO_LARGE_1000),
              B(CARRY | TOO_LARGE | TOO_LARGE_1000));
    const __m256i second_high =
        TABLE(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
              B(TOO_LONG | OVERLONG_2 | CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4),
              B(TOO_LONG | OVERLONG_2 | CONTINUATIONS | OVERLONG_3 | TOO_LARGE),
              B(TOO_LONG | OVERLONG_2 | CONTINUATIONS | SURROGATE | TOO_LARGE),
              B(TOO_LONG | OVERLONG_2 | CONTINUATIONS | SURROGATE | TOO_LARGE), TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
    __m256i by_high = _mm256_shuffle_epi8(first_high, high_half(before));
    __m256i by_low = _mm256_shuffle_epi8(first_low, _mm256_and_si256(before, _mm256_set1_epi8(0x0F)));
    __m256i by_second = _mm256_shuffle_epi8(second_high, high_half(bytes));
    return _mm256_and_si256(_mm256_and_si256(by_high, by_low), by_second);
}

/* Each byte's predecessor by `count` places; a macro, as the count must be a constant. */
#define PREDECESSOR(bytes, previous, count) \
    _mm256_alignr_epi8(bytes, _mm256_permute2x128_si256(previous, bytes, 0x21), 16 - (count))

AVX2 void check_block(struct state *state, __m256i bytes)
{
    __m256i pairs = neighbours(bytes, PREDECESSOR(bytes, state->previous, 1));
    /* Where a lead of three stands two before, or a lead of four three before, two continuations in a row are due, and
     * nowhere else: the bit of CONTINUATIONS must be set exactly there. */
    __m256i third = _mm256_subs_epu8(PREDECESSOR(bytes, state->previous, 2), _mm256_set1_epi8(0xE0 - 0x80));
    __m256i fourth = _mm256_subs_epu8(PREDECESSOR(bytes, state->previous, 3), _mm256_set1_epi8(0xF0 - 0x80));
    __m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    state->wrong = _mm256_or_si256(state->wrong, _mm256_xor_si256(due, pairs));
    state->previous = bytes;
}

__attribute__((target("avx2"))) bool utf8_simd_valid(struct span text)
{
    struct state state = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    size_t at = 0;
    for (; at + 32 <= text.size; at += 32)
        check_block(&state, _mm256_loadu_si256((const __m256i *)(const void *)(text.data + at)));
    /* At least one zero follows the rest: that is enough for a sequence that is cut off to be too short. */
    char rest[32] = {0};
    if (at < text.size) memcpy(rest, text.data + at, text.size - at);
    check_block(&state, _mm256_loadu_si256((const __m256i *)(const void *)rest));
    return _mm256_testz_si256(state.wrong, state.wrong) != 0;
}

bool utf8_simd_usable(void)
{
    return __builtin_cpu_supports("avx2");
}

#else

bool utf8_simd_usable(void)
{
    return false;
}

bool utf8_simd_valid(struct span text)
{
    (void)text;
    return false;
}

#endif
