#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "contracts/pattern.h"

static struct pattern_scratch *scratch;

static struct pattern *compiled(struct span text)
{
    const char *error;
    size_t offset;
    struct pattern *pattern = pattern_compile(text, &error, &offset);
    if (pattern == NULL) fail_msg("%.*s: %s at %zu", SPAN_ARGS(text), error, offset);
    return pattern;
}

/* Both engines, each on its own: what node says must hold for the own matcher and for PCRE2. */
static void assert_verdict(struct span text, struct span subject, enum pattern_verdict expected, const char *row)
{
    const char *error;
    size_t offset;
    struct pattern *served = compiled(text), *twin = pattern_compile_pcre2(text, &error, &offset);
    assert_non_null(twin);
    if (pattern_match(served, scratch, subject) != expected) fail_msg("%s: %s", pattern_engine_word(pattern_engine(served)), row);
    if (pattern_match(twin, scratch, subject) != expected) fail_msg("%s: %s", pattern_engine_word(pattern_engine(twin)), row);
    pattern_destroy(served);
    pattern_destroy(twin);
}

static struct span span_of_json(json_t *text)
{
    return (struct span){json_string_value(text), json_string_length(text)};
}

static json_t *json_cell(char **at)
{
    char *tab = strchr(*at, '\t');
    assert_non_null(tab);
    *tab = '\0';
    json_t *cell = json_loads(*at, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_true(json_is_string(cell));
    *at = tab + 1;
    return cell;
}

static void judge_row(char *line)
{
    char *at = line, row[512];
    line[strcspn(line, "\n")] = '\0';
    snprintf(row, sizeof row, "%s", line);
    json_t *pattern = json_cell(&at), *subject = json_cell(&at);
    if (strcmp(at, "refuse") == 0) {
        const char *error = NULL;
        size_t offset = SIZE_MAX;
        if (pattern_compile(span_of_json(pattern), &error, &offset) != NULL) fail_msg("not refused: %s", row);
        assert_non_null(error);
        assert_in_range(offset, 0, json_string_length(pattern));
    } else {
        assert_verdict(span_of_json(pattern), span_of_json(subject), *at == 'm' ? PATTERN_MATCH : PATTERN_NO_MATCH, row);
    }
    json_decref(pattern);
    json_decref(subject);
}

static void judges_as_ecmascript_does(void **state)
{
    (void)state;
    FILE *file = fopen("tests/corpus/patterns.tsv", "r");
    assert_non_null(file);
    char *line = NULL;
    size_t room = 0, rows = 0;
    for (; getline(&line, &room, file) > 0; rows++) judge_row(line);
    free(line);
    fclose(file);
    assert_true(rows > 5000);
}

static void says_what_is_refused_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *error;
        size_t offset;
    } rows[] = {
        {"^[A-Z]{3}(?<=X)$", "look-behind is not taken", 9},
        {"(a)\\1", "back-references are not taken", 3},
        {"ab(?<n>c)", "named groups are not taken", 2},
        {"(?i)a", "flags and other (? ) groups are not taken", 0},
        {"ab\\q", "ECMA-262 5.1 has no such escape", 2},
        {"x[ab", "the class has no ]", 1},
        {"x(ab", "the group has no )", 1},
        {"xab)", "a ) without its (", 3},
        {"a{3,2}", "the counts are out of order", 1},
        {"a{65536}", "a count is at most 65535", 2},
        {"a**", "nothing to repeat", 2},
        {"[b-a]", "the range is out of order", 1},
        {"a\xff", "the pattern is not UTF-8", 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *error = NULL;
        size_t offset = SIZE_MAX;
        assert_null(pattern_compile(span_of(rows[i].pattern), &error, &offset));
        assert_string_equal(error, rows[i].error);
        assert_int_equal(offset, rows[i].offset);
    }
}

static void serves_the_usual_patterns_itself(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        bool own;
    } rows[] = {
        {"^[A-Z]{3}$", true},
        {"^pay_[A-Za-z0-9]{16}$", true},
        {"^[0-9]{6,8}$", true},
        {"^\\d{4}-\\d{2}-\\d{2}$", true},
        {"^(EUR|USD)$", true},
        {"^EUR", true},
        {"^[a-z_]+$", true},
        {"^[a-z]+-[a-z]+$", true},
        {"^([A-Z]{2})([0-9]+)$", true},
        {"^$", true},
        {"^[a-z]*[0-9]*$", true},
        {"^[a-z]*[0-9]*[a-c]$", false},
        {"^[ab][bc][cd][de][ef][fg][gh][hi]$", true},
        {"^[ab][bc][cd][de][ef][fg][gh][hi][ij]$", false},
        {"^[ab][cd][ab][cd][ab][cd][ab][cd][ab]$", true},
        {"^[a-z]+[a-z]$", false},
        {"^EUR|USD$", false},
        {"EUR$", false},
        {"^.$", false},
        {"^(a|)$", false},
        {"^(?:ab)+$", false},
        {"^[^,]+$", false},
        {"^\xc3\xa9$", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pattern *pattern = compiled(span_of(rows[i].pattern));
        if ((pattern_engine(pattern) == PATTERN_OWN) != rows[i].own) fail_msg("%s", rows[i].pattern);
        pattern_destroy(pattern);
    }
}

/* (a+)+ on a text that nearly matches takes exponentially many steps. */
static void gives_up_at_the_limit(void **state)
{
    (void)state;
    struct pattern *pattern = compiled(SPAN("^(?:a+)+$"));
    assert_int_equal(pattern_match(pattern, scratch, SPAN("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")),
                     PATTERN_LIMIT);
    assert_int_equal(pattern_match(pattern, scratch, SPAN("aaaa")), PATTERN_MATCH);
    pattern_destroy(pattern);
}

static void long_values_fit_the_stack(void **state)
{
    (void)state;
    size_t size = 16 * 1024;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'a', size);
    struct pattern *pattern = compiled(SPAN("^(?:a|b)*$")), *own = compiled(SPAN("^[a-z]{5,}$"));
    assert_int_equal(pattern_match(own, scratch, (struct span){text, size}), PATTERN_MATCH);
    if (pattern_engine(pattern) == PATTERN_JIT)
        assert_int_equal(pattern_match(pattern, scratch, (struct span){text, size}), PATTERN_MATCH);
    pattern_destroy(pattern);
    pattern_destroy(own);
    free(text);
}

static void refuses_what_is_too_large(void **state)
{
    (void)state;
    const char *error;
    size_t offset;
    char text[PATTERN_TEXT_MAX + 1];
    memset(text, 'a', sizeof text);
    assert_null(pattern_compile((struct span){text, sizeof text}, &error, &offset));
    assert_string_equal(error, "the pattern is too large");
    assert_null(pattern_compile(SPAN("(?:(?:a{60000}|b){60000}|c){60000}"), &error, &offset));
    assert_string_equal(error, "the pattern is too large");
    memset(text, '(', sizeof text);
    assert_null(pattern_compile((struct span){text, 1000}, &error, &offset));
    assert_string_equal(error, "groups are nested too deep");
    assert_int_equal(offset, 64);
}

static void reads_absent_text_as_empty(void **state)
{
    (void)state;
    struct pattern *own = compiled(SPAN("^$")), *other = compiled(SPAN("^(?:|b)$"));
    assert_int_equal(pattern_match(own, scratch, (struct span){NULL, 0}), PATTERN_MATCH);
    assert_int_equal(pattern_match(other, scratch, (struct span){NULL, 0}), PATTERN_MATCH);
    pattern_destroy(own);
    pattern_destroy(other);
}

static int set_up(void **state)
{
    (void)state;
    scratch = pattern_scratch_create();
    return scratch == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pattern_scratch_destroy(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_as_ecmascript_does),        cmocka_unit_test(says_what_is_refused_and_where),
        cmocka_unit_test(serves_the_usual_patterns_itself), cmocka_unit_test(gives_up_at_the_limit),
        cmocka_unit_test(long_values_fit_the_stack),        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(reads_absent_text_as_empty),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
