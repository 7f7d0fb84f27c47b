#include "codecs/digits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* printf is the plain twin. */
static void assert_digits(uint64_t value)
{
    char expected[32], written[32] = {0};
    snprintf(expected, sizeof expected, "%llu", (unsigned long long)value);
    *digits_write(written, value) = '\0';
    assert_string_equal(written, expected);
    snprintf(expected, sizeof expected, "%lld", (long long)(int64_t)value);
    char *end = digits_write_signed(written, (int64_t)value);
    assert_true((size_t)(end - written) <= DIGITS_MAX);
    *end = '\0';
    assert_string_equal(written, expected);
}

static void writes_what_printf_writes(void **state)
{
    (void)state;
    for (uint64_t value = 0; value < 2000; value++) assert_digits(value);
    for (uint64_t power = 1, next = 10; next / 10 == power; power = next, next *= 10)
        for (uint64_t near = 0; near < 3; near++) {
            assert_digits(power - 1 + near);
            assert_digits(0 - (power - 1 + near));
        }
    for (unsigned bit = 0; bit < 64; bit++) assert_digits((UINT64_C(1) << bit) - 1);
    assert_digits((uint64_t)INT64_MIN);
    assert_digits(UINT64_MAX);
}

static void writes_nothing_behind_the_digits(void **state)
{
    (void)state;
    char bytes[4] = "xxxx";
    assert_ptr_equal(digits_write(bytes, 42), bytes + 2);
    assert_memory_equal(bytes, "42xx", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_printf_writes),
        cmocka_unit_test(writes_nothing_behind_the_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
