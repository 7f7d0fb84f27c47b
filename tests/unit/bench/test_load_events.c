#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/load_events.h"

#define NOW_MS INT64_C(1795355053250) /* 2026-11-22T13:44:13.250Z */

static const struct load_wrapping bare = {"", ""};
static char file[64];

static const char *file_with(const char *suffix, const char *text)
{
    snprintf(file, sizeof file, "/tmp/headgate-bench-XXXXXX%s", suffix);
    int fd = mkstemps(file, (int)strlen(suffix));
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return file;
}

struct run {
    struct load_events *events;
    struct load_source source;
    struct buffer text;
};

static struct run begin(const struct load_options *options, const struct load_wrapping *wrapping)
{
    char problem[256];
    struct run run = {.text = BUFFER_EMPTY};
    run.events = load_events_create(options, wrapping, NOW_MS, problem, sizeof problem);
    if (run.events == NULL) fail_msg("%s", problem);
    load_source_init(&run.source, 1);
    load_source_clock(&run.source, NOW_MS);
    return run;
}

static const char *next(struct run *run)
{
    buffer_clear(&run->text);
    load_events_next(run->events, &run->source, &run->text);
    buffer_append_char(&run->text, '\0');
    run->source.sequence++;
    return run->text.data;
}

static void end(struct run *run)
{
    load_events_destroy(run->events);
    buffer_deinit(&run->text);
    unlink(file);
}

static void takes_the_lines_of_a_file_in_turn(void **state)
{
    (void)state;
    struct load_options options = {.payload = file_with(".ndjson", "\n{\"a\":${seq}}\r\n \n{\"b\":1}\n\n")};
    struct run run = begin(&options, &bare);
    assert_string_equal(next(&run), "{\"a\":0000000000}");
    assert_string_equal(next(&run), "{\"b\":1}");
    assert_string_equal(next(&run), "{\"a\":0000000002}");
    end(&run);
}

static void keeps_an_event_on_its_line(void **state)
{
    (void)state;
    struct load_options options = {.payload = file_with(".json", "{\n  \"a\": 1\r\n}\n"), .shape = LOAD_NDJSON};
    struct run run = begin(&options, &bare);
    assert_string_equal(next(&run), "{   \"a\": 1  }");
    end(&run);
}

static void adds_a_member_to_an_object_of_none(void **state)
{
    (void)state;
    struct load_options options = {.payload = file_with(".json", "{ }"), .undeclared_percent = 100};
    struct run run = begin(&options, &bare);
    assert_string_equal(next(&run), "{\"bench_undeclared\":\"x\"}");
    end(&run);
}

static void wraps_events(void **state)
{
    (void)state;
    static const struct load_wrapping wrapping = {"{\"type\":\"%s\",\"data\":", "}"};
    struct load_options options = {.payload = file_with(".json", "{\"a\":1}"), .type = "t"};
    struct run run = begin(&options, &wrapping);
    assert_string_equal(next(&run), "{\"type\":\"t\",\"data\":{\"a\":1}}");
    end(&run);
}

static void spreads_kinds_evenly(void **state)
{
    (void)state;
    struct load_options options = {.payload = file_with(".json", "{\"id\":${seq},\"at\":\"${now}\"}"),
                                   .late_percent = 10,
                                   .late_by = 3600,
                                   .duplicate_percent = 5,
                                   .undeclared_percent = 20};
    struct run run = begin(&options, &bare);
    unsigned late = 0, undeclared = 0, again = 0;
    bool seen[1000] = {false};
    for (unsigned i = 0; i < 1000; i++) {
        const char *text = next(&run);
        late += strstr(text, "T12:44:13.250Z") != NULL;
        undeclared += strstr(text, "{\"bench_undeclared\":\"x\",\"id\":") != NULL;
        unsigned id = (unsigned)strtoul(strstr(text, "\"id\":") + 5, NULL, 10);
        assert_true(id < 1000);
        again += seen[id];
        seen[id] = true;
    }
    assert_in_range(late, 99, 100); /* the last event can be of one kind only */
    assert_in_range(undeclared, 199, 200);
    assert_in_range(again, 49, 50);
    assert_int_equal(load_events_count(run.events), 1000);
    assert_int_equal(load_events_kind_count(run.events, LOAD_LATE), late);
    assert_int_equal(load_events_kind_count(run.events, LOAD_GOOD), 1000 - late - undeclared - again);
    end(&run);
}

static void makes_events_from_contracts(void **state)
{
    (void)state;
    file[0] = '\0';
    struct load_options options = {.contracts = "bench/contracts", .event = "payment", .bad_percent = 25};
    struct run run = begin(&options, &bare);
    char first[4096];
    snprintf(first, sizeof first, "%s", next(&run));
    assert_non_null(strstr(first, "\"payment_id\""));
    assert_string_not_equal(next(&run), first);
    for (int i = 2; i < 1000; i++) assert_true(next(&run)[0] != '\0');
    assert_int_equal(load_events_kind_count(run.events, LOAD_BAD), 250);
    end(&run);
}

static void tells_what_cannot_be_used(void **state)
{
    (void)state;
    static const struct {
        struct load_options options;
        const char *says;
    } rows[] = {
        {{.payload = "/nonexistent"}, "/nonexistent: No such file"},
        {{.payload = "/tmp"}, "/tmp: Is a directory"},
        {{.payload = "bench/payloads/payment.json", .bad = "/tmp", .bad_percent = 1}, "/tmp: Is a directory"},
        {{.contracts = "bench/contracts", .event = "refund"}, "no model of the event refund"},
        {{.contracts = "bench/contracts", .event = "paiment"}, "no model of the event paiment; did you mean payment?"},
        {{.contracts = "bench/payloads", .event = "payment"}, "bench/payloads: "},
    };
    char problem[256];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_null(load_events_create(&rows[i].options, &bare, NOW_MS, problem, sizeof problem));
        assert_non_null(strstr(problem, rows[i].says));
    }
    const struct load_options empty = {.payload = file_with(".json", "\n")};
    assert_null(load_events_create(&empty, &bare, NOW_MS, problem, sizeof problem));
    assert_non_null(strstr(problem, ": empty"));
    unlink(file);
}

static void tells_which_line_cannot_be_used(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct load_options options;
        const char *says;
    } rows[] = {
        {"{}\n{\"a\":${what}}", {.batch = 1}, ":2: byte 5: not ${now}"},
        {"{\"id\":\"${uuid}\"}\n\n{\"id\":\"${ref}\"}\n{\"id\":1}", {.ledger = "t"}, ":4: --ledger knows events by their id"},
        {"{}\n7", {.undeclared_percent = 1}, ":2: an undeclared member needs an object"},
    };
    char problem[256];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct load_options options = rows[i].options;
        options.payload = file_with(".ndjson", rows[i].text);
        assert_null(load_events_create(&options, &bare, NOW_MS, problem, sizeof problem));
        if (strstr(problem, rows[i].says) == NULL) fail_msg("%s", problem);
        unlink(file);
    }
}

static void quotes_dollar_signs(void **state)
{
    (void)state;
    struct buffer text = BUFFER_EMPTY;
    load_events_quote(SPAN("a$b${c}"), &text);
    assert_int_equal(text.size, 9);
    assert_memory_equal(text.data, "a$$b$${c}", 9);
    buffer_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_lines_of_a_file_in_turn),
        cmocka_unit_test(keeps_an_event_on_its_line),
        cmocka_unit_test(adds_a_member_to_an_object_of_none),
        cmocka_unit_test(tells_which_line_cannot_be_used),
        cmocka_unit_test(wraps_events),
        cmocka_unit_test(spreads_kinds_evenly),
        cmocka_unit_test(makes_events_from_contracts),
        cmocka_unit_test(tells_what_cannot_be_used),
        cmocka_unit_test(quotes_dollar_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
