/* What uses share must not show: each record is the one that its use gets where it is the only one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/diagnostic.h"
#include "contracts/enforce.h"
#include "contracts/model_program.h"

#include <stdio.h>

enum { MEMORY = 64 << 20, USES = 6, ROUNDS = 150, EVENTS = 8 };

static const char model_text[] =
    "apiVersion: v3.1.0\nkind: DataContract\nid: urn:m:ride\nversion: 1.0.0\nstatus: active\ndomain: test\n"
    "description: {purpose: Test.}\nteam: {name: core, members: [{username: a}]}\nschema:\n  - name: ride\n    properties:\n"
    "      - {name: a, logicalType: string, required: true, primaryKey: true, classification: internal}\n"
    "      - {name: b, logicalType: integer, required: false, classification: internal}\n"
    "      - {name: c, logicalType: string, required: true, classification: internal}\n"
    "      - {name: d, logicalType: number, physicalType: 'decimal(9,2)', required: true, classification: internal}\n"
    "      - {name: e, logicalType: timestamp, logicalTypeOptions: {timezone: true}, required: false, classification: internal}\n"
    "      - name: f\n        logicalType: object\n        required: false\n        properties:\n"
    "          - {name: g, logicalType: string, required: true, classification: internal}\n"
    "          - {name: h, logicalType: boolean, required: false, classification: internal}\n"
    "          - {name: i, logicalType: string, required: false, classification: internal}\n"
    "      - {name: j, logicalType: string, required: false, classification: internal}\n"
    "      - name: k\n        logicalType: array\n        required: true\n        classification: internal\n"
    "        logicalTypeOptions: {maxItems: 5}\n        items: {logicalType: string, required: true}\n"
    "      - {name: l, logicalType: number, logicalTypeOptions: {format: f64}, required: true, classification: internal}\n"
    "      - {name: m, logicalType: boolean, required: true, classification: internal}\n"
    "      - {name: rider, logicalType: string, required: true}\n"
    "    customProperties:\n      - {property: subjectField, value: rider}\n"
    "customProperties:\n  - {property: headgateRole, value: eventModel}\n  - {property: dataSubjects, value: [customer]}\n";

static uint64_t seed = 5;
static struct arena *arena;

static unsigned dice(unsigned sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % sides;
}

/* Most members of the object, or all of it. */
static void add_object(struct buffer *text)
{
    static const char *const members[] = {"{name: g}", "{name: h}", "{name: i}"};
    buffer_append_text(text, "      - name: f\n        properties: [{name: g}");
    for (unsigned i = 1; i < COUNT_OF(members); i++)
        if (dice(4) > 0) buffer_printf(text, ", %s", members[i]);
    buffer_append_text(text, "]\n");
}

/* Fields in the model's order, from anywhere on round to there, some left out. */
static struct span use_text(unsigned number)
{
    static const char names[] = "abcdefjklm";
    struct buffer text = BUFFER_EMPTY;
    buffer_printf(
        &text,
        "apiVersion: v3.1.0\nkind: DataContract\nid: urn:u:use%u\nversion: 1.0.0\nstatus: active\n"
        "description: {purpose: Look.}\nteam: {name: t, members: [{username: b}]}\nname: use%u\nschema:\n  - name: ride\n"
        "    properties:\n      - {name: a}\n",
        number, number);
    unsigned from = dice(3) == 0 ? dice(9) : 0;
    for (unsigned i = 0; i < 9; i++) {
        char name = names[1 + (from + i) % 9];
        if (dice(5) == 0) continue;
        /* A field that is taken twice. */
        if (dice(8) == 0 && name != 'f' && name != 'k')
            buffer_printf(&text, "      - {name: %c%u, transformSourceObjects: [ride.%c]}\n", name, i, name);
        if (name == 'f')
            add_object(&text);
        else
            buffer_printf(&text, "      - {name: %c%s}\n", name,
                          name == 'c' && dice(6) == 0 ? ", logicalTypeOptions: {maxLength: 9}" : "");
    }
    buffer_append_text(&text,
                       "slaProperties: [{property: retention, value: 30, unit: d}]\nroles: [{role: r}]\ncustomProperties:\n"
                       "  - {property: headgateRole, value: useCase}\n  - {property: dataUse, value: functional.service}\n"
                       "  - {property: legalBasis, value: contract}\n"
                       "  - {property: inputContracts, value: [{id: urn:m:ride, version: '1'}]}\n");
    struct span copy = arena_copy(arena, buffer_span(&text));
    buffer_deinit(&text);
    assert_non_null(copy.data);
    return copy;
}

struct gate {
    struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
};

static struct gate gate_open(const struct catalogue_text *texts, size_t count)
{
    struct gate gate;
    struct catalogue_options options;
    struct diagnostics diagnostics;
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    gate.catalogue = catalogue_load_texts(texts, count, &options, &diagnostics);
    for (size_t i = 0; gate.catalogue == NULL && i < diagnostics.count; i++)
        fprintf(stderr, "%s %.*s\n", diagnostics.items[i].rule->name, SPAN_ARGS(diagnostics.items[i].detail));
    assert_non_null(gate.catalogue);
    gate.program = program_compile(gate.catalogue, NULL, NULL, &diagnostics);
    assert_non_null(gate.program);
    gate.enforcer = enforcer_create(gate.program);
    assert_non_null(gate.enforcer);
    diagnostics_deinit(&diagnostics);
    return gate;
}

static void gate_close(struct gate *gate)
{
    enforcer_destroy(gate->enforcer);
    program_destroy(gate->program);
    catalogue_destroy(gate->catalogue);
}

static struct judgement judge(struct gate *gate, struct span event)
{
    static const struct event_context context = {.received = INT64_C(1795355173512000),
                                                 .sent = NO_TIME,
                                                 .envelope_time = NO_TIME,
                                                 .source = {"urn:t", 5},
                                                 .violation_limit = 4};
    struct json_cursor cursor;
    struct judgement judgement;
    json_begin(&cursor, event, 32, 1000);
    const struct model_program *model = program_model(gate->program, gate->catalogue->models[0]->event);
    assert_int_equal(enforce_event(gate->enforcer, model, &cursor, &context, arena, &judgement), ENFORCE_JUDGED);
    assert_int_equal(judgement.verdict, VERDICT_ACCEPTED);
    return judgement;
}

/* Texts of all the sizes at which copying changes its way; optional members come and go. */
static struct span event_text(void)
{
    static const char filler[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    char *text = arena_bytes(arena, 1024 + JSON_PADDING);
    assert_non_null(text);
    memset(text, '"', 1024 + JSON_PADDING);
    int size = snprintf(text, 1024, "{\"a\":\"id%u\",\"rider\":\"r\",\"c\":\"%.*s\",\"d\":%u.%02u,\"k\":[", dice(1000),
                        (int)dice(12), filler, dice(9999), dice(100));
    for (unsigned count = dice(4), i = 0; i < count; i++)
        size += snprintf(text + size, 100, "%s\"%.*s\"", i > 0 ? "," : "", (int)dice(70), filler);
    size += snprintf(text + size, 100, "],\"l\":0.%u,\"m\":%s", 1 + dice(99), dice(2) == 0 ? "true" : "false");
    if (dice(3) > 0) size += snprintf(text + size, 100, ",\"b\":%d", (int)dice(100000) - 50000);
    if (dice(3) > 0) size += snprintf(text + size, 100, ",\"e\":\"2026-11-22T13:45:%02u.%03uZ\"", dice(60), dice(1000));
    if (dice(3) > 0)
        size += snprintf(text + size, 200, ",\"f\":{\"g\":\"%.*s\"%s%s}", (int)dice(40), filler,
                         dice(2) == 0 ? ",\"h\":true" : "", dice(2) == 0 ? ",\"i\":\"q\\u00e9\\n\"" : "");
    if (dice(3) > 0) size += snprintf(text + size, 100, ",\"j\":\"\\\"%.*s\"", (int)dice(40), filler);
    text[size++] = '}';
    memset(text + size, 0xFF, JSON_PADDING);
    return (struct span){text, (size_t)size};
}

static const struct outcome *outcome_of(const struct judgement *judgement, struct span use)
{
    for (uint32_t i = 0; i < judgement->outcome_count; i++)
        if (span_equal(judgement->outcomes[i].use->id, use)) return &judgement->outcomes[i];
    return NULL;
}

static unsigned compared, runs;

static void compare(struct gate *all, struct gate *alone, struct span event)
{
    struct judgement together = judge(all, event);
    for (unsigned i = 0; i < USES; i++) {
        struct judgement single = judge(&alone[i], event);
        assert_int_equal(single.outcome_count, 1);
        const struct outcome *outcome = outcome_of(&together, single.outcomes->use->id);
        assert_non_null(outcome);
        assert_int_equal(outcome->kind, single.outcomes->kind);
        if (outcome->record == NULL) continue;
        assert_true(span_equal(outcome->record->value, single.outcomes->record->value));
        assert_true(span_equal(outcome->record->key, single.outcomes->record->key));
        compared++;
    }
}

static void count_runs(const struct gate *gate)
{
    const struct model_program *model = program_model(gate->program, gate->catalogue->models[0]->event);
    for (uint32_t i = 0; i < model->use_count; i++)
        for (uint32_t k = 0; k < model->uses[i].projection.steps.count; k++)
            runs += model->uses[i].projection.steps.items[k].run_last != 0;
}

static void shared_records_are_those_of_single_uses(void **state)
{
    (void)state;
    arena = arena_create(MEMORY);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct catalogue_text texts[1 + USES] = {{SPAN("ride"), SPAN(model_text)}};
        struct gate alone[USES];
        for (unsigned i = 0; i < USES; i++) {
            texts[1 + i] = (struct catalogue_text){arena_printf(arena, "use%u", i), use_text(i)};
            alone[i] = gate_open((struct catalogue_text[]){texts[0], texts[1 + i]}, 2);
        }
        struct gate all = gate_open(texts, COUNT_OF(texts));
        count_runs(&all);
        for (unsigned i = 0; i < EVENTS; i++) compare(&all, alone, event_text());
        for (unsigned i = 0; i < USES; i++) gate_close(&alone[i]);
        gate_close(&all);
        arena_reset(arena);
    }
    arena_destroy(arena);
    assert_true(compared > ROUNDS * EVENTS * USES / 2 && runs > ROUNDS * USES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shared_records_are_those_of_single_uses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
