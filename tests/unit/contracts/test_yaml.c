// link: -Wl,--wrap=malloc,--wrap=realloc,--wrap=calloc
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/buffer.h"
#include "contracts/yaml.h"
#include "contracts/yaml_scalar.h"
#include "tests/out_of_memory.h"

static struct arena *arena;
static struct yaml_error error;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(64 << 20);
    error = (struct yaml_error){0};
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static const struct yaml_node *parse(const char *text)
{
    return yaml_parse(span_of(text), arena, &error);
}

static void assert_fault(const char *text, enum yaml_fault fault, unsigned line, unsigned column)
{
    assert_null(parse(text));
    assert_non_null(error.message);
    if (error.fault != fault || error.line != line || error.column != column)
        print_error("%s: fault %d at %u:%u: %s\n", text, (int)error.fault, error.line, error.column, error.message);
    assert_int_equal(error.fault, fault);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static void reads_maps_lists_and_scalars_with_positions(void **state)
{
    (void)state;
    const struct yaml_node *root = parse("a: 1\nlist:\n  - x\n  - {deep: 'it''s'}\n");
    assert_non_null(root);
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->count, 2);
    assert_true(span_is(root->pairs[1].key->text, "list"));
    const struct yaml_node *list = yaml_get(root, "list");
    assert_int_equal(list->kind, YAML_SEQUENCE);
    assert_int_equal(list->items[0]->line, 3);
    assert_int_equal(list->items[0]->column, 5);
    const struct yaml_node *deep = yaml_get(list->items[1], "deep");
    assert_true(span_is(deep->text, "it's"));
    assert_false(deep->plain);
    assert_int_equal(deep->line, 4);
    assert_int_equal(deep->column, 12);
    assert_null(yaml_get(root, "none"));
    assert_null(yaml_get(list, "a"));
    assert_null(yaml_get(NULL, "a"));
}

struct scalar {
    const char *text;
    enum yaml_type type;
    bool ambiguous;
};

static const struct scalar scalars[] = {
    {"", YAML_NULL, false},
    {"~", YAML_NULL, false},
    {"null", YAML_NULL, false},
    {"nULL", YAML_STRING, false},
    {"true", YAML_BOOLEAN, false},
    {"False", YAML_BOOLEAN, false},
    {"tRUE", YAML_STRING, false},
    {"0", YAML_INTEGER, false},
    {"-12", YAML_INTEGER, false},
    {"+12", YAML_INTEGER, false},
    {"0x1F", YAML_INTEGER, false},
    {"0x", YAML_STRING, false},
    {"12.50", YAML_FLOAT, false},
    {".5", YAML_FLOAT, false},
    {"1.", YAML_FLOAT, false},
    {".", YAML_STRING, false},
    {"-.inf", YAML_FLOAT, false},
    {".nan", YAML_FLOAT, false},
    {"1.0e+3", YAML_FLOAT, false},
    {"1.0.0", YAML_STRING, false},
    {"v3.1.0", YAML_STRING, false},
    {"y", YAML_STRING, false},
    {"N", YAML_STRING, false},
    {"yes-man", YAML_STRING, false},
    {"2026-11-22T13:44:13Z", YAML_STRING, false},
    {"2026-11-22", YAML_STRING, false},
    {"127.0.0.1:8080", YAML_STRING, false},
    {"urn:acme:x", YAML_STRING, false},
    {"-", YAML_STRING, false},
    {"e5", YAML_STRING, false},
    {"_1", YAML_STRING, false},
    {"yes", YAML_STRING, true},
    {"NO", YAML_STRING, true},
    {"on", YAML_STRING, true},
    {"Off", YAML_STRING, true},
    {"010", YAML_INTEGER, true},
    {"08", YAML_INTEGER, true},
    {"-07", YAML_INTEGER, true},
    {"00", YAML_INTEGER, true},
    {"0o17", YAML_INTEGER, true},
    {"0b101", YAML_STRING, true},
    {"-0x1F", YAML_STRING, true},
    {"1_000", YAML_STRING, true},
    {"08:00", YAML_STRING, true},
    {"190:20:30", YAML_STRING, true},
    {"1:30.5", YAML_STRING, true},
    {"1e3", YAML_FLOAT, true},
    {"1.5e3", YAML_FLOAT, true},
    {"<<", YAML_STRING, true},
    {"=", YAML_STRING, true},
};

static void types_plain_scalars_by_the_core_schema(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(scalars); i++) {
        struct span text = span_of(scalars[i].text);
        if (yaml_scalar_type(text) != scalars[i].type || (yaml_scalar_ambiguity(text) != NULL) != scalars[i].ambiguous)
            fail_msg("'%s' is typed %d, ambiguous %d", scalars[i].text, (int)yaml_scalar_type(text),
                     yaml_scalar_ambiguity(text) != NULL);
    }
}

static void a_quoted_scalar_is_a_string(void **state)
{
    (void)state;
    const struct yaml_node *root = parse("[\"NO\", '010', \"true\", !!str 12]");
    assert_non_null(root);
    for (size_t i = 0; i < root->count; i++) assert_true(yaml_is(root->items[i], YAML_STRING));
}

static void refuses_what_two_readers_read_differently(void **state)
{
    (void)state;
    assert_fault("country: NO\n", YAML_FAULT_AMBIGUOUS, 1, 10);
    assert_fault("a: 1\nat: 08:00\n", YAML_FAULT_AMBIGUOUS, 2, 5);
    assert_fault("- 010\n", YAML_FAULT_AMBIGUOUS, 1, 3);
    assert_fault("on: push\n", YAML_FAULT_AMBIGUOUS, 1, 1);
    assert_fault("<<: {a: 1}\n", YAML_FAULT_AMBIGUOUS, 1, 1);
}

static void refuses_a_key_twice(void **state)
{
    (void)state;
    assert_fault("a: 1\nb: 2\na: 3\n", YAML_FAULT_DUPLICATE, 3, 1);
    assert_fault("a: 1\n'a': 2\n", YAML_FAULT_DUPLICATE, 2, 1);
    assert_non_null(parse("- {a: 1}\n- {a: 1}\n"));
}

static void lists_findings_beside_a_tree(void **state)
{
    (void)state;
    struct yaml_tree tree;
    assert_true(yaml_read(SPAN("a: yes\nb: 010\na: 1\n"), arena, &tree, &error));
    assert_non_null(tree.root);
    assert_int_equal(tree.findings->error.fault, YAML_FAULT_AMBIGUOUS);
    assert_int_equal(tree.findings->next->error.line, 2);
    assert_int_equal(tree.findings->next->next->error.fault, YAML_FAULT_DUPLICATE);
    assert_null(tree.findings->next->next->next);
}

static void refuses_a_second_document_and_none(void **state)
{
    (void)state;
    assert_fault("a: 1\n---\nb: 2\n", YAML_FAULT_DOCUMENTS, 2, 1);
    assert_fault("", YAML_FAULT_DOCUMENTS, 1, 1);
    assert_fault("# only a comment\n", YAML_FAULT_DOCUMENTS, 1, 1);
    assert_non_null(parse("---\na: 1\n...\n"));
}

static void refuses_bad_syntax_with_its_place(void **state)
{
    (void)state;
    assert_fault("a: [1, 2\nb: 3\n", YAML_FAULT_SYNTAX, 2, 2);
    assert_fault("a: !thing 1\n", YAML_FAULT_SYNTAX, 1, 4);
    assert_fault("? [a]\n: 1\n", YAML_FAULT_SYNTAX, 1, 3);
    assert_null(parse("a: \"\xff\"\n"));
    assert_int_equal(error.fault, YAML_FAULT_SYNTAX);
    assert_null(parse("\ta: 1\n"));
    assert_int_equal(error.fault, YAML_FAULT_SYNTAX);
}

static void aliases_share_and_are_counted(void **state)
{
    (void)state;
    const struct yaml_node *root = parse("a: &x {k: 1}\nb: *x\n");
    assert_non_null(root);
    assert_ptr_equal(yaml_get(root, "a"), yaml_get(root, "b"));
    assert_fault("a: &x [*x]\n", YAML_FAULT_LIMIT, 1, 8);
    assert_fault("a: *nobody\n", YAML_FAULT_LIMIT, 1, 4);

    struct buffer bomb = BUFFER_EMPTY;
    buffer_append_text(&bomb, "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
        buffer_printf(&bomb, "l%d: &l%d [", i, i);
        for (int j = 0; j < 10; j++) buffer_printf(&bomb, "%s*l%d", j > 0 ? ", " : "", i - 1);
        buffer_append_text(&bomb, "]\n");
    }
    assert_null(yaml_parse(buffer_span(&bomb), arena, &error));
    assert_int_equal(error.fault, YAML_FAULT_LIMIT);
    buffer_clear(&bomb);
    buffer_append_text(&bomb, "l0: &l0 [x]\n");
    for (int i = 1; i < 100; i++) buffer_printf(&bomb, "l%d: &l%d [*l%d]\n", i, i, i - 1);
    assert_null(yaml_parse(buffer_span(&bomb), arena, &error));
    assert_int_equal(error.fault, YAML_FAULT_LIMIT);
    buffer_deinit(&bomb);
}

static void bounds_depth_and_number(void **state)
{
    (void)state;
    struct buffer text = BUFFER_EMPTY;
    for (int i = 0; i < YAML_DEPTH_MAX; i++) buffer_append_char(&text, '[');
    for (int i = 0; i < YAML_DEPTH_MAX; i++) buffer_append_char(&text, ']');
    assert_non_null(yaml_parse(buffer_span(&text), arena, &error));
    buffer_clear(&text);
    for (int i = 0; i < 200; i++) buffer_append_char(&text, '[');
    assert_null(yaml_parse(buffer_span(&text), arena, &error));
    assert_int_equal(error.fault, YAML_FAULT_LIMIT);
    assert_int_equal(error.column, YAML_DEPTH_MAX + 1);
    buffer_clear(&text);
    buffer_append_char(&text, '[');
    for (int i = 0; i < YAML_NODES_MAX; i++) buffer_append_text(&text, "1,");
    buffer_append_char(&text, ']');
    assert_null(yaml_parse(buffer_span(&text), arena, &error));
    assert_int_equal(error.fault, YAML_FAULT_LIMIT);
    buffer_deinit(&text);
}

static void reads_integers_and_booleans(void **state)
{
    (void)state;
    const struct yaml_node *root = parse("[12, -7, 0xff, 9223372036854775807, 9223372036854775808, 1.5, 'x', TRUE, false]");
    int64_t value = 0;
    assert_true(yaml_integer(root->items[0], &value) && value == 12);
    assert_true(yaml_integer(root->items[1], &value) && value == -7);
    assert_true(yaml_integer(root->items[2], &value) && value == 255);
    assert_true(yaml_integer(root->items[3], &value) && value == INT64_MAX);
    assert_false(yaml_integer(root->items[4], &value));
    assert_false(yaml_integer(root->items[5], &value));
    bool flag = false;
    assert_false(yaml_boolean(root->items[6], &flag));
    assert_true(yaml_boolean(root->items[7], &flag) && flag);
    assert_true(yaml_boolean(root->items[8], &flag) && !flag);
}

static const char sample[] = "apiVersion: v3.1.0\nlist: [a, 'b', {c: 1, d: &x [1, 2]}, *x]\ntext: |\n  lines\n  more\nno: NO\n";

static void survives_truncation_at_every_byte(void **state)
{
    (void)state;
    struct yaml_tree tree;
    for (size_t i = 0; i < sizeof sample; i++) {
        char *copy = malloc(i + 1); /* exactly sized, so that the sanitizer sees a read behind it */
        memcpy(copy, sample, i);
        if (!yaml_read((struct span){copy, i}, arena, &tree, &error)) assert_non_null(error.message);
        free(copy);
    }
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    struct yaml_tree tree;
    bool done = false;
    for (long n = 0; !done && n < 2000; n++) {
        memory_ends_after(n);
        struct arena *small = arena_create(1 << 20);
        if (small != NULL) done = yaml_read(SPAN(sample), small, &tree, &error);
        if (small != NULL && !done) assert_int_equal(error.fault, YAML_FAULT_MEMORY);
        assert_int_equal(memory_returns(), done);
        arena_destroy(small);
    }
    assert_true(done);
    for (size_t limit = 64; limit < 4096; limit += 61) {
        struct arena *small = arena_create(limit);
        if (small != NULL && !yaml_read(SPAN(sample), small, &tree, &error)) assert_int_equal(error.fault, YAML_FAULT_MEMORY);
        arena_destroy(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_maps_lists_and_scalars_with_positions, set_up, tear_down),
        cmocka_unit_test(types_plain_scalars_by_the_core_schema),
        cmocka_unit_test_setup_teardown(a_quoted_scalar_is_a_string, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_two_readers_read_differently, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_a_key_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_findings_beside_a_tree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_a_second_document_and_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_bad_syntax_with_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(aliases_share_and_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bounds_depth_and_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_integers_and_booleans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_truncation_at_every_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_every_failing_allocation, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
