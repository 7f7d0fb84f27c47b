#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "contracts/schema_compat.h"

/* Every pair of tests/corpus/schema_compat.tsv, whose verdicts are Apache Avro's (tests/integration/avro_oracle.sh), and what the
 * table cannot hold: lists of schemas, directions, what is no schema. */

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(8 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static const struct schema_node *parse(const char *text)
{
    const char *error;
    const struct schema_node *node = schema_tree_parse(span_of(text), arena, &error);
    if (node == NULL) fail_msg("%s: %s", error, text);
    return node;
}

static void check_row(unsigned line, char *cells[5])
{
    struct schema_compat found = {NULL, 0, 0};
    struct buffer listed = BUFFER_EMPTY;
    bool compatible = true;
    assert_true(schema_compat_resolve(parse(cells[1]), parse(cells[2]), arena, &found));
    for (size_t i = 0; i < found.count; i++) {
        const struct incompatibility *item = &found.items[i];
        assert_int_equal(item->direction, COMPAT_BACKWARD);
        if (item->kind != INCOMPATIBLE_LOGICAL) compatible = false;
        buffer_printf(&listed, "%s%s@%.*s", i > 0 ? "," : "", incompatibility_word(item->kind), SPAN_ARGS(item->place));
    }
    if (found.count == 0) buffer_append_char(&listed, '-');
    buffer_append_char(&listed, '\0');
    if (strcmp(cells[3], compatible ? "compatible" : "incompatible") != 0)
        fail_msg("line %u (%s): Apache Avro says %s, we found %s", line, cells[0], cells[3], listed.data);
    if (strcmp(cells[4], listed.data) != 0)
        fail_msg("line %u (%s): expected %s, found %s", line, cells[0], cells[4], listed.data);
    buffer_deinit(&listed);
    arena_reset(arena);
}

static void judges_pairs_as_apache_avro_does(void **state)
{
    (void)state;
    static char text[8192];
    unsigned rows = 0;
    FILE *file = fopen("tests/corpus/schema_compat.tsv", "r");
    assert_non_null(file);
    for (unsigned line = 1; fgets(text, sizeof text, file) != NULL; line++) {
        text[strcspn(text, "\n")] = '\0';
        if (text[0] == '#' || text[0] == '\0') continue;
        char *cells[5] = {NULL}, *rest = text;
        for (size_t i = 0; i < COUNT_OF(cells); i++) cells[i] = strsep(&rest, "\t");
        if (cells[4] == NULL || rest != NULL) fail_msg("line %u has not five columns", line);
        check_row(line, cells);
        rows++;
    }
    fclose(file);
    assert_true(rows >= 200);
}

#define RECORD(fields) "{\"type\":\"record\",\"name\":\"r\",\"fields\":[" fields "]}"
#define INT_A          "{\"name\":\"a\",\"type\":\"int\"}"
#define LONG_A         "{\"name\":\"a\",\"type\":\"long\"}"
#define STRING_B       "{\"name\":\"b\",\"type\":\"string\"}"
#define DEFAULT_B      "{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}"

static struct schema_compat judge(const char *newer, const char *older, enum compat_direction direction)
{
    struct schema_compat found = {NULL, 0, 0};
    struct span list[] = {span_of(older)};
    const char *error = NULL;
    assert_true(schema_compat_judge(span_of(newer), list, 1, direction, arena, &found, &error));
    return found;
}

static void knows_who_reads_whom(void **state)
{
    (void)state;
    static const struct {
        const char *newer, *older;
        size_t backward, forward;
    } rows[] = {
        {RECORD(INT_A), RECORD(INT_A), 0, 0},
        {RECORD(LONG_A), RECORD(INT_A), 0, 1},
        {RECORD(INT_A), RECORD(LONG_A), 1, 0},
        {RECORD(INT_A "," STRING_B), RECORD(INT_A), 1, 0},
        {RECORD(INT_A), RECORD(INT_A "," STRING_B), 0, 1},
        {RECORD(INT_A "," DEFAULT_B), RECORD(INT_A), 0, 0},
        {RECORD(INT_A), RECORD(INT_A "," DEFAULT_B), 0, 0},
        {RECORD(STRING_B), RECORD(INT_A), 1, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(judge(rows[i].newer, rows[i].older, COMPAT_BACKWARD).count, rows[i].backward);
        struct schema_compat forward = judge(rows[i].newer, rows[i].older, COMPAT_FORWARD);
        assert_int_equal(forward.count, rows[i].forward);
        if (forward.count > 0) assert_int_equal(forward.items[0].direction, COMPAT_FORWARD);
        assert_int_equal(judge(rows[i].newer, rows[i].older, COMPAT_FULL).count, rows[i].backward + rows[i].forward);
    }
}

/* Each step by itself is fine, the first and the last version are not: why the judgement has to be transitive. */
static void judges_against_all_older_schemas(void **state)
{
    (void)state;
    const char *first = RECORD(INT_A), *second = RECORD(INT_A "," DEFAULT_B), *third = RECORD(INT_A "," STRING_B);
    assert_int_equal(judge(second, first, COMPAT_BACKWARD).count, 0);
    assert_int_equal(judge(third, second, COMPAT_BACKWARD).count, 0);

    struct span older[] = {span_of(second), span_of(first)};
    struct schema_compat found = {NULL, 0, 0};
    const char *error = NULL;
    assert_true(schema_compat_judge(span_of(third), older, 2, COMPAT_BACKWARD, arena, &found, &error));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].kind, INCOMPATIBLE_FIELD);
    assert_int_equal(found.items[0].older, 1);
    assert_true(span_is(found.items[0].place, "/fields/1"));
    assert_true(span_is(found.items[0].path, "b"));
    assert_true(span_is(found.items[0].reader, "string"));
}

static void says_what_stands_on_both_sides(void **state)
{
    (void)state;
    const char *reader =
        "{\"type\":\"record\",\"name\":\"p.r\",\"fields\":[{\"name\":\"i\",\"type\":[\"null\",{\"type\":\"record\","
        "\"name\":\"i\",\"fields\":[{\"name\":\"m\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\","
        "\"precision\":9,\"scale\":2}}]}]}]}";
    const char *writer =
        "{\"type\":\"record\",\"name\":\"p.r\",\"fields\":[{\"name\":\"i\",\"type\":[\"null\",{\"type\":\"record\","
        "\"name\":\"i\",\"fields\":[{\"name\":\"m\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\","
        "\"precision\":9,\"scale\":3}}]}]}]}";
    struct schema_compat found = judge(reader, writer, COMPAT_BACKWARD);
    assert_int_equal(found.count, 1);
    assert_true(span_is(found.items[0].path, "i.m"));
    assert_true(span_is(found.items[0].reader, "bytes decimal(9, 2)"));
    assert_true(span_is(found.items[0].writer, "bytes decimal(9, 3)"));
    assert_string_equal(incompatibility_text(found.items[0].kind), "the same bytes would be read as another value");
}

/* a and b point at each other. While a is under judgement b seems to fit because a seems to; then a fails at its field n, and b
 * must not be remembered as fitting: for v the branch d2, which truly fits, has to be found. */
static void forgets_what_a_failed_assumption_led_to(void **state)
{
    (void)state;
#define CIRCLE(type)                                                                                                       \
    "{\"type\":\"record\",\"name\":\"a\",\"namespace\":\"x\",\"fields\":[{\"name\":\"b\",\"type\":[\"null\","              \
    "{\"type\":\"record\",\"name\":\"b\",\"fields\":[{\"name\":\"a\",\"type\":\"a\"}]}]},{\"name\":\"n\",\"type\":\"" type \
    "\"}]}"
#define STANDBY(name, alias) \
    "{\"type\":\"record\",\"name\":\"" name "\",\"namespace\":\"x\",\"aliases\":[\"" alias "\"],\"fields\":[]}"
    const char *reader = RECORD("{\"name\":\"u\",\"type\":[" CIRCLE("int") "," STANDBY(
        "d1", "a") "]},"
                   "{\"name\":\"v\",\"type\":[\"x.b\"," STANDBY("d2", "b") "]}");
    const char *writer = RECORD("{\"name\":\"u\",\"type\":" CIRCLE("string") "},{\"name\":\"v\",\"type\":\"x.b\"}");
    assert_int_equal(judge(reader, writer, COMPAT_BACKWARD).count, 0);
#undef CIRCLE
#undef STANDBY
}

static void refuses_what_is_no_schema(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "int",
        "17",
        "null",
        "{}",
        "\"nothing\"",
        "{\"type\":\"int\",\"type\":\"int\"}",
        "{\"type\":\"record\",\"name\":\"r\"}",
        "{\"type\":\"record\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"1r\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"a..r-\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"r\",\"aliases\":\"q\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"r\",\"aliases\":[1],\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"type\":\"int\"}]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[{\"name\":\"a\"}]}",
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":[7]}",
        RECORD(INT_A "," LONG_A),
        "{\"type\":\"enum\",\"name\":\"e\"}",
        "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"A\"]}",
        "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A-1\"]}",
        "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\"],\"default\":\"B\"}",
        "{\"type\":\"fixed\",\"name\":\"f\"}",
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":-1}",
        "{\"type\":\"fixed\",\"name\":\"f\",\"size\":\"8\"}",
        "{\"type\":\"array\"}",
        "{\"type\":\"map\",\"items\":\"int\"}",
        "[\"int\",\"int\"]",
        "[\"int\",[\"string\"]]",
        "[{\"type\":\"array\",\"items\":\"int\"},{\"type\":\"array\",\"items\":\"long\"}]",
        "[{\"type\":\"fixed\",\"name\":\"f\",\"size\":1},{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}]",
        "[\"f\",{\"type\":\"fixed\",\"name\":\"f\",\"size\":1}]",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *error = NULL;
        if (schema_tree_parse(span_of(texts[i]), arena, &error) != NULL) fail_msg("taken as a schema: %s", texts[i]);
        assert_non_null(error);
        arena_reset(arena);
    }
}

static void refuses_what_is_nested_too_deep(void **state)
{
    (void)state;
    for (unsigned depth = 190; depth <= 210; depth += 20) {
        struct buffer text = BUFFER_EMPTY;
        const char *error = NULL;
        for (unsigned i = 0; i < depth; i++) buffer_append_text(&text, "{\"type\":\"array\",\"items\":");
        buffer_append_text(&text, "\"int\"");
        for (unsigned i = 0; i < depth; i++) buffer_append_char(&text, '}');
        const struct schema_node *node = schema_tree_parse(buffer_span(&text), arena, &error);
        assert_int_equal(node != NULL, depth == 190);
        buffer_deinit(&text);
    }
}

/* Whatever the room, the answer is right or says that there was no answer. */
static void survives_small_arenas(void **state)
{
    (void)state;
    bool finished = false;
    for (size_t limit = 4096; !finished; limit += 512) {
        struct arena *small = arena_create(limit);
        struct schema_compat found = {NULL, 0, 0};
        struct span older[] = {SPAN(RECORD(INT_A)), SPAN(RECORD(STRING_B))};
        const char *error = NULL;
        void *taken = arena_alloc(small, 3000);
        assert_non_null(taken);
        finished = schema_compat_judge(SPAN(RECORD(LONG_A)), older, 2, COMPAT_FULL, small, &found, &error);
        if (finished) assert_int_equal(found.count, 3);
        if (!finished) assert_non_null(error);
        arena_destroy(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(judges_pairs_as_apache_avro_does, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_who_reads_whom, set_up, tear_down),
        cmocka_unit_test_setup_teardown(judges_against_all_older_schemas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_stands_on_both_sides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(forgets_what_a_failed_assumption_led_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_no_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_what_is_nested_too_deep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_small_arenas, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
