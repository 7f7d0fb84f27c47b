/* test_settle.c - every mixture of up to three deliveries, held against plain rules. */
#include "gateway/ingest/settle.h"

#include "gateway/ingest/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { USES = 3, STATES = DELIVERY_DUPLICATE + 1, KINDS = STATES * 2 * 2, NONE = KINDS, CHOICES };

/* One accepted event of one model with three uses; `choice` of each says how its delivery stands, NONE that there is none. */
struct scene {
    struct model model;
    struct use uses[USES];
    struct outcome outcomes[USES];
    struct record record;
    struct delivery deliveries[USES];
    struct item item;
    struct config config;
    struct sender sender;
    struct view view;
    struct ingest ingest;
    struct request request;
};

static void set_up(struct scene *scene, const unsigned choices[USES])
{
    memset(scene, 0, sizeof *scene);
    for (uint32_t i = 0; i < USES; i++) {
        unsigned choice = choices[i];
        scene->uses[i].index = i;
        scene->outcomes[i] = (struct outcome){.use = &scene->uses[i], .kind = OUTCOME_EXPIRED};
        if (choice == NONE) continue;
        scene->uses[i].delivery = choice / STATES & 1 ? DELIVERY_MEMORY : DELIVERY_KAFKA;
        scene->outcomes[i].kind = OUTCOME_DELIVERED;
        scene->outcomes[i].late = i == 1;
        scene->outcomes[i].record = &scene->record;
        scene->deliveries[scene->item.delivery_count++] = (struct delivery){.outcome = &scene->outcomes[i],
                                                                            .state = (unsigned char)(choice % STATES),
                                                                            .possibly_persisted = choice / STATES / 2 != 0};
    }
    scene->item.model = &scene->model;
    scene->item.deliveries = scene->item.delivery_count > 0 ? scene->deliveries : NULL;
    scene->item.judgement.outcomes = scene->outcomes;
    scene->item.judgement.outcome_count = USES;
    scene->ingest.config = &scene->config;
    scene->request = (struct request){
        .ingest = &scene->ingest, .view = &scene->view, .sender = &scene->sender, .items = &scene->item, .count = 1};
}

static bool has(const struct scene *scene, enum delivery_state state)
{
    for (uint32_t i = 0; i < scene->item.delivery_count; i++)
        if (scene->deliveries[i].state == state) return true;
    return false;
}

static bool is_open(const struct delivery *delivery)
{
    bool promised = delivery->outcome->use->delivery == DELIVERY_KAFKA;
    return delivery->state == DELIVERY_UNDURABLE || (delivery->state == DELIVERY_WAITING && promised);
}

static void assert_settled(struct scene *scene)
{
    struct tally tally;
    bool open = false, uncertain = false;
    for (uint32_t i = 0; i < scene->item.delivery_count; i++) {
        const struct delivery *delivery = &scene->deliveries[i];
        open |= is_open(delivery);
        uncertain |= is_open(delivery) && (delivery->state == DELIVERY_WAITING || delivery->possibly_persisted);
    }
    bool stored = has(scene, DELIVERY_STORED), duplicate = has(scene, DELIVERY_DUPLICATE);
    settle_items(&scene->request, &tally);
    assert_int_equal(scene->item.status, open ? ITEM_RETRY : ITEM_ACCEPTED);
    assert_int_equal(scene->item.problem, open ? PROBLEM_NOT_DURABLE : PROBLEM_NONE);
    assert_int_equal(scene->item.uncertain, uncertain);
    assert_int_equal(scene->item.partly_delivered, open && (stored || duplicate));
    assert_int_equal(settle_is_duplicate(&scene->item), duplicate && !stored && !has(scene, DELIVERY_WAITING));
    assert_int_equal(tally.accepted, !open);
    assert_int_equal(tally.retry, open);
    assert_int_equal(tally.refused, 0);
    assert_int_equal(tally.duplicates, !open && settle_is_duplicate(&scene->item));
}

/* What a receipt says of an outcome is what is counted. */
static void assert_counted(struct scene *scene)
{
    uint64_t late = 0;
    settle_count(&scene->request, 0);
    for (uint32_t i = 0; i < USES && scene->item.status == ITEM_ACCEPTED; i++) {
        const struct outcome *outcome = &scene->outcomes[i];
        struct settled settled = settle_outcome(&scene->item, outcome);
        assert_int_equal(settled.delivery != NULL, outcome->record != NULL);
        metric_cell *cell = metric_cell_at(scene->view.metrics, METRIC_OUTCOMES, i, settled.kind, settled.reason);
        assert_int_equal(atomic_load(cell), 1);
        atomic_store(cell, 0);
        late += outcome->late && settled.kind != OUTCOME_DUPLICATE;
    }
    metric_cell *cell = metric_cell_at(scene->view.metrics, METRIC_LATE, 1, 0, 0);
    assert_int_equal(atomic_load(cell), late);
    atomic_store(cell, 0);
}

static void every_mixture_of_deliveries(void **state)
{
    (void)state;
    struct scene scene;
    const struct span names[USES] = {SPAN("a"), SPAN("b"), SPAN("c")};
    struct metrics_labels labels = {.events = names, .event_count = 1, .uses = names, .use_count = USES};
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *metrics = metrics_create(registry, &labels);
    for (unsigned i = 0; i < CHOICES * CHOICES * CHOICES; i++) {
        set_up(&scene, (const unsigned[]){i % CHOICES, i / CHOICES % CHOICES, i / CHOICES / CHOICES});
        scene.view.metrics = metrics;
        assert_settled(&scene);
        assert_counted(&scene);
    }
    metrics_retire(registry, metrics);
    metrics_registry_destroy(registry);
}

static void a_failure_that_passes_holds_accepted_items_back(void **state)
{
    (void)state;
    struct scene scene;
    struct tally tally;
    set_up(&scene, (const unsigned[]){NONE, NONE, NONE});
    scene.request.failure = PROBLEM_NO_ROOM;
    settle_items(&scene.request, &tally);
    assert_int_equal(scene.item.status, ITEM_RETRY);
    assert_int_equal(scene.item.problem, PROBLEM_NO_ROOM);
    set_up(&scene, (const unsigned[]){NONE, NONE, NONE});
    scene.request.failure = PROBLEM_NO_ROOM;
    scene.item.observed = &(struct observed_event){0};
    settle_items(&scene.request, &tally);
    assert_int_equal(scene.item.status, ITEM_ACCEPTED);
    assert_int_equal(tally.observed, 1);
}

static void outcomes_take_their_deliveries_word(void **state)
{
    (void)state;
    static const struct {
        enum delivery_state state;
        enum outcome_kind kind;
        enum outcome_reason reason;
    } rows[] = {
        {DELIVERY_WAITING, OUTCOME_DELIVERED, REASON_NONE},   {DELIVERY_STORED, OUTCOME_DELIVERED, REASON_NONE},
        {DELIVERY_FAILED, OUTCOME_FAILED, REASON_SIZE},       {DELIVERY_WITHHELD, OUTCOME_WITHHELD, REASON_BLOCKED},
        {DELIVERY_UNDURABLE, OUTCOME_DELIVERED, REASON_NONE}, {DELIVERY_DUPLICATE, OUTCOME_DUPLICATE, REASON_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scene scene;
        set_up(&scene, (const unsigned[]){NONE, rows[i].state, NONE});
        struct settled settled = settle_outcome(&scene.item, &scene.outcomes[1]);
        assert_ptr_equal(settled.delivery, &scene.deliveries[0]);
        assert_int_equal(settled.kind, rows[i].kind);
        assert_int_equal(settled.reason, rows[i].reason);
        assert_null(settle_outcome(&scene.item, &scene.outcomes[0]).delivery);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mixture_of_deliveries),
        cmocka_unit_test(a_failure_that_passes_holds_accepted_items_back),
        cmocka_unit_test(outcomes_take_their_deliveries_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
