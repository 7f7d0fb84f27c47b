// link: -Wl,--wrap=random_bytes
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/base64.h"
#include "codecs/digest.h"
#include "contracts/ciphertext.h"

enum { ROOM = 4096 };

bool __real_random_bytes(void *out, size_t size);
bool __wrap_random_bytes(void *out, size_t size);

static bool broken;

bool __wrap_random_bytes(void *out, size_t size)
{
    return !broken && __real_random_bytes(out, size);
}

#define BOUND "urn:acme:risk:use:fraud_detection\x1Fpayment_authorized.customer.email"

static struct ciphertext_key key_of(const char *id, char byte)
{
    struct ciphertext_key key = {.id = ""};
    memcpy(key.id, id, strlen(id) + 1);
    memset(key.secret, byte, sizeof key.secret);
    return key;
}

/* Made with Python's cryptography 48 (AESGCM, HKDF): the key is 32 times k, its id e-1a2b3c4d, the text Ærø. */
#define PUBLISHED                                                    \
    "010a652d316132623363346473616c7473616c746e6f6e63652d6e6f6e6365" \
    "2de53514e68f123b95834dd7bc3f974e100a25af330c13cfce14a366df6581481c"
#define REPEATED                                                     \
    "010a652d31613262336334640000000000000000c7d5cb75b9197a82e75f0d" \
    "7ad088831e3cb16fe99b6ffbe915c3cb2683a465f2ec805d1614c5c1cc0d6e5685"

static void opens_what_another_library_made(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1a2b3c4d", 'k');
    struct ciphertext parts;
    uint8_t bytes[64];
    char room[64];
    struct span text;
    assert_true(hex_decode(SPAN(PUBLISHED), bytes));
    assert_true(ciphertext_parse((struct span){(const char *)bytes, sizeof bytes}, &parts));
    assert_true(span_is(parts.key_id, "e-1a2b3c4d"));
    assert_true(span_is(parts.salt, "saltsalt"));
    assert_true(span_is(parts.nonce, "nonce-nonce-"));
    assert_true(ciphertext_open(&parts, key.secret, SPAN(BOUND), room, &text));
    assert_true(span_is(text, "Ærø"));
}

static void writes_what_another_library_writes(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1a2b3c4d", 'k');
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, NULL, CIPHERTEXT_RENEW);
    char out[ROOM], text[2 * ROOM];
    assert_non_null(writer);
    for (int again = 0; again < 2; again++) {
        size_t size = ciphertext_write(writer, SPAN(BOUND), SPAN("Ærø"), out);
        assert_int_equal(size, 64);
        text[hex_encode(out, size, text)] = '\0';
        assert_string_equal(text, REPEATED);
    }
    ciphertext_writer_destroy(writer);
}

static bool open_with(struct span bytes, const struct ciphertext_key *key, struct span bound, char *room, struct span *text)
{
    struct ciphertext parts;
    return ciphertext_parse(bytes, &parts) && ciphertext_open(&parts, key->secret, bound, room, text);
}

/* Texts of all lengths, ends that look like padding among them, come back as they were, and no two ciphertexts are alike. */
static void every_text_comes_back(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1", 'x');
    struct random_pool *pool = random_pool_create();
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, pool, CIPHERTEXT_RENEW);
    char text[300], out[ROOM], before[ROOM] = "", room[ROOM];
    struct span found;
    for (size_t size = 0; size < sizeof text; size++) {
        memset(text, size % 3 == 0 ? '\0' : size % 3 == 1 ? '\x80' : 'a', sizeof text);
        size_t written = ciphertext_write(writer, SPAN(BOUND), (struct span){text, size}, out);
        assert_int_equal(written, 2 + 3 + 8 + 12 + (size / 16 + 1) * 16 + 16);
        assert_true(written <= ciphertext_size(size));
        assert_true(open_with((struct span){out, written}, &key, SPAN(BOUND), room, &found));
        assert_true(span_equal(found, (struct span){text, size}));
        assert_memory_not_equal(out + 13, before + 13, 12);
        memcpy(before, out, written);
    }
    ciphertext_writer_destroy(writer);
    random_pool_destroy(pool);
}

static void short_words_have_one_length(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1", 'x');
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, NULL, CIPHERTEXT_RENEW);
    char out[ROOM];
    size_t yes = ciphertext_write(writer, SPAN(BOUND), SPAN("true"), out);
    assert_int_equal(yes, ciphertext_write(writer, SPAN(BOUND), SPAN("false"), out));
    assert_int_equal(yes, ciphertext_write(writer, SPAN(BOUND), SPAN(""), out));
    assert_int_equal(yes, ciphertext_write(writer, SPAN(BOUND), SPAN("123456789012345"), out));
    assert_int_equal(yes + 16, ciphertext_write(writer, SPAN(BOUND), SPAN("1234567890123456"), out));
    ciphertext_writer_destroy(writer);
}

/* Another key, another field, another use, any changed bit, any missing byte: nothing comes out. */
static void anything_else_does_not_open(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1a2b3c4d", 'x'), other = key_of("e-1a2b3c4d", 'y');
    struct random_pool *pool = random_pool_create();
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, pool, CIPHERTEXT_RENEW);
    char out[ROOM], room[ROOM];
    struct span text;
    size_t size = ciphertext_write(writer, SPAN(BOUND), SPAN("ada@example.org"), out);
    struct span whole = {out, size};
    assert_true(open_with(whole, &key, SPAN(BOUND), room, &text));
    assert_false(open_with(whole, &other, SPAN(BOUND), room, &text));
    assert_false(
        open_with(whole, &key, SPAN("urn:acme:risk:use:fraud_detection\x1Fpayment_authorized.customer.name"), room, &text));
    assert_false(open_with(whole, &key, SPAN("urn:acme:risk:use:other\x1Fpayment_authorized.customer.email"), room, &text));
    assert_false(open_with(whole, &key, SPAN(""), room, &text));
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            out[i] ^= (char)(1U << bit);
            bool id = i >= 2 && i < 12; /* the id only says which key to take */
            if (!id) assert_false(open_with(whole, &key, SPAN(BOUND), room, &text));
            out[i] ^= (char)(1U << bit);
        }
    }
    for (size_t less = 0; less < size; less++) assert_false(open_with((struct span){out, less}, &key, SPAN(BOUND), room, &text));
    out[size] = '\0';
    assert_false(open_with((struct span){out, size + 1}, &key, SPAN(BOUND), room, &text));
    assert_true(open_with(whole, &key, SPAN(BOUND), room, &text));
    ciphertext_writer_destroy(writer);
    random_pool_destroy(pool);
}

static void no_ciphertext_is_told_from_one(void **state)
{
    (void)state;
    static const char zeros[100];
    static const struct span rows[] = {
        {NULL, 0}, {"", 0}, {"\1", 1}, {"plain text of a record that was never encrypted, and is longer", 62}, {zeros, 100}};
    struct ciphertext parts;
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_false(ciphertext_parse(rows[i], &parts));
    char bytes[80] = "\1\1e";
    assert_true(ciphertext_parse((struct span){bytes, 2 + 1 + 8 + 12 + 16 + 16}, &parts));
    bytes[2] = ' '; /* no id */
    assert_false(ciphertext_parse((struct span){bytes, 2 + 1 + 8 + 12 + 16 + 16}, &parts));
    memcpy(bytes, "\2\1e", 3); /* a later layout */
    assert_false(ciphertext_parse((struct span){bytes, 2 + 1 + 8 + 12 + 16 + 16}, &parts));
    memcpy(bytes, "\1\0e", 3);
    assert_false(ciphertext_parse((struct span){bytes, 2 + 0 + 8 + 12 + 16 + 16}, &parts));
}

/* After `renew` fields the salt is another, and so is the key; before that it stays. */
static void a_key_sees_so_many_fields(void **state)
{
    (void)state;
    enum { RENEW = 5 };
    struct ciphertext_key key = key_of("e-1", 'x');
    struct random_pool *pool = random_pool_create();
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, pool, RENEW);
    char salts[4 * RENEW][8], out[ROOM], room[ROOM];
    struct span text;
    for (size_t i = 0; i < COUNT_OF(salts); i++) {
        size_t size = ciphertext_write(writer, SPAN(BOUND), SPAN("a"), out);
        assert_true(open_with((struct span){out, size}, &key, SPAN(BOUND), room, &text));
        memcpy(salts[i], out + 5, 8);
        for (size_t j = 0; j < i; j++) assert_int_equal(memcmp(salts[i], salts[j], 8) == 0, i / RENEW == j / RENEW);
    }
    ciphertext_writer_destroy(writer);
    random_pool_destroy(pool);
}

static void two_writers_have_keys_of_their_own(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1", 'x');
    struct random_pool *pool = random_pool_create();
    struct ciphertext_writer *one = ciphertext_writer_create(&key, pool, CIPHERTEXT_RENEW),
                             *two = ciphertext_writer_create(&key, pool, CIPHERTEXT_RENEW);
    char first[ROOM], second[ROOM];
    assert_true(ciphertext_write(one, SPAN(BOUND), SPAN("a"), first) > 0);
    assert_true(ciphertext_write(two, SPAN(BOUND), SPAN("a"), second) > 0);
    assert_memory_not_equal(first + 5, second + 5, 8);
    ciphertext_writer_destroy(one);
    ciphertext_writer_destroy(two);
    random_pool_destroy(pool);
}

/* Without randomness nothing is written that could be taken for a ciphertext, neither at first nor when the pool runs dry. */
static void without_randomness_there_is_no_ciphertext(void **state)
{
    (void)state;
    struct ciphertext_key key = key_of("e-1", 'x');
    struct random_pool *pool = random_pool_create();
    struct ciphertext_writer *writer = ciphertext_writer_create(&key, pool, CIPHERTEXT_RENEW);
    char out[ROOM];
    size_t written = 0;
    broken = true;
    assert_int_equal(ciphertext_write(writer, SPAN(BOUND), SPAN("secret"), out), 0);
    broken = false;
    assert_true(ciphertext_write(writer, SPAN(BOUND), SPAN("secret"), out) > 0);
    broken = true;
    while (ciphertext_write(writer, SPAN(BOUND), SPAN("secret"), out) > 0) written++;
    assert_in_range(written, 100, 1000);
    assert_int_equal(ciphertext_write(writer, SPAN(BOUND), SPAN("secret"), out), 0);
    broken = false;
    assert_true(ciphertext_write(writer, SPAN(BOUND), SPAN("secret"), out) > 0);
    ciphertext_writer_destroy(writer);
    random_pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_another_library_made),
        cmocka_unit_test(writes_what_another_library_writes),
        cmocka_unit_test(every_text_comes_back),
        cmocka_unit_test(short_words_have_one_length),
        cmocka_unit_test(anything_else_does_not_open),
        cmocka_unit_test(no_ciphertext_is_told_from_one),
        cmocka_unit_test(a_key_sees_so_many_fields),
        cmocka_unit_test(two_writers_have_keys_of_their_own),
        cmocka_unit_test(without_randomness_there_is_no_ciphertext),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
