#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/infer.h"

#include <stdio.h>

static struct arena *arena;
static struct buffer text;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(64 << 20);
    text = BUFFER_EMPTY;
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_deinit(&text);
    arena_destroy(arena);
    return 0;
}

/* The contract that a page is drafted into; false with the reason in *fault. */
static bool draft_page(const char *page, struct infer_fault *fault)
{
    struct draft_model draft = {.name = SPAN("cart_viewed"), .subjects_known = true};
    buffer_clear(&text);
    if (!infer_observed(span_of(page), &draft, arena, fault)) return false;
    assert_true(draft_guess(&draft, arena));
    draft_write_model(&draft, &text);
    assert_true(buffer_ok(&text));
    buffer_append_char(&text, '\0');
    return true;
}

/* A page with this root and these fields. */
static const char *page_of(const char *root, const char *fields)
{
    struct span page = arena_printf(arena, "{\"type\":\"cart.viewed\",\"root\":%s,\"fields\":[%s]}", root, fields);
    assert_non_null(page.data);
    return page.data;
}

static const char hundred[] = "{\"events\":100,\"types\":{\"object\":100}}";

static void drafts_each_kind_of_field(void **state)
{
    (void)state;
    static const struct {
        const char *facts, *expected;
    } rows[] = {
        {"\"types\":{\"string\":100},\"formats\":[\"uuid\",\"hostname\"],\"max_length\":64,\"may_be_empty\":false",
         "logicalType: string\n        required: true\n        logicalTypeOptions: {format: uuid}\n"},
        {"\"types\":{\"string\":99,\"null\":1},\"formats\":[],\"max_length\":16,\"may_be_empty\":false",
         "logicalType: string\n        required: false\n        logicalTypeOptions: {minLength: 1, maxLength: 32}\n"},
        {"\"types\":{\"string\":100},\"formats\":[],\"max_length\":1,\"may_be_empty\":true",
         "logicalType: string\n        required: true\n        logicalTypeOptions: {maxLength: 16}\n"},
        {"\"types\":{\"string\":100},\"formats\":[\"date-time\"],\"micros\":true,\"max_length\":32",
         "logicalType: timestamp\n        required: true\n        logicalTypeOptions: {timezone: true}\n"},
        {"\"types\":{\"string\":100},\"formats\":[\"date\"],\"max_length\":16", "logicalType: date\n        required: true\n"},
        {"\"types\":{\"integer\":100},\"digits\":3,\"scale\":0,\"negative\":false,\"large\":false",
         "logicalType: integer\n        required: true\n        logicalTypeOptions: {minimum: 0}\n"},
        {"\"types\":{\"integer\":100},\"digits\":3,\"scale\":0,\"negative\":true,\"large\":false",
         "logicalType: integer\n        required: true\n"},
        {"\"types\":{\"integer\":40,\"number\":60},\"digits\":6,\"scale\":2,\"negative\":true,\"large\":false",
         "property: precision, value: 11}\n          - {property: scale, value: 2}\n"},
        {"\"types\":{\"number\":100},\"digits\":6,\"scale\":7,\"negative\":true,\"large\":false",
         "logicalType: number\n        required: true\n        logicalTypeOptions: {format: f64}\n"},
        {"\"types\":{\"boolean\":60}", "logicalType: boolean\n        required: false\n"},
        {"\"types\":{\"boolean\":99,\"string\":1}", "other types were seen too"},
        {"\"types\":{\"null\":100}", "# left out: v: only null was seen\n"},
        {"\"types\":{\"array\":100},\"max_items\":0", "# left out: v: only empty arrays were seen\n"},
        {"\"types\":{\"array\":100},\"max_items\":8", "# left out: v: its items were seen too seldom to be told\n"},
        {"\"types\":{\"object\":100},\"members_not_shown\":7", "# left out: v: no name in it was seen often enough to be told\n"},
        {"\"types\":{\"object\":100},\"members_not_shown\":7,\"map\":true",
         "# left out: v: its names look like values, so it is a map, and nobody looked what of\n"},
        {"\"types\":{\"object\":100}", "# left out: v: an object without members to declare\n"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct infer_fault fault;
        struct span fields =
            arena_printf(arena, "{\"path\":\"v\",\"events\":100,%s},{\"path\":\"w\",\"types\":{\"boolean\":100}}", rows[i].facts);
        assert_true(draft_page(page_of(hundred, fields.data), &fault));
        if (strstr(text.data, rows[i].expected) == NULL) fail_msg("'%s' is not in %s", rows[i].expected, text.data);
    }
}

static void drafts_what_lies_in_objects_and_arrays(void **state)
{
    (void)state;
    struct infer_fault fault;
    assert_true(draft_page(page_of(hundred, "{\"path\":\"a\",\"types\":{\"object\":100}},"
                                            "{\"path\":\"a.b\",\"types\":{\"array\":100},\"max_items\":8},"
                                            "{\"path\":\"a.b[]\",\"types\":{\"object\":300}},"
                                            "{\"path\":\"a.b[].c\",\"types\":{\"array\":300},\"max_items\":2},"
                                            "{\"path\":\"a.b[].c[]\",\"types\":{\"boolean\":500}},"
                                            "{\"path\":\"a.b[].d\",\"types\":{\"boolean\":299}}"),
                           &fault));
    static const char expected[] = "      - name: a\n"
                                   "        logicalType: object\n"
                                   "        required: true\n"
                                   "        properties:\n"
                                   "          - name: b\n"
                                   "            logicalType: array\n"
                                   "            required: true\n"
                                   "            logicalTypeOptions: {maxItems: 100}\n"
                                   "            items:\n"
                                   "              logicalType: object\n"
                                   "              required: true\n"
                                   "              properties:\n"
                                   "                - name: c\n"
                                   "                  logicalType: array\n"
                                   "                  required: true\n"
                                   "                  logicalTypeOptions: {maxItems: 10}\n"
                                   "                  items:\n"
                                   "                    logicalType: boolean\n"
                                   "                    required: true\n"
                                   "                - name: d\n"
                                   "                  logicalType: boolean\n"
                                   "                  required: false\n";
    if (strstr(text.data, expected) == NULL) fail_msg("%s", text.data);
    assert_non_null(strstr(text.data, "# Drafted from 100 observed events\n"));
    assert_non_null(strstr(text.data, "physicalName: cart.viewed\n"));
}

static void says_that_names_are_missing(void **state)
{
    (void)state;
    struct infer_fault fault;
    static const char root[] = "{\"events\":100,\"types\":{\"object\":100},\"members_not_shown\":9}";
    assert_true(draft_page(page_of(root, "{\"path\":\"v\",\"types\":{\"boolean\":100}}"), &fault));
    assert_non_null(strstr(text.data, "# left out: members whose names were seen too seldom to be told"));
}

static void refuses_what_is_no_page(void **state)
{
    (void)state;
    static const char member[] = "{\"path\":\"v\",\"types\":{\"boolean\":100}}";
    const char *pages[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"type\":\"a\"}",
        "{\"type\":\"a\",\"root\":{}}",
        "{\"type\":1,\"root\":{},\"fields\":[]}",
        page_of(hundred, ""),
        page_of(hundred, "1"),
        page_of(hundred, "{}"),
        page_of(hundred, "{\"path\":\"\"}"),
        page_of(hundred, "{\"path\":\"a..b\"}"),
        page_of(hundred, "{\"path\":\"a.\"}"),
        page_of(hundred, "{\"path\":\".a\"}"),
        page_of(hundred, "{\"path\":\"a[\"}"),
        page_of(hundred, "{\"path\":\"a[]b\"}"),
        page_of(hundred, "{\"path\":\"a b\"}"),
        page_of(hundred, "{\"path\":\"a\\u0000b\"}"),
        page_of(hundred, "{\"path\":\"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a\"}"),
        page_of(hundred, "{\"path\":\"v\",\"types\":{\"null\":100}}"),
        page_of("{\"types\":{\"object\":50,\"array\":60}}", member),
        page_of("{\"types\":{\"object\":100},\"map\":true}", member),
    };
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        struct infer_fault fault = {NULL, 0};
        if (draft_page(pages[i], &fault)) fail_msg("taken: %s", pages[i]);
        assert_non_null(fault.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(drafts_each_kind_of_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(drafts_what_lies_in_objects_and_arrays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_that_names_are_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_page, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
