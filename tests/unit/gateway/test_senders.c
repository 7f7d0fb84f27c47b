#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "gateway/senders_edit.h"

/* SHA-256 of 43 times 'A' and of 43 times 'B': sha256sum. */
#define SECRET_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SECRET_B "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define HASH_A   "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a"
#define HASH_B   "412dc46cc9e3cb26f29f7c1415c556349af62904c5d15b0a2d8cfdc5cfa22b34"

static const char file_text[] = "# our apps\n"
                                "senders:\n"
                                "  - name: urn:acme:app:checkout   # the shop\n"
                                "    kind: server\n"
                                "    events: [order.placed, cart.opened]\n"
                                "    receipts: true\n"
                                "    keys:\n"
                                "      - prefix: \"0123456789ab\"\n"
                                "        sha256: " HASH_A "\n"
                                "        created: 2026-11-22T13:44:13Z\n"
                                "      - prefix: fedcba987654   # the next one\n"
                                "        sha256: " HASH_B "\n"
                                "  # browsers\n"
                                "  - name: https://acme.example/web\n"
                                "    kind: browser\n"
                                "    events: all\n"
                                "    origins: ['https://shop.example', 'http://localhost:3000']\n"
                                "    keys:\n"
                                "      - prefix: aaaaaaaaaaaa\n"
                                "        sha256: " HASH_B "\n"
                                "# the end\n";

static struct senders *parse_fine(struct span text)
{
    struct config_errors errors;
    struct senders *senders = senders_parse(text, "senders.yaml", &errors);
    for (size_t i = 0; i < errors.count; i++) print_error("%u: %s\n", (unsigned)errors.items[i].line, errors.items[i].message);
    assert_non_null(senders);
    config_errors_deinit(&errors);
    return senders;
}

static void assert_error(const char *text, unsigned line, unsigned column, const char *part)
{
    struct config_errors errors;
    assert_null(senders_parse(span_of(text), "senders.yaml", &errors));
    assert_true(errors.count >= 1);
    if (strstr(errors.items[0].message, part) == NULL) fail_msg("'%s' lacks '%s'", errors.items[0].message, part);
    assert_string_equal(errors.items[0].file, "senders.yaml");
    assert_int_equal(errors.items[0].line, line);
    assert_int_equal(errors.items[0].column, column);
    config_errors_deinit(&errors);
}

static const char *found(const struct senders *senders, const char *authorization)
{
    const struct sender *sender = senders_find(senders, span_of(authorization));
    return sender != NULL ? sender->name.data : NULL;
}

static void finds_a_sender_by_its_key(void **state)
{
    (void)state;
    struct senders *senders = parse_fine(SPAN(file_text));
    assert_int_equal(senders->count, 2);
    assert_string_equal(found(senders, "Bearer hg_0123456789ab_" SECRET_A), "urn:acme:app:checkout");
    assert_string_equal(found(senders, "bearer  hg_fedcba987654_" SECRET_B), "urn:acme:app:checkout");
    assert_string_equal(found(senders, "BEARER hg_aaaaaaaaaaaa_" SECRET_B), "https://acme.example/web");
    senders_destroy(senders);
}

static void finds_nobody_by_anything_else(void **state)
{
    (void)state;
    struct senders *senders = parse_fine(SPAN(file_text));
    static const char *const wrong[] = {
        "Bearer hg_0123456789ab_" SECRET_B,
        "Bearer hg_0123456789ac_" SECRET_A,
        "Bearer hg_0123456789AB_" SECRET_A,
        "Bearer hg_0123456789ab_" SECRET_A "A",
        "Bearer hg_0123456789ab_",
        "Bearer 0123456789ab_" SECRET_A,
        "Basic hg_0123456789ab_" SECRET_A,
        "hg_0123456789ab_" SECRET_A,
        "Bearer",
        "Bearer ",
        "",
        "Bearer hg_0123456789ab-" SECRET_A,
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (found(senders, wrong[i]) != NULL) fail_msg("'%s' was let in", wrong[i]);
    assert_null(senders_find(senders, (struct span){NULL, 0}));
    senders_destroy(senders);
}

static void knows_what_each_may_do(void **state)
{
    (void)state;
    struct senders *senders = parse_fine(SPAN(file_text));
    const struct sender *shop = senders_by_name(senders, SPAN("urn:acme:app:checkout"));
    const struct sender *web = senders_by_name(senders, SPAN("https://acme.example/web"));
    assert_true(shop->receipts);
    assert_false(web->receipts);
    assert_int_equal(web->index, 1);
    assert_int_equal(web->kind, SENDER_BROWSER);
    assert_true(sender_may_send(shop, SPAN("order.placed")));
    assert_true(sender_may_send(shop, SPAN("cart.opened")));
    assert_false(sender_may_send(shop, SPAN("order")));
    assert_true(sender_may_send(web, SPAN("anything")));
    assert_true(sender_has_origin(web, SPAN("http://localhost:3000")));
    assert_false(sender_has_origin(web, SPAN("http://localhost")));
    assert_false(sender_has_origin(shop, SPAN("https://shop.example")));
    senders_destroy(senders);
}

static void is_anonymous_only_without_a_key(void **state)
{
    (void)state;
    struct senders *senders = senders_anonymous(true);
    const struct sender *sender = senders_find(senders, (struct span){NULL, 0});
    assert_non_null(sender);
    assert_string_equal(sender->name.data, "urn:headgate:anonymous");
    assert_true(sender->receipts);
    assert_true(sender_may_send(sender, SPAN("anything")));
    assert_null(found(senders, "Bearer hg_0123456789ab_" SECRET_A));
    senders_destroy(senders);
}

static void tells_errors_with_their_place(void **state)
{
    (void)state;
    assert_error("senders:\n  - name: checkout\n    events: all\n", 2, 11, "is a URI");
    assert_error("senders:\n  - name: urn:headgate:anonymous\n    events: all\n", 2, 11, "is kept");
    assert_error("senders:\n  - name: urn:a:b\n", 2, 5, "lacks its events");
    assert_error("senders:\n  - events: all\n", 2, 5, "lacks its name");
    assert_error("senders:\n  - name: urn:a:b\n    events: some\n", 3, 13, "`all` or a list");
    assert_error("senders:\n  - name: urn:a:b\n    event: all\n", 3, 5, "did you mean events?");
    assert_error("senders:\n  - name: urn:a:b\n    events: all\n    kind: phone\n", 4, 11, "server, app or browser");
    assert_error("senders:\n  - name: urn:a:b\n    events: all\n    receipts: 1\n", 4, 15, "true or false");
    assert_error("senders:\n  - name: urn:a:b\n    events: all\n    keys: [{prefix: xyz}]\n", 4, 21, "12 hex digits");
    assert_error("senders:\n  - name: urn:a:b\n    events: all\n    keys: [{prefix: 0123456789ab}]\n", 4, 12, "lacks its sha256");
    assert_error("senders:\n  - name: urn:a:b\n    events: all\n    origins: ['https://a.example']\n", 2, 5, "kind browser");
    assert_error("senders:\n  - name: urn:a:b\n    kind: browser\n    events: all\n    origins: ['https://a.example/']\n", 5, 15,
                 "an origin is");
    assert_error("senders:\n  - {name: 'urn:a:b', events: all}\n  - {name: 'urn:a:b', events: all}\n", 3, 5, "stands above");
    assert_error("sender: []\n", 1, 1, "did you mean senders?");
    assert_error("senders: 1\n", 1, 10, "a list is expected");
    assert_error("[]\n", 1, 1, "a map is expected");
    assert_error("a: b: c\n", 1, 5, "");
    assert_error("{}\n", 1, 1, "is missing");
}

static void refuses_a_prefix_twice(void **state)
{
    (void)state;
    assert_error("senders:\n"
                 "  - {name: 'urn:a:b', events: all, keys: [{prefix: 0123456789ab, sha256: " HASH_A "}]}\n"
                 "  - {name: 'urn:a:c', events: all, keys: [{prefix: 0123456789ab, sha256: " HASH_B "}]}\n",
                 0, 0, "two keys have the prefix");
}

/* ---------------------------------------------------------------- editing */

static const struct sender fresh = {.name = {"urn:acme:app:new", 16}, .all_events = true, .undeclared = UNDECLARED_UNSTATED};

static void makes_keys_that_its_reader_knows(void **state)
{
    (void)state;
    struct sender_secret secret, other;
    assert_true(sender_secret_new(&secret) && sender_secret_new(&other));
    assert_int_equal(strlen(secret.key), SENDER_KEY);
    assert_string_not_equal(secret.key, other.key);
    struct buffer out = BUFFER_EMPTY;
    assert_null(senders_edit_add(SPAN(""), &fresh, &secret, SPAN("2026-11-22T13:44:13Z"), &out));
    assert_null(strstr(out.data, secret.key + 3 + SENDER_PREFIX + 1));
    struct senders *senders = parse_fine(buffer_span(&out));
    char authorization[SENDER_KEY + 8];
    snprintf(authorization, sizeof authorization, "Bearer %s", secret.key);
    assert_string_equal(found(senders, authorization), "urn:acme:app:new");
    snprintf(authorization, sizeof authorization, "Bearer %s", other.key);
    assert_null(found(senders, authorization));
    senders_destroy(senders);
    buffer_deinit(&out);
}

static const struct sender_secret fixed = {"", "0000000000aa",
                                           "cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6"};

static void adds_a_sender_and_leaves_the_rest_as_it_is(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    assert_null(senders_edit_add(SPAN(file_text), &fresh, &fixed, SPAN("2026-11-22T13:44:13Z"), &out));
    const char *end = strstr(file_text, "# the end");
    assert_memory_equal(out.data, file_text, (size_t)(end - file_text));
    assert_string_equal(out.data + (end - file_text),
                        "  - name: \"urn:acme:app:new\"\n"
                        "    kind: server\n"
                        "    events: all\n"
                        "    receipts: false\n"
                        "    keys:\n"
                        "      - prefix: \"0000000000aa\"\n"
                        "        sha256: \"cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6\"\n"
                        "        created: \"2026-11-22T13:44:13Z\"\n"
                        "# the end\n");
    buffer_deinit(&out);
}

static void writes_and_reads_what_becomes_of_undeclared_events(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct sender observed = fresh;
    observed.undeclared = UNDECLARED_OBSERVE;
    assert_null(senders_edit_add(SPAN(file_text), &observed, &fixed, SPAN("2026-11-22T13:44:13Z"), &out));
    assert_non_null(strstr(out.data, "    undeclared_events: observe\n"));
    struct senders *senders = parse_fine(buffer_span(&out));
    assert_int_equal(senders_by_name(senders, SPAN("urn:acme:app:new"))->undeclared, UNDECLARED_OBSERVE);
    assert_int_equal(senders->items[0].undeclared, UNDECLARED_UNSTATED);
    senders_settle(senders, UNDECLARED_REFUSE);
    assert_int_equal(senders_by_name(senders, SPAN("urn:acme:app:new"))->undeclared, UNDECLARED_OBSERVE);
    assert_int_equal(senders->items[0].undeclared, UNDECLARED_REFUSE);
    senders_destroy(senders);
    buffer_deinit(&out);
    struct senders *nobody = senders_anonymous(false);
    senders_settle(nobody, UNDECLARED_OBSERVE);
    assert_int_equal(nobody->items[0].undeclared, UNDECLARED_OBSERVE);
    senders_destroy(nobody);
    assert_error("senders:\n  - name: urn:a:b\n    events: all\n    undeclared_events: accept\n", 4, 24, "refuse or observe");
}

static void adds_a_key_to_a_sender_that_is_there(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct sender known = {.name = SPAN("urn:acme:app:checkout"), .all_events = true};
    assert_null(senders_edit_add(SPAN(file_text), &known, &fixed, SPAN("2026-11-22T13:44:13Z"), &out));
    assert_non_null(strstr(out.data, "sha256: " HASH_B "\n      - prefix: \"0000000000aa\"\n"));
    assert_non_null(strstr(out.data, "# browsers\n"));
    struct senders *senders = parse_fine(buffer_span(&out));
    assert_int_equal(senders->items[0].key_count, 3);
    assert_false(senders->items[0].all_events);
    senders_destroy(senders);
    buffer_deinit(&out);
}

static void drops_a_sender_or_a_key(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    assert_null(senders_edit_revoke(SPAN(file_text), SPAN("urn:acme:app:checkout"), &out));
    struct senders *senders = parse_fine(buffer_span(&out));
    assert_int_equal(senders->count, 1);
    assert_non_null(strstr(out.data, "# our apps\n"));
    assert_non_null(strstr(out.data, "# browsers\n"));
    senders_destroy(senders);
    buffer_clear(&out);
    assert_null(senders_edit_revoke(SPAN(file_text), SPAN("0123456789ab"), &out));
    senders = parse_fine(buffer_span(&out));
    assert_null(found(senders, "Bearer hg_0123456789ab_" SECRET_A));
    assert_non_null(found(senders, "Bearer hg_fedcba987654_" SECRET_B));
    senders_destroy(senders);
    buffer_clear(&out);
    assert_string_equal(senders_edit_revoke(SPAN(file_text), SPAN("urn:acme:app:nobody"), &out),
                        "there is no sender of this name and no key of this prefix");
    buffer_deinit(&out);
}

/* Down to no key, then no sender, and up again: each text is the next one's input. */
static void survives_being_emptied(void **state)
{
    (void)state;
    struct buffer texts[6];
    for (size_t i = 0; i < 6; i++) texts[i] = BUFFER_EMPTY;
    struct span created = SPAN("2026-11-22T13:44:13Z");
    assert_null(senders_edit_add(SPAN("senders: []\n"), &fresh, &fixed, created, &texts[0]));
    assert_null(senders_edit_revoke(buffer_span(&texts[0]), span_of(fixed.prefix), &texts[1]));
    assert_null(senders_edit_add(buffer_span(&texts[1]), &fresh, &fixed, created, &texts[2]));
    assert_null(senders_edit_revoke(buffer_span(&texts[2]), fresh.name, &texts[3]));
    assert_null(senders_edit_add(buffer_span(&texts[3]), &fresh, &fixed, created, &texts[4]));
    struct senders *senders = parse_fine(buffer_span(&texts[4]));
    assert_int_equal(senders->count, 1);
    assert_int_equal(senders->items[0].key_count, 1);
    senders_destroy(senders);
    for (size_t i = 0; i < 6; i++) buffer_deinit(&texts[i]);
}

static void refuses_what_it_cannot_edit(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    struct span flow = SPAN("senders: [{name: 'urn:a:b', events: all}]\n");
    assert_non_null(senders_edit_add(flow, &fresh, &fixed, SPAN("2026-11-22T13:44:13Z"), &out));
    buffer_clear(&out);
    assert_non_null(senders_edit_revoke(flow, SPAN("urn:a:b"), &out));
    buffer_clear(&out);
    assert_non_null(senders_edit_add(SPAN("senders: 3\n"), &fresh, &fixed, SPAN("x"), &out));
    buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_sender_by_its_key),
        cmocka_unit_test(finds_nobody_by_anything_else),
        cmocka_unit_test(knows_what_each_may_do),
        cmocka_unit_test(is_anonymous_only_without_a_key),
        cmocka_unit_test(tells_errors_with_their_place),
        cmocka_unit_test(refuses_a_prefix_twice),
        cmocka_unit_test(makes_keys_that_its_reader_knows),
        cmocka_unit_test(adds_a_sender_and_leaves_the_rest_as_it_is),
        cmocka_unit_test(writes_and_reads_what_becomes_of_undeclared_events),
        cmocka_unit_test(adds_a_key_to_a_sender_that_is_there),
        cmocka_unit_test(drops_a_sender_or_a_key),
        cmocka_unit_test(survives_being_emptied),
        cmocka_unit_test(refuses_what_it_cannot_edit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
