#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/attributes.h"
#include "codecs/siphash.h"

/* The bytes 00 01 02 ... under the key 00 01 ... 0f: the paper's appendix A has the one of 15 bytes, `openssl mac SIPHASH` all.
 */
static void gives_the_published_values(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        uint64_t hash;
    } rows[] = {
        {8, UINT64_C(0x93f5f5799a932462)},  {9, UINT64_C(0x9e0082df0ba9e4b0)},  {15, UINT64_C(0xa129ca6149be45e5)},
        {16, UINT64_C(0x3f2acc7f57c29bdb)}, {23, UINT64_C(0xa80c038ccd5ccec8)}, {31, UINT64_C(0x32d892fad841c342)},
        {63, UINT64_C(0x958a324ceb064572)},
    };
    const struct siphash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    char bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)i;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_true(siphash(&key, UINT64_C(0x0706050403020100), (struct span){bytes + 8, rows[i].size - 8}) == rows[i].hash);
}

static void depends_on_key_lead_and_text(void **state)
{
    (void)state;
    const struct siphash_key key = {{1, 2}}, other = {{1, 3}};
    uint64_t hash = siphash(&key, 0, SPAN("name"));
    assert_true(hash == siphash(&key, 0, SPAN("name")));
    assert_true(hash != siphash(&other, 0, SPAN("name")));
    assert_true(hash != siphash(&key, 1, SPAN("name")));
    assert_true(hash != siphash(&key, 0, SPAN("nam")));
    assert_true(hash != siphash(&key, 0, (struct span){"name\0", 5}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_published_values),
        cmocka_unit_test(depends_on_key_lead_and_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
