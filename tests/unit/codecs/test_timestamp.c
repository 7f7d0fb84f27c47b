#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "codecs/timestamp_scan.h"
#include "corpus.h"

/* ---------------------------------------------------------------- the corpus */

struct check {
    const char *name;
    bool (*accepts)(struct span text);
    size_t wrong;
};

static void check_row(const struct corpus_row *row, void *context)
{
    struct check *check = context;
    if (check->accepts(row->text) == row->accept) return;
    print_error("%s.tsv:%u: should %s: %s\n", check->name, row->line, row->accept ? "accept" : "reject", row->reason);
    check->wrong++;
}

static void check_corpus(const char *name, bool (*accepts)(struct span text))
{
    char path[128];
    snprintf(path, sizeof path, "tests/corpus/formats/%s.tsv", name);
    struct check check = {name, accepts, 0};
    assert_true(corpus_each(path, check_row, &check) >= 30);
    assert_int_equal(check.wrong, 0);
}

static bool accepts_date_time(struct span text)
{
    int64_t us;
    return timestamp_parse(text, ZONE_REQUIRED, &us) == TIMESTAMP_OK;
}

static bool accepts_date(struct span text)
{
    int32_t days;
    return date_parse(text, &days) == TIMESTAMP_OK;
}

static bool accepts_time(struct span text)
{
    int64_t us;
    return time_parse(text, ZONE_FORBIDDEN, &us) == TIMESTAMP_OK;
}

static void follows_the_corpora(void **state)
{
    (void)state;
    check_corpus("date-time", accepts_date_time);
    check_corpus("date", accepts_date);
    check_corpus("time", accepts_time);
}

/* ---------------------------------------------------------------- values and errors */

static void reads_instants(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"1969-12-31T23:59:59.9999999Z", -1}, /* cut, not rounded into 1970 */
        {"2001-09-09T01:46:40Z", INT64_C(1000000000000000)},
        {"2026-11-22T13:44:13.250Z", INT64_C(1795355053250000)},
        {"2026-11-22T15:44:13.25+02:00", INT64_C(1795355053250000)},
        {"2026-11-22T08:14:13.25-05:30", INT64_C(1795355053250000)},
        {"1985-04-12T23:20:50.52Z", INT64_C(482196050520000)},
        {"1996-12-19T16:39:57-08:00", INT64_C(851042397000000)},
        {"2000-01-01T00:00:00.123456789Z", INT64_C(946684800123456)},
        {"2000-01-01T00:00:00.1Z", INT64_C(946684800100000)},
        {"0000-01-01T00:00:00Z", TIMESTAMP_MIN},
        {"9999-12-31T23:59:59.999999Z", TIMESTAMP_MAX},
        {"0000-01-01T00:00:00-00:01", TIMESTAMP_MIN + US_PER_MINUTE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t us = 1;
        assert_int_equal(timestamp_parse(span_of(rows[i].text), ZONE_REQUIRED, &us), TIMESTAMP_OK);
        assert_int_equal(us, rows[i].us);
    }
    assert_int_equal(TIMESTAMP_MIN, INT64_C(-62167219200000000));
    assert_int_equal(TIMESTAMP_MAX, INT64_C(253402300799999999));
}

static void tells_syntax_range_and_zone_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum timestamp_zone zone;
        enum timestamp_status status;
    } rows[] = {
        {"2026-11-22T13:44:13", ZONE_REQUIRED, TIMESTAMP_ZONE},
        {"2026-11-22T13:44:13.5", ZONE_REQUIRED, TIMESTAMP_ZONE},
        {"2026-11-22T13:44:13", ZONE_FORBIDDEN, TIMESTAMP_OK},
        {"2026-11-22T13:44:13Z", ZONE_FORBIDDEN, TIMESTAMP_ZONE},
        {"2026-11-22T13:44:13+01:00", ZONE_FORBIDDEN, TIMESTAMP_ZONE},
        {"2026-11-22T13:44:13+01", ZONE_FORBIDDEN, TIMESTAMP_SYNTAX},
        {"2026-11-22T13:44:60Z", ZONE_REQUIRED, TIMESTAMP_RANGE},
        {"2026-11-22T24:00:00Z", ZONE_REQUIRED, TIMESTAMP_RANGE},
        {"2026-02-30T00:00:00Z", ZONE_REQUIRED, TIMESTAMP_RANGE},
        {"2026-02-30T00:00:00X", ZONE_REQUIRED, TIMESTAMP_SYNTAX},
        {"2026-11-22T13:44:13+24:00", ZONE_REQUIRED, TIMESTAMP_RANGE},
        {"0000-01-01T00:00:00+01:00", ZONE_REQUIRED, TIMESTAMP_RANGE},
        {"2026-11-22", ZONE_REQUIRED, TIMESTAMP_SYNTAX},
        {"", ZONE_REQUIRED, TIMESTAMP_SYNTAX},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t us = 42;
        assert_int_equal(timestamp_parse(span_of(rows[i].text), rows[i].zone, &us), rows[i].status);
        if (rows[i].status != TIMESTAMP_OK) assert_int_equal(us, 42);
    }
    int64_t us;
    int32_t days;
    assert_int_equal(timestamp_parse((struct span){NULL, 0}, ZONE_REQUIRED, &us), TIMESTAMP_SYNTAX);
    assert_int_equal(time_parse((struct span){NULL, 0}, ZONE_REQUIRED, &us), TIMESTAMP_SYNTAX);
    assert_int_equal(date_parse((struct span){NULL, 0}, &days), TIMESTAMP_SYNTAX);
    assert_int_equal(date_parse(SPAN("2026-02-29"), &days), TIMESTAMP_RANGE);
}

static void times_with_an_offset_wrap_into_the_day(void **state)
{
    (void)state;
    int64_t us;
    assert_int_equal(time_parse(SPAN("00:30:00+01:00"), ZONE_REQUIRED, &us), TIMESTAMP_OK);
    assert_int_equal(us, 23 * US_PER_HOUR + 30 * US_PER_MINUTE);
    assert_int_equal(time_parse(SPAN("23:30:00.5-01:00"), ZONE_REQUIRED, &us), TIMESTAMP_OK);
    assert_int_equal(us, 30 * US_PER_MINUTE + US_PER_SECOND / 2);
    assert_int_equal(time_parse(SPAN("23:30:00"), ZONE_REQUIRED, &us), TIMESTAMP_ZONE);
    assert_int_equal(time_parse(SPAN("23:30:00"), ZONE_FORBIDDEN, &us), TIMESTAMP_OK);
    assert_int_equal(us, 23 * US_PER_HOUR + 30 * US_PER_MINUTE);
}

static void assert_format(int64_t us, int digits, bool zulu, const char *expected)
{
    char out[TIMESTAMP_TEXT_MAX];
    size_t size = timestamp_format(us, digits, zulu, out);
    assert_true(span_is((struct span){out, size}, expected));
}

static void writes_with_0_3_or_6_digits_and_floors(void **state)
{
    (void)state;
    assert_format(INT64_C(1795355053250999), 3, true, "2026-11-22T13:44:13.250Z");
    assert_format(INT64_C(1795355053250999), 6, true, "2026-11-22T13:44:13.250999Z");
    assert_format(INT64_C(1795355053999999), 0, false, "2026-11-22T13:44:13");
    assert_format(-1, 3, true, "1969-12-31T23:59:59.999Z");
    assert_format(TIMESTAMP_MIN, 0, true, "0000-01-01T00:00:00Z");
    assert_format(TIMESTAMP_MAX, 6, true, "9999-12-31T23:59:59.999999Z");
    assert_format(INT64_MIN, 0, true, "0000-01-01T00:00:00Z");
    assert_format(INT64_MAX, 0, true, "9999-12-31T23:59:59Z");
    char out[TIMESTAMP_TEXT_MAX];
    assert_true(span_is((struct span){out, date_format(0, out)}, "1970-01-01"));
    assert_true(span_is((struct span){out, date_format(-1, out)}, "1969-12-31"));
    assert_true(span_is((struct span){out, date_format(INT32_MAX, out)}, "9999-12-31"));
    assert_true(span_is((struct span){out, time_format(-1, 6, out)}, "23:59:59.999999"));
    assert_true(span_is((struct span){out, time_format(US_PER_DAY + 61 * US_PER_SECOND, 0, out)}, "00:01:01"));
}

/* ---------------------------------------------------------------- the calendar */

/* All 3,652,425 days: they go round, follow each other, and agree with the C library's calendar. */
static void every_day_goes_round(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = 0, month = 1, day = 1;
    for (int32_t days = DATE_MIN; days <= DATE_MAX; days++) {
        int y, m, d;
        date_to_civil(days, &y, &m, &d);
        if (y != year || m != month || d != day || date_from_civil(y, m, d) != days || !date_is_civil(y, m, d))
            fail_msg("day %d is %d-%d-%d", days, y, m, d);
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        if (day++ < lengths[month - 1] + (month == 2 && leap)) continue;
        if (date_is_civil(year, month, day)) fail_msg("%d-%d has no day %d", year, month, day);
        day = 1;
        if (month++ < 12) continue;
        month = 1;
        year++;
    }
    assert_int_equal(year, 10000);
    assert_false(date_is_civil(-1, 12, 31));
    assert_false(date_is_civil(10000, 1, 1));
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 16;
}

/* The C library, which knows nothing of our arithmetic, writes a random instant; we read it, and write it as it was. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 200000; round++) {
        int64_t us = TIMESTAMP_MIN + (int64_t)(next(&seed) % (uint64_t)(TIMESTAMP_MAX - TIMESTAMP_MIN + 1));
        int64_t floor = us - (((us % US_PER_SECOND) + US_PER_SECOND) % US_PER_SECOND);
        time_t seconds = floor / US_PER_SECOND;
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        char text[80], out[TIMESTAMP_TEXT_MAX];
        int length = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1,
                              tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(us - floor));
        int64_t read;
        assert_int_equal(timestamp_parse((struct span){text, (size_t)length}, ZONE_REQUIRED, &read), TIMESTAMP_OK);
        assert_int_equal(read, us);
        assert_true(span_equal((struct span){out, timestamp_format(us, 6, true, out)}, (struct span){text, (size_t)length}));
    }
}

/* One wrong byte anywhere in the usual spelling is never read as some other instant of the same text. */
static void a_changed_byte_changes_the_reading(void **state)
{
    (void)state;
    static const char text[] = "2026-11-22T13:44:13.250Z";
    int64_t right;
    assert_int_equal(timestamp_parse(SPAN(text), ZONE_REQUIRED, &right), TIMESTAMP_OK);
    for (size_t place = 0; place < sizeof text - 1; place++) {
        for (int byte = 0; byte < 256; byte++) {
            char changed[sizeof text];
            memcpy(changed, text, sizeof text);
            changed[place] = (char)byte;
            int64_t us;
            if (timestamp_parse((struct span){changed, sizeof text - 1}, ZONE_REQUIRED, &us) != TIMESTAMP_OK) continue;
            bool letter = text[place] == 'T' || text[place] == 'Z';
            assert_true(byte == text[place] || (byte >= '0' && byte <= '9') || (letter && (byte | 0x20) == (text[place] | 0x20)));
            assert_int_equal(us == right, byte == text[place] || letter);
        }
    }
}

/* ---------------------------------------------------------------- units */

/* Only of the day that is remembered, and then the same; nothing without SIMD. */
static void expect_recent(const char *text, const struct timestamp_recent *recent, size_t size, int64_t us)
{
    int64_t found_us = 0;
    bool known = recent->rest != 0 && memcmp(text, recent->day, 11) == 0;
    size_t found = timestamp_scan_recent(text, recent, &found_us);
#ifdef __SSE2__
    assert_int_equal(found, known ? size : 0);
#else
    assert_int_equal(found, 0);
    (void)known, (void)size;
#endif
    if (found != 0) assert_true(found_us == us);
}

/* The short way reads exactly what the long one reads, in the two spellings that it knows, whatever byte stands where. */
static void scans_as_it_parses(void **state)
{
    (void)state;
    static const char *const texts[] = {"2024-02-29T13:44:13.250Z", "2024-02-29T13:44:13Z"};
    struct timestamp_recent recent = {0};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t size = strlen(texts[i]);
        for (size_t at = 0; at < size; at++) {
            for (int byte = 0; byte < 256; byte++) {
                char text[24 + 8] = {0};
                int64_t scanned = 0, parsed = 0;
                memcpy(text, texts[i], size);
                text[at] = (char)byte;
                /* What was read before must not matter: nothing, the day at hand, another day. */
                struct timestamp_recent none = {0};
                int64_t again = 0;
                size_t found = timestamp_scan(text, &none, &scanned);
                assert_int_equal(timestamp_scan(text, &recent, &again), found);
                assert_true(found == 0 || again == scanned);
                expect_recent(text, &recent, found, scanned);
                expect_recent(text, &none, found, scanned);
                bool usual = text[10] == 'T' && text[found > 0 ? found - 1 : 0] == 'Z';
                bool fine = timestamp_parse((struct span){text, size}, ZONE_REQUIRED, &parsed) == TIMESTAMP_OK;
                if (found == size) assert_true(fine && usual && scanned == parsed);
                if (found == 0 && fine) assert_true(byte == 't' || byte == 'z' || size == 24 || byte == '+' || byte == '-');
            }
        }
    }
    int64_t us;
    char extremes[][32] = {"0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"};
    assert_int_equal(timestamp_scan(extremes[0], &recent, &us), 24);
    assert_true(us == TIMESTAMP_MIN);
    assert_int_equal(timestamp_scan(extremes[1], &recent, &us), 24);
    assert_true(us == TIMESTAMP_MAX - 999);
    char zeros[32] = {0};
    memcpy(zeros + 11, "13:44:13.250Z", 13);
    recent = (struct timestamp_recent){0};
    assert_int_equal(timestamp_scan(zeros, &recent, &us), 0);
    assert_int_equal(timestamp_scan_recent(zeros, &recent, &us), 0);
}

static void stamps_as_it_formats(void **state)
{
    (void)state;
    uint64_t random = 1;
    struct timestamp_days days;
    timestamp_days_init(&days);
    for (unsigned round = 0; round < 200000; round++) {
        char expected[TIMESTAMP_TEXT_MAX], stamp[TIMESTAMP_STAMP];
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t us =
            (int64_t)(random >> 1) % (round % 2 == 0 ? TIMESTAMP_MAX * 2 : US_PER_DAY * 365) - (round % 3) * US_PER_DAY * 9000;
        assert_int_equal(timestamp_format(us, 3, true, expected), TIMESTAMP_STAMP);
        timestamp_stamp(&days, us, stamp);
        assert_memory_equal(stamp, expected, TIMESTAMP_STAMP);
    }
}

static void stamps_another_day_as_it_formats(void **state)
{
    (void)state;
    uint64_t random = 1;
    struct timestamp_days days;
    timestamp_days_init(&days);
    for (unsigned round = 0; round < 200000; round++) {
        char like[TIMESTAMP_TEXT_MAX], expected[TIMESTAMP_TEXT_MAX], stamp[TIMESTAMP_STAMP];
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t time = (int64_t)(random >> 8) % US_PER_DAY, days_in_all = DATE_MAX - DATE_MIN + 1;
        int64_t day = DATE_MIN + (int64_t)(random >> 20) % days_in_all;
        int64_t other = round % 4 == 0 ? DATE_MIN : round % 4 == 1 ? DATE_MAX : DATE_MIN + (int64_t)(random >> 30) % days_in_all;
        timestamp_format(day * US_PER_DAY + time, 3, true, like);
        timestamp_format(other * US_PER_DAY + time, 3, true, expected);
        timestamp_stamp_day(&days, other * US_PER_DAY + time, like, stamp);
        assert_memory_equal(stamp, expected, TIMESTAMP_STAMP);
    }
}

static void floors_to_the_start_of_the_unit(void **state)
{
    (void)state;
    static const struct {
        const char *instant;
        enum time_unit unit;
        const char *start;
    } rows[] = {
        {"2026-11-22T13:44:13.999999Z", UNIT_SECOND, "2026-11-22T13:44:13Z"},
        {"2026-11-22T13:44:13.999999Z", UNIT_MINUTE, "2026-11-22T13:44:00Z"},
        {"2026-11-22T13:44:13.999999Z", UNIT_HOUR, "2026-11-22T13:00:00Z"},
        {"2026-11-22T13:44:13.999999Z", UNIT_DAY, "2026-11-22T00:00:00Z"},
        {"2026-11-22T13:44:13.999999Z", UNIT_MONTH, "2026-11-01T00:00:00Z"},
        {"2026-11-22T13:44:13.999999Z", UNIT_YEAR, "2026-01-01T00:00:00Z"},
        {"1969-12-31T23:59:59.999999Z", UNIT_SECOND, "1969-12-31T23:59:59Z"},
        {"1969-12-31T23:59:59.999999Z", UNIT_HOUR, "1969-12-31T23:00:00Z"},
        {"1969-12-31T23:59:59.999999Z", UNIT_DAY, "1969-12-31T00:00:00Z"},
        {"1969-12-31T23:59:59.999999Z", UNIT_MONTH, "1969-12-01T00:00:00Z"},
        {"1969-12-31T23:59:59.999999Z", UNIT_YEAR, "1969-01-01T00:00:00Z"},
        {"2024-02-29T00:00:00Z", UNIT_MONTH, "2024-02-01T00:00:00Z"},
        {"0000-12-31T23:59:59Z", UNIT_YEAR, "0000-01-01T00:00:00Z"},
        {"1970-01-01T00:00:00Z", UNIT_YEAR, "1970-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t us;
        assert_int_equal(timestamp_parse(span_of(rows[i].instant), ZONE_REQUIRED, &us), TIMESTAMP_OK);
        assert_format(timestamp_floor(us, rows[i].unit), 0, true, rows[i].start);
        int64_t start = timestamp_floor(us, rows[i].unit);
        assert_int_equal(timestamp_floor(start, rows[i].unit), start);
    }
    assert_int_equal(date_floor(-1, UNIT_HOUR), -1);
    assert_int_equal(date_floor(-1, UNIT_DAY), -1);
    assert_int_equal(date_floor(-1, UNIT_MONTH), -31);
    assert_int_equal(date_floor(-1, UNIT_YEAR), -365);
    assert_int_equal(timestamp_day(-1), -1);
    assert_int_equal(timestamp_day(US_PER_DAY - 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_corpora),
        cmocka_unit_test(reads_instants),
        cmocka_unit_test(tells_syntax_range_and_zone_apart),
        cmocka_unit_test(times_with_an_offset_wrap_into_the_day),
        cmocka_unit_test(writes_with_0_3_or_6_digits_and_floors),
        cmocka_unit_test(every_day_goes_round),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(a_changed_byte_changes_the_reading),
        cmocka_unit_test(scans_as_it_parses),
        cmocka_unit_test(stamps_as_it_formats),
        cmocka_unit_test(stamps_another_day_as_it_formats),
        cmocka_unit_test(floors_to_the_start_of_the_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
