#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "contracts/lock.h"
#include "contracts/rule.h"
#include "contracts/schema.h"
#include "tests/unit/contracts/build.h"

static struct arena *arena;
static struct use *use;
static struct catalogue catalogue;
static struct diagnostics diagnostics;
static struct use *uses[1];

static int set_up(void **state)
{
    (void)state;
    arena = arena_create(1 << 20);
    use = build_use(arena, build_model(arena));
    use->topic = SPAN("payments.paid.fraud.v1");
    diagnostics_init(&diagnostics, arena);
    assert_true(schema_derive(use, arena, &diagnostics));
    uses[0] = use;
    catalogue = (struct catalogue){.arena = arena, .uses = uses, .use_count = 1};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    diagnostics_deinit(&diagnostics);
    arena_destroy(arena);
    return 0;
}

/* The lock's new text becomes the lock, as `headgate lock` and the next load do it. */
static void lock(size_t changes_expected, struct lock_change *change)
{
    struct buffer text = BUFFER_EMPTY;
    struct lock_change *changes;
    size_t count;
    assert_true(schema_assign(&catalogue));
    assert_true(lock_text(&catalogue, arena, &text, &changes, &count));
    assert_int_equal(count, changes_expected);
    if (count > 0) *change = changes[0];
    assert_true(lock_parse(buffer_span(&text), SPAN("schemas.lock"), &catalogue, &diagnostics));
    buffer_deinit(&text);
    assert_true(schema_assign(&catalogue));
}

static void pins_what_it_once_wrote(void **state)
{
    (void)state;
    struct lock_change change;
    uint32_t id = use->schema_id;
    lock(1, &change);
    assert_int_equal(change.kind, LOCK_NEW_SUBJECT);
    assert_true(span_is(change.subject, "payments.paid.fraud.v1-value"));
    assert_int_equal(change.version, 1);
    assert_int_equal(change.id, id);
    assert_true(catalogue.has_lock);
    assert_int_equal(catalogue.locked_count, 1);
    assert_true(span_equal(catalogue.locked[0].text, use->schema));
    assert_true(span_is(catalogue.locked[0].contract, "urn:acme:risk:use:fraud_detection@1.0.0"));
    lock(0, &change);
    assert_int_equal(use->schema_id, id);
}

static void new_schemas_become_versions(void **state)
{
    (void)state;
    struct lock_change change;
    uint32_t first = use->schema_id;
    lock(1, &change);
    build_add(arena, use->root, "amount", TYPE_LONG, false);
    assert_true(schema_derive(use, arena, &diagnostics));
    lock(1, &change);
    assert_int_equal(change.kind, LOCK_NEW_VERSION);
    assert_int_equal(change.version, 2);
    assert_int_equal(catalogue.locked_count, 2);
    assert_int_equal(catalogue.locked[0].id, first);
    assert_int_not_equal(catalogue.locked[1].id, first);
    use->root->child_count--; /* and back: the first version is taken again */
    assert_true(schema_derive(use, arena, &diagnostics));
    lock(0, &change);
    assert_int_equal(use->schema_id, first);
    assert_int_equal(catalogue.locked_count, 2);
}

static void another_wording_keeps_id_and_version(void **state)
{
    (void)state;
    struct lock_change change;
    uint32_t id = use->schema_id;
    lock(1, &change);
    use->root->children[0]->doc = SPAN("Who reads this?");
    assert_true(schema_derive(use, arena, &diagnostics));
    lock(1, &change);
    assert_int_equal(change.kind, LOCK_NEW_TEXT);
    assert_int_equal(change.version, 1);
    assert_int_equal(use->schema_id, id);
    assert_int_equal(catalogue.locked_count, 1);
    assert_true(span_equal(catalogue.locked[0].text, use->schema));
}

/* What produces nothing needs no schema that lives on; what is gone keeps its own. */
static void holds_what_has_records(void **state)
{
    (void)state;
    struct lock_change change;
    use->status = STATUS_DRAFT;
    lock(0, &change);
    assert_int_equal(catalogue.locked_count, 0);
    use->status = STATUS_DEPRECATED;
    lock(1, &change);
    use->status = STATUS_RETIRED;
    lock(0, &change);
    assert_int_equal(catalogue.locked_count, 1);
    catalogue.use_count = 0;
    lock(0, &change);
    assert_int_equal(catalogue.locked_count, 1);
}

static void an_id_of_a_registry_stays(void **state)
{
    (void)state;
    struct lock_change change;
    struct locked_schema row = {SPAN("payments.paid.fraud.v1-value"), 3, 17, use->schema, SPAN("x@1.0.0")};
    catalogue.locked = &row;
    catalogue.locked_count = 1;
    lock(0, &change);
    assert_int_equal(use->schema_id, 17);
    assert_int_equal(catalogue.locked[0].version, 3);
}

static void refuses_broken_locks(void **state)
{
    (void)state;
#define ROW(subject, version, id, schema) \
    "{\"subject\":" subject ",\"version\":" version ",\"id\":" id ",\"contract\":\"a@1.0.0\",\"schema\":" schema "}"
    static const struct {
        const char *text, *detail;
    } rows[] = {
        {"{\"schemas\":[", "this is not JSON"},
        {"[]", "there is no list of schemas"},
        {"{\"schemas\":{}}", "there is no list of schemas"},
        {"{\"schemas\":[1]}", "schemas[0]: the subject is missing"},
        {"{\"schemas\":[" ROW("\"a\"", "0", "1", "\"\\\"int\\\"\"") "]}", "schemas[0]: the version is a number from 1"},
        {"{\"schemas\":[" ROW("\"a\"", "1", "2147483648", "\"\\\"int\\\"\"") "]}", "schemas[0]: the id is a number from 1"},
        {"{\"schemas\":[" ROW("\"a\"", "1", "1", "\"{\"") "]}", "schemas[0]: the schema is no Avro schema"},
        {"{\"schemas\":[" ROW("\"a\"", "1", "1", "5") "]}", "schemas[0]: the schema is no Avro schema"},
        {"{\"schemas\":[" ROW("\"a\"", "1", "1", "\"\\\"int\\\"\"") "," ROW("\"a\"", "1", "2", "\"\\\"long\\\"\"") "]}",
         "schemas[1]: the subject has this version twice"},
        {"{\"schemas\":[" ROW("\"a\"", "1", "1", "\"\\\"int\\\"\"") "," ROW("\"b\"", "1", "1", "\"\\\"long\\\"\"") "]}",
         "schemas[1]: the id stands for another schema too"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_false(lock_parse(span_of(rows[i].text), SPAN("schemas.lock"), &catalogue, &diagnostics));
        assert_int_equal(diagnostics.count, i + 1);
        assert_string_equal(diagnostics.items[i].rule->name, "lock");
        assert_true(span_is(diagnostics.items[i].detail, rows[i].detail));
        assert_false(catalogue.has_lock);
    }
}

static void one_schema_may_have_two_subjects(void **state)
{
    (void)state;
    assert_true(lock_parse(
        SPAN("{\"schemas\":[" ROW("\"a\"", "1", "1", "\"\\\"int\\\"\"") "," ROW("\"b\"", "1", "1", "\"\\\"int\\\"\"") "]}"),
        SPAN("schemas.lock"), &catalogue, &diagnostics));
    assert_int_equal(catalogue.locked_count, 2);
}

static void reads_the_file_beside_the_contracts(void **state)
{
    (void)state;
    char dir[] = "/tmp/headgate-lock-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/schemas.lock", dir);
    assert_true(lock_read(dir, &catalogue, &diagnostics));
    assert_false(catalogue.has_lock);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"schemas\":[]}", file);
    fclose(file);
    assert_true(lock_read(dir, &catalogue, &diagnostics));
    assert_true(catalogue.has_lock);
    assert_int_equal(catalogue.locked_count, 0);
    unlink(path);
    assert_int_equal(symlink("schemas.lock", path), 0); /* a loop: there, and not to be read */
    assert_false(lock_read(dir, &catalogue, &diagnostics));
    assert_int_equal(diagnostics.errors, 1);
    unlink(path);
    rmdir(dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pins_what_it_once_wrote),
        TEST(new_schemas_become_versions),
        TEST(another_wording_keeps_id_and_version),
        TEST(holds_what_has_records),
        TEST(an_id_of_a_registry_stays),
        TEST(refuses_broken_locks),
        TEST(one_schema_may_have_two_subjects),
        TEST(reads_the_file_beside_the_contracts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
