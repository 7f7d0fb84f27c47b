#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "gateway/log.h"

/* 2026-11-22T13:44:13.250Z */
static const int64_t now = INT64_C(1795355053250000);

static void assert_line(enum log_format format, const struct log_field *fields, size_t count, uint64_t suppressed,
                        const char *expected)
{
    struct buffer out = BUFFER_EMPTY;
    log_format_line(format, false, now, LOG_WARNING, "broker_down", fields, count, suppressed, &out);
    assert_string_equal(out.data, expected);
    buffer_deinit(&out);
}

static void writes_text_for_people(void **state)
{
    (void)state;
    struct log_field fields[] = {log_text("broker", "b1.example:9092"), log_int("retries", -3), log_bool("last", true)};
    assert_line(LOG_TEXT, fields, 3, 0,
                "2026-11-22T13:44:13.250Z warning broker_down broker=b1.example:9092 retries=-3 last=true\n");
    assert_line(LOG_TEXT, NULL, 0, 7, "2026-11-22T13:44:13.250Z warning broker_down suppressed=7\n");
}

static void writes_json_for_machines(void **state)
{
    (void)state;
    struct log_field fields[] = {log_text("broker", "b1"), log_int("retries", 3), log_bool("last", false)};
    assert_line(
        LOG_JSON, fields, 3, 2,
        "{\"time\":\"2026-11-22T13:44:13.250Z\",\"level\":\"warning\",\"event\":\"broker_down\",\"broker\":\"b1\",\"retries\":3,"
        "\"last\":false,\"suppressed\":2}\n");
}

/* A text from outside can neither end the line nor pose as another field. */
static void quotes_what_could_forge_a_line(void **state)
{
    (void)state;
    struct log_field fields[] = {log_text("reason", "no\nroute level=error \"x\"")};
    assert_line(LOG_TEXT, fields, 1, 0,
                "2026-11-22T13:44:13.250Z warning broker_down reason=\"no\\nroute level=error \\\"x\\\"\"\n");
    struct log_field escape[] = {log_text("reason", "\033[2J"), log_text("empty", ""), log_text("absent", NULL)};
    assert_line(LOG_TEXT, escape, 3, 0, "2026-11-22T13:44:13.250Z warning broker_down reason=\"\\u001b[2J\" empty=\"\"\n");
}

static void json_stays_json_whatever_the_text(void **state)
{
    (void)state;
    char text[256];
    for (int i = 0; i < 256; i++) text[i] = (char)i;
    struct log_field fields[] = {log_span("any", (struct span){text, sizeof text})};
    struct buffer out = BUFFER_EMPTY;
    log_format_line(LOG_JSON, false, now, LOG_ERROR, "x", fields, 1, 0, &out);
    json_t *tree = json_loadb(out.data, out.size, JSON_ALLOW_NUL, NULL);
    assert_non_null(tree);
    assert_string_equal(json_string_value(json_object_get(tree, "level")), "error");
    assert_ptr_equal(memchr(out.data, '\n', out.size), out.data + out.size - 1);
    json_decref(tree);
    buffer_deinit(&out);
}

static void colours_only_when_asked(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    log_format_line(LOG_TEXT, true, now, LOG_ERROR, "x", NULL, 0, 0, &out);
    assert_non_null(strstr(out.data, "\033[31merror\033[0m"));
    buffer_deinit(&out);
}

static void lets_a_burst_through_and_tells_what_it_held_back(void **state)
{
    (void)state;
    struct log_limiter *limiter = log_limiter_create();
    const int64_t second = 1000000;
    uint64_t suppressed = 99;
    for (int i = 0; i < LOG_BURST; i++) assert_true(log_limiter_pass(limiter, "a", 5 * second, &suppressed));
    assert_int_equal(suppressed, 0);
    for (int i = 0; i < 7; i++) assert_false(log_limiter_pass(limiter, "a", 6 * second, &suppressed));
    assert_true(log_limiter_pass(limiter, "b", 6 * second, &suppressed));
    assert_int_equal(suppressed, 0);
    assert_false(log_limiter_pass(limiter, "a", (5 + LOG_WINDOW_SECONDS) * second - 1, &suppressed));
    assert_true(log_limiter_pass(limiter, "a", (5 + LOG_WINDOW_SECONDS) * second, &suppressed));
    assert_int_equal(suppressed, 8);
    assert_true(log_limiter_pass(limiter, "a", (5 + LOG_WINDOW_SECONDS) * second, &suppressed));
    assert_int_equal(suppressed, 0);
    log_limiter_destroy(limiter);
}

/* More names than the table holds: the surplus is held back together, nothing is lost or overrun. */
static void stays_bounded_with_endless_names(void **state)
{
    (void)state;
    struct log_limiter *limiter = log_limiter_create();
    uint64_t suppressed;
    unsigned passed = 0;
    char name[128];
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "event_%d_%070d", i, 0);
        passed += log_limiter_pass(limiter, name, 0, &suppressed);
    }
    assert_true(passed >= 500 && passed <= 511 + LOG_BURST);
    log_limiter_destroy(limiter);
}

/* ---------------------------------------------------------------- the process's standard error */

static void *shout(void *argument)
{
    (void)argument;
    for (int i = 0; i < 50; i++) log_line(LOG_INFO, "from_threads", log_text("text", "0123456789012345678901234567890123456789"));
    return NULL;
}

static void lines_of_threads_never_mix(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    log_init(LOG_INFO, LOG_AUTO);
    uint64_t before = log_suppressed_count();
    log_plain(LOG_DEBUG, "not_written");
    assert_false(log_enabled(LOG_DEBUG));
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, shout, NULL), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    char line[512];
    unsigned lines = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        json_t *tree = json_loads(line, 0, NULL);
        assert_non_null(tree);
        assert_string_equal(json_string_value(json_object_get(tree, "event")), "from_threads");
        json_decref(tree);
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, LOG_BURST);
    assert_int_equal(log_suppressed_count() - before, 200 - LOG_BURST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_text_for_people),           cmocka_unit_test(writes_json_for_machines),
        cmocka_unit_test(quotes_what_could_forge_a_line),   cmocka_unit_test(json_stays_json_whatever_the_text),
        cmocka_unit_test(colours_only_when_asked),          cmocka_unit_test(lets_a_burst_through_and_tells_what_it_held_back),
        cmocka_unit_test(stays_bounded_with_endless_names), cmocka_unit_test(lines_of_threads_never_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
