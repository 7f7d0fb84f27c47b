#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/utf8.h"
#include "codecs/utf8_simd.h"

/* Both versions, alone and at every place of a longer ASCII text: blocks of 32 begin and end everywhere. */
static bool valid_everywhere(struct span text)
{
    char longer[128];
    bool valid = utf8_valid_portable(text);
    for (size_t at = 0; at + text.size <= 72; at++) {
        memset(longer, 'x', sizeof longer);
        memcpy(longer + at, text.data, text.size);
        assert_int_equal(utf8_valid((struct span){longer, 72}), valid);
        assert_int_equal(utf8_valid((struct span){longer, at + text.size}), valid);
        assert_int_equal(utf8_valid_portable((struct span){longer, 72}), valid);
    }
    return valid;
}

/* RFC 3629 section 4, written out as it stands there. */
static bool by_the_grammar(const unsigned char *b, size_t size)
{
#define TAIL(x) ((x) >= 0x80 && (x) <= 0xBF)
    if (size == 1) return b[0] <= 0x7F;
    if (size == 2) return b[0] >= 0xC2 && b[0] <= 0xDF && TAIL(b[1]);
    if (size == 3)
        return (b[0] == 0xE0 && b[1] >= 0xA0 && b[1] <= 0xBF && TAIL(b[2])) ||
               (b[0] >= 0xE1 && b[0] <= 0xEC && TAIL(b[1]) && TAIL(b[2])) ||
               (b[0] == 0xED && b[1] >= 0x80 && b[1] <= 0x9F && TAIL(b[2])) ||
               (b[0] >= 0xEE && b[0] <= 0xEF && TAIL(b[1]) && TAIL(b[2]));
    return (b[0] == 0xF0 && b[1] >= 0x90 && b[1] <= 0xBF && TAIL(b[2]) && TAIL(b[3])) ||
           (b[0] >= 0xF1 && b[0] <= 0xF3 && TAIL(b[1]) && TAIL(b[2]) && TAIL(b[3])) ||
           (b[0] == 0xF4 && b[1] >= 0x80 && b[1] <= 0x8F && TAIL(b[2]) && TAIL(b[3]));
#undef TAIL
}

/* Whether the bytes are a row of characters by the grammar. */
static bool is_row(const unsigned char *bytes, size_t size)
{
    if (size == 0) return true;
    for (size_t first = 1; first <= 4 && first <= size; first++)
        if (by_the_grammar(bytes, first) && is_row(bytes + first, size - first)) return true;
    return false;
}

static const unsigned char borders[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
                                        0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFB, 0xFC, 0xFF};

static void agrees_with_the_grammar_on_all_pairs(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        unsigned char bytes[2] = {(unsigned char)(pair >> 8), (unsigned char)pair};
        struct span text = {(const char *)bytes, 2};
        assert_int_equal(utf8_valid(text), is_row(bytes, 2));
        assert_int_equal(utf8_valid_portable(text), is_row(bytes, 2));
    }
}

static void agrees_with_the_grammar_on_all_borders(void **state)
{
    (void)state;
    const size_t count = sizeof borders;
    for (size_t i = 0; i < count * count * count * count; i++) {
        unsigned char bytes[33];
        memset(bytes, 'x', sizeof bytes);
        unsigned char *four = bytes + 29;
        four[0] = borders[i % count];
        four[1] = borders[i / count % count];
        four[2] = borders[i / count / count % count];
        four[3] = borders[i / count / count / count];
        bool valid = is_row(four, 4);
        /* Alone, and across the border of two blocks. */
        assert_int_equal(utf8_valid((struct span){(const char *)four, 4}), valid);
        assert_int_equal(utf8_valid((struct span){(const char *)bytes, 33}), valid);
        assert_int_equal(utf8_valid_portable((struct span){(const char *)four, 4}), valid);
    }
}

static void agrees_at_every_place_of_a_block(void **state)
{
    (void)state;
    static const char *const texts[] = {"\xC3\xA9",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x99\x82",
                                        "\xC3",
                                        "\xE2\x82",
                                        "\xF0\x9F\x99",
                                        "\x80",
                                        "\xED\xA0\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xF4\x8F\xBF\xBF",
                                        "\xC0\x80",
                                        "\xE0\x9F\xBF",
                                        "\xE0\xA0\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF0\x90\x80\x80",
                                        "\xC3\xA9\x80",
                                        "\xE2\x82\xAC\x80",
                                        "\xF5\x80\x80\x80",
                                        "\xFF",
                                        "\xEF\xBF\xBF",
                                        "\xF0\x9F\x99\x82\x82"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct span text = span_of(texts[i]);
        assert_int_equal(valid_everywhere(text), is_row((const unsigned char *)texts[i], text.size));
    }
    assert_true(utf8_valid((struct span){NULL, 0}));
}

static void agrees_with_its_twin_on_random_text(void **state)
{
    (void)state;
    unsigned seed = 7, valid = 0;
    for (unsigned round = 0; round < 100000; round++) {
        char text[160];
        size_t size = 0;
        while (size < 150) {
            seed = seed * 1103515245 + 12345;
            unsigned random = seed >> 12;
            if (random % 97 == 0) {
                text[size++] = (char)borders[random / 97 % sizeof borders];
            } else {
                unsigned code_point = (random % 3 == 0 ? random : random % 3 == 1 ? random & 0x7FF : random & 0x7F) % 0xD800;
                size += utf8_encode(random % 13 == 0 ? 0x10000 + code_point : code_point, text + size);
            }
        }
        struct span span = {text + round % 5, size - round % 5 - round % 7};
        bool expected = utf8_valid_portable(span);
        assert_int_equal(utf8_valid(span), expected);
        valid += expected;
    }
    /* Both verdicts were seen often. */
    assert_in_range(valid, 1000, 99000);
}

static void finds_the_first_wrong_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t prefix;
        bool truncated;
    } rows[] = {
        {"", 0, false},
        {"abc", 3, false},
        {"a\xC3\xA9", 3, false},
        {"a\xC3", 1, true},
        {"a\xE2\x82", 1, true},
        {"a\xE2", 1, true},
        {"\xF0\x9F\x99", 0, true},
        {"\xF0\x8F", 0, false}, /* no continuation can mend it */
        {"\xED\xA0", 0, false},
        {"\xC3x", 0, false},
        {"abcdefghi\x80", 9, false},
        {"abcdefgh\xC3\xA9\xFFxyz", 10, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool truncated;
        assert_int_equal(utf8_valid_prefix(span_of(rows[i].text), &truncated), rows[i].prefix);
        assert_int_equal(truncated, rows[i].truncated);
    }
}

static void encodes_every_scalar_value(void **state)
{
    (void)state;
    for (unsigned code_point = 0; code_point < 0x110000; code_point += code_point == 0xD7FF ? 0x801 : 1) {
        unsigned char out[4];
        size_t size = utf8_encode(code_point, (char *)out);
        assert_true(by_the_grammar(out, size));
        unsigned decoded = size == 1 ? out[0] : out[0] & (0x7FU >> size);
        for (size_t i = 1; i < size; i++) decoded = decoded << 6 | (out[i] & 0x3FU);
        assert_int_equal(decoded, code_point);
    }
}

static void counts_and_cuts_code_points(void **state)
{
    (void)state;
    /* 1 + 2 + 3 + 4 bytes, then ASCII to pass a word. */
    struct span text = SPAN("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x99\x82 and more of it");
    static const size_t ends[] = {0, 1, 3, 6, 10, 11};
    assert_int_equal(utf8_length(text), 4 + 15);
    assert_int_equal(utf8_length((struct span){NULL, 0}), 0);
    for (size_t count = 0; count < COUNT_OF(ends); count++) {
        assert_int_equal(utf8_prefix(text, count).size, ends[count]);
        assert_ptr_equal(utf8_prefix(text, count).data, text.data);
        struct span suffix = utf8_suffix(text, 19 - count);
        assert_int_equal(suffix.size, text.size - ends[count]);
        assert_ptr_equal(suffix.data, text.data + ends[count]);
    }
    assert_int_equal(utf8_prefix(text, 1000).size, text.size);
    assert_int_equal(utf8_suffix(text, 1000).size, text.size);
    assert_int_equal(utf8_suffix(text, 0).size, 0);
    assert_int_equal(utf8_prefix((struct span){NULL, 0}, 3).size, 0);
    assert_int_equal(utf8_suffix((struct span){NULL, 0}, 3).size, 0);
}

/* Every scalar value, told apart by its number alone. */
static void knows_what_steers_a_display(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        char text[6] = {0};
        size_t size = utf8_encode(code, text);
        bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
        bool steers = (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
        assert_int_equal(utf8_control((struct span){text, size}), control || steers ? size : 0);
        assert_int_equal(utf8_control((struct span){text, sizeof text}), control || steers ? size : 0);
        if (size > 1) assert_int_equal(utf8_control((struct span){text, size - 1}), 0);
    }
    assert_int_equal(utf8_control((struct span){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_grammar_on_all_pairs), cmocka_unit_test(agrees_with_the_grammar_on_all_borders),
        cmocka_unit_test(agrees_at_every_place_of_a_block),     cmocka_unit_test(agrees_with_its_twin_on_random_text),
        cmocka_unit_test(finds_the_first_wrong_byte),           cmocka_unit_test(encodes_every_scalar_value),
        cmocka_unit_test(counts_and_cuts_code_points),          cmocka_unit_test(knows_what_steers_a_display),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
