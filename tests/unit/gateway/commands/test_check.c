/* `headgate check` and `headgate show` as people call them, from the root of the repository. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gateway/commands/command.h"

static char said[1 << 18];

/* Runs the program with these words, the last NULL; standard output goes to `said`. */
static int run(const char *first, ...)
{
    char *argv[16] = {(char *)"headgate"};
    int argc = 1;
    va_list words;
    va_start(words, first);
    for (const char *word = first; word != NULL; word = va_arg(words, const char *)) argv[argc++] = (char *)word;
    va_end(words);
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    fflush(stdout);
    int saved_out = dup(STDOUT_FILENO);
    int saved_err = dup(STDERR_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(err), STDERR_FILENO);
    int code = command_main(argc, argv);
    fflush(stdout);
    fflush(stderr);
    dup2(saved_out, STDOUT_FILENO);
    dup2(saved_err, STDERR_FILENO);
    close(saved_out);
    close(saved_err);
    rewind(out);
    said[fread(said, 1, sizeof said - 1, out)] = '\0';
    fclose(out);
    fclose(err);
    return code;
}

static void assert_says(const char *part)
{
    if (strstr(said, part) == NULL) fail_msg("'%s' lacks '%s'", said, part);
}

static void check_ends_with_what_was_loaded(void **state)
{
    (void)state;
    assert_int_equal(run("check", "contracts/examples/shop", NULL), EXIT_FINE);
    assert_says("\nok: contracts/examples/shop, 1 model, 1 use in 2 files, 1 warning, version ");
    assert_null(strchr(said, '\033'));
}

static void check_says_where_what_and_what_to_do(void **state)
{
    (void)state;
    assert_int_equal(run("check", "tests/corpus/contracts/invalid_sla_bare_m", NULL), EXIT_FOUND);
    assert_says("tests/corpus/contracts/invalid_sla_bare_m/use.odcs.yaml:28:41: error: duration: m is minutes to some tools and "
                "months to "
                "others; write min or mo [slaProperties[0].unit]\n    Write min or mo.\n");
    assert_says("not usable: tests/corpus/contracts/invalid_sla_bare_m, 1 error");
}

static void check_writes_json(void **state)
{
    (void)state;
    json_error_t error;
    assert_int_equal(run("check", "tests/corpus/contracts/invalid_semver", "--json", NULL), EXIT_FOUND);
    json_t *root = json_loads(said, 0, &error);
    assert_non_null(root);
    assert_true(json_is_false(json_object_get(root, "loads")));
    assert_int_equal(json_integer_value(json_object_get(root, "errors")), 1);
    const json_t *first = json_array_get(json_object_get(root, "diagnostics"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "rule")), "contract-version");
    assert_int_equal(json_integer_value(json_object_get(first, "line")), 4);
    json_decref(root);
    assert_int_equal(run("check", "contracts/examples", "--json", NULL), EXIT_FINE);
    root = json_loads(said, 0, &error);
    assert_non_null(root);
    assert_int_equal(json_integer_value(json_object_get(root, "models")), 3);
    json_decref(root);
}

static void check_reads_foreign_files_strictly_when_asked(void **state)
{
    (void)state;
    assert_int_equal(run("check", "tests/corpus/contracts/valid_without_role", NULL), EXIT_FINE);
    assert_int_equal(run("check", "tests/corpus/contracts/valid_without_role", "--strict", NULL), EXIT_FOUND);
}

static void check_takes_one_folder(void **state)
{
    (void)state;
    assert_int_equal(run("check", "a", "b", NULL), EXIT_USAGE);
    assert_int_equal(run("check", "--no-such-flag", NULL), EXIT_USAGE);
    assert_int_equal(run("check", "/nonexistent", NULL), EXIT_FOUND);
}

static void show_prints_the_whole_contract(void **state)
{
    (void)state;
    assert_int_equal(run("show", "order_volume", "--contracts", "contracts/examples", NULL), EXIT_FINE);
    assert_says("physicalName: shop.order-placed.order-volume.v1");
    assert_says("required: true");
    assert_int_equal(run("show", "payment.authorized", "--contracts", "contracts/examples", NULL), EXIT_FINE);
    assert_says("value: eventModel");
}

static void show_prints_the_avro_schema(void **state)
{
    (void)state;
    json_error_t error;
    assert_int_equal(run("show", "order_volume", "--avro", "--contracts", "contracts/examples", NULL), EXIT_FINE);
    json_t *schema = json_loads(said, 0, &error);
    assert_non_null(schema);
    assert_string_equal(json_string_value(json_object_get(schema, "name")), "order_placed");
    assert_string_equal(json_string_value(json_object_get(schema, "namespace")), "shop.order_volume.v1");
    json_decref(schema);
    assert_int_equal(run("show", "payment.authorized", "--avro", "--contracts", "contracts/examples", NULL), EXIT_USAGE);
}

static void show_needs_a_contract_that_is_there(void **state)
{
    (void)state;
    assert_int_equal(run("show", NULL), EXIT_USAGE);
    assert_int_equal(run("show", "nothing", "--contracts", "contracts/examples", NULL), EXIT_USAGE);
    assert_int_equal(run("show", "counting", "--contracts", "tests/corpus/contracts/invalid_semver", NULL), EXIT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_ends_with_what_was_loaded),
        cmocka_unit_test(check_says_where_what_and_what_to_do),
        cmocka_unit_test(check_writes_json),
        cmocka_unit_test(check_reads_foreign_files_strictly_when_asked),
        cmocka_unit_test(check_takes_one_folder),
        cmocka_unit_test(show_prints_the_whole_contract),
        cmocka_unit_test(show_prints_the_avro_schema),
        cmocka_unit_test(show_needs_a_contract_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
