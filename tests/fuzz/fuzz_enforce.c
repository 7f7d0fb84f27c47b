/* A byte that picks a model, then any bytes as its event. The short ways and the long way must agree in everything; what is
 * accepted jansson must take for JSON, and each record must be Avro of its schema. The sources' root is the working folder. */

/* Names that both readers have are taken out of the way while jansson's header is read; none of them is used here. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_TRUE   JANSSON_TRUE
#define JSON_FALSE  JANSSON_FALSE
#define JSON_NULL   JANSSON_NULL
#define json_string jansson_string
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#undef json_string

#include "contracts/avro_json.h"
#include "contracts/enforce.h"
#include "tests/decode_twin.h"
#include "tests/record_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORLDS = 5, USES_MAX = 16, MEMORY = 64 << 20, TOKENS = 20000 };

struct world {
    const char *folder;
    struct span event;
    struct program *program;
    struct enforcer *enforcer;
    struct program *slow_program; /* without the short ways */
    struct enforcer *slow;
    struct avro_json *schemas[USES_MAX];
};

static struct world worlds[WORLDS] = {
    {.folder = "contracts/examples/payments", .event = {"payment.authorized", 18}},
    {.folder = "contracts/examples/logistics", .event = {"shipment.scanned", 16}},
    {.folder = "tests/decisions/contracts/rules", .event = {"rules", 5}},
    {.folder = "tests/decisions/contracts/handling", .event = {"treated", 7}},
    {.folder = "tests/decisions/contracts/maps", .event = {"maps", 4}},
};
static struct pattern_scratch *scratch;

static void must(bool holds)
{
    if (!holds) abort();
}

static void open_world(struct world *world, const struct keyring *keyring)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    const char *error;
    struct arena *arena = arena_create(MEMORY);
    catalogue_options_init(&options);
    diagnostics_init(&diagnostics, arena);
    struct catalogue *catalogue = catalogue_load(world->folder, &options, &diagnostics);
    must(catalogue != NULL && catalogue->use_count <= USES_MAX);
    world->program = program_compile(catalogue, keyring, NULL, &diagnostics);
    must(world->program != NULL);
    world->enforcer = enforcer_create_repeatable(world->program);
    world->slow_program = program_compile(catalogue, keyring, NULL, &diagnostics);
    must(world->enforcer != NULL && world->slow_program != NULL);
    world->slow = enforcer_create_repeatable(world->slow_program);
    must(world->slow != NULL);
    record_twin_slow(program_model(world->slow_program, world->event));
    for (size_t i = 0; i < catalogue->use_count; i++) {
        world->schemas[i] = avro_json_create(catalogue->uses[i]->schema, &error);
        must(world->schemas[i] != NULL);
    }
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
}

static void open_worlds(void)
{
    const uint8_t root[32] = {7};
    struct keyring *keyring = keyring_create_fixed(root);
    must(keyring != NULL);
    scratch = pattern_scratch_create();
    for (unsigned i = 0; i < WORLDS; i++) open_world(&worlds[i], keyring);
    keyring_destroy(keyring);
}

/* jansson holds numbers in machine types and names in C strings: those refusals say nothing about the text. */
static void check_json(struct span text)
{
    json_error_t error;
    json_t *tree = json_loadb(text.data, text.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    must(tree != NULL || json_error_code(&error) == json_error_numeric_overflow ||
         json_error_code(&error) == json_error_null_byte_in_key);
    json_decref(tree);
}

/* Stamps are taken from others where they can be; here each is formatted anew. */
static void check_expiry(const struct record *record, int64_t received, int64_t age)
{
    char text[TIMESTAMP_TEXT_MAX];
    size_t size = timestamp_format(received - age + record->use->retention, 3, true, text);
    for (uint16_t i = 0; i < record->varying_count && !record->use->treats; i++)
        must(!span_is(record->names[i], "ce_expirytime") || span_equal(record->values[i], (struct span){text, size}));
}

static void check_record(const struct world *world, const struct record *record)
{
    struct buffer text = BUFFER_EMPTY;
    const char *error;
    uint32_t id;
    uint64_t fingerprint;
    struct span datum;
    must(avro_frame_open(record->value, &id, &fingerprint, &datum) == AVRO_FRAME_CONFLUENT && id == record->use->schema_id);
    must(avro_json_write(world->schemas[record->use->index], datum, 0, &text, &error));
    must(record->key.data != NULL && record->varying_count >= 4 && record->cost == record_cost(record));
    buffer_deinit(&text);
}

static void judge(const struct world *world, struct span text, bool json)
{
    struct event_context context = {
        .received = INT64_C(1795355055000000),
        .sent = NO_TIME,
        .envelope_time = NO_TIME,
        .source = {"urn:fuzz", 8},
        .future_tolerance = 5 * US_PER_MINUTE,
        .violation_limit = 8,
    };
    struct json_cursor cursor;
    struct judgement judgement;
    struct arena *arena = arena_create(MEMORY);
    must(arena != NULL);
    json_begin(&cursor, text, 32, TOKENS);
    enum enforce_status status =
        enforce_event(world->enforcer, program_model(world->program, world->event), &cursor, &context, arena, &judgement);
    must(status == (json ? ENFORCE_JUDGED : ENFORCE_SYNTAX));
    if (json && judgement.verdict == VERDICT_ACCEPTED) {
        struct judgement slow;
        struct json_cursor again;
        json_begin(&again, text, 32, TOKENS);
        must(enforce_event(world->slow, program_model(world->slow_program, world->event), &again, &context, arena, &slow) ==
             ENFORCE_JUDGED);
        must(slow.generated == judgement.generated);
        if (!slow.generated) judgement_twin_compare(&judgement, &slow);
        check_json((struct span){text.data, (size_t)(cursor.at - text.data)});
        for (uint32_t i = 0; i < judgement.outcome_count; i++)
            if (judgement.outcomes[i].record != NULL) {
                check_record(world, judgement.outcomes[i].record);
                check_expiry(judgement.outcomes[i].record, context.received, judgement.age);
            }
    }
    arena_destroy(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (scratch == NULL) open_worlds();
    if (size == 0) return 0;
    const struct world *world = &worlds[data[0] % WORLDS];
    char *bytes = malloc(size - 1 + JSON_PADDING);
    must(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    /* Padding as misleading as the text itself. */
    for (size_t i = 0; i < JSON_PADDING; i++) bytes[size - 1 + i] = size > 1 ? (char)data[1 + (i * 7 + size) % (size - 1)] : '"';
    struct span text = {bytes, size - 1};
    bool json = twin_compare(program_model(world->program, world->event), scratch, text, TOKENS);
    judge(world, text, json);
    free(bytes);
    return 0;
}
