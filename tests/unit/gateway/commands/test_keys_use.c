#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "codecs/attributes.h"
#include "gateway/commands/keys_use.h"

/* Uses whose ids differ little, one of them on two models, one with an id longer than names are compared. */
#define LONG "urn:a-company-with-a-name-that-fills-half-a-line:some-department-of-it:use:"

static struct model model = {.id = {"urn:a:model:order", 17}, .name = {"order", 5}, .event = {"order.placed", 12}};
static struct use uses[] = {
    {.id = {"urn:a:use:one", 13}, .name = {"one", 3}},
    {.id = {"urn:a:use:one", 13}, .name = {"one", 3}},
    {.id = {"urn:a:use:ones", 14}, .name = {"ones", 4}},
    {.id = {"urn:a:use:none", 14}, .name = {"none", 4}},
    {.id = {"urn:a:use:once", 14}, .name = {"once", 4}},
    {.id = {LONG "churn_forecast", sizeof LONG - 1 + 14}, .name = {"churn_forecast", 14}},
};

static struct arena *arena;
static struct catalogue catalogue;

static int set_up(void **state)
{
    static struct model *models[] = {&model};
    static struct use *list[COUNT_OF(uses)];
    (void)state;
    arena = arena_create(1 << 20);
    for (size_t i = 0; i < COUNT_OF(uses); i++) {
        list[i] = &uses[i];
        uses[i].model = &model;
    }
    catalogue.models = models;
    catalogue.model_count = 1;
    catalogue.uses = list;
    catalogue.use_count = COUNT_OF(uses);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_destroy(arena);
    return 0;
}

static void assert_found(const char *wanted, const char *id)
{
    struct span error = {NULL, 0}, found = keys_use_find(&catalogue, span_of(wanted), arena, &error);
    assert_null(error.data);
    assert_true(span_is(found, id));
}

static void assert_error(const char *wanted, const char *text)
{
    struct span error = {NULL, 0}, found = keys_use_find(&catalogue, span_of(wanted), arena, &error);
    assert_null(found.data);
    if (!span_is(error, text)) fail_msg("%.*s", SPAN_ARGS(error));
}

static void finds_a_use_by_id_and_name(void **state)
{
    (void)state;
    assert_found("urn:a:use:one", "urn:a:use:one");
    assert_found("once", "urn:a:use:once");
    assert_found(LONG "churn_forecast", LONG "churn_forecast");
    assert_error("urn:a:model:order", "'urn:a:model:order' is an event model: keys are of uses");
    assert_error("order.placed", "'order.placed' is an event model: keys are of uses");
}

/* Three at most, each id once, and the nearest first. */
static void names_the_nearest(void **state)
{
    (void)state;
    assert_error("urn:a:use:onces", "the contracts know no use 'urn:a:use:onces'; did you mean urn:a:use:ones, urn:a:use:once, "
                                    "urn:a:use:one?");
    assert_error("urn:other:uses:nonee", "the contracts know no use 'urn:other:uses:nonee'; did you mean urn:a:use:none?");
    assert_error(LONG "churn_forcast", "the contracts know no use '" LONG "churn_forcast'; did you mean " LONG "churn_forecast?");
    assert_error("churn-forcast", "the contracts know no use 'churn-forcast'; did you mean " LONG "churn_forecast?");
    assert_error("xyz", "the contracts know no use 'xyz': `headgate approve --list` shows all");
    assert_error("", "the contracts know no use '': `headgate approve --list` shows all");
}

static void says_when_there_is_no_room_for_a_sentence(void **state)
{
    (void)state;
    struct arena *small = arena_create(4096);
    while (arena_alloc(small, 16) != NULL) continue;
    struct span error = SPAN("untouched"), found = keys_use_find(&catalogue, SPAN("onec"), small, &error);
    assert_null(found.data);
    assert_null(error.data);
    arena_destroy(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_a_use_by_id_and_name),
        cmocka_unit_test(names_the_nearest),
        cmocka_unit_test(says_when_there_is_no_room_for_a_sentence),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
