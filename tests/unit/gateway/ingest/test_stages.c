/* test_stages.c - every cell of tests/decisions/stages.tsv: what status and dates come to, for senders and for readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/timestamp.h"
#include "contracts/arrival.h"
#include "contracts/outcome.h"
#include "contracts/stage.h"
#include "gateway/ingest/lifecycle.h"
#include "gateway/stage_watch.h"

enum { COLUMNS = 8 };

#define NOW (1700000000 * US_PER_SECOND)

struct cell {
    char *columns[COLUMNS];
};

static const char *const statuses[] = {"proposed", "draft", "active", "deprecated", "retired"};

static enum status status_at(const struct cell *cell)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (strcmp(cell->columns[1], statuses[i]) == 0) return (enum status)i;
    fail_msg("no status %s", cell->columns[1]);
    return STATUS_ACTIVE;
}

static int64_t time_at(const struct cell *cell, size_t column)
{
    if (strcmp(cell->columns[column], "none") == 0) return NO_TIME;
    return strcmp(cell->columns[column], "past") == 0 ? NOW - US_PER_DAY : NOW + US_PER_DAY;
}

static struct model model_at(const struct cell *cell)
{
    return (struct model){.status = status_at(cell),
                          .general_availability = time_at(cell, 2),
                          .end_of_support = time_at(cell, 3),
                          .end_of_life = time_at(cell, 4)};
}

static void check(const struct cell *cell, const char *what, const char *found, size_t column)
{
    const char *const *c = (const char *const *)cell->columns;
    if (strcmp(found, c[column]) != 0)
        fail_msg("%s %s ga=%s es=%s el=%s: %s is %s, not %s", c[0], c[1], c[2], c[3], c[4], what, found, c[column]);
}

static void check_model(const struct cell *cell)
{
    struct model model = model_at(cell);
    struct lifecycle lifecycle;
    struct http_header headers[LIFECYCLE_HEADERS_MAX];
    enum stage stage = stage_of_model(&model, NOW);
    lifecycle_begin(&lifecycle);
    if (stage != STAGE_ENDED) lifecycle_add(&lifecycle, &model, NOW);
    size_t count = lifecycle_headers(&lifecycle, headers);
    check(cell, "the stage", stage_word(stage), 5);
    check(cell, "the answer", stage == STAGE_ENDED ? "404" : "202", 6);
    check(cell, "the header", count == 0 ? "-" : count == 1 ? "Deprecation" : "Deprecation, Sunset", 7);
}

/* The outcome for a use that needs no key and is never late; a shadow's would is what a live one gets. */
static void check_use(const struct cell *cell)
{
    struct model model = {
        .status = STATUS_ACTIVE, .general_availability = NO_TIME, .end_of_support = NO_TIME, .end_of_life = NO_TIME};
    struct model from = model_at(cell);
    struct use use = {.status = from.status,
                      .general_availability = from.general_availability,
                      .end_of_support = from.end_of_support,
                      .end_of_life = from.end_of_life,
                      .model = &model};
    static const char *const outcomes[] = {
        [STAGE_SHADOW] = "shadow", [STAGE_LIVE] = "delivered", [STAGE_ENDED] = "withheld ended"};
    enum stage stage = stage_of_route(&use, NOW);
    check(cell, "the stage", stage_word(stage), 5);
    check(cell, "the outcome", use.status == STATUS_RETIRED ? "none" : outcomes[stage], 6);
    check(cell, "the warning", stage_is_supported(use.end_of_support, NOW) ? "-" : "unsupported", 7);
    model.status = STATUS_DRAFT; /* a draft model keeps every use that has not ended in the shadow */
    assert_int_equal(stage_of_route(&use, NOW), stage == STAGE_ENDED ? STAGE_ENDED : STAGE_SHADOW);
    model.status = STATUS_RETIRED;
    assert_int_equal(stage_of_route(&use, NOW), STAGE_ENDED);
}

static void every_cell_holds(void **state)
{
    (void)state;
    char line[512];
    size_t models = 0, uses = 0;
    FILE *file = fopen("tests/decisions/stages.tsv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        struct cell cell;
        char *rest = line;
        if (*line == '#') continue;
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < COLUMNS; i++) {
            cell.columns[i] = strsep(&rest, "\t");
            assert_non_null(cell.columns[i]);
        }
        bool model = strcmp(cell.columns[0], "model") == 0;
        if (model)
            check_model(&cell);
        else
            check_use(&cell);
        models += model;
        uses += !model;
    }
    fclose(file);
    /* 27 combinations of dates but those with an end of life in the past before another date: 5 of them. */
    assert_int_equal(models, 5 * 22);
    assert_int_equal(uses, 5 * 22);
}

static void dates_take_effect_at_their_moment(void **state)
{
    (void)state;
    struct model model = {
        .status = STATUS_ACTIVE, .general_availability = NOW, .end_of_support = NOW + 10, .end_of_life = NOW + 20};
    assert_int_equal(stage_of_model(&model, NOW - 1), STAGE_SHADOW);
    assert_int_equal(stage_of_model(&model, NOW), STAGE_LIVE);
    assert_true(stage_is_supported(model.end_of_support, NOW + 9));
    assert_false(stage_is_supported(model.end_of_support, NOW + 10));
    assert_int_equal(stage_of_model(&model, NOW + 20), STAGE_LIVE);
    assert_int_equal(stage_of_model(&model, NOW + 21), STAGE_ENDED);
}

static void only_what_can_be_live_gets_a_topic(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        for (size_t k = 0; k < COUNT_OF(statuses); k++) {
            struct model model = {.status = (enum status)i};
            struct use use = {.status = (enum status)k, .model = &model};
            bool both = (i == STATUS_ACTIVE || i == STATUS_DEPRECATED) && (k == STATUS_ACTIVE || k == STATUS_DEPRECATED);
            assert_int_equal(stage_can_be_live(&use), both);
        }
}

/* The log tells of each date once, without a reload. */
static void the_watch_tells_each_change_once(void **state)
{
    (void)state;
    struct model model = {.id = SPAN("m"),
                          .event = SPAN("e"),
                          .status = STATUS_ACTIVE,
                          .general_availability = NO_TIME,
                          .end_of_support = NOW + 10,
                          .end_of_life = NO_TIME};
    struct use use = {.id = SPAN("u"),
                      .status = STATUS_ACTIVE,
                      .general_availability = NOW + 5,
                      .end_of_support = NOW + 20,
                      .end_of_life = NOW + 30,
                      .model = &model};
    struct model *models[] = {&model};
    struct use *uses[] = {&use};
    const struct catalogue catalogue = {.models = models, .model_count = 1, .uses = uses, .use_count = 1};
    struct stage_watch *watch = stage_watch_create();
    assert_non_null(watch);
    stage_watch_take(watch, &catalogue, NOW);
    assert_int_equal(stage_watch_look(watch, NOW + 4), 0);
    assert_int_equal(stage_watch_look(watch, NOW + 5), 1); /* live */
    assert_int_equal(stage_watch_look(watch, NOW + 6), 0);
    assert_int_equal(stage_watch_look(watch, NOW + 25), 2); /* both supports */
    assert_int_equal(stage_watch_look(watch, NOW + 31), 1); /* ended */
    assert_int_equal(stage_watch_look(watch, NOW + 32), 0);
    stage_watch_destroy(watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_holds),
        cmocka_unit_test(dates_take_effect_at_their_moment),
        cmocka_unit_test(only_what_can_be_live_gets_a_topic),
        cmocka_unit_test(the_watch_tells_each_change_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
