// link: -Wl,--wrap=random_bytes
/* Uses that encrypt, from contracts to records: their writers, their keys, and what happens without randomness. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/digest.h"
#include "contracts/enforce.h"
#include "contracts/model_program.h"

#define FOLDER "tests/decisions/contracts/encryption"

bool __real_random_bytes(void *out, size_t size);
bool __wrap_random_bytes(void *out, size_t size);

static bool broken;

bool __wrap_random_bytes(void *out, size_t size)
{
    return !broken && __real_random_bytes(out, size);
}

struct rig {
    struct arena *arena;
    struct diagnostics diagnostics;
    struct catalogue *catalogue;
    struct keyring *keyring;
    struct program *program;
};

static int open_rig(void **state)
{
    static struct rig rig;
    const uint8_t root[32] = {7};
    struct catalogue_options options;
    catalogue_options_init(&options);
    rig.arena = arena_create(1 << 24);
    diagnostics_init(&rig.diagnostics, rig.arena);
    rig.catalogue = catalogue_load(FOLDER, &options, &rig.diagnostics);
    rig.keyring = keyring_create_fixed(root);
    rig.program = rig.catalogue != NULL ? program_compile(rig.catalogue, rig.keyring, NULL, &rig.diagnostics) : NULL;
    *state = &rig;
    return rig.program == NULL;
}

static int close_rig(void **state)
{
    struct rig *rig = *state;
    program_destroy(rig->program);
    keyring_destroy(rig->keyring);
    catalogue_destroy(rig->catalogue);
    diagnostics_deinit(&rig->diagnostics);
    arena_destroy(rig->arena);
    return 0;
}

static enum enforce_status judge(const struct rig *rig, struct enforcer *enforcer, struct judgement *judgement)
{
    static const char event[] = "{\"id\":\"a\",\"at\":\"2026-11-22T13:44:13Z\",\"text\":\"top secret\",\"ip\":\"203.0.113.77\"}";
    static char text[sizeof event + JSON_PADDING];
    const struct event_context context = {.received = INT64_C(1795355053000000),
                                          .sent = NO_TIME,
                                          .envelope_time = NO_TIME,
                                          .source = SPAN("urn:t"),
                                          .future_tolerance = 5 * US_PER_MINUTE,
                                          .violation_limit = 4};
    struct json_cursor cursor;
    memcpy(text, event, sizeof event);
    json_begin(&cursor, (struct span){text, sizeof event - 1}, 32, 1000);
    return enforce_event(enforcer, program_model(rig->program, SPAN("thing.sealed")), &cursor, &context, rig->arena, judgement);
}

static struct span value_of_use(const struct judgement *judgement, const char *name)
{
    for (uint32_t i = 0; i < judgement->outcome_count; i++)
        if (span_is(judgement->outcomes[i].use->name, name)) return judgement->outcomes[i].record->value;
    fail_msg("no use %s", name);
    return (struct span){NULL, 0};
}

static bool holds(struct span bytes, const char *text)
{
    return memmem(bytes.data, bytes.size, text, strlen(text)) != NULL;
}

static void each_use_has_a_writer_and_a_key(void **state)
{
    const struct rig *rig = *state;
    const struct field_keys *keys = program_field_keys(rig->program);
    assert_int_equal(keys->count, 2); /* all and beside, however many fields they encrypt */
    assert_memory_not_equal(keys->items[0].secret, keys->items[1].secret, SEAL_KEY);
    for (uint32_t i = 0; i < keys->count; i++) assert_string_equal(keys->items[i].id, "fixed");
}

static void records_never_repeat_unless_asked(void **state)
{
    const struct rig *rig = *state;
    struct judgement first, second;
    struct enforcer *enforcer = enforcer_create(rig->program);
    assert_int_equal(judge(rig, enforcer, &first), ENFORCE_JUDGED);
    assert_int_equal(judge(rig, enforcer, &second), ENFORCE_JUDGED);
    assert_false(span_equal(value_of_use(&first, "all"), value_of_use(&second, "all")));
    assert_false(holds(value_of_use(&first, "all"), "top secret"));
    enforcer_destroy(enforcer);
    struct enforcer *one = enforcer_create_repeatable(rig->program), *two = enforcer_create_repeatable(rig->program);
    assert_int_equal(judge(rig, one, &first), ENFORCE_JUDGED);
    assert_int_equal(judge(rig, two, &second), ENFORCE_JUDGED);
    assert_true(span_equal(value_of_use(&first, "all"), value_of_use(&second, "all")));
    assert_false(holds(value_of_use(&first, "all"), "top secret"));
    enforcer_destroy(one);
    enforcer_destroy(two);
}

/* The event is not judged: the sender is told to come again, no use is told unfit, and nothing passes in place of a ciphertext.
 */
static void without_randomness_nothing_is_delivered(void **state)
{
    const struct rig *rig = *state;
    struct judgement judgement;
    struct enforcer *enforcer = enforcer_create(rig->program);
    broken = true;
    assert_int_equal(judge(rig, enforcer, &judgement), ENFORCE_NO_RANDOMNESS);
    assert_int_equal(judge(rig, enforcer, &judgement), ENFORCE_NO_RANDOMNESS);
    broken = false;
    assert_int_equal(judge(rig, enforcer, &judgement), ENFORCE_JUDGED);
    assert_true(value_of_use(&judgement, "all").size > 0);
    broken = true; /* until the pool is empty */
    unsigned judged = 0;
    while (judge(rig, enforcer, &judgement) == ENFORCE_JUDGED) judged++;
    assert_in_range(judged, 1, 1000);
    broken = false;
    assert_int_equal(judge(rig, enforcer, &judgement), ENFORCE_JUDGED);
    enforcer_destroy(enforcer);
}

static unsigned count_rule(const struct diagnostics *diagnostics, const char *rule)
{
    unsigned count = 0;
    for (size_t i = 0; i < diagnostics->count; i++) count += strcmp(diagnostics->items[i].rule->name, rule) == 0;
    return count;
}

static void keys_without_any_to_encrypt_with_are_refused(void **state)
{
    struct rig *rig = *state;
    const char *error = NULL;
    unsigned line = 0;
    struct keyring *keyring = keyring_parse(SPAN("pseudonyms: {id: p, created: '2026-11-22T13:44:13Z', secret: "
                                                 "__________________________________________8}\n"),
                                            &error, &line);
    assert_non_null(keyring);
    assert_null(program_compile(rig->catalogue, keyring, NULL, &rig->diagnostics));
    assert_int_not_equal(count_rule(&rig->diagnostics, "keys-missing"), 0);
    keyring_destroy(keyring);
    assert_null(program_compile(rig->catalogue, NULL, NULL, &rig->diagnostics));
    for (size_t i = 0; i < rig->catalogue->use_count; i++) assert_true(rig->catalogue->uses[i]->needs_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_use_has_a_writer_and_a_key, open_rig, close_rig),
        cmocka_unit_test_setup_teardown(records_never_repeat_unless_asked, open_rig, close_rig),
        cmocka_unit_test_setup_teardown(without_randomness_nothing_is_delivered, open_rig, close_rig),
        cmocka_unit_test_setup_teardown(keys_without_any_to_encrypt_with_are_refused, open_rig, close_rig),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
