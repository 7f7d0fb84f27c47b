#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/dice.h"
#include "contracts/outcome.h"
#include "contracts/stage.h"

enum { ROUNDS = 200000, CLOCK = 6 };

static int64_t instant(struct dice *dice)
{
    return dice_percent(dice, 40) ? NO_TIME : dice_between(dice, 0, CLOCK);
}

static enum status status(struct dice *dice)
{
    return dice_percent(dice, 70) ? STATUS_ACTIVE : (enum status)dice_roll(dice, STATUS_RETIRED + 1);
}

/* The rules one by one, as outcome.h and docs/contracts.md order them. */
static bool is_delivered(const struct use_program *program, int64_t received, int64_t age)
{
    const struct use *use = program->use;
    if (stage_of_route(use, received) != STAGE_LIVE || use->legal_basis == BASIS_CONSENT || program->nowhere) return false;
    if (timing_is_beyond(age, use->oldest_age)) return false;
    return !timing_is_beyond(age, use->latency) || use->on_late == ON_LATE_DELIVER;
}

/* Small numbers, so that every bound is met exactly, and passed, often. */
static void goes_straight_exactly_where_the_rules_deliver(void **state)
{
    (void)state;
    struct dice dice = {.state = 7};
    unsigned straight = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct model model = {.status = status(&dice), .general_availability = instant(&dice), .end_of_life = instant(&dice)};
        struct use use = {
            .model = &model,
            .status = status(&dice),
            .general_availability = instant(&dice),
            .end_of_life = instant(&dice),
            .legal_basis = dice_percent(&dice, 10) ? BASIS_CONSENT : BASIS_CONTRACT,
            .latency = dice_between(&dice, 0, CLOCK),
            .oldest_age = dice_between(&dice, 0, CLOCK),
            .on_late = (enum on_late)dice_roll(&dice, ON_LATE_DROP + 1),
        };
        struct use_program program = {.use = &use, .nowhere = dice_percent(&dice, 10)};
        int64_t received = dice_between(&dice, 0, CLOCK), age = dice_between(&dice, 0, CLOCK);
        outcome_prepare(&program);
        assert_int_equal(outcome_is_straight(&program.straight, received, age), is_delivered(&program, received, age));
        assert_true(program.straight.latency == use.latency);
        straight += outcome_is_straight(&program.straight, received, age);
    }
    assert_in_range(straight, ROUNDS / 50, ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_straight_exactly_where_the_rules_deliver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
