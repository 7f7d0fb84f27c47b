#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/timestamp.h"
#include "contracts/duration.h"

struct right {
    const char *value;
    const char *unit; /* NULL: the value has its own */
    int64_t us;
};

static const struct right rights[] = {
    {"24", "h", 24 * US_PER_HOUR},
    {"1.5", "h", 90 * US_PER_MINUTE},
    {"250", "ms", 250 * US_PER_MS},
    {"5", "Min", 5 * US_PER_MINUTE},
    {"30", "d", 30 * US_PER_DAY},
    {"30", "days", 30 * US_PER_DAY},
    {"2", "w", 14 * US_PER_DAY},
    {"6", "mo", 180 * US_PER_DAY},
    {"7", "y", 7 * 365 * US_PER_DAY},
    {"1", "yr", 365 * US_PER_DAY},
    {"30 d", NULL, 30 * US_PER_DAY},
    {"90s", NULL, 90 * US_PER_SECOND},
    {"P30D", NULL, 30 * US_PER_DAY},
    {"PT5M", NULL, 5 * US_PER_MINUTE},
    {"P1Y2M3W4DT5H6M7.5S", NULL, (365 + 60 + 21 + 4) * US_PER_DAY + 5 * US_PER_HOUR + 6 * US_PER_MINUTE + 7500 * US_PER_MS},
    {"PT0H5M", NULL, 5 * US_PER_MINUTE},
    {"1000", "y", DURATION_MAX},
};

static void reads_units_and_iso_8601(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        int64_t us = 0;
        const char *error = duration_parse(span_of(rights[i].value), span_of(rights[i].unit), &us);
        if (error != NULL || us != rights[i].us)
            fail_msg("%s %s: %lld %s", rights[i].value, rights[i].unit, (long long)us, error);
    }
}

static const struct right wrongs[] = {
    {"5", "m", 0},
    {"5m", NULL, 0},
    {"5", "M", 0},
    {"5", "fortnights", 0},
    {"5", NULL, 0},
    {"0", "h", 0},
    {"-1", "h", 0},
    {"x", "h", 0},
    {"1e3", "h", 3600},
    {"1001", "y", 0},
    {"P", NULL, 0},
    {"PT", NULL, 0},
    {"P5", NULL, 0},
    {"P5H", NULL, 0},
    {"PT5D", NULL, 0},
    {"P1D2Y", NULL, 0},
    {"P1D1D", NULL, 0},
    {"P0D", NULL, 0},
    {"", "h", 0},
    {"5", "", 0},
    {"1..5", "h", 0},
    {"0.0000001", "s", 0},
    {"99999999999999999999999999999999999999", "y", 0},
};

static void refuses_what_tools_read_differently_and_nonsense(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
        int64_t us = 0;
        const char *error = duration_parse(span_of(wrongs[i].value), span_of(wrongs[i].unit), &us);
        bool scientific = wrongs[i].us != 0; /* a number is a number, however written */
        if ((error == NULL) != scientific) fail_msg("'%s' '%s' was read as %lld", wrongs[i].value, wrongs[i].unit, (long long)us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_units_and_iso_8601),
        cmocka_unit_test(refuses_what_tools_read_differently_and_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
