#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contracts/odcs.h"
#include "contracts/rule.h"

static struct arena *arena;
static struct diagnostics diagnostics;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(16 << 20);
    diagnostics_init(&diagnostics, arena);
    return arena == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

static struct contract *read_document(const char *text)
{
    struct yaml_error error;
    const struct yaml_node *root = yaml_parse(span_of(text), arena, &error);
    assert_non_null(root);
    struct odcs odcs = {.arena = arena, .diagnostics = &diagnostics, .file = SPAN("x.yaml"), .role = odcs_role(root)};
    return odcs_read(&odcs, root);
}

static const char head[] = "apiVersion: v3.1.0\nkind: DataContract\nid: urn:x\nversion: 1.0.0\nstatus: active\n";

static struct contract *read_with(const char *rest)
{
    char text[4096];
    snprintf(text, sizeof text, "%s%s", head, rest);
    return read_document(text);
}

static void the_table_is_grouped_by_place_without_twins(void **state)
{
    (void)state;
    size_t count;
    const struct element_row *rows = element_rows(&count);
    assert_true(count > 150);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) assert_true(rows[i].place >= rows[i - 1].place);
        if (element_find(rows[i].place, span_of(rows[i].name)) != &rows[i])
            fail_msg("'%s' stands twice or is not found", rows[i].name);
        assert_true((rows[i].shape == SHAPE_WORD) == (rows[i].words != NULL));
        bool parts = rows[i].shape == SHAPE_PART || rows[i].shape == SHAPE_PARTS || rows[i].shape == SHAPE_TEAM ||
                     rows[i].shape == SHAPE_CUSTOMS;
        if (parts) assert_true(element_place(rows[i].inner)->size >= sizeof(struct part));
        if (rows[i].offset != NOT_STORED && rows[i].place < PLACE_CUSTOM_ROOT)
            assert_true(rows[i].offset + sizeof(void *) <= element_place(rows[i].place)->size);
    }
}

static void every_customproperty_has_a_role(void **state)
{
    (void)state;
    for (int place = PLACE_CUSTOM_ROOT; place <= PLACE_CUSTOM_SERVER; place++) {
        size_t count;
        const struct element_row *rows = element_rows_of((enum element_place)place, &count);
        assert_true(count > 0);
        for (size_t i = 0; i < count; i++) assert_true(rows[i].roles != 0);
    }
}

static char *read_whole(const char *path)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    fseek(stream, 0, SEEK_END);
    long size = ftell(stream);
    rewind(stream);
    char *text = malloc((size_t)size + 1);
    assert_int_equal(fread(text, 1, (size_t)size, stream), size);
    text[size] = '\0';
    fclose(stream);
    return text;
}

/* Each row of the table stands in docs/contracts.md with its version and verdict, and nothing else does. */
static void the_documentation_lists_every_element(void **state)
{
    (void)state;
    static const char *const verdicts[] = {"enforced", "tags", "carried", "refused"};
    char *text = read_whole("docs/contracts.md");
    const char *table = strstr(text, "## Every element");
    assert_non_null(table);
    size_t count;
    const struct element_row *rows = element_rows(&count);
    for (size_t i = 0; i < count; i++) {
        char line[200];
        snprintf(line, sizeof line, "\n| `%s%s` | 3.%d | %s | ", element_place(rows[i].place)->path, rows[i].name,
                 (int)rows[i].since, verdicts[rows[i].verdict]);
        if (strstr(table, line) == NULL) fail_msg("docs/contracts.md lacks%s", line);
    }
    size_t listed = 0;
    for (const char *at = table; (at = strstr(at, "\n| `")) != NULL; at++) listed++;
    assert_int_equal(listed, count);
    free(text);
}

static void stores_elements_with_their_places(void **state)
{
    (void)state;
    struct contract *contract = read_with("schema:\n  - name: a\n    properties:\n      - {name: b, logicalType: string, "
                                          "logicalTypeOptions: {maxLength: 3}}\n      - name: c\n        logicalType: array\n"
                                          "        items: {logicalType: string, required: true}\n");
    assert_non_null(contract);
    assert_int_equal(diagnostics.count, 0);
    assert_int_equal(contract->object_count, 1);
    const struct contract_property *object = &contract->objects[0];
    assert_true(span_is(object->name->text, "a"));
    assert_int_equal(object->property_count, 2);
    const struct contract_property *b = &object->properties[0];
    assert_int_equal(b->logical_type->line, 9);
    assert_int_equal(b->logical_type->column, 32);
    assert_true(span_is(b->options->max_length->text, "3"));
    assert_null(b->required);
    const struct contract_property *items = object->properties[1].items;
    assert_true(span_is(items->logical_type->text, "string"));
    assert_string_equal(contract_path(arena, &items->part, "required").data, "schema[0].properties[1].items.required");
    assert_string_equal(contract_path(arena, &b->options->part, NULL).data, "schema[0].properties[0].logicalTypeOptions");
}

static void reads_a_team_in_both_shapes(void **state)
{
    (void)state;
    const struct contract *now = read_with("team: {name: core, members: [{username: a}]}\n");
    assert_true(span_is(now->team->name->text, "core"));
    assert_int_equal(now->team->member_count, 1);
    const struct contract *before = read_with("team:\n  - {username: a}\n  - {username: b}\n");
    assert_null(before->team->name);
    assert_int_equal(before->team->member_count, 2);
    assert_true(span_is(before->team->members[1].username->text, "b"));
    assert_int_equal(diagnostics.count, 0);
}

static void reads_customproperties_into_their_owners(void **state)
{
    (void)state;
    const struct contract *contract =
        read_with("customProperties:\n  - {property: headgateRole, value: useCase}\n  - {property: onLate, value: drop}\n"
                  "  - property: inputContracts\n    value: [{id: urn:m, version: '1'}]\n");
    assert_int_equal(contract->role, CONTRACT_USE);
    assert_true(span_is(contract->on_late->text, "drop"));
    assert_int_equal(contract->input_count, 1);
    assert_true(span_is(contract->inputs[0].version->text, "1"));
    assert_int_equal(diagnostics.count, 0);
}

static void assert_only(const char *rule, unsigned line, unsigned column)
{
    if (diagnostics.count != 1) fail_msg("%zu diagnostics", diagnostics.count);
    assert_string_equal(diagnostics.items[0].rule->name, rule);
    assert_int_equal(diagnostics.items[0].place.line, line);
    assert_int_equal(diagnostics.items[0].place.column, column);
}

static void suggests_the_nearest_element(void **state)
{
    (void)state;
    assert_non_null(read_with("tennant: acme\n"));
    assert_only("element-unknown", 6, 1);
    assert_string_equal(diagnostics.items[0].remedy.data, "Did you mean 'tenant'?");
}

static void tells_how_to_quote(void **state)
{
    (void)state;
    assert_non_null(read_with("name: 12\n"));
    assert_only("element-type", 6, 7);
    assert_string_equal(diagnostics.items[0].remedy.data, "Quote it: name: '12'");
}

static void lets_servers_of_other_kinds_be(void **state)
{
    (void)state;
    assert_non_null(read_with("servers: [{server: a, type: snowflake, account: x, warehouse: y}]\n"));
    assert_int_equal(diagnostics.count, 0);
}

/* A key twice is a fault of the YAML, and yet the file is read on: of two lists the last one counts, whole. */
static void judges_all_of_the_last_of_two_lists(void **state)
{
    (void)state;
    static const char text[] = "apiVersion: v3.1.0\nkind: DataContract\nid: urn:x\nversion: 1.0.0\nstatus: active\n"
                               "customProperties: [{property: headgateRole, value: useCase}]\n"
                               "customProperties: [{property: onLate, value: drop}, {property: legalBassis, value: contract}]\n";
    struct yaml_tree tree;
    struct yaml_error error;
    assert_true(yaml_read(SPAN(text), arena, &tree, &error));
    struct odcs odcs = {.arena = arena, .diagnostics = &diagnostics, .file = SPAN("x.yaml"), .role = CONTRACT_USE};
    const struct contract *contract = odcs_read(&odcs, tree.root);
    assert_int_equal(contract->custom_count, 2);
    assert_only("custom-property-misspelt", 7, 64);
}

static void a_description_is_open(void **state)
{
    (void)state;
    assert_non_null(read_with("description: {purpose: p, whatever: [1, 2]}\n"));
    assert_int_equal(diagnostics.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_grouped_by_place_without_twins),
        cmocka_unit_test(every_customproperty_has_a_role),
        cmocka_unit_test(the_documentation_lists_every_element),
        cmocka_unit_test_setup_teardown(stores_elements_with_their_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_a_team_in_both_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_customproperties_into_their_owners, set_up, tear_down),
        cmocka_unit_test_setup_teardown(suggests_the_nearest_element, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_how_to_quote, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lets_servers_of_other_kinds_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(judges_all_of_the_last_of_two_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_description_is_open, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
