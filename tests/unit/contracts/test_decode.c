#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/micro_desk.h"
#include "tests/decode_twin.h"

/* The short ways against the long one, over an event and all that lies near it. */

enum { TOKENS = 20000 };

static const char *const payment =
    "{\"event_id\":\"0190f3c2-7f4e-7c11-9a53-0b1d5f0c9a11\",\"occurred_at\":\"2026-11-22T13:44:13.250Z\",\"amount\":129.90,"
    "\"currency\":\"NOK\",\"billing_country\":\"NO\",\"installments\":3,\"contactless\":true,\"customer\":{\"customer_id\":"
    "\"cust-4711\",\"email\":\"kari@example.org\",\"account_opened_on\":\"2019-05-17\"},\"x\":[1,{\"y\":null}],\"card\":"
    "{\"network_token\":\"tok_4f9a1c2b7d10e3a8\",\"bin\":\"457173\",\"last4\":\"4242\"},\"device\":null,\"risk_flags\":"
    "[\"new_device\",\"\\u0061\"],\"lines\":[{\"sku\":\"BOOK-1\",\"quantity\":1},{\"sku\":\"P\\u00e9N\",\"quantity\":3e0}]}";
static const char *const scan =
    "{\"scan_id\":\"0190f3c2-7f4e-7c11-9a53-0b1d5f0c9a12\",\"scanned_at\":\"2026-11-22T13:44:13Z\",\"wall_clock\":"
    "\"2026-11-22T14:44:13.250\",\"kind\":\"arrived\",\"sequence\":918273645,\"customs_date\":\"23.11.2026\",\"handover_from\":"
    "\"08:30:00\",\"serial\":18446744073709551615,\"parcel\":{\"tracking_number\":\"NO123456789\",\"weight_kg\":2.450,"
    "\"volume_m3\":0.0144,\"declared_value\":249.00,\"fragile\":false,\"seal\":\"c2VhbC03Nw==\",\"labels\":[]},\"recipient\":"
    "{\"recipient_id\":\"r\",\"address\":{\"postcode\":\"0155\",\"country\":\"NO\"}},\"scanner\":{\"device_id\":\"h\","
    "\"temperature_c\":-4.50,\"battery_percent\":81},\"position\":{\"latitude\":59.91273,\"longitude\":-0.0}}";

static const char *const maps =
    "{\"id\":\"a\",\"texts\":{\"b\":\"2\",\"\\u0061\":\"1\",\"\":\"0\"},\"counts_by_name\":{\"zz\":3,\"aa\":null},\"details\":{"
    "\"nn\":{"
    "\"title\":\"x\",\"price\":1.5,\"other\":[1]},\"en\":{\"title\":\"y\"}},\"scores\":{\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\":"
    "[0.5,1e0]},\"nested\":{\"z\":{},\"a\":{\"y\":true,\"x\":false}},\"rows\":[{\"a\":1,\"b\":-0},{}]}";

/* The examples, and what they have none of. */
enum { PROGRAMS = 3 };
static const char *const folders[PROGRAMS] = {"contracts/examples", "tests/decisions/contracts/maps", "bench/contracts"};
static struct program *programs[PROGRAMS];
static struct pattern_scratch *scratch;
static char *padded;

static const struct model_program *model_of(const char *event)
{
    const struct model_program *model = NULL;
    for (size_t i = 0; i < PROGRAMS && model == NULL; i++) model = program_model(programs[i], span_of(event));
    assert_non_null(model);
    return model;
}

/* A copy whose padding is as misleading as can be. */
static struct span copy_of(const char *text, size_t size)
{
    static const char padding[] = "\",\"amount\":1}}]";
    memcpy(padded, text, size);
    for (size_t i = 0; i < JSON_PADDING; i++) padded[size + i] = padding[i % (sizeof padding - 1)];
    return (struct span){padded, size};
}

static void each_event(void (*look)(const struct model_program *model, const char *text, size_t size))
{
    look(model_of("payment.authorized"), payment, strlen(payment));
    look(model_of("shipment.scanned"), scan, strlen(scan));
    look(model_of("maps"), maps, strlen(maps));
    look(model_of("payment"), MICRO_EVENT, MICRO_EVENT_SIZE);
}

static void look_at_whole(const struct model_program *model, const char *text, size_t size)
{
    struct twin twin = twin_read(model, scratch, copy_of(text, size), TOKENS, false);
    assert_true(twin.read);
    assert_int_equal(twin.violations.total, 0);
    assert_ptr_equal(twin.cursor.at, padded + size);
    assert_true(twin_compare(model, scratch, copy_of(text, size), TOKENS));
    arena_destroy(twin.arena);
}

static void both_read_the_whole(void **state)
{
    (void)state;
    each_event(look_at_whole);
}

static void look_at_prefixes(const struct model_program *model, const char *text, size_t size)
{
    for (size_t prefix = 0; prefix < size; prefix++) assert_false(twin_compare(model, scratch, copy_of(text, prefix), TOKENS));
}

static void no_prefix_is_an_event(void **state)
{
    (void)state;
    each_event(look_at_prefixes);
}

/* The text goes on behind its end: names and values that the end cuts look whole. */
static void look_at_cuts(const struct model_program *model, const char *text, size_t size)
{
    for (size_t cut = 0; cut < size; cut++) {
        copy_of(text, size);
        assert_false(twin_compare(model, scratch, (struct span){padded, cut}, TOKENS));
    }
}

static void what_lies_behind_the_end_is_not_read(void **state)
{
    (void)state;
    each_event(look_at_cuts);
}

static void look_at_changes(const struct model_program *model, const char *text, size_t size)
{
    static const char bytes[] = "\"\\,:{}[]09.-e+tfnZ \n\x01\x7F\xC3\xFF";
    for (size_t at = 0; at < size; at++)
        for (size_t i = 0; i < sizeof bytes; i++) {
            struct span changed = copy_of(text, size);
            padded[at] = bytes[i];
            twin_compare(model, scratch, changed, TOKENS);
        }
}

static void a_changed_byte_is_read_alike(void **state)
{
    (void)state;
    each_event(look_at_changes);
}

static void look_at_insertions(const struct model_program *model, const char *text, size_t size)
{
    static const char bytes[] = "\" 0\\,";
    for (size_t at = 0; at <= size; at++)
        for (size_t i = 0; i + 1 < sizeof bytes; i++) {
            copy_of(text, size);
            memmove(padded + at + 1, padded + at, size + JSON_PADDING - at);
            padded[at] = bytes[i];
            twin_compare(model, scratch, (struct span){padded, size + 1}, TOKENS);
        }
}

static void an_inserted_byte_is_read_alike(void **state)
{
    (void)state;
    each_event(look_at_insertions);
}

/* Every limit on tokens up to the one that does. */
static void look_at_limits(const struct model_program *model, const char *text, size_t size)
{
    uint32_t tokens = 0;
    while (!twin_compare(model, scratch, copy_of(text, size), tokens)) tokens++;
    struct json_cursor cursor;
    json_begin(&cursor, copy_of(text, size), 32, TOKENS);
    assert_true(json_skip(&cursor));
    assert_int_equal(tokens, TOKENS - cursor.tokens_left);
}

static void tokens_are_counted_alike(void **state)
{
    (void)state;
    each_event(look_at_limits);
}

/* White space wherever the grammar allows it. */
static void look_at_space(const struct model_program *model, const char *text, size_t size)
{
    char *spaced = malloc(4 * size + 1), *to = spaced;
    bool string = false;
    assert_non_null(spaced);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"' && text[i - (i > 0)] != '\\') string = !string;
        bool between = !string && strchr(",:{}[]", text[i]) != NULL;
        if (between) *to++ = i % 2 == 0 ? ' ' : '\t';
        *to++ = text[i];
        if (between) *to++ = i % 3 == 0 ? '\n' : '\r';
    }
    struct twin twin = twin_read(model, scratch, copy_of(spaced, (size_t)(to - spaced)), TOKENS, false);
    assert_true(twin.read);
    assert_int_equal(twin.violations.total, 0);
    arena_destroy(twin.arena);
    assert_true(twin_compare(model, scratch, copy_of(spaced, (size_t)(to - spaced)), TOKENS));
    free(spaced);
}

static void space_changes_nothing(void **state)
{
    (void)state;
    each_event(look_at_space);
}

static struct program *open_folder(const char *folder)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    struct arena *arena = arena_create(16 << 20);
    struct keyring *keyring = keyring_create_passing();
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    struct catalogue *catalogue = catalogue_load(folder, &options, &diagnostics);
    if (catalogue == NULL || keyring == NULL) return NULL;
    struct program *program = program_compile(catalogue, keyring, NULL, &diagnostics);
    keyring_destroy(keyring);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return program;
}

static int open_programs(void **state)
{
    (void)state;
    bool whole = true;
    for (size_t i = 0; i < PROGRAMS; i++) whole = (programs[i] = open_folder(folders[i])) != NULL && whole;
    scratch = pattern_scratch_create();
    padded = malloc(64 * 1024);
    return !whole || scratch == NULL || padded == NULL;
}

static int close_programs(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct catalogue *catalogue = (struct catalogue *)(uintptr_t)program_catalogue(programs[i]);
        program_destroy(programs[i]);
        catalogue_destroy(catalogue);
    }
    pattern_scratch_destroy(scratch);
    free(padded);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_read_the_whole),
        cmocka_unit_test(no_prefix_is_an_event),
        cmocka_unit_test(what_lies_behind_the_end_is_not_read),
        cmocka_unit_test(a_changed_byte_is_read_alike),
        cmocka_unit_test(an_inserted_byte_is_read_alike),
        cmocka_unit_test(tokens_are_counted_alike),
        cmocka_unit_test(space_changes_nothing),
    };
    return cmocka_run_group_tests(tests, open_programs, close_programs);
}
