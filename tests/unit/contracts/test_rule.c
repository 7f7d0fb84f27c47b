#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "codecs/buffer.h"
#include "contracts/diagnostic.h"
#include "contracts/event_rule.h"
#include "contracts/near.h"
#include "contracts/rule.h"

static bool is_slug(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (*at != '-' && !(*at >= 'a' && *at <= 'z') && !(*at >= '0' && *at <= '9')) return false;
    }
    return *name != '\0' && *name != '-';
}

static void every_rule_is_complete_and_found_by_its_name(void **state)
{
    (void)state;
    assert_true(rule_count() > 100);
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule *rule = rule_at(i);
        if (!is_slug(rule->name)) fail_msg("'%s' is no rule name", rule->name);
        if (rule_find(span_of(rule->name)) != rule) fail_msg("'%s' stands twice", rule->name);
        const char *const texts[] = {rule->title, rule->why, rule->remedy, rule->example};
        for (size_t j = 0; j < COUNT_OF(texts); j++)
            if (texts[j] == NULL || texts[j][0] == '\0') fail_msg("'%s' is not complete", rule->name);
        if (rule->area != RULE_CONTRACT && rule->severity != SEVERITY_ERROR) fail_msg("'%s' has a severity", rule->name);
        assert_int_equal(rule_index(rule), i);
    }
    assert_null(rule_at(rule_count()));
    assert_null(rule_find(SPAN("no-such-rule")));
    assert_null(rule_find((struct span){NULL, 0}));
}

/* ---------------------------------------------------------------- the table against the code */

static char *sources; /* of contracts/ and gateway/, but for the table itself */

static void append_file(struct buffer *out, const char *path)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, file)) > 0;) buffer_append(out, bytes, size);
    fclose(file);
}

static int read_sources(void **state)
{
    (void)state;
    static const char *const patterns[] = {"contracts/*.[ch]", "gateway/*.[ch]", "gateway/*/*.[ch]", "gateway/*/*/*.[ch]"};
    struct buffer all = BUFFER_EMPTY;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        glob_t found;
        assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t j = 0; j < found.gl_pathc; j++)
            if (strstr(found.gl_pathv[j], "/rule_") == NULL) append_file(&all, found.gl_pathv[j]);
        globfree(&found);
    }
    buffer_append_char(&all, '\0');
    assert_true(buffer_ok(&all));
    sources = all.data;
    return 0;
}

static int free_sources(void **state)
{
    (void)state;
    free(sources);
    return 0;
}

static void every_rule_is_raised_somewhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < rule_count(); i++) {
        char quoted[80];
        snprintf(quoted, sizeof quoted, "\"%s\"", rule_at(i)->name);
        if (strstr(sources, quoted) == NULL) fail_msg("nothing in the code names the rule '%s'", rule_at(i)->name);
    }
}

/* The second argument of a call that raises a rule, where it is written out. */
static void every_rule_that_is_raised_is_in_the_table(void **state)
{
    (void)state;
    static const char *const calls[] = {"diagnostics_add(", "odcs_report("};
    size_t seen = 0;
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        for (const char *at = sources; (at = strstr(at, calls[i])) != NULL;) {
            at += strlen(calls[i]);
            const char *name = at + strcspn(at, ",;");
            name += strspn(name, ", \n");
            if (*name++ != '"') continue;
            struct span text = {name, strcspn(name, "\"")};
            if (rule_find(text) == NULL) fail_msg("the code raises '%.*s', which is no rule", SPAN_ARGS(text));
            seen++;
        }
    }
    assert_true(seen > 100);
}

static void every_rule_of_the_enforcement_core_is_in_the_table(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_RULES; i++) {
        const struct rule *rule = rule_find(span_of(event_rule_name((enum event_rule)i)));
        if (rule == NULL || rule->area != RULE_EVENT) fail_msg("'%s' is not in the table", event_rule_name((enum event_rule)i));
    }
}

static void suggests_the_nearest_rule(void **state)
{
    (void)state;
    assert_string_equal(rule_nearest(SPAN("yaml-sintax"))->name, "yaml-syntax");
    assert_string_equal(rule_nearest(SPAN("max_length"))->name, "max-length");
    assert_null(rule_nearest(SPAN("something else altogether")));
}

static void measures_distance_in_edits(void **state)
{
    (void)state;
    assert_int_equal(near_distance(SPAN("abc"), SPAN("abc"), 9), 0);
    assert_int_equal(near_distance(SPAN("abcd"), SPAN("abdc"), 9), 1); /* a swap is one edit */
    assert_int_equal(near_distance(SPAN("kitten"), SPAN("sitting"), 9), 3);
    assert_int_equal(near_distance(SPAN("kitten"), SPAN("sitting"), 2), 2); /* the limit */
    assert_int_equal(near_distance(SPAN("data_use"), SPAN("dataUse"), 9), 0);
}

static void tells_misspelt_controls_from_other_names(void **state)
{
    (void)state;
    assert_true(near_misspelt(SPAN("legalBassis"), SPAN("legalBasis")));
    assert_true(near_misspelt(SPAN("legal_basis"), SPAN("legalBasis")));
    assert_true(near_misspelt(SPAN("leglBases"), SPAN("legalBasis"))); /* 2 edits, 9 letters and more */
    assert_false(near_misspelt(SPAN("legalBasis"), SPAN("legalBasis")));
    assert_true(near_misspelt(SPAN("onLat"), SPAN("onLate"))); /* 1 edit, 6 letters */
    assert_false(near_misspelt(SPAN("onLa"), SPAN("onLate"))); /* 2 edits */
    assert_false(near_misspelt(SPAN("enums"), SPAN("enum")));  /* short names: case and _ only */
    assert_true(near_misspelt(SPAN("Enum"), SPAN("enum")));
    assert_false(near_misspelt(SPAN("costCentre"), SPAN("dataUse")));
}

static void diagnostics_are_counted_graded_and_sorted(void **state)
{
    (void)state;
    struct arena *arena = arena_create(1 << 16);
    struct diagnostics list;
    diagnostics_init(&list, arena);
    diagnostics_add(&list, "owner", (struct place){SPAN("b.yaml"), 3, 1}, SPAN("team"), "there is %s", "none");
    diagnostics_advise(&list, "add %d", 1);
    diagnostics_add(&list, "purpose", (struct place){SPAN("a.yaml"), 9, 2}, SPAN("description"), "x");
    diagnostics_grade(&list, SEVERITY_WARNING);
    diagnostics_add(&list, "no-reader", (struct place){SPAN("a.yaml"), 9, 1}, SPAN(""), "y");
    assert_int_equal(list.count, 3);
    assert_int_equal(list.errors, 1);
    diagnostics_sort(&list);
    assert_string_equal(list.items[0].rule->name, "no-reader");
    assert_string_equal(list.items[1].rule->name, "purpose");
    assert_string_equal(list.items[2].detail.data, "there is none");
    assert_string_equal(list.items[2].remedy.data, "add 1");
    assert_null(list.items[1].remedy.data);
    diagnostics_deinit(&list);
    arena_destroy(arena);
}

static void a_list_without_memory_says_so(void **state)
{
    (void)state;
    struct arena *arena = arena_create(4096);
    struct diagnostics list;
    diagnostics_init(&list, arena);
    for (int i = 0; i < 500; i++)
        diagnostics_add(&list, "owner", (struct place){SPAN("b.yaml"), 3, 1}, SPAN("team"), "%0100d", i);
    assert_true(list.failed);
    assert_true(list.count < 500);
    assert_int_equal(list.errors, 500);
    diagnostics_deinit(&list);
    arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_is_complete_and_found_by_its_name),
        cmocka_unit_test_setup_teardown(every_rule_is_raised_somewhere, read_sources, free_sources),
        cmocka_unit_test_setup_teardown(every_rule_that_is_raised_is_in_the_table, read_sources, free_sources),
        cmocka_unit_test(every_rule_of_the_enforcement_core_is_in_the_table),
        cmocka_unit_test(suggests_the_nearest_rule),
        cmocka_unit_test(measures_distance_in_edits),
        cmocka_unit_test(tells_misspelt_controls_from_other_names),
        cmocka_unit_test(diagnostics_are_counted_graded_and_sorted),
        cmocka_unit_test(a_list_without_memory_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
