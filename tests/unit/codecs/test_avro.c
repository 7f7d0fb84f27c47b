#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>

#include "codecs/avro.h"

/* What a writer wrote, in room of which every byte is known. */
struct written {
    char bytes[64];
    size_t size;
};

static void assert_bytes(const struct written *written, struct span expected)
{
    assert_int_equal(written->size, expected.size);
    assert_memory_equal(written->bytes, expected.data, expected.size);
}

#define WRITE(written, call)                                 \
    do {                                                     \
        char *to = (written).bytes;                          \
        (written).size = (size_t)((call) - (written).bytes); \
    } while (0)

/* Avro specification 1.11, "Binary Encoding": the table of zig-zag longs, then bounds */
static void longs_are_zigzag_varints(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        struct span bytes;
    } rows[] = {
        {0, {"\x00", 1}},
        {-1, {"\x01", 1}},
        {1, {"\x02", 1}},
        {-2, {"\x03", 1}},
        {2, {"\x04", 1}},
        {-64, {"\x7f", 1}},
        {64, {"\x80\x01", 2}},
        {8192, {"\x80\x80\x01", 3}},
        {-8193, {"\x81\x80\x01", 3}},
        {INT32_MAX, {"\xfe\xff\xff\xff\x0f", 5}},
        {INT32_MIN, {"\xff\xff\xff\xff\x0f", 5}},
        {INT64_MAX, {"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}},
        {INT64_MIN, {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct written written;
        WRITE(written, avro_write_long(to, rows[i].value));
        assert_bytes(&written, rows[i].bytes);
        const char *at = written.bytes;
        int64_t value;
        assert_true(avro_read_long(&at, written.bytes + written.size, &value));
        assert_int_equal(value, rows[i].value);
        assert_ptr_equal(at, written.bytes + written.size);
        at = written.bytes;
        for (size_t cut = 0; cut < written.size; cut++) assert_false(avro_read_long(&at, written.bytes + cut, &value));
        assert_ptr_equal(at, written.bytes);
    }
}

static void longs_beyond_64_bits_are_refused(void **state)
{
    (void)state;
    static const struct span wrong[] = {
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11},
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *at = wrong[i].data;
        int64_t value;
        assert_false(avro_read_long(&at, wrong[i].data + wrong[i].size, &value));
    }
}

static void bytes_carry_their_length(void **state)
{
    (void)state;
    struct written written;
    WRITE(written, avro_write_bytes(to, SPAN("foo")));
    assert_bytes(&written, SPAN("\x06"
                                "foo")); /* the specification's example */
    const char *at = written.bytes;
    struct span read;
    assert_true(avro_read_bytes(&at, written.bytes + 4, &read));
    assert_true(span_is(read, "foo"));
    at = written.bytes;
    assert_false(avro_read_bytes(&at, written.bytes + 3, &read));
    assert_ptr_equal(at, written.bytes);
    at = "\x01"; /* -1 */
    assert_false(avro_read_bytes(&at, at + 1, &read));
    at = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"; /* 2^63 - 1 */
    assert_false(avro_read_bytes(&at, at + 10, &read));
    WRITE(written, avro_write_bytes(to, (struct span){NULL, 0}));
    assert_bytes(&written, (struct span){"", 1});
    WRITE(written, avro_write_bool(avro_write_bool(to, true), false));
    assert_bytes(&written, (struct span){"\x01\x00", 2});
}

static void floats_are_ieee_little_endian(void **state)
{
    (void)state;
    struct written written;
    WRITE(written, avro_write_float(to, 1.5F));
    assert_bytes(&written, (struct span){"\x00\x00\xc0\x3f", 4});
    WRITE(written, avro_write_float(to, -0.0F));
    assert_bytes(&written, (struct span){"\x00\x00\x00\x80", 4});
    WRITE(written, avro_write_float(to, FLT_MAX));
    assert_bytes(&written, (struct span){"\xff\xff\x7f\x7f", 4});
    WRITE(written, avro_write_double(to, -129.9));
    assert_bytes(&written, (struct span){"\xcd\xcc\xcc\xcc\xcc\x3c\x60\xc0", 8});
    WRITE(written, avro_write_double(to, 5e-324));
    assert_bytes(&written, (struct span){"\x01\x00\x00\x00\x00\x00\x00\x00", 8});
    WRITE(written, avro_write_double(to, (double)INFINITY));
    assert_bytes(&written, (struct span){"\x00\x00\x00\x00\x00\x00\xf0\x7f", 8});
}

static int128 power_of_ten(int exponent)
{
    int128 value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

/* Specification, "Decimal": two's complement, big-endian. 10^38 - 1 = 0x4B3B4CA85A86C47A098A223FFFFFFFFF. */
static void decimals_take_the_fewest_bytes(void **state)
{
    (void)state;
    const struct {
        int128 value;
        struct span bytes;
    } rows[] = {
        {0, {"\x02\x00", 2}},
        {-1, {"\x02\xff", 2}},
        {1, {"\x02\x01", 2}},
        {127, {"\x02\x7f", 2}},
        {128, {"\x04\x00\x80", 3}},
        {-128, {"\x02\x80", 2}},
        {-129, {"\x04\xff\x7f", 3}},
        {255, {"\x04\x00\xff", 3}},
        {256, {"\x04\x01\x00", 3}},
        {-256, {"\x04\xff\x00", 3}},
        {32767, {"\x04\x7f\xff", 3}},
        {32768, {"\x06\x00\x80\x00", 4}},
        {-32768, {"\x04\x80\x00", 3}},
        {-32769, {"\x06\xff\x7f\xff", 4}},
        {12990, {"\x04\x32\xbe", 3}},
        {INT64_MAX, {"\x10\x7f\xff\xff\xff\xff\xff\xff\xff", 9}},
        {INT64_MIN, {"\x10\x80\x00\x00\x00\x00\x00\x00\x00", 9}},
        {(int128)INT64_MAX + 1, {"\x12\x00\x80\x00\x00\x00\x00\x00\x00\x00", 10}},
        {power_of_ten(38) - 1, {"\x20\x4b\x3b\x4c\xa8\x5a\x86\xc4\x7a\x09\x8a\x22\x3f\xff\xff\xff\xff", 17}},
        {1 - power_of_ten(38), {"\x20\xb4\xc4\xb3\x57\xa5\x79\x3b\x85\xf6\x75\xdd\xc0\x00\x00\x00\x01", 17}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct written written;
        WRITE(written, avro_write_decimal(to, rows[i].value));
        assert_bytes(&written, rows[i].bytes);
        assert_true(written.size <= AVRO_DECIMAL_MAX + 1);
    }
}

/* Each power of two and its neighbours: read back by sign extension, and one byte less would lose the value. */
static void decimals_come_back(void **state)
{
    (void)state;
    for (int shift = 0; shift < 126; shift++) {
        for (int near = -1; near <= 1; near++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                int128 value = sign * (((int128)1 << shift) + near), read;
                struct written written;
                WRITE(written, avro_write_decimal(to, value));
                read = (signed char)written.bytes[1];
                for (size_t i = 2; i < written.size; i++) read = read * 256 + (unsigned char)written.bytes[i];
                assert_true(read == value);
                assert_int_equal(written.bytes[0], 2 * (written.size - 1));
                if (written.size < 3) continue;
                bool second_negative = (written.bytes[2] & 0x80) != 0;
                assert_false(written.bytes[1] == (second_negative ? -1 : 0));
            }
        }
    }
}

static void frames_name_their_schema(void **state)
{
    (void)state;
    struct written written;
    WRITE(written, avro_write_confluent(to, 0x01020384));
    assert_bytes(&written, (struct span){"\x00\x01\x02\x03\x84", CONFLUENT_FRAME});
    WRITE(written, avro_write_single_object(to, UINT64_C(0xF102030405060788)));
    assert_bytes(&written, (struct span){"\xc3\x01\x88\x07\x06\x05\x04\x03\x02\xf1", SINGLE_OBJECT_FRAME});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longs_are_zigzag_varints),       cmocka_unit_test(longs_beyond_64_bits_are_refused),
        cmocka_unit_test(bytes_carry_their_length),       cmocka_unit_test(floats_are_ieee_little_endian),
        cmocka_unit_test(decimals_take_the_fewest_bytes), cmocka_unit_test(decimals_come_back),
        cmocka_unit_test(frames_name_their_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
