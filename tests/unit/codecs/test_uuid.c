#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/format.h"
#include "codecs/uuid.h"

static void assert_text(const char text[UUID_TEXT], const char *expected)
{
    assert_true(span_is((struct span){text, UUID_TEXT}, expected));
}

static void writes_hex_with_hyphens(void **state)
{
    (void)state;
    char text[UUID_TEXT];
    uuid_format((const uint8_t *)"\xf8\x1d\x4f\xae\x7d\xec\x11\xd0\xa7\x65\x00\xa0\xc9\x1e\x6b\xf6", text);
    assert_text(text, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}

/* RFC 9562, appendix A.6: 22 February 2022, 14:22:22 at -05:00, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F. The bits that version
 * and variant take are set the other way round in the input, so that a lack of masking shows. */
static void makes_the_version_7_of_the_rfc(void **state)
{
    (void)state;
    char text[UUID_TEXT];
    uuid_v7(0x017F22E279B0, (const uint8_t *)"\xfc\xc3\x58\xc4\xdc\x0c\x0c\x07\x39\x8f", text);
    assert_text(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    uuid_v7(0xFFFF017F22E279B0, (const uint8_t *)"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", text);
    assert_text(text, "017f22e2-79b0-7000-8000-000000000000");
}

/* RFC 9562, appendix B.2: SHA-256 of the DNS name space and "www.example.com" */
static void makes_the_version_8_of_the_rfc(void **state)
{
    (void)state;
    char text[UUID_TEXT];
    uuid_v8((const uint8_t *)"\x5c\x14\x6b\x14\x3c\x52\x4a\xfd\x93\x8a\x37\x5d\x0d\xf1\xfb\xf6", text);
    assert_text(text, "5c146b14-3c52-8afd-938a-375d0df1fbf6");
}

static void marks_every_digest_and_changes_nothing_else(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        uint8_t digest[16];
        char text[UUID_TEXT], plain[UUID_TEXT];
        memset(digest, byte, sizeof digest);
        uuid_v8(digest, text);
        uuid_format(digest, plain);
        assert_true(format_uuid((struct span){text, UUID_TEXT}));
        assert_int_equal(text[14], '8');
        assert_non_null(memchr("89ab", text[19], 4));
        plain[14] = text[14];
        plain[19] = text[19];
        assert_memory_equal(text, plain, UUID_TEXT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_hex_with_hyphens),
        cmocka_unit_test(makes_the_version_7_of_the_rfc),
        cmocka_unit_test(makes_the_version_8_of_the_rfc),
        cmocka_unit_test(marks_every_digest_and_changes_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
