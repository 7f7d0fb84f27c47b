#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contracts/handling_parse.h"

static struct arena *arena;
static struct handling handling;
static struct handling_error error;
static struct span constant;
static bool quoted;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 20);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static bool parse(const char *text)
{
    return handling_parse(span_of(text), arena, &handling, &constant, &quoted, &error);
}

static void reads_every_function(void **state)
{
    (void)state;
    assert_true(parse("hmac_sha256(scope=use)"));
    assert_int_equal(handling.kind, HANDLE_HMAC);
    assert_int_equal(handling.scope, SCOPE_USE);
    assert_true(parse(" hmac_sha256 ( scope = domain ) "));
    assert_int_equal(handling.scope, SCOPE_DOMAIN);
    assert_true(parse("encrypt(key=use)"));
    assert_int_equal(handling.kind, HANDLE_ENCRYPT);
    assert_true(parse("mask(keep_first=1, keep_last=4, keep_domain=true)"));
    assert_int_equal(handling.keep_first, 1);
    assert_int_equal(handling.keep_last, 4);
    assert_true(handling.keep_domain);
    assert_true(parse("mask"));
    assert_int_equal(handling.keep_first, 0);
    assert_true(parse("truncate(len=8)"));
    assert_int_equal(handling.length, 8);
    assert_true(parse("truncate_ip(v6=48, v4=24)"));
    assert_int_equal(handling.v4, 24);
    assert_int_equal(handling.v6, 48);
    assert_true(parse("generalise(unit=month)"));
    assert_int_equal(handling.unit, UNIT_MONTH);
    struct number half = {5, -1, false};
    assert_true(parse("round(step=0.50)"));
    assert_int_equal(number_compare(&handling.step, &half), 0);
}

static void reads_constants_with_their_quotes(void **state)
{
    (void)state;
    assert_true(parse("redact(value='it''s, (gone)')"));
    assert_true(span_is(constant, "it's, (gone)"));
    assert_true(quoted);
    assert_true(parse("redact(value=\"\")"));
    assert_non_null(constant.data);
    assert_int_equal(constant.size, 0);
    assert_true(parse("redact(value=-1.5)"));
    assert_true(span_is(constant, "-1.5"));
    assert_false(quoted);
}

struct wrong {
    const char *text;
    enum handling_fault fault;
    size_t offset;
};

static const struct wrong wrongs[] = {
    {"", HANDLING_SYNTAX, 0},
    {"sha256", HANDLING_SYNTAX, 0},
    {"drop()", HANDLING_SYNTAX, 0},
    {"HMAC_SHA256(scope=use)", HANDLING_SYNTAX, 0},
    {"hmac_sha256", HANDLING_SYNTAX, 0},
    {"hmac_sha256(use)", HANDLING_SYNTAX, 15},
    {"hmac_sha256(scope=team)", HANDLING_SYNTAX, 12},
    {"hmac_sha256(scope='use')", HANDLING_SYNTAX, 12},
    {"hmac_sha256(scope=use, scope=use)", HANDLING_SYNTAX, 23},
    {"hmac_sha256(scope=use", HANDLING_SYNTAX, 21},
    {"hmac_sha256(scope=use) x", HANDLING_SYNTAX, 23},
    {"truncate(len=0)", HANDLING_SYNTAX, 9},
    {"truncate(len=-1)", HANDLING_SYNTAX, 9},
    {"truncate(len=99999999)", HANDLING_SYNTAX, 9},
    {"truncate(length=8)", HANDLING_SYNTAX, 9},
    {"truncate_ip(v4=24)", HANDLING_SYNTAX, 0},
    {"truncate_ip(v4=33, v6=48)", HANDLING_SYNTAX, 12},
    {"truncate_ip(v4=24, v6=129)", HANDLING_SYNTAX, 19},
    {"generalise(unit=week)", HANDLING_SYNTAX, 11},
    {"round(step=0)", HANDLING_SYNTAX, 6},
    {"round(step=-1)", HANDLING_SYNTAX, 6},
    {"mask(keep_domain=yes)", HANDLING_SYNTAX, 5},
    {"redact()", HANDLING_SYNTAX, 0},
    {"redact(value='x)", HANDLING_SYNTAX, 16},
    {"encrypt(key=subject)", HANDLING_NOT_SERVED, 8},
    {"encrypt(key=domain)", HANDLING_SYNTAX, 8},
    {"encrypt(key='use')", HANDLING_SYNTAX, 8},
    {"encrypt()", HANDLING_SYNTAX, 0},
    {"encrypt(scope=use)", HANDLING_SYNTAX, 8},
    {"hmac_sha256(scope=subject)", HANDLING_NOT_SERVED, 12},
    {"mask(a=1, b=1, c=1, d=1, e=1)", HANDLING_SYNTAX, 24},
};

static void refuses_everything_else_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
        if (parse(wrongs[i].text)) fail_msg("'%s' was read", wrongs[i].text);
        if (error.fault != wrongs[i].fault || error.offset != wrongs[i].offset)
            fail_msg("'%s': fault %d at %zu: %s", wrongs[i].text, (int)error.fault, error.offset, error.message);
    }
}

static void writes_what_it_reads(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "hmac_sha256(scope=domain)", "encrypt(key=use)",          "mask(keep_first=1, keep_last=0, keep_domain=true)",
        "truncate(len=3)",           "truncate_ip(v4=16, v6=32)", "generalise(unit=day)",
        "round(step=0.05)"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_true(parse(texts[i]));
        assert_string_equal(handling_text(&handling, arena).data, texts[i]);
    }
    assert_true(parse("redact(value='it''s')"));
    handling.constant.text = constant;
    assert_string_equal(handling_text(&handling, arena).data, "redact(value='it''s')");
    assert_null(handling_text(&(struct handling){0}, arena).data);
}

static void survives_truncation_and_an_exhausted_arena(void **state)
{
    (void)state;
    static const char text[] = "redact(value='it''s, (gone)')";
    for (size_t size = 0; size < sizeof text - 1; size++) {
        char *copy = malloc(size + 1);
        memcpy(copy, text, size);
        assert_false(handling_parse((struct span){copy, size}, arena, &handling, &constant, &quoted, &error));
        free(copy);
    }
    struct arena *small = arena_create(1);
    assert_false(handling_parse(span_of(text), small, &handling, &constant, &quoted, &error));
    assert_int_equal(error.fault, HANDLING_MEMORY);
    arena_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_every_function, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_constants_with_their_quotes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_everything_else_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writes_what_it_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_truncation_and_an_exhausted_arena, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
