/* config_fixture.h - what the tests of the configuration share: a scratch folder, loading from texts, expected errors. */
#ifndef HEADGATE_TESTS_UNIT_GATEWAY_CONFIG_FIXTURE_H
#define HEADGATE_TESTS_UNIT_GATEWAY_CONFIG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/config_print.h"
#include "gateway/config_sources.h"

/* A file with this text in a folder of its own; the caller unlinks nothing: scratch_end() does. */

static char folder[] = "/tmp/headgate-test-XXXXXX";

static __attribute__((unused)) int scratch_begin(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static __attribute__((unused)) int scratch_end(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static __attribute__((unused)) const char *scratch(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static __attribute__((unused)) const char *file_with(const char *text)
{
    const char *path = scratch("headgate.yaml");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static __attribute__((unused)) struct config *load(const char *text, const char *const *environment, const char *const *arguments,
                                                   struct config_errors *errors)
{
    struct config_input input = {text != NULL ? file_with(text) : NULL, arguments, environment};
    return config_load(&input, errors);
}

static __attribute__((unused)) struct config *load_fine(const char *text, const char *const *environment,
                                                        const char *const *arguments)
{
    struct config_errors errors;
    struct config *config = load(text, environment, arguments, &errors);
    for (size_t i = 0; i < errors.count; i++) print_error("%s: %s\n", errors.items[i].file, errors.items[i].message);
    assert_non_null(config);
    assert_int_equal(errors.count, 0);
    config_errors_deinit(&errors);
    return config;
}

/* The one error that a text gives. */
static __attribute__((unused)) void assert_error(const char *text, unsigned line, unsigned column, const char *key,
                                                 const char *part)
{
    struct config_errors errors;
    struct config *config = load(text, NULL, NULL, &errors);
    assert_null(config);
    assert_int_equal(errors.count, 1);
    const struct config_error *error = &errors.items[0];
    if (strstr(error->message, part) == NULL) fail_msg("'%s' lacks '%s'", error->message, part);
    assert_int_equal(error->line, line);
    assert_int_equal(error->column, column);
    if (key != NULL) assert_string_equal(error->key, key);
    config_errors_deinit(&errors);
}

static __attribute__((unused)) void assert_outside_error(const char *const *environment, const char *const *arguments,
                                                         const char *source, const char *part)
{
    struct config_errors errors;
    struct config *config = load(NULL, environment, arguments, &errors);
    assert_null(config);
    assert_int_equal(errors.count, 1);
    assert_string_equal(errors.items[0].file, source);
    if (strstr(errors.items[0].message, part) == NULL) fail_msg("'%s' lacks '%s'", errors.items[0].message, part);
    config_errors_deinit(&errors);
}

#endif
