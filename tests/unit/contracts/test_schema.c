#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <avro.h>
#include <cmocka.h>

#include "codecs/attributes.h"
#include "codecs/digest.h"
#include "contracts/rule.h"
#include "contracts/schema.h"
#include "tests/unit/contracts/build.h"

static struct arena *arena;
static struct use *use;
static struct diagnostics diagnostics;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 20);
    use = build_use(arena, build_model(arena));
    use->namespace_text = SPAN("acme.v1");
    use->root->name = SPAN("paid");
    use->topic = SPAN("payments.paid.fraud.v1");
    diagnostics_init(&diagnostics, arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

static void assert_text(struct span text, const char *expected)
{
    if (!span_is(text, expected)) fail_msg("\n%.*s is not\n%s", SPAN_ARGS(text), expected);
}

/* Every text that is made here must also be one to Avro's own C library. */
static void derive(void)
{
    avro_schema_t schema = NULL;
    assert_true(schema_derive(use, arena, &diagnostics));
    if (avro_schema_from_json_length(use->schema.data, use->schema.size, &schema) != 0) fail_msg("avro-c: %s", avro_strerror());
    avro_schema_decref(schema);
}

static struct field *only_field(const char *name, enum type type, bool required)
{
    use->root->child_count = 0;
    return build_add(arena, use->root, name, type, required);
}

/* The text of one field in a record of its own. */
static void assert_member(const char *member)
{
    derive();
    struct span expected = arena_printf(arena,
                                        "{\"type\":\"record\",\"name\":\"paid\",\"namespace\":\"acme.v1\",\"doc\":\"Decide "
                                        "whether a payment looks fraudulent.\",\"fields\":[%s]}",
                                        member);
    assert_text(use->schema, expected.data);
}

static void writes_every_type(void **state)
{
    (void)state;
    static const struct {
        enum type type;
        const char *avro;
    } rows[] = {
        {TYPE_STRING, "\"string\""},
        {TYPE_BYTES, "\"bytes\""},
        {TYPE_INT, "\"int\""},
        {TYPE_LONG, "\"long\""},
        {TYPE_DECIMAL, "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}"},
        {TYPE_FLOAT, "\"float\""},
        {TYPE_DOUBLE, "\"double\""},
        {TYPE_BOOLEAN, "\"boolean\""},
        {TYPE_DATE, "{\"type\":\"int\",\"logicalType\":\"date\"}"},
        {TYPE_TIMESTAMP, "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}"},
        {TYPE_TIME, "{\"type\":\"long\",\"logicalType\":\"time-micros\"}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct field *field = only_field("f", rows[i].type, true);
        field->precision = 9;
        field->scale = 2;
        struct span member = arena_printf(arena, "{\"name\":\"f\",\"type\":%s,\"classification\":\"internal\"}", rows[i].avro);
        assert_member(member.data);
        field->required = false;
        member = arena_printf(arena, "{\"name\":\"f\",\"type\":[\"null\",%s],\"default\":null,\"classification\":\"internal\"}",
                              rows[i].avro);
        assert_member(member.data);
    }
}

static void writes_variants_of_types(void **state)
{
    (void)state;
    struct field *field = only_field("f", TYPE_TIMESTAMP, true);
    field->fraction_digits = 6;
    assert_member(
        "{\"name\":\"f\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"},\"classification\":\"internal\"}");
    field->zone = false;
    assert_member("{\"name\":\"f\",\"type\":{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"},\"classification\":"
                  "\"internal\"}");
    field->fraction_digits = 3;
    assert_member("{\"name\":\"f\",\"type\":{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"},\"classification\":"
                  "\"internal\"}");
    field = only_field("f", TYPE_STRING, true);
    field->uuid = true;
    assert_member("{\"name\":\"f\",\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"},\"classification\":\"internal\"}");
}

static void writes_what_is_said_about_a_field(void **state)
{
    (void)state;
    static const struct span tags[] = {{"PII", 3}, {"card data", 9}}, aliases[] = {{"old", 3}};
    struct field *field = only_field("amount", TYPE_LONG, true);
    field->wire_name = SPAN("amountCents");
    field->doc = SPAN("In \"cents\", \xe2\x82\xac only.");
    field->classification = CLASS_CONFIDENTIAL;
    field->tags = tags;
    field->tag_count = 2;
    field->avro_aliases = aliases;
    field->avro_alias_count = 1;
    field->avro_default = SPAN("0");
    assert_member("{\"name\":\"amountCents\",\"type\":\"long\",\"default\":0,\"doc\":\"In \\\"cents\\\", \xe2\x82\xac only.\","
                  "\"aliases\":[\"old\"],\"classification\":\"confidential\",\"confluent:tags\":[\"PII\",\"card data\"]}");
}

/* Whoever reads it must know: an encrypted field is marked, and its schema is another than that of a plain one. */
static void marks_what_is_encrypted(void **state)
{
    (void)state;
    struct field *field = only_field("amount", TYPE_STRING, true);
    derive();
    struct span plain = schema_normal(use->schema, arena);
    field->handling.kind = HANDLE_ENCRYPT;
    assert_member("{\"name\":\"amount\",\"type\":\"string\",\"classification\":\"internal\",\"encrypted\":\"use\"}");
    assert_false(span_equal(plain, schema_normal(use->schema, arena)));
    field = only_field("amounts", TYPE_ARRAY, true);
    build_items(arena, field, "amount", TYPE_BYTES, true)->handling.kind = HANDLE_ENCRYPT;
    assert_member("{\"name\":\"amounts\",\"type\":{\"type\":\"array\",\"items\":\"bytes\"},\"classification\":\"internal\","
                  "\"encrypted\":\"use\"}");
}

static void nests_records_in_their_parents_name(void **state)
{
    (void)state;
    struct field *card = only_field("card", TYPE_OBJECT, false);
    struct field *inner = build_add(arena, card, "inner", TYPE_OBJECT, true);
    build_add(arena, inner, "a", TYPE_INT, true);
    struct field *device = build_add(arena, use->root, "device", TYPE_OBJECT, true);
    struct field *other = build_add(arena, device, "inner", TYPE_OBJECT, true);
    build_add(arena, other, "b", TYPE_INT, true);
    derive();
    assert_text(schema_canonical(use->schema, arena),
                "{\"name\":\"acme.v1.paid\",\"type\":\"record\",\"fields\":["
                "{\"name\":\"card\",\"type\":[\"null\",{\"name\":\"acme.v1.paid.card\",\"type\":\"record\",\"fields\":["
                "{\"name\":\"inner\",\"type\":{\"name\":\"acme.v1.paid.card.inner\",\"type\":\"record\",\"fields\":["
                "{\"name\":\"a\",\"type\":\"int\"}]}}]}]},"
                "{\"name\":\"device\",\"type\":{\"name\":\"acme.v1.paid.device\",\"type\":\"record\",\"fields\":["
                "{\"name\":\"inner\",\"type\":{\"name\":\"acme.v1.paid.device.inner\",\"type\":\"record\",\"fields\":["
                "{\"name\":\"b\",\"type\":\"int\"}]}}]}}]}");
}

static void writes_arrays(void **state)
{
    (void)state;
    struct field *flags = only_field("flags", TYPE_ARRAY, false);
    build_items(arena, flags, "flag", TYPE_STRING, false);
    assert_member("{\"name\":\"flags\",\"type\":[\"null\",{\"type\":\"array\",\"items\":[\"null\",\"string\"]}],\"default\":null,"
                  "\"classification\":\"internal\"}");
    struct field *lines = only_field("lines", TYPE_ARRAY, true);
    struct field *line = build_items(arena, lines, "lines_item", TYPE_OBJECT, true);
    build_add(arena, line, "sku", TYPE_STRING, true);
    assert_member(
        "{\"name\":\"lines\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"lines_item\","
        "\"namespace\":\"acme.v1.paid\",\"fields\":[{\"name\":\"sku\",\"type\":\"string\",\"classification\":\"internal\"}]}},"
        "\"classification\":\"internal\"}");
}

static void objects_are_as_sensitive_as_their_content(void **state)
{
    (void)state;
    struct field *card = only_field("card", TYPE_OBJECT, true);
    card->classification = CLASS_PUBLIC;
    build_add(arena, card, "bin", TYPE_INT, true)->classification = CLASS_CONFIDENTIAL;
    assert_member(
        "{\"name\":\"card\",\"type\":{\"type\":\"record\",\"name\":\"card\",\"namespace\":\"acme.v1.paid\",\"fields\":["
        "{\"name\":\"bin\",\"type\":\"int\",\"classification\":\"confidential\"}]},\"classification\":\"confidential\"}");
}

static const struct constant symbols[] = {{.text = {"EUR", 3}}, {.text = {"USD", 3}}};

static void writes_enums_on_request(void **state)
{
    (void)state;
    struct field *field = only_field("currency", TYPE_STRING, true);
    field->rules.enumeration = symbols;
    field->rules.enumeration_count = 2;
    assert_member("{\"name\":\"currency\",\"type\":\"string\",\"classification\":\"internal\"}");
    field->avro_enum = true;
    field->avro_default = SPAN("\"USD\"");
    assert_member("{\"name\":\"currency\",\"type\":{\"type\":\"enum\",\"name\":\"currency\",\"namespace\":\"acme.v1.paid\","
                  "\"symbols\":[\"EUR\",\"USD\"],\"default\":\"USD\"},\"classification\":\"internal\"}");
}

static void assert_refused(const char *rule)
{
    size_t before = diagnostics.count;
    assert_false(schema_derive(use, arena, &diagnostics));
    assert_int_equal(diagnostics.count, before + 1);
    assert_string_equal(diagnostics.items[before].rule->name, rule);
}

static void refuses_what_avro_cannot_say(void **state)
{
    (void)state;
    static const struct constant bad[] = {{.text = {"A-1", 3}}};
    struct field *field = only_field("order-id", TYPE_STRING, true);
    assert_refused("avro-name");
    field->wire_name = SPAN("1st");
    assert_refused("avro-name");
    field->wire_name = SPAN("kind");
    field->avro_enum = true;
    field->avro_default = SPAN("\"A-1\"");
    field->rules.enumeration = bad;
    field->rules.enumeration_count = 1;
    assert_refused("avro-enum");
    field->rules.enumeration = symbols;
    field->rules.enumeration_count = 2;
    assert_refused("avro-enum"); /* the default is none of them */
    field->avro_default = (struct span){NULL, 0};
    assert_refused("avro-enum");
    use->namespace_text = SPAN("acme..v1");
    assert_refused("avro-name");
}

static void refuses_two_types_of_one_name(void **state)
{
    (void)state;
    struct field *line = only_field("line", TYPE_OBJECT, true);
    build_add(arena, line, "a", TYPE_INT, true);
    struct field *lines = build_add(arena, use->root, "lines", TYPE_ARRAY, true);
    build_add(arena, build_items(arena, lines, "line", TYPE_OBJECT, true), "b", TYPE_INT, true);
    assert_refused("avro-name");
}

static void judges_defaults(void **state)
{
    (void)state;
    static const struct {
        enum type type;
        bool required;
        const char *text;
        bool fits;
    } rows[] = {
        {TYPE_INT, true, "5", true},          {TYPE_INT, true, "2147483648", false}, {TYPE_LONG, true, "2147483648", true},
        {TYPE_LONG, true, "1.5", false},      {TYPE_LONG, true, "\"1\"", false},     {TYPE_STRING, true, "\"\"", true},
        {TYPE_STRING, true, "0", false},      {TYPE_BOOLEAN, true, "false", true},   {TYPE_BOOLEAN, true, "null", false},
        {TYPE_DOUBLE, true, "1.5", true},     {TYPE_LONG, false, "0", false},        {TYPE_LONG, false, "null", true},
        {TYPE_LONG, true, "not json", false}, {TYPE_ARRAY, true, "[]", true},        {TYPE_ARRAY, true, "[1]", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct field *field = only_field("f", rows[i].type, rows[i].required);
        if (rows[i].type == TYPE_ARRAY) build_items(arena, field, "item", TYPE_INT, true);
        field->avro_default = span_of(rows[i].text);
        if (rows[i].fits) {
            derive();
        } else {
            assert_refused("avro-default");
        }
    }
}

/* ---------------------------------------------------------------- forms */

/* The Avro project's test data for canonical forms (schema-tests.txt), and cases of the specification's rules. */
static void canonical_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {"\"null\"", "\"null\""},
        {"{\"type\":\"null\"}", "\"null\""},
        {" { \"type\" : { \"type\" : \"long\" } } ", "\"long\""},
        {"[  ]", "[]"},
        {"[ \"null\" , {\"type\":\"int\"} ]", "[\"null\",\"int\"]"},
        {"{\"fields\":[], \"type\":\"record\", \"name\":\"foo\"}", "{\"name\":\"foo\",\"type\":\"record\",\"fields\":[]}"},
        {"{\"fields\":[], \"type\":\"record\", \"name\":\"foo\", \"namespace\":\"x.y\"}",
         "{\"name\":\"x.y.foo\",\"type\":\"record\",\"fields\":[]}"},
        {"{\"fields\":[], \"type\":\"record\", \"name\":\"a.b.foo\", \"namespace\":\"x.y\"}",
         "{\"name\":\"a.b.foo\",\"type\":\"record\",\"fields\":[]}"},
        {"{\"type\":\"enum\",\"name\":\"foo\",\"symbols\":[\"A1\"],\"doc\":\"d\",\"default\":\"A1\"}",
         "{\"name\":\"foo\",\"type\":\"enum\",\"symbols\":[\"A1\"]}"},
        {"{\"name\":\"foo\",\"type\":\"fixed\",\"size\":15,\"namespace\":\"x\"}",
         "{\"name\":\"x.foo\",\"type\":\"fixed\",\"size\":15}"},
        {"{ \"items\":{\"type\":\"null\"}, \"type\":\"array\"}", "{\"type\":\"array\",\"items\":\"null\"}"},
        {"{\"values\":\"string\",\"type\":\"map\"}", "{\"type\":\"map\",\"values\":\"string\"}"},
        {"{\"type\":\"record\",\"name\":\"n.r\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"r\"],\"default\":null}]}",
         "{\"name\":\"n.r\",\"type\":\"record\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"n.r\"]}]}"},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2}", "\"bytes\""},
        {"5", NULL},
        {"{", NULL},
        {"{\"type\":\"record\",\"fields\":[]}", "\"record\""}, /* no name: not a schema, but no crash either */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span canonical = schema_canonical(span_of(rows[i].text), arena);
        if (rows[i].canonical == NULL) {
            assert_null(canonical.data);
        } else {
            assert_text(canonical, rows[i].canonical);
        }
    }
    struct span fixed = schema_canonical(SPAN("{\"name\":\"foo\",\"type\":\"fixed\",\"size\":15,\"doc\":\"\"}"), arena);
    assert_int_equal(crc64_avro(fixed), INT64_C(1756455273707447556));
}

static void deep_schemas_are_refused(void **state)
{
    (void)state;
    char text[1024];
    memset(text, '[', sizeof text);
    memset(text + 512, ']', 512);
    assert_null(schema_canonical((struct span){text, sizeof text}, arena).data);
}

static void the_normal_form_keeps_what_reading_needs(void **state)
{
    (void)state;
    static const struct span tags[] = {{"PII", 3}};
    struct field *field = only_field("amount", TYPE_DECIMAL, true);
    field->precision = 9;
    field->scale = 2;
    field->doc = SPAN("first");
    derive();
    uint32_t id = use->schema_id;
    uint64_t fingerprint = use->schema_fingerprint;
    assert_text(schema_normal(use->schema, arena),
                "{\"name\":\"acme.v1.paid\",\"type\":\"record\",\"fields\":[{\"name\":\"amount\",\"type\":{\"type\":\"bytes\","
                "\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}}]}");
    assert_int_equal(fingerprint, crc64_avro(schema_canonical(use->schema, arena)));
    field->doc = SPAN("second");
    derive();
    assert_int_equal(use->schema_id, id); /* docs do not count */
    field->scale = 4;
    derive();
    assert_int_not_equal(use->schema_id, id);
    assert_int_equal(use->schema_fingerprint, fingerprint); /* the trap: a fingerprint does not see it */
    field->scale = 2;
    field->tags = tags;
    field->tag_count = 1;
    derive();
    assert_int_not_equal(use->schema_id, id);
}

static void same_contract_same_text(void **state)
{
    (void)state;
    derive();
    struct span first = use->schema;
    uint32_t id = use->schema_id;
    derive();
    assert_true(span_equal(first, use->schema));
    assert_int_equal(use->schema_id, id);
    assert_true(id >= SCHEMA_ID_BASE && id < 2 * SCHEMA_ID_BASE);
}

/* First 30 bits of SHA-256("abc") = ba7816bf... without the upper two. */
static void ids_are_bits_of_the_digest(void **state)
{
    (void)state;
    assert_int_equal(schema_id(SPAN("abc")), 0x40000000 | (0xba7816bf & 0x3fffffff));
}

/* ---------------------------------------------------------------- ids of a catalogue */

static void the_lock_pins_ids(void **state)
{
    (void)state;
    derive();
    uint32_t derived = use->schema_id;
    struct locked_schema locked[] = {{SPAN("payments.paid.fraud.v1-value"), 1, 17, use->schema, SPAN("x@1.0.0")}};
    struct use *uses[] = {use};
    struct catalogue catalogue = {.arena = arena, .uses = uses, .use_count = 1, .locked = locked, .locked_count = 1};
    use->root->children[0]->doc = SPAN("another text of the same schema");
    derive();
    assert_true(schema_assign(&catalogue));
    assert_int_equal(use->schema_id, 17);
    catalogue.locked_count = 0;
    assert_true(schema_assign(&catalogue));
    assert_int_equal(use->schema_id, derived);
}

static void collisions_take_a_counter_byte(void **state)
{
    (void)state;
    derive();
    uint32_t derived = use->schema_id;
    struct locked_schema locked[] = {{SPAN("other-value"), 1, derived, SPAN("\"string\""), SPAN("x@1.0.0")}};
    struct use *uses[] = {use};
    struct catalogue catalogue = {.arena = arena, .uses = uses, .use_count = 1, .locked = locked, .locked_count = 1};
    assert_true(schema_assign(&catalogue));
    struct span normal = schema_normal(use->schema, arena);
    assert_int_not_equal(use->schema_id, derived);
    assert_int_equal(use->schema_id, schema_id(arena_printf(arena, "%.*s\x01", SPAN_ARGS(normal))));
    assert_text(schema_subject(use, arena), "payments.paid.fraud.v1-value");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_every_type),
        TEST(writes_variants_of_types),
        TEST(writes_what_is_said_about_a_field),
        TEST(marks_what_is_encrypted),
        TEST(nests_records_in_their_parents_name),
        TEST(writes_arrays),
        TEST(objects_are_as_sensitive_as_their_content),
        TEST(writes_enums_on_request),
        TEST(refuses_what_avro_cannot_say),
        TEST(refuses_two_types_of_one_name),
        TEST(judges_defaults),
        TEST(canonical_forms),
        TEST(deep_schemas_are_refused),
        TEST(the_normal_form_keeps_what_reading_needs),
        TEST(same_contract_same_text),
        TEST(ids_are_bits_of_the_digest),
        TEST(the_lock_pins_ids),
        TEST(collisions_take_a_counter_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
