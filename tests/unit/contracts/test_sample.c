#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/enforce.h"
#include "contracts/sample.h"
#include "tests/unit/contracts/random_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The samplers' judge and the program that enforces were written apart from each other: whatever one makes the other must see
 * in the same way. */

enum { EXAMPLE_SEEDS = 300, MODELS = 150, MODEL_SEEDS = 20, TARGET_SEEDS = 2 };
static const int64_t clock_us = INT64_C(1795351453250) * US_PER_MS; /* 2026-11-22 */

struct rig {
    struct arena *arena, *texts;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
    struct keyring *keyring;
    struct program *program;
    struct enforcer *enforcer;
    struct buffer event;
    struct judgement judgement;
};

static void rig_open(struct rig *rig, const char *dir)
{
    struct catalogue_options options;
    *rig = (struct rig){.arena = arena_create(64 << 20), .texts = arena_create(16 << 20)};
    diagnostics_init(&rig->diagnostics, rig->texts);
    catalogue_options_init(&options);
    options.now = NO_TIME;
    rig->catalogue = catalogue_load(dir, &options, &rig->diagnostics);
    for (size_t i = 0; i < rig->diagnostics.count && rig->catalogue == NULL; i++) {
        const struct diagnostic *item = &rig->diagnostics.items[i];
        if (item->severity == SEVERITY_ERROR)
            print_message("%.*s:%u:%u %s %.*s\n", SPAN_ARGS(item->place.file), item->place.line, item->place.column,
                          item->rule->name, SPAN_ARGS(item->detail));
    }
    assert_non_null(rig->catalogue);
    rig->keyring = keyring_create_passing();
    rig->program = program_compile(rig->catalogue, rig->keyring, NULL, &rig->diagnostics);
    assert_non_null(rig->program);
    rig->enforcer = enforcer_create(rig->program);
    assert_non_null(rig->enforcer);
}

static void rig_close(struct rig *rig)
{
    enforcer_destroy(rig->enforcer);
    program_destroy(rig->program);
    keyring_destroy(rig->keyring);
    catalogue_destroy(rig->catalogue);
    diagnostics_deinit(&rig->diagnostics);
    arena_destroy(rig->arena);
    arena_destroy(rig->texts);
    buffer_deinit(&rig->event);
}

static void judge(struct rig *rig, const struct model *model)
{
    struct event_context context = {.received = clock_us,
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:test"),
                                    .future_tolerance = 5 * US_PER_MINUTE,
                                    .violation_limit = 32};
    struct json_cursor cursor;
    arena_reset(rig->arena);
    size_t size = rig->event.size;
    assert_non_null(buffer_reserve(&rig->event, JSON_PADDING));
    json_begin(&cursor, (struct span){rig->event.data, size}, 32, 1000000);
    const struct model_program *program = program_model(rig->program, model->event);
    if (enforce_event(rig->enforcer, program, &cursor, &context, rig->arena, &rig->judgement) != ENFORCE_JUDGED)
        fail_msg("%.*s: %s at %zu in %s", SPAN_ARGS(model->event), json_error_text(cursor.error), json_error_offset(&cursor),
                 rig->event.data);
    assert_ptr_equal(cursor.at, rig->event.data + size);
}

static void report(const struct rig *rig, const struct model *model, const char *what)
{
    for (uint32_t i = 0; i < rig->judgement.violation_count; i++)
        print_message("%s at %.*s\n", rig->judgement.violations[i].rule->name, SPAN_ARGS(rig->judgement.violations[i].pointer));
    fail_msg("%.*s: %s\n%s", SPAN_ARGS(model->event), what, rig->event.data);
}

static void valid_event(struct rig *rig, struct sampler *sampler, const struct model *model, uint64_t seed)
{
    const struct field *stuck;
    buffer_clear(&rig->event);
    if (!sample_event(sampler, seed, &rig->event, &stuck))
        fail_msg("%.*s: no event; stuck at %.*s", SPAN_ARGS(model->event), SPAN_ARGS(stuck->path));
    judge(rig, model);
    if (rig->judgement.verdict != VERDICT_ACCEPTED) report(rig, model, "a valid event was refused");
    if (rig->judgement.warnings != 0) report(rig, model, "a valid event was warned of");
}

static bool broken_event(struct rig *rig, struct sampler *sampler, const struct model *model, const struct sample_target *target,
                         uint64_t seed)
{
    struct span pointer;
    char what[200];
    buffer_clear(&rig->event);
    if (!sample_broken(sampler, target, seed, &rig->event, &pointer)) return false;
    snprintf(what, sizeof what, "expected %s at %.*s", event_rule_name(target->rule), SPAN_ARGS(pointer));
    judge(rig, model);
    const struct judgement *judgement = &rig->judgement;
    bool one = judgement->verdict == VERDICT_REFUSED && judgement->violation_count == 1 && !judgement->more_violations;
    if (!one || strcmp(judgement->violations[0].rule->name, event_rule_name(target->rule)) != 0 ||
        !span_equal(judgement->violations[0].pointer, pointer))
        report(rig, model, what);
    return true;
}

/* Returns how many targets could be broken; *reached gets the rules among them. */
static size_t try_model(struct rig *rig, const struct model *model, bool varied, uint64_t seeds, uint32_t *reached)
{
    struct sample_options options = {clock_us, varied};
    struct sampler *sampler = sampler_create(model, &options);
    size_t count, broken = 0;
    assert_non_null(sampler);
    for (uint64_t seed = 0; seed < seeds; seed++) valid_event(rig, sampler, model, seed);
    const struct sample_target *targets = sampler_targets(sampler, &count);
    for (size_t i = 0; i < count; i++) {
        for (uint64_t seed = 0; seed < TARGET_SEEDS; seed++) {
            if (!broken_event(rig, sampler, model, &targets[i], seed)) continue;
            *reached |= BROKEN(targets[i].rule);
            broken++;
        }
    }
    sampler_destroy(sampler);
    return broken;
}

static void examples_are_sampled(void **state)
{
    (void)state;
    struct rig rig;
    uint32_t reached = 0;
    rig_open(&rig, "contracts/examples");
    assert_true(rig.catalogue->model_count >= 3);
    for (size_t i = 0; i < rig.catalogue->model_count; i++) {
        assert_true(try_model(&rig, rig.catalogue->models[i], false, EXAMPLE_SEEDS, &reached) > 10);
        assert_true(try_model(&rig, rig.catalogue->models[i], true, EXAMPLE_SEEDS, &reached) > 10);
    }
    rig_close(&rig);
}

/* ---------------------------------------------------------------- random models */

static char *write_models(uint64_t first, uint64_t count)
{
    static char dir[] = "/tmp/headgate-sample-XXXXXX";
    strcpy(dir + sizeof dir - 7, "XXXXXX");
    assert_non_null(mkdtemp(dir));
    for (uint64_t seed = first; seed < first + count; seed++) {
        char path[80];
        struct buffer text = BUFFER_EMPTY;
        random_model_write(seed, &text);
        snprintf(path, sizeof path, "%s/m%llu.odcs.yaml", dir, (unsigned long long)seed);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
        assert_int_equal(fclose(file), 0);
        buffer_deinit(&text);
    }
    return dir;
}

static void remove_models(const char *dir, uint64_t first, uint64_t count)
{
    char path[80];
    for (uint64_t seed = first; seed < first + count; seed++) {
        snprintf(path, sizeof path, "%s/m%llu.odcs.yaml", dir, (unsigned long long)seed);
        unlink(path);
    }
    assert_int_equal(rmdir(dir), 0);
}

/* HEADGATE_SAMPLE_MODELS=FIRST:COUNT tries others. */
static void random_models_are_sampled(void **state)
{
    (void)state;
    struct rig rig;
    unsigned long long first = 1, count = MODELS;
    const char *wish = getenv("HEADGATE_SAMPLE_MODELS");
    uint32_t reached = 0, never = BROKEN(EVENT_PATTERN_LIMIT);
    if (wish != NULL) sscanf(wish, "%llu:%llu", &first, &count);
    const char *dir = write_models(first, count);
    rig_open(&rig, dir);
    assert_int_equal(rig.catalogue->model_count, count);
    for (size_t i = 0; i < rig.catalogue->model_count; i++) {
        (void)try_model(&rig, rig.catalogue->models[i], false, MODEL_SEEDS, &reached);
        (void)try_model(&rig, rig.catalogue->models[i], true, MODEL_SEEDS, &reached);
    }
    rig_close(&rig);
    remove_models(dir, first, count);
    for (int rule = 0; rule < EVENT_RULES && wish == NULL; rule++)
        if (((reached | never) & BROKEN(rule)) == 0) fail_msg("no event breaks %s", event_rule_name((enum event_rule)rule));
}

/* ---------------------------------------------------------------- the same seed, the same bytes */

static void samples_are_repeatable(void **state)
{
    (void)state;
    struct rig rig;
    struct buffer again = BUFFER_EMPTY, other = BUFFER_EMPTY;
    struct sample_options options = {clock_us, true};
    const struct field *stuck;
    rig_open(&rig, "contracts/examples/payments");
    for (int round = 0; round < 2; round++) {
        struct sampler *sampler = sampler_create(rig.catalogue->models[0], &options);
        assert_true(sample_event(sampler, 7, round == 0 ? &rig.event : &again, &stuck));
        assert_true(sample_event(sampler, 8, &other, &stuck));
        sampler_destroy(sampler);
    }
    assert_true(span_equal(buffer_span(&rig.event), buffer_span(&again)));
    assert_false(span_equal(buffer_span(&again), buffer_span(&other)));
    assert_non_null(strstr(rig.event.data, "2026-11-22T"));
    buffer_deinit(&again);
    buffer_deinit(&other);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_sampled),
        cmocka_unit_test(random_models_are_sampled),
        cmocka_unit_test(samples_are_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
