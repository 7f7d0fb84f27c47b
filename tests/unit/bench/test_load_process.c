#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/load_process.h"

static void reads_a_process(void **state)
{
    (void)state;
    struct load_process self;
    assert_true(load_process_read(getpid(), &self));
    assert_true(self.thread_count >= 1 && self.resident_bytes > 100000 && self.peak_bytes >= self.resident_bytes);
}

/* One that nobody has waited for still stands in /proc, with all its memory gone. */
static void one_that_has_ended_is_none(void **state)
{
    (void)state;
    struct load_process process;
    siginfo_t info;
    pid_t child = fork();
    if (child == 0) _exit(0);
    assert_true(child > 0);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_false(load_process_read(child, &process));
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(load_process_read(child, &process));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_a_process), cmocka_unit_test(one_that_has_ended_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
