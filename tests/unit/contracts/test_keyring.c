#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/base64.h"
#include "codecs/timestamp.h"
#include "contracts/keyring.h"

static struct keyring *parsed(const char *text)
{
    const char *error = NULL;
    unsigned line = 0;
    struct keyring *keyring = keyring_parse(span_of(text), &error, &line);
    if (keyring == NULL) fail_msg("%s in line %u", error, line);
    return keyring;
}

/* bytes 00 to 1f, and 32 times ff */
#define ROOT  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define OTHER "__________________________________________8"

static const char file[] = "pseudonyms:\n"
                           "  id: p-1\n"
                           "  created: '2026-11-22T13:44:13Z'\n"
                           "  secret: " ROOT "\n"
                           "encryption:\n"
                           "  - {id: e-2, created: '2026-11-23T00:00:00Z', secret: '" OTHER "'}\n";

static void assert_mac(const struct hmac_key *key, const char *hex)
{
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE + 1] = {0};
    hmac_sha256(key, &SPAN("message"), 1, digest);
    hex_encode(digest, sizeof digest, text);
    assert_string_equal(text, hex);
}

/* Computed with Python's hmac after RFC 5869: root 00..1f, no salt, info kind U+001F name. */
static void derives_keys(void **state)
{
    (void)state;
    struct keyring *keyring = parsed(file);
    struct hmac_key key;
    char long_name[2000];
    memset(long_name, 'u', sizeof long_name);
    keyring_use_key(keyring, SPAN("urn:acme:risk:use:fraud_detection"), &key);
    assert_mac(&key, "8f7a04a8ccae9a540488dbdbf2752b7b24ea2f6140f8d1e2b200e76180463506");
    keyring_domain_key(keyring, SPAN("payments"), &key);
    assert_mac(&key, "05622968bdd28815b625744430160ee138a0e64778a9ad6e1358ce8fa7eefd3f");
    keyring_use_key(keyring, (struct span){long_name, sizeof long_name}, &key);
    assert_mac(&key, "404ec3900d7d1aa6c967a39fada6ae3cb80e1e53f2f1fdee1c320e45c26f07cc");
    keyring_destroy(keyring);
}

static void a_fixed_root_is_the_same_as_a_file(void **state)
{
    (void)state;
    uint8_t root[32];
    struct hmac_key key;
    for (unsigned i = 0; i < sizeof root; i++) root[i] = (uint8_t)i;
    struct keyring *keyring = keyring_create_fixed(root);
    assert_non_null(keyring);
    keyring_use_key(keyring, SPAN("urn:acme:risk:use:fraud_detection"), &key);
    assert_mac(&key, "8f7a04a8ccae9a540488dbdbf2752b7b24ea2f6140f8d1e2b200e76180463506");
    keyring_destroy(keyring);
}

static void passing_keys_differ(void **state)
{
    (void)state;
    struct keyring *one = keyring_create_passing(), *two = keyring_create_passing();
    assert_non_null(one);
    assert_non_null(two);
    assert_false(span_equal(keyring_fingerprint(one), keyring_fingerprint(two)));
    keyring_destroy(one);
    keyring_destroy(two);
}

static void lists_its_rows(void **state)
{
    (void)state;
    struct keyring *keyring = parsed(file);
    const struct key_row *rows;
    assert_int_equal(keyring_rows(keyring, &rows), 2);
    assert_true(span_is(rows[0].id, "p-1"));
    assert_string_equal(rows[0].purpose, "pseudonym");
    assert_int_equal(rows[0].created, INT64_C(1795355053) * US_PER_SECOND);
    assert_true(span_is(rows[1].id, "e-2"));
    assert_string_equal(rows[1].purpose, "encryption");
    assert_int_equal(keyring_fingerprint(keyring).size, 12);
    keyring_destroy(keyring);
}

static struct keyring *reparsed(struct buffer *text)
{
    assert_true(buffer_ok(text));
    struct keyring *keyring = parsed(text->data);
    buffer_deinit(text);
    return keyring;
}

static void new_files_can_be_read(void **state)
{
    (void)state;
    struct buffer one = BUFFER_EMPTY, two = BUFFER_EMPTY;
    const struct key_row *rows;
    assert_true(keyring_new_text(INT64_C(1795355053) * US_PER_SECOND, &one));
    assert_true(keyring_new_text(0, &two));
    assert_string_not_equal(one.data, two.data);
    struct keyring *keyring = reparsed(&one), *other = reparsed(&two);
    assert_int_equal(keyring_rows(keyring, &rows), 2);
    assert_int_equal(rows[0].created, INT64_C(1795355053) * US_PER_SECOND);
    assert_true(span_starts_with(rows[0].id, SPAN("p-")));
    assert_true(span_starts_with(rows[1].id, SPAN("e-")));
    assert_false(span_equal(keyring_fingerprint(keyring), keyring_fingerprint(other)));
    keyring_destroy(keyring);
    keyring_destroy(other);
}

static void rotation_keeps_pseudonyms_unless_asked(void **state)
{
    (void)state;
    struct keyring *old = parsed(file);
    struct buffer text = BUFFER_EMPTY;
    const struct key_row *rows;
    struct hmac_key key;
    assert_true(keyring_rotate_text(old, 0, false, &text));
    struct keyring *rotated = reparsed(&text);
    assert_int_equal(keyring_rows(rotated, &rows), 3);
    assert_true(span_is(rows[0].id, "p-1"));
    assert_true(span_is(rows[2].id, "e-2"));
    keyring_use_key(rotated, SPAN("urn:acme:risk:use:fraud_detection"), &key);
    assert_mac(&key, "8f7a04a8ccae9a540488dbdbf2752b7b24ea2f6140f8d1e2b200e76180463506");
    assert_false(span_equal(keyring_fingerprint(old), keyring_fingerprint(rotated)));
    keyring_destroy(rotated);
    assert_true(keyring_rotate_text(old, 0, true, &text));
    rotated = reparsed(&text);
    assert_int_equal(keyring_rows(rotated, &rows), 3);
    assert_false(span_is(rows[0].id, "p-1"));
    keyring_destroy(rotated);
    keyring_destroy(old);
}

/* The list of encryption keys is bounded: after many rotations the oldest fall out, and the file can still be read. */
static void rotation_is_bounded(void **state)
{
    (void)state;
    struct keyring *keyring = parsed(file);
    const struct key_row *rows;
    for (int i = 0; i < 100; i++) {
        struct buffer text = BUFFER_EMPTY;
        assert_true(keyring_rotate_text(keyring, 0, false, &text));
        keyring_destroy(keyring);
        keyring = reparsed(&text);
    }
    assert_int_equal(keyring_rows(keyring, &rows), 65);
    assert_true(span_is(rows[0].id, "p-1"));
    keyring_destroy(keyring);
}

static void assert_field_key(const struct ciphertext_key *key, const char *id, const char *hex)
{
    char text[2 * SEAL_KEY + 1] = {0};
    hex_encode(key->secret, sizeof key->secret, text);
    assert_string_equal(key->id, id);
    assert_string_equal(text, hex);
}

/* HKDF of 32 times ff with info encrypt U+001F urn:..., by Python's cryptography 48. */
#define FRAUD     SPAN("urn:acme:risk:use:fraud_detection")
#define FRAUD_KEY "b21082d0d0e5710b3f9d7b17f6ae3e64e64c8e3cb67fc607e61875a64784b77e"

static void encryption_keys_are_derived_per_use(void **state)
{
    (void)state;
    struct keyring *keyring = parsed(file);
    struct ciphertext_key key, other;
    assert_true(keyring_field_key(keyring, FRAUD, &key));
    assert_field_key(&key, "e-2", FRAUD_KEY);
    assert_true(keyring_field_key(keyring, SPAN("urn:acme:risk:use:other"), &other));
    assert_memory_not_equal(key.secret, other.secret, SEAL_KEY);
    assert_int_equal(keyring_find_field_key(keyring, FRAUD, SPAN("e-2"), &other), KEY_FOUND);
    assert_field_key(&other, "e-2", FRAUD_KEY);
    assert_int_equal(keyring_find_field_key(keyring, FRAUD, SPAN("p-1"), &other), KEY_UNKNOWN);
    assert_int_equal(keyring_find_field_key(keyring, FRAUD, SPAN(""), &other), KEY_UNKNOWN);
    keyring_destroy(keyring);
    keyring = parsed("pseudonyms: {id: p, created: '2026-11-22T13:44:13Z', secret: " ROOT "}\n");
    assert_false(keyring_field_key(keyring, FRAUD, &key));
    keyring_destroy(keyring);
}

static void a_rotated_key_encrypts_and_the_old_one_decrypts(void **state)
{
    (void)state;
    struct keyring *old = parsed(file);
    struct buffer text = BUFFER_EMPTY;
    struct ciphertext_key fresh, found;
    assert_true(keyring_rotate_text(old, 0, false, &text));
    struct keyring *rotated = reparsed(&text);
    assert_true(keyring_field_key(rotated, FRAUD, &fresh));
    assert_string_not_equal(fresh.id, "e-2");
    assert_int_equal(keyring_find_field_key(rotated, FRAUD, SPAN("e-2"), &found), KEY_FOUND);
    assert_field_key(&found, "e-2", FRAUD_KEY);
    assert_int_equal(keyring_find_field_key(old, FRAUD, span_of(fresh.id), &found), KEY_UNKNOWN);
    keyring_destroy(rotated);
    keyring_destroy(old);
}

static struct keyring *parsed_any(const char *text)
{
    const char *error = NULL;
    unsigned line = 0;
    struct keyring *keyring = keyring_parse_any(span_of(text), &error, &line);
    if (keyring == NULL) fail_msg("%s in line %u", error, line);
    return keyring;
}

/* Least privilege: the keys of one use, no root, and nothing that could be served with. */
static void a_reader_gets_the_keys_of_one_use(void **state)
{
    (void)state;
    struct keyring *keyring = parsed(file);
    struct buffer text = BUFFER_EMPTY;
    struct ciphertext_key key;
    const struct key_row *rows;
    const char *error = NULL;
    unsigned line = 0;
    assert_true(keyring_reader_text(keyring, FRAUD, &text));
    assert_null(strstr(text.data, ROOT));
    assert_null(strstr(text.data, OTHER));
    assert_null(keyring_parse(buffer_span(&text), &error, &line));
    assert_string_equal(error, "this is a reader's key file: it opens one use's fields and makes nothing");
    struct keyring *reader = parsed_any(text.data);
    assert_true(span_equal(keyring_reader_of(reader), FRAUD));
    assert_null(keyring_reader_of(keyring).data);
    assert_int_equal(keyring_find_field_key(reader, FRAUD, SPAN("e-2"), &key), KEY_FOUND);
    assert_field_key(&key, "e-2", FRAUD_KEY);
    assert_int_equal(keyring_find_field_key(reader, SPAN("urn:acme:risk:use:other"), SPAN("e-2"), &key), KEY_OF_ANOTHER_USE);
    assert_int_equal(keyring_find_field_key(reader, FRAUD, SPAN("e-3"), &key), KEY_UNKNOWN);
    assert_false(keyring_field_key(reader, FRAUD, &key));
    assert_int_equal(keyring_rows(reader, &rows), 1);
    assert_string_equal(rows[0].purpose, "reading");
    assert_true(span_is(rows[0].id, "e-2"));
    keyring_destroy(reader);
    keyring_destroy(keyring);
    buffer_deinit(&text);
    keyring = parsed_any(file);
    assert_null(keyring_reader_of(keyring).data);
    keyring_destroy(keyring);
}

static void a_readers_file_is_read_strictly(void **state)
{
    (void)state;
    static const char *const rows[] = {"use: 7\nencryption: []\n", "use: ''\nencryption: []\n", "use: a\npseudonyms: {}\n",
                                       "use: a\nencryption:\n  - {id: e, created: '2026-11-22T13:44:13Z', secret: abc}\n"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *error = NULL;
        unsigned line = 0;
        assert_null(keyring_parse_any(span_of(rows[i]), &error, &line));
        assert_non_null(error);
    }
}

static void says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
        unsigned line;
    } rows[] = {
        {"[]", "a key file is a map of pseudonyms and encryption", 1},
        {"encryption: []", "a key is a map of id, created and secret", 1},
        {"pseudonyms: {id: p, created: '2026-11-22T13:44:13Z'}", "the key has no secret", 1},
        {"pseudonyms:\n  id: p\n  created: '2026-11-22T13:44:13Z'\n  secret: abc\n",
         "a secret is 43 characters of base64url: 32 bytes", 4},
        {"pseudonyms:\n  id: p\n  created: yesterday\n  secret: " ROOT "\n", "created is a time as in RFC 3339", 3},
        {"pseudonyms:\n  id: \"it's\"\n  created: '2026-11-22T13:44:13Z'\n  secret: " ROOT "\n",
         "a key's id has 1 to 32 letters, digits, dots, _ and -", 2},
        {"pseudonyms: {id: p, created: '2026-11-22T13:44:13Z', secret: " ROOT "}\nkeys: []\n", "a key file has no such entry", 2},
        {"pseudonyms: {id: p, created: '2026-11-22T13:44:13Z', secret: " ROOT "}\nencryption:\n"
         "  - {id: p, created: '2026-11-22T13:44:13Z', secret: '" OTHER "'}\n",
         "two keys have one id", 3},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *error = NULL;
        unsigned line = 0;
        assert_null(keyring_parse(span_of(rows[i].text), &error, &line));
        assert_string_equal(error, rows[i].error);
        assert_int_equal(line, rows[i].line);
    }
    const char *error = NULL;
    unsigned line = 0;
    assert_null(keyring_parse(SPAN("a: [1"), &error, &line));
    assert_non_null(error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encryption_keys_are_derived_per_use),
        cmocka_unit_test(a_rotated_key_encrypts_and_the_old_one_decrypts),
        cmocka_unit_test(a_reader_gets_the_keys_of_one_use),
        cmocka_unit_test(a_readers_file_is_read_strictly),
        cmocka_unit_test(derives_keys),
        cmocka_unit_test(a_fixed_root_is_the_same_as_a_file),
        cmocka_unit_test(passing_keys_differ),
        cmocka_unit_test(lists_its_rows),
        cmocka_unit_test(new_files_can_be_read),
        cmocka_unit_test(rotation_keeps_pseudonyms_unless_asked),
        cmocka_unit_test(rotation_is_bounded),
        cmocka_unit_test(says_what_is_wrong_and_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
