#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/format.h"
#include "codecs/ip.h"
#include "corpus.h"

struct check {
    const char *name;
    bool (*accepts)(struct span text);
    size_t wrong;
};

static void check_row(const struct corpus_row *row, void *context)
{
    struct check *check = context;
    if (check->accepts(row->text) == row->accept) return;
    print_error("%s.tsv:%u: should %s: %s\n", check->name, row->line, row->accept ? "accept" : "reject", row->reason);
    check->wrong++;
}

static void check_corpus(const char *name, bool (*accepts)(struct span text))
{
    char path[128];
    snprintf(path, sizeof path, "tests/corpus/formats/%s.tsv", name);
    struct check check = {name, accepts, 0};
    assert_true(corpus_each(path, check_row, &check) >= 30);
    assert_int_equal(check.wrong, 0);
}

#define CORPUS_TEST(format)                                  \
    static void follows_the_corpus_of_##format(void **state) \
    {                                                        \
        (void)state;                                         \
        check_corpus(#format, format_##format);              \
    }

CORPUS_TEST(email)
CORPUS_TEST(uri)
CORPUS_TEST(hostname)
CORPUS_TEST(ipv4)
CORPUS_TEST(ipv6)
CORPUS_TEST(uuid)
CORPUS_TEST(base64)

/* Every byte at every place of a UUID: hex digits pass at the 32 places, '-' at the 4, nothing else anywhere. */
static void knows_each_byte_of_a_uuid(void **state)
{
    (void)state;
    for (size_t place = 0; place < UUID_TEXT; place++) {
        bool hyphen = place == 8 || place == 13 || place == 18 || place == 23;
        for (int byte = 0; byte < 256; byte++) {
            char text[] = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
            text[place] = (char)byte;
            bool hex = byte != 0 && strchr("0123456789abcdefABCDEF", byte) != NULL;
            assert_int_equal(format_uuid((struct span){text, UUID_TEXT}), hyphen ? byte == '-' : hex);
        }
    }
}

/* A format is about the whole text: no proper prefix of an address is one, nor the address with any byte behind it that it did
 * not end in by grammar. */
static void reads_to_the_end(void **state)
{
    (void)state;
    struct span address = SPAN("::ffff:192.0.2.123");
    assert_true(format_ipv6(address));
    assert_false(format_ipv4(address));
    assert_false(format_ipv6((struct span){address.data, address.size - 5}));
    assert_false(format_uuid((struct span){NULL, 0}));
    assert_false(format_ipv4((struct span){NULL, 0}));
    assert_false(format_ipv6((struct span){NULL, 0}));
    assert_false(format_hostname((struct span){NULL, 0}));
    assert_false(format_uri((struct span){NULL, 0}));
    assert_false(format_email((struct span){NULL, 0}));
    assert_true(format_base64((struct span){NULL, 0}));
}

/* Each octet through all its values and those beyond, with and without zeros before it. */
static void takes_octets_up_to_255(void **state)
{
    (void)state;
    for (unsigned place = 0; place < 4; place++) {
        for (unsigned value = 0; value < 2000; value++) {
            for (int digits = 1; digits < 5; digits++) {
                char text[80] = {0}, octet[16];
                snprintf(octet, sizeof octet, "%0*u", digits, value);
                snprintf(text, sizeof text, "%s.%s.%s.%s", place == 0 ? octet : "1", place == 1 ? octet : "23",
                         place == 2 ? octet : "0", place == 3 ? octet : "9");
                bool expected = value <= 255 && (octet[0] != '0' || octet[1] == '\0');
                assert_int_equal(format_ipv4(span_of(text)), expected);
                assert_int_equal(format_ipv4_padded(span_of(text)), expected);
            }
        }
    }
}

/* Addresses are read twice: here, and where their bytes are needed. */
static void takes_the_ipv4_addresses_that_have_bytes(void **state)
{
    static const char letters[] = "0123456789012255..........a- ";
    (void)state;
    unsigned seed = 7, fine = 0;
    for (unsigned round = 0; round < 300000; round++) {
        char text[32];
        uint8_t address[IPV6_SIZE];
        size_t size = 5 + round % 12;
        for (size_t i = 0; i < sizeof text; i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        struct span span = {text, size};
        bool expected = size <= 15 && ip_parse(span, address) == IPV4_SIZE;
        assert_int_equal(format_ipv4(span), expected);
        assert_int_equal(format_ipv4_padded(span), expected);
        fine += expected;
    }
    assert_true(fine > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_corpus_of_email),
        cmocka_unit_test(follows_the_corpus_of_uri),
        cmocka_unit_test(follows_the_corpus_of_hostname),
        cmocka_unit_test(follows_the_corpus_of_ipv4),
        cmocka_unit_test(takes_octets_up_to_255),
        cmocka_unit_test(takes_the_ipv4_addresses_that_have_bytes),
        cmocka_unit_test(follows_the_corpus_of_ipv6),
        cmocka_unit_test(follows_the_corpus_of_uuid),
        cmocka_unit_test(follows_the_corpus_of_base64),
        cmocka_unit_test(knows_each_byte_of_a_uuid),
        cmocka_unit_test(reads_to_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
