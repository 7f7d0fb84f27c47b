/* test_projection.c - random events of the example contracts; each record, decoded by avro-c, must be what a slow and plain
 * projection over a jansson tree says. Nothing of the program under test is used for the expectation but the contracts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Names that both readers have are taken out of the way while jansson's header is read; none of them is used here. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_TRUE   JANSSON_TRUE
#define JSON_FALSE  JANSSON_FALSE
#define JSON_NULL   JANSSON_NULL
#define json_string jansson_string
#include <jansson.h>

/* jansson's own tests are macros over the names above. */
static bool is_null(const json_t *tree)
{
    return json_is_null(tree);
}

static bool is_true(const json_t *tree)
{
    return json_is_true(tree);
}

static bool is_integer(const json_t *tree)
{
    return json_is_integer(tree);
}

#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#undef json_string

#include <arpa/inet.h>
#include <avro.h>
#include <math.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "contracts/enforce.h"
#include "contracts/sample.h"
#include "tests/record_twin.h"

enum { SEEDS = 400, TEXT_MAX = 4096, MEMORY = 64 << 20 };

static const int64_t clock_us = INT64_C(1795351453250) * 1000; /* 2026-11-22 */
static const unsigned char root_key[33] = "0123456789abcdef0123456789abcdef";

/* ---------------------------------------------------------------- the event's tree */

/* The key of the map's entry at hand, a JSON text. */
static json_t *key_now;

static bool is_key(const struct field *field)
{
    const struct field *entry = field->parent;
    return entry != NULL && entry->parent != NULL && entry->parent->type == TYPE_MAP && entry->children[0] == field;
}

/* The member that a model's field is, seen from `context`, an object or an item that `within` is the field of. */
static json_t *find(const struct field *source, const struct field *within, json_t *context)
{
    if (source == within) return context;
    if (is_key(source)) return key_now;
    json_t *outer = find(source->parent, within, context);
    char name[TEXT_MAX];
    snprintf(name, sizeof name, "%.*s", SPAN_ARGS(source->wire_name));
    json_t *member = json_object_get(outer, name);
    return is_null(member) ? NULL : member;
}

/* ---------------------------------------------------------------- plain handling */

static void hmac(const void *key, size_t key_size, const void *data, size_t size, unsigned char out[32])
{
    unsigned length;
    assert_non_null(HMAC(EVP_sha256(), key, (int)key_size, data, size, out, &length));
}

/* RFC 5869 with an empty salt and one block of output; then HMAC over "field" U+001F text, base64url. */
static size_t expect_hash(const struct use *use, const struct handling *handling, const char *text, size_t size, char *out)
{
    unsigned char salt[32] = {0}, prk[32], key[32], digest[32], input[TEXT_MAX];
    bool domain = handling->scope == SCOPE_DOMAIN;
    struct span name = domain ? use->domain : use->id;
    int used = snprintf((char *)input, sizeof input, "%s\x1F%.*s\x01", domain ? "domain" : "use", SPAN_ARGS(name));
    hmac(salt, sizeof salt, root_key, 32, prk);
    hmac(prk, sizeof prk, input, (size_t)used, key);
    memcpy(input, "field\x1F", 6);
    memcpy(input + 6, text, size);
    hmac(key, sizeof key, input, 6 + size, digest);
    char encoded[64];
    EVP_EncodeBlock((unsigned char *)encoded, digest, 32);
    for (char *at = encoded; *at != '\0'; at++) *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    memcpy(out, encoded, 43);
    return 43;
}

static size_t characters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Bytes of the first `count` characters. */
static size_t bytes_of(const char *text, size_t size, size_t count)
{
    size_t at = 0;
    while (at < size && count > 0) {
        at++;
        while (at < size && ((unsigned char)text[at] & 0xC0) == 0x80) at++;
        count--;
    }
    return at;
}

static size_t expect_mask(const struct handling *handling, const char *text, size_t size, char *out)
{
    size_t local = size, used = 0;
    for (size_t i = 0; handling->keep_domain && i < size; i++)
        if (text[i] == '@') local = i;
    size_t count = characters(text, local), first = handling->keep_first < count ? handling->keep_first : count;
    size_t last = handling->keep_last < count - first ? handling->keep_last : count - first, hidden = count - first - last;
    size_t head = bytes_of(text, local, first), tail = bytes_of(text, local, count - last);
    memcpy(out, text, head);
    used = head;
    for (size_t i = 0; i < hidden && i < 8; i++) out[used++] = '*';
    memcpy(out + used, text + tail, size - tail);
    return used + size - tail;
}

static size_t expect_network(const struct handling *handling, const char *text, size_t size, char *out)
{
    char name[64];
    unsigned char address[16];
    assert_true(size < sizeof name);
    memcpy(name, text, size);
    name[size] = '\0';
    int family = strchr(name, ':') != NULL ? AF_INET6 : AF_INET;
    unsigned bits = family == AF_INET6 ? 128 : 32, kept = family == AF_INET6 ? handling->v6 : handling->v4;
    assert_int_equal(inet_pton(family, name, address), 1);
    for (unsigned bit = kept; bit < bits; bit++) address[bit / 8] &= (unsigned char)~(0x80 >> (bit % 8));
    assert_non_null(inet_ntop(family, address, out, 64));
    return strlen(out);
}

static size_t expect_text(const struct use *use, const struct field *field, json_t *source, char *out)
{
    const struct handling *handling = &field->handling;
    const char *text = json_string_value(source);
    size_t size = json_string_length(source);
    assert_true(size < TEXT_MAX / 2);
    switch (handling->kind) {
    case HANDLE_HMAC: return expect_hash(use, handling, text, size, out);
    case HANDLE_MASK: return expect_mask(handling, text, size, out);
    case HANDLE_TRUNCATE_IP: return expect_network(handling, text, size, out);
    case HANDLE_TRUNCATE: size = bytes_of(text, size, handling->length); break;
    case HANDLE_REDACT:
        text = handling->constant.text.data;
        size = handling->constant.text.size;
        break;
    default: break;
    }
    memcpy(out, text, size);
    return size;
}

/* Microseconds of what an RFC 3339 text says; a date alone is midnight, a time alone is of 1970-01-01. */
static int64_t instant(const char *text)
{
    struct tm tm = {.tm_year = 70, .tm_mday = 1};
    int sign = 0, hours = 0, minutes = 0, length = 0;
    double fraction = 0;
    if (text[2] != ':') {
        assert_int_equal(sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &length), 3);
        tm.tm_year -= 1900;
        tm.tm_mon -= 1;
        text += length + (text[length] != '\0');
    }
    if (*text != '\0') {
        assert_int_equal(sscanf(text, "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &length), 3);
        text += length;
    }
    if (*text == '.') {
        char digits[7] = "000000";
        for (int i = 0; text[1 + i] >= '0' && text[1 + i] <= '9'; i++)
            if (i < 6) digits[i] = text[1 + i];
        fraction = atoi(digits);
        for (text++; *text >= '0' && *text <= '9';) text++;
    }
    if (*text == '+' || *text == '-') {
        sign = *text == '-' ? -1 : 1;
        assert_int_equal(sscanf(text + 1, "%2d:%2d", &hours, &minutes), 2);
    }
    return ((int64_t)timegm(&tm) - sign * (hours * 3600 + minutes * 60)) * 1000000 + (int64_t)fraction;
}

static int64_t expect_time(const struct field *field, json_t *source)
{
    int64_t us = instant(json_string_value(source));
    if (field->handling.kind != HANDLE_GENERALISE) return us;
    time_t seconds = (time_t)floor((double)us / 1e6);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    switch (field->handling.unit) {
    case UNIT_YEAR: tm.tm_mon = 0; FALLTHROUGH;
    case UNIT_MONTH: tm.tm_mday = 1; FALLTHROUGH;
    case UNIT_DAY: tm.tm_hour = 0; FALLTHROUGH;
    case UNIT_HOUR: tm.tm_min = 0; FALLTHROUGH;
    case UNIT_MINUTE: tm.tm_sec = 0; FALLTHROUGH;
    case UNIT_SECOND: break;
    }
    return (int64_t)timegm(&tm) * 1000000;
}

static double expect_number(const struct field *field, json_t *source)
{
    double value = json_number_value(source);
    if (field->handling.kind != HANDLE_ROUND) return value;
    double step = number_to_double(&field->handling.step);
    return nearbyint(value / step) * step; /* half to even; the examples' steps meet no tie that doubles miss */
}

/* ---------------------------------------------------------------- comparing */

static void check_value(const struct use *use, const struct field *field, json_t *source, avro_value_t *value);

static void check_field(const struct use *use, const struct field *field, const struct field *within, json_t *context,
                        avro_value_t *value)
{
    json_t *source = find(field->source, within, context);
    if (is_null(source)) source = NULL;
    avro_value_t branch;
    int discriminant = 0;
    if (field->required) {
        assert_non_null(source);
        check_value(use, field, source, value);
        return;
    }
    assert_int_equal(avro_value_get_discriminant(value, &discriminant), 0);
    assert_int_equal(discriminant, source != NULL);
    assert_int_equal(avro_value_get_current_branch(value, &branch), 0);
    if (source != NULL) check_value(use, field, source, &branch);
}

static void check_object(const struct use *use, const struct field *field, const struct field *within, json_t *context,
                         avro_value_t *value)
{
    size_t count = 0;
    assert_int_equal(avro_value_get_size(value, &count), 0);
    assert_int_equal(count, field->child_count);
    for (size_t i = 0; i < count; i++) {
        avro_value_t member;
        const char *name;
        assert_int_equal(avro_value_get_by_index(value, i, &member, &name), 0);
        assert_true(span_is(field->children[i]->wire_name, name));
        check_field(use, field->children[i], within, context, &member);
    }
}

static void check_array(const struct use *use, const struct field *field, json_t *source, avro_value_t *value)
{
    size_t count = 0;
    assert_int_equal(avro_value_get_size(value, &count), 0);
    assert_int_equal(count, json_array_size(source));
    for (size_t i = 0; i < count; i++) {
        avro_value_t item;
        assert_int_equal(avro_value_get_by_index(value, i, &item, NULL), 0);
        check_field(use, field->items, field->items->source, json_array_get(source, i), &item);
    }
}

/* avro-c hands out entries in the order in which they were written. */
static void check_map(const struct use *use, const struct field *field, json_t *source, avro_value_t *value)
{
    const struct field *content = field->items->children[1];
    size_t count = 0;
    const char *last = NULL;
    json_t *outer = key_now;
    assert_int_equal(avro_value_get_size(value, &count), 0);
    assert_int_equal(count, json_object_size(source));
    for (size_t i = 0; i < count; i++) {
        avro_value_t item;
        const char *key = NULL;
        assert_int_equal(avro_value_get_by_index(value, i, &item, &key), 0);
        assert_true(last == NULL || strcmp(last, key) < 0);
        json_t *member = json_object_get(source, key);
        assert_non_null(member);
        key_now = json_stringn(key, strlen(key));
        check_field(use, content, content->source, member, &item);
        json_decref(key_now);
        last = key;
    }
    key_now = outer;
}

static void check_decimal(const struct field *field, json_t *source, avro_value_t *value)
{
    const void *bytes = NULL;
    size_t size = 0;
    assert_int_equal(avro_value_get_bytes(value, &bytes, &size), 0);
    assert_true(size > 0 && size <= 17);
    const unsigned char *byte = bytes;
    long double unscaled = (signed char)byte[0];
    for (size_t i = 1; i < size; i++) unscaled = unscaled * 256 + byte[i];
    long double expected = (long double)expect_number(field, source) * powl(10, field->scale);
    /* Half a unit of what a double can say of it. */
    assert_true(fabsl(unscaled - expected) <= fabsl(expected) * 0x1p-51L + (fabsl(expected) < 0x1p50L ? 1e-4L : 0));
}

static void check_text(const struct use *use, const struct field *field, json_t *source, avro_value_t *value)
{
    char expected[TEXT_MAX];
    const char *text = NULL;
    size_t size = 0, expected_size = expect_text(use, field, source, expected);
    assert_int_equal(avro_value_get_string(value, &text, &size), 0);
    assert_int_equal(size, expected_size + 1); /* avro-c counts its NUL */
    assert_memory_equal(text, expected, expected_size);
}

static void check_bytes(json_t *source, avro_value_t *value)
{
    unsigned char expected[TEXT_MAX];
    const char *text = json_string_value(source);
    const void *bytes = NULL;
    size_t size = 0, length = json_string_length(source);
    int decoded = length > 0 ? EVP_DecodeBlock(expected, (const unsigned char *)text, (int)length) : 0;
    for (size_t i = 0; i < 2 && i < length; i++) decoded -= text[length - 1 - i] == '=';
    assert_int_equal(avro_value_get_bytes(value, &bytes, &size), 0);
    assert_int_equal(size, decoded);
    if (size > 0) assert_memory_equal(bytes, expected, size);
}

static int64_t long_of(avro_value_t *value)
{
    int32_t small = 0;
    int64_t large = 0;
    if (avro_value_get_type(value) == AVRO_INT32) {
        assert_int_equal(avro_value_get_int(value, &small), 0);
        return small;
    }
    assert_int_equal(avro_value_get_long(value, &large), 0);
    return large;
}

static void check_long(int64_t expected, avro_value_t *value)
{
    assert_true(long_of(value) == expected);
}

/* An integer that was written like 9e2 is a double to jansson. */
static void check_integer(json_t *source, avro_value_t *value)
{
    if (is_integer(source))
        check_long((int64_t)json_integer_value(source), value);
    else
        assert_true((double)long_of(value) == json_real_value(source));
}

static void check_real(const struct field *field, json_t *source, avro_value_t *value)
{
    double wide = 0;
    float narrow = 0;
    double expected = expect_number(field, source);
    if (field->type == TYPE_DOUBLE) {
        assert_int_equal(avro_value_get_double(value, &wide), 0);
        assert_true(wide == expected);
        return;
    }
    assert_int_equal(avro_value_get_float(value, &narrow), 0);
    assert_true(narrow == (float)expected);
}

static void check_value(const struct use *use, const struct field *field, json_t *source, avro_value_t *value)
{
    int boolean = 0;
    int64_t us;
    switch (field->type) {
    case TYPE_STRING: check_text(use, field, source, value); break;
    case TYPE_BYTES: check_bytes(source, value); break;
    case TYPE_INT:
    case TYPE_LONG: check_integer(source, value); break;
    case TYPE_DECIMAL: check_decimal(field, source, value); break;
    case TYPE_FLOAT:
    case TYPE_DOUBLE: check_real(field, source, value); break;
    case TYPE_BOOLEAN:
        assert_int_equal(avro_value_get_boolean(value, &boolean), 0);
        assert_int_equal(boolean, is_true(source));
        break;
    case TYPE_DATE: check_long(expect_time(field, source) / 86400000000, value); break;
    case TYPE_TIMESTAMP:
        us = expect_time(field, source);
        check_long(field->fraction_digits > 3 ? us : (int64_t)floor((double)us / 1000), value);
        break;
    case TYPE_TIME: check_long(expect_time(field, source), value); break;
    case TYPE_OBJECT: check_object(use, field, field->source, source, value); break;
    case TYPE_ARRAY: check_array(use, field, source, value); break;
    case TYPE_MAP: check_map(use, field, source, value); break;
    }
}

/* ---------------------------------------------------------------- the examples */

struct rig {
    struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
    struct program *slow_program; /* without the short ways */
    struct enforcer *slow;
    struct arena *arena, *slow_arena;
    unsigned records;
};

/* The members of a use's object may come from other objects of the event, so all are sought from the root. */
static void check_record(struct rig *rig, const struct record *record, json_t *event)
{
    avro_schema_t schema;
    avro_value_t value;
    const struct use *use = record->use;
    assert_int_equal(avro_schema_from_json_length(use->schema.data, use->schema.size, &schema), 0);
    avro_value_iface_t *class = avro_generic_class_from_schema(schema);
    assert_int_equal(avro_generic_value_new(class, &value), 0);
    avro_reader_t reader = avro_reader_memory(record->value.data + 5, (int64_t)record->value.size - 5);
    assert_int_equal(avro_value_read(reader, &value), 0);
    char extra;
    assert_int_not_equal(avro_read(reader, &extra, 1), 0); /* nothing is left over */
    check_object(use, use->root, use->model->root, event, &value);
    avro_reader_free(reader);
    avro_value_decref(&value);
    avro_value_iface_decref(class);
    avro_schema_decref(schema);
    rig->records++;
}

static void check_event(struct rig *rig, const struct model *model, struct buffer *text)
{
    struct event_context context = {.received = clock_us,
                                    .sent = NO_TIME,
                                    .envelope_time = NO_TIME,
                                    .source = SPAN("urn:test"),
                                    .future_tolerance = 5 * US_PER_MINUTE,
                                    .violation_limit = 4};
    struct json_cursor cursor;
    struct judgement judgement;
    json_error_t error;
    size_t size = text->size;
    assert_non_null(buffer_reserve(text, JSON_PADDING));
    struct judgement slow;
    arena_reset(rig->arena);
    arena_reset(rig->slow_arena);
    json_begin(&cursor, (struct span){text->data, size}, 32, 100000);
    assert_int_equal(
        enforce_event(rig->slow, program_model(rig->slow_program, model->event), &cursor, &context, rig->slow_arena, &slow),
        ENFORCE_JUDGED);
    json_begin(&cursor, (struct span){text->data, size}, 32, 100000);
    assert_int_equal(
        enforce_event(rig->enforcer, program_model(rig->program, model->event), &cursor, &context, rig->arena, &judgement),
        ENFORCE_JUDGED);
    assert_int_equal(judgement.verdict, VERDICT_ACCEPTED);
    assert_false(judgement.generated);
    judgement_twin_compare(&judgement, &slow);
    json_t *event = json_loadb(text->data, size, JSON_ALLOW_NUL, &error);
    if (event == NULL) event = json_loadb(text->data, size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    assert_non_null(event);
    for (uint32_t i = 0; i < judgement.outcome_count; i++) {
        if (judgement.outcomes[i].kind == OUTCOME_WITHHELD) continue; /* unfit: narrower than its model */
        assert_int_equal(judgement.outcomes[i].kind, OUTCOME_DELIVERED);
        check_record(rig, judgement.outcomes[i].record, event);
    }
    json_decref(event);
}

static void check_model(struct rig *rig, const struct model *model)
{
    struct sample_options options = {.clock = clock_us, .varied = true};
    struct sampler *sampler = sampler_create(model, &options);
    assert_non_null(sampler);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct buffer text = BUFFER_EMPTY;
        const struct field *stuck;
        assert_true(sample_event(sampler, seed, &text, &stuck));
        check_event(rig, model, &text);
        buffer_deinit(&text);
    }
    sampler_destroy(sampler);
}

static void check_contracts(const char *folder)
{
    struct rig rig = {.arena = arena_create(MEMORY), .slow_arena = arena_create(MEMORY)};
    struct catalogue_options options;
    struct diagnostics diagnostics;
    struct keyring *keyring = keyring_create_fixed(root_key);
    diagnostics_init(&diagnostics, rig.arena);
    catalogue_options_init(&options);
    rig.catalogue = catalogue_load(folder, &options, &diagnostics);
    assert_non_null(rig.catalogue);
    rig.program = program_compile(rig.catalogue, keyring, NULL, &diagnostics);
    assert_non_null(rig.program);
    rig.enforcer = enforcer_create_repeatable(rig.program);
    rig.slow_program = program_compile(rig.catalogue, keyring, NULL, &diagnostics);
    assert_true(rig.enforcer != NULL && rig.slow_program != NULL);
    rig.slow = enforcer_create_repeatable(rig.slow_program);
    assert_non_null(rig.slow);
    for (size_t i = 0; i < rig.catalogue->model_count; i++)
        record_twin_slow(program_model(rig.slow_program, rig.catalogue->models[i]->event));
    diagnostics_deinit(&diagnostics);
    for (size_t i = 0; i < rig.catalogue->model_count; i++) check_model(&rig, rig.catalogue->models[i]);
    assert_true(rig.records >= SEEDS * rig.catalogue->model_count);
    enforcer_destroy(rig.enforcer);
    enforcer_destroy(rig.slow);
    program_destroy(rig.slow_program);
    arena_destroy(rig.slow_arena);
    program_destroy(rig.program);
    catalogue_destroy(rig.catalogue);
    keyring_destroy(keyring);
    arena_destroy(rig.arena);
}

static void records_are_what_a_plain_projection_says(void **state)
{
    (void)state;
    check_contracts("contracts/examples");
}

static void maps_are_too(void **state)
{
    (void)state;
    check_contracts("tests/decisions/contracts/maps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_what_a_plain_projection_says),
        cmocka_unit_test(maps_are_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
