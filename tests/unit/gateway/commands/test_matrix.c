/* What `headgate matrix` writes, byte by byte, for the small clinic of tests/corpus/matrix. After a wanted change,
 * HEADGATE_GOLDEN=write build/tests/gateway/commands/test_matrix rewrites the expected files, and the review reads their diff. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/commands/matrix_output.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena *arena;
static struct catalogue *catalogue;
static struct matrix_report report;
static struct buffer out;

static int set_up_all(void **state)
{
    (void)state;
    struct catalogue_options options;
    struct diagnostics diagnostics;
    arena = arena_create(64 << 20);
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    catalogue = catalogue_load("tests/corpus/matrix/contracts", &options, &diagnostics);
    diagnostics_deinit(&diagnostics);
    if (catalogue == NULL) abort();
    /* The digest over the files is another test's business: here it would change with each comment in them. */
    catalogue->version = SPAN("0123456789ab");
    report = (struct matrix_report){matrix_create(catalogue, arena), arena, 1795307053 * US_PER_SECOND, "headgate"};
    return 0;
}

static int tear_down_all(void **state)
{
    (void)state;
    catalogue_destroy(catalogue);
    arena_destroy(arena);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    out = BUFFER_EMPTY;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_deinit(&out);
    return 0;
}

static void assert_golden(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "tests/corpus/matrix/%s", name);
    if (getenv("HEADGATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fwrite(out.data, 1, out.size, file);
        fclose(file);
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("no %s (tests run in the root of the sources)", path);
    static char expected[256 * 1024];
    size_t size = fread(expected, 1, sizeof expected, file);
    fclose(file);
    size_t same = 0, line = 1;
    while (same < size && same < out.size && expected[same] == out.data[same]) line += expected[same++] == '\n';
    if (same != size || same != out.size) fail_msg("%s:%zu differs; got: %.60s", path, line, out.data + same);
}

static bool holds(const char *text)
{
    return strstr(out.data, text) != NULL;
}

/* ---------------------------------------------------------------- golden files */

static const struct matrix_look plain = {false, 100};

static void writes_tables(void **state)
{
    (void)state;
    assert_true(matrix_text_write(&report, plain, &out));
    assert_golden("matrix.txt");
}

static void writes_narrow_tables(void **state)
{
    (void)state;
    assert_true(matrix_text_write(&report, (struct matrix_look){false, 70}, &out));
    assert_golden("matrix_70.txt");
    for (char *line = strtok(out.data, "\n"); line != NULL; line = strtok(NULL, "\n")) assert_true(strlen(line) <= 70);
}

static void writes_json(void **state)
{
    (void)state;
    assert_true(matrix_json_write(&report, &out));
    assert_golden("matrix.json");
}

static void writes_the_record(void **state)
{
    (void)state;
    assert_true(matrix_record_csv(&report, &out));
    assert_golden("record.csv");
    buffer_clear(&out);
    assert_true(matrix_record_json(&report, &out));
    assert_golden("record.json");
}

static void writes_claims(void **state)
{
    (void)state;
    assert_true(matrix_claims_text(&report, plain, &out));
    assert_golden("unclaimed.txt");
    buffer_clear(&out);
    assert_true(matrix_claims_json(&report, &out));
    assert_golden("unclaimed.json");
}

static void writes_what_was_found(void **state)
{
    (void)state;
    assert_true(matrix_search_text(&report, SPAN("user.contact"), plain, &out));
    assert_golden("find.txt");
    buffer_clear(&out);
    assert_true(matrix_search_json(&report, SPAN("user.contact"), &out));
    assert_golden("find.json");
}

static void writes_the_page(void **state)
{
    (void)state;
    assert_true(matrix_html_write(&report, &out));
    assert_golden("matrix.html");
}

/* ---------------------------------------------------------------- what must hold whatever they look like */

static void a_page_only_shows_contract_texts(void **state)
{
    (void)state;
    assert_true(matrix_html_write(&report, &out));
    assert_false(holds("<script"));
    assert_false(holds("<b>"));
    assert_false(holds("<hidden>"));
    assert_false(holds("href=\"javascript"));
    assert_true(holds("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; care"));
    assert_true(holds("A visit &amp; its &lt;b&gt;outcome&lt;/b&gt;."));
    assert_true(holds("it&#39;s &lt;hidden&gt;"));
    /* Nothing is fetched: links lead into the page, and there is no other way out. */
    assert_false(holds("src="));
    assert_false(holds("url("));
    assert_false(holds("href=\"http"));
}

static void a_spreadsheet_runs_nothing(void **state)
{
    (void)state;
    assert_true(matrix_record_csv(&report, &out));
    assert_true(holds("\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"not for adverts\"\")\""));
    assert_false(holds("\"=HYPERLINK"));
}

static void the_record_has_what_is_processed(void **state)
{
    (void)state;
    json_error_t error;
    assert_true(matrix_record_json(&report, &out));
    json_t *root = json_loadb(out.data, out.size, 0, &error);
    assert_non_null(root);
    const json_t *activities = json_object_get(root, "activities");
    assert_int_equal(json_array_size(activities), 3); /* planning once, of two events; the retired one not at all */
    const json_t *planning = json_array_get(activities, 1);
    assert_string_equal(json_string_value(json_object_get(planning, "events")), "door, visit");
    assert_string_equal(json_string_value(json_object_get(planning, "topics")),
                        "clinic.door.planning.v1, clinic.door.planning.v1.late, clinic.visit.planning.v1, "
                        "clinic.visit.planning.v1.late");
    const json_t *open = json_object_get(root, "to_be_filled_in");
    assert_true(json_array_size(open) > 0);
    for (size_t i = 0; i < json_array_size(open); i++)
        assert_true(json_is_null(json_object_get(planning, json_string_value(json_array_get(open, i)))));
    json_decref(root);
}

static void colour_changes_nothing_else(void **state)
{
    (void)state;
    struct buffer coloured = BUFFER_EMPTY;
    assert_true(matrix_text_write(&report, plain, &out));
    assert_true(matrix_text_write(&report, (struct matrix_look){true, 100}, &coloured));
    size_t at = 0;
    for (size_t i = 0; i < coloured.size; i++) {
        if (coloured.data[i] == '\033') {
            while (coloured.data[i] != 'm') i++;
            continue;
        }
        assert_true(at < out.size && coloured.data[i] == out.data[at]);
        at++;
    }
    assert_int_equal(at, out.size);
    assert_true(coloured.size > out.size);
    buffer_deinit(&coloured);
}

static void a_mistyped_category_gets_a_hint(void **state)
{
    (void)state;
    assert_true(matrix_search_text(&report, SPAN("user.contact.emial"), plain, &out));
    assert_true(holds("Did you mean the data category 'user.contact.email'?"));
}

static void an_exhausted_arena_fails(void **state)
{
    (void)state;
    struct arena *small = arena_create(1);
    struct matrix_report poor = {report.matrix, small, report.made, report.maker};
    assert_false(matrix_html_write(&poor, &out));
    assert_false(matrix_text_write(&poor, plain, &out));
    assert_false(matrix_record_csv(&poor, &out));
    assert_false(matrix_search_text(&poor, SPAN("email"), plain, &out));
    arena_destroy(small);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_tables),
        TEST(writes_narrow_tables),
        TEST(writes_json),
        TEST(writes_the_record),
        TEST(writes_claims),
        TEST(writes_what_was_found),
        TEST(writes_the_page),
        TEST(a_page_only_shows_contract_texts),
        TEST(a_spreadsheet_runs_nothing),
        TEST(the_record_has_what_is_processed),
        TEST(colour_changes_nothing_else),
        TEST(a_mistyped_category_gets_a_hint),
        TEST(an_exhausted_arena_fails),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
