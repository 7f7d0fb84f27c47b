/* attributes.h - compiler attributes under readable names; gcc and clang only. */
#ifndef HEADGATE_CODECS_ATTRIBUTES_H
#define HEADGATE_CODECS_ATTRIBUTES_H

#define MUST_CHECK               __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define LIKELY(x)                __builtin_expect(!!(x), 1)
#define UNLIKELY(x)              __builtin_expect(!!(x), 0)
#define COLD                     __attribute__((cold, noinline))
#define ALWAYS_INLINE            inline __attribute__((always_inline))
#define NEVER_INLINE             __attribute__((noinline))
#define FALLTHROUGH              __attribute__((fallthrough))
#define COUNT_OF(array)          (sizeof(array) / sizeof *(array))

/* For large locals of the hot path that are written before they are read: the build zeroes all others. */
#define UNINITIALIZED            __attribute__((uninitialized))

/* 128-bit integers carry decimals of up to 38 digits; ISO C has no name for them. */
__extension__ typedef unsigned __int128 uint128;
__extension__ typedef __int128 int128;

#endif
