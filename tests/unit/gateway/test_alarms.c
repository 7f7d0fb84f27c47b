/* test_alarms.c - promises about many events: counted by several workers, judged over a window, carried over a reload. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/timestamp.h"
#include "gateway/alarms.h"

enum { LEAST = 10 };

#define WINDOW (15 * US_PER_MINUTE)

static const char contract[] = "apiVersion: v3.1.0\n"
                               "kind: DataContract\n"
                               "id: urn:test:model:thing\n"
                               "version: 1.0.0\n"
                               "status: active\n"
                               "domain: test\n"
                               "team: {name: t, members: [{username: t@acme.example, role: owner}]}\n"
                               "schema:\n"
                               "  - name: thing\n"
                               "    properties:\n"
                               "      - {name: id, logicalType: string, required: true, primaryKey: true}\n"
                               "      - name: a\n"
                               "        logicalType: string\n"
                               "        required: false\n"
                               "        quality:\n"
                               "          - {id: soft, metric: nullValues, mustBe: 0, severity: info}\n"
                               "          - {id: share, metric: nullValues, mustBeLessThan: 5, unit: percent}\n"
                               "          - {id: some, metric: nullValues, mustBeGreaterThan: 2}\n"
                               "          - {id: be, metric: nullValues, mustBe: 3}\n"
                               "          - {id: not_be, metric: nullValues, mustNotBe: 3}\n"
                               "          - {id: at_least, metric: nullValues, mustBeGreaterOrEqualTo: 2}\n"
                               "          - {id: less, metric: nullValues, mustBeLessThan: 3}\n"
                               "          - {id: at_most, metric: nullValues, mustBeLessOrEqualTo: 2.5}\n"
                               "          - {id: between, metric: nullValues, mustBeBetween: [2, 3]}\n"
                               "          - {id: not_between, metric: nullValues, mustNotBeBetween: [2, 3], severity: warning}\n"
                               "slaProperties:\n"
                               "  - {property: errorRate, value: 2.5, unit: percent}\n"
                               "customProperties:\n"
                               "  - {property: headgateRole, value: eventModel}\n"
                               "  - {property: dataSubjects, value: []}\n";

struct rig {
    struct catalogue *catalogue;
    struct alarm_counts *counts;
    struct alarm_cells *cells[2]; /* of two workers */
};

static struct sender names[] = {{.name = {"urn:a", 5}, .index = 0}, {.name = {"urn:b", 5}, .index = 1}};
static const struct senders senders = {.items = names, .count = 2};

static void open_rig(struct rig *rig)
{
    struct arena *arena = arena_create(1 << 22);
    struct diagnostics diagnostics;
    struct catalogue_options options;
    struct catalogue_text text = {SPAN("thing.yaml"), {contract, sizeof contract - 1}};
    diagnostics_init(&diagnostics, arena);
    catalogue_options_init(&options);
    rig->catalogue = catalogue_load_texts(&text, 1, &options, &diagnostics);
    for (size_t i = 0; i < diagnostics.count && rig->catalogue == NULL; i++)
        fprintf(stderr, "%u: %.*s\n", diagnostics.items[i].place.line, SPAN_ARGS(diagnostics.items[i].detail));
    assert_non_null(rig->catalogue);
    assert_true(alarm_counts_create(rig->catalogue, 2, &rig->counts));
    assert_non_null(rig->counts);
    for (size_t i = 0; i < 2; i++) {
        rig->cells[i] = alarm_counts_join(rig->counts);
        assert_non_null(rig->cells[i]);
    }
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
}

static void close_rig(struct rig *rig)
{
    alarm_counts_destroy(rig->counts);
    catalogue_destroy(rig->catalogue);
}

static const struct quality *rule(const struct rig *rig, const char *name)
{
    const struct quality *quality = rig->catalogue->models[0]->qualities;
    while (quality != NULL && !span_is(quality->name, name)) quality = quality->next;
    assert_non_null(quality);
    return quality;
}

static bool raised(const struct alarms *alarms, const struct rig *rig, const char *name)
{
    return alarms_quality(alarms, rule(rig, name)->index).raised;
}

/* What every windowed rule of the field counts of some events, spread over both workers. */
static void count(const struct rig *rig, uint64_t rows, uint64_t broken)
{
    for (size_t i = 0; i < rig->catalogue->window_count; i++) {
        alarm_cells_add(rig->cells[0], i, rows / 2, broken / 2);
        alarm_cells_add(rig->cells[1], i, rows - rows / 2, broken - broken / 2);
    }
}

static struct alarms *watch(const struct rig *rig, int64_t now)
{
    struct alarms *alarms = alarms_create(WINDOW, LEAST);
    assert_non_null(alarms);
    assert_true(alarms_take(alarms, rig->counts, rig->catalogue, &senders, now));
    return alarms;
}

static void rules_with_a_window_are_numbered_first(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    assert_int_equal(rig.catalogue->window_count, 9);
    assert_int_equal(rig.catalogue->quality_count, 10);
    assert_int_equal(rule(&rig, "soft")->index, 9);
    assert_int_equal(rule(&rig, "share")->index, 0);
    assert_int_equal(alarm_counts_size(rig.counts), 9 + 2);
    close_rig(&rig);
}

/* One row per operator: is the alarm raised with so many nulls among 20 values? */
static void every_operator_has_its_edge(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        bool raised[6]; /* with 0 to 5 nulls */
    } rows[] = {
        {"share", {false, true, true, true, true, true}}, /* 5 % is not less than 5 */
        {"some", {true, true, true, false, false, false}},     {"be", {true, true, true, false, true, true}},
        {"not_be", {false, false, false, true, false, false}}, {"at_least", {true, true, false, false, false, false}},
        {"less", {false, false, false, true, true, true}},     {"at_most", {false, false, false, true, true, true}},
        {"between", {true, true, false, false, true, true}},   {"not_between", {false, false, true, true, false, false}},
    };
    for (uint64_t nulls = 0; nulls < 6; nulls++) {
        struct rig rig;
        open_rig(&rig);
        struct alarms *alarms = watch(&rig, 0);
        count(&rig, 20, nulls);
        alarms_look(alarms, US_PER_SECOND);
        for (size_t i = 0; i < COUNT_OF(rows); i++)
            if (raised(alarms, &rig, rows[i].rule) != rows[i].raised[nulls])
                fail_msg("%s with %u nulls", rows[i].rule, (unsigned)nulls);
        alarms_destroy(alarms);
        close_rig(&rig);
    }
}

static void a_share_waits_for_enough_values(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    struct alarms *alarms = watch(&rig, 0);
    alarms_look(alarms, US_PER_SECOND);
    assert_false(raised(alarms, &rig, "at_least")); /* nothing came: nothing to say */
    count(&rig, LEAST - 1, LEAST - 1);
    alarms_look(alarms, 2 * US_PER_SECOND);
    assert_false(raised(alarms, &rig, "share"));
    assert_true(raised(alarms, &rig, "less")); /* a number needs no company */
    count(&rig, 1, 0);
    alarms_look(alarms, 3 * US_PER_SECOND);
    assert_true(raised(alarms, &rig, "share"));
    assert_true(alarms_quality(alarms, 0).measure == 90);
    assert_int_equal(alarms_quality(alarms, 0).rows, LEAST);
    alarms_destroy(alarms);
    close_rig(&rig);
}

/* What lies a window back no longer counts, and nothing younger is forgotten. */
static void the_window_slides(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    struct alarms *alarms = watch(&rig, 0);
    int64_t now = 0;
    count(&rig, 20, 20);
    for (; now < WINDOW - US_PER_MINUTE; now += US_PER_SECOND) {
        alarms_look(alarms, now);
        if (now > 0) assert_true(raised(alarms, &rig, "share"));
    }
    for (; now <= WINDOW + US_PER_MINUTE; now += US_PER_SECOND) alarms_look(alarms, now);
    assert_false(raised(alarms, &rig, "share"));
    assert_int_equal(alarms_quality(alarms, 0).rows, 0);
    count(&rig, 100, 0);
    count(&rig, 10, 10);
    for (int64_t end = now + WINDOW - 2 * US_PER_MINUTE; now < end; now += US_PER_SECOND) alarms_look(alarms, now);
    assert_int_equal(alarms_quality(alarms, 0).rows, 110);
    alarms_destroy(alarms);
    close_rig(&rig);
}

/* A main thread that was held up looks late: what is older than the window goes all the same. */
static void a_late_look_forgets_too(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    struct alarms *alarms = watch(&rig, 0);
    alarms_look(alarms, 0);
    count(&rig, 20, 20);
    alarms_look(alarms, 2 * US_PER_MINUTE);
    alarms_look(alarms, 4 * WINDOW);
    assert_int_equal(alarms_quality(alarms, 0).rows, 0);
    alarms_destroy(alarms);
    close_rig(&rig);
}

static void a_senders_errors_are_its_own(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    const struct model *model = rig.catalogue->models[0];
    struct alarms *alarms = watch(&rig, 0);
    for (int i = 0; i < 40; i++) {
        alarm_cells_add_sender(rig.cells[i % 2], model, 0, i == 0); /* 2.5 %: as promised */
        alarm_cells_add_sender(rig.cells[i % 2], model, 1, i < 2);
    }
    alarms_look(alarms, US_PER_SECOND);
    assert_false(alarms_sender(alarms, model, 0).raised);
    assert_true(alarms_sender(alarms, model, 1).raised);
    assert_true(alarms_sender(alarms, model, 1).measure == 5);
    alarms_destroy(alarms);
    close_rig(&rig);
}

/* A reload begins the window anew; an alarm that was raised waits for it, but not for ever. */
static void a_reload_keeps_what_is_raised(void **state)
{
    (void)state;
    struct rig old, fresh;
    open_rig(&old);
    open_rig(&fresh);
    struct alarms *alarms = watch(&old, 0);
    count(&old, 20, 20);
    alarms_look(alarms, US_PER_SECOND);
    assert_true(alarms_take(alarms, fresh.counts, fresh.catalogue, &senders, 2 * US_PER_SECOND));
    close_rig(&old);
    alarms_look(alarms, 3 * US_PER_SECOND);
    assert_true(raised(alarms, &fresh, "share"));
    assert_false(raised(alarms, &fresh, "some"));
    count(&fresh, LEAST, 0);
    alarms_look(alarms, 4 * US_PER_SECOND);
    assert_false(raised(alarms, &fresh, "share"));
    assert_true(alarms_take(alarms, NULL, fresh.catalogue, &senders, 5 * US_PER_SECOND));
    alarms_look(alarms, 6 * US_PER_SECOND);
    assert_false(alarms_quality(alarms, 0).raised);
    alarms_destroy(alarms);
    close_rig(&fresh);
}

static void a_carried_alarm_ends_with_its_window(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig);
    struct alarms *alarms = watch(&rig, 0);
    count(&rig, 20, 20);
    alarms_look(alarms, US_PER_SECOND);
    struct alarm_counts *counts;
    assert_true(alarm_counts_create(rig.catalogue, 2, &counts));
    assert_true(alarms_take(alarms, counts, rig.catalogue, &senders, 2 * US_PER_SECOND));
    alarms_look(alarms, WINDOW);
    assert_true(raised(alarms, &rig, "share"));
    alarms_look(alarms, WINDOW + 2 * US_PER_SECOND);
    assert_false(raised(alarms, &rig, "share"));
    alarms_destroy(alarms);
    alarm_counts_destroy(counts);
    close_rig(&rig);
}

static void assert_line(struct metrics_registry *registry, const char *wanted)
{
    struct buffer page = BUFFER_EMPTY;
    metrics_page(registry, &page);
    buffer_append_char(&page, '\0');
    assert_true(buffer_ok(&page));
    const char *found = strstr(page.data, wanted);
    if (found == NULL || found[strlen(wanted)] != '\n') fail_msg("no line %s", wanted);
    buffer_deinit(&page);
}

static void gauges_show_measure_threshold_and_alarm(void **state)
{
    (void)state;
    static const struct span events[] = {{"thing", 5}}, both[] = {{"urn:a", 5}, {"urn:b", 5}};
    static const struct span parts[9 * METRIC_QUALITY_PARTS] = {{"thing", 5}, {"share", 5}, {"error", 5}};
    static const struct metrics_labels labels = {.events = events,
                                                 .event_count = 1,
                                                 .senders = both,
                                                 .sender_count = 2,
                                                 .qualities = parts,
                                                 .quality_count = 9,
                                                 .window_count = 9};
    struct rig rig;
    open_rig(&rig);
    struct metrics_registry *registry = metrics_registry_create();
    struct metrics *metrics = metrics_create(registry, &labels);
    struct alarms *alarms = watch(&rig, 0);
    count(&rig, 40, 3);
    for (int i = 0; i < 40; i++) alarm_cells_add_sender(rig.cells[0], rig.catalogue->models[0], 1, i < 5);
    alarms_look(alarms, US_PER_SECOND);
    alarms_publish(alarms, metrics, true);
    assert_line(registry, "headgate_quality_measure{event=\"thing\",rule=\"share\",severity=\"error\"} 7.5");
    assert_line(registry, "headgate_quality_threshold{event=\"thing\",rule=\"share\",severity=\"error\"} 5");
    assert_line(registry, "headgate_quality_window_values{event=\"thing\",rule=\"share\",severity=\"error\"} 40");
    assert_line(registry, "headgate_quality_alarm{event=\"thing\",rule=\"share\",severity=\"error\"} 1");
    assert_line(registry, "headgate_error_rate_percent{event=\"thing\"} 12.5");
    assert_line(registry, "headgate_error_rate_alarm{event=\"thing\"} 1");
    assert_line(registry, "headgate_sender_error_rate_alarm{event=\"thing\",sender=\"urn:b\"} 1");
    assert_line(registry, "headgate_sender_error_rate_percent{event=\"thing\",sender=\"urn:b\"} 12.5");
    alarms_destroy(alarms);
    metrics_retire(registry, metrics);
    metrics_registry_destroy(registry);
    close_rig(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_with_a_window_are_numbered_first),
        cmocka_unit_test(every_operator_has_its_edge),
        cmocka_unit_test(a_share_waits_for_enough_values),
        cmocka_unit_test(the_window_slides),
        cmocka_unit_test(a_late_look_forgets_too),
        cmocka_unit_test(a_senders_errors_are_its_own),
        cmocka_unit_test(a_reload_keeps_what_is_raised),
        cmocka_unit_test(a_carried_alarm_ends_with_its_window),
        cmocka_unit_test(gauges_show_measure_threshold_and_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
