/* What the examples mean, and what follows between models and uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "codecs/buffer.h"
#include "contracts/catalogue.h"
#include "contracts/odcs_writer.h"
#include "contracts/rule.h"

#define NOW (INT64_C(1795305600) * US_PER_SECOND) /* 2026-11-22 */

static struct arena *arena;
static struct diagnostics diagnostics;
static struct catalogue_options options;
static char folder[64];

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(64 << 20);
    diagnostics_init(&diagnostics, arena);
    catalogue_options_init(&options);
    options.now = NOW;
    snprintf(folder, sizeof folder, "/tmp/headgate-catalogue-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"model.yaml", "use.yaml"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

static void print_all(void)
{
    for (size_t i = 0; i < diagnostics.count; i++) {
        const struct diagnostic *item = &diagnostics.items[i];
        print_error("  %.*s:%u %s %.*s\n", SPAN_ARGS(item->place.file), item->place.line, item->rule->name,
                    SPAN_ARGS(item->detail));
    }
}

static struct catalogue *load(const char *dir)
{
    struct catalogue *catalogue = catalogue_load(dir, &options, &diagnostics);
    if (catalogue == NULL) print_all();
    assert_non_null(catalogue);
    return catalogue;
}

static void write_file(const char *name, struct span text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(text.data, 1, text.size, stream), text.size);
    fclose(stream);
}

static const struct use *find_use(const struct catalogue *catalogue, const char *name)
{
    const struct model *model;
    const struct use *use;
    catalogue_find(catalogue, span_of(name), &model, &use);
    assert_non_null(use);
    return use;
}

static const struct field *child(const struct field *field, const char *name)
{
    for (size_t i = 0; i < field->child_count; i++) {
        if (span_is(field->children[i]->name, name)) return field->children[i];
    }
    fail_msg("no field '%s'", name);
    return NULL;
}

static void the_smallest_pair_means_what_its_defaults_say(void **state)
{
    (void)state;
    struct catalogue *catalogue = load("contracts/examples/shop");
    assert_int_equal(catalogue->model_count, 1);
    assert_int_equal(catalogue->use_count, 1);
    const struct model *model = catalogue_model(catalogue, SPAN("order_placed"));
    assert_non_null(model);
    assert_true(span_is(model->name, "order_placed"));
    assert_int_equal(model->primary_key_count, 1);
    assert_true(span_is(model->primary_key[0]->name, "order_id"));
    assert_true(span_is(model->event_time->name, "placed_at"));
    assert_true(span_is(model->subject->name, "customer_id"));
    assert_int_equal(child(model->root, "total_cents")->type, TYPE_LONG);
    assert_int_equal(child(model->root, "total_cents")->classification, CLASS_CONFIDENTIAL);
    const struct use *use = catalogue->uses[0];
    assert_true(span_is(use->name, "order_volume"));
    assert_ptr_equal(use->model, model);
    assert_ptr_equal(model->uses[0], use);
    assert_int_equal(use->root->child_count, 2);
    assert_ptr_equal(child(use->root, "placed_at")->source, model->event_time);
    assert_true(child(use->root, "placed_at")->required);
    assert_int_equal(use->latency, US_PER_HOUR);
    assert_int_equal(use->tier, TIER_BATCH);
    assert_int_equal(use->retention, 30 * US_PER_DAY);
    assert_int_equal(use->on_late, ON_LATE_DELIVER);
    assert_int_equal(use->delivery, DELIVERY_KAFKA);
    assert_int_equal(use->on_blocked, ON_BLOCKED_RETRY);
    assert_true(use->ordered);
    assert_true(span_is(use->topic, "shop.order-placed.order-volume.v1"));
    assert_true(span_is(use->namespace_text, "shop.order_volume.v1"));
    assert_int_equal(use->subject_count, 1);
    assert_true(use->schema.size > 0);
    catalogue_destroy(catalogue);
}

static void the_payments_domain_narrows_and_handles(void **state)
{
    (void)state;
    struct catalogue *catalogue = load("contracts/examples/payments");
    assert_int_equal(catalogue->use_count, 3);
    const struct use *fraud = find_use(catalogue, "fraud_detection");
    assert_int_equal(fraud->tier, TIER_RT);
    assert_false(fraud->ordered);
    assert_int_equal(fraud->on_late, ON_LATE_DIVERT);
    const struct field *reference = child(fraud->root, "customer_ref");
    assert_true(span_is(reference->source->path, "customer.customer_id"));
    assert_int_equal(reference->handling.kind, HANDLE_HMAC);
    assert_int_equal(reference->type, TYPE_STRING);
    assert_true(reference->required);
    assert_int_equal(reference->rules.max_length, NO_LIMIT); /* rules of the model's field do not outlive the hash */
    assert_int_equal(reference->classification, CLASS_CONFIDENTIAL);
    assert_int_equal(fraud->key_count, 1);
    assert_ptr_equal(fraud->key[0], reference);
    const struct field *amount = child(fraud->root, "amount");
    assert_int_equal(amount->type, TYPE_DECIMAL);
    assert_int_equal(amount->precision, 9);
    assert_int_equal(amount->scale, 2);
    assert_true(amount->rules.exclusive_minimum);
    assert_int_equal(child(fraud->root, "currency")->rules.enumeration_count, 8);
    const struct field *flags = child(fraud->root, "risk_flags");
    assert_int_equal(flags->rules.max_items, 16);
    assert_true(flags->rules.unique_items);
    assert_int_equal(flags->items->type, TYPE_STRING);
    assert_true(flags->items->required);
    const struct use *support = find_use(catalogue, "urn:acme:support:use:customer_support");
    const struct field *lines = child(support->root, "lines");
    assert_true(span_is(lines->items->item_name, "line"));
    assert_true(span_is(child(lines->items, "sku")->path, "lines.sku"));
    catalogue_destroy(catalogue);
}

static const char model_text[] =
    "apiVersion: v3.1.0\nkind: DataContract\nid: urn:m:seen\nversion: 2.1.0\nstatus: active\ndomain: test\n"
    "team: {name: core, members: [{username: a}]}\nschema:\n  - name: seen\n    properties:\n"
    "      - {name: id, logicalType: string, required: true, classification: internal}\n"
    "      - name: device\n        logicalType: object\n        required: false\n        properties:\n"
    "          - {name: serial, logicalType: string, required: true, classification: internal, physicalName: serialNo}\n"
    "      - name: trip\n        logicalType: object\n        required: true\n        properties:\n"
    "          - {name: leg, logicalType: integer, required: true, logicalTypeOptions: {format: u16}}\n"
    "      - {name: wide, logicalType: integer, required: true, logicalTypeOptions: {format: u64}}\n"
    "      - {name: day, logicalType: date, required: false, logicalTypeOptions: {format: dd.MM.yyyy, minimum: '2020-01-01'}}\n"
    "customProperties:\n  - {property: headgateRole, value: eventModel}\n  - {property: dataSubjects, value: []}\n";

static const char use_text[] =
    "apiVersion: v3.1.0\nkind: DataContract\nid: urn:u:counting\nversion: 1.0.0\nstatus: active\n"
    "description: {purpose: Count.}\nteam: {name: stats, members: [{username: b}]}\nschema:\n  - name: seen\n    properties:\n"
    "      - {name: serial, transformSourceObjects: [seen.device.serial]}\n"
    "      - {name: leg, transformSourceObjects: [seen.trip.leg]}\n"
    "      - name: device\n        properties:\n          - {name: serial}\n          - {name: id, transformSourceObjects: "
    "[seen.id]}\n"
    "      - {name: wide}\n      - {name: day}\n"
    "slaProperties:\n  - {property: retention, value: 30, unit: d}\nroles:\n  - {role: r}\n"
    "customProperties:\n  - {property: headgateRole, value: useCase}\n  - {property: dataUse, value: "
    "functional.service.improve}\n"
    "  - {property: inputContracts, value: [{id: urn:m:seen, version: '2'}]}\n";

static void presence_follows_the_way_to_the_source(void **state)
{
    (void)state;
    write_file("model.yaml", SPAN(model_text));
    write_file("use.yaml", SPAN(use_text));
    struct catalogue *catalogue = load(folder);
    const struct field *root = catalogue->uses[0]->root;
    assert_false(child(root, "serial")->required); /* required in an object that may be absent */
    assert_true(child(root, "leg")->required);
    const struct field *device = child(root, "device");
    assert_false(device->required);
    assert_true(child(device, "serial")->required); /* there whenever the device is */
    assert_true(child(device, "id")->required);     /* of the root: always there */
    assert_true(span_is(child(device, "serial")->wire_name, "serialNo"));
    assert_true(span_is(child(root, "serial")->wire_name, "serialNo"));
    assert_int_equal(child(root, "leg")->type, TYPE_INT);
    const struct field *wide = child(root, "wide");
    assert_int_equal(wide->type, TYPE_DECIMAL);
    assert_int_equal(wide->precision, 20);
    char text[NUMBER_TEXT_MAX];
    assert_int_equal(number_format(&wide->rules.maximum, text), 20);
    assert_memory_equal(text, "18446744073709551615", 20);
    assert_non_null(child(root, "day")->date_pattern);
    assert_int_equal(child(root, "day")->rules.minimum_time, 18262);
    assert_int_equal(catalogue->uses[0]->legal_basis, BASIS_NONE); /* nobody's data */
    catalogue_destroy(catalogue);
}

static void fields_are_numbered_densely(void **state)
{
    (void)state;
    struct catalogue *catalogue = load("contracts/examples/logistics");
    const struct model *model = catalogue->models[0];
    bool seen[256] = {false};
    const struct field *stack[256] = {model->root};
    size_t depth = 1;
    uint32_t count = 0;
    while (depth > 0) {
        const struct field *field = stack[--depth];
        assert_true(field->index < model->field_count);
        assert_false(seen[field->index]);
        seen[field->index] = true;
        count++;
        if (field->parent != NULL) assert_true(field->index > field->parent->index);
        for (size_t i = 0; i < field->child_count; i++) stack[depth++] = field->children[i];
        if (field->items != NULL) stack[depth++] = field->items;
    }
    assert_int_equal(count, model->field_count);
    catalogue_destroy(catalogue);
}

static void defaults_come_from_the_options(void **state)
{
    (void)state;
    const struct span regions[] = {SPAN("EU"), SPAN("UK")};
    const struct span names[] = {SPAN("3"), SPAN("restricted"), SPAN("2"), SPAN("confidential")};
    options.default_residency = regions;
    options.default_residency_count = 2;
    options.default_classification = CLASS_INTERNAL;
    options.default_tagging = TAGGING_FULL;
    options.class_names = names;
    options.class_name_count = 4;
    struct buffer text = BUFFER_EMPTY;
    const char *cut = strstr(model_text, "classification: internal");
    buffer_append(&text, model_text, (size_t)(cut - model_text));
    buffer_append_text(&text, "classification: '2'");
    buffer_append_text(&text, cut + strlen("classification: internal"));
    write_file("model.yaml", buffer_span(&text));
    write_file("use.yaml", SPAN(use_text));
    struct catalogue *catalogue = load(folder);
    const struct use *use = catalogue->uses[0];
    assert_int_equal(use->residency_count, 2);
    assert_true(span_is(use->residency[1], "UK"));
    assert_int_equal(use->tagging, TAGGING_FULL);
    assert_int_equal(child(use->root, "wide")->classification, CLASS_INTERNAL);
    assert_int_equal(child(use->model->root, "id")->classification, CLASS_CONFIDENTIAL);
    catalogue_destroy(catalogue);
    buffer_deinit(&text);
}

static void strict_judges_files_without_a_role(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_load("tests/corpus/contracts/valid_without_role", &options, &diagnostics);
    assert_non_null(catalogue);
    assert_int_equal(diagnostics.errors, 0);
    catalogue_destroy(catalogue);
    options.strict = true;
    assert_null(catalogue_load("tests/corpus/contracts/valid_without_role", &options, &diagnostics));
    assert_true(diagnostics.errors > 0);
}

static void the_version_is_of_the_content(void **state)
{
    (void)state;
    struct catalogue *first = load("contracts/examples/shop");
    struct catalogue *second = load("contracts/examples/shop/");
    struct catalogue *other = load("contracts/examples/payments");
    assert_int_equal(first->version.size, 12);
    assert_true(span_equal(first->version, second->version));
    assert_false(span_equal(first->version, other->version));
    catalogue_destroy(first);
    catalogue_destroy(second);
    catalogue_destroy(other);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    assert_null(catalogue_load("/nonexistent/contracts", &options, &diagnostics));
    assert_int_equal(diagnostics.count, 1);
    assert_string_equal(diagnostics.items[0].rule->name, "file");
}

static void an_empty_folder_is_a_warning(void **state)
{
    (void)state;
    struct catalogue *catalogue = load(folder);
    assert_int_equal(catalogue->model_count, 0);
    assert_null(catalogue_model(catalogue, SPAN("x")));
    assert_string_equal(diagnostics.items[0].rule->name, "catalogue-empty");
    catalogue_destroy(catalogue);
}

/* ---------------------------------------------------------------- across uses */

static const char shared_model[] =
    "apiVersion: v3.1.0\nkind: DataContract\nid: urn:m:ride\nversion: 1.0.0\nstatus: active\ndomain: test\n"
    "team: {name: core, members: [{username: a}]}\nschema:\n  - name: ride\n    properties:\n"
    "      - {name: ride_id, logicalType: string, required: true, primaryKey: true, classification: internal}\n"
    "      - {name: at, logicalType: timestamp, required: true, classification: internal}\n"
    "      - {name: rider, logicalType: string, required: true}\n"
    "      - {name: fare, logicalType: number, physicalType: 'decimal(9,2)', required: true, classification: internal}\n"
    "    customProperties:\n      - {property: eventTimeField, value: at}\n      - {property: subjectField, value: rider}\n"
    "customProperties:\n  - {property: headgateRole, value: eventModel}\n  - {property: dataSubjects, value: [customer]}\n";

/* A use of the shared model by its name and properties. */
static struct catalogue_text use_of_ride(const char *name, const char *properties)
{
    struct span text = arena_printf(
        arena,
        "apiVersion: v3.1.0\nkind: DataContract\nid: urn:u:%s\nversion: 1.0.0\nstatus: active\ndescription: {purpose: Look.}\n"
        "team: {name: t, members: [{username: b}]}\nschema:\n  - name: ride\n    properties: [%s]\n"
        "slaProperties: [{property: retention, value: 30, unit: d}]\nroles: [{role: r}]\ncustomProperties:\n"
        "  - {property: headgateRole, value: useCase}\n  - {property: dataUse, value: functional.service.improve}\n"
        "  - {property: legalBasis, value: contract}\n  - {property: inputContracts, value: [{id: urn:m:ride, version: '1'}]}\n",
        name, properties);
    return (struct catalogue_text){span_of(name), text};
}

static size_t count_rule(const char *rule, const char *path)
{
    size_t count = 0;
    for (size_t i = 0; i < diagnostics.count; i++) {
        const struct diagnostic *item = &diagnostics.items[i];
        if (strcmp(item->rule->name, rule) == 0 && span_is(item->path, path)) count++;
    }
    return count;
}

static void load_rides(const char *first, const char *second)
{
    struct catalogue_text texts[] = {{SPAN("ride"), SPAN(shared_model)}, use_of_ride("one", first), use_of_ride("two", second)};
    struct catalogue *catalogue = catalogue_load_texts(texts, COUNT_OF(texts), &options, &diagnostics);
    if (catalogue == NULL) print_all();
    assert_non_null(catalogue);
    assert_int_equal(catalogue->models[0]->use_count, 2);
    catalogue_destroy(catalogue);
}

/* Whether a use is resolved at once or when all files are read, it means the same, and keeps meaning it when its file is gone. */
static void a_use_may_be_read_before_its_model(void **state)
{
    (void)state;
    static const char fields[] = "{name: ride_id, logicalType: string, required: true}, {name: at}";
    struct catalogue_text one = use_of_ride("one", fields), two = use_of_ride("two", fields),
                          model = {SPAN("ride"), SPAN(shared_model)};
    struct catalogue_text orders[][3] = {{model, one, two}, {one, model, two}, {two, one, model}};
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        struct catalogue *catalogue = catalogue_load_texts(orders[i], 3, &options, &diagnostics);
        if (catalogue == NULL) print_all();
        assert_non_null(catalogue);
        assert_int_equal(catalogue->use_count, 2);
        assert_true(span_is(catalogue->uses[0]->name, "one") && span_is(catalogue->uses[1]->name, "two"));
        for (size_t j = 0; j < 2; j++) {
            assert_ptr_equal(catalogue->uses[j]->model, catalogue->models[0]);
            assert_int_equal(catalogue->uses[j]->root->child_count, 2);
            assert_int_equal(child(catalogue->uses[j]->root, "at")->type, TYPE_TIMESTAMP);
        }
        catalogue_destroy(catalogue);
    }
}

/* The first use of all, and nothing in it: there is no list of uses yet that it could be appended to. */
static void a_use_without_objects_is_an_error(void **state)
{
    (void)state;
    struct span whole = use_of_ride("one", "{name: ride_id}").text;
    const char *begin = memmem(whole.data, whole.size, "schema:", 7), *end = memmem(whole.data, whole.size, "slaProperties:", 14);
    assert_true(begin != NULL && end != NULL);
    struct span text = arena_printf(arena, "%.*sschema: []\n%s", (int)(begin - whole.data), whole.data, end);
    struct catalogue_text texts[] = {{SPAN("ride"), SPAN(shared_model)}, {SPAN("one"), text}};
    assert_null(catalogue_load_texts(texts, COUNT_OF(texts), &options, &diagnostics));
    assert_true(diagnostics.errors > 0 && !diagnostics.failed);
}

static void a_use_without_its_model_is_an_error(void **state)
{
    (void)state;
    struct catalogue_text texts[] = {use_of_ride("one", "{name: ride_id}"), use_of_ride("two", "{name: ride_id}")};
    assert_null(catalogue_load_texts(texts, COUNT_OF(texts), &options, &diagnostics));
    assert_int_equal(diagnostics.errors, 2);
    for (size_t i = 0; i < diagnostics.count; i++)
        if (diagnostics.items[i].severity == SEVERITY_ERROR)
            assert_string_equal(diagnostics.items[i].rule->name, "input-contract");
}

#define HASHED "{name: rider, classification: confidential, transformLogic: hmac_sha256(scope=use)}"

static void a_unique_field_in_two_uses_joins_them(void **state)
{
    (void)state;
    load_rides("{name: ride_id}", "{name: ride_id}");
    assert_int_equal(count_rule("join-key", "ride_id"), 1);
    assert_int_equal(count_rule("field-unclaimed", "fare"), 1);
    assert_int_equal(count_rule("field-unclaimed", "rider"), 0); /* the gateway itself needs it */
}

static void a_unique_field_in_one_use_joins_nothing(void **state)
{
    (void)state;
    load_rides("{name: ride_id}", "{name: ride_id, transformLogic: hmac_sha256(scope=use)}, {name: fare}");
    assert_int_equal(diagnostics.count, 0);
}

static void an_exact_time_and_a_rare_value_undo_two_hashes(void **state)
{
    (void)state;
    load_rides(HASHED ", {name: at}, {name: fare}", HASHED ", {name: at}, {name: fare}");
    assert_int_equal(count_rule("join-likely", "fare"), 1);
    assert_int_equal(diagnostics.count, 1);
}

static void a_generalised_time_does_not(void **state)
{
    (void)state;
    load_rides(HASHED ", {name: at}, {name: fare}", HASHED ", {name: at, transformLogic: generalise(unit=hour)}, {name: fare}");
    assert_int_equal(diagnostics.count, 0);
}

/* ---------------------------------------------------------------- the shown contract */

static void assert_same_fields(const struct field *a, const struct field *b)
{
    assert_true(span_equal(a->name, b->name));
    assert_true(span_equal(a->wire_name, b->wire_name));
    assert_true(span_equal(a->path, b->path));
    if (a->type != b->type || a->required != b->required) fail_msg("%.*s differs", SPAN_ARGS(a->path));
    if (a->classification != b->classification && a->child_count == 0 && a->items == NULL)
        fail_msg("the class of %.*s differs", SPAN_ARGS(a->path));
    assert_int_equal(a->precision, b->precision);
    assert_int_equal(a->scale, b->scale);
    assert_int_equal(a->zone, b->zone);
    assert_int_equal(a->fraction_digits, b->fraction_digits);
    assert_int_equal(a->handling.kind, b->handling.kind);
    assert_int_equal(a->rules.min_length, b->rules.min_length);
    assert_int_equal(a->rules.max_length, b->rules.max_length);
    assert_int_equal(a->rules.has_minimum, b->rules.has_minimum);
    assert_int_equal(number_compare(&a->rules.maximum, &b->rules.maximum), 0);
    assert_int_equal(a->rules.minimum_time, b->rules.minimum_time);
    assert_int_equal(a->rules.enumeration_count, b->rules.enumeration_count);
    assert_int_equal(a->rules.max_items, b->rules.max_items);
    assert_int_equal(a->rules.min_properties, b->rules.min_properties);
    assert_int_equal(a->rules.max_properties, b->rules.max_properties);
    assert_true(span_equal(a->rules.pattern, b->rules.pattern));
    assert_int_equal(a->category_count, b->category_count);
    assert_int_equal(a->child_count, b->child_count);
    for (size_t i = 0; i < a->child_count; i++) assert_same_fields(a->children[i], b->children[i]);
    if (a->items != NULL) assert_same_fields(a->items, b->items);
}

static void assert_round_trip(const struct catalogue *catalogue, const struct use *use)
{
    struct buffer model = BUFFER_EMPTY;
    struct buffer shown = BUFFER_EMPTY;
    assert_true(odcs_write_model(use->model, arena, &model));
    assert_true(odcs_write_use(catalogue, use, arena, &shown));
    write_file("model.yaml", buffer_span(&model));
    write_file("use.yaml", buffer_span(&shown));
    struct catalogue *again = load(folder);
    assert_int_equal(again->use_count, 1);
    const struct use *other = again->uses[0];
    assert_same_fields(use->model->root, other->model->root);
    assert_same_fields(use->root, other->root);
    assert_true(span_equal(use->topic, other->topic));
    assert_true(span_equal(use->schema, other->schema));
    assert_int_equal(use->latency, other->latency);
    assert_int_equal(use->retention, other->retention);
    assert_int_equal(use->topic_retention, other->topic_retention);
    assert_int_equal(use->key_count, other->key_count);
    assert_int_equal(use->on_late, other->on_late);
    assert_int_equal(use->ordered, other->ordered);
    assert_int_equal(use->legal_basis, other->legal_basis);
    catalogue_destroy(again);
    buffer_deinit(&model);
    buffer_deinit(&shown);
}

static void a_shown_contract_loads_to_the_same_meaning(void **state)
{
    (void)state;
    static const char *const folders[] = {"contracts/examples", "tests/decisions/contracts/maps"};
    for (size_t f = 0; f < COUNT_OF(folders); f++) {
        struct catalogue *catalogue = load(folders[f]);
        for (size_t i = 0; i < catalogue->use_count; i++) assert_round_trip(catalogue, catalogue->uses[i]);
        catalogue_destroy(catalogue);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* te-st.thing-seen and te.st-thing-seen are two topics where parts are divided by dots, and one where by dashes. */
static void a_template_can_make_topics_collide(void **state)
{
    (void)state;
    catalogue_destroy(load("tests/corpus/contracts/valid_topic_dashes"));
    options.topic_template = SPAN("{domain}-{event}-{use}-v{major}");
    assert_null(catalogue_load("tests/corpus/contracts/valid_topic_dashes", &options, &diagnostics));
    assert_int_equal(diagnostics.errors, 1);
    size_t found = 0;
    for (size_t i = 0; i < diagnostics.count; i++) found += strcmp(diagnostics.items[i].rule->name, "topic-duplicate") == 0;
    assert_int_equal(found, 1);
}

/* The object around the field says what it holds; a use that takes the field out of it cannot lose that. */
static void categories_of_an_object_follow_its_fields(void **state)
{
    (void)state;
    struct catalogue *catalogue = load("tests/corpus/contracts/valid_special_category_of_object");
    const struct use *use = catalogue->uses[0];
    assert_true(span_is(use->category_level, "special-category"));
    catalogue_destroy(catalogue);
    catalogue = load("tests/corpus/contracts/valid_special_category_redacted");
    assert_true(span_is(catalogue->uses[0]->category_level, "non-sensitive"));
    catalogue_destroy(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(categories_of_an_object_follow_its_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_template_can_make_topics_collide, set_up, tear_down),
        TEST(the_smallest_pair_means_what_its_defaults_say),
        TEST(the_payments_domain_narrows_and_handles),
        TEST(presence_follows_the_way_to_the_source),
        TEST(fields_are_numbered_densely),
        TEST(defaults_come_from_the_options),
        TEST(strict_judges_files_without_a_role),
        TEST(the_version_is_of_the_content),
        TEST(a_folder_that_is_not_there_is_an_error),
        TEST(an_empty_folder_is_a_warning),
        TEST(a_use_may_be_read_before_its_model),
        TEST(a_use_without_objects_is_an_error),
        TEST(a_use_without_its_model_is_an_error),
        TEST(a_unique_field_in_two_uses_joins_them),
        TEST(a_unique_field_in_one_use_joins_nothing),
        TEST(an_exact_time_and_a_rare_value_undo_two_hashes),
        TEST(a_generalised_time_does_not),
        TEST(a_shown_contract_loads_to_the_same_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
