#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/base64.h"
#include "contracts/field_opener.h"

#define CONTRACT SPAN("urn:acme:risk:use:fraud_detection")
#define PATH     SPAN("paid.email")

static struct keyring *keyring;
static char bytes[256], text[512];
static size_t size, text_size;

static int set_up(void **state)
{
    (void)state;
    uint8_t root[32] = "root";
    struct ciphertext_key key;
    keyring = keyring_create_fixed(root);
    if (keyring == NULL || !keyring_field_key(keyring, CONTRACT, &key)) return 1;
    struct arena *arena = arena_create(1024 * 1024);
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, NULL, CIPHERTEXT_RENEW);
    size = ciphertext_write(writer, ciphertext_bound(arena, CONTRACT, PATH), SPAN("ada@example.org"), bytes);
    text_size = base64url_encode(bytes, size, text);
    ciphertext_writer_destroy(writer);
    arena_destroy(arena);
    return size == 0;
}

static int tear_down(void **state)
{
    (void)state;
    keyring_destroy(keyring);
    return 0;
}

static void assert_shown(const struct keyring *with, struct span contract, struct span path, struct span value, bool is_text,
                         const char *expected)
{
    struct field_opener fields = {with, contract};
    struct avro_json_opener opener = field_opener_open(&fields);
    struct buffer out = BUFFER_EMPTY;
    struct json_writer json;
    json_writer_init(&json, &out, 0);
    opener.open(opener.context, path, value, is_text, &json);
    assert_true(buffer_ok(&out));
    assert_string_equal(out.data, expected);
    buffer_deinit(&out);
}

static void opens_texts_and_bytes(void **state)
{
    (void)state;
    assert_shown(keyring, CONTRACT, PATH, (struct span){text, text_size}, true, "\"ada@example.org\"");
    assert_shown(keyring, CONTRACT, PATH, (struct span){bytes, size}, false, "\"ada@example.org\"");
}

#define WRONG_PLACE "{\"encrypted_with\":\"fixed\",\"problem\":\"it was changed, or made for another field, use or key\"}"
#define NO_KEY      "{\"encrypted_with\":\"fixed\",\"problem\":\"the key file has no such key\"}"
#define OTHER_USE   "{\"encrypted_with\":\"fixed\",\"problem\":\"the key file is for a reader of another use\"}"
#define NO_HEADER   "{\"encrypted_with\":\"fixed\",\"problem\":\"the record does not say whose it is: it has no ce_contractid\"}"
#define NOT_SEALED  "{\"problem\":\"this is no ciphertext that this version knows\"}"

static void shows_what_it_cannot_open(void **state)
{
    (void)state;
    struct span whole = {text, text_size};
    uint8_t root[32] = "another";
    struct keyring *other = keyring_create_fixed(root);
    assert_shown(other, CONTRACT, PATH, whole, true, WRONG_PLACE);
    keyring_destroy(other);
    assert_shown(keyring, CONTRACT, SPAN("paid.name"), whole, true, WRONG_PLACE);
    assert_shown(keyring, SPAN("urn:other"), PATH, whole, true, WRONG_PLACE);
    assert_shown(keyring, (struct span){NULL, 0}, PATH, whole, true, NO_HEADER);
    assert_shown(keyring, CONTRACT, PATH, SPAN("ada@example.org"), true, NOT_SEALED);
    assert_shown(keyring, CONTRACT, PATH, SPAN(""), true, NOT_SEALED);
    assert_shown(keyring, CONTRACT, PATH, SPAN(""), false, NOT_SEALED);
    assert_shown(keyring, CONTRACT, PATH, whole, false, NOT_SEALED);
    assert_shown(keyring, CONTRACT, PATH, (struct span){text, text_size - 4}, true, NOT_SEALED);
}

static struct keyring *reader_of(struct span use, const char *id)
{
    struct buffer out = BUFFER_EMPTY;
    const char *error = NULL;
    unsigned line = 0;
    buffer_printf(&out, "use: '%.*s'\nencryption:\n  - {id: %s, created: '2026-11-22T13:44:13Z', secret: '", SPAN_ARGS(use), id);
    buffer_append_text(&out, "__________________________________________8'}\n");
    struct keyring *made = keyring_parse_any(buffer_span(&out), &error, &line);
    assert_non_null(made);
    buffer_deinit(&out);
    return made;
}

static void a_readers_file_has_keys_of_one_use(void **state)
{
    (void)state;
    struct span whole = {text, text_size};
    struct keyring *reader = reader_of(SPAN("urn:other"), "fixed");
    assert_shown(reader, CONTRACT, PATH, whole, true, OTHER_USE);
    keyring_destroy(reader);
    reader = reader_of(CONTRACT, "e-7");
    assert_shown(reader, CONTRACT, PATH, whole, true, NO_KEY);
    keyring_destroy(reader);
    reader = reader_of(CONTRACT, "fixed");
    assert_shown(reader, CONTRACT, PATH, whole, true, WRONG_PLACE);
    keyring_destroy(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_texts_and_bytes),
        cmocka_unit_test(shows_what_it_cannot_open),
        cmocka_unit_test(a_readers_file_has_keys_of_one_use),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
