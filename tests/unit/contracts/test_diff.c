#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "contracts/diff.h"

/* tests/corpus/diff/NAME/{old,new}: two versions of a folder of contracts; NAME/expected.tsv: what changed, a line each:
 *     grade (or "warning") TAB kind TAB contract's name TAB field
 * in any order. */

#define CORPUS "tests/corpus/diff"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create((size_t)64 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static struct catalogue *load(const char *dir)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    struct catalogue *catalogue = catalogue_load(dir, &options, &diagnostics);
    for (size_t i = 0; catalogue == NULL && i < diagnostics.count; i++)
        if (diagnostics.items[i].severity == SEVERITY_ERROR)
            print_error("%.*s:%u: %.*s: %.*s\n", SPAN_ARGS(diagnostics.items[i].place.file), diagnostics.items[i].place.line,
                        SPAN_ARGS(diagnostics.items[i].path), SPAN_ARGS(diagnostics.items[i].detail));
    if (catalogue == NULL) print_error("%s does not load\n", dir);
    diagnostics_deinit(&diagnostics);
    return catalogue;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(char **lines, size_t count)
{
    qsort(lines, count, sizeof *lines, by_text);
}

static size_t read_expected(const char *name, char **lines, size_t room)
{
    char path[512], line[512];
    size_t count = 0;
    snprintf(path, sizeof path, CORPUS "/%s/expected.tsv", name);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("no %s", path);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        assert_true(count < room);
        lines[count++] = strdup(line);
    }
    fclose(file);
    return count;
}

static size_t list_found(const struct diff *diff, char **lines, size_t room)
{
    for (size_t i = 0; i < diff->count; i++) {
        const struct change *change = &diff->items[i];
        char line[512];
        assert_true(i < room);
        assert_true(change->text.size > 0);
        assert_true(change->place.file.size > 0);
        snprintf(line, sizeof line, "%s\t%s\t%.*s\t%.*s", change->warning ? "warning" : diff_grade_word(change->grade),
                 diff_kind_row(change->kind)->name, SPAN_ARGS(change->name), SPAN_ARGS(change->path));
        lines[i] = strdup(line);
    }
    return diff->count;
}

static void print_all(const struct diff *diff)
{
    for (size_t i = 0; i < diff->count; i++)
        print_error("  %s %s %.*s: %.*s\n", diff_grade_word(diff->items[i].grade), diff_kind_row(diff->items[i].kind)->name,
                    SPAN_ARGS(diff->items[i].path), SPAN_ARGS(diff->items[i].text));
}

static bool seen_kinds[DIFF_KINDS];

/* What was found against what the file expects; says where they differ. */
static bool compare(const char *name, const struct diff *diff)
{
    enum { ROOM = 64 };
    char *expected[ROOM], *found[ROOM];
    size_t expected_count = read_expected(name, expected, ROOM), found_count = list_found(diff, found, ROOM);
    sort(expected, expected_count);
    sort(found, found_count);
    bool same = expected_count == found_count;
    for (size_t i = 0; same && i < found_count; i++) same = strcmp(expected[i], found[i]) == 0;
    if (!same) {
        print_error("%s:\n", name);
        print_all(diff);
        for (size_t i = 0; i < expected_count; i++) print_error("  expected %s\n", expected[i]);
    }
    for (size_t i = 0; i < diff->count; i++) seen_kinds[diff->items[i].kind] = true;
    for (size_t i = 0; i < expected_count; i++) free(expected[i]);
    for (size_t i = 0; i < found_count; i++) free(found[i]);
    return same;
}

static struct catalogue *load_side(const char *name, const char *side)
{
    char path[512];
    snprintf(path, sizeof path, CORPUS "/%s/%s", name, side);
    return load(path);
}

static bool check_pair(const char *name)
{
    struct diff diff;
    struct catalogue *old = load_side(name, "old"), *new = load_side(name, "new");
    bool same = old != NULL && new != NULL &&diff_catalogues(old, new, arena, &diff) && compare(name, &diff);
    catalogue_destroy(old);
    catalogue_destroy(new);
    arena_reset(arena);
    return same;
}

static void grades_every_pair_of_folders(void **state)
{
    (void)state;
    unsigned pairs = 0, wrong = 0;
    DIR *dir = opendir(CORPUS);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.') continue;
        pairs++;
        if (!check_pair(entry->d_name)) wrong++;
    }
    closedir(dir);
    assert_true(pairs >= 60);
    assert_int_equal(wrong, 0);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(grades_every_pair_of_folders, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
