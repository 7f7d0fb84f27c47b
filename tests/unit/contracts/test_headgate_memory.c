// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
/* test_headgate_memory.c - the public library when memory runs out: it says so, gives nothing out, and loses nothing. */
#include "tests/out_of_memory.h"
#include "unit/contracts/headgate_order.h"

/* A compiled pattern has a bound, and the process's end of memory is told as that. */
static void assert_pattern_too_large(const struct headgate_problems *problems)
{
    unsigned errors = 0;
    for (size_t i = 0; i < headgate_problem_count(problems); i++) {
        const struct headgate_problem *problem = headgate_problem_at(problems, i);
        if (problem->severity != HEADGATE_ERROR) continue;
        errors++;
        assert_string_equal(problem->rule, "pattern-invalid");
        assert_non_null(strstr(problem->detail.data, "too large"));
    }
    assert_true(errors > 0);
}

/* Whatever allocation fails: no memory is the answer, nothing is given out, the next try is fine. */
static void loading_survives_every_failed_allocation(void **state)
{
    (void)state;
    struct headgate_options options = {.passing_keys = true, .now = RECEIVED};
    enum headgate_status status = HEADGATE_NO_MEMORY;
    unsigned failures = 0;
    for (long left = 0; status != HEADGATE_OK; left++) {
        struct headgate_catalogue *catalogue = NULL;
        struct headgate_problems *problems = NULL;
        memory_ends_after(left);
        status = headgate_load(EXAMPLES "/payments", &options, &catalogue, &problems); /* hashes, patterns, keys */
        assert_int_equal(memory_returns(), status == HEADGATE_OK);
        failures += status != HEADGATE_OK;
        if (status == HEADGATE_BAD_CONTRACTS)
            assert_pattern_too_large(problems);
        else
            assert_int_equal(problems == NULL, status != HEADGATE_OK);
        assert_int_equal(catalogue == NULL, status != HEADGATE_OK);
        headgate_problems_destroy(problems);
        headgate_catalogue_destroy(catalogue);
        assert_true(left < 100000);
    }
    assert_true(failures > 10);
}

static void enforcing_survives_every_failed_allocation(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_event event = order_event(order);
    enum headgate_status status = HEADGATE_NO_MEMORY;
    unsigned failures = 0;
    for (long left = 0; status != HEADGATE_OK; left++) {
        struct headgate_enforcer *enforcer = NULL;
        struct headgate_result *result = NULL;
        memory_ends_after(left);
        status = headgate_enforcer_create(catalogue, &enforcer);
        if (status == HEADGATE_OK) status = headgate_enforce(enforcer, &event, &result);
        assert_int_equal(memory_returns(), status == HEADGATE_OK);
        assert_true(status == HEADGATE_OK || status == HEADGATE_NO_MEMORY);
        assert_int_equal(result == NULL, status != HEADGATE_OK);
        failures += status != HEADGATE_OK;
        headgate_result_destroy(result);
        headgate_enforcer_destroy(enforcer);
    }
    assert_true(failures > 3);
    headgate_catalogue_destroy(catalogue);
}

/* The same with the options' limit, byte by byte. */
static void enforcing_keeps_within_any_limit(void **state)
{
    (void)state;
    struct headgate_event event = order_event(order);
    enum headgate_status status = HEADGATE_NO_MEMORY;
    for (size_t memory = 1; status != HEADGATE_OK; memory += 97) {
        struct headgate_options options = {.passing_keys = true, .now = RECEIVED, .memory = memory};
        struct headgate_catalogue *catalogue = NULL;
        struct headgate_result *result = NULL;
        assert_int_equal(headgate_load(EXAMPLES "/shop", &options, &catalogue, NULL), HEADGATE_OK);
        struct headgate_enforcer *enforcer = enforcer_of(catalogue);
        status = headgate_enforce(enforcer, &event, &result);
        assert_true(status == HEADGATE_OK || status == HEADGATE_NO_MEMORY);
        if (status == HEADGATE_OK) assert_order(result);
        headgate_result_destroy(result);
        headgate_enforcer_destroy(enforcer);
        headgate_catalogue_destroy(catalogue);
        assert_true(memory < 16384);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_survives_every_failed_allocation),
        cmocka_unit_test(enforcing_survives_every_failed_allocation),
        cmocka_unit_test(enforcing_keeps_within_any_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
