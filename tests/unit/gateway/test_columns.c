#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <wchar.h>

#include "codecs/attributes.h"
#include "codecs/utf8.h"
#include "gateway/columns.h"

static void counts_what_a_terminal_shows(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } rows[] = {
        {"", 0},
        {"order", 5},
        {"caf\xC3\xA9", 4},                          /* e with acute, one character */
        {"cafe\xCC\x81", 4},                         /* the same with a mark that combines */
        {"\xE6\xB3\xA8\xE6\x96\x87", 4},             /* two ideographs */
        {"\xEF\xBD\x81\xEF\xBD\xB1", 3},             /* a fullwidth letter, a halfwidth one */
        {"\xED\x95\x9C\xEA\xB8\x80", 4},             /* two syllables of Hangul */
        {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2}, /* the first of them in its letters */
        {"\xF0\x9F\x93\xA6", 2},                     /* a package */
        {"a\xE2\x80\x8B\x62", 2},                    /* a space without width */
        {"\xD8\xA7\xD9\x8E", 1},                     /* alef with fatha */
        {"\xE0\xA4\x95\xE0\xA5\x8D", 1},             /* ka with virama */
        {"a\xC2\xAD\x62", 3},                        /* a soft hyphen is shown */
        {"\xC2\xB1\xCE\xA9", 2},                     /* ambiguous ones are narrow */
        {"\xF0\xA0\x80\x80", 2},                     /* an ideograph beyond the first plane */
        {"\xFF\xC3\x28\x80", 4},                     /* no UTF-8: a byte, a lone first byte, a bracket, a lone second one */
        {"\xE6\xB3", 2},                             /* cut off */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (columns_of(span_of(rows[i].text)) != rows[i].columns)
            fail_msg("row %zu: %zu columns", i, columns_of(span_of(rows[i].text)));
    assert_int_equal(columns_of((struct span){NULL, 0}), 0);
}

static void keeps_its_ranges_in_order(void **state)
{
    (void)state;
    for (unsigned columns = 0; columns <= 2; columns += 2) {
        size_t count;
        const struct columns_range *ranges = columns_ranges(columns, &count);
        assert_true(count > 50);
        for (size_t i = 0; i < count; i++) {
            assert_true(ranges[i].first >= 0x80 && ranges[i].first <= ranges[i].last);
            if (i > 0) assert_true(ranges[i - 1].last < ranges[i].first);
        }
    }
}

/* The C library's own, by another version of Unicode: they differ in a few hundred newer characters at most. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (locale == (locale_t)0) skip();
    locale_t before = uselocale(locale);
    unsigned known = 0, others = 0;
    for (uint32_t code_point = 0x20; code_point < 0x110000; code_point++) {
        char text[4];
        bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
        int width = surrogate ? -1 : wcwidth((wchar_t)code_point);
        if (width < 0) continue;
        known++;
        others += columns_of((struct span){text, utf8_encode(code_point, text)}) != (size_t)width ? 1 : 0;
    }
    uselocale(before);
    freelocale(locale);
    assert_true(known > 140000);
    if (others > 300) fail_msg("%u of %u differ", others, known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_a_terminal_shows),
        cmocka_unit_test(keeps_its_ranges_in_order),
        cmocka_unit_test(agrees_with_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
