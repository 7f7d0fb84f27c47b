/* Uses drafted from patterns: what a pattern fills in, and that the draft loads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contracts/catalogue.h"
#include "contracts/rule.h"
#include "contracts/use_draft.h"
#include "tests/unit/contracts/draft_fixture.h"

#include <stdio.h>

static int set_up(void **state)
{
    (void)state;
    return open_draft();
}

static char *read_file(const char *path)
{
    static char content[64 * 1024];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(content, 1, sizeof content - 1, file);
    content[size] = '\0';
    assert_int_equal(fclose(file), 0);
    return content;
}

static void draft_use(const struct model *model, const struct use_pattern *pattern, struct span purpose)
{
    bool *taken = arena_calloc(arena, model->field_count, sizeof *taken);
    struct use_draft use = {.pattern = pattern,
                            .model = model,
                            .name = draft_slug(span_of(pattern->name), arena),
                            .id = SPAN("urn:test:use:it"),
                            .owner = SPAN("sales@acme.example"),
                            .purpose = purpose,
                            .data_use = SPAN("functional.service.improve"),
                            .legal_basis = SPAN("legal_obligation"),
                            .reader = SPAN("sales-reader"),
                            .taken = taken,
                            .active = true};
    assert_non_null(taken);
    taken[0] = true; /* everything */
    buffer_clear(&text);
    use_draft_write(&use, &text);
}

static void every_pattern_fits_every_model(void **state)
{
    (void)state;
    static const char *const models[] = {"shop/order-placed", "payments/payment-authorized", "logistics/shipment-scanned"};
    size_t count;
    const struct use_pattern *patterns = use_patterns(&count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < COUNT_OF(models) * count; i++) {
        char path[100];
        snprintf(path, sizeof path, "contracts/examples/%s.model.odcs.yaml", models[i / count]);
        struct span model = span_of(read_file(path));
        struct catalogue *alone = load(model, (struct span){NULL, 0});
        assert_non_null(alone);
        draft_use(alone->models[0], &patterns[i % count], SPAN("Learn what is bought."));
        catalogue_destroy(alone);
        struct catalogue *both = load(model, buffer_span(&text));
        for (size_t k = 0; k < diagnostics.count && both == NULL; k++)
            print_message("%s: %.*s\n", diagnostics.items[k].rule->name, SPAN_ARGS(diagnostics.items[k].detail));
        if (both == NULL) fail_msg("%s for %s:\n%s", patterns[i % count].name, models[i / count], text.data);
        assert_int_equal(both->use_count, 1);
        catalogue_destroy(both);
    }
}

/* What the model names an encrypted field is a field that can be asked for: alone, or beside its plain twin. */
static void a_field_can_be_taken_encrypted(void **state)
{
    (void)state;
    struct span text_of_model = span_of(read_file("contracts/examples/payments/payment-authorized.model.odcs.yaml"));
    struct catalogue *alone = load(text_of_model, (struct span){NULL, 0});
    assert_non_null(alone);
    const struct model *model = alone->models[0];
    bool *taken = arena_calloc(arena, model->field_count, sizeof *taken);
    bool *encrypted = arena_calloc(arena, model->field_count, sizeof *encrypted);
    const struct field *customer = NULL, *email = NULL;
    for (size_t i = 0; i < model->root->child_count; i++)
        if (span_is(model->root->children[i]->name, "customer")) customer = model->root->children[i];
    for (size_t i = 0; customer != NULL && i < customer->child_count; i++)
        if (span_is(customer->children[i]->name, "email")) email = customer->children[i];
    assert_non_null(email);
    struct use_draft use = {.pattern = use_pattern_find(SPAN("operational-lookup")),
                            .model = model,
                            .name = SPAN("lookup"),
                            .id = SPAN("urn:test:use:it"),
                            .owner = SPAN("sales@acme.example"),
                            .purpose = SPAN("Answer customers."),
                            .data_use = SPAN("functional.service.improve"),
                            .legal_basis = SPAN("contract"),
                            .taken = taken,
                            .encrypted = encrypted};
    encrypted[email->index] = true;
    for (int beside = 0; beside < 2; beside++) {
        taken[email->index] = beside;
        buffer_clear(&text);
        use_draft_write(&use, &text);
        assert_says("- name: customer\n        properties:\n          - name: email_ciphertext\n            logicalType: string\n"
                    "            classification: confidential\n            transformLogic: encrypt(key=use) #");
        if (beside == 0) assert_silent("- name: email\n");
        if (beside == 1) assert_says("- name: email\n            logicalType: string\n");
        struct catalogue *both = load(text_of_model, buffer_span(&text));
        if (both == NULL) fail_msg("%s", text.data);
        catalogue_destroy(both);
    }
    catalogue_destroy(alone);
}

static void patterns_fill_times_and_handling(void **state)
{
    (void)state;
    struct catalogue *alone =
        load(span_of(read_file("contracts/examples/shop/order-placed.model.odcs.yaml")), (struct span){NULL, 0});
    assert_non_null(alone);
    draft_use(alone->models[0], use_pattern_find(SPAN("analytics")), SPAN("Count."));
    assert_says("transformLogic: generalise(unit=hour)");
    assert_says("- name: customer_id\n        logicalType: string\n        classification: confidential\n        transformLogic: "
                "hmac_sha256(scope=use)");
    assert_says("- {property: latency, value: 1, unit: h, driver: analytics}");
    draft_use(alone->models[0], use_pattern_find(SPAN("realtime-automation")), SPAN("Act."));
    assert_silent("generalise");
    assert_says("partitioned: true");
    assert_says("{property: onLate, value: drop}");
    draft_use(alone->models[0], use_pattern_find(SPAN("statutory")), (struct span){NULL, 0});
    assert_says("{property: erasure, value: {method: none, exemption: legal_obligation}}");
    assert_says("ANSWER: what this use is for");
    assert_null(use_pattern_find(SPAN("batch")));
    catalogue_destroy(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_pattern_fits_every_model, set_up, close_draft),
        cmocka_unit_test_setup_teardown(a_field_can_be_taken_encrypted, set_up, close_draft),
        cmocka_unit_test_setup_teardown(patterns_fill_times_and_handling, set_up, close_draft),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
