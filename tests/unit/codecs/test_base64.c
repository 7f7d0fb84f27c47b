#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/base64.h"

/* RFC 4648, section 10 */
static void encodes_and_decodes_the_vectors_of_the_rfc(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *padded, *url, *hex;
    } rows[] = {
        {"", "", "", ""},
        {"f", "Zg==", "Zg", "66"},
        {"fo", "Zm8=", "Zm8", "666f"},
        {"foo", "Zm9v", "Zm9v", "666f6f"},
        {"foob", "Zm9vYg==", "Zm9vYg", "666f6f62"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"},
        {"\xFB\xFF\xBE", "+/++", "-_--", "fbffbe"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span bytes = span_of(rows[i].bytes);
        char out[32];
        size_t size;
        assert_true(span_is((struct span){out, base64_encode(bytes.data, bytes.size, out)}, rows[i].padded));
        assert_true(span_is((struct span){out, base64url_encode(bytes.data, bytes.size, out)}, rows[i].url));
        assert_true(span_is((struct span){out, hex_encode(bytes.data, bytes.size, out)}, rows[i].hex));
        assert_true(base64_decode(span_of(rows[i].padded), out, &size));
        assert_true(span_equal((struct span){out, size}, bytes));
        assert_true(base64url_decode(span_of(rows[i].url), out, &size));
        assert_true(span_equal((struct span){out, size}, bytes));
        assert_true(hex_decode(span_of(rows[i].hex), (uint8_t *)out));
        assert_memory_equal(out, bytes.data, bytes.size);
    }
}

static void every_length_comes_back_even_in_place(void **state)
{
    (void)state;
    char bytes[130], text[200];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 37 + 250);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        size_t decoded, length = base64_encode(bytes, size, text);
        assert_int_equal(length, (size + 2) / 3 * 4);
        assert_true(base64_decode((struct span){text, length}, text, &decoded));
        assert_int_equal(decoded, size);
        assert_memory_equal(text, bytes, size);
        length = base64url_encode(bytes, size, text);
        assert_int_equal(length, (size * 4 + 2) / 3);
        assert_true(base64url_decode((struct span){text, length}, text, &decoded));
        assert_int_equal(decoded, size);
        assert_memory_equal(text, bytes, size);
    }
}

static void refuses_what_has_a_second_spelling_or_none(void **state)
{
    (void)state;
    static const char *const urls[] = {"Z", "Zg==", "Zh", "Zm9", "Zm+v", "Zm/v", "Zm9vZ", "Z g", "Zg\n"};
    char out[16];
    size_t size;
    for (size_t i = 0; i < COUNT_OF(urls); i++) assert_false(base64url_decode(span_of(urls[i]), out, &size));
    static const char *const hex[] = {"6", "6g", "g6", "0x", "6:", "6/", "6@", "6G", " 6", "6\xB6"};
    for (size_t i = 0; i < COUNT_OF(hex); i++) assert_false(hex_decode(span_of(hex[i]), (uint8_t *)out));
    assert_true(hex_decode(SPAN("aAfF09"), (uint8_t *)out));
    assert_memory_equal(out, "\xAA\xFF\x09", 3);
}

static void only_checks_when_there_is_nowhere_to_write(void **state)
{
    (void)state;
    size_t size;
    assert_true(base64_decode(SPAN("Zm9vYmE="), NULL, &size));
    assert_int_equal(size, 5);
    assert_false(base64_decode(SPAN("Zm9vYmE"), NULL, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_and_decodes_the_vectors_of_the_rfc),
        cmocka_unit_test(every_length_comes_back_even_in_place),
        cmocka_unit_test(refuses_what_has_a_second_spelling_or_none),
        cmocka_unit_test(only_checks_when_there_is_nowhere_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
