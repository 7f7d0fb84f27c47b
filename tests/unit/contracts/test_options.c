/* test_options.c - runs tests/decisions/options.tab: what each option of each type decides, row by row.
 *
 *     = logicalType: string, ...    a property of a model of v3.2.0; `required: false` unless it says otherwise
 *     > logicalTypeOptions: ...     what a use states of it; the rows below are the use's
 *     ! rule                        loading refuses it in this very line, and for nothing else
 *     ? rule                        loading warns of it in this very line, and of nothing else there
 *     JSON | verdict | VALUE        an event's value: `fine`, `warned`, the rules that it breaks, of a use also `unfit`;
 *                                   VALUE, as JSON, is what the record holds. `absent` is no member at all
 *
 * Lines that begin with # are comments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/buffer.h"
#include "contracts/avro_json.h"
#include "contracts/enforce.h"

#define TABLE "tests/decisions/options.tab"

enum { LINE_SIZE = 65536, MODEL_LINE = 13, USE_LINE = 12 };

/* What the rows at hand are about. */
struct block {
    unsigned line;
    bool in_use;
    char property[LINE_SIZE], stated[LINE_SIZE];
    char refusal[64], warning[64]; /* rules; empty = none */
    bool loaded;                   /* as far as it is asked for */
    struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
};

struct counts {
    unsigned blocks, rows, wrong;
};

static struct arena *arena;
static struct keyring *keyring;

static const char model_head[] = "apiVersion: v3.2.0\nkind: DataContract\nid: urn:test:model:o\nversion: 1.0.0\nstatus: active\n"
                                 "domain: test\nteam: {name: t, members: [{username: t@acme.example, role: owner}]}\nschema:\n"
                                 "  - name: o\n    logicalType: object\n    properties:\n"
                                 "      - {name: id, logicalType: string, required: true}\n";
static const char model_tail[] = "customProperties:\n  - {property: headgateRole, value: eventModel}\n"
                                 "  - {property: dataSubjects, value: []}\n";
static const char use_head[] = "apiVersion: v3.2.0\nkind: DataContract\nid: urn:test:use:u\nname: u\nversion: 1.0.0\n"
                               "status: active\ndescription: {purpose: Show it.}\n"
                               "team: {name: t, members: [{username: t@acme.example, role: owner}]}\nschema:\n  - name: o\n"
                               "    properties:\n";
static const char use_tail[] = "slaProperties:\n  - {property: latency, value: 24, unit: h}\n"
                               "  - {property: retention, value: 30, unit: d}\n"
                               "customProperties:\n  - {property: headgateRole, value: useCase}\n"
                               "  - {property: inputContracts, value: [{id: 'urn:test:model:o', version: '1'}]}\n"
                               "  - {property: dataUse, value: functional.service.improve}\n";

/* ---------------------------------------------------------------- loading */

static void unload(struct block *block)
{
    enforcer_destroy(block->enforcer);
    program_destroy(block->program);
    catalogue_destroy(block->catalogue);
    block->enforcer = NULL;
    block->program = NULL;
    block->catalogue = NULL;
    block->loaded = false;
}

static bool is_here(const struct block *block, const struct diagnostic *item)
{
    if (block->in_use) return span_is(item->place.file, "use.yaml") && item->place.line == USE_LINE;
    return span_is(item->place.file, "model.yaml") && item->place.line == MODEL_LINE;
}

static bool judge_diagnostics(const struct block *block, const struct diagnostics *diagnostics)
{
    bool refused = block->refusal[0] == '\0', warned = block->warning[0] == '\0', pure = true;
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        bool error = item->severity == SEVERITY_ERROR;
        if (error && strcmp(item->rule->name, block->refusal) != 0) pure = false;
        if (error && is_here(block, item) && strcmp(item->rule->name, block->refusal) == 0) refused = true;
        bool expected = strcmp(item->rule->name, block->warning) == 0;
        if (!error && is_here(block, item) && expected) warned = true;
        if (item->severity == SEVERITY_WARNING && is_here(block, item) && !expected && block->refusal[0] == '\0') pure = false;
    }
    if (refused && warned && pure) return true;
    print_error(TABLE ":%u: it should%s %s%s%s, and loading said\n", block->line,
                block->refusal[0] != '\0' ? " be refused for" : " load", block->refusal,
                block->warning[0] != '\0' ? " with a warning of " : "", block->warning);
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        print_error("    %.*s:%u: %s: %.*s\n", SPAN_ARGS(item->place.file), item->place.line, item->rule->name,
                    SPAN_ARGS(item->detail));
    }
    return false;
}

/* Whether the property itself states `required`: not what lies in its braces. */
static bool states_required(const char *text)
{
    int depth = 0;
    for (const char *at = text; *at != '\0'; at++) {
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        if (depth == 0 && strncmp(at, "required:", 9) == 0) return true;
    }
    return false;
}

static void write_texts(const struct block *block, struct buffer *model, struct buffer *use)
{
    const char *presence = states_required(block->property) ? "" : "required: false, ";
    buffer_printf(model, "%s      - {name: v, %s%s}\n%s", model_head, presence, block->property, model_tail);
    buffer_printf(use, "%s      - {name: v%s%s}\n%s", use_head, block->stated[0] != '\0' ? ", " : "", block->stated, use_tail);
}

/* Whether the contracts load as the block says. */
static bool load(struct block *block)
{
    struct buffer model = BUFFER_EMPTY, use = BUFFER_EMPTY;
    struct diagnostics diagnostics;
    struct catalogue_options options;
    if (block->loaded || block->property[0] == '\0') return true;
    block->loaded = true;
    write_texts(block, &model, &use);
    const struct catalogue_text texts[] = {{SPAN("model.yaml"), buffer_span(&model)}, {SPAN("use.yaml"), buffer_span(&use)}};
    arena_reset(arena);
    diagnostics_init(&diagnostics, arena);
    catalogue_options_init(&options);
    block->catalogue = catalogue_load_texts(texts, block->in_use ? 2 : 1, &options, &diagnostics);
    if (block->catalogue != NULL) block->program = program_compile(block->catalogue, keyring, NULL, &diagnostics);
    if (block->program != NULL) block->enforcer = enforcer_create(block->program);
    bool as_told = judge_diagnostics(block, &diagnostics);
    diagnostics_deinit(&diagnostics);
    buffer_deinit(&model);
    buffer_deinit(&use);
    return as_told;
}

/* ---------------------------------------------------------------- values */

static void write_record(const struct record *record, struct buffer *out)
{
    const char *error = NULL;
    uint32_t id;
    uint64_t fingerprint;
    struct span datum;
    struct avro_json *schema = avro_json_create(record->use->schema, &error);
    assert_non_null(schema);
    assert_int_equal(avro_frame_open(record->value, &id, &fingerprint, &datum), AVRO_FRAME_CONFLUENT);
    if (!avro_json_write(schema, datum, 0, out, &error)) fail_msg("the record is no Avro: %s", error);
    avro_json_destroy(schema);
}

static void describe(const struct block *block, const struct judgement *judgement, struct buffer *out, struct buffer *value)
{
    if (judgement->verdict == VERDICT_REFUSED) {
        for (uint32_t i = 0; i < judgement->violation_count; i++)
            buffer_printf(out, "%s%s", i > 0 ? " " : "", judgement->violations[i].rule->name);
        return;
    }
    const struct outcome *outcome = block->in_use ? &judgement->outcomes[0] : NULL;
    if (outcome != NULL && outcome->kind == OUTCOME_WITHHELD) {
        buffer_append_text(out, outcome->reason == REASON_UNFIT ? "unfit" : "withheld");
        return;
    }
    buffer_append_text(out, judgement->warnings > 0 ? "warned" : "fine");
    if (outcome != NULL) write_record(outcome->record, value);
}

static bool judge(const struct block *block, const char *json, struct buffer *out, struct buffer *value)
{
    struct buffer event = BUFFER_EMPTY;
    struct event_context context = {.received = INT64_C(1795351453250) * US_PER_MS,
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:test"),
                                    .future_tolerance = 5 * US_PER_MINUTE,
                                    .violation_limit = 32};
    struct judgement judgement;
    struct json_cursor cursor;
    bool absent = strcmp(json, "absent") == 0;
    buffer_printf(&event, "{\"id\":\"a\"%s%s}", absent ? "" : ",\"v\":", absent ? "" : json);
    size_t size = event.size;
    assert_non_null(buffer_reserve(&event, JSON_PADDING));
    arena_reset(arena);
    json_begin(&cursor, (struct span){event.data, size}, 32, 100000);
    bool judged = enforce_event(block->enforcer, program_model(block->program, SPAN("o")), &cursor, &context, arena,
                                &judgement) == ENFORCE_JUDGED;
    if (judged) describe(block, &judgement, out, value);
    buffer_deinit(&event);
    return judged;
}

/* JSON | verdict | VALUE: the parts are cut at " | ". */
static bool run_row(struct block *block, char *line, unsigned number)
{
    struct buffer found = BUFFER_EMPTY, value = BUFFER_EMPTY;
    char *verdict = strstr(line, " | "), *wanted = verdict != NULL ? strstr(verdict + 3, " | ") : NULL, expected[LINE_SIZE];
    if (verdict == NULL || block->enforcer == NULL) {
        print_error(TABLE ":%u: %s\n", number, verdict == NULL ? "no verdict" : "nothing loaded that could judge it");
        return false;
    }
    *verdict = '\0';
    verdict += 3;
    if (wanted != NULL) *wanted = '\0';
    bool judged = judge(block, line, &found, &value);
    snprintf(expected, sizeof expected, "{\"v\":%s}", wanted != NULL ? wanted + 3 : "");
    bool right = judged && span_is(buffer_span(&found), verdict) && (wanted == NULL || span_is(buffer_span(&value), expected));
    if (!right)
        print_error(TABLE ":%u: %s: expected %s %s, found %.*s %.*s\n", number, line, verdict, wanted != NULL ? expected : "",
                    SPAN_ARGS(buffer_span(&found)), SPAN_ARGS(buffer_span(&value)));
    buffer_deinit(&found);
    buffer_deinit(&value);
    return right;
}

/* ---------------------------------------------------------------- the table */

static void begin(struct block *block, const char *line, unsigned number, struct counts *counts)
{
    bool use = line[0] == '>';
    counts->wrong += !load(block);
    unload(block);
    block->line = number;
    block->in_use = use;
    block->refusal[0] = block->warning[0] = block->stated[0] = '\0';
    snprintf(use ? block->stated : block->property, LINE_SIZE, "%s", line[1] == ' ' ? line + 2 : "");
    counts->blocks++;
}

static void copy_rule(char out[64], const char *line)
{
    assert_true(strlen(line) > 2 && strlen(line) < 64);
    memcpy(out, line + 2, strlen(line + 2) + 1);
}

static void run_line(struct block *block, char *line, unsigned number, struct counts *counts)
{
    switch (line[0]) {
    case '\0':
    case '#': return;
    case '=':
    case '>': begin(block, line, number, counts); return;
    case '!': copy_rule(block->refusal, line); return;
    case '?': copy_rule(block->warning, line); return;
    default: break;
    }
    counts->wrong += !load(block);
    counts->wrong += !run_row(block, line, number);
    counts->rows++;
}

static void every_row_holds(void **state)
{
    (void)state;
    static struct block block;
    static char line[LINE_SIZE];
    struct counts counts = {0};
    FILE *stream = fopen(TABLE, "r");
    assert_non_null(stream);
    arena = arena_create(64 << 20);
    keyring = keyring_create_passing();
    for (unsigned number = 1; fgets(line, sizeof line, stream) != NULL; number++) {
        line[strcspn(line, "\n")] = '\0';
        run_line(&block, line, number, &counts);
    }
    counts.wrong += !load(&block);
    unload(&block);
    fclose(stream);
    keyring_destroy(keyring);
    arena_destroy(arena);
    print_message("%u properties and statements, %u values\n", counts.blocks, counts.rows);
    assert_int_equal(counts.wrong, 0);
    assert_true(counts.blocks > 200 && counts.rows > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
