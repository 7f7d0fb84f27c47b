#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/avro.h"
#include "contracts/enforce.h"
#include "contracts/model_program.h"

enum { MEMORY = 16 << 20 };

struct rig {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
    struct keyring *keyring;
};

static void rig_open(struct rig *rig, const char *folder, enum framing framing)
{
    struct catalogue_options options;
    const uint8_t root[32] = {3};
    catalogue_options_init(&options);
    options.framing = framing;
    rig->arena = arena_create(MEMORY);
    diagnostics_init(&rig->diagnostics, rig->arena);
    rig->catalogue = catalogue_load(folder, &options, &rig->diagnostics);
    assert_non_null(rig->catalogue);
    rig->diagnostics.count = 0;
    rig->keyring = keyring_create_fixed(root);
    assert_non_null(rig->keyring);
}

static void rig_close(struct rig *rig)
{
    keyring_destroy(rig->keyring);
    catalogue_destroy(rig->catalogue);
    diagnostics_deinit(&rig->diagnostics);
    arena_destroy(rig->arena);
}

static size_t count_rule(const struct diagnostics *diagnostics, const char *rule)
{
    size_t count = 0;
    for (size_t i = 0; i < diagnostics->count; i++) count += strcmp(diagnostics->items[i].rule->name, rule) == 0;
    return count;
}

/* Judges one event and gives the record of the use; it lives in rig->arena. */
static const struct record *record_of(struct rig *rig, struct enforcer *enforcer, const struct model_program *model,
                                      const char *json, const char *use)
{
    struct event_context context = {.received = INT64_C(1795355055000000),
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:test"),
                                    .future_tolerance = 5 * US_PER_MINUTE,
                                    .violation_limit = 4};
    struct json_cursor cursor;
    struct judgement judgement;
    size_t size = strlen(json);
    char *text = arena_calloc(rig->arena, 1, size + JSON_PADDING);
    assert_non_null(text);
    memcpy(text, json, size);
    json_begin(&cursor, (struct span){text, size}, 32, 1000);
    assert_int_equal(enforce_event(enforcer, model, &cursor, &context, rig->arena, &judgement), ENFORCE_JUDGED);
    assert_int_equal(judgement.verdict, VERDICT_ACCEPTED);
    for (uint32_t i = 0; i < judgement.outcome_count; i++)
        if (span_is(judgement.outcomes[i].use->name, use)) return judgement.outcomes[i].record;
    return NULL;
}

static void models_are_found_by_event(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "contracts/examples", FRAMING_CONFLUENT);
    struct program *program = program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics);
    assert_non_null(program);
    assert_ptr_equal(program_catalogue(program), rig.catalogue);
    const struct model_program *model = program_model(program, SPAN("payment.authorized"));
    assert_non_null(model);
    assert_true(span_is(model_program_model(model)->name, "payment_authorized"));
    assert_null(program_model(program, SPAN("payment.authorize")));
    assert_null(program_model(program, SPAN("")));
    program_destroy(program);
    program_destroy(NULL);
    rig_close(&rig);
}

static void every_event_rule_has_its_text(void **state)
{
    (void)state;
    for (unsigned rule = 0; rule < EVENT_RULES; rule++) {
        const struct rule *found = rule_find(span_of(event_rule_name((enum event_rule)rule)));
        assert_non_null(found);
        assert_int_equal(found->area, RULE_EVENT);
    }
}

static void keyed_uses_ask_for_keys(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "contracts/examples/payments", FRAMING_CONFLUENT);
    assert_null(program_compile(rig.catalogue, NULL, NULL, &rig.diagnostics));
    assert_true(count_rule(&rig.diagnostics, "keys-missing") >= 3);
    assert_int_equal(rig.diagnostics.errors, rig.diagnostics.count);
    rig_close(&rig);
}

static void a_use_that_passes_all_asks_for_none(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "tests/decisions/contracts/identity", FRAMING_CONFLUENT);
    /* unkeyed_use has an id that it does not pass. */
    assert_null(program_compile(rig.catalogue, NULL, NULL, &rig.diagnostics));
    assert_int_equal(count_rule(&rig.diagnostics, "keys-missing"), 1);
    rig_close(&rig);
    rig_open(&rig, "bench/contracts", FRAMING_CONFLUENT);
    struct program *program = program_compile(rig.catalogue, NULL, NULL, &rig.diagnostics);
    assert_non_null(program);
    program_destroy(program);
    rig_close(&rig);
}

static void the_frame_is_the_catalogues(void **state)
{
    (void)state;
    static const char event[] =
        "{\"order_id\":\"o\",\"placed_at\":\"2026-11-22T13:44:10Z\",\"customer_id\":\"c\",\"total_cents\":1}";
    for (unsigned framing = FRAMING_CONFLUENT; framing <= FRAMING_SINGLE_OBJECT; framing++) {
        struct rig rig;
        char expected[SINGLE_OBJECT_FRAME];
        rig_open(&rig, "contracts/examples/shop", (enum framing)framing);
        struct program *program = program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics);
        struct enforcer *enforcer = enforcer_create(program);
        const struct use *use = rig.catalogue->uses[0];
        const struct record *record =
            record_of(&rig, enforcer, program_model(program, SPAN("order_placed")), event, "order_volume");
        assert_non_null(record);
        char *end = framing == FRAMING_CONFLUENT ? avro_write_confluent(expected, use->schema_id)
                                                 : avro_write_single_object(expected, use->schema_fingerprint);
        assert_memory_equal(record->value.data, expected, (size_t)(end - expected));
        enforcer_destroy(enforcer);
        program_destroy(program);
        rig_close(&rig);
    }
}

static void fixed_headers_carry_the_region(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "contracts/examples/logistics", FRAMING_CONFLUENT);
    struct placement placements[8] = {{.region = SPAN("EU")}, {.region = SPAN("EU")}, {.region = SPAN("EU")}};
    struct program *program = program_compile(rig.catalogue, rig.keyring, placements, &rig.diagnostics);
    assert_non_null(program);
    const struct model_program *model = program_model(program, SPAN("shipment.scanned"));
    unsigned found = 0;
    for (uint32_t i = 0; i < model->use_count; i++) {
        const struct use_program *use = &model->uses[i];
        uint32_t cost = 0;
        for (uint32_t k = 0; k < use->fixed.count; k++) {
            const struct header *header = &use->fixed.items[k];
            cost += (uint32_t)(header->name.size + header->value.size + 64);
            if (span_is(header->name, "ce_residency")) found += span_is(header->value, "EU");
        }
        assert_int_equal(cost, use->fixed.cost);
    }
    assert_int_equal(found, 1); /* damage_claims alone is tagged in full */
    program_destroy(program);
    rig_close(&rig);
}

/* Header lists are used again by this mark: the same for the same headers, over reloads, and for no others. */
static void marks_tell_fixed_headers_apart(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "contracts/examples/logistics", FRAMING_CONFLUENT);
    struct placement placements[8] = {{.region = SPAN("EU")}, {.region = SPAN("EU")}, {.region = SPAN("EU")}};
    struct program *plain = program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics);
    struct program *again = program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics);
    struct program *placed = program_compile(rig.catalogue, rig.keyring, placements, &rig.diagnostics);
    assert_true(plain != NULL && again != NULL && placed != NULL);
    const struct model_program *model = program_model(plain, SPAN("shipment.scanned"));
    unsigned changed = 0;
    for (uint32_t i = 0; i < model->use_count; i++) {
        uint64_t mark = model->uses[i].fixed.mark;
        assert_int_not_equal(mark, 0);
        assert_true(mark == program_model(again, SPAN("shipment.scanned"))->uses[i].fixed.mark);
        changed += mark != program_model(placed, SPAN("shipment.scanned"))->uses[i].fixed.mark;
        for (uint32_t k = 0; k < i; k++) assert_true(mark != model->uses[k].fixed.mark);
    }
    assert_int_equal(changed, 1); /* damage_claims alone says its region */
    program_destroy(plain);
    program_destroy(again);
    program_destroy(placed);
    rig_close(&rig);
}

/* What one event teaches about the order of members is never more than a guess for the next. */
static void members_come_in_any_order_at_any_time(void **state)
{
    (void)state;
    static const char *const events[] = {
        "{\"order_id\":\"o\",\"placed_at\":\"2026-11-22T13:44:10Z\",\"customer_id\":\"c\",\"total_cents\":5}",
        "{\"total_cents\":5,\"customer_id\":\"c\",\"placed_at\":\"2026-11-22T13:44:10Z\",\"order_id\":\"o\"}",
        "{\"x\":1,\"total_cents\":5,\"order_id\":\"o\",\"y\":[],\"placed_at\":\"2026-11-22T13:44:10Z\",\"customer_id\":\"c\"}",
    };
    struct rig rig;
    rig_open(&rig, "contracts/examples/shop", FRAMING_CONFLUENT);
    struct program *program = program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics);
    struct enforcer *enforcer = enforcer_create(program);
    const struct model_program *model = program_model(program, SPAN("order_placed"));
    struct span first = record_of(&rig, enforcer, model, events[0], "order_volume")->value;
    for (unsigned round = 0; round < 27; round++) {
        const struct record *record = record_of(&rig, enforcer, model, events[(round * 7 + round / 3) % 3], "order_volume");
        assert_true(span_equal(record->value, first));
    }
    enforcer_destroy(enforcer);
    enforcer_destroy(NULL);
    program_destroy(program);
    rig_close(&rig);
}

static void equal_times_are_rendered_once(void **state)
{
    (void)state;
    struct rig rig;
    rig_open(&rig, "bench/micro/four", FRAMING_CONFLUENT);
    struct program *program = program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics);
    struct enforcer *enforcer = enforcer_create(program);
    const struct model_program *model = program_model(program, SPAN("payment"));
    static const char event[] =
        "{\"meta\":{\"stream\":\"s\",\"id\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"dt\":\"2026-11-22T13:44:12Z\"},\"payment_"
        "id\":"
        "\"pay_7Hq2Zk9XcVb4Nm1L\",\"merchant_id\":\"mrc_00481516\",\"customer_id\":9,\"order_no\":\"ORD-2\",\"amount\":1.5,"
        "\"currency\":\"EUR\",\"method\":\"card\",\"status\":\"failed\",\"attempt\":1,\"country\":\"DE\",\"occurred_at\":"
        "\"2026-11-22T13:44:12Z\",\"card\":{\"brand\":\"visa\",\"last4\":\"4242\",\"exp_month\":1,\"exp_year\":2029},\"tags\":["
        "\"a\"]}";
    struct event_context context = {.received = INT64_C(1795355055000000),
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:test"),
                                    .future_tolerance = 5 * US_PER_MINUTE,
                                    .violation_limit = 4};
    char text[sizeof event + JSON_PADDING] = {0};
    struct json_cursor cursor;
    struct judgement judgement;
    memcpy(text, event, sizeof event);
    json_begin(&cursor, (struct span){text, sizeof event - 1}, 32, 1000);
    assert_int_equal(enforce_event(enforcer, model, &cursor, &context, rig.arena, &judgement), ENFORCE_JUDGED);
    assert_int_equal(judgement.outcome_count, 4);
    const struct record *first = judgement.outcomes[0].record;
    for (uint32_t i = 1; i < 4; i++) {
        const struct record *record = judgement.outcomes[i].record;
        assert_non_null(record);
        assert_int_equal(record->varying_count, first->varying_count);
        for (uint16_t header = 0; header < record->varying_count; header++)
            assert_ptr_equal(record->values[header].data, first->values[header].data);
        /* The same fields behind another schema's id. */
        assert_int_equal(record->value.size, first->value.size);
        assert_memory_equal(record->value.data + CONFLUENT_FRAME, first->value.data + CONFLUENT_FRAME,
                            first->value.size - CONFLUENT_FRAME);
        assert_true(memcmp(record->value.data, first->value.data, CONFLUENT_FRAME) != 0);
    }
    enforcer_destroy(enforcer);
    program_destroy(program);
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_are_found_by_event),      cmocka_unit_test(every_event_rule_has_its_text),
        cmocka_unit_test(keyed_uses_ask_for_keys),        cmocka_unit_test(a_use_that_passes_all_asks_for_none),
        cmocka_unit_test(the_frame_is_the_catalogues),    cmocka_unit_test(fixed_headers_carry_the_region),
        cmocka_unit_test(marks_tell_fixed_headers_apart), cmocka_unit_test(members_come_in_any_order_at_any_time),
        cmocka_unit_test(equal_times_are_rendered_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
