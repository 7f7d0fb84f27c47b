#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contracts/secret_file.h"
#include "contracts/whole_file.h"

static char folder[] = "/tmp/headgate-test-XXXXXX";

static int scratch_begin(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int scratch_end(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static const char *scratch(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static unsigned entries(void)
{
    unsigned count = 0;
    DIR *dir = opendir(folder);
    while (readdir(dir) != NULL) count++;
    closedir(dir);
    return count - 2;
}

static void writes_closed_files_and_reads_them_back(void **state)
{
    (void)state;
    const char *path = scratch("key");
    struct stat status;
    assert_null(whole_file_write(path, SPAN("one"), WHOLE_NEW_SECRET));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    struct buffer text = BUFFER_EMPTY;
    assert_null(secret_file_read(path, SECRET_PRIVATE, &text));
    assert_true(span_is(buffer_span(&text), "one"));
    secret_wipe(&text);
    assert_int_equal(text.size, 0);
    assert_string_equal(whole_file_write(path, SPAN("two"), WHOLE_NEW_SECRET), "the file exists already");
    assert_null(whole_file_write(path, SPAN("two"), WHOLE_SECRET));
    assert_null(secret_file_read(path, SECRET_PRIVATE, &text));
    assert_true(span_is(buffer_span(&text), "two"));
    buffer_deinit(&text);
    assert_int_equal(entries(), 1);
    unlink(path);
}

/* What lies in a repository is for all to read, whatever the mode was and the umask is. */
static void writes_shared_files_for_all_to_read(void **state)
{
    (void)state;
    const char *path = scratch("lock");
    struct stat status;
    mode_t before = umask(077);
    for (int i = 0; i < 2; i++) {
        assert_null(whole_file_write(path, SPAN("one"), WHOLE_SHARED));
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0644);
        assert_null(whole_file_write(path, SPAN("two"), WHOLE_SECRET));
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0600);
    }
    umask(before);
    assert_int_equal(entries(), 1);
    unlink(path);
}

static void says_that_a_path_is_too_long(void **state)
{
    (void)state;
    static char path[5000];
    memset(path, 'x', sizeof path - 1);
    assert_string_equal(whole_file_write(path, SPAN("x"), WHOLE_SHARED), "its path is too long");
}

static void asks_for_the_mode_that_the_content_needs(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool fine[3]; /* private, readable, any */
    } cases[] = {
        {0600, {true, true, true}},   {0400, {true, true, true}},   {0640, {false, true, true}}, {0644, {false, true, true}},
        {0660, {false, false, true}}, {0602, {false, false, true}}, {0610, {false, true, true}},
    };
    const char *path = scratch("mode");
    assert_null(whole_file_write(path, SPAN("x"), WHOLE_SECRET));
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        chmod(path, cases[i].mode);
        for (int access = 0; access < 3; access++) {
            const char *error = secret_file_read(path, (enum secret_access)access, &text);
            if ((error == NULL) != cases[i].fine[access]) fail_msg("mode %o, access %d", (unsigned)cases[i].mode, access);
        }
    }
    buffer_deinit(&text);
    unlink(path);
}

static void refuses_what_is_no_file(void **state)
{
    (void)state;
    struct buffer text = BUFFER_EMPTY;
    assert_string_equal(secret_file_read("/nowhere/key", SECRET_ANY, &text), "there is no such file");
    assert_string_equal(secret_file_read(folder, SECRET_ANY, &text), "this is not a regular file");
    assert_int_equal(mkfifo(scratch("fifo"), 0600), 0);
    assert_string_equal(secret_file_read(scratch("fifo"), SECRET_ANY, &text), "this is not a regular file");
    unlink(scratch("fifo"));
    assert_string_equal(whole_file_write("/nowhere/key", SPAN("x"), WHOLE_SECRET), "its folder does not exist");
    assert_int_equal(truncate(scratch("big"), 0), -1);
    FILE *file = fopen(scratch("big"), "w");
    assert_int_equal(ftruncate(fileno(file), 1024 * 1024 + 1), 0);
    fclose(file);
    assert_string_equal(secret_file_read(scratch("big"), SECRET_ANY, &text), "the file is larger than 1 MiB");
    unlink(scratch("big"));
    buffer_deinit(&text);
}

static void leaves_the_old_file_when_it_cannot_replace_it(void **state)
{
    (void)state;
    assert_int_equal(mkdir(scratch("taken"), 0700), 0);
    FILE *inside = fopen(scratch("taken/file"), "w");
    fclose(inside);
    assert_string_equal(whole_file_write(scratch("taken"), SPAN("x"), WHOLE_SECRET), "it cannot be replaced");
    assert_int_equal(entries(), 1);
    unlink(scratch("taken/file"));
    rmdir(scratch("taken"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_closed_files_and_reads_them_back),
        cmocka_unit_test(writes_shared_files_for_all_to_read),
        cmocka_unit_test(says_that_a_path_is_too_long),
        cmocka_unit_test(asks_for_the_mode_that_the_content_needs),
        cmocka_unit_test(refuses_what_is_no_file),
        cmocka_unit_test(leaves_the_old_file_when_it_cannot_replace_it),
    };
    return cmocka_run_group_tests(tests, scratch_begin, scratch_end);
}
