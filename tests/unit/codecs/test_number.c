#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "codecs/number.h"

#define CASES "tests/corpus/number/cases.tsv"

enum { TEXT = 1100 };

static struct number number_of(const char *text)
{
    struct number number;
    if (number_parse(span_of(text), &number) != NUMBER_OK) fail_msg("%s is not held", text);
    return number;
}

static bool same(const struct number *a, const struct number *b)
{
    return a->coefficient == b->coefficient && a->exponent == b->exponent && a->negative == b->negative;
}

static struct span format(const struct number *number, char *out)
{
    return (struct span){out, number_format(number, out)};
}

/* ---------------------------------------------------------------- the table */

static bool compares(const char *a, const char *b, const char *result)
{
    struct number left = number_of(a), right = number_of(b);
    int order = number_compare(&left, &right);
    return order == atoi(result) && number_compare(&right, &left) == -order && same(&left, &right) == (order == 0);
}

static bool finds_multiples(const char *value, const char *step, const char *result)
{
    struct number number = number_of(value), unit = number_of(step);
    return number_is_multiple(&number, &unit) == (result[0] == '1');
}

static bool rounds(const char *value, const char *step, const char *result)
{
    struct number number = number_of(value), unit = number_of(step), out;
    bool held = number_round(&number, &unit, &out);
    if (result[0] == '-' && result[1] == '\0') return !held;
    struct number expected = number_of(result);
    return held && same(&out, &expected) && number_is_multiple(&out, &unit);
}

static bool converts(const char *value, const char *unused, const char *result)
{
    (void)unused;
    struct number number = number_of(value);
    double expected = strtod(result, NULL), got = number_to_double(&number);
    /* -0 is 0 here. */
    return expected == 0.0 ? got == 0.0 : memcmp(&got, &expected, sizeof got) == 0;
}

static bool formats(const char *value, const char *unused, const char *result)
{
    (void)unused;
    char out[NUMBER_TEXT_MAX];
    struct number number = number_of(value), again;
    struct span text = format(&number, out);
    return span_is(text, result) && number_parse(text, &again) == NUMBER_OK && same(&number, &again);
}

static bool parses(const char *value, const char *unused, const char *result)
{
    (void)unused;
    static const char *const words[] = {[NUMBER_OK] = "ok", [NUMBER_SYNTAX] = "syntax", [NUMBER_SIZE] = "size"};
    struct number number;
    return strcmp(words[number_parse(span_of(value), &number)], result) == 0;
}

static void keeps_every_case_of_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool (*holds)(const char *number, const char *other, const char *result);
    } operations[] = {{"compare", compares}, {"multiple", finds_multiples}, {"round", rounds},
                      {"double", converts},  {"format", formats},           {"parse", parses}};
    static char line[4 * TEXT];
    unsigned cases = 0, broken = 0;
    FILE *table = fopen(CASES, "r");
    assert_non_null(table);
    while (fgets(line, sizeof line, table) != NULL) {
        char name[16], number[TEXT], other[TEXT], result[TEXT];
        if (line[0] == '#') continue;
        assert_int_equal(sscanf(line, "%15s %1099s %1099s %1099s", name, number, other, result), 4);
        for (size_t i = 0; i < COUNT_OF(operations); i++) {
            if (strcmp(operations[i].name, name) != 0) continue;
            cases++;
            if (operations[i].holds(number, other, result)) continue;
            print_error("does not hold: %s", line);
            broken++;
        }
    }
    fclose(table);
    assert_int_equal(broken, 0);
    assert_true(cases > 900);
}

/* ---------------------------------------------------------------- by hand */

static void keeps_its_invariants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t coefficient;
        int32_t exponent;
        bool negative;
    } rows[] = {
        {"0", 0, 0, false},     {"-0", 0, 0, false},
        {"0.000", 0, 0, false}, {"-0e300", 0, 0, false},
        {"1500", 15, 2, false}, {"1.50", 15, -1, false},
        {"-0.05", 5, -2, true}, {"1e2", 1, 2, false},
        {"10e-1", 1, 0, false}, {"1000000000000000000000", 1, 21, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct number number = number_of(rows[i].text), expected = {rows[i].coefficient, rows[i].exponent, rows[i].negative};
        assert_true(same(&number, &expected));
    }
    assert_int_equal(number_parse(SPAN(""), &(struct number){0}), NUMBER_SYNTAX);
    assert_int_equal(number_parse((struct span){NULL, 0}, &(struct number){0}), NUMBER_SYNTAX);
}

static void gives_integers_of_64_bits_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fits;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"1.0", true, 1},
        {"1e2", true, 100},
        {"-12.50e2", true, -1250},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"0.5", false, 0},
        {"1e-400", false, 0},
        {"1e400", false, 0},
        {"1e19", false, 0},
        {"9e18", true, INT64_C(9000000000000000000)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct number number = number_of(rows[i].text);
        int64_t value = 0;
        assert_int_equal(number_to_int64(&number, &value), rows[i].fits);
        if (rows[i].fits) assert_int_equal(value, rows[i].value);
    }
    static const int64_t values[] = {0, 1, -1, 10, -1000, INT64_MAX, INT64_MIN, INT64_C(1000000000000000000)};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct number number = number_of_int(values[i]);
        int64_t back;
        assert_true(number_to_int64(&number, &back));
        assert_int_equal(back, values[i]);
        char text[32];
        snprintf(text, sizeof text, "%lld", (long long)values[i]);
        struct number parsed = number_of(text);
        assert_true(same(&number, &parsed));
    }
}

static void scales_decimals(void **state)
{
    (void)state;
    struct number number = number_of("1499.95");
    int128 unscaled;
    assert_true(number_unscaled(&number, 2, &unscaled) && unscaled == 149995);
    assert_true(number_unscaled(&number, 4, &unscaled) && unscaled == 14999500);
    assert_false(number_unscaled(&number, 1, &unscaled));
    number = number_of("-1e3");
    assert_true(number_unscaled(&number, 0, &unscaled) && unscaled == -1000);
    assert_true(number_unscaled(&number, -3, &unscaled) && unscaled == -1);
    assert_false(number_unscaled(&number, -4, &unscaled));
    number = number_of("99999999999999999999999999999999999999");
    assert_true(number_unscaled(&number, 0, &unscaled));
    assert_false(number_unscaled(&number, 1, &unscaled));
    number = number_of("1e38");
    assert_true(number_unscaled(&number, 0, &unscaled));
    assert_false(number_unscaled(&number, 1, &unscaled));
    /* 2^127 and more does not fit, though it has few digits. */
    number = number_of("2e38");
    assert_false(number_unscaled(&number, 0, &unscaled));
    number = number_of("0");
    assert_true(number_unscaled(&number, 1000000, &unscaled) && unscaled == 0);
    assert_true(number_unscaled(&number, -1000000, &unscaled) && unscaled == 0);
}

static void converts_doubles_under_any_locale(void **state)
{
    (void)state;
    struct number number = number_of("3.14159265358979323846");
    static const char *const locales[] = {"C", "de_DE.UTF-8", "C.UTF-8"};
    for (size_t i = 0; i < COUNT_OF(locales); i++) {
        if (setlocale(LC_ALL, locales[i]) == NULL) continue;
        assert_true(number_to_double(&number) == 0x1.921fb54442d18p+1);
    }
    setlocale(LC_ALL, "C");
}

/* The integers of up to seven digits, of 8 to 18, and nothing else. */
static void expect_integer(const char *text, const char *end)
{
    int64_t found, expected;
    struct number number;
    enum number_status status;
    const char *behind = number_scan(text, end, &number, &status);
    size_t digits = (size_t)(behind - text) - (*text == '-');
    bool plain = status == NUMBER_OK && strspn(text + (*text == '-'), "0123456789") == digits && number_ends(*behind);
    bool tiny = plain && digits <= 7, longer = plain && digits >= 8 && digits <= 18;
    assert_ptr_equal(number_scan_integer(text, &found), tiny ? behind : NULL);
    if (!tiny) assert_ptr_equal(number_scan_integer_long(text, &found), longer ? behind : NULL);
    if (!tiny && !longer) return;
    assert_true(number_to_int64(&number, &expected));
    assert_int_equal(found, expected);
}

/* What short numbers read inline must be what the long way reads. */
static void reads_short_numbers_like_long_ones(void **state)
{
    (void)state;
    static const char letters[] = "0123456789999000.-e+,";
    unsigned seed = 3, taken[2] = {0, 0};
    for (unsigned round = 0; round < 400000; round++) {
        char text[64];
        memset(text, ',', sizeof text);
        for (size_t i = 0; i < 2 + round % 24; i++) {
            seed = seed * 1103515245 + 12345;
            /* Mostly digits, so that long runs come up. */
            unsigned random = seed >> 16;
            text[i] = random % 4 != 0 ? (char)('0' + random / 4 % 10) : letters[random / 4 % (sizeof letters - 1)];
        }
        struct number_short found;
        struct number expected, number;
        enum number_status status;
        expect_integer(text, text + sizeof text);
        for (unsigned tiny = 0; tiny < 2; tiny++) {
            const char *behind = tiny == 1 ? number_scan_tiny(text, &found) : number_scan_short(text, &found);
            if (behind == NULL) continue;
            taken[tiny]++;
            assert_ptr_equal(number_scan(text, text + sizeof text, &expected, &status), behind);
            assert_int_equal(status, NUMBER_OK);
            number = (struct number){found.coefficient, found.exponent, found.negative};
            if (behind[-1] == '0') number_normalize(&number);
            assert_true(same(&number, &expected));
        }
    }
    assert_true(taken[0] > 50000 && taken[1] > 20000);
}

/* The spellings that it is for, and those at their edges. */
static void reads_tiny_numbers(void **state)
{
    static const struct {
        const char *text;
        int64_t coefficient;
        int32_t exponent;
        int size; /* 0: the other functions are asked */
    } cases[] = {{"0,", 0, 0, 1},
                 {"-0}", 0, 0, 2},
                 {"1499.95,", 149995, -2, 7},
                 {"0.137]", 137, -3, 5},
                 {"1234567,", 1234567, 0, 7},
                 {"12345678,", 0, 0, 0},
                 {"123456.,", 0, 0, 0},
                 {"123456.7,", 0, 0, 0},
                 {"-12345.6,", 123456, -1, 8},
                 {"00,", 0, 0, 0},
                 {"01.5,", 0, 0, 0},
                 {".5,", 0, 0, 0},
                 {"5.,", 0, 0, 0},
                 {"5.x", 0, 0, 0},
                 {"1e3,", 0, 0, 0},
                 {"1.5e3,", 0, 0, 0},
                 {"1.2.3,", 0, 0, 0},
                 {"-,", 0, 0, 0},
                 {"7 ,", 7, 0, 1},
                 {"7\n}", 7, 0, 1},
                 {"7\x80,", 0, 0, 0},
                 {"1.5\xFF\xFF,", 0, 0, 0},
                 {"7x", 0, 0, 0}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[32];
        memset(text, '9', sizeof text);
        memcpy(text, cases[i].text, strlen(cases[i].text));
        struct number_short found;
        expect_integer(text, text + sizeof text);
        const char *behind = number_scan_tiny(text, &found);
        assert_ptr_equal(behind, cases[i].size == 0 ? NULL : text + cases[i].size);
        if (behind == NULL) continue;
        assert_int_equal(found.coefficient, cases[i].coefficient);
        assert_int_equal(found.exponent, cases[i].exponent);
        assert_int_equal(found.negative, cases[i].text[0] == '-');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_case_of_the_table),
        cmocka_unit_test(keeps_its_invariants),
        cmocka_unit_test(gives_integers_of_64_bits_only),
        cmocka_unit_test(scales_decimals),
        cmocka_unit_test(converts_doubles_under_any_locale),
        cmocka_unit_test(reads_short_numbers_like_long_ones),
        cmocka_unit_test(reads_tiny_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
