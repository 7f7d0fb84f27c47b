#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/digest.h"

/* sizeof: vectors hold NUL bytes */
#define BYTES(literal) ((struct span){(literal), sizeof(literal) - 1})

static void assert_digest(const uint8_t digest[SHA256_SIZE], const char *hex)
{
    char text[2 * SHA256_SIZE + 1] = {0};
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    assert_string_equal(text, hex);
}

/* FIPS 180-2, appendix B */
static void sha256_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        struct span text;
        const char *hex;
    } rows[] = {
        {{NULL, 0}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {{"abc", 3}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56},
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t digest[SHA256_SIZE];
        sha256(rows[i].text, digest);
        assert_digest(digest, rows[i].hex);
    }
}

/* RFC 4231, sections 4.2 to 4.8 (4.6 cuts its digest and is compared so) */
static void hmac_of_the_rfc(void **state)
{
    (void)state;
    char aa[131], dd[50], cd[50];
    memset(aa, 0xAA, sizeof aa);
    memset(dd, 0xDD, sizeof dd);
    memset(cd, 0xCD, sizeof cd);
    const struct {
        struct span key, text;
        const char *hex;
    } rows[] = {
        {BYTES("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"), BYTES("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {BYTES("Jefe"), BYTES("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{aa, 20}, {dd, 50}, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {BYTES("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"),
         {cd, 50},
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {{aa, 131},
         BYTES("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {{aa, 131},
         BYTES("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
               "before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hmac_key key;
        uint8_t digest[SHA256_SIZE];
        hmac_key_init(&key, rows[i].key.data, rows[i].key.size);
        hmac_sha256(&key, &rows[i].text, 1, digest);
        assert_digest(digest, rows[i].hex);
        hmac_sha256(&key, &rows[i].text, 1, digest); /* the prepared key is not used up */
        assert_digest(digest, rows[i].hex);
    }
    struct hmac_key key;
    uint8_t digest[SHA256_SIZE];
    hmac_key_init(&key, "\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c", 20);
    hmac_sha256(&key, &BYTES("Test With Truncation"), 1, digest);
    assert_memory_equal(digest, "\xa3\xb6\x16\x74\x73\x10\x0e\xe0\x6e\x0c\x79\x6c\x29\x55\x55\x2b", 16);
}

static void hmac_joins_its_parts_by_one_separator(void **state)
{
    (void)state;
    struct hmac_key key;
    hmac_key_init(&key, "secret", 6);
    struct span joined = BYTES("use\x1fmodel\x1f\x1fid"), parts[] = {BYTES("use"), BYTES("model"), {NULL, 0}, BYTES("id")};
    uint8_t one[SHA256_SIZE], many[SHA256_SIZE], none[SHA256_SIZE], empty[SHA256_SIZE];
    hmac_sha256(&key, &joined, 1, one);
    hmac_sha256(&key, parts, 4, many);
    assert_memory_equal(one, many, SHA256_SIZE);
    hmac_sha256(&key, NULL, 0, none);
    hmac_sha256(&key, &(struct span){"", 0}, 1, empty);
    assert_memory_equal(none, empty, SHA256_SIZE);
    assert_memory_not_equal(none, one, SHA256_SIZE);
}

/* Fingerprints of schemas in parsing canonical form, as the Avro project's own test data lists them (schema-tests.txt), and the
 * empty text, which is the polynomial itself. */
static void crc64_of_the_avro_specification(void **state)
{
    (void)state;
    assert_int_equal(crc64_avro((struct span){NULL, 0}), (int64_t)UINT64_C(0xC15D213AA4D7A795));
    assert_int_equal(crc64_avro(BYTES("\"null\"")), INT64_C(7195948357588979594));
    assert_int_equal(crc64_avro(BYTES("\"boolean\"")), INT64_C(-6970731678124411036));
    assert_int_equal(crc64_avro(BYTES("\"int\"")), INT64_C(8247732601305521295));
    assert_int_equal(crc64_avro(BYTES("\"long\"")), INT64_C(-3434872931120570953));
    assert_int_equal(crc64_avro(BYTES("{\"name\":\"foo\",\"type\":\"fixed\",\"size\":15}")), INT64_C(1756455273707447556));
}

static void compares_secrets_and_makes_random_bytes(void **state)
{
    (void)state;
    assert_true(secret_equal("abc", "abd", 2));
    assert_false(secret_equal("abc", "abd", 3));
    assert_true(secret_equal(NULL, NULL, 0));
    uint8_t first[16] = {0}, second[16] = {0};
    assert_true(random_bytes(first, sizeof first));
    assert_true(random_bytes(second, sizeof second));
    assert_memory_not_equal(first, second, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_the_standard),
        cmocka_unit_test(hmac_of_the_rfc),
        cmocka_unit_test(hmac_joins_its_parts_by_one_separator),
        cmocka_unit_test(crc64_of_the_avro_specification),
        cmocka_unit_test(compares_secrets_and_makes_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
