/* test_approvals.c - what was approved against what stands, and who approves: tests/decisions/approvals.txt.
 *
 * A row of the table names a pair of tests/corpus/diff: the old side is approved, written and read back; the new side is judged.
 *     NAME TAB USE TAB STATE TAB kinds of change that need approval, in any order */
#include "tests/corpus_folders.h"
#include "unit/contracts/approve.h"

#define TABLE "tests/decisions/approvals.txt"

/* ---------------------------------------------------------------- the decision table */

enum { ROOM = 16, LINE = 512 };

static int by_line(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* NAME TAB USE TAB STATE TAB kinds */
static void describe(const char *name, const struct use *of, const struct approval_verdict *verdict, char line[LINE])
{
    int size = snprintf(line, LINE, "%s\t%.*s\t%s\t", name, SPAN_ARGS(of->name), approval_state_word(verdict->state));
    for (unsigned kind = 0; kind < DIFF_KINDS; kind++)
        for (size_t i = 0; i < verdict->diff.count; i++) {
            if (verdict->diff.items[i].kind != kind || !diff_needs_approval((enum diff_kind)kind)) continue;
            size += snprintf(line + size, LINE - (size_t)size, "%s%s", line[size - 1] == '\t' ? "" : " ",
                             diff_kind_row((enum diff_kind)kind)->name);
            break;
        }
    while (size > 0 && line[size - 1] == '\t') line[--size] = '\0';
}

static size_t judge_pair(const char *name, char lines[ROOM][LINE])
{
    char old_dir[LINE], new_dir[LINE];
    size_t count = 0;
    snprintf(old_dir, sizeof old_dir, CORPUS "/%s/old", name);
    snprintf(new_dir, sizeof new_dir, CORPUS "/%s/new", name);
    struct catalogue *old = load(old_dir), *new = load(new_dir);
    if (old == NULL || new == NULL) fail_msg("%s does not load", name);
    struct approvals approvals = approve_all(old);
    for (size_t i = 0; i < new->use_count; i++) {
        struct approval_verdict verdict = judge(&approvals, new->uses[i]);
        assert_true(count < ROOM);
        describe(name, new->uses[i], &verdict, lines[count++]);
    }
    catalogue_destroy(old);
    catalogue_destroy(new);
    return count;
}

static size_t read_expected(const char *name, char lines[ROOM][LINE])
{
    char line[LINE];
    size_t count = 0;
    FILE *file = fopen(TABLE, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, name, strlen(name)) != 0 || line[strlen(name)] != '\t') continue;
        assert_true(count < ROOM);
        memcpy(lines[count++], line, sizeof line);
    }
    fclose(file);
    return count;
}

static bool check_pair(const char *name)
{
    static char expected[ROOM][LINE], found[ROOM][LINE];
    size_t expected_count = read_expected(name, expected), found_count = judge_pair(name, found);
    qsort(expected, expected_count, sizeof *expected, by_line);
    qsort(found, found_count, sizeof *found, by_line);
    bool same = expected_count == found_count;
    for (size_t i = 0; same && i < found_count; i++) same = strcmp(expected[i], found[i]) == 0;
    for (size_t i = 0; i < found_count && !same; i++) print_error("found    %s\n", found[i]);
    for (size_t i = 0; i < expected_count && !same; i++) print_error("expected %s\n", expected[i]);
    return same;
}

static void every_change_is_decided_as_the_table_says(void **state)
{
    (void)state;
    unsigned wrong, pairs = corpus_each_folder(CORPUS, check_pair, &wrong);
    assert_true(pairs >= 80);
    assert_int_equal(wrong, 0);
}

/* The grades of the documentation: what the table of kinds calls approval needs it, and another type does. */
static void needs_approval_by_kind(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < DIFF_KINDS; kind++) {
        bool expected = diff_kind_row((enum diff_kind)kind)->grade == DIFF_APPROVAL || kind == DIFF_USE_FIELD_RETYPED;
        assert_int_equal(diff_needs_approval((enum diff_kind)kind), expected);
    }
}

/* ---------------------------------------------------------------- who approves, and when */

static void a_draft_needs_no_approval(void **state)
{
    (void)state;
    static const struct {
        enum status status;
        enum approval_state state;
    } rows[] = {{STATUS_PROPOSED, APPROVAL_NOT_NEEDED},
                {STATUS_DRAFT, APPROVAL_NOT_NEEDED},
                {STATUS_ACTIVE, APPROVAL_MISSING},
                {STATUS_DEPRECATED, APPROVAL_MISSING},
                {STATUS_RETIRED, APPROVAL_NOT_NEEDED}};
    struct approvals none = {.file = SPAN("a")};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        use->status = rows[i].status;
        assert_state(&none, rows[i].state);
    }
}

/* One contract on two models is two uses; each is approved for itself. */
static void every_model_is_approved_for_itself(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    use->model->id = SPAN("urn:acme:shop:model:order_placed_2");
    assert_state(&approvals, APPROVAL_MISSING);
    assert_true(approve(&approvals, use, "ann", TODAY));
    assert_int_equal(approvals.count, 2);
    write_and_read(&approvals);
    assert_state(&approvals, APPROVAL_GIVEN);
    use->model->id = SPAN("urn:acme:shop:model:order_placed");
    assert_state(&approvals, APPROVAL_GIVEN);
}

static void what_was_approved_is_the_limit(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    int64_t approved = use->retention;
    use->retention = approved / 2;
    assert_state(&approvals, APPROVAL_GIVEN);
    use->retention = approved;
    assert_state(&approvals, APPROVAL_GIVEN); /* back to what somebody approved */
    use->retention = approved + 1 * US_PER_DAY;
    assert_state(&approvals, APPROVAL_EXCEEDED);
    assert_true(approve(&approvals, use, "bob", SPAN("2026-12-01")));
    write_and_read(&approvals);
    assert_state(&approvals, APPROVAL_GIVEN);
    assert_int_equal(approvals.items[0].approver_count, 1);
    assert_true(span_is(approvals.items[0].approvers[0].name, "bob"));
    /* who approves what is narrower joins those before, and lowers the limit */
    use->retention = approved;
    assert_true(approve(&approvals, use, "cleo", SPAN("2026-12-02")));
    assert_int_equal(approvals.items[0].approver_count, 2);
    assert_false(approve(&approvals, use, "cleo", SPAN("2026-12-03")));
    use->retention = approved + 1 * US_PER_DAY;
    assert_state(&approvals, APPROVAL_EXCEEDED);
}

/* The one row of the grade table that no folder can bring about yet. */
static void trace_on_needs_approval(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    use->trace = true;
    assert_state(&approvals, APPROVAL_EXCEEDED);
    assert_int_equal(judge(&approvals, use).diff.items[0].kind, DIFF_TRACE_ON);
    assert_true(approve(&approvals, use, "ann", TODAY));
    use->trace = false;
    assert_state(&approvals, APPROVAL_GIVEN);
}

/* Consent must be newer than the approval that widened the purpose, not than one of its retention. */
static void keeps_the_date_of_the_purpose(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    use->retention *= 2;
    assert_true(approve(&approvals, use, "ann", SPAN("2026-12-01")));
    write_and_read(&approvals);
    assert_true(span_equal(approvals.items[0].purpose_since, TODAY));
    use->purpose = SPAN("Something else.");
    assert_true(approve(&approvals, use, "ann", SPAN("2026-12-02")));
    assert_true(span_is(approvals.items[0].purpose_since, "2026-12-02"));
    use->data_use = SPAN("functional");
    assert_true(approve(&approvals, use, "ann", SPAN("2026-12-03")));
    assert_true(span_is(approvals.items[0].purpose_since, "2026-12-03"));
}

static struct recipient approvers[2];

static void name_approvers(const char *first, const char *second)
{
    approvers[0] = (struct recipient){.role = SPAN("reader"), .access = SPAN("read"), .first_approvers = span_of(first)};
    approvers[1] = (struct recipient){.role = SPAN("writer"), .access = SPAN("read"), .second_approvers = span_of(second)};
    use->recipients = approvers;
    use->recipient_count = 2;
}

static void only_named_approvers_may(void **state)
{
    (void)state;
    assert_true(approval_may_approve(use, SPAN("anybody")));
    name_approvers("", "  , ");
    assert_true(approval_may_approve(use, SPAN("anybody")));
    name_approvers("ann, bob the builder", "");
    assert_true(approval_may_approve(use, SPAN("ann")));
    assert_true(approval_may_approve(use, SPAN("bob the builder")));
    assert_false(approval_may_approve(use, SPAN("bob")));
    assert_false(approval_may_approve(use, SPAN("an")));
    assert_false(approval_may_approve(use, SPAN("")));
    name_approvers("", "dpo");
    assert_true(approval_may_approve(use, SPAN("dpo")));
    assert_false(approval_may_approve(use, SPAN("ann")));
}

static void two_levels_need_one_of_each(void **state)
{
    (void)state;
    struct approvals approvals = {.file = SPAN("a")};
    name_approvers("ann, al", "dpo");
    assert_true(approve(&approvals, use, "ann", TODAY));
    write_and_read(&approvals);
    assert_state(&approvals, APPROVAL_LEVEL);
    assert_int_equal(judge(&approvals, use).level, 2);
    assert_true(approve(&approvals, use, "al", TODAY));
    assert_state(&approvals, APPROVAL_LEVEL);
    assert_true(approve(&approvals, use, "dpo", TODAY));
    write_and_read(&approvals);
    assert_state(&approvals, APPROVAL_GIVEN);
    assert_int_equal(approvals.items[0].approver_count, 3);
    /* an approver who has left has approved all the same */
    name_approvers("zoe", "dpo");
    assert_state(&approvals, APPROVAL_GIVEN);
    /* a wider use begins anew */
    name_approvers("ann, al", "dpo");
    use->retention *= 2;
    assert_true(approve(&approvals, use, "dpo", TODAY));
    assert_state(&approvals, APPROVAL_LEVEL);
    assert_int_equal(judge(&approvals, use).level, 1);
    name_approvers("both", "both");
    use->retention *= 2;
    assert_true(approve(&approvals, use, "both", TODAY));
    assert_state(&approvals, APPROVAL_GIVEN);
}

/* ---------------------------------------------------------------- all of a catalogue */

static const struct diagnostic *check(const struct approvals *approvals, size_t expected)
{
    diagnostics.count = diagnostics.errors = 0;
    approvals_check(approvals, catalogue, arena, &diagnostics);
    assert_false(diagnostics.failed);
    assert_int_equal(diagnostics.count, expected);
    return diagnostics.items;
}

static void tells_what_waits_where_it_stands(void **state)
{
    (void)state;
    struct approvals approvals = {.file = SPAN("a")};
    const struct diagnostic *found = check(&approvals, 1);
    assert_string_equal(found->rule->name, "approval-missing");
    assert_true(found->place.line > 0 && found->place.file.size > 0);
    assert_non_null(strstr(found->remedy.data, "headgate approve urn:acme:risk:use:order_risk --by NAME"));
    approvals = approve_all(catalogue);
    (void)check(&approvals, 0);
    use->retention *= 2;
    field_of("total")->classification = CLASS_PUBLIC;
    found = check(&approvals, 2);
    assert_string_equal(found[0].rule->name, "approval-exceeded");
    assert_string_equal(found[1].rule->name, "approval-exceeded");
    bool field = found[0].place.line == field_of("total")->place.line || found[1].place.line == field_of("total")->place.line;
    assert_true(field);
    assert_int_equal(diagnostics.errors, 2);
    use->status = STATUS_DRAFT;
    (void)check(&approvals, 0);
}

/* A contract that is gone leaves its entry: told, and removed by whoever writes the file next. Back again it is what it was. */
static void tells_of_entries_that_nobody_needs(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    size_t count = catalogue->use_count;
    catalogue->use_count = 0;
    const struct diagnostic *found = check(&approvals, 1);
    assert_string_equal(found->rule->name, "approval-unknown");
    assert_int_equal(found->severity, SEVERITY_WARNING);
    assert_int_equal(diagnostics.errors, 0);
    catalogue->use_count = count;
    (void)check(&approvals, 0);
    assert_int_equal(approvals_prune(&approvals, catalogue), 0);
    catalogue->use_count = 0;
    assert_int_equal(approvals_prune(&approvals, catalogue), 1);
    catalogue->use_count = count;
    assert_string_equal(check(&approvals, 1)->rule->name, "approval-missing");
    assert_int_equal(text_of(&approvals).size > 0, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_change_is_decided_as_the_table_says),
        TEST(needs_approval_by_kind),
        TEST(a_draft_needs_no_approval),
        TEST(every_model_is_approved_for_itself),
        TEST(what_was_approved_is_the_limit),
        TEST(trace_on_needs_approval),
        TEST(keeps_the_date_of_the_purpose),
        TEST(only_named_approvers_may),
        TEST(two_levels_need_one_of_each),
        TEST(tells_what_waits_where_it_stands),
        TEST(tells_of_entries_that_nobody_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
