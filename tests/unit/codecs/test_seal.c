#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/base64.h"
#include "codecs/seal.h"

enum { TEXT_MAX = 256 };

struct bytes {
    uint8_t data[TEXT_MAX];
    size_t size;
};

static struct bytes hex(const char *text)
{
    struct bytes bytes = {.size = strlen(text) / 2};
    assert_true(hex_decode(span_of(text), bytes.data));
    return bytes;
}

static struct span view(const struct bytes *bytes)
{
    return (struct span){(const char *)bytes->data, bytes->size};
}

/* Cases 13 to 16 of "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega: the vectors that SP 800-38D was made from. */
static const struct {
    const char *key, *nonce, *bound, *text, *sealed;
} vectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
     "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
     "b094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

/* One sealer for all: no key may leave anything behind. */
static void seals_as_published(void **state)
{
    (void)state;
    struct sealer *sealer = sealer_create();
    assert_non_null(sealer);
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct bytes key = hex(vectors[i].key), nonce = hex(vectors[i].nonce), bound = hex(vectors[i].bound);
        struct bytes text = hex(vectors[i].text), sealed = hex(vectors[i].sealed);
        char out[TEXT_MAX + SEAL_TAG];
        assert_true(sealer_set_key(sealer, key.data));
        assert_true(sealer_seal(sealer, nonce.data, view(&bound), view(&text), out));
        assert_int_equal(sealed.size, text.size + SEAL_TAG);
        assert_memory_equal(out, sealed.data, sealed.size);
        memcpy(out, text.data, text.size); /* in place, and a second time with the same key */
        assert_true(sealer_seal(sealer, nonce.data, view(&bound), (struct span){out, text.size}, out));
        assert_memory_equal(out, sealed.data, sealed.size);
    }
    sealer_destroy(sealer);
}

static void opens_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct bytes key = hex(vectors[i].key), nonce = hex(vectors[i].nonce), bound = hex(vectors[i].bound);
        struct bytes text = hex(vectors[i].text), sealed = hex(vectors[i].sealed);
        assert_true(seal_open(key.data, nonce.data, view(&bound), view(&sealed), (char *)sealed.data));
        assert_memory_equal(sealed.data, text.data, text.size);
    }
}

/* Every single bit of the key, the nonce, what is bound, the text and the tag counts; so does every length. */
static void nothing_may_be_changed(void **state)
{
    (void)state;
    struct bytes key = hex(vectors[3].key), nonce = hex(vectors[3].nonce), bound = hex(vectors[3].bound),
                 sealed = hex(vectors[3].sealed);
    struct bytes *const parts[] = {&key, &nonce, &bound, &sealed};
    static const char nothing[TEXT_MAX];
    char out[TEXT_MAX];
    for (size_t part = 0; part < COUNT_OF(parts); part++) {
        for (size_t bit = 0; bit < parts[part]->size * 8; bit++) {
            parts[part]->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_false(seal_open(key.data, nonce.data, view(&bound), view(&sealed), out));
            assert_memory_equal(out, nothing, sealed.size - SEAL_TAG);
            parts[part]->data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    }
    for (size_t size = 0; size < sealed.size; size++)
        assert_false(seal_open(key.data, nonce.data, view(&bound), (struct span){(const char *)sealed.data, size}, out));
    assert_false(seal_open(key.data, nonce.data, (struct span){NULL, 0}, view(&sealed), out));
    assert_true(seal_open(key.data, nonce.data, view(&bound), view(&sealed), out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals_as_published),
        cmocka_unit_test(opens_as_published),
        cmocka_unit_test(nothing_may_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
