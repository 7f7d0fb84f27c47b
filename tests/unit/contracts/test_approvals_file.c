// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
/* test_approvals_file.c - surfaces and approvals.yaml: nothing is lost on the way, what is broken or edited is told. */
#include "tests/out_of_memory.h"
#include "unit/contracts/approve.h"

#include <dirent.h>

/* ---------------------------------------------------------------- surfaces */

/* Returns how many uses there were. */
static size_t go_round(const char *folder)
{
    struct catalogue *loaded = load(folder);
    if (loaded == NULL) return 0; /* it needs options of its own */
    size_t count = loaded->use_count;
    struct approvals approvals = approve_all(loaded);
    for (size_t i = 0; i < count; i++) {
        struct approval_verdict verdict = judge(&approvals, loaded->uses[i]);
        if (verdict.diff.count > 0)
            fail_msg("%s: %.*s: %s %.*s", folder, SPAN_ARGS(loaded->uses[i]->name),
                     diff_kind_row(verdict.diff.items[0].kind)->name, SPAN_ARGS(verdict.diff.items[0].text));
    }
    catalogue_destroy(loaded);
    return count;
}

/* Every use that any test declares is written, read, and is what it was. */
static void nothing_is_lost_on_the_way(void **state)
{
    (void)state;
    static const char *const parents[] = {"contracts/examples", "tests/corpus/contracts", "tests/decisions/contracts"};
    char path[600];
    size_t uses = go_round("tests/corpus/matrix");
    for (size_t i = 0; i < COUNT_OF(parents); i++) {
        DIR *dir = opendir(parents[i]);
        assert_non_null(dir);
        for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
            if (entry->d_name[0] == '.' || strncmp(entry->d_name, "invalid", 7) == 0) continue;
            snprintf(path, sizeof path, "%s/%s", parents[i], entry->d_name);
            uses += go_round(path);
        }
        closedir(dir);
    }
    assert_true(uses > 100);
}

/* A surface with every facet there is, as the fuzzer begins with it. */
static void every_facet_can_be_read(void **state)
{
    (void)state;
    char text[1 << 14];
    struct yaml_error error;
    struct surface_error surface_error;
    FILE *file = fopen("tests/corpus/approvals/facets.yaml", "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    const struct yaml_node *list = yaml_get(yaml_parse((struct span){text, size}, arena, &error), "approvals");
    assert_non_null(list);
    const struct use *surface = approval_surface_read(yaml_get(list->items[0], "approved"), arena, &surface_error);
    if (surface == NULL) fail_msg("line %u: %s", surface_error.node->line, surface_error.message);
    assert_int_equal(surface->root->child_count, 9);
    const struct field *numbers = surface->root->children[2], *list_field = surface->root->children[6];
    assert_true(numbers->rules.exclusive_minimum && numbers->rules.minimum.negative && numbers->rules.minimum.coefficient == 15);
    assert_true(span_is(numbers->source->path, "x.y") && numbers->scale == 2 && numbers->precision == 9);
    assert_int_equal(surface->root->children[1]->handling.kind, HANDLE_REDACT);
    assert_true(span_is(surface->root->children[1]->handling.constant.text, "it's"));
    assert_int_equal(surface->root->children[3]->rules.minimum_time, INT64_C(1767225600000001));
    assert_int_equal(surface->root->children[4]->rules.maximum_time, US_PER_DAY - US_PER_SECOND + 1);
    assert_int_equal(surface->root->children[5]->rules.maximum_time, 20454);
    assert_true(list_field->rules.unique_items && list_field->rules.max_items == 9);
    assert_true(span_is(list_field->items->children[0]->path, "g.h"));
    assert_int_equal(surface->root->children[7]->rules.max_properties, 5);
    assert_int_equal(surface->root->children[7]->items->child_count, 2);
    assert_int_equal(surface->retention, NO_LIMIT);
    assert_true(surface->trace && surface->recipient_count == 2 && surface->waiver_count == 1);
    assert_true(span_is(surface->model->consent->path, "consent"));
}

/* Facets that no contract of this version can state together. */
static void every_facet_is_kept(void **state)
{
    (void)state;
    struct document documents[] = {{SPAN("privacyNotice"), SPAN("https://a.example")},
                                   {SPAN("purpose"), SPAN("https://b.example")}};
    struct waiver waivers[] = {{SPAN("note"), SPAN("restricted-raw"), SPAN("why"), SPAN("who"), SPAN("2027-01-01")}};
    struct span lists[] = {SPAN("zeta"), SPAN("alpha, with: a comma"), SPAN("010"), SPAN("no")};
    struct number step = {25, -2, false};
    use->limitations = SPAN("  Not\nfor\n\n  \"marketing\". ");
    use->documents = documents;
    use->document_count = COUNT_OF(documents);
    use->waivers = waivers;
    use->waiver_count = COUNT_OF(waivers);
    use->special_category_basis = SPAN("explicit_consent");
    use->criminal_data_basis = SPAN("authorised_by_law");
    use->subjects = use->regulations = use->residency = lists;
    use->subject_count = use->regulation_count = use->residency_count = COUNT_OF(lists);
    use->erasure_method = SPAN("none");
    use->erasure_exemption = SPAN("legal_obligation");
    use->trace = true;
    use->retention = 90 * US_PER_MS;
    field_of("pieces")->rules.has_multiple_of = true;
    field_of("pieces")->rules.multiple_of = step;
    field_of("order_id")->handling = (struct handling){.kind = HANDLE_REDACT, .constant = {.text = SPAN("it's, \"x\"\n")}};
    field_of("note")->handling = (struct handling){.kind = HANDLE_MASK, .keep_first = 1, .keep_domain = true};
    field_of("total")->handling = (struct handling){.kind = HANDLE_ROUND, .step = step};
    field_of("placed_at")->rules.has_minimum = field_of("placed_at")->rules.exclusive_minimum = true;
    field_of("placed_at")->rules.minimum_time = INT64_C(1795305600123457);
    struct approvals approvals = approve_all(catalogue);
    struct approval_verdict verdict = judge(&approvals, use);
    for (size_t i = 0; i < verdict.diff.count; i++)
        print_error("%s %.*s\n", diff_kind_row(verdict.diff.items[i].kind)->name, SPAN_ARGS(verdict.diff.items[i].text));
    assert_int_equal(verdict.diff.count, 0);
    use->retention = NO_LIMIT;
    assert_state(&approvals, APPROVAL_EXCEEDED);
    field_of("placed_at")->rules.minimum_time--;
    assert_int_equal(judge(&approvals, use).diff.count, 2);
}

static struct span digest_of(const char *model, const char *text)
{
    struct span digest;
    struct catalogue_options options;
    struct diagnostics found;
    struct catalogue_text texts[] = {{SPAN("m.yaml"), span_of(model)}, {SPAN("u.yaml"), span_of(text)}};
    catalogue_options_init(&options);
    diagnostics_init(&found, arena);
    struct catalogue *loaded = catalogue_load_texts(texts, 2, &options, &found);
    for (size_t i = 0; loaded == NULL && i < found.count; i++) print_error("%.*s\n", SPAN_ARGS(found.items[i].detail));
    assert_non_null(loaded);
    struct approvals approvals = approve_all(loaded);
    digest = arena_copy(arena, approvals.items[0].digest);
    diagnostics_deinit(&found);
    catalogue_destroy(loaded);
    return digest;
}

static const char model_text[] =
    "{apiVersion: v3.1.0, kind: DataContract, id: 'urn:t:m', version: 1.0.0, status: active, domain: t,\n"
    " team: {name: t, members: [{username: t@t.example, role: owner}]}, schema: [{name: m, properties: [\n"
    "  {name: id, logicalType: string, required: true, primaryKey: true, classification: internal},\n"
    "  {name: at, logicalType: timestamp, required: true, classification: internal}]}],\n"
    " customProperties: [{property: headgateRole, value: eventModel}, {property: dataSubjects, value: []}]}\n";

#define USE_TEXT(version, purpose, properties, roles, rest)                                                              \
    "{apiVersion: v3.1.0, kind: DataContract, id: 'urn:t:u', version: " version                                          \
    ", status: active, description: {purpose: " purpose                                                                  \
    "},\n team: {name: t, members: [{username: t@t.example, role: owner}]}, schema: [{name: m, properties: [" properties \
    "]}],\n roles: [" roles "], slaProperties: [{property: retention, value: 7, unit: d}], customProperties: [" rest     \
    " {property: headgateRole, value: useCase}, {property: inputContracts, value: [{id: 'urn:t:m', version: '1'}]},\n"   \
    " {property: dataUse, value: functional.service.improve}]}\n"

/* What a contract looks like is nothing that anybody approves. */
static void layout_changes_no_digest(void **state)
{
    (void)state;
    static const char plain[] = USE_TEXT("1.0.0", "'Count what was sent.'", "{name: id}, {name: at}",
                                         "{role: b, access: read}, {role: a, access: read}", "");
    static const char other[] = USE_TEXT(
        "1.4.2", "\"Count what\n\n  was sent. \"", "{name: at, description: when}, # a comment\n {description: who, name: id}",
        "{access: read, role: a, description: x}, {role: b, access: read}", "{value: full, property: tagging},");
    static const char wider[] = USE_TEXT("1.0.0", "'Count what was sent.'", "{name: id}, {name: at}",
                                         "{role: b, access: read}, {role: c, access: read}", "");
    struct span digest = digest_of(model_text, plain);
    struct span same = digest_of(model_text, other), different = digest_of(model_text, wider);
    assert_int_equal(digest.size, SURFACE_DIGEST_SIZE);
    assert_true(span_equal(digest, same));
    assert_false(span_equal(digest, different));
}

/* ---------------------------------------------------------------- the file */

/* The text with the first `old` replaced. */
static struct span replaced(struct span text, const char *old, const char *new)
{
    const char *at = memmem(text.data, text.size, old, strlen(old));
    if (at == NULL) fail_msg("no '%s' in\n%.*s", old, SPAN_ARGS(text));
    size_t before = (size_t)(at - text.data), after = text.size - before - strlen(old);
    return arena_printf(arena, "%.*s%s%.*s", (int)before, text.data, new, (int)after, at + strlen(old));
}

static void assert_refused(struct span text, const char *rule, uint32_t line, const char *says)
{
    struct approvals approvals;
    size_t before = diagnostics.count;
    assert_false(approvals_parse(text, SPAN("a.yaml"), arena, &diagnostics, &approvals));
    assert_int_equal(diagnostics.count, before + 1);
    const struct diagnostic *found = &diagnostics.items[before];
    if (strcmp(found->rule->name, rule) != 0 || strstr(found->detail.data, says) == NULL ||
        (line > 0 && found->place.line != line))
        fail_msg("%u: %s: %.*s where %u: %s: %s is due", found->place.line, found->rule->name, SPAN_ARGS(found->detail), line,
                 rule, says);
    assert_int_equal(found->severity, SEVERITY_ERROR);
}

static void a_change_by_hand_is_told(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    struct span text = text_of(&approvals);
    static const char *const edits[][2] = {
        {"retention: \"14 d\"", "retention: \"28 d\""},
        {"residency: [EU]", "residency: [EU, US]"},
        {"residency: [EU]", "residency: EU"},
        {"trace: false", "trace: \"false\""},
        {"        - field: note\n          type: string\n          classification: confidential\n          handling: "
         "\"truncate(len=20)\"\n",
         ""},
        {"urn:acme:risk:use:order_risk", "urn:acme:risk:use:order_risk2"},
        {"urn:acme:shop:model:order_placed", "urn:acme:shop:model:order"},
        {"order_id", "order_ID"},
        {"digest: \"", "digest: \"0"},
    };
    for (size_t i = 0; i < COUNT_OF(edits); i++)
        assert_refused(replaced(text, edits[i][0], edits[i][1]), "approval-edited", 10, "digest");
    /* who and when are proven by the review of the file, not by a digest */
    struct approvals other;
    assert_true(approvals_parse(replaced(text, "name: ann", "name: zoe"), SPAN("a"), arena, &diagnostics, &other));
}

static void another_layout_of_the_file_says_the_same(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue), other;
    struct span text = text_of(&approvals);
    text = replaced(text, "      retention: \"14 d\"\n      erasure: expiry\n", "      # by hand\n      'erasure': \"expiry\"\n");
    text = replaced(text, "      trace: false\n", "      trace: false\n\n      retention: 14 d\n");
    text = replaced(text, "residency: [EU]", "residency:\n      -   EU");
    assert_true(approvals_parse(text, SPAN("a.yaml"), arena, &diagnostics, &other));
    assert_state(&other, APPROVAL_GIVEN);
}

static void a_file_that_is_none_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rule;
        uint32_t line;
        const char *says;
    } rows[] = {
        {"", "approval-file", 0, ""},
        {"approvals", "approval-file", 1, "a map with `approvals`"},
        {"{", "approval-file", 0, ""},
        {"approvals: []\nmore: 1\n", "approval-file", 1, "alone"},
        {"approvals: 4\n", "approval-file", 1, "a list of approvals"},
        {"approvals: []\napprovals: []\n", "approval-file", 2, "twice"},
        {"approvals:\n  - 4\n", "approval-file", 2, "a map is expected"},
        {"approvals:\n  - contract: a\n    modell: b\n", "approval-file", 3, "nothing of that name"},
        {"approvals:\n  - contract: a\n    model: b\n", "approval-file", 2, "all needed"},
        {"approvals:\n- {contract: a, model: 4, purposeSince: x, approvedBy: [], digest: d, approved: {}}\n", "approval-file", 2,
         "a text"},
        {"approvals:\n- {contract: a, model: b, purposeSince: x, approvedBy: [], digest: d, approved: {}}\n", "approval-file", 2,
         "a date"},
        {"approvals:\n- {contract: a, model: b, purposeSince: '2026-02-30', approvedBy: [], digest: d, approved: {}}\n",
         "approval-file", 2, "a date"},
        {"approvals:\n- {contract: a, model: b, purposeSince: '2026-01-01', approvedBy: [], digest: d, approved: {}}\n",
         "approval-file", 2, "who approved"},
        {"approvals:\n- {contract: a, model: b, purposeSince: '2026-01-01', approvedBy: [{name: x}], digest: d, approved: {}}\n",
         "approval-file", 2, "name and date"},
        {"approvals:\n- {contract: a, model: b, purposeSince: '2026-01-01', approvedBy: [{name: x, date: '2026-01-01'}],\n"
         "   digest: d, approved: {}}\n",
         "approval-edited", 3, "digest"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_refused(span_of(rows[i].text), rows[i].rule, rows[i].line, rows[i].says);
    struct approvals none;
    assert_true(approvals_parse(SPAN("approvals:\n"), SPAN("a.yaml"), arena, &diagnostics, &none));
    assert_int_equal(none.count, 0);
}

/* With a digest that fits, so that the surface itself is read. */
static void assert_surface_refused(const char *surface, uint32_t line, const char *says)
{
    char digest[SURFACE_DIGEST_SIZE];
    struct yaml_error error;
    const struct yaml_node *map = yaml_parse(span_of(surface), arena, &error);
    assert_non_null(map);
    assert_true(approval_surface_digest(SPAN("a"), SPAN("b"), map, digest));
    assert_refused(arena_printf(arena,
                                "approvals:\n- contract: a\n  model: b\n  purposeSince: '2026-01-01'\n"
                                "  approvedBy: [{name: x, date: '2026-01-01'}]\n  digest: '%.*s'\n  approved:\n%s",
                                SURFACE_DIGEST_SIZE, digest, surface),
                   "approval-file", line, says);
}

#define BEGIN "   {purpose: p, dataUse: d, retention: 1 d, erasure: expiry, trace: false,\n    "

static void a_surface_that_is_none_is_told(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"fields: [], colour: red}", "knows nothing of that name"},
        {"fields: 4}", "a list of fields"},
        {"fields: [4]}", "a field needs"},
        {"fields: [{field: a, type: string}]}", "a field needs"},
        {"fields: [{field: a, type: text, classification: internal}]}", "no type"},
        {"fields: [{field: a, type: string, classification: secret}]}", "no classification"},
        {"fields: [{field: a, type: string, classification: internal, shape: round}]}", "knows nothing"},
        {"fields: [{field: a, type: string, classification: internal, handling: sing()}]}", "none of the functions"},
        {"fields: [{field: a, type: decimal, classification: internal, precision: 39}]}", "from 0 to 38"},
        {"fields: [{field: b, type: int, classification: internal}, {field: a, type: int, classification: internal}]}",
         "in the order"},
        {"fields: [{field: a, type: int, classification: internal}, {field: a, type: int, classification: internal}]}",
         "each once"},
        {"fields: [{field: a.b, type: int, classification: internal}]}", "does not stand before it"},
        {"fields: [{field: a, type: int, classification: internal}, {field: a.b, type: int, classification: internal}]}",
         "in an object"},
        {"fields: [{field: a, type: int, classification: internal}, {field: 'a[]', type: int, classification: internal}]}",
         "an array or a map"},
        {"fields: [{field: a, type: int, classification: internal, rules: {minimum: x}}]}", "no bound"},
        {"fields: [{field: a, type: int, classification: internal, rules: {multipleOf: 0}}]}", "above 0"},
        {"fields: [{field: a, type: date, classification: internal, rules: {maximum: '2026-13-01'}}]}", "no bound"},
        {"fields: [{field: a, type: string, classification: internal, rules: {maxLength: -1}}]}", "from 0"},
        {"fields: [{field: a, type: string, classification: internal, rules: {format: fax}}]}", "no format"},
        {"fields: [{field: a, type: string, classification: internal, rules: {uniqueItems: 1}}]}", "true or false"},
        {"fields: [{field: a, type: string, classification: internal, rules: {luck: 1}}]}", "no rule"},
        {"fields: [], legalBasis: whim}", "no legal basis"},
        {"fields: [], residency: EU}", "a list of texts"},
        {"fields: [], residency: [~]}", "a text"},
        {"fields: [], roles: [{access: read}]}", "what it is about"},
        {"fields: [], roles: [{role: a, wage: high}]}", "not known"},
        {"fields: [], waivers: {}}", "a list"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_surface_refused(arena_printf(arena, BEGIN "%s\n", rows[i][0]).data, 9, rows[i][1]);
    assert_surface_refused("   {purpose: p, dataUse: d, retention: 1 d, erasure: expiry, trace: false}\n", 8, "missing");
    assert_surface_refused("   {retention: 1}\n", 8, "");
    assert_surface_refused("   {trace: maybe}\n", 8, "true or false");
}

static void one_use_is_approved_once(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    struct span text = text_of(&approvals);
    const char *entry = memmem(text.data, text.size, "  - contract", 12);
    assert_non_null(entry);
    assert_refused(arena_printf(arena, "%.*s%s", SPAN_ARGS(text), entry), "approval-duplicate", 51, "further up");
}

/* ---------------------------------------------------------------- memory that runs out */

/* Approves, writes, reads and judges once; false as soon as something says that memory is out. */
static bool whole_way(const struct approvals *before, struct arena *small)
{
    bool changed;
    struct approval item = before->items[0]; /* adding changes the list */
    struct approvals approvals = {.file = before->file, .items = &item, .count = 1}, again;
    struct approval_verdict verdict;
    struct diagnostics found;
    struct buffer text = BUFFER_EMPTY;
    diagnostics_init(&found, small);
    bool fine = approval_judge(&approvals, use, small, &verdict) &&
                approvals_add(&approvals, use, &verdict, SPAN("bob"), TODAY, small, &changed) &&
                approvals_text(&approvals, small, &text) &&
                approvals_parse(buffer_span(&text), SPAN("a.yaml"), small, &found, &again);
    if (fine) approvals_check(&again, catalogue, small, &found);
    if (!fine || found.failed) assert_int_equal(found.errors, 0); /* no memory is no fault of the file's */
    fine = fine && !found.failed;
    if (fine) assert_int_equal(found.count, 0);
    buffer_deinit(&text);
    diagnostics_deinit(&found);
    return fine;
}

static void survives_every_failed_allocation(void **state)
{
    (void)state;
    struct approvals approvals = approve_all(catalogue);
    use->retention *= 2;
    bool fine = false;
    long tries = 0;
    for (; !fine && tries < 10000; tries++) {
        struct arena *small = arena_create((size_t)64 << 20);
        assert_non_null(small);
        memory_ends_after(tries);
        fine = whole_way(&approvals, small);
        assert_int_equal(memory_returns(), fine);
        arena_destroy(small);
    }
    assert_true(fine);
    assert_true(tries > 20);
    fine = false;
    for (size_t limit = 4096; !fine && limit < (1 << 24); limit += 4096) {
        struct arena *small = arena_create(limit);
        fine = whole_way(&approvals, small);
        arena_destroy(small);
    }
    assert_true(fine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_lost_on_the_way),  TEST(every_facet_can_be_read),
        TEST(every_facet_is_kept),         TEST(layout_changes_no_digest),
        TEST(a_change_by_hand_is_told),    TEST(another_layout_of_the_file_says_the_same),
        TEST(a_file_that_is_none_is_told), TEST(a_surface_that_is_none_is_told),
        TEST(one_use_is_approved_once),    TEST(survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
