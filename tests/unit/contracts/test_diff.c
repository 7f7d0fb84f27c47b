#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "contracts/diff.h"
#include "contracts/rule.h"
#include "tests/corpus_folders.h"

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
    unsigned wrong, pairs = corpus_each_folder(CORPUS, check_pair, &wrong);
    assert_true(pairs >= 60);
    assert_int_equal(wrong, 0);
}

/* Kinds that no folder can bring about, because this version refuses what would: told of catalogues that were changed by hand. */
static struct catalogue *old_side, *new_side;

static int set_up_sides(void **state)
{
    set_up(state);
    old_side = load(CORPUS "/nothing/old");
    new_side = load(CORPUS "/nothing/old");
    return old_side != NULL && new_side != NULL ? 0 : -1;
}

static int tear_down_sides(void **state)
{
    catalogue_destroy(old_side);
    catalogue_destroy(new_side);
    return tear_down(state);
}

/* The only change there is, a version that was kept aside. */
static const struct change *only_change(void)
{
    static struct diff diff;
    const struct change *found = NULL;
    assert_true(diff_catalogues(old_side, new_side, arena, &diff));
    for (size_t i = 0; i < diff.count; i++) {
        if (diff.items[i].warning) continue;
        if (found != NULL) print_all(&diff);
        assert_null(found);
        found = &diff.items[i];
    }
    assert_non_null(found);
    seen_kinds[found->kind] = true;
    return found;
}

static void assert_change(enum diff_kind kind, enum diff_grade grade)
{
    const struct change *change = only_change();
    if (change->kind != kind || change->grade != grade)
        fail_msg("%s (%s) where %s (%s) is due", diff_kind_row(change->kind)->name, diff_grade_word(change->grade),
                 diff_kind_row(kind)->name, diff_grade_word(grade));
}

static void assert_both_ways(enum diff_kind there, enum diff_grade there_grade, enum diff_kind back, enum diff_grade back_grade)
{
    assert_change(there, there_grade);
    struct catalogue *swap = old_side;
    old_side = new_side;
    new_side = swap;
    assert_change(back, back_grade);
}

static void grades_trace(void **state)
{
    (void)state;
    new_side->uses[0]->trace = true;
    assert_both_ways(DIFF_TRACE_ON, DIFF_APPROVAL, DIFF_TRACE_OFF, DIFF_FREE);
}

static void grades_erasure_that_reaches_further(void **state)
{
    (void)state;
    new_side->uses[0]->erasure_method = SPAN("crypto_shred");
    assert_both_ways(DIFF_ERASURE_STRENGTHENED, DIFF_FREE, DIFF_ERASURE_WEAKENED, DIFF_APPROVAL);
}

static void grades_an_exemption_that_is_another(void **state)
{
    (void)state;
    old_side->uses[0]->erasure_method = new_side->uses[0]->erasure_method = SPAN("none");
    old_side->uses[0]->erasure_exemption = SPAN("legal_obligation");
    new_side->uses[0]->erasure_exemption = SPAN("archiving");
    assert_change(DIFF_ERASURE_WEAKENED, DIFF_APPROVAL);
}

static void grades_durability(void **state)
{
    (void)state;
    new_side->uses[0]->delivery = DELIVERY_SPOOL;
    assert_both_ways(DIFF_DELIVERY_WEAKER, DIFF_CONSUMERS, DIFF_DELIVERY_STRONGER, DIFF_FREE);
}

static void grades_kind_of_topic(void **state)
{
    (void)state;
    new_side->uses[0]->state_topic = true;
    assert_change(DIFF_TOPIC_CHANGED, DIFF_CONSUMERS);
}

static void grades_bases_of_special_data(void **state)
{
    (void)state;
    new_side->uses[0]->special_category_basis = SPAN("explicit_consent");
    assert_change(DIFF_LEGAL_BASIS_CHANGED, DIFF_APPROVAL);
}

/* What is graded down for a contract that serves nobody is graded by its kind for one that does. */
static void grades_nothing_above_free_for_a_draft(void **state)
{
    (void)state;
    old_side->uses[0]->status = new_side->uses[0]->status = STATUS_DRAFT;
    new_side->uses[0]->retention *= 2;
    assert_change(DIFF_RETENTION_LONGER, DIFF_FREE);
    old_side->uses[0]->status = new_side->uses[0]->status = STATUS_DEPRECATED;
    assert_change(DIFF_RETENTION_LONGER, DIFF_APPROVAL);
}

/* What the warning about the version says; NULL data when there is none. */
static struct span version_text(void)
{
    static struct diff diff;
    assert_true(diff_catalogues(old_side, new_side, arena, &diff));
    for (size_t i = 0; i < diff.count; i++)
        if (diff.items[i].kind == DIFF_VERSION_MAJOR) return diff.items[i].text;
    return (struct span){NULL, 0};
}

static void says_which_version_a_breaking_change_asks_for(void **state)
{
    (void)state;
    new_side->models[0]->throughput = 10;
    assert_true(span_is(version_text(), "version: still 1.2.0; raise it to 2.0.0, since the change is breaking"));
    new_side->models[0]->version = SPAN("1.3.0");
    assert_true(span_is(version_text(), "version: 1.2.0 -> 1.3.0; raise it to 2.0.0, since the change is breaking"));
    new_side->models[0]->version = SPAN("2.0.0");
    new_side->models[0]->major = 2;
    assert_null(version_text().data);
}

static bool says(enum diff_kind kind, const char *text)
{
    struct diff diff;
    bool said = false;
    assert_true(diff_catalogues(old_side, new_side, arena, &diff));
    for (size_t i = 0; i < diff.count; i++) said = said || (diff.items[i].kind == kind && span_is(diff.items[i].text, text));
    if (!said) print_all(&diff);
    return said;
}

/* Whoever reads the list has to see the promise that was and the one that is. */
static void says_what_was_promised_and_what_is(void **state)
{
    (void)state;
    assert_true(says(DIFF_QUALITY_TIGHTENED, "note_null: at most 10 % -> below 10 %"));
    assert_true(says(DIFF_QUALITY_TIGHTENED, "country_known: no longer valid: FR"));
    assert_true(says(DIFF_QUALITY_TIGHTENED, "country_shape: new: invalidValues none"));
    assert_true(says(DIFF_QUALITY_TIGHTENED, "mail_missing: severity: info -> warning"));
    assert_true(says(DIFF_QUALITY_TIGHTENED, "mail_missing: now missing: none"));
    assert_true(says(DIFF_ERROR_RATE_TIGHTENED, "errorRate: 5 % -> 2.5 %"));
    new_side->models[0]->error_rate = -1;
    assert_true(says(DIFF_ERROR_RATE_LOOSENED, "errorRate: 5 % -> none"));
}

static int set_up_qualities(void **state)
{
    set_up(state);
    old_side = load(CORPUS "/quality_tightened/old");
    new_side = load(CORPUS "/quality_tightened/new");
    return old_side != NULL && new_side != NULL ? 0 : -1;
}

/* ---------------------------------------------------------------- the house */

#define DAY_US ((int64_t)86400 * 1000000)

static const struct span eu[] = {{"EU", 2}, {"UK", 2}};

static struct house_limit of_class(enum classification class, const char *name, int64_t days)
{
    return (struct house_limit){LIMIT_OF_CLASS, class, span_of(name), {.retention = days == 0 ? NO_LIMIT : days * DAY_US}};
}

static struct house_limit of_category(const char *name, int64_t days)
{
    return (struct house_limit){LIMIT_OF_CATEGORY, CLASS_PUBLIC, span_of(name), {.retention = days * DAY_US}};
}

static void set_house(struct catalogue *catalogue, struct house_limit *limits, size_t count)
{
    catalogue->house_limits = limits;
    catalogue->house_limit_count = count;
}

/* What the house did, of one kind of change or none: "path: text" and so on, in the list's order. */
static const char *house_did(struct house_limit *old, size_t old_count, struct house_limit *new, size_t new_count)
{
    static struct buffer out;
    struct diff diff;
    buffer_clear(&out);
    buffer_append_text(&out, "");
    set_house(old_side, old, old_count);
    set_house(new_side, new, new_count);
    assert_true(diff_catalogues(old_side, new_side, arena, &diff));
    for (size_t i = 0; i < diff.count; i++) {
        const struct change *change = &diff.items[i];
        bool loosened = change->kind == DIFF_HOUSE_LIMIT_LOOSENED;
        assert_true(loosened || change->kind == DIFF_HOUSE_LIMIT_TIGHTENED);
        assert_int_equal(change->grade, loosened ? DIFF_APPROVAL : DIFF_FREE);
        assert_true(span_is(change->contract, "governance"));
        seen_kinds[change->kind] = true;
        buffer_printf(&out, "%s %.*s, %.*s\n", loosened ? "looser" : "tighter", SPAN_ARGS(change->path), SPAN_ARGS(change->text));
    }
    set_house(old_side, NULL, 0);
    set_house(new_side, NULL, 0);
    buffer_append_char(&out, '\0');
    return out.data;
}

static void grades_the_limits_of_the_house(void **state)
{
    (void)state;
    struct house_limit month = of_class(CLASS_RESTRICTED, "restricted", 30), year = of_class(CLASS_RESTRICTED, "secret", 365);
    assert_string_equal(house_did(&month, 1, &month, 1), "");
    assert_string_equal(house_did(&month, 1, &year, 1), "looser classes.restricted, retention: up to 30 d -> up to 365 d\n");
    assert_string_equal(house_did(&year, 1, &month, 1), "tighter classes.restricted, retention: up to 365 d -> up to 30 d\n");
    assert_string_equal(house_did(&month, 1, NULL, 0), "looser classes.restricted, retention: up to 30 d -> anything\n");
    assert_string_equal(house_did(NULL, 0, &month, 1), "tighter classes.restricted, retention: anything -> up to 30 d\n");
}

/* A limit on a lower class, or on what a category lies in, holds for it too: what it comes to counts, not where it stands. */
static void looks_at_what_the_limits_of_the_house_come_to(void **state)
{
    (void)state;
    struct house_limit both[] = {of_class(CLASS_RESTRICTED, "restricted", 90), of_class(CLASS_CONFIDENTIAL, "confidential", 30)};
    assert_string_equal(house_did(both, 2, both + 1, 1), "");
    assert_string_equal(house_did(both + 1, 1, both, 2), "");
    assert_string_equal(house_did(both, 1, both + 1, 1), "tighter classes.confidential, retention: anything -> up to 30 d\n");
    assert_string_equal(house_did(both + 1, 1, both, 1), "looser classes.confidential, retention: up to 30 d -> anything\n");
    struct house_limit place[] = {of_category("user.location.precise", 7), of_category("user.location", 30)};
    assert_string_equal(house_did(place, 2, place + 1, 1),
                        "looser categories.user.location.precise, retention: up to 7 d -> up to 30 d\n");
    assert_string_equal(house_did(place + 1, 1, place, 2),
                        "tighter categories.user.location.precise, retention: up to 30 d -> up to 7 d\n");
    struct house_limit strict = of_class(CLASS_PUBLIC, "public", 1);
    assert_string_equal(house_did(place, 1, &strict, 1),
                        "looser categories.user.location.precise, retention: up to 7 d -> anything\n"
                        "tighter classes.public, retention: anything -> up to 1 d\n");
}

static void says_once_that_the_house_permits_something_else(void **state)
{
    (void)state;
    struct house_limit old = of_class(CLASS_RESTRICTED, "restricted", 0), new = old;
    old.limit.residency = eu;
    new.limit.residency = eu + 1;
    old.limit.residency_count = new.limit.residency_count = 1;
    assert_string_equal(house_did(&old, 1, &new, 1), "looser classes.restricted, residency: EU -> UK\n");
    new.limit.residency = eu;
    new.limit.residency_count = 2;
    new.limit.legal_bases = 1U << BASIS_CONSENT;
    assert_string_equal(house_did(&old, 1, &new, 1), "looser classes.restricted, residency: EU -> EU, UK\n"
                                                     "tighter classes.restricted, legal basis: anything -> consent\n");
}

/* Strength of handling, as the contracts' documentation orders it; the other way round it is weaker. */
static void orders_handling(void **state)
{
    (void)state;
    static const struct {
        struct handling weaker, stronger;
    } rows[] = {
        {{.kind = HANDLE_PASS}, {.kind = HANDLE_ROUND, .step = {1, 0, false}}},
        {{.kind = HANDLE_PASS}, {.kind = HANDLE_GENERALISE, .unit = UNIT_SECOND}},
        {{.kind = HANDLE_MASK}, {.kind = HANDLE_REDACT}},
        {{.kind = HANDLE_REDACT}, {.kind = HANDLE_HMAC, .scope = SCOPE_DOMAIN}},
        {{.kind = HANDLE_TRUNCATE, .length = 4}, {.kind = HANDLE_HMAC, .scope = SCOPE_USE}},
        {{.kind = HANDLE_PASS}, {.kind = HANDLE_ENCRYPT}},
        {{.kind = HANDLE_MASK}, {.kind = HANDLE_ENCRYPT}},
        {{.kind = HANDLE_GENERALISE, .unit = UNIT_YEAR}, {.kind = HANDLE_ENCRYPT}},
        {{.kind = HANDLE_GENERALISE, .unit = UNIT_HOUR}, {.kind = HANDLE_GENERALISE, .unit = UNIT_DAY}},
        {{.kind = HANDLE_TRUNCATE, .length = 4}, {.kind = HANDLE_TRUNCATE, .length = 3}},
        {{.kind = HANDLE_TRUNCATE_IP, .v4 = 24, .v6 = 48}, {.kind = HANDLE_TRUNCATE_IP, .v4 = 16, .v6 = 48}},
        {{.kind = HANDLE_MASK, .keep_first = 2, .keep_last = 2}, {.kind = HANDLE_MASK, .keep_first = 1, .keep_last = 2}},
        {{.kind = HANDLE_MASK, .keep_domain = true}, {.kind = HANDLE_MASK}},
        {{.kind = HANDLE_ROUND, .step = {5, 0, false}}, {.kind = HANDLE_ROUND, .step = {1, 1, false}}},
    };
    struct handling *old = &old_side->uses[0]->root->children[1]->handling,
                    *new = &new_side->uses[0]->root->children[1]->handling;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        *old = rows[i].weaker;
        *new = rows[i].stronger;
        assert_change(DIFF_HANDLING_STRONGER, DIFF_FREE);
        *old = rows[i].stronger;
        *new = rows[i].weaker;
        assert_change(DIFF_HANDLING_WEAKER, DIFF_APPROVAL);
    }
}

/* Neither is stronger: somebody has to look, in both directions. */
static void leaves_what_cannot_be_ordered_to_approval(void **state)
{
    (void)state;
    static const struct handling rows[][2] = {
        {{.kind = HANDLE_MASK, .keep_first = 2}, {.kind = HANDLE_MASK, .keep_last = 1}},
        {{.kind = HANDLE_TRUNCATE_IP, .v4 = 24, .v6 = 32}, {.kind = HANDLE_TRUNCATE_IP, .v4 = 16, .v6 = 48}},
        {{.kind = HANDLE_ROUND, .step = {5, 0, false}}, {.kind = HANDLE_ROUND, .step = {7, 0, false}}},
        {{.kind = HANDLE_MASK}, {.kind = HANDLE_TRUNCATE, .length = 1}},
        {{.kind = HANDLE_ENCRYPT}, {.kind = HANDLE_HMAC, .scope = SCOPE_USE}},
        {{.kind = HANDLE_ENCRYPT}, {.kind = HANDLE_HMAC, .scope = SCOPE_DOMAIN}},
        {{.kind = HANDLE_ENCRYPT}, {.kind = HANDLE_REDACT}},
        {{.kind = HANDLE_REDACT, .constant = {.text = {"a", 1}}}, {.kind = HANDLE_REDACT, .constant = {.text = {"b", 1}}}},
    };
    struct handling *old = &old_side->uses[0]->root->children[1]->handling,
                    *new = &new_side->uses[0]->root->children[1]->handling;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int first = 0; first < 2; first++) {
            *old = rows[i][first];
            *new = rows[i][1 - first];
            assert_change(DIFF_HANDLING_WEAKER, DIFF_APPROVAL);
        }
}

/* A lost finding would be a lost control: whatever the room, the list is whole or the call says that it is not. */
static void says_when_the_list_is_not_whole(void **state)
{
    (void)state;
    struct diff diff;
    bool whole = false;
    new_side->uses[0]->purpose = SPAN("another purpose");
    new_side->models[0]->domain = SPAN("other");
    new_side->uses[0]->retention *= 2;
    for (size_t limit = 4096; !whole; limit += 256) {
        struct arena *small = arena_create(limit);
        void *taken = arena_alloc(small, 3900);
        assert_non_null(taken);
        whole = diff_catalogues(old_side, new_side, small, &diff);
        if (whole) assert_int_equal(diff.count, 3);
        arena_destroy(small);
    }
}

/* ---------------------------------------------------------------- the table of kinds */

static void describes_every_kind(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < DIFF_KINDS; kind++) {
        const struct diff_kind_row *row = diff_kind_row((enum diff_kind)kind);
        assert_non_null(row->name);
        assert_true(strlen(row->title) > 0 && strlen(row->why) > 0 && strlen(row->remedy) > 0);
        assert_int_equal(diff_kind_find(span_of(row->name)), kind);
        assert_null(rule_find(span_of(row->name))); /* `headgate explain` takes both */
    }
    assert_int_equal(diff_kind_find(SPAN("no-such-kind")), DIFF_KINDS);
}

/* docs/contracts.md names every kind, and in the row of its grade. */
static void documents_every_kind(void **state)
{
    (void)state;
    static char line[16384];
    unsigned found = 0;
    FILE *file = fopen("docs/contracts.md", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        enum diff_grade grade;
        char *end = strncmp(line, "| ", 2) == 0 ? strstr(line + 2, " |") : NULL;
        if (end == NULL || !diff_grade_find((struct span){line + 2, (size_t)(end - line - 2)}, &grade)) continue;
        for (unsigned kind = DIFF_VERSION_BACK + 1; kind < DIFF_KINDS; kind++) {
            const struct diff_kind_row *row = diff_kind_row((enum diff_kind)kind);
            char name[64];
            snprintf(name, sizeof name, "`%s`", row->name);
            bool there = strstr(line, name) != NULL;
            if (there != (row->grade == grade)) fail_msg("docs/contracts.md: %s, grade %s", name, diff_grade_word(row->grade));
            found += there ? 1 : 0;
        }
    }
    fclose(file);
    assert_int_equal(found, DIFF_KINDS - (DIFF_VERSION_BACK + 1));
}

static void knows_grades_by_word(void **state)
{
    (void)state;
    enum diff_grade grade;
    for (unsigned i = 0; i < DIFF_GRADES; i++) {
        assert_true(diff_grade_find(span_of(diff_grade_word((enum diff_grade)i)), &grade));
        assert_int_equal(grade, i);
    }
    assert_false(diff_grade_find(SPAN("Free"), &grade));
    assert_false(diff_grade_find(SPAN(""), &grade));
}

/* Runs last: a kind that no test brings about may be graded anyhow. */
static void has_seen_every_kind(void **state)
{
    (void)state;
    unsigned unseen = 0;
    for (unsigned kind = 0; kind < DIFF_KINDS; kind++) {
        if (seen_kinds[kind]) continue;
        print_error("never seen: %s\n", diff_kind_row((enum diff_kind)kind)->name);
        unseen++;
    }
    assert_int_equal(unseen, 0);
}

#define WITH_SIDES(test) cmocka_unit_test_setup_teardown(test, set_up_sides, tear_down_sides)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(grades_every_pair_of_folders, set_up, tear_down),
        WITH_SIDES(grades_trace),
        WITH_SIDES(grades_erasure_that_reaches_further),
        WITH_SIDES(grades_an_exemption_that_is_another),
        WITH_SIDES(grades_durability),
        WITH_SIDES(grades_kind_of_topic),
        WITH_SIDES(grades_bases_of_special_data),
        WITH_SIDES(grades_nothing_above_free_for_a_draft),
        WITH_SIDES(says_which_version_a_breaking_change_asks_for),
        cmocka_unit_test_setup_teardown(says_what_was_promised_and_what_is, set_up_qualities, tear_down_sides),
        WITH_SIDES(grades_the_limits_of_the_house),
        WITH_SIDES(looks_at_what_the_limits_of_the_house_come_to),
        WITH_SIDES(says_once_that_the_house_permits_something_else),
        WITH_SIDES(orders_handling),
        WITH_SIDES(leaves_what_cannot_be_ordered_to_approval),
        WITH_SIDES(says_when_the_list_is_not_whole),
        cmocka_unit_test(describes_every_kind),
        cmocka_unit_test(documents_every_kind),
        cmocka_unit_test(knows_grades_by_word),
        cmocka_unit_test(has_seen_every_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
