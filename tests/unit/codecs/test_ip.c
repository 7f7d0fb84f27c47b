#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "codecs/ip.h"

static void assert_canonical(const char *text, const char *canonical)
{
    uint8_t address[IPV6_SIZE];
    char out[IP_TEXT_MAX + 1];
    size_t size = ip_parse(span_of(text), address);
    assert_true(size > 0);
    size_t length = ip_format(address, size, out);
    assert_true(length < IP_TEXT_MAX);
    out[length] = '\0';
    assert_string_equal(out, canonical);
}

/* RFC 5952: section 4.1 leading zeros, 4.2.1 shorten as much as possible, 4.2.2 not one group, 4.2.3 longest then first, 4.3
 * lower case, 5 quads for mapped addresses */
static void writes_what_rfc_5952_recommends(void **state)
{
    (void)state;
    assert_canonical("2001:0db8::0001", "2001:db8::1");
    assert_canonical("2001:db8:0:0:0:0:2:1", "2001:db8::2:1");
    assert_canonical("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
    assert_canonical("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");
    assert_canonical("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1");
    assert_canonical("2001:DB8::AAAA", "2001:db8::aaaa");
    assert_canonical("::FFFF:C000:0201", "::ffff:192.0.2.1");
    assert_canonical("::192.0.2.1", "::c000:201");
    assert_canonical("0:0:0:0:0:0:0:0", "::");
    assert_canonical("0:0:0:0:0:0:0:1", "::1");
    assert_canonical("1:0:0:0:0:0:0:0", "1::");
    assert_canonical("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1");
    assert_canonical("0:0:1:1:1:1:0:0", "::1:1:1:1:0:0");
    assert_canonical("FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    assert_canonical("192.0.2.1", "192.0.2.1");
    assert_canonical("0.0.0.0", "0.0.0.0");
    assert_canonical("255.10.100.9", "255.10.100.9");
}

static void resolves_the_gap_and_the_quad(void **state)
{
    (void)state;
    uint8_t address[IPV6_SIZE];
    assert_int_equal(ip_parse(SPAN("1::ab:192.0.2.1"), address), IPV6_SIZE);
    assert_memory_equal(address, "\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\xab\xc0\x00\x02\x01", IPV6_SIZE);
    assert_int_equal(ip_parse(SPAN("198.51.100.7"), address), IPV4_SIZE);
    assert_memory_equal(address, "\xc6\x33\x64\x07", IPV4_SIZE);
    assert_int_equal(ip_parse(SPAN("198.51.100"), address), 0);
}

/* A small generator with a fixed seed: failures repeat. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Random addresses with many zero groups: what we write, the C library reads as the same bytes, and so do we. */
static void agrees_with_the_c_library_on_random_addresses(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        uint8_t address[IPV6_SIZE], ours[IPV6_SIZE], theirs[IPV6_SIZE];
        for (int group = 0; group < 8; group++) {
            uint32_t value = next(&seed) % 3 == 0 ? 0 : next(&seed) >> next(&seed) % 16;
            address[2 * group] = (uint8_t)(value >> 8);
            address[2 * group + 1] = (uint8_t)value;
        }
        char text[IP_TEXT_MAX + 1];
        size_t length = ip_format(address, IPV6_SIZE, text);
        text[length] = '\0';
        assert_int_equal(inet_pton(AF_INET6, text, theirs), 1);
        assert_memory_equal(theirs, address, IPV6_SIZE);
        assert_int_equal(ip_parse((struct span){text, length}, ours), IPV6_SIZE);
        assert_memory_equal(ours, address, IPV6_SIZE);
    }
}

/* Random texts of the characters that addresses are made of: we take none that the C library refuses, and read the same bytes. */
static void takes_nothing_that_the_c_library_refuses(void **state)
{
    (void)state;
    uint32_t seed = 7;
    size_t taken = 0;
    for (int round = 0; round < 300000; round++) {
        char text[24];
        size_t length = next(&seed) % 16;
        for (size_t i = 0; i < length; i++) text[i] = "::::0f1..2"[next(&seed) % 10];
        text[length] = '\0';
        uint8_t ours[IPV6_SIZE], theirs[IPV6_SIZE];
        size_t size = ip_parse((struct span){text, length}, ours);
        if (size == 0) continue;
        taken++;
        assert_int_equal(inet_pton(size == IPV4_SIZE ? AF_INET : AF_INET6, text, theirs), 1);
        assert_memory_equal(theirs, ours, size);
    }
    assert_true(taken > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_rfc_5952_recommends),
        cmocka_unit_test(resolves_the_gap_and_the_quad),
        cmocka_unit_test(agrees_with_the_c_library_on_random_addresses),
        cmocka_unit_test(takes_nothing_that_the_c_library_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
