#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/utf8.h"
#include "contracts/draft.h"
#include "contracts/enforce.h"
#include "contracts/infer.h"
#include "contracts/sample.h"
#include "contracts/yaml.h"
#include "tests/unit/contracts/draft_fixture.h"
#include "tests/unit/contracts/random_model.h"

#include <stdio.h>
#include <stdlib.h>

enum { MODELS = 60, EVENTS = 60 };
static const int64_t clock_us = INT64_C(1795351453250) * US_PER_MS;

static struct draft_model draft;

static int set_up(void **state)
{
    (void)state;
    static const struct span subjects[] = {{"customer", 8}};
    draft = (struct draft_model){.event = SPAN("order.placed"),
                                 .name = SPAN("order_placed"),
                                 .id = SPAN("urn:shop:model:order_placed"),
                                 .domain = SPAN("shop"),
                                 .owner = SPAN("checkout@acme.example"),
                                 .subjects_known = true,
                                 .subjects = subjects,
                                 .subject_count = 1};
    return open_draft();
}

/* Drafts from a file of this name and content, with the padding that the reader asks for. */
static bool infer(const char *name, const char *content)
{
    struct infer_fault fault = {NULL, 0};
    size_t size = strlen(content);
    char *padded = arena_bytes(arena, size + JSON_PADDING);
    assert_non_null(padded);
    memcpy(padded, content, size);
    memset(padded + size, ' ', JSON_PADDING);
    if (!infer_file(span_of(name), (struct span){padded, size}, &draft, arena, &fault)) return false;
    assert_true(draft_guess(&draft, arena));
    draft_write_model(&draft, &text);
    return true;
}

static void assert_loads(void)
{
    struct catalogue *catalogue = load(buffer_span(&text), (struct span){NULL, 0});
    for (size_t i = 0; i < diagnostics.count && catalogue == NULL; i++)
        print_message("%u: %s: %.*s\n", diagnostics.items[i].place.line, diagnostics.items[i].rule->name,
                      SPAN_ARGS(diagnostics.items[i].detail));
    if (catalogue == NULL) fail_msg("the draft does not load:\n%s", text.data);
    catalogue_destroy(catalogue);
}

/* ---------------------------------------------------------------- events */

/* Sixty orders; what is in them must not be in the draft, but for the words of `channel`. */
static const char *orders(void)
{
    static const char *const channels[] = {"web", "app", "shop-floor"};
    static char out[64 * 1024];
    size_t size = 0;
    for (int i = 0; i < 60; i++)
        size += (size_t)snprintf(
            out + size, sizeof out - size,
            "{\"order_id\":\"%08x-7f4e-4c11-9a53-0b1d5f0c9a11\",\"placed_at\":\"2026-11-22T13:44:%02dZ\",\"total\":%d.%02d,"
            "\"items\":%d,\"channel\":\"%s\",\"customer\":{\"customer_id\":\"cust-%d\",\"email\":\"p%d@secret.example\","
            "\"country\":\"NO\"},"
            "\"ip\":\"192.0.2.%d\",\"day\":\"2026-11-%02d\",\"site\":\"https://shop.example/p/%d\",\"size\":%d.5e-9%s,"
            "\"tags\":[%s],\"x-odd\":1,\"empty\":null,\"none\":{}}\n",
            (unsigned)i * 7919, i, 1000 + i, i, i - 5, channels[i % 3], i, i, i, 1 + i % 28, i, i,
            i % 2 == 0 ? ",\"note\":\"Klingel defekt\"" : "", i % 3 == 0 ? "" : "\"a\",null");
    return out;
}

static void events_are_drafted(void **state)
{
    (void)state;
    assert_true(infer("orders.ndjson", orders()));
    assert_loads();
    assert_says("# Drafted from orders.ndjson (60 events)");
    assert_says(
        "- name: order_id\n        logicalType: string\n        required: true\n        logicalTypeOptions: {format: uuid}");
    assert_says("- name: placed_at\n        logicalType: timestamp\n        required: true\n        logicalTypeOptions: "
                "{timezone: true}");
    /* four digits before the point were seen, three more are room */
    assert_says("- {property: precision, value: 9}\n          - {property: scale, value: 2}");
    assert_says("- name: items\n        logicalType: integer\n        required: true\n      - name");
    assert_says("validValues: [\"web\", \"app\", \"shop-floor\"]");
    assert_says("value: [user.contact.email]} # guessed: the format suggests user.contact.email");
    assert_says("value: [user.device.ip_address]} # guessed");
    assert_says("value: [user.unique_id]} # guessed: the name suggests user.unique_id");
    assert_says("- name: day\n        logicalType: date\n");
    assert_says("{format: uri, maxLength: 64}");
    assert_says("- name: size\n        logicalType: number\n        required: true\n        logicalTypeOptions: {format: f64, "
                "minimum: 0}");
    assert_says("- name: note\n        logicalType: string\n        required: false");
    assert_says("items:\n          logicalType: string\n          required: false");
    assert_says("# left out: members whose names are not letters, digits and _");
    assert_says("# left out: empty: only null was seen");
    assert_says("# left out: none: an object without members to declare");
    assert_says("{property: eventTimeField, value: placed_at} # guessed");
    assert_says("{property: subjectField, value: customer.customer_id} # guessed");
}

static void drafts_hold_no_values(void **state)
{
    (void)state;
    static const char *const values[] = {"secret.example", "cust-",  "192.0.2", "Klingel", "13:44", "2026-11",
                                         "shop.example",   "\"NO\"", "7f4e",    "\"a\"",   "x-odd"};
    assert_true(infer("orders.ndjson", orders()));
    for (size_t i = 0; i < COUNT_OF(values); i++) assert_silent(values[i]);
}

/* A list of values needs words that came often, and a field that is nobody's. */
static void few_values_alone_make_no_list(void **state)
{
    (void)state;
    struct buffer events = BUFFER_EMPTY;
    for (int i = 0; i < 40; i++)
        buffer_printf(&events, "{\"rare\":\"%s\",\"gender\":\"%s\",\"said\":\"%s\",\"one\":\"same\"}\n",
                      i == 7 ? "once" : "often", i % 2 == 0 ? "male" : "female", i % 2 == 0 ? "two words" : "no list");
    assert_true(infer("e.ndjson", events.data));
    buffer_deinit(&events);
    assert_silent("validValues");
    assert_silent("female");
    assert_says("user.demographic.gender");
    draft.subject_field = SPAN("rare");
    buffer_clear(&text);
    draft_write_model(&draft, &text);
    assert_loads();
}

/* Objects keyed by what no field can be named after, or by too many names; the keys are values, and in no draft. */
static void maps_are_drafted_where_their_values_are_of_one_type(void **state)
{
    (void)state;
    struct buffer events = BUFFER_EMPTY;
    for (int i = 0; i < 600; i++)
        buffer_printf(&events,
                      "{\"customer_id\":\"c\",\"a\":{\"en-GB\":%d},\"b\":{\"k%d\":\"text "
                      "%d\"},\"c\":{\"x-%d\":%s},\"d\":{\"x-%d\":{\"v\":1}},"
                      "\"e\":{\"n%d\":%d.25}}\n",
                      i, i, i, i, i % 2 == 0 ? "1" : "\"one\"", i, i, i % 3 - 1);
    assert_true(infer("events.ndjson", events.data));
    buffer_deinit(&events);
    assert_loads();
    assert_says("apiVersion: v3.2.0");
    assert_says(
        "- name: a\n        logicalType: map # guessed: its names look like values\n        required: true\n        map:\n");
    assert_says("            logicalType: integer\n            required: true\n            logicalTypeOptions: {minimum: 0}\n");
    assert_says(
        "            logicalType: string\n            required: true\n            logicalTypeOptions: {minLength: 1, maxLength: "
        "16}\n");
    assert_says("# left out: c: its names look like values, so it is a map, and its values are not of one plain type");
    assert_says("# left out: d: its names look like values, so it is a map, and its values are not of one plain type");
    assert_says("              - {property: precision, value: 6}\n              - {property: scale, value: 2}\n");
    assert_silent("minimum: 0}\n            customProperties"); /* of e: a value below 0 stood under one of its first names */
    assert_silent("en-GB");
    assert_silent("k599");
}

static void arrays_and_lines_read_alike(void **state)
{
    (void)state;
    assert_true(infer("a.json", "[{\"a\":1},\n{\"a\":2.50,\"b\":true}]\n"));
    assert_says("a.json (2 events)");
    assert_says("- {property: scale, value: 1}"); /* 2.50 is 2.5 */
    assert_says("- name: b\n        logicalType: boolean\n        required: false");
}

static void what_are_no_events_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "1",    "{}", "[]", "{\"a\":1}\n{\"a\":", "{\"a\":1} {1:2}", "{\"a\":null}",
                                      "{\"a\":{}}", "[1,2]"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        draft.root = NULL;
        if (infer("e.ndjson", bad[i])) fail_msg("taken: %s", bad[i]);
    }
}

static void the_more_frequent_type_is_taken(void **state)
{
    (void)state;
    assert_true(infer("e.ndjson", "{\"a\":\"x\",\"b\":1}\n{\"a\":\"y\",\"b\":\"1\"}\n{\"a\":3,\"b\":2}\n"));
    assert_says("logicalType: string # guessed: other types were seen too");
    assert_says("logicalType: integer # guessed: other types were seen too");
}

/* ---------------------------------------------------------------- what is drafted takes what it was drafted from */

static void judge(struct enforcer *enforcer, const struct model_program *program, struct span event)
{
    struct event_context context = {.received = clock_us,
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:test"),
                                    .future_tolerance = 5 * US_PER_MINUTE,
                                    .violation_limit = 32};
    struct judgement judgement;
    struct json_cursor cursor;
    struct arena *own = arena_create(8 << 20);
    char *padded = arena_bytes(own, event.size + JSON_PADDING);
    memcpy(padded, event.data, event.size);
    json_begin(&cursor, (struct span){padded, event.size}, 32, 1000000);
    assert_int_equal(enforce_event(enforcer, program, &cursor, &context, own, &judgement), ENFORCE_JUDGED);
    for (uint32_t i = 0; i < judgement.violation_count; i++)
        fail_msg("%s at %.*s\n%.*s\n%s", judgement.violations[i].rule->name, SPAN_ARGS(judgement.violations[i].pointer),
                 SPAN_ARGS(event), text.data);
    arena_destroy(own);
}

static void judge_all(struct span events)
{
    struct catalogue *catalogue = load(buffer_span(&text), (struct span){NULL, 0});
    assert_non_null(catalogue);
    struct program *program = program_compile(catalogue, NULL, NULL, &diagnostics);
    assert_non_null(program);
    struct enforcer *enforcer = enforcer_create(program);
    while (events.size > 0) {
        size_t line = (size_t)((const char *)memchr(events.data, '\n', events.size) - events.data);
        judge(enforcer, program_model(program, SPAN("order.placed")), (struct span){events.data, line});
        events = (struct span){events.data + line + 1, events.size - line - 1};
    }
    enforcer_destroy(enforcer);
    program_destroy(program);
    catalogue_destroy(catalogue);
}

static void sample_events(const struct model *model, struct buffer *events)
{
    struct sample_options options = {clock_us, false};
    struct sampler *sampler = sampler_create(model, &options);
    const struct field *stuck;
    assert_non_null(sampler);
    for (uint64_t seed = 0; seed < EVENTS; seed++) {
        assert_true(sample_event(sampler, seed, events, &stuck));
        buffer_append_char(events, '\n');
    }
    sampler_destroy(sampler);
}

static void drafts_take_their_own_events(void **state)
{
    (void)state;
    draft.subjects = NULL;
    draft.subject_count = 0;
    unsigned drafted = 0;
    for (uint64_t seed = 1; seed <= MODELS; seed++) {
        struct buffer model = BUFFER_EMPTY, events = BUFFER_EMPTY;
        random_model_write(seed, &model);
        struct catalogue *catalogue = load(buffer_span(&model), (struct span){NULL, 0});
        assert_non_null(catalogue);
        sample_events(catalogue->models[0], &events);
        catalogue_destroy(catalogue);
        buffer_clear(&text);
        draft.event_time = (struct span){NULL, 0};
        if (infer("events.ndjson", events.data)) {
            assert_loads();
            judge_all(buffer_span(&events));
            drafted++;
        }
        buffer_deinit(&model);
        buffer_deinit(&events);
    }
    assert_true(drafted > MODELS * 9 / 10);
}

/* ---------------------------------------------------------------- schemas */

static void a_json_schema_is_drafted(void **state)
{
    (void)state;
    draft.event = (struct span){NULL, 0};
    assert_true(infer(
        "order.json",
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"OrderPlaced\",\"description\":\"An order: "
        "placed\","
        "\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"orderId\",\"placedAt\",\"total\",\"note\","
        "\"customer\"],"
        "\"properties\":{\"orderId\":{\"type\":\"string\",\"format\":\"uuid\"},\"placedAt\":{\"type\":\"string\",\"format\":"
        "\"date-time\"},"
        "\"total\":{\"type\":\"number\",\"minimum\":0,\"exclusiveMaximum\":1e5,\"multipleOf\":0.01},"
        "\"note\":{\"type\":[\"string\",\"null\"],\"maxLength\":200,\"pattern\":\"^[^<]*$\"},"
        "\"channel\":{\"enum\":[\"web\",\"app\",\"\\ud83d\\ude42 "
        "\\u2028\",null]},\"five\":{\"const\":5},\"at\":{\"type\":\"string\",\"format\":\"time\"},"
        "\"old\":{\"type\":\"integer\",\"minimum\":3,\"exclusiveMinimum\":true},"
        "\"behind\":{\"type\":\"string\",\"pattern\":\"(?<=a)b\"},\"any\":{},\"\\u2028x: "
        "y\":{},\"blob\":{\"type\":\"string\",\"contentEncoding\":"
        "\"base64\"},"
        "\"either\":{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"integer\"}]},"
        "\"maybe\":{\"anyOf\":[{\"$ref\":\"#/$defs/a~1b\"},{\"type\":\"null\"}]},\"far\":{\"$ref\":\"https://x.example/s\"},"
        "\"tree\":{\"$ref\":\"#/$defs/Tree\"},\"no\":{\"type\":\"integer\",\"not\":{\"const\":3}},"
        "\"customer\":{\"allOf\":[{\"$ref\":\"#/$defs/"
        "Party\"},{\"properties\":{\"email\":{\"type\":\"string\",\"format\":\"email\"}},"
        "\"required\":[\"email\"]}]},"
        "\"lines\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":50,\"uniqueItems\":true,\"items\":{\"type\":\"integer\"}}},"
        "\"$defs\":{\"a/b\":{\"type\":\"object\",\"properties\":{\"v\":{\"type\":\"integer\"}},\"required\":[\"v\"]},"
        "\"Party\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"minLength\":1}},\"required\":[\"id\"]},"
        "\"Tree\":{\"type\":\"object\",\"properties\":{\"left\":{\"$ref\":\"#/$defs/Tree\"},\"n\":{\"type\":\"integer\"}}}}}"));
    assert_loads();
    assert_true(span_is(draft.event, "order_placed"));
    assert_says("description: \"An order: placed\"");
    assert_says("- name: placedAt\n        logicalType: timestamp\n        required: true");
    assert_says("{minimum: 0, exclusiveMaximum: 100000, multipleOf: 0.01}");
    assert_says("{property: precision, value: 8}\n          - {property: scale, value: 2}");
    assert_says("- name: note\n        logicalType: string\n        required: false\n        logicalTypeOptions: {maxLength: "
                "200, pattern: \"^[^<]*$\"}");
    assert_says("validValues: [web, app, \"\xF0\x9F\x99\x82 \\u2028\"]");
    assert_says("- name: five\n        logicalType: integer\n        required: false\n        quality:\n          - {type: "
                "library, metric: "
                "invalidValues, arguments: {validValues: [5]}, mustBe: 0}");
    assert_says("- name: at\n        logicalType: time\n        required: false\n        logicalTypeOptions: {timezone: true}");
    assert_says("{exclusiveMinimum: 3}");
    assert_says("the schema's pattern is not served here");
    assert_says("# left out: any: no type");
    assert_says("# left out: ???x: y: a name is letters");
    assert_says("{format: byte}");
    assert_says("# left out: either: oneOf or anyOf");
    assert_says("- name: maybe\n        logicalType: object\n        required: false\n        properties:\n          - name: v");
    assert_says("# left out: far: no type");
    assert_says("# left out: left: it holds itself");
    assert_says("the schema's `not` is not carried over");
    assert_says("- name: email\n            logicalType: string\n            required: true");
    assert_says("{minItems: 1, maxItems: 50, uniqueItems: true}");
    assert_says("{property: undeclaredFields, value: reject}");
}

static void maps_of_a_json_schema_are_drafted(void **state)
{
    (void)state;
    assert_true(infer(
        "s.json", "{\"type\":\"object\",\"properties\":{"
                  "\"customer_id\":{\"type\":\"string\"},\"m\":{\"type\":\"object\",\"maxProperties\":20,"
                  "\"additionalProperties\":{\"type\":\"integer\"}},"
                  "\"n\":{\"additionalProperties\":{\"type\":[\"string\",\"null\"]}},"
                  "\"o\":{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"string\",\"integer\"]}},"
                  "\"p\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"additionalProperties\":{\"type\":"
                  "\"string\"}},"
                  "\"q\":{\"type\":\"object\",\"additionalProperties\":true}}}"));
    assert_loads();
    assert_says(
        "- name: m\n        logicalType: map\n        required: false\n        logicalTypeOptions: {maxProperties: 20}\n");
    assert_says("          value:\n            logicalType: integer\n            required: true\n");
    assert_says("          value:\n            logicalType: string\n            required: false\n");
    assert_says("# left out: o: a map, and no one type holds its values");
    assert_says("the schema's `additionalProperties` is not carried over");
    assert_says("# left out: q: nothing in it can be declared");
}

static void an_avro_schema_is_drafted(void **state)
{
    (void)state;
    draft.event = (struct span){NULL, 0};
    assert_true(infer(
        "page.avsc",
        "{\"type\":\"record\",\"name\":\"com.acme.PageViewed\",\"doc\":\"A page was viewed\",\"fields\":["
        "{\"name\":\"id\",\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}},"
        "{\"name\":\"ts\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},"
        "{\"name\":\"user_id\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"who\"},"
        "{\"name\":\"kind\",\"type\":{\"type\":\"enum\",\"name\":\"Kind\",\"symbols\":[\"A\",\"B\"]}},{\"name\":\"again\","
        "\"type\":\"Kind\"},"
        "{\"name\":\"amount\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}},"
        "{\"name\":\"raw\",\"type\":\"bytes\"},{\"name\":\"f\",\"type\":\"float\"},{\"name\":\"i\",\"type\":\"int\"},{\"name\":"
        "\"l\",\"type\":\"long\"},"
        "{\"name\":\"tags\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"string\"]}},{\"name\":\"m\",\"type\":{\"type\":"
        "\"map\",\"values\":\"int\"}},"
        "{\"name\":\"u\",\"type\":[\"null\",\"string\",\"int\"]},{\"name\":\"day\",\"type\":{\"type\":\"int\",\"logicalType\":"
        "\"date\"}},"
        "{\"name\":\"loc\",\"type\":{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}},{\"name\":\"lost\",\"type\":"
        "\"Elsewhere\"},"
        "{\"name\":\"page\",\"type\":{\"type\":\"record\",\"name\":\"Page\",\"fields\":[{\"name\":\"url\",\"type\":\"string\"},"
        "{\"name\":\"next\",\"type\":[\"null\",\"Page\"]}]}}]}"));
    assert_loads();
    assert_true(span_is(draft.event, "page_viewed"));
    assert_says("- {property: avroLogicalType, value: timestamp-micros}");
    assert_says("- name: user_id\n        logicalType: string\n        required: false\n        description: who\n        "
                "classification: restricted");
    assert_says("- name: again\n        logicalType: string\n        required: true\n        quality:");
    assert_says("{property: precision, value: 9}");
    assert_says("{property: avroType, value: bytes}");
    assert_says("- name: f\n        logicalType: number\n        required: true\n        logicalTypeOptions: {format: f32}");
    assert_says("{format: i32}");
    assert_says("items:\n          logicalType: string\n          required: false");
    assert_says("apiVersion: v3.2.0");
    assert_says(
        "- name: m\n        logicalType: map\n        required: true\n        map:\n          key: {logicalType: string} #");
    assert_says("          value:\n            logicalType: integer\n            required: true\n            logicalTypeOptions: "
                "{format: i32}\n");
    assert_says("# left out: u: a union");
    assert_says("# left out: lost: its type is not in this file");
    assert_says("logicalTypeOptions: {timezone: false}");
    assert_says("# left out: next: it holds itself");
    assert_says("{property: subjectField, value: user_id} # guessed");
}

static void what_are_no_schemas_is_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"s.json", "{\"$schema\":\"x\"}"},
        {"s.json", "{\"properties\":{}}"},
        {"s.json", "{\"properties\":{\"a\":{}}}"},
        {"s.json", "{\"$ref\":\"#\"}"},
        {"s.avsc", "\"string\""},
        {"s.avsc", "{"},
        {"s.avsc", "{\"type\":\"record\",\"name\":\"A\",\"fields\":[]}"},
        {"s.avsc", "[\"null\"]"},
        {"s.avsc", "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\"}]}"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (infer(bad[i][0], bad[i][1])) fail_msg("taken: %s\n%s", bad[i][1], text.data);
}

/* ---------------------------------------------------------------- questions */

static void questions_are_refused(void **state)
{
    (void)state;
    draft.subjects_known = false;
    draft.owner = draft.domain = (struct span){NULL, 0};
    assert_true(infer("e.ndjson", "{\"a\":1}"));
    assert_null(load(buffer_span(&text), (struct span){NULL, 0}));
    assert_int_equal(diagnostics.errors, 4); /* domain, owner, subjects, subject field: nothing that follows from them */
    for (size_t i = 0; i < diagnostics.count; i++) assert_string_equal(diagnostics.items[i].rule->name, "unanswered");
}

static void texts_are_what_they_were(void **state)
{
    (void)state;
    static const struct {
        const char *text, *yaml;
    } rows[] = {{"order.placed", "order.placed"},
                {"a b", "\"a b\""},
                {"no", "\"no\""},
                {"NO", "\"NO\""},
                {"1", "\"1\""},
                {"a: b", "\"a: b\""},
                {"urn:a:b", "urn:a:b"},
                {"", "\"\""},
                {"#x", "\"#x\""},
                {"a:", "\"a:\""},
                {"a@b.example", "a@b.example"},
                {"x\n- y", "\"x\\n- y\""},
                {"null", "\"null\""},
                {"\xC3\xA9", "\"\xC3\xA9\""}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        buffer_clear(&text);
        draft_write_text(&text, span_of(rows[i].text));
        assert_string_equal(text.data, rows[i].yaml);
    }
}

/* Whatever a schema's descriptions hold: the text comes back, and nothing but the text. */
static void texts_come_back(void **state)
{
    (void)state;
    static const uint32_t codes[] = {'\t',   '\n',   '\r',   '"',    '\\',   '#',     ':',     ' ',  '-',
                                     'n',    '0',    '%',    '{',    0x7F,   0x85,    0xA0,    0xE9, 0x2028,
                                     0x2029, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F642, 0x10FFFF};
    struct dice dice = {1};
    for (int round = 0; round < 5000; round++) {
        char content[64];
        size_t size = 0;
        struct yaml_error error;
        for (uint64_t left = dice_roll(&dice, 8); left > 0; left--)
            size += utf8_encode(codes[dice_roll(&dice, COUNT_OF(codes))], content + size);
        buffer_clear(&text);
        buffer_append_text(&text, "a: ");
        draft_write_text(&text, (struct span){content, size});
        buffer_append_text(&text, " # end\nb: 1\n");
        const struct yaml_node *root = yaml_parse(buffer_span(&text), arena, &error);
        if (root == NULL) fail_msg("%s:\n%s", error.message, text.data);
        const struct yaml_node *back = yaml_get(root, "a");
        if (root->count != 2 || !yaml_is(back, YAML_STRING) || !span_equal(back->text, (struct span){content, size}))
            fail_msg("another text came back of\n%s", text.data);
    }
}

static void slugs_are_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *slug;
    } rows[] = {{"OrderPlaced", "order_placed"},
                {"order.placed", "order_placed"},
                {"orderID", "order_id"},
                {"HTTPRequest", "http_request"},
                {"__a--b__", "a_b"},
                {"9lives", "lives"},
                {"v2Event", "v2_event"},
                {"\xC3\xA9", NULL}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span slug = draft_slug(span_of(rows[i].text), arena);
        if (!span_equal(slug, span_of(rows[i].slug))) fail_msg("%s -> %.*s", rows[i].text, SPAN_ARGS(slug));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_are_drafted, set_up, close_draft),
        cmocka_unit_test_setup_teardown(drafts_hold_no_values, set_up, close_draft),
        cmocka_unit_test_setup_teardown(few_values_alone_make_no_list, set_up, close_draft),
        cmocka_unit_test_setup_teardown(maps_are_drafted_where_their_values_are_of_one_type, set_up, close_draft),
        cmocka_unit_test_setup_teardown(arrays_and_lines_read_alike, set_up, close_draft),
        cmocka_unit_test_setup_teardown(what_are_no_events_is_refused, set_up, close_draft),
        cmocka_unit_test_setup_teardown(the_more_frequent_type_is_taken, set_up, close_draft),
        cmocka_unit_test_setup_teardown(drafts_take_their_own_events, set_up, close_draft),
        cmocka_unit_test_setup_teardown(a_json_schema_is_drafted, set_up, close_draft),
        cmocka_unit_test_setup_teardown(maps_of_a_json_schema_are_drafted, set_up, close_draft),
        cmocka_unit_test_setup_teardown(an_avro_schema_is_drafted, set_up, close_draft),
        cmocka_unit_test_setup_teardown(what_are_no_schemas_is_refused, set_up, close_draft),
        cmocka_unit_test_setup_teardown(questions_are_refused, set_up, close_draft),
        cmocka_unit_test_setup_teardown(texts_are_what_they_were, set_up, close_draft),
        cmocka_unit_test_setup_teardown(texts_come_back, set_up, close_draft),
        cmocka_unit_test_setup_teardown(slugs_are_words, set_up, close_draft),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
