#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/base64.h"
#include "contracts/handling.h"

/* The room is exactly what handling_room() promises, so that ASan sees a byte too many. */
static char *room_for(const struct handling *handling, size_t size)
{
    char *room = malloc(handling_room(handling, size) + 1);
    assert_non_null(room);
    return room;
}

static void assert_text(const struct handling *handling, const char *text, const char *expected)
{
    struct field field = {.type = TYPE_STRING};
    struct handling_program program = {.handling = handling, .source = &field, .field = &field};
    struct value value = {.type = TYPE_STRING, .as.string.text = span_of(text)};
    char *room = room_for(handling, strlen(text));
    bool treated = handling_apply(&program, &value, room, NULL);
    assert_int_equal(treated, expected != NULL);
    if (treated) assert_int_equal(value.as.string.text.size, strlen(expected));
    if (treated && *expected != '\0') assert_memory_equal(value.as.string.text.data, expected, strlen(expected));
    free(room);
}

static void mask_keeps_ends_and_hides_at_most_eight(void **state)
{
    (void)state;
    struct handling first = {.kind = HANDLE_MASK, .keep_first = 2}, both = {.kind = HANDLE_MASK, .keep_first = 1, .keep_last = 2};
    struct handling none = {.kind = HANDLE_MASK};
    assert_text(&first, "abcdef", "ab****");
    assert_text(&first, "abc", "ab*");
    assert_text(&first, "ab", "ab");
    assert_text(&first, "a", "a");
    assert_text(&first, "", "");
    assert_text(&first, "abcdefghijkl", "ab********");
    assert_text(&both, "abcdef", "a***ef");
    assert_text(&both, "abc", "abc");
    assert_text(&both, "abcd", "a*cd");
    assert_text(&both, "ab", "ab");
    assert_text(&none, "abc", "***");
    assert_text(&none, "abcdefghi", "********");
    assert_text(&none, "", "");
}

static void mask_counts_code_points(void **state)
{
    (void)state;
    struct handling mask = {.kind = HANDLE_MASK, .keep_first = 1, .keep_last = 1};
    assert_text(&mask, "Ærø", "Æ*ø");
    assert_text(&mask, "😀a😀", "😀*😀");
    assert_text(&mask, "日本語文字", "日***字");
}

static void mask_keeps_the_domain(void **state)
{
    (void)state;
    struct handling mask = {.kind = HANDLE_MASK, .keep_first = 1, .keep_domain = true};
    struct handling ends = {.kind = HANDLE_MASK, .keep_last = 1, .keep_domain = true};
    assert_text(&mask, "ada@example.org", "a**@example.org");
    assert_text(&mask, "a@example.org", "a@example.org");
    assert_text(&mask, "@example.org", "@example.org");
    assert_text(&mask, "\"odd@name\"@example.org", "\"********@example.org");
    assert_text(&mask, "no address", "n********");
    assert_text(&mask, "a@", "a@");
    assert_text(&ends, "lovelace@example.org", "*******e@example.org");
}

static void truncate_counts_code_points(void **state)
{
    (void)state;
    struct handling three = {.kind = HANDLE_TRUNCATE, .length = 3}, none = {.kind = HANDLE_TRUNCATE, .length = 0};
    assert_text(&three, "abcdef", "abc");
    assert_text(&three, "abc", "abc");
    assert_text(&three, "ab", "ab");
    assert_text(&three, "", "");
    assert_text(&three, "😀é語x", "😀é語");
    assert_text(&none, "abc", "");
}

static void truncate_ip_gives_the_network(void **state)
{
    (void)state;
    struct handling usual = {.kind = HANDLE_TRUNCATE_IP, .v4 = 24, .v6 = 48},
                    odd = {.kind = HANDLE_TRUNCATE_IP, .v4 = 13, .v6 = 35};
    struct handling all = {.kind = HANDLE_TRUNCATE_IP, .v4 = 32, .v6 = 128},
                    none = {.kind = HANDLE_TRUNCATE_IP, .v4 = 0, .v6 = 0};
    assert_text(&usual, "203.0.113.77", "203.0.113.0");
    assert_text(&usual, "2001:db8:85a3:8d3:1319:8a2e:370:7348", "2001:db8:85a3::");
    assert_text(&usual, "::1", "::");
    assert_text(&usual, "::ffff:203.0.113.77", "::");
    assert_text(&odd, "255.255.255.255", "255.248.0.0");
    assert_text(&odd, "ffff:ffff:ffff::", "ffff:ffff:e000::");
    assert_text(&all, "203.0.113.77", "203.0.113.77");
    assert_text(&all, "2001:DB8::0001", "2001:db8::1");
    assert_text(&none, "203.0.113.77", "0.0.0.0");
    assert_text(&none, "2001:db8::1", "::");
    assert_text(&usual, "not an address", NULL);
    assert_text(&usual, "", NULL);
    assert_text(&usual, "203.0.113.077", NULL);
}

/* The text that is hashed is what is at stake here; the next test pins the bytes. */
static void assert_hash(enum type type, struct slot slot, int scale, const char *canonical)
{
    struct handling handling = {.kind = HANDLE_HMAC};
    struct field source = {.type = type, .scale = scale, .fraction_digits = type == TYPE_TIME ? 6 : 3, .zone = true};
    struct field field = {.type = TYPE_STRING};
    struct handling_program program = {.handling = &handling, .source = &source, .field = &field};
    struct value value = {.type = type, .scale = scale, .as = slot};
    char room[HMAC_TEXT], expected[HMAC_TEXT + 1];
    uint8_t digest[SHA256_SIZE];
    hmac_key_init(&program.key, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 32);
    hmac_sha256(&program.key, (struct span[]){SPAN("field"), span_of(canonical)}, 2, digest);
    assert_int_equal(base64url_encode(digest, sizeof digest, expected), HMAC_TEXT);
    assert_true(handling_apply(&program, &value, room, NULL));
    assert_int_equal(value.type, TYPE_STRING);
    assert_int_equal(value.as.string.text.size, HMAC_TEXT);
    assert_memory_equal(value.as.string.text.data, expected, HMAC_TEXT);
}

static void hmac_takes_the_canonical_text(void **state)
{
    (void)state;
    assert_hash(TYPE_STRING, (struct slot){.string.text = SPAN("Ærø")}, 0, "Ærø");
    assert_hash(TYPE_STRING, (struct slot){.string.text = SPAN("")}, 0, "");
    assert_hash(TYPE_LONG, (struct slot){.integer = INT64_MIN}, 0, "-9223372036854775808");
    assert_hash(TYPE_INT, (struct slot){.integer = 100}, 0, "100");
    assert_hash(TYPE_DECIMAL, (struct slot){.decimal = -12990}, 2, "-129.9");
    assert_hash(TYPE_DECIMAL, (struct slot){.decimal = 0}, 2, "0");
    assert_hash(TYPE_DOUBLE, (struct slot){.number = {1, -1, false}}, 0, "0.1");
    assert_hash(TYPE_BOOLEAN, (struct slot){.boolean = true}, 0, "true");
    assert_hash(TYPE_BOOLEAN, (struct slot){.boolean = false}, 0, "false");
    assert_hash(TYPE_DATE, (struct slot){.integer = 0}, 0, "1970-01-01");
    assert_hash(TYPE_TIMESTAMP, (struct slot){.integer = 1}, 0, "1970-01-01T00:00:00.000Z");
    assert_hash(TYPE_TIME, (struct slot){.integer = 1}, 0, "00:00:00.000001");
}

/* Python: base64.urlsafe_b64encode(hmac.new(b"k" * 32, b"field\x1fcus_1", "sha256").digest()).rstrip(b"=") */
static void hmac_is_the_published_value(void **state)
{
    (void)state;
    struct hmac_key key;
    char room[HMAC_TEXT];
    hmac_key_init(&key, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 32);
    struct span hash = handling_hmac(&key, SPAN("cus_1"), room);
    assert_int_equal(hash.size, HMAC_TEXT);
    assert_memory_equal(hash.data, "vYatyne8YF7z_Elc0BBQhuz_4y19FReD876pr9Driq0", HMAC_TEXT);
}

static struct value apply(const struct handling *handling, enum type type, struct slot slot)
{
    struct field field = {.type = type, .scale = 2};
    struct handling_program program = {.handling = handling, .source = &field, .field = &field};
    struct value value = {.type = type, .scale = 2, .as = slot};
    char room[64];
    assert_true(handling_apply(&program, &value, room, NULL));
    return value;
}

static void generalise_floors_instants_and_dates(void **state)
{
    (void)state;
    static const struct {
        enum time_unit unit;
        int64_t instant;
    } rows[] = {
        {UNIT_SECOND, INT64_C(1795355112000000)}, {UNIT_MINUTE, INT64_C(1795355100000000)},
        {UNIT_HOUR, INT64_C(1795352400000000)},   {UNIT_DAY, INT64_C(1795305600000000)},
        {UNIT_MONTH, INT64_C(1793491200000000)},  {UNIT_YEAR, INT64_C(1767225600000000)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct handling handling = {.kind = HANDLE_GENERALISE, .unit = rows[i].unit};
        struct value value = apply(&handling, TYPE_TIMESTAMP, (struct slot){.integer = INT64_C(1795355112512345)});
        assert_int_equal(value.as.integer, rows[i].instant);
    }
    struct handling month = {.kind = HANDLE_GENERALISE, .unit = UNIT_MONTH},
                    hour = {.kind = HANDLE_GENERALISE, .unit = UNIT_HOUR};
    assert_int_equal(apply(&month, TYPE_DATE, (struct slot){.integer = 20779}).as.integer, 20758); /* 22 and 1 November 2026 */
    assert_int_equal(apply(&hour, TYPE_DATE, (struct slot){.integer = 20779}).as.integer, 20779);
    assert_int_equal(apply(&hour, TYPE_TIMESTAMP, (struct slot){.integer = -1}).as.integer, -US_PER_HOUR);
}

static void assert_rounded(struct number step, int64_t unscaled, int64_t coefficient, int32_t exponent)
{
    struct handling handling = {.kind = HANDLE_ROUND, .step = step};
    struct value value = apply(&handling, TYPE_DECIMAL, (struct slot){.decimal = unscaled});
    struct number number = value_number(&value);
    struct number expected = {(uint128)(coefficient < 0 ? -coefficient : coefficient), exponent, coefficient < 0};
    assert_int_equal(number_compare(&number, &expected), 0);
}

static void round_is_half_to_even(void **state)
{
    (void)state;
    struct number ten = {1, 1, false}, half = {5, -1, false};
    assert_rounded(ten, 1500, 2, 1);
    assert_rounded(ten, 2500, 2, 1);
    assert_rounded(ten, 2501, 3, 1);
    assert_rounded(ten, -1500, -2, 1);
    assert_rounded(ten, 499, 0, 0);
    assert_rounded(half, 1225, 12, 0);
    assert_rounded(half, 1226, 125, -1);
    struct handling handling = {.kind = HANDLE_ROUND, .step = ten};
    struct value value = apply(&handling, TYPE_LONG, (struct slot){.integer = 35});
    struct number number = value_number(&value), forty = {4, 1, false};
    assert_int_equal(number_compare(&number, &forty), 0);
}

static void redact_is_the_constant(void **state)
{
    (void)state;
    struct handling text = {.kind = HANDLE_REDACT, .constant.text = SPAN("gone")};
    struct handling number = {.kind = HANDLE_REDACT, .constant.number = {7, 0, false}};
    struct handling flag = {.kind = HANDLE_REDACT, .constant.boolean = true}, day = {.kind = HANDLE_REDACT, .constant.time = 3};
    assert_text(&text, "secret", "gone");
    assert_text(&text, "", "gone");
    struct value value = apply(&number, TYPE_LONG, (struct slot){.integer = 1});
    struct field field = {.type = TYPE_LONG};
    assert_true(value_convert(&value, &field));
    assert_int_equal(value.as.integer, 7);
    assert_true(apply(&flag, TYPE_BOOLEAN, (struct slot){.boolean = false}).as.boolean);
    assert_int_equal(apply(&day, TYPE_DATE, (struct slot){.integer = 1}).as.integer, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mask_keeps_ends_and_hides_at_most_eight),
        cmocka_unit_test(mask_counts_code_points),
        cmocka_unit_test(mask_keeps_the_domain),
        cmocka_unit_test(truncate_counts_code_points),
        cmocka_unit_test(truncate_ip_gives_the_network),
        cmocka_unit_test(hmac_takes_the_canonical_text),
        cmocka_unit_test(hmac_is_the_published_value),
        cmocka_unit_test(generalise_floors_instants_and_dates),
        cmocka_unit_test(round_is_half_to_even),
        cmocka_unit_test(redact_is_the_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
