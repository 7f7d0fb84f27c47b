// link: -Wl,--wrap=malloc,--wrap=realloc,--wrap=calloc
/* The corpus of contracts: a folder per case, and expected.tsv with the rule and the line that each proves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "contracts/catalogue.h"
#include "contracts/rule.h"

#define CORPUS "tests/corpus/contracts"

/* Fails the allocation that makes the countdown reach zero, and all later ones. */
static long countdown = -1;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool refuse(void)
{
    if (countdown < 0) return false;
    if (countdown > 0) countdown--;
    return countdown == 0;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return refuse() ? NULL : __real_realloc(old, size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuse() ? NULL : __real_calloc(count, size);
}

struct loaded {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
};

static void load_as(struct loaded *loaded, const char *dir, bool strict)
{
    struct catalogue_options options;
    catalogue_options_init(&options);
    options.strict = strict;
    options.now = INT64_C(1795305600) * US_PER_SECOND; /* 2026-11-22 */
    loaded->arena = arena_create(64 << 20);
    diagnostics_init(&loaded->diagnostics, loaded->arena);
    loaded->catalogue = catalogue_load(dir, &options, &loaded->diagnostics);
}

static void load(struct loaded *loaded, const char *dir)
{
    load_as(loaded, dir, false);
}

static void unload(struct loaded *loaded)
{
    catalogue_destroy(loaded->catalogue);
    diagnostics_deinit(&loaded->diagnostics);
    arena_destroy(loaded->arena);
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

struct row {
    char folder[80], file[16], rule[48];
    unsigned line;
};

static bool next_row(FILE *stream, struct row *row)
{
    char line[256];
    while (fgets(line, sizeof line, stream) != NULL) {
        if (line[0] == '#') continue;
        if (sscanf(line, "%79s %15s %47s %u", row->folder, row->file, row->rule, &row->line) == 4) return true;
    }
    return false;
}

static FILE *open_expected(void)
{
    FILE *stream = fopen(CORPUS "/expected.tsv", "r");
    assert_non_null(stream);
    return stream;
}

static void every_case_breaks_the_rule_it_is_made_for(void **state)
{
    (void)state;
    FILE *stream = open_expected();
    struct row row;
    size_t count = 0;
    size_t wrong = 0;
    while (next_row(stream, &row)) {
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
    struct row row;
    size_t count = 0;
    while (next_row(stream, &row)) {
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
    struct row row;
    bool *proven = calloc(rule_count(), sizeof *proven);
    assert_non_null(proven);
    while (next_row(stream, &row)) {
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

static void copy_prefix(const char *from, const char *to, size_t size)
{
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (int byte; size > 0 && (byte = fgetc(in)) != EOF; size--) fputc(byte, out);
    fclose(in);
    fclose(out);
}

static size_t size_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (size_t)info.st_size;
}

/* A cut contract may load by accident, but never crashes, and says why when it does not. */
static void truncate_every_byte(const char *dir, const char *victim)
{
    char temporary[] = "/tmp/headgate-corpus-XXXXXX";
    char from[200], to[200], other_from[200], other_to[200];
    const char *other = strcmp(victim, "use") == 0 ? "model" : "use";
    assert_non_null(mkdtemp(temporary));
    snprintf(from, sizeof from, "%s/%s.odcs.yaml", dir, victim);
    snprintf(to, sizeof to, "%s/%s.odcs.yaml", temporary, victim);
    snprintf(other_from, sizeof other_from, "%s/%s.odcs.yaml", dir, other);
    snprintf(other_to, sizeof other_to, "%s/%s.odcs.yaml", temporary, other);
    copy_prefix(other_from, other_to, SIZE_MAX);
    for (size_t size = size_of(from); size-- > 0;) {
        struct loaded loaded;
        copy_prefix(from, to, size);
        load(&loaded, temporary);
        assert_false(loaded.diagnostics.failed);
        if (loaded.catalogue == NULL) assert_true(loaded.diagnostics.errors > 0);
        unload(&loaded);
    }
    unlink(to);
    unlink(other_to);
    rmdir(temporary);
}

static void survives_truncation_at_every_byte(void **state)
{
    (void)state;
    truncate_every_byte(CORPUS "/valid_class_lowered", "model");
    truncate_every_byte(CORPUS "/valid_class_lowered", "use");
    truncate_every_byte(CORPUS "/invalid_waiver_expired", "use");
}

/* Every allocation fails once, with all later ones: the load ends with `failed` or with errors, never with a half catalogue. */
static void survives_every_failing_allocation(void **state)
{
    (void)state;
    static const char *const dirs[] = {CORPUS "/valid_narrower", CORPUS "/invalid_date_format", CORPUS "/valid_without_role",
                                       "contracts/examples/logistics"};
    for (size_t i = 0; i < COUNT_OF(dirs); i++) {
        bool done = false;
        for (long n = 1; !done; n++) {
            struct loaded loaded = {0};
            struct catalogue_options options;
            catalogue_options_init(&options);
            loaded.arena = arena_create(64 << 20);
            diagnostics_init(&loaded.diagnostics, loaded.arena);
            countdown = n;
            loaded.catalogue = catalogue_load(dirs[i], &options, &loaded.diagnostics);
            done = countdown > 0;
            countdown = -1;
            if (loaded.catalogue == NULL) assert_true(loaded.diagnostics.failed || loaded.diagnostics.errors > 0);
            unload(&loaded);
            assert_true(n < 5000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_case_breaks_the_rule_it_is_made_for), cmocka_unit_test(strictness_makes_errors_of_the_same_faults),
        cmocka_unit_test(every_rule_of_contracts_has_a_case),        cmocka_unit_test(survives_truncation_at_every_byte),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
