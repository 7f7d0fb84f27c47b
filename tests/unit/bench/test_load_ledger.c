#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/load_ledger.h"

enum { RUN = 0x4f1c9a02 };

static uint64_t number_of(const char *id)
{
    uint64_t number;
    assert_true(load_ledger_number(RUN, id, strlen(id), &number));
    return number;
}

static void finds_the_number_of_an_event(void **state)
{
    (void)state;
    assert_int_equal(number_of("4f1c9a02-0000-4000-8000-00000000002a"), 42);
    assert_int_equal(number_of("pay_4f1c9a02ffffffff"), UINT32_MAX);
    assert_int_equal(number_of("4f1c9a0200000000"), 0);
}

static void knows_the_events_of_others(void **state)
{
    (void)state;
    static const char *const others[] = {"",
                                         "4f1c9a02",
                                         "5f1c9a02-0000-4000-8000-00000000002a",
                                         "pay_4f1c9a020000002g",
                                         "0000002a-4f1c9a02",
                                         "0190f3c2-7f4e-7c11-9a53-0b1d5f0c9a11"};
    uint64_t number;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(load_ledger_number(RUN, others[i], strlen(others[i]), &number));
}

static void looks_into_the_key_where_the_header_is_anothers(void **state)
{
    (void)state;
    const struct span none = {NULL, 0}, ours = SPAN("pay_4f1c9a020000002a"), other = SPAN("0190f3c2-7f4e-8c11-9a53-0b1d5f0c9a11");
    uint64_t number = 0;
    assert_true(load_ledger_find(RUN, ours, other, &number) && number == 42);
    assert_true(load_ledger_find(RUN, other, ours, &number) && number == 42);
    assert_true(load_ledger_find(RUN, none, ours, &number) && number == 42);
    assert_false(load_ledger_find(RUN, other, none, &number));
    assert_false(load_ledger_find(RUN, none, none, &number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_number_of_an_event),
        cmocka_unit_test(knows_the_events_of_others),
        cmocka_unit_test(looks_into_the_key_where_the_header_is_anothers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
