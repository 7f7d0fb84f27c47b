/* test_decisions.c - runs the decision tables, tests/decisions/NAME.txt.
 *
 *     contracts contracts/examples/payments     for all blocks that follow
 *     == what the block shows
 *     received 2026-11-22T13:44:15.000Z         also sent, envelope-time, envelope-id, idempotency-key, index, traceparent,
 * limit, records                                   list-undeclared, nowhere USE; records and headers ask for more output event
 * payment.authorized                  the last setting; then the event's JSON, in lines that are joined
 *     {...}
 *     ->
 *     verdict accepted                          what must come out, word for word; | stands for U+001F
 *
 * Encrypted values are shown opened: {"text":"..."}, or {"bytes":"..."} where the field is of bytes.
 * Lines that begin with # are comments. Each event also runs with every smaller memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>

#include "codecs/buffer.h"
#include "contracts/avro_json.h"
#include "contracts/enforce.h"
#include "contracts/field_opener.h"
#include "contracts/quality.h"

enum { USES_MAX = 64, LINE_SIZE = 16384 };

/* A folder of contracts, compiled. */
struct world {
    char folder[512];
    struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
};

struct block {
    char title[256], event[128];
    unsigned line;
    struct event_context context;
    bool records, headers;
    char nowhere[128];
    char texts[8][512];
    unsigned text_count;
    struct buffer json, expected;
};

static struct keyring *keyring;

static void copy_text(char *out, size_t room, const char *text)
{
    assert_true(strlen(text) < room);
    memcpy(out, text, strlen(text) + 1);
}

/* ---------------------------------------------------------------- worlds */

static void fail_diagnostics(const char *folder, const struct diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        if (item->severity != SEVERITY_ERROR) continue;
        fprintf(stderr, "%.*s:%u: %s: %.*s\n", SPAN_ARGS(item->place.file), item->place.line, item->rule->name,
                SPAN_ARGS(item->detail));
    }
    fail_msg("the contracts in %s are not usable", folder);
}

static void world_close(struct world *world)
{
    enforcer_destroy(world->enforcer);
    program_destroy(world->program);
    catalogue_destroy(world->catalogue);
    *world = (struct world){0};
}

static void world_compile(struct world *world, const char *nowhere)
{
    struct arena *arena = arena_create(1 << 22);
    struct diagnostics diagnostics;
    struct placement placements[USES_MAX] = {0};
    diagnostics_init(&diagnostics, arena);
    for (size_t i = 0; i < world->catalogue->use_count; i++) {
        assert_true(i < USES_MAX);
        placements[i].nowhere = span_is(world->catalogue->uses[i]->name, nowhere);
    }
    enforcer_destroy(world->enforcer);
    program_destroy(world->program);
    world->program = program_compile(world->catalogue, keyring, placements, &diagnostics);
    if (world->program == NULL) fail_diagnostics(world->folder, &diagnostics);
    world->enforcer = enforcer_create(world->program);
    assert_non_null(world->enforcer);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
}

static void world_open(struct world *world, const char *folder)
{
    struct arena *arena = arena_create(1 << 22);
    struct diagnostics diagnostics;
    struct catalogue_options options;
    world_close(world);
    diagnostics_init(&diagnostics, arena);
    catalogue_options_init(&options);
    copy_text(world->folder, sizeof world->folder, folder);
    world->catalogue = catalogue_load(folder, &options, &diagnostics);
    if (world->catalogue == NULL) fail_diagnostics(folder, &diagnostics);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    world_compile(world, "");
}

/* ---------------------------------------------------------------- what came out, as text */

/* What is encrypted is shown in braces, opened; what is not opened shows its problem. */
static void open_field(void *context, struct span path, struct span value, bool text, struct json_writer *json)
{
    struct avro_json_opener inner = field_opener_open(context);
    json_object_begin(json);
    json_name(json, text ? "text" : "bytes");
    inner.open(inner.context, path, value, text, json);
    json_object_end(json);
}

static void print_value(struct buffer *out, const struct record *record)
{
    struct field_opener fields = {keyring, record->use->id};
    struct avro_json_opener opener = {open_field, &fields};
    const char *error = NULL;
    uint32_t id;
    uint64_t fingerprint;
    struct span datum;
    struct avro_json *schema = avro_json_create(record->use->schema, &error);
    assert_non_null(schema);
    assert_int_equal(avro_frame_open(record->value, &id, &fingerprint, &datum), AVRO_FRAME_CONFLUENT);
    assert_int_equal(id, record->use->schema_id);
    buffer_append_text(out, "  value ");
    if (!avro_json_write_open(schema, datum, 0, &opener, out, &error)) fail_msg("the record is no Avro: %s", error);
    buffer_append_char(out, '\n');
    avro_json_destroy(schema);
}

static void print_record(struct buffer *out, const struct block *block, const struct record *record)
{
    struct span topic = record->diverted ? record->use->late_topic : record->use->topic;
    if (block->records) {
        buffer_printf(out, "  topic %.*s\n  key ", SPAN_ARGS(topic));
        for (size_t i = 0; i < record->key.size; i++)
            buffer_append_char(out, record->key.data[i] == 0x1F ? '|' : record->key.data[i]);
        buffer_append_char(out, '\n');
        print_value(out, record);
    }
    assert_int_equal(record->cost, record_cost(record));
    if (!block->headers) return;
    buffer_printf(out, "  timestamp %lld\n", (long long)record->timestamp_ms);
    for (unsigned i = 0; i < record->varying_count; i++) {
        assert_int_equal(record->names[i].data[record->names[i].size], '\0');
        buffer_printf(out, "  %.*s %.*s\n", SPAN_ARGS(record->names[i]), SPAN_ARGS(record->values[i]));
    }
}

static void print_outcome(struct buffer *out, const struct block *block, const struct outcome *outcome)
{
    buffer_printf(out, "use %.*s %s", SPAN_ARGS(outcome->use->name), outcome_word(outcome->kind));
    if (outcome->kind == OUTCOME_SHADOW) buffer_printf(out, " would %s", outcome_word(outcome->would));
    if (outcome->reason != REASON_NONE) buffer_printf(out, " %s", outcome_reason_word(outcome->reason));
    buffer_append_text(out, outcome->late ? " late\n" : "\n");
    bool carried = outcome->kind == OUTCOME_DELIVERED || outcome->kind == OUTCOME_DIVERTED;
    assert_int_equal(carried, outcome->record != NULL);
    if (carried) print_record(out, block, outcome->record);
}

static void print_tallies(struct buffer *out, const struct judgement *judgement)
{
    for (unsigned i = 0; i < judgement->tally_count; i++) {
        const struct quality_tally *tally = &judgement->tallies[i];
        bool refuses = !tally->quality->windowed && tally->quality->severity == SEVERITY_ERROR; /* told as `broken` */
        if (tally->broken > 0 && !refuses)
            buffer_printf(out, "quality %.*s %u of %u\n", SPAN_ARGS(tally->quality->name), tally->broken, tally->rows);
    }
}

static void print_judgement(struct buffer *out, const struct block *block, const struct judgement *judgement)
{
    bool refused = judgement->verdict == VERDICT_REFUSED;
    buffer_printf(out, "verdict %s%s\n", refused ? "refused" : "accepted", judgement->discarded ? " discarded" : "");
    if (judgement->generated) {
        buffer_append_text(out, "id generated\n");
    } else if (judgement->event_id.data != NULL && (block->records || block->headers || refused)) {
        buffer_append_text(out, "id ");
        for (size_t i = 0; i < judgement->event_id.size; i++)
            buffer_append_char(out, judgement->event_id.data[i] == 0x1F ? '|' : judgement->event_id.data[i]);
        buffer_append_char(out, '\n');
    }
    if (judgement->undeclared > 0) buffer_printf(out, "undeclared %u\n", judgement->undeclared);
    for (unsigned i = 0; i < judgement->undeclared_name_count; i++)
        buffer_printf(out, "name %.*s\n", SPAN_ARGS(judgement->undeclared_names[i]));
    if (judgement->warnings > 0) buffer_printf(out, "warnings %u\n", judgement->warnings);
    print_tallies(out, judgement);
    if (judgement->skew != 0) buffer_printf(out, "skew %lld\n", (long long)judgement->skew);
    if (block->headers) buffer_printf(out, "age %lld\n", (long long)judgement->age);
    for (unsigned i = 0; i < judgement->violation_count; i++)
        buffer_printf(out, "broken %s %.*s\n", judgement->violations[i].rule->name, SPAN_ARGS(judgement->violations[i].pointer));
    if (judgement->more_violations) buffer_append_text(out, "broken more\n");
    for (unsigned i = 0; i < judgement->outcome_count; i++) print_outcome(out, block, &judgement->outcomes[i]);
}

/* ---------------------------------------------------------------- running a block */

static enum enforce_status judge(const struct world *world, const struct block *block, struct arena *arena, const char *text,
                                 struct judgement *judgement, struct json_cursor *cursor)
{
    const struct model_program *model = program_model(world->program, span_of(block->event));
    if (model == NULL) fail_msg("%s has no event %s", world->folder, block->event);
    json_begin(cursor, (struct span){text, block->json.size}, 32, 100000);
    return enforce_event(world->enforcer, model, cursor, &block->context, arena, judgement);
}

/* The same with every smaller memory: never a crash, and never another answer than out of memory. */
static void starve(const struct world *world, const struct block *block, const char *text, size_t used)
{
    for (size_t limit = 0; limit<used; limit += used> 16384 ? 997 : 13) {
        struct judgement judgement;
        struct json_cursor cursor;
        struct arena *arena = arena_create(limit);
        assert_non_null(arena);
        enum enforce_status status = judge(world, block, arena, text, &judgement, &cursor);
        if (status == ENFORCE_SYNTAX) fail_msg("%s: no JSON with %zu bytes of memory", block->title, limit);
        arena_destroy(arena);
    }
}

static bool run(const struct world *world, const struct block *block, const char *file)
{
    struct buffer out = BUFFER_EMPTY;
    struct judgement judgement;
    struct json_cursor cursor;
    struct arena *arena = arena_create(1 << 24);
    char *text = calloc(1, block->json.size + JSON_PADDING);
    assert_non_null(text);
    memcpy(text, block->json.data, block->json.size);
    enum enforce_status status = judge(world, block, arena, text, &judgement, &cursor);
    /* What was judged must not lean on the input. */
    memset(text, '#', block->json.size);
    if (status == ENFORCE_JUDGED) print_judgement(&out, block, &judgement);
    if (status == ENFORCE_SYNTAX) buffer_printf(&out, "syntax at %zu\n", json_error_offset(&cursor));
    if (status == ENFORCE_NO_MEMORY) buffer_append_text(&out, "no memory\n");
    bool same = span_equal(buffer_span(&out), buffer_span(&block->expected));
    if (!same)
        fprintf(stderr, "%s:%u: %s\n-- expected\n%s-- found\n%s", file, block->line, block->title,
                block->expected.size > 0 ? block->expected.data : "", out.size > 0 ? out.data : "");
    memcpy(text, block->json.data, block->json.size);
    starve(world, block, text, arena_used(arena));
    free(text);
    arena_destroy(arena);
    buffer_deinit(&out);
    return same;
}

/* ---------------------------------------------------------------- reading the tables */

static struct span keep(struct block *block, const char *text)
{
    assert_true(block->text_count < 8 && strlen(text) < sizeof block->texts[0]);
    char *copy = strcpy(block->texts[block->text_count++], text);
    for (char *at = copy; *at != '\0'; at++)
        if (*at == '|') *at = 0x1F;
    return span_of(copy);
}

static int64_t time_of(const char *text)
{
    int64_t us = 0;
    if (timestamp_parse(span_of(text), ZONE_REQUIRED, &us) != TIMESTAMP_OK) fail_msg("no time: %s", text);
    return us;
}

static void set_event(struct block *block, const char *value)
{
    copy_text(block->event, sizeof block->event, value);
}

static void set_nowhere(struct block *block, const char *value)
{
    copy_text(block->nowhere, sizeof block->nowhere, value);
}

static void set_received(struct block *block, const char *value)
{
    block->context.received = time_of(value);
}

static void set_sent(struct block *block, const char *value)
{
    block->context.sent = time_of(value);
}

static void set_envelope_time(struct block *block, const char *value)
{
    block->context.envelope_time = time_of(value);
}

static void set_envelope_id(struct block *block, const char *value)
{
    block->context.envelope_id = keep(block, value);
}

static void set_idempotency_key(struct block *block, const char *value)
{
    block->context.idempotency_key = keep(block, value);
}

static void set_traceparent(struct block *block, const char *value)
{
    block->context.traceparent = keep(block, value);
}

static void set_index(struct block *block, const char *value)
{
    block->context.index = (uint32_t)atoi(value);
}

static void set_limit(struct block *block, const char *value)
{
    block->context.violation_limit = (uint32_t)atoi(value);
}

static void set_list_undeclared(struct block *block, const char *value)
{
    (void)value;
    block->context.list_undeclared = true;
}

static void set_records(struct block *block, const char *value)
{
    (void)value;
    block->records = true;
}

static void set_headers(struct block *block, const char *value)
{
    (void)value;
    block->headers = true;
}

static void setting(struct block *block, const char *name, const char *value)
{
    static const struct {
        const char *name;
        void (*set)(struct block *block, const char *value);
    } settings[] = {
        {"event", set_event},
        {"nowhere", set_nowhere},
        {"received", set_received},
        {"sent", set_sent},
        {"envelope-time", set_envelope_time},
        {"envelope-id", set_envelope_id},
        {"idempotency-key", set_idempotency_key},
        {"traceparent", set_traceparent},
        {"index", set_index},
        {"limit", set_limit},
        {"list-undeclared", set_list_undeclared},
        {"records", set_records},
        {"headers", set_headers},
    };
    for (size_t i = 0; i < COUNT_OF(settings); i++)
        if (strcmp(settings[i].name, name) == 0) {
            settings[i].set(block, value);
            return;
        }
    fail_msg("unknown setting: %s", name);
}

static void block_begin(struct block *block, const char *title, unsigned line)
{
    buffer_deinit(&block->json);
    buffer_deinit(&block->expected);
    *block = (struct block){.line = line};
    block->context = (struct event_context){
        .received = time_of("2026-11-22T13:44:15.000Z"),
        .sent = NO_TIME,
        .envelope_time = NO_TIME,
        .source = SPAN("urn:acme:app:checkout"),
        .future_tolerance = 5 * US_PER_MINUTE,
        .violation_limit = 32,
    };
    copy_text(block->title, sizeof block->title, title);
}

/* Runs what was read; false when something else came out. */
static bool finish(struct world *world, struct block *block, const char *file)
{
    if (block->title[0] == '\0') return true;
    if (block->nowhere[0] != '\0') world_compile(world, block->nowhere);
    bool same = run(world, block, file);
    if (block->nowhere[0] != '\0') world_compile(world, "");
    block->title[0] = '\0';
    return same;
}

enum part { SETTINGS, EVENT, EXPECTED };

static enum part setting_line(struct block *block, char *line)
{
    char *value = strchr(line, ' ');
    if (value != NULL) *value++ = '\0';
    setting(block, line, value != NULL ? value : "");
    return block->event[0] != '\0' ? EVENT : SETTINGS;
}

static enum part block_line(struct block *block, enum part part, char *line)
{
    if (strcmp(line, "->") == 0) return EXPECTED;
    if (part == SETTINGS) return setting_line(block, line);
    if (part == EVENT)
        buffer_append_text(&block->json, line);
    else
        buffer_printf(&block->expected, "%s\n", line);
    return part;
}

/* The number of blocks that did not hold; *blocks grows by how many there are. */
static unsigned run_table(const char *file, unsigned *blocks)
{
    static char line[LINE_SIZE];
    struct world world = {0};
    struct block block = {0};
    unsigned number = 0, wrong = 0;
    enum part part = SETTINGS;
    FILE *stream = fopen(file, "r");
    if (stream == NULL) fail_msg("no table %s (tests run in the root of the sources)", file);
    while (fgets(line, sizeof line, stream) != NULL) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        if (strncmp(line, "contracts ", 10) == 0) {
            wrong += !finish(&world, &block, file);
            world_open(&world, line + 10);
        } else if (strncmp(line, "== ", 3) == 0) {
            wrong += !finish(&world, &block, file);
            block_begin(&block, line + 3, number);
            part = SETTINGS;
            (*blocks)++;
        } else {
            part = block_line(&block, part, line);
        }
    }
    wrong += !finish(&world, &block, file);
    world_close(&world);
    buffer_deinit(&block.json);
    buffer_deinit(&block.expected);
    fclose(stream);
    return wrong;
}

static void every_table_holds(void **state)
{
    (void)state;
    struct dirent **names;
    unsigned blocks = 0, wrong = 0;
    int count = scandir("tests/decisions", &names, NULL, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        char path[600];
        const char *dot = strrchr(names[i]->d_name, '.');
        snprintf(path, sizeof path, "tests/decisions/%s", names[i]->d_name);
        if (strcmp(names[i]->d_name, "approvals.txt") == 0) dot = NULL; /* of changes, not of events: test_approvals.c */
        if (dot != NULL && strcmp(dot, ".txt") == 0) wrong += run_table(path, &blocks);
        free(names[i]);
    }
    free(names);
    assert_true(blocks > 0);
    assert_int_equal(wrong, 0);
}

static int open_keyring(void **state)
{
    (void)state;
    uint8_t root[32];
    memset(root, 'r', sizeof root);
    keyring = keyring_create_fixed(root);
    return keyring == NULL;
}

static int close_keyring(void **state)
{
    (void)state;
    keyring_destroy(keyring);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_table_holds)};
    return cmocka_run_group_tests(tests, open_keyring, close_keyring);
}
