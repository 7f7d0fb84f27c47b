#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/commands/command.h"
#include "gateway/versions.h"

/* What the program said to one call, on both streams. */
static struct {
    char out[262144];
    char err[65536];
} said;

static char folder[] = "/tmp/headgate-test-XXXXXX";

static int scratch_begin(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int scratch_end(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "cd / && rm -r %s", folder);
    return system(command);
}

static void take(FILE *file, char *text, size_t size)
{
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* Runs the whole program with these words; the last is NULL. */
static int run(const char *first, ...)
{
    char *argv[16] = {(char *)"headgate"};
    int argc = 1;
    va_list words;
    va_start(words, first);
    for (const char *word = first; word != NULL; word = va_arg(words, const char *)) argv[argc++] = (char *)word;
    va_end(words);
    FILE *out = tmpfile(), *err = tmpfile();
    fflush(stdout);
    int saved_out = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(err), STDERR_FILENO);
    int code = command_main(argc, argv);
    fflush(stdout);
    fflush(stderr);
    dup2(saved_out, STDOUT_FILENO);
    dup2(saved_err, STDERR_FILENO);
    close(saved_out);
    close(saved_err);
    take(out, said.out, sizeof said.out);
    take(err, said.err, sizeof said.err);
    return code;
}

static void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) fail_msg("'%s' lacks '%s'", text, part);
}

static void lists_its_commands(void **state)
{
    (void)state;
    assert_int_equal(run("--help", NULL), EXIT_FINE);
    size_t count;
    const struct command *const *commands = command_table(&count);
    for (size_t i = 0; i < count; i++) assert_says(said.out, commands[i]->summary);
    assert_string_equal(said.err, "");
    assert_int_equal(run(NULL), EXIT_USAGE);
    assert_string_equal(said.out, "");
    assert_says(said.err, "usage: headgate COMMAND");
}

static void every_command_explains_itself(void **state)
{
    (void)state;
    size_t count;
    const struct command *const *commands = command_table(&count);
    for (size_t i = 0; i < count; i++) {
        char usage[512];
        snprintf(usage, sizeof usage, "usage: headgate %s", commands[i]->name);
        assert_int_equal(run(commands[i]->name, "--help", NULL), EXIT_FINE);
        assert_says(said.out, usage);
        assert_int_equal(run("help", commands[i]->name, NULL), EXIT_FINE);
        assert_says(said.out, usage);
        assert_int_equal(run(commands[i]->name, "--no-such-flag-at-all", NULL), EXIT_USAGE);
        assert_true(strlen(said.err) > 0);
    }
}

static void names_the_nearest_command(void **state)
{
    (void)state;
    assert_int_equal(run("sendres", NULL), EXIT_USAGE);
    assert_says(said.err, "did you mean 'senders'?");
    assert_int_equal(run("help", "confg", NULL), EXIT_USAGE);
    assert_says(said.err, "did you mean 'config'?");
    assert_int_equal(run("frobnicate", NULL), EXIT_USAGE);
    assert_says(said.err, "`headgate --help` lists them");
}

static void tells_what_runs(void **state)
{
    (void)state;
    assert_int_equal(run("--version", NULL), EXIT_FINE);
    assert_says(said.out, "headgate " HEADGATE_VERSION "\n");
    assert_says(said.out, "librdkafka 2.");
    assert_says(said.out, versions_mimalloc() > 0 ? "allocator mimalloc" : "allocator of the C library");
}

static void reads_flags_in_any_place(void **state)
{
    (void)state;
    const struct command command = {.name = "test", .summary = "", .usage = "test"};
    bool on = false;
    const char *text = NULL;
    const struct flag flags[] = {{"on", FLAG_SWITCH, NULL, "", &on, NULL}, {"text", FLAG_TEXT, "TEXT", "", NULL, &text}};
    char *argv[] = {(char *)"test", (char *)"a",  (char *)"--text", (char *)"--x", (char *)"-",
                    (char *)"--on", (char *)"--", (char *)"--on",   NULL};
    int positionals, code;
    assert_true(command_flags(&command, flags, 2, 8, argv, &positionals, &code));
    assert_true(on);
    assert_string_equal(text, "--x");
    assert_int_equal(positionals, 3);
    assert_string_equal(argv[1], "a");
    assert_string_equal(argv[2], "-");
    assert_string_equal(argv[3], "--on");
    char *equals[] = {(char *)"test", (char *)"--text=", NULL};
    assert_true(command_flags(&command, flags, 2, 2, equals, &positionals, &code));
    assert_string_equal(text, "");
}

static void refuses_wrong_flags(void **state)
{
    (void)state;
    assert_int_equal(run("config", "--jsn", NULL), EXIT_USAGE);
    assert_says(said.err, "did you mean --json?");
    assert_int_equal(run("config", "--json=yes", NULL), EXIT_USAGE);
    assert_says(said.err, "takes no value");
    assert_int_equal(run("config", "--config", NULL), EXIT_USAGE);
    assert_says(said.err, "needs a value: FILE");
    assert_int_equal(run("config", "-j", NULL), EXIT_USAGE);
    assert_int_equal(run("config", "stray", NULL), EXIT_USAGE);
}

static void shows_the_configuration(void **state)
{
    (void)state;
    FILE *file = fopen("headgate.yaml", "w");
    fputs("workers: 2\nclusters: {eu: {region: EU, bootstrap: 'b:1', properties: {sasl.password: hush}}}\n", file);
    fclose(file);
    assert_int_equal(run("config", "--config", "headgate.yaml", "--json", NULL), EXIT_FINE);
    json_t *tree = json_loads(said.out, 0, NULL);
    assert_non_null(tree);
    json_t *workers = json_object_get(tree, "workers");
    assert_int_equal(json_integer_value(json_object_get(workers, "value")), 2);
    assert_string_equal(json_string_value(json_object_get(workers, "origin")), "file");
    json_decref(tree);
    assert_null(strstr(said.out, "hush"));
    file = fopen("headgate.yaml", "w");
    fputs("worker: 2\n", file);
    fclose(file);
    assert_int_equal(run("config", "--config", "headgate.yaml", NULL), EXIT_USAGE);
    assert_string_equal(said.err, "headgate.yaml:1:1: worker: there is no such option; did you mean workers?\n");
}

static void explains_rules(void **state)
{
    (void)state;
    assert_int_equal(run("explain", "urn:headgate:rule:yaml-syntax", NULL), EXIT_FINE);
    assert_says(said.out, "yaml-syntax (contract, error): ");
    assert_says(said.out, "what to do");
    assert_int_equal(run("explain", "handling-weaker", NULL), EXIT_FINE);
    assert_says(said.out, "handling-weaker (change): ");
    assert_says(said.out, "grade\nneeds approval\n");
    assert_int_equal(run("explain", "yaml-sintax", NULL), EXIT_USAGE);
    assert_says(said.err, "did you mean 'yaml-syntax'?");
    assert_int_equal(run("explain", "--json", NULL), EXIT_FINE);
    json_t *tree = json_loads(said.out, 0, NULL);
    assert_true(json_is_array(tree) && json_array_size(tree) > 20);
    json_decref(tree);
}

static void makes_lists_and_revokes_senders(void **state)
{
    (void)state;
    assert_int_equal(run("senders", "ls", NULL), EXIT_FOUND);
    assert_int_equal(run("senders", "new", "urn:acme:app:web", "--kind", "browser", "--origins", "https://a.example", NULL),
                     EXIT_FINE);
    assert_int_equal(strncmp(said.out, "hg_", 3), 0);
    assert_int_equal(strlen(said.out), 3 + 12 + 1 + 43 + 1);
    struct stat status;
    assert_int_equal(stat("senders.yaml", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(run("senders", "ls", "--json", NULL), EXIT_FINE);
    json_t *tree = json_loads(said.out, 0, NULL);
    assert_int_equal(json_array_size(tree), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(tree, 0), "kind")), "browser");
    json_decref(tree);
    assert_int_equal(run("senders", "revoke", "urn:acme:app:web", NULL), EXIT_FINE);
    assert_int_equal(run("senders", "revoke", "urn:acme:app:web", NULL), EXIT_COULD_NOT);
    assert_int_equal(run("senders", "new", "not a uri", NULL), EXIT_USAGE);
    assert_int_equal(run("senders", "new", "urn:a:b", "--kind", "toaster", NULL), EXIT_USAGE);
    assert_int_equal(run("senders", "new", NULL), EXIT_USAGE);
    assert_int_equal(run("senders", NULL), EXIT_USAGE);
}

static void makes_lists_and_renews_keys(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(run("keys", "new", "handling.keys", NULL), EXIT_FINE);
    assert_int_equal(stat("handling.keys", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(run("keys", "new", "handling.keys", NULL), EXIT_COULD_NOT);
    assert_int_equal(run("keys", "ls", "handling.keys", NULL), EXIT_FINE);
    assert_says(said.out, "pseudonym");
    assert_int_equal(run("keys", "rotate", "handling.keys", NULL), EXIT_FINE);
    assert_says(said.out, "pseudonyms stay");
    assert_int_equal(run("keys", "ls", "handling.keys", "--json", NULL), EXIT_FINE);
    json_t *tree = json_loads(said.out, 0, NULL);
    json_t *keys = json_object_get(tree, "keys");
    assert_int_equal(json_array_size(keys), 3);
    json_decref(tree);
    /* No secret on any stream: the file's lines `secret: '...'` appear nowhere. */
    FILE *file = fopen("handling.keys", "r");
    char line[512];
    unsigned secrets = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *secret = strstr(line, "secret: '");
        if (secret == NULL) continue;
        char text[44];
        snprintf(text, sizeof text, "%.43s", secret + 9);
        assert_null(strstr(said.out, text));
        secrets++;
    }
    fclose(file);
    assert_int_equal(secrets, 3);
    assert_int_equal(chmod("handling.keys", 0644), 0);
    assert_int_equal(run("keys", "ls", "handling.keys", NULL), EXIT_COULD_NOT);
    assert_says(said.err, "chmod 600");
    assert_int_equal(run("keys", "new", NULL), EXIT_USAGE);
    assert_int_equal(run("keys", "new", "x", "--new-pseudonyms", NULL), EXIT_USAGE);
    assert_int_equal(run("keys", "burn", "x", NULL), EXIT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_its_commands),
        cmocka_unit_test(every_command_explains_itself),
        cmocka_unit_test(names_the_nearest_command),
        cmocka_unit_test(tells_what_runs),
        cmocka_unit_test(reads_flags_in_any_place),
        cmocka_unit_test(refuses_wrong_flags),
        cmocka_unit_test(shows_the_configuration),
        cmocka_unit_test(explains_rules),
        cmocka_unit_test(makes_lists_and_revokes_senders),
        cmocka_unit_test(makes_lists_and_renews_keys),
    };
    unsetenv("HEADGATE_CONFIG");
    unsetenv("HEADGATE_SENDERS");
    return cmocka_run_group_tests(tests, scratch_begin, scratch_end);
}
