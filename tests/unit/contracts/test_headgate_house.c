/* test_headgate_house.c - the public library holds uses to what a caller says that its house permits. */
#include "unit/contracts/headgate_order.h"

static const char *const eu[] = {"EU"}, *const essential[] = {"essential"}, *const consent[] = {"consent"};

/* How many errors of the rule the shop has under one limit. */
static size_t errors_under(const struct headgate_limit *limit, const struct headgate_class *classes, size_t count,
                           const char *rule)
{
    struct headgate_options options = {
        .passing_keys = true, .now = RECEIVED, .limits = limit, .limit_count = 1, .classes = classes, .class_count = count};
    struct headgate_catalogue *catalogue = NULL;
    struct headgate_problems *problems = NULL;
    size_t found = 0, errors = 0;
    enum headgate_status status = headgate_load(EXAMPLES "/shop", &options, &catalogue, &problems);
    for (size_t i = 0; i < headgate_problem_count(problems); i++) {
        const struct headgate_problem *problem = headgate_problem_at(problems, i);
        errors += problem->severity == HEADGATE_ERROR;
        found += problem->severity == HEADGATE_ERROR && strcmp(problem->rule, rule) == 0;
    }
    assert_int_equal(errors, found);
    assert_int_equal(status, found > 0 ? HEADGATE_BAD_CONTRACTS : HEADGATE_OK);
    headgate_problems_destroy(problems);
    headgate_catalogue_destroy(catalogue);
    return found;
}

static void holds_uses_to_the_limits_of_the_house(void **state)
{
    (void)state;
    static const int64_t day = INT64_C(86400000000);
    static const struct headgate_class classes[] = {{"secret", "confidential"}};
    /* The shop's use takes confidential fields, for 30 days, to improve a service, on a legitimate interest, anywhere. */
    const struct {
        struct headgate_limit limit;
        const char *rule;
        size_t errors;
    } rows[] = {
        {{.classification = "confidential", .retention = 7 * day}, "retention-ceiling", 1},
        {{.classification = "secret", .retention = 7 * day}, "retention-ceiling", 1},
        {{.classification = "public", .retention = 7 * day}, "retention-ceiling", 1},
        {{.classification = "restricted", .retention = 7 * day}, "retention-ceiling", 0},
        {{.classification = "confidential", .retention = 30 * day}, "retention-ceiling", 0},
        {{.classification = "confidential", .data_uses = {essential, 1}}, "data-use-forbidden", 1},
        {{.classification = "confidential", .legal_bases = {consent, 1}}, "legal-basis-forbidden", 1},
        {{.classification = "confidential", .residency = {eu, 1}}, "residency-forbidden", 1},
        {{.category = "user.location", .retention = day}, "retention-ceiling", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(errors_under(&rows[i].limit, classes, 1, rows[i].rule), rows[i].errors);
}

static void refuses_what_is_no_limit(void **state)
{
    (void)state;
    static const char *const wrong[] = {"essential.nothing"}, *const empty[] = {""}, *const none[] = {NULL};
    const struct headgate_limit limits[] = {
        {.retention = 1},
        {.classification = "secret"},
        {.classification = "public", .category = "user"},
        {.category = "user.nothing"},
        {.classification = "public", .retention = -1},
        {.classification = "public", .data_uses = {wrong, 1}},
        {.classification = "public", .data_uses = {NULL, 1}},
        {.classification = "public", .legal_bases = {wrong, 1}},
        {.classification = "public", .legal_bases = {NULL, 1}},
        {.classification = "public", .legal_bases = {none, 1}},
        {.classification = "public", .residency = {empty, 1}},
        {.classification = "public", .residency = {none, 1}},
    };
    static const struct headgate_class classes[] = {
        {"secret", "hidden"}, {"public", "internal"}, {NULL, "public"}, {"secret", NULL}};
    struct headgate_catalogue *catalogue = NULL;
    struct headgate_problems *problems = (void *)limits;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct headgate_options options = {.passing_keys = true, .limits = &limits[i], .limit_count = 1};
        assert_int_equal(headgate_load(EXAMPLES "/shop", &options, &catalogue, &problems), HEADGATE_BAD_ARGUMENT);
        assert_null(catalogue);
        assert_null(problems);
    }
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct headgate_options options = {.passing_keys = true, .classes = &classes[i], .class_count = 1};
        assert_int_equal(headgate_load(EXAMPLES "/shop", &options, &catalogue, NULL), HEADGATE_BAD_ARGUMENT);
    }
    struct headgate_options options = {.passing_keys = true, .limit_count = 1};
    assert_int_equal(headgate_load(EXAMPLES "/shop", &options, &catalogue, NULL), HEADGATE_BAD_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_uses_to_the_limits_of_the_house),
        cmocka_unit_test(refuses_what_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
