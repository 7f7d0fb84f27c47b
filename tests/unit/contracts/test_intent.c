#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/attributes.h"
#include "contracts/headers.h"
#include "contracts/intent.h"
#include "contracts/rule.h"
#include "tests/unit/contracts/build.h"

static struct arena *arena;
static struct model *model;
static struct use *use;
static struct diagnostics diagnostics;
static struct catalogue_options options;

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 20);
    model = build_model(arena);
    use = build_use(arena, model);
    options = (struct catalogue_options){0};
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

static bool derive(void)
{
    return intent_derive(use, &options, arena, &diagnostics);
}

static void assert_text(struct span text, const char *expected)
{
    if (!span_is(text, expected)) fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARGS(text), expected);
}

static void assert_error(const char *rule)
{
    assert_false(derive());
    assert_int_equal(diagnostics.errors, 1);
    assert_string_equal(diagnostics.items[0].rule->name, rule);
}

/* ---------------------------------------------------------------- topic */

static void names_the_topic(void **state)
{
    (void)state;
    use->on_late = ON_LATE_DIVERT;
    assert_true(derive());
    assert_text(use->topic, "payments.payment-authorized.fraud-detection.v1");
    assert_text(use->late_topic, "payments.payment-authorized.fraud-detection.v1.late");
    use->on_late = ON_LATE_DELIVER;
    model->event = SPAN("Payment.Authorized_v2");
    use->major = 12;
    assert_true(derive());
    assert_text(use->topic, "payments.payment-authorized-v2.fraud-detection.v12");
    assert_null(use->late_topic.data);
}

static void follows_the_template(void **state)
{
    (void)state;
    options.topic_template = SPAN("acme_{tier}.{region}.{event}-{use}.{major}");
    assert_true(derive());
    assert_text(use->topic, "acme_rt.eu.payment-authorized-fraud-detection.1");
    use->residency_count = 0;
    assert_true(derive());
    assert_text(use->topic, "acme_rt.any.payment-authorized-fraud-detection.1");
}

static void refuses_templates_that_mix_uses(void **state)
{
    (void)state;
    static const char *const bad[] = {"{domain}.{event}.{use}",         "{event}.{major}",        "{use}.{major}",
                                      "{event}.{use}.{major}.{sender}", "{event}.{use}.{major} ", "{event}.{use}.{major"};
    assert_null(intent_template_fault(INTENT_TOPIC_TEMPLATE));
    for (size_t i = 0; i < COUNT_OF(bad); i++) assert_non_null(intent_template_fault(span_of(bad[i])));
    options.topic_template = SPAN("{event}");
    assert_error("topic-template");
}

static void a_stated_topic_must_be_the_derived_one(void **state)
{
    (void)state;
    use->stated_topic = SPAN("payments.payment-authorized.fraud-detection.v1");
    assert_true(derive());
    use->stated_topic = SPAN("payments.fraud");
    assert_error("topic-name");
    assert_text(diagnostics.items[0].detail,
                "physicalName is payments.fraud; the derived name is payments.payment-authorized.fraud-detection.v1");
}

static void refuses_names_that_kafka_has_not(void **state)
{
    (void)state;
    char domain[260];
    memset(domain, 'd', sizeof domain);
    /* the rest of the name takes 38 characters, .late 5 */
    use->domain = (struct span){domain, TOPIC_NAME_MAX - 38 - 5};
    assert_true(derive());
    assert_int_equal(use->topic.size, TOPIC_NAME_MAX - 5);
    use->domain.size++;
    assert_error("topic-name");
    use->domain = SPAN("pay ments");
    assert_false(derive());
}

/* ---------------------------------------------------------------- retention */

#define MIN US_PER_MINUTE
#define H   US_PER_HOUR
#define D   US_PER_DAY

/* The worked limits of docs/contracts.md, and what lies around them. */
static void derives_retention(void **state)
{
    (void)state;
    static const struct {
        int64_t retention, stated, topic, segment, oldest;
    } rows[] = {
        {1 * H, NO_LIMIT, 30 * MIN, 10 * MIN, 10 * MIN},
        {1 * D, NO_LIMIT, 12 * H, 72 * MIN, 10 * H + 38 * MIN},
        {7 * D, NO_LIMIT, 84 * H, 504 * MIN, 3 * D + 3 * H + 26 * MIN},
        {30 * D, NO_LIMIT, 15 * D, 1 * D, 13 * D + 23 * H + 50 * MIN},
        {7 * 365 * D, NO_LIMIT, 30 * D, 1 * D, 7 * 365 * D - 31 * D - 10 * MIN},
        {1 * D, 1 * H, 1 * H, 10 * MIN, 22 * H + 40 * MIN},
        {1 * D, 100 * MIN, 100 * MIN, 10 * MIN, 22 * H},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        use->retention = rows[i].retention;
        use->stated_topic_retention = rows[i].stated;
        assert_true(derive());
        assert_int_equal(use->topic_retention, rows[i].topic);
        assert_int_equal(use->segment_time, rows[i].segment);
        assert_int_equal(use->oldest_age, rows[i].oldest);
    }
}

static void refuses_what_could_not_be_deleted_in_time(void **state)
{
    (void)state;
    static const struct {
        int64_t retention, stated, latency; /* latency 0: not stated */
        const char *remedy;
    } rows[] = {
        {1 * H - US_PER_MS, NO_LIMIT, 0, "Set topicRetention to at most 29 min, or raise the retention."},
        {1 * D, 23 * H, 0, "Set topicRetention to at most 21 h 30 min, or raise the retention."},
        {1 * D, NO_LIMIT, 11 * H, "Lower the latency to at most 10 h 38 min, or set topicRetention to at most 11 h 40 min."},
        {1 * D, NO_LIMIT, 24 * H, "Raise the retention, or lower the latency."},
        {20 * MIN, NO_LIMIT, 0, "Raise the retention."},
        {1 * D, 2 * D, 0, "Set topicRetention to at most 21 h 30 min, or raise the retention."},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        use->retention = rows[i].retention;
        use->stated_topic_retention = rows[i].stated;
        use->latency_stated = rows[i].latency > 0;
        use->latency = rows[i].latency;
        assert_false(derive());
        assert_int_equal(diagnostics.count, i + 1);
        assert_string_equal(diagnostics.items[i].rule->name, "retention-limit");
        assert_text(diagnostics.items[i].remedy, rows[i].remedy);
    }
}

/* The largest topicRetention that is advised is taken, one minute more is not. */
static void advises_the_largest_value(void **state)
{
    (void)state;
    use->latency_stated = false;
    use->retention = 1 * D;
    use->stated_topic_retention = 21 * H + 30 * MIN;
    assert_true(derive());
    use->stated_topic_retention += MIN;
    assert_error("retention-limit");
}

static void refuses_no_retention(void **state)
{
    (void)state;
    use->retention = NO_LIMIT;
    assert_error("retention-unlimited");
}

static void derives_the_tier(void **state)
{
    (void)state;
    static const struct {
        int64_t latency;
        enum tier tier;
    } rows[] = {{1, TIER_RT},
                {60 * US_PER_SECOND - 1, TIER_RT},
                {60 * US_PER_SECOND, TIER_NRT},
                {H - 1, TIER_NRT},
                {H, TIER_BATCH},
                {24 * H, TIER_BATCH}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        use->latency = rows[i].latency;
        assert_true(derive());
        assert_int_equal(use->tier, rows[i].tier);
    }
}

static void latency_defaults_to_what_the_retention_allows(void **state)
{
    (void)state;
    use->latency_stated = false;
    assert_true(derive());
    assert_int_equal(use->latency, 24 * H);
    use->retention = 1 * D;
    assert_true(derive());
    assert_int_equal(use->latency, 10 * H + 38 * MIN);
    use->retention = 1 * H;
    assert_true(derive());
    assert_int_equal(use->latency, 10 * MIN);
    assert_int_equal(use->tier, TIER_NRT);
}

/* ---------------------------------------------------------------- content */

static void knows_the_highest_class_and_category(void **state)
{
    (void)state;
    static const struct span country[] = {{"user.contact.address.country", 28}}, card[] = {{"user.financial.credit_card", 26}};
    static const struct span health[] = {{"user.health_and_medical", 23}};
    assert_true(derive());
    assert_int_equal(use->highest_class, CLASS_INTERNAL);
    assert_text(use->category_level, "non-sensitive");
    struct field *object = build_add(arena, use->root, "card", TYPE_OBJECT, true);
    struct field *token = build_add(arena, object, "token", TYPE_STRING, true);
    struct field *flags = build_add(arena, use->root, "flags", TYPE_ARRAY, false);
    struct field *flag = build_items(arena, flags, "flag", TYPE_STRING, true);
    token->categories = country;
    token->category_count = 1;
    token->classification = CLASS_CONFIDENTIAL;
    assert_true(derive());
    assert_int_equal(use->highest_class, CLASS_CONFIDENTIAL);
    assert_text(use->category_level, "standard");
    token->categories = card;
    assert_true(derive());
    assert_text(use->category_level, "sensitive");
    flag->categories = health;
    flag->category_count = 1;
    flag->classification = CLASS_RESTRICTED;
    assert_true(derive());
    assert_int_equal(use->highest_class, CLASS_RESTRICTED);
    assert_text(use->category_level, "special-category");
}

/* A keyed hash of an id is still about a person, a constant is not. */
static void treated_fields_keep_their_category(void **state)
{
    (void)state;
    static const struct span categories[] = {{"user.unique_id", 14}};
    struct field *source = build_add(arena, model->root, "customer_id", TYPE_STRING, true);
    source->categories = categories;
    source->category_count = 1;
    struct field *taken = build_take(arena, use->root, source);
    taken->categories = NULL;
    taken->category_count = 0;
    taken->handling.kind = HANDLE_HMAC;
    assert_true(derive());
    assert_text(use->category_level, "standard");
    taken->handling.kind = HANDLE_REDACT;
    assert_true(derive());
    assert_text(use->category_level, "non-sensitive");
}

static void knows_whether_the_id_passes(void **state)
{
    (void)state;
    assert_true(derive());
    assert_true(use->passes_id);
    assert_false(use->needs_key);
    assert_false(use->treats);
    use->root->children[0]->handling.kind = HANDLE_HMAC;
    assert_true(derive());
    assert_false(use->passes_id);
    assert_true(use->needs_key);
    assert_true(use->treats);
    assert_int_equal(use->stamp_unit, UNIT_SECOND);
    use->root->children[0]->handling.kind = HANDLE_ENCRYPT;
    assert_true(derive());
    assert_false(use->passes_id);
    assert_true(use->needs_key);
    assert_true(use->treats);
    use->root->child_count = 0;
    assert_true(derive());
    assert_false(use->passes_id);
    assert_true(use->needs_key); /* ce_id */
    assert_false(use->treats);
    model->primary_key_count = 0;
    assert_true(derive());
    assert_false(use->passes_id);
}

static void floors_stamps_to_the_coarsest_unit(void **state)
{
    (void)state;
    struct field *hour = build_add(arena, use->root, "hour", TYPE_TIMESTAMP, true);
    struct field *month = build_add(arena, use->root, "month", TYPE_DATE, true);
    hour->handling = (struct handling){.kind = HANDLE_GENERALISE, .unit = UNIT_HOUR};
    month->handling = (struct handling){.kind = HANDLE_GENERALISE, .unit = UNIT_MONTH};
    assert_true(derive());
    assert_true(use->treats);
    assert_false(use->needs_key);
    assert_int_equal(use->stamp_unit, UNIT_MONTH);
    month->handling.kind = HANDLE_MASK;
    assert_true(derive());
    assert_int_equal(use->stamp_unit, UNIT_HOUR);
}

/* ---------------------------------------------------------------- size */

static void bounds_the_record(void **state)
{
    (void)state;
    assert_true(derive());
    int64_t small = use->largest_record;
    /* the id as key, as value and as ce_id, and headers */
    assert_in_range(small, 3 * 36 + 365, 900);
    struct field *name = build_add(arena, use->root, "name", TYPE_STRING, false);
    assert_true(derive());
    assert_true(use->largest_record == INT64_MAX);
    name->rules.max_length = 10;
    assert_true(derive());
    assert_int_equal(use->largest_record, small + 1 + 10 + 40); /* union branch, length, text */
    struct field *lines = build_add(arena, use->root, "lines", TYPE_ARRAY, true);
    build_items(arena, lines, "line", TYPE_INT, true);
    lines->rules.max_items = 200;
    int64_t before = use->largest_record;
    assert_true(derive());
    assert_int_equal(use->largest_record, before + 11 + 200 * 5);
    name->handling.kind = HANDLE_HMAC;
    name->rules.max_length = NO_LIMIT;
    assert_true(derive());
    assert_int_equal(use->largest_record, before + 11 + 200 * 5 + 3); /* 43 characters for 40 bytes */
    struct field source = *name;
    source.handling.kind = HANDLE_PASS;
    source.rules.max_length = 10;
    name->source = &source;
    name->handling.kind = HANDLE_ENCRYPT; /* 40 bytes, padded to 48, with 70 around them: 118, 158 characters */
    assert_true(derive());
    assert_int_equal(use->largest_record, before + 11 + 200 * 5 + 118);
    name->type = TYPE_BYTES;
    assert_true(derive());
    assert_int_equal(use->largest_record, before + 11 + 200 * 5 + 78);
    source.rules.max_length = NO_LIMIT;
    assert_true(derive());
    assert_int_equal(use->largest_record, INT64_MAX);
}

/* ---------------------------------------------------------------- headers */

static const char *header_value(const struct header *headers, size_t count, const char *name)
{
    static char text[256];
    for (size_t i = 0; i < count; i++) {
        if (!span_is(headers[i].name, name)) continue;
        assert_int_equal(headers[i].name.data[headers[i].name.size], '\0');
        memcpy(text, headers[i].value.data, headers[i].value.size);
        text[headers[i].value.size] = '\0';
        return text;
    }
    return "absent";
}

static void renders_the_fixed_headers(void **state)
{
    (void)state;
    static const struct {
        const char *name, *full, *compact;
    } rows[] = {
        {"content-type", "application/avro", "application/avro"},
        {"ce_specversion", "1.0", "1.0"},
        {"ce_type", "payment.authorized", "payment.authorized"},
        {"ce_dataschema", "urn:acme:risk:use:fraud_detection:1.0.0:payment_authorized", "absent"},
        {"ce_dataclassification", "internal", "internal"},
        {"ce_dataregulation", "GDPR,PCI-DSS", "absent"},
        {"ce_datacategory", "non-sensitive", "absent"},
        {"ce_usecase", "fraud_detection", "fraud_detection"},
        {"ce_datause", "essential.fraud_detection", "absent"},
        {"ce_legalbasis", "legitimate_interest", "absent"},
        {"ce_datasubjects", "customer", "absent"},
        {"ce_contractid", "urn:acme:risk:use:fraud_detection", "urn:acme:risk:use:fraud_detection"},
        {"ce_contractversion", "1.0.0", "1.0.0"},
        {"ce_residency", "EU", "absent"},
        {"ce_id", "absent", "absent"},
        {"ce_time", "absent", "absent"},
        {"ce_freshness", "absent", "absent"},
    };
    struct header *full, *compact;
    size_t full_count, compact_count;
    assert_true(derive());
    use->tagging = TAGGING_FULL;
    assert_true(intent_headers(use, arena, SPAN("EU"), &full, &full_count));
    use->tagging = TAGGING_COMPACT;
    assert_true(intent_headers(use, arena, SPAN("EU"), &compact, &compact_count));
    assert_int_equal(full_count, 14);
    assert_int_equal(compact_count, 7);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(header_value(full, full_count, rows[i].name), rows[i].full);
        assert_string_equal(header_value(compact, compact_count, rows[i].name), rows[i].compact);
    }
}

static void leaves_out_what_is_not_known(void **state)
{
    (void)state;
    struct header *headers;
    size_t count;
    assert_true(derive());
    use->tagging = TAGGING_FULL;
    use->subject_count = use->regulation_count = 0;
    use->legal_basis = BASIS_NONE;
    use->id = SPAN("urn:acme:use 1%\xc3\xa9");
    assert_true(intent_headers(use, arena, (struct span){NULL, 0}, &headers, &count));
    assert_int_equal(count, 10);
    assert_string_equal(header_value(headers, count, "ce_datasubjects"), "absent");
    assert_string_equal(header_value(headers, count, "ce_dataregulation"), "absent");
    assert_string_equal(header_value(headers, count, "ce_legalbasis"), "absent");
    assert_string_equal(header_value(headers, count, "ce_residency"), "absent");
    assert_string_equal(header_value(headers, count, "ce_dataschema"), "urn:acme:use%201%25%C3%A9:1.0.0:payment_authorized");
}

/* CloudEvents: attribute names of a-z and 0-9, at most 20 characters. */
static void header_names_are_legal(void **state)
{
    (void)state;
    for (int id = 0; id < HEADER_COUNT; id++) {
        const struct header_row *row = header_row((enum header_id)id);
        assert_non_null(row->name.data);
        assert_int_equal(strlen(row->name.data), row->name.size);
        assert_non_null(row->example);
        assert_non_null(row->from);
        if (id == HEADER_CONTENT_TYPE) continue;
        assert_true(span_starts_with(row->name, SPAN("ce_")));
        assert_in_range(row->name.size, 4, 23);
        assert_int_equal(strspn(row->name.data + 3, "abcdefghijklmnopqrstuvwxyz0123456789"), row->name.size - 3);
    }
}

static void writes_durations(void **state)
{
    (void)state;
    assert_text(duration_text(arena, 0), "0 s");
    assert_text(duration_text(arena, 13 * D + 23 * H + 50 * MIN), "13 d 23 h 50 min");
    assert_text(duration_text(arena, 61 * US_PER_SECOND + 5 * US_PER_MS), "1 min 1 s 5 ms");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_the_topic),
        TEST(follows_the_template),
        TEST(refuses_templates_that_mix_uses),
        TEST(a_stated_topic_must_be_the_derived_one),
        TEST(refuses_names_that_kafka_has_not),
        TEST(derives_retention),
        TEST(refuses_what_could_not_be_deleted_in_time),
        TEST(advises_the_largest_value),
        TEST(refuses_no_retention),
        TEST(derives_the_tier),
        TEST(latency_defaults_to_what_the_retention_allows),
        TEST(knows_the_highest_class_and_category),
        TEST(treated_fields_keep_their_category),
        TEST(knows_whether_the_id_passes),
        TEST(floors_stamps_to_the_coarsest_unit),
        TEST(bounds_the_record),
        TEST(renders_the_fixed_headers),
        TEST(leaves_out_what_is_not_known),
        TEST(header_names_are_legal),
        TEST(writes_durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
