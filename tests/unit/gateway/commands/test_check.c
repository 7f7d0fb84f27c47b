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

/* A line of the proof's table with these cells, whatever their widths. */
static bool has_row(const char *cells)
{
    for (const char *line = said; line != NULL && *line != '\0'; line = strchr(line, '\n'), line += line != NULL) {
        const char *at = line, *wanted = cells;
        while (*wanted != '\0' && *at != '\n' && *at != '\0') {
            if (*wanted == '|') {
                wanted++;
                if (strncmp(at, "  ", 2) != 0) break;
                while (*at == ' ') at++;
            } else if (*at++ != *wanted++) {
                break;
            }
        }
        if (*wanted == '\0' && (*at == '\n' || *at == '\0')) return true;
    }
    return false;
}

static void assert_row(const char *cells)
{
    if (!has_row(cells)) fail_msg("no row '%s' in: %s", cells, said);
}

#define PROVEN "tests/corpus/contracts/valid_proof"

static void a_proof_names_every_permission(void **state)
{
    (void)state;
    assert_int_equal(run("check", PROVEN, "--proof", NULL), EXIT_FINE);
    assert_says("Proof of purpose for the contracts of version ");
    assert_says("counting 1.0.0, active, of urn:t:model:seen 1.2.0\n");
    assert_says("    basis      Legitimate interests, Art. 6(1)(f) GDPR\n    Art. 9(2)  health_care\n");
    assert_row("(the use)|legal-basis|Art. 6(1) GDPR|one of the six bases|legitimate_interest|holds");
    assert_row("|data-use-forbidden|the model urn:t:model:seen|functional|functional.service.improve|holds");
    assert_row("|legal-basis-forbidden|the model urn:t:model:seen|contract, legitimate_interest|legitimate_interest|holds");
    assert_row("|retention-ceiling|the model urn:t:model:seen|up to 60 d|30 d|holds");
    assert_row("event_id|hmac_sha256(scope=use)|confidential -> confidential|class-lowered|the handling|internal or above|"
               "confidential|holds");
    assert_row("person.nickname|pass|confidential -> confidential|class-lowered|the handling|confidential or above|confidential|"
               "holds");
    assert_row("|special-category-basis|Art. 9 GDPR|a ground of Art. 9(2)|health_care|holds");
    assert_row("|data-use-forbidden|the model's field person.nickname|essential|functional.service.improve|"
               "waived until 9999-12-31 by dpo@t.example");
    assert_row("|restricted-raw|the model|restricted data handled|raw|waived until 9999-12-31 by dpo@t.example");
    assert_says("    waiver     person.nickname, data-use-forbidden, until 9999-12-31, approved by dpo@t.example:\n");
    assert_int_equal(run("check", PROVEN, "--proof", "counting", NULL), EXIT_FINE);
    assert_says("counting 1.0.0");
    assert_int_equal(run("check", PROVEN, "--proof=urn:t:use:counting", NULL), EXIT_FINE);
    assert_int_equal(run("check", PROVEN, "--proof=nothing", NULL), EXIT_USAGE);
}

static void a_proof_shows_the_limits_of_the_house(void **state)
{
    (void)state;
    char path[] = "/tmp/headgate-check-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    dprintf(file, "defaults: {residency: [UK]}\n"
                  "governance: {classes: {restricted: {retention: 31d, residency: [EU, UK]}},\n"
                  "             categories: {user.health_and_medical: {legal_bases: [consent, legitimate_interest]}}}\n");
    assert_int_equal(run("check", PROVEN, "--proof", "--config", path, NULL), EXIT_FINE);
    assert_row("|retention-ceiling|the house for class restricted|up to 31 d|30 d|holds");
    assert_row("|legal-basis-forbidden|the house for category user.health_and_medical|consent, legitimate_interest|"
               "legitimate_interest|holds");
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    dprintf(file, "governance: {classes: {restricted: {retention: 29d}}}\n");
    assert_int_equal(run("check", PROVEN, "--proof", "--config", path, NULL), EXIT_FOUND);
    assert_says(
        "use.odcs.yaml:19:13: error: retention-ceiling: the house for class restricted permits as retention: up to 29 d; the use "
        "states: 30 d [person.person_id]");
    assert_null(strstr(said, "Proof of purpose"));
    close(file);
    unlink(path);
}

static void a_proof_in_json_has_the_same(void **state)
{
    (void)state;
    json_error_t error;
    assert_int_equal(run("check", PROVEN, "--proof", "--json", NULL), EXIT_FINE);
    json_t *root = json_loads(said, 0, &error);
    assert_non_null(root);
    const json_t *use = json_array_get(json_object_get(root, "proof"), 0);
    assert_string_equal(json_string_value(json_object_get(use, "data_use")), "functional.service.improve");
    assert_int_equal(json_integer_value(json_object_get(use, "retention_s")), 30 * 86400);
    assert_int_equal(json_array_size(json_object_get(use, "checks")), 5);
    const json_t *nickname = NULL, *fields = json_object_get(use, "fields");
    for (size_t i = 0; i < json_array_size(fields); i++)
        if (strcmp(json_string_value(json_object_get(json_array_get(fields, i), "field")), "person.nickname") == 0)
            nickname = json_array_get(fields, i);
    assert_non_null(nickname);
    assert_string_equal(json_string_value(json_array_get(json_object_get(nickname, "categories"), 0)), "user.health_and_medical");
    const json_t *checks = json_object_get(nickname, "checks");
    assert_int_equal(json_array_size(checks), 3);
    const json_t *waived = json_array_get(checks, 2);
    assert_string_equal(json_string_value(json_object_get(waived, "rule")), "data-use-forbidden");
    assert_string_equal(json_string_value(json_object_get(waived, "verdict")), "waived");
    const json_t *waiver = json_object_get(waived, "waiver");
    assert_string_equal(json_string_value(json_object_get(waiver, "approved_by")), "dpo@t.example");
    json_decref(root);
    assert_int_equal(run("check", "tests/corpus/contracts/invalid_limit_retention", "--proof", "--json", NULL), EXIT_FOUND);
    root = json_loads(said, 0, &error);
    assert_non_null(root);
    assert_null(json_object_get(root, "proof"));
    const json_t *first = json_array_get(json_object_get(root, "diagnostics"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "rule")), "retention-ceiling");
    json_decref(root);
}

/* The bound of the clusters in the configuration, the smallest of them. */
static void check_knows_what_the_clusters_take(void **state)
{
    (void)state;
    char path[] = "/tmp/headgate-check-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(run("check", "tests/corpus/contracts/valid_record_size", NULL), EXIT_FINE);
    assert_says("; 1000000 are taken (message.max.bytes of the clusters) [schema]");
    dprintf(file, "clusters:\n  a: {region: EU, bootstrap: 'a:1', properties: {message.max.bytes: '900000000'}}\n");
    assert_int_equal(run("check", "tests/corpus/contracts/valid_record_size", "--config", path, NULL), EXIT_FINE);
    assert_null(strstr(said, "record-size"));
    dprintf(file, "  b: {region: EU, bootstrap: 'b:1', properties: {message.max.bytes: '2000'}}\n");
    assert_int_equal(run("check", "tests/corpus/contracts/valid_record_size", "--config", path, NULL), EXIT_FINE);
    assert_says("; 2000 are taken");
    close(file);
    unlink(path);
}

static void show_keeps_what_a_model_permits(void **state)
{
    (void)state;
    assert_int_equal(run("show", "thing.seen", "--contracts", PROVEN, NULL), EXIT_FINE);
    assert_says("property: retention\n    value: 60\n    unit: d\n");
    assert_says("property: residency\n    value: [EU, UK]\n");
    assert_says("property: permittedDataUses\n    value: [functional]\n");
    assert_says("property: permittedLegalBases\n    value: [contract, legitimate_interest]\n");
    assert_says("value: [essential]\n");
    assert_int_equal(run("show", "counting", "--contracts", PROVEN, NULL), EXIT_FINE);
    assert_null(strstr(said, "permitted"));
    assert_says("value: [EU, UK]\n");
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
        cmocka_unit_test(a_proof_names_every_permission),
        cmocka_unit_test(a_proof_shows_the_limits_of_the_house),
        cmocka_unit_test(a_proof_in_json_has_the_same),
        cmocka_unit_test(check_knows_what_the_clusters_take),
        cmocka_unit_test(show_keeps_what_a_model_permits),
        cmocka_unit_test(show_prints_the_whole_contract),
        cmocka_unit_test(show_prints_the_avro_schema),
        cmocka_unit_test(show_needs_a_contract_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
