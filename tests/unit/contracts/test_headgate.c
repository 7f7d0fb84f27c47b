/* test_headgate.c - the public library, used as a stranger would use it: through contracts/headgate.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/contracts/headgate_order.h"

/* ---------------------------------------------------------------- contracts */

static void shows_what_the_examples_declare(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES);
    bool found = false;
    assert_int_equal(headgate_use_count(catalogue), 7);
    for (size_t i = 0; i < 7; i++) {
        const struct headgate_use *use = headgate_use_at(catalogue, i);
        assert_true(use->schema.size > 0 && use->schema.data[0] == '{');
        if (!is(use->name, "order_volume") && !is(use->id, "urn:acme:sales:use:order_volume")) continue;
        found = true;
        assert_true(is(use->event, "order_placed"));
        assert_true(is(use->version, "1.0.0"));
        assert_null(use->late_topic.data);
        assert_true(use->schema_id > 0);
    }
    assert_true(found);
    assert_null(headgate_use_at(catalogue, 7));
    headgate_catalogue_destroy(catalogue);
}

static char folder[] = "/tmp/headgate-library-XXXXXX";

static const char *scratch(const char *name, const char *text, mode_t mode)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static int scratch_begin(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int scratch_end(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

/* The error of that rule in contracts that cannot be loaded; fails the test where there is none. */
static const struct headgate_problem *error_of(const char *dir, const struct headgate_options *options, const char *rule,
                                               struct headgate_problems **problems)
{
    struct headgate_catalogue *catalogue = (void *)folder;
    assert_int_equal(headgate_load(dir, options, &catalogue, problems), HEADGATE_BAD_CONTRACTS);
    assert_null(catalogue);
    assert_null(headgate_problem_at(*problems, headgate_problem_count(*problems)));
    for (size_t i = 0; i < headgate_problem_count(*problems); i++) {
        const struct headgate_problem *problem = headgate_problem_at(*problems, i);
        if (problem->severity == HEADGATE_ERROR && strcmp(problem->rule, rule) == 0) return problem;
    }
    fail_msg("there is no error %s", rule);
    return NULL;
}

static void names_the_place_of_a_problem(void **state)
{
    (void)state;
    static const char broken[] = "apiVersion: v3.1.0\nkind: DataContract\nid: u\nversion: 1.0.0\nstatus: active\n"
                                 "customProperties: [{property: headgateRole, value: useCase}]\ncountry: NO\n";
    struct headgate_problems *problems;
    const char *path = scratch("broken.yaml", broken, 0644);
    const struct headgate_problem *problem = error_of(folder, NULL, "yaml-ambiguous", &problems);
    assert_true(is(problem->file, path));
    assert_int_equal(problem->line, 7);
    assert_int_equal(problem->column, 10);
    assert_true(problem->detail.size > 0);
    assert_true(is(problem->remedy, "Quote it, or write it unmistakably."));
    headgate_problems_destroy(problems);
    assert_int_equal(unlink(path), 0);
}

static void says_when_a_folder_is_missing(void **state)
{
    (void)state;
    struct headgate_problems *problems;
    assert_non_null(error_of("no/such/folder", NULL, "file", &problems));
    headgate_problems_destroy(problems);
}

static void wants_keys_where_a_use_hashes(void **state)
{
    (void)state;
    struct headgate_problems *problems;
    struct headgate_options options = {.now = RECEIVED};
    assert_non_null(error_of(EXAMPLES "/payments", &options, "keys-missing", &problems));
    headgate_problems_destroy(problems);
}

static void says_what_is_wrong_with_a_key_file(void **state)
{
    (void)state;
    struct headgate_problems *problems;
    const char *path = scratch("open.keys", "pseudonyms:\n  id: p-1\n", 0644);
    struct headgate_options options = {.keys = path, .now = RECEIVED};
    const struct headgate_problem *problem = error_of(EXAMPLES "/shop", &options, "file", &problems);
    assert_true(is(problem->file, path));
    assert_int_equal(problem->line, 0);
    assert_non_null(strstr(problem->detail.data, "0600"));
    headgate_problems_destroy(problems);

    assert_int_equal(chmod(path, 0600), 0);
    problem = error_of(EXAMPLES "/shop", &options, "file", &problems);
    assert_true(is(problem->file, path));
    assert_true(problem->line > 0);
    headgate_problems_destroy(problems);
}

/* ---------------------------------------------------------------- events */

static void gives_each_use_its_record(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    char *json = strdup(order);
    struct headgate_result *result = judged(enforcer, json);
    memset(json, 'x', strlen(json)); /* nothing points into what was passed in ... */
    free(json);
    headgate_result_destroy(judged(enforcer, "{}")); /* ... nor into the enforcer */
    headgate_enforcer_destroy(enforcer);
    assert_order(result);
    assert_true(is(result->event_id, "o-1001"));
    assert_false(result->generated_id);
    assert_false(result->discarded);
    assert_int_equal(result->undeclared, 1);
    assert_int_equal(result->violation_count, 0);
    assert_int_equal(result->age, 2000000);
    headgate_result_destroy(result);
    headgate_catalogue_destroy(catalogue);
}

static void says_what_an_event_breaks(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    struct headgate_result *result = judged(
        enforcer, "{\"order_id\":\"o-1\",\"placed_at\":\"2026-11-22T13:44:13Z\",\"customer_id\":\"c\",\"total_cents\":\"4\"}");
    assert_int_equal(result->verdict, HEADGATE_REFUSED);
    assert_int_equal(result->outcome_count, 0);
    assert_int_equal(result->violation_count, 1);
    assert_true(is(result->violations[0].pointer, "/total_cents"));
    assert_string_equal(result->violations[0].rule, "type");
    assert_true(strlen(result->violations[0].message) > 0);
    headgate_result_destroy(result);

    result = judged(enforcer, " [1] ");
    assert_int_equal(result->verdict, HEADGATE_REFUSED);
    assert_string_equal(result->violations[0].rule, "type");
    assert_int_equal(result->violations[0].pointer.size, 0);
    headgate_result_destroy(result);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

static struct headgate_result *judged_as(struct headgate_enforcer *enforcer, const char *type, const char *json)
{
    struct headgate_event event = order_event(json);
    struct headgate_result *result = NULL;
    event.type = type;
    assert_int_equal(headgate_enforce(enforcer, &event, &result), HEADGATE_OK);
    return result;
}

static void assert_warning(const struct headgate_result *result, size_t index, enum headgate_severity severity,
                           const char *quality, const char *pointer, const char *rule)
{
    assert_true(index < result->warning_count);
    const struct headgate_warning *warning = &result->warnings[index];
    assert_int_equal(warning->severity, severity);
    assert_true(is(warning->quality, quality));
    assert_true(is(warning->pointer, pointer));
    assert_string_equal(warning->rule, rule);
    assert_true(strlen(warning->message) > 0);
}

/* tests/decisions/quality.txt has the same events with how many there are of each. */
static void lists_what_does_not_keep_a_quality_rule(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load("tests/decisions/contracts/quality");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    struct headgate_result *result =
        judged_as(enforcer, "quality", "{\"id\":\"a\",\"listed\":\"blue\",\"present\":\"x\",\"perhaps\":\"N/A\",\"amount\":1}");
    assert_int_equal(result->verdict, HEADGATE_ACCEPTED);
    assert_int_equal(result->warning_count, 2);
    assert_warning(result, 0, HEADGATE_WARNING, "listed:invalidValues", "/listed", "enumeration");
    assert_warning(result, 1, HEADGATE_WARNING, "perhaps", "/perhaps", "required");
    assert_false(result->more_warnings);
    headgate_result_destroy(result);

    result = judged_as(enforcer, "quality", "{\"id\":\"a\",\"present\":\"x\",\"perhaps\":\"x\"}");
    assert_int_equal(result->warning_count, 1);
    assert_warning(result, 0, HEADGATE_NOTE, "listed:nullValues", "/listed", "required");
    headgate_result_destroy(result);

    result = judged_as(enforcer, "quality", "{\"id\":\"a\",\"listed\":\"blue\",\"perhaps\":\"x\"}");
    assert_int_equal(result->verdict, HEADGATE_REFUSED);
    assert_int_equal(result->violation_count, 1); /* what refuses is no warning, nor the other way round */
    assert_warning(result, 0, HEADGATE_WARNING, "listed:invalidValues", "/listed", "enumeration");
    headgate_result_destroy(result);

    result = judged_as(enforcer, "quality", "{\"id\":\"a\",\"listed\":\"red\",\"present\":\"x\",\"perhaps\":\"x\",\"amount\":1}");
    assert_int_equal(result->warning_count, 0);
    headgate_result_destroy(result);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

static void lists_so_many_warnings_and_says_that_there_are_more(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load("tests/decisions/contracts/quality");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    char json[1024] = "{\"id\":\"a\",\"listed\":\"red\",\"present\":\"x\",\"perhaps\":\"x\",\"rows\":[{\"cell\":\"x\"}";
    for (int i = 0; i < 33; i++) strcat(json, ",{\"cell\":\"z\"}");
    strcat(json, "]}");
    struct headgate_result *result = judged_as(enforcer, "quality", json);
    assert_int_equal(result->verdict, HEADGATE_ACCEPTED);
    assert_int_equal(result->warning_count, 32);
    assert_true(result->more_warnings);
    assert_warning(result, 0, HEADGATE_NOTE, "known_cells", "/rows/1/cell", "enumeration");
    assert_warning(result, 31, HEADGATE_NOTE, "known_cells", "/rows/32/cell", "enumeration");
    headgate_result_destroy(result);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

static void an_old_event_is_late_or_expired(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    struct headgate_event event = order_event(order);
    struct headgate_result *result = NULL;
    event.received = RECEIVED + INT64_C(7200000000); /* two hours: the use wants it within one */
    assert_int_equal(headgate_enforce(enforcer, &event, &result), HEADGATE_OK);
    assert_int_equal(result->outcomes[0].kind, HEADGATE_DELIVERED);
    assert_true(result->outcomes[0].late);
    headgate_result_destroy(result);

    event.received = RECEIVED + INT64_C(31) * 24 * 3600 * 1000000; /* and keeps it 30 days */
    assert_int_equal(headgate_enforce(enforcer, &event, &result), HEADGATE_OK);
    assert_int_equal(result->outcomes[0].kind, HEADGATE_EXPIRED);
    assert_null(result->outcomes[0].record);
    headgate_result_destroy(result);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

static void assert_status(struct headgate_enforcer *enforcer, const struct headgate_event *event, enum headgate_status status)
{
    struct headgate_result *result = (void *)folder;
    assert_int_equal(headgate_enforce(enforcer, event, &result), status);
    assert_null(result);
    if (status != HEADGATE_BAD_JSON) assert_null(headgate_enforcer_error(enforcer, NULL));
}

static void assert_bad_json(struct headgate_enforcer *enforcer, const char *json, size_t at)
{
    size_t offset = 0;
    struct headgate_event event = order_event(json);
    assert_status(enforcer, &event, HEADGATE_BAD_JSON);
    assert_non_null(headgate_enforcer_error(enforcer, &offset));
    assert_int_equal(offset, at);
}

static void refuses_what_is_no_json(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    assert_bad_json(enforcer, "", 0);
    assert_bad_json(enforcer, "  ", 2);
    assert_bad_json(enforcer, "{\"order_id\":\"o", 14);
    assert_bad_json(enforcer, "{\"order_id\":01}", 13);
    assert_bad_json(enforcer, "{} {}", 3);
    assert_bad_json(enforcer, "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]", 36);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

static void says_no_to_wrong_arguments(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue), *none = enforcer;
    struct headgate_catalogue *nothing = catalogue;
    struct headgate_result *result = NULL;
    struct headgate_event event = order_event(order);
    assert_int_equal(headgate_load(NULL, NULL, &nothing, NULL), HEADGATE_BAD_ARGUMENT);
    assert_null(nothing);
    assert_int_equal(headgate_load(EXAMPLES, NULL, NULL, NULL), HEADGATE_BAD_ARGUMENT);
    assert_int_equal(headgate_enforcer_create(NULL, &none), HEADGATE_BAD_ARGUMENT);
    assert_null(none);
    assert_int_equal(headgate_enforcer_create(catalogue, NULL), HEADGATE_BAD_ARGUMENT);
    assert_int_equal(headgate_enforce(NULL, &event, &result), HEADGATE_BAD_ARGUMENT);
    assert_int_equal(headgate_enforce(enforcer, &event, NULL), HEADGATE_BAD_ARGUMENT);
    assert_status(enforcer, NULL, HEADGATE_BAD_ARGUMENT);
    event.type = NULL;
    assert_status(enforcer, &event, HEADGATE_BAD_ARGUMENT);
    event = order_event(order);
    event.source = NULL;
    assert_status(enforcer, &event, HEADGATE_BAD_ARGUMENT);
    event = order_event(order);
    event.json = NULL;
    assert_status(enforcer, &event, HEADGATE_BAD_ARGUMENT);
    event = order_event(order);
    event.cloudevents_id = "7";
    assert_status(enforcer, &event, HEADGATE_BAD_ARGUMENT);
    event = order_event(order);
    event.type = "order_eaten";
    assert_status(enforcer, &event, HEADGATE_UNKNOWN_EVENT);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

static void nothing_is_destroyed_and_counted_too(void **state)
{
    (void)state;
    headgate_catalogue_destroy(NULL);
    headgate_problems_destroy(NULL);
    headgate_enforcer_destroy(NULL);
    headgate_result_destroy(NULL);
    assert_int_equal(headgate_use_count(NULL), 0);
    assert_null(headgate_use_at(NULL, 0));
    assert_int_equal(headgate_problem_count(NULL), 0);
    assert_null(headgate_problem_at(NULL, 0));
    assert_null(headgate_enforcer_error(NULL, NULL));
}

static void has_words_for_everything(void **state)
{
    (void)state;
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", HEADGATE_VERSION_MAJOR, HEADGATE_VERSION_MINOR, HEADGATE_VERSION_PATCH);
    assert_string_equal(headgate_version(), version);
    for (int i = HEADGATE_OK; i <= HEADGATE_NO_MEMORY; i++) assert_non_null(headgate_status_text((enum headgate_status)i));
    assert_string_equal(headgate_status_text((enum headgate_status)99), "no such status");
    assert_string_equal(headgate_outcome_word(HEADGATE_DIVERTED), "diverted");
    assert_string_equal(headgate_outcome_word(HEADGATE_SHADOW), "shadow");
    assert_string_equal(headgate_outcome_word((enum headgate_outcome_kind)99), "");
    assert_string_equal(headgate_reason_word(HEADGATE_NO_REASON), "");
    assert_string_equal(headgate_reason_word(HEADGATE_ENDED), "ended");
    assert_string_equal(headgate_reason_word((enum headgate_reason)99), "");
}

static void the_options_limit_what_an_event_takes(void **state)
{
    (void)state;
    struct headgate_options options = {.passing_keys = true, .now = RECEIVED, .event_limit = sizeof order - 2};
    struct headgate_event event = order_event(order);
    for (int small = 0; small < 2; small++) {
        struct headgate_catalogue *catalogue = NULL;
        assert_int_equal(headgate_load(EXAMPLES "/shop", &options, &catalogue, NULL), HEADGATE_OK);
        struct headgate_enforcer *enforcer = enforcer_of(catalogue);
        assert_status(enforcer, &event, small == 0 ? HEADGATE_TOO_LARGE : HEADGATE_NO_MEMORY);
        headgate_enforcer_destroy(enforcer);
        headgate_catalogue_destroy(catalogue);
        options = (struct headgate_options){.passing_keys = true, .now = RECEIVED, .memory = 300};
    }
}

/* ---------------------------------------------------------------- encrypted fields */

static struct headgate_bytes sealed_value(struct headgate_enforcer *enforcer, struct headgate_result **result)
{
    struct headgate_event event =
        order_event("{\"id\":\"a\",\"at\":\"2026-11-22T13:44:10Z\",\"text\":\"top secret\",\"ip\":\"203.0.113.77\"}");
    event.type = "thing.sealed";
    assert_int_equal(headgate_enforce(enforcer, &event, result), HEADGATE_OK);
    assert_int_equal((*result)->outcome_count, 2);
    assert_non_null((*result)->outcomes[0].record);
    return (*result)->outcomes[0].record->value;
}

/* Embedded as in the gateway: the text is nowhere in the record, and the same event makes other bytes each time. */
static void encrypts_as_the_gateway_does(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load("tests/decisions/contracts/encryption");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    struct headgate_result *first = NULL, *second = NULL;
    struct headgate_bytes one = sealed_value(enforcer, &first), two = sealed_value(enforcer, &second);
    assert_null(memmem(one.data, one.size, "top secret", 10));
    assert_int_equal(one.size, two.size);
    assert_memory_not_equal(one.data, two.data, one.size);
    assert_non_null(
        memmem(first->outcomes[0].use->schema.data, first->outcomes[0].use->schema.size, "\"encrypted\":\"use\"", 17));
    headgate_result_destroy(first);
    headgate_result_destroy(second);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
    struct headgate_problems *problems;
    assert_non_null(error_of("tests/decisions/contracts/encryption", NULL, "keys-missing", &problems));
    headgate_problems_destroy(problems);
}

/* ---------------------------------------------------------------- the id of an event without one */

static void takes_an_id_from_cloudevents(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    struct headgate_enforcer *enforcer = enforcer_of(catalogue);
    struct headgate_event event = order_event("{}"); /* refused, and its key is missing: what else names it? */
    struct headgate_result *result = NULL;
    event.cloudevents_source = "urn:acme:app:checkout";
    event.cloudevents_id = "e-7";
    assert_int_equal(headgate_enforce(enforcer, &event, &result), HEADGATE_OK);
    assert_true(is(result->event_id, "urn:acme:app:checkout\x1f"
                                     "e-7"));
    headgate_result_destroy(result);
    event.cloudevents_source = event.cloudevents_id = NULL;
    event.idempotency_key = "k-1";
    event.index = 3;
    assert_int_equal(headgate_enforce(enforcer, &event, &result), HEADGATE_OK);
    assert_true(is(result->event_id, "k-1\x1f"
                                     "3"));
    headgate_result_destroy(result);
    headgate_enforcer_destroy(enforcer);
    headgate_catalogue_destroy(catalogue);
}

/* ---------------------------------------------------------------- threads */

enum { ROUNDS = 500 };

struct pair {
    const struct headgate_catalogue *catalogue;
    struct headgate_result *results[ROUNDS];
};

/* No assertions here: cmocka's jump belongs to the main thread. */
static void *work(void *argument)
{
    struct pair *pair = argument;
    struct headgate_enforcer *enforcer = NULL;
    struct headgate_event event = order_event(order);
    if (headgate_enforcer_create(pair->catalogue, &enforcer) != HEADGATE_OK) return NULL;
    for (int i = 0; i < ROUNDS; i++)
        if (headgate_enforce(enforcer, &event, &pair->results[i]) != HEADGATE_OK) break;
    headgate_enforcer_destroy(enforcer);
    return NULL;
}

static void two_threads_share_a_catalogue(void **state)
{
    (void)state;
    struct headgate_catalogue *catalogue = load(EXAMPLES "/shop");
    static struct pair pairs[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        pairs[i].catalogue = catalogue;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &pairs[i]), 0);
    }
    for (int i = 0; i < 2; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 2 * ROUNDS; i++) { /* read and freed in another thread than made them */
        assert_non_null(pairs[i / ROUNDS].results[i % ROUNDS]);
        if (i % 100 == 0) assert_order(pairs[i / ROUNDS].results[i % ROUNDS]);
        headgate_result_destroy(pairs[i / ROUNDS].results[i % ROUNDS]);
    }
    headgate_catalogue_destroy(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_the_examples_declare),
        cmocka_unit_test(names_the_place_of_a_problem),
        cmocka_unit_test(says_when_a_folder_is_missing),
        cmocka_unit_test(wants_keys_where_a_use_hashes),
        cmocka_unit_test(says_what_is_wrong_with_a_key_file),
        cmocka_unit_test(gives_each_use_its_record),
        cmocka_unit_test(says_what_an_event_breaks),
        cmocka_unit_test(lists_what_does_not_keep_a_quality_rule),
        cmocka_unit_test(lists_so_many_warnings_and_says_that_there_are_more),
        cmocka_unit_test(an_old_event_is_late_or_expired),
        cmocka_unit_test(refuses_what_is_no_json),
        cmocka_unit_test(says_no_to_wrong_arguments),
        cmocka_unit_test(nothing_is_destroyed_and_counted_too),
        cmocka_unit_test(has_words_for_everything),
        cmocka_unit_test(the_options_limit_what_an_event_takes),
        cmocka_unit_test(encrypts_as_the_gateway_does),
        cmocka_unit_test(takes_an_id_from_cloudevents),
        cmocka_unit_test(two_threads_share_a_catalogue),
    };
    return cmocka_run_group_tests(tests, scratch_begin, scratch_end);
}
