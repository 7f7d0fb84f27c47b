/* The corpus of contracts: a folder per case, and expected.tsv with the rule and the line that each proves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contracts/catalogue.h"
#include "contracts/rule.h"
#include "tests/unit/contracts/corpus_contracts.h"

static void load_as(struct loaded *loaded, const char *dir, bool strict)
{
    struct catalogue_options options;
    loaded_begin(loaded, &options);
    options.strict = strict;
    loaded->catalogue = catalogue_load(dir, &options, &loaded->diagnostics);
}

static void load(struct loaded *loaded, const char *dir)
{
    load_as(loaded, dir, false);
}

static void print_all(const struct loaded *loaded)
{
    for (size_t i = 0; i < loaded->diagnostics.count; i++) {
        const struct diagnostic *item = &loaded->diagnostics.items[i];
        print_error("  %.*s:%u:%u %d %s [%.*s] %.*s\n", SPAN_ARGS(item->place.file), item->place.line, item->place.column,
                    (int)item->severity, item->rule->name, SPAN_ARGS(item->path), SPAN_ARGS(item->detail));
    }
}

static bool is_at(const struct diagnostic *item, const char *file, const char *rule, unsigned line)
{
    char name[64];
    struct span end = {name, (size_t)snprintf(name, sizeof name, "/%s.odcs.yaml", file)};
    struct span path = item->place.file;
    bool same_file = path.size > end.size && memcmp(path.data + path.size - end.size, end.data, end.size) == 0;
    return same_file && strcmp(item->rule->name, rule) == 0 && item->place.line == line;
}

/* The expected diagnostic is there, and every error is of the expected rule: a case proves one rule. A rule behind an exclamation
 * mark is not to be raised. */
static bool judge(const struct loaded *loaded, const char *folder, const char *file, const char *rule, unsigned line)
{
    bool valid = strncmp(folder, "valid_", 6) == 0;
    bool absent = rule[0] == '!';
    bool found = strcmp(rule, "-") == 0 || absent;
    bool pure = (loaded->catalogue != NULL) == valid;
    for (size_t i = 0; i < loaded->diagnostics.count; i++) {
        const struct diagnostic *item = &loaded->diagnostics.items[i];
        found = found || is_at(item, file, rule, line);
        if (absent && strcmp(item->rule->name, rule + 1) == 0) pure = false;
        if (item->severity == SEVERITY_ERROR && strcmp(item->rule->name, rule) != 0) pure = false;
    }
    if (found && pure) return true;
    print_error("%s: expected %s in %s line %u, %s\n", folder, rule, file, line,
                valid ? "and that it loads" : "and nothing else");
    print_all(loaded);
    return false;
}

static void every_case_breaks_the_rule_it_is_made_for(void **state)
{
    (void)state;
    FILE *stream = open_expected();
    struct expected_row row;
    size_t count = 0;
    size_t wrong = 0;
    while (expected_next(stream, &row)) {
        char dir[160];
        struct loaded loaded;
        snprintf(dir, sizeof dir, CORPUS "/%s", row.folder);
        load(&loaded, dir);
        wrong += judge(&loaded, row.folder, row.file, row.rule, row.line) ? 0 : 1;
        unload(&loaded);
        count++;
    }
    fclose(stream);
    assert_int_equal(wrong, 0);
    assert_true(count >= 60);
}

/* What is a warning in a file without a role is an error of the same rule, in the same line, once somebody asks for it. */
static void strictness_makes_errors_of_the_same_faults(void **state)
{
    (void)state;
    FILE *stream = open_expected();
    struct expected_row row;
    size_t count = 0;
    while (expected_next(stream, &row)) {
        char dir[160];
        struct loaded loaded;
        bool found = false;
        if (strncmp(row.folder, "valid_without_role", 18) != 0) continue;
        snprintf(dir, sizeof dir, CORPUS "/%s", row.folder);
        load_as(&loaded, dir, true);
        for (size_t i = 0; i < loaded.diagnostics.count; i++) {
            const struct diagnostic *item = &loaded.diagnostics.items[i];
            found = found || (item->severity == SEVERITY_ERROR && is_at(item, row.file, row.rule, row.line));
        }
        if (!found || loaded.catalogue != NULL) {
            print_all(&loaded);
            fail_msg("%s: --strict does not refuse it for %s in line %u", row.folder, row.rule, row.line);
        }
        unload(&loaded);
        count++;
    }
    fclose(stream);
    assert_true(count >= 15);
}

/* Rules that no folder of contracts raises, and why. */
static const char *const elsewhere[][2] = {
    {"file", "a file that cannot be read: test_catalogue.c"},
    {"topic-template", "of the configuration: test_intent.c"},
    {"lock", "of schemas.lock: test_lock.c"},
    {"keys-missing", "of the key file: test_headgate.c"},
    {"catalogue-empty", "of the folder as a whole: test_catalogue.c"},
    {"approval-missing", "of approvals.yaml, as those below: test_approvals.c, test_approvals.py"},
    {"approval-exceeded", ""},
    {"approval-level", ""},
    {"approval-file", ""},
    {"approval-edited", ""},
    {"approval-duplicate", ""},
    {"approval-unknown", ""},
};

static bool is_proven_elsewhere(const char *rule)
{
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
        if (strcmp(elsewhere[i][0], rule) == 0) return true;
    return false;
}

static void every_rule_of_contracts_has_a_case(void **state)
{
    (void)state;
    FILE *stream = open_expected();
    struct expected_row row;
    bool *proven = calloc(rule_count(), sizeof *proven);
    assert_non_null(proven);
    while (expected_next(stream, &row)) {
        const struct rule *rule = rule_find(span_of(row.rule));
        if (rule != NULL) proven[rule_index(rule)] = true;
    }
    fclose(stream);
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule *rule = rule_at(i);
        if (rule->area != RULE_CONTRACT || is_proven_elsewhere(rule->name) == !proven[i]) continue;
        if (proven[i]) fail_msg("'%s' has a case now: take it from the list", rule->name);
        fail_msg("no case of the corpus raises '%s'", rule->name);
    }
    free(proven);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_breaks_the_rule_it_is_made_for),
        cmocka_unit_test(strictness_makes_errors_of_the_same_faults),
        cmocka_unit_test(every_rule_of_contracts_has_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
