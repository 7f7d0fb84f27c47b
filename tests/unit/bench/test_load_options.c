#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/load_body.h"
#include "bench/load_options.h"

enum { ARGUMENTS = 24 };

static struct load_options options;
static char said[4096];

/* Reads a command line of words with spaces between (a tab stands for a space within a word), and keeps what was said. */
static bool reads(const char *line)
{
    static char text[1024];
    char *argv[ARGUMENTS] = {(char *)"headgate-bench"};
    int argc = 1, code = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        for (char *tab = word; (tab = strchr(tab, '\t')) != NULL;) *tab = ' ';
        argv[argc++] = word;
    }
    argv[argc] = NULL;
    fflush(stderr);
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    bool fine = load_options_read(argc, argv, &options, &code);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    fclose(file);
    assert_true(fine || code == 2);
    return fine;
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } rows[] = {
        {"--payload x", "a URL is expected"},
        {"--payload x --conections 3 http://h/", "no flag --conections; did you mean --connections?"},
        {"--payload x --rat=3 http://h/", "no flag --rat=3; did you mean --rate?"},
        {"--payload x --zebra 3 http://h/", "no flag --zebra\n"},
        {"--payload x -c 3 http://h/", "no flag -c\n"},
        {"--payload x --quiet=no http://h/", "no value is expected: --quiet=no"},
        {"--payload x http://h/ --rate", "a value is expected behind --rate"},
        {"--payload x --connections 1.5 http://h/", "--connections: a whole number from 1 to 20000 is expected, not 1.5"},
        {"--payload x --connections 20001 http://h/", "not 20001"},
        {"--payload x --duration nan http://h/", "--duration: a number from 0.1 to 1000000 is expected, not nan"},
        {"--payload x --pid http://h/", "--pid: a whole number from 1 to 4194304 is expected, not http://h/"},
        {"--payload x --pid 1 2 http://h/", "one URL is enough"},
        {"--payload x --shape xml http://h/", "object array ndjson cloudevents binary, not xml"},
        {"--payload x --contracts d --event e http://h/", "--payload FILE or --contracts DIR is required, not both"},
        {"--payload x --event e http://h/", "--event goes with --contracts"},
        {"--payload x --arrivals poisson http://h/", "--arrivals goes with --rate"},
        {"--payload x --late-by 5 http://h/", "--late-by goes with --late-percent"},
        {"--payload x --kafka k http://h/", "--kafka goes with --ledger"},
        {"--payload x --type t http://h/", "--type goes with --shape cloudevents or binary"},
        {"--payload x --interval 1 http://h/", "--interval goes with"},
        {"--payload x --csv - --json - http://h/", "files of their own, not all to -"},
        {"--payload x --csv a --html a http://h/", "files of their own, not all to a"},
        {"--payload x --header Name http://h/", "'Name: value' is expected, not Name"},
        {"--payload x --header :\tv http://h/", "'Name: value' is expected"},
        {"--payload x --header a\tb:\tv http://h/", "'Name: value' is expected"},
        {"--payload x --header a:\rb http://h/", "'Name: value' is expected"},
        {"--payload x --header content-LENGTH:\t1 http://h/", "writes this one itself: Content-Length"},
        {"--payload x https://h/", "http://host:port/path is expected, not https://h/"},
        {"--payload x http://h:99999/", "http://host:port/path is expected"},
        {"--payload x http://h:0/", "http://host:port/path is expected"},
        {"--payload x http://h:/", "http://host:port/path is expected"},
        {"--payload x http://h:80x/", "http://host:port/path is expected"},
        {"--payload x http://:80/", "http://host:port/path is expected"},
        {"--payload x http://[::1/", "http://host:port/path is expected"},
        {"--payload x http://[::1]80/", "http://host:port/path is expected"},
        {"--payload x http://h/a\tb", "http://host:port/path is expected"},
        {"--payload x http://h/a#b", "http://host:port/path is expected"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_false(reads(rows[i].line));
        if (strstr(said, rows[i].says) == NULL) fail_msg("%s: %s", rows[i].line, said);
        assert_non_null(strstr(said, "headgate-bench --help lists the flags\n"));
    }
}

static void splits_urls(void **state)
{
    (void)state;
    static const struct {
        const char *line, *authority, *host, *port, *path;
    } rows[] = {
        {"--payload x http://127.0.0.1:8080/v1/events/a?b", "127.0.0.1:8080", "127.0.0.1", "8080", "/v1/events/a?b"},
        {"--payload x http://gate.example", "gate.example", "gate.example", "80", "/"},
        {"--payload x http://[::1]:8080/a", "[::1]:8080", "::1", "8080", "/a"},
        {"--payload x http://[::1]/a", "[::1]", "::1", "80", "/a"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(reads(rows[i].line));
        assert_string_equal(options.authority, rows[i].authority);
        assert_string_equal(options.host, rows[i].host);
        assert_string_equal(options.port, rows[i].port);
        assert_string_equal(options.path, rows[i].path);
    }
}

static void chooses_an_interval_that_fits(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        double interval;
    } rows[] = {{"--payload x --duration 3600 http://h/", 1},
                {"--payload x --duration 2 http://h/", 0.1},
                {"--payload x --duration 0.1 http://h/", LOAD_INTERVAL_MIN},
                {"--payload x --duration 2 --interval 5 --csv a http://h/", 5}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(reads(rows[i].line));
        assert_true(options.interval > rows[i].interval - 1e-9 && options.interval < rows[i].interval + 1e-9);
    }
}

static void a_header_of_the_users_stands_for_ours(void **state)
{
    (void)state;
    static const struct {
        const char *line, *head;
    } rows[] = {
        {"--payload bench/payloads/payment.json http://[::1]:8080/a",
         "POST /a HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Type: application/json\r\nContent-Length: "},
        {"--payload bench/payloads/payment.json --header host:\tg --header Content-type:text/plain --header Content-Types:\t1 "
         "http://h/",
         "POST / HTTP/1.1\r\nhost: g\r\nContent-type:text/plain\r\nContent-Types: 1\r\nContent-Length: "},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char problem[256];
        assert_true(reads(rows[i].line));
        struct load_body *body = load_body_create(&options, 1, 0, problem, sizeof problem);
        if (body == NULL) fail_msg("%s", problem);
        struct span request = load_body_next(body, 0);
        assert_true(request.size > strlen(rows[i].head));
        assert_memory_equal(request.data, rows[i].head, strlen(rows[i].head));
        load_body_destroy(body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_what_is_wrong), cmocka_unit_test(splits_urls),
                                       cmocka_unit_test(chooses_an_interval_that_fits),
                                       cmocka_unit_test(a_header_of_the_users_stands_for_ours)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
