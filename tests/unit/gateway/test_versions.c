#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The program lies beside the tests: BUILD/tests/gateway/test_versions, BUILD/headgate. */
static char program[512];

/* The linker drops mimalloc silently when its flags stand in the wrong order, and nothing but speed would show it. */
static void the_program_runs_on_mimalloc(void **state)
{
    (void)state;
    if (access(program, X_OK) != 0) skip();
    char command[600], text[4096] = "";
    snprintf(command, sizeof command, "%s --version", program);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    text[fread(text, 1, sizeof text - 1, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
#ifdef HEADGATE_SANITIZED
    assert_non_null(strstr(text, "\nallocator of the C library\n"));
#else
    assert_non_null(strstr(text, "\nallocator mimalloc "));
#endif
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_program_runs_on_mimalloc)};
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (slash != NULL) snprintf(program, sizeof program, "%.*s/../../headgate", (int)(slash - argv[0]), argv[0]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
