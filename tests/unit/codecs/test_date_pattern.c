#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/date_pattern.h"

#define TWO_HOURS (2 * US_PER_HOUR)

static const char *format_of(int64_t us)
{
    static char out[TIMESTAMP_TEXT_MAX + 1];
    out[timestamp_format(us, 6, true, out)] = '\0';
    return out;
}

static void reads_timestamps_by_the_pattern(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *instant; /* NULL: not read */
    } rows[] = {
        {"yyyy-MM-dd HH:mm:ss", "2026-11-22 13:44:13", "2026-11-22T11:44:13.000000Z"},
        {"yyyy-MM-dd HH:mm:ss", "2026-11-22T13:44:13", NULL},
        {"yyyy-MM-dd HH:mm:ss", "2026-11-22 13:44:13.5", NULL},
        {"yyyy-MM-dd HH:mm:ss", "2026-11-22 13:44", NULL},
        {"yyyy-MM-dd HH:mm:ss", "2026-1-22 13:44:13", NULL},
        {"yyyy-MM-dd HH:mm:ss", "", NULL},
        {"dd.MM.yyyy HH:mm", "22.11.2026 13:44", "2026-11-22T11:44:00.000000Z"},
        {"M/d/yyyy H:m:s", "1/2/2026 3:4:5", "2026-01-02T01:04:05.000000Z"},
        {"M/d/yyyy H:m:s", "11/22/2026 13:44:13", "2026-11-22T11:44:13.000000Z"},
        {"M/d/yyyy H:m:s", "111/2/2026 3:4:5", NULL},
        {"M/d/yyyy H:m:s", "/2/2026 3:4:5", NULL},
        {"yyyyMMddHHmmss", "20261122134413", "2026-11-22T11:44:13.000000Z"},
        {"yyyyMMddHHmmss", "2026112213441", NULL},
        {"yyyyMMddHHmmssSSS", "20261122134413250", "2026-11-22T11:44:13.250000Z"},
        {"yyyy-MM-dd'T'HH:mm:ss.S", "2026-11-22T13:44:13.2", "2026-11-22T11:44:13.200000Z"},
        {"yyyy-MM-dd'T'HH:mm:ss.S", "2026-11-22T13:44:13.25", NULL},
        {"yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS", "2026-11-22T13:44:13.123456999", "2026-11-22T11:44:13.123456Z"},
        {"yyyy-MM-dd HH:mmXXX", "2026-11-22 13:44+01:00", "2026-11-22T12:44:00.000000Z"},
        {"yyyy-MM-dd HH:mmXXX", "2026-11-22 13:44Z", "2026-11-22T13:44:00.000000Z"},
        {"yyyy-MM-dd HH:mmXXX", "2026-11-22 13:44-0100", NULL},
        {"yyyy-MM-dd HH:mmXXX", "2026-11-22 13:44", NULL},
        {"yyyy-MM-dd HH:mmXXX", "2026-11-22 13:44z", NULL},
        {"yyyy-MM-dd HH:mmXX", "2026-11-22 13:44-0130", "2026-11-22T15:14:00.000000Z"},
        {"yyyy-MM-dd HH:mmXX", "2026-11-22 13:44-01:30", NULL},
        {"yyyy-MM-dd HH:mmXX", "2026-11-22 13:44-01", NULL},
        {"yyyy-MM-dd HH:mmX", "2026-11-22 13:44-01", "2026-11-22T14:44:00.000000Z"},
        {"yyyy-MM-dd HH:mmX", "2026-11-22 13:44-0130", "2026-11-22T15:14:00.000000Z"},
        {"yyyy-MM-dd HH:mmX", "2026-11-22 13:44-013", NULL},
        {"yyyy-MM-dd HH:mm Z", "2026-11-22 13:44 +0100", "2026-11-22T12:44:00.000000Z"},
        {"yyyy-MM-dd HH:mm Z", "2026-11-22 13:44 Z", "2026-11-22T13:44:00.000000Z"},
        {"yyyy-MM-dd HH:mm Z", "2026-11-22 13:44 +01:00", NULL},
        {"'at' yyyy-MM-dd 'o''clock' HH:mm", "at 2026-11-22 o'clock 13:44", "2026-11-22T11:44:00.000000Z"},
        {"yyyy-MM-dd''HH:mm", "2026-11-22'13:44", "2026-11-22T11:44:00.000000Z"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *error = NULL;
        size_t offset = 0;
        struct date_pattern *pattern = date_pattern_compile(span_of(rows[i].pattern), PATTERN_TIMESTAMP, &error, &offset);
        if (pattern == NULL) fail_msg("%s: %s", rows[i].pattern, error);
        int64_t us = 42;
        enum timestamp_status status = date_pattern_parse(pattern, span_of(rows[i].text), TWO_HOURS, &us);
        if (rows[i].instant == NULL) {
            if (status != TIMESTAMP_SYNTAX) fail_msg("%s reads %s", rows[i].pattern, rows[i].text);
            assert_int_equal(us, 42);
        } else {
            if (status != TIMESTAMP_OK) fail_msg("%s does not read %s", rows[i].pattern, rows[i].text);
            assert_string_equal(format_of(us), rows[i].instant);
        }
        date_pattern_destroy(pattern);
    }
}

static enum timestamp_status read(const char *text, enum date_pattern_kind kind, const char *value, int64_t *us)
{
    const char *error = NULL;
    size_t offset = 0;
    struct date_pattern *pattern = date_pattern_compile(span_of(text), kind, &error, &offset);
    assert_non_null(pattern);
    enum timestamp_status status = date_pattern_parse(pattern, span_of(value), 0, us);
    date_pattern_destroy(pattern);
    return status;
}

static void fields_out_of_range_are_no_other_date(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "2026-02-30 00:00:00+00:00", "2026-13-01 00:00:00+00:00", "2026-00-01 00:00:00+00:00", "2026-01-00 00:00:00+00:00",
        "2026-01-01 24:00:00+00:00", "2026-01-01 00:60:00+00:00", "2026-01-01 00:00:60+00:00", "2026-01-01 00:00:00+24:00",
        "2026-01-01 00:00:00+00:60", "0000-01-01 00:00:00+00:01", "9999-12-31 23:59:59-00:01",
    };
    int64_t us;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(read("yyyy-MM-dd HH:mm:ssXXX", PATTERN_TIMESTAMP, wrong[i], &us), TIMESTAMP_RANGE);
}

static void reads_dates_and_times(void **state)
{
    (void)state;
    int64_t us;
    assert_int_equal(read("dd/MM/yyyy", PATTERN_DATE, "02/01/1970", &us), TIMESTAMP_OK);
    assert_int_equal(us, US_PER_DAY);
    assert_int_equal(read("yyyyMMdd", PATTERN_DATE, "19691231", &us), TIMESTAMP_OK);
    assert_int_equal(us, -US_PER_DAY);
    assert_int_equal(read("HH:mm", PATTERN_TIME, "13:44", &us), TIMESTAMP_OK);
    assert_int_equal(us, 13 * US_PER_HOUR + 44 * US_PER_MINUTE);
    assert_int_equal(read("HHmmssXX", PATTERN_TIME, "003000+0100", &us), TIMESTAMP_OK);
    assert_int_equal(us, 23 * US_PER_HOUR + 30 * US_PER_MINUTE);
    assert_int_equal(read("HH:mm:ss.SSS", PATTERN_TIME, "23:59:59.999", &us), TIMESTAMP_OK);
    assert_int_equal(us, US_PER_DAY - US_PER_MS);
    assert_int_equal(read("HH:mm", PATTERN_TIME, "24:00", &us), TIMESTAMP_RANGE);
}

static void refuses_what_can_be_read_in_two_ways(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        enum date_pattern_kind kind;
        size_t offset;
        const char *says; /* a part of the sentence */
    } rows[] = {
        {"YYYY-MM-dd", PATTERN_DATE, 0, "write yyyy"},
        {"uuuu-MM-dd", PATTERN_DATE, 0, "write yyyy"},
        {"yyyy-MM-DD", PATTERN_DATE, 8, "write dd"},
        {"yy-MM-dd", PATTERN_DATE, 0, "century"},
        {"y-MM-dd", PATTERN_DATE, 0, "century"},
        {"yyyyy-MM-dd", PATTERN_DATE, 0, "century"},
        {"yyyy-MMM-dd", PATTERN_DATE, 5, "write MM"},
        {"yyyy-MM-ddd", PATTERN_DATE, 8, "dd"},
        {"yyyy-MM-dd hh:mm", PATTERN_TIMESTAMP, 11, "write HH"},
        {"yyyy-MM-dd hh:mm a", PATTERN_TIMESTAMP, 11, "write HH"},
        {"yyyy-MM-ddTHH:mm", PATTERN_TIMESTAMP, 10, "'T'"},
        {"yyyy-MM-dd HH:mm z", PATTERN_TIMESTAMP, 17, "letters"},
        {"yyyy-MM-dd HH:mm VV", PATTERN_TIMESTAMP, 17, "letters"},
        {"EEE yyyy-MM-dd", PATTERN_DATE, 0, "letters"},
        {"yyyy-MM-dd HH:mmXXXX", PATTERN_TIMESTAMP, 16, "XXX"},
        {"yyyy-MM-dd HH:mmZZZZ", PATTERN_TIMESTAMP, 16, "XXX"},
        {"yyyy-MM-dd HH:mm:ss.SSSSSSSSSS", PATTERN_TIMESTAMP, 20, "nine"},
        {"yyyy-MM-dd[ HH:mm]", PATTERN_DATE, 10, "[ ]"},
        {"yyyy-MM-dd{", PATTERN_DATE, 10, "[ ]"},
        {"yyyy-MM-dd#", PATTERN_DATE, 10, "[ ]"},
        {"yyyy-MM-dd'T", PATTERN_DATE, 10, "not closed"},
        {"yyyy-MM-dd'T''", PATTERN_DATE, 10, "not closed"},
        {"yyyy-MM-dd MM", PATTERN_DATE, 11, "twice"},
        {"yyyy-MM-dd HH:mmXXXZ", PATTERN_TIMESTAMP, 19, "twice"},
        {"yyyyMdd", PATTERN_DATE, 5, "digit"},
        {"dMyyyy", PATTERN_DATE, 1, "digit"},
        {"yyyy-MM-d0", PATTERN_DATE, 9, "digit"},
        {"yyyy-MM-d'0'", PATTERN_DATE, 10, "digit"},
        {"yyyy-MM-dd HH:mmX''0", PATTERN_TIMESTAMP, SIZE_MAX, NULL}, /* a quote between: fine */
        {"HH:mmX00", PATTERN_TIME, 6, "digit"},
        {"HHXmm", PATTERN_TIME, 3, "digit"},
        {"HHXXXmm", PATTERN_TIME, SIZE_MAX, NULL},
        {"yyyy-MM", PATTERN_DATE, 7, "needs"},
        {"", PATTERN_DATE, 0, "needs"},
        {"yyyy-MM-dd", PATTERN_TIMESTAMP, 10, "needs"},
        {"yyyy-MM-dd HH", PATTERN_TIMESTAMP, 13, "needs"},
        {"HH", PATTERN_TIME, 2, "needs"},
        {"HH:mm.SSS", PATTERN_TIME, 9, "needs ss"},
        {"yyyy-MM-dd HH:mm", PATTERN_DATE, 11, "no time"},
        {"yyyy-MM-ddXXX", PATTERN_DATE, 10, "no time"},
        {"dd HH:mm", PATTERN_TIME, 0, "no year"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *error = NULL;
        size_t offset = SIZE_MAX;
        struct date_pattern *pattern = date_pattern_compile(span_of(rows[i].pattern), rows[i].kind, &error, &offset);
        if ((pattern == NULL) != (rows[i].says != NULL)) fail_msg("%s: %s", rows[i].pattern, error == NULL ? "taken" : error);
        if (rows[i].says != NULL && strstr(error, rows[i].says) == NULL) fail_msg("%s: says %s", rows[i].pattern, error);
        if (offset != rows[i].offset) fail_msg("%s: at %zu", rows[i].pattern, offset);
        date_pattern_destroy(pattern);
    }
}

static void bounds_the_length_of_a_format(void **state)
{
    (void)state;
    char text[DATE_PATTERN_MAX + 2];
    memset(text, '-', sizeof text);
    memcpy(text, "yyyyMMdd", 8);
    const char *error = NULL;
    size_t offset;
    struct date_pattern *pattern = date_pattern_compile((struct span){text, DATE_PATTERN_MAX}, PATTERN_DATE, &error, &offset);
    assert_non_null(pattern);
    char value[DATE_PATTERN_MAX];
    memcpy(value, text, sizeof value);
    memcpy(value, "19700103", 8);
    int64_t us;
    assert_int_equal(date_pattern_parse(pattern, (struct span){value, sizeof value}, 0, &us), TIMESTAMP_OK);
    assert_int_equal(us, 2 * US_PER_DAY);
    date_pattern_destroy(pattern);
    assert_null(date_pattern_compile((struct span){text, DATE_PATTERN_MAX + 1}, PATTERN_DATE, &error, &offset));
    assert_non_null(strstr(error, "128"));
}

static void knows_the_spellings_of_rfc_3339(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum date_pattern_kind kind;
        bool known;
    } rows[] = {
        {NULL, PATTERN_DATE, true},
        {NULL, PATTERN_TIME, true},
        {NULL, PATTERN_TIMESTAMP, true},
        {"", PATTERN_TIMESTAMP, false},
        {"yyyy-MM-dd", PATTERN_DATE, true},
        {"YYYY-MM-DD", PATTERN_DATE, true},
        {"dd-MM-yyyy", PATTERN_DATE, false},
        {"yyyy-MM-dd", PATTERN_TIMESTAMP, false},
        {"yyyy-MM-dd'T'HH:mm:ssXXX", PATTERN_TIMESTAMP, true},
        {"yyyy-MM-dd'T'HH:mm:ss.SSSXXX", PATTERN_TIMESTAMP, true},
        {"YYYY-MM-DDTHH:mm:ss.SSSZ", PATTERN_TIMESTAMP, true},
        {"yyyy-MM-ddTHH:mm:ssZ", PATTERN_TIMESTAMP, true},
        {"yyyy-MM-dd'T'HH:mm:ss'Z'", PATTERN_TIMESTAMP, true},
        {"yyyy-MM-dd'T'HH:mm:ss", PATTERN_TIMESTAMP, false}, /* says that there is no offset */
        {"yyyy-MM-dd HH:mm:ssXXX", PATTERN_TIMESTAMP, false},
        {"HH:mm:ssXXX", PATTERN_TIME, true},
        {"HH:mm:ss", PATTERN_TIME, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(date_pattern_is_rfc3339(span_of(rows[i].text), rows[i].kind), rows[i].known);
}

static void says_whether_it_reads_an_offset(void **state)
{
    (void)state;
    const char *error = NULL;
    size_t offset;
    struct date_pattern *with = date_pattern_compile(SPAN("HH:mmX"), PATTERN_TIME, &error, &offset);
    struct date_pattern *without = date_pattern_compile(SPAN("HH:mm'X'"), PATTERN_TIME, &error, &offset);
    assert_true(date_pattern_has_zone(with));
    assert_false(date_pattern_has_zone(without));
    date_pattern_destroy(with);
    date_pattern_destroy(without);
    date_pattern_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_timestamps_by_the_pattern), cmocka_unit_test(fields_out_of_range_are_no_other_date),
        cmocka_unit_test(reads_dates_and_times),           cmocka_unit_test(refuses_what_can_be_read_in_two_ways),
        cmocka_unit_test(bounds_the_length_of_a_format),   cmocka_unit_test(knows_the_spellings_of_rfc_3339),
        cmocka_unit_test(says_whether_it_reads_an_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
