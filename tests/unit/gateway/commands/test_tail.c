#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/avro.h"
#include "codecs/digest.h"
#include "contracts/schema.h"
#include "gateway/commands/tail_print.h"
#include "gateway/commands/tail_source.h"
#include "gateway/kafka/embedded.h"

enum { DEADLINE = 200, TURN_MS = 100 }; /* turns of a wait */

static const char text[] = "{\"type\":\"record\",\"name\":\"paid\",\"namespace\":\"acme\",\"fields\":["
                           "{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":"
                           "\"timestamp-millis\"}}]}";

static struct embedded *embedded;
static rd_kafka_t *producer;
static struct tail_schemas *schemas;
static struct buffer told;

static void tell(const char *sentence)
{
    buffer_append_text(&told, sentence);
    buffer_append_char(&told, '\n');
}

static int set_up(void **state)
{
    (void)state;
    char problem[256];
    embedded = embedded_create(1, problem, sizeof problem);
    assert_non_null(embedded);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", embedded_bootstrap(embedded), NULL, 0);
    producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof problem);
    assert_non_null(producer);
    schemas = tail_schemas_create(NULL);
    struct locked_schema locked = {SPAN("t-value"), 1, 1234, SPAN(text), SPAN("x@1.0.0")};
    struct catalogue catalogue = {.locked = &locked, .locked_count = 1};
    assert_non_null(schemas);
    assert_true(tail_schemas_add(schemas, &catalogue));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tail_schemas_destroy(schemas);
    rd_kafka_destroy(producer);
    embedded_destroy(embedded);
    buffer_deinit(&told);
    return 0;
}

static uint64_t fingerprint(void)
{
    struct arena *arena = arena_create(65536);
    assert_non_null(arena);
    uint64_t crc = crc64_avro(schema_canonical(SPAN(text), arena));
    arena_destroy(arena);
    return crc;
}

static void produce(const char *topic, struct span key, struct span value)
{
    assert_int_equal(
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_KEY(key.data, key.size),
                          RD_KAFKA_V_VALUE((void *)(uintptr_t)value.data, value.size), RD_KAFKA_V_TIMESTAMP(1),
                          RD_KAFKA_V_HEADER("ce_id", "one", 3), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
        0);
    assert_int_equal(rd_kafka_flush(producer, 10000), 0);
}

/* {"id": "a", "at": 1970-01-01T00:00:00.001Z} behind a frame */
static struct span datum(char *room, bool single_object, uint32_t id)
{
    char *end = single_object ? avro_write_single_object(room, fingerprint()) : avro_write_confluent(room, id);
    end = avro_write_bytes(end, SPAN("a"));
    end = avro_write_long(end, 1);
    return (struct span){room, (size_t)(end - room)};
}

/* The next `count` records of a topic as text. */
static void assert_tail(const char *topic, int64_t from, int count, bool json, const char *expected)
{
    char problem[256], *topics[] = {(char *)(uintptr_t)topic};
    struct cluster cluster = {.name = "kafka"};
    struct tail_options options = {.cluster = &cluster,
                                   .bootstrap = embedded_bootstrap(embedded),
                                   .topics = topics,
                                   .topic_count = 1,
                                   .from = from,
                                   .tell = tell};
    struct tail_source *source = tail_source_create(&options, problem, sizeof problem);
    struct tail_format format = {.json = json};
    struct buffer out = BUFFER_EMPTY;
    assert_non_null(source);
    for (int turn = 0; turn < DEADLINE && count > 0; turn++) {
        if (tail_source_waits(source)) tail_source_refresh(source, 1000);
        rd_kafka_message_t *message = tail_source_next(source, TURN_MS);
        if (message == NULL) continue;
        tail_print(message, &format, schemas, 0, &out);
        rd_kafka_message_destroy(message);
        count--;
    }
    assert_int_equal(count, 0);
    assert_string_equal(out.data, expected);
    for (int turn = 0; turn < DEADLINE && !tail_source_at_end(source); turn++) {
        rd_kafka_message_t *message = tail_source_next(source, TURN_MS);
        assert_null(message);
    }
    assert_true(tail_source_at_end(source));
    tail_source_destroy(source);
    buffer_deinit(&out);
}

static void shows_records_to_people(void **state)
{
    (void)state;
    char room[64];
    assert_true(embedded_make_topic(embedded, "t", 1));
    produce("t",
            SPAN("k\x1f"
                 "2"),
            datum(room, false, 1234));
    assert_tail("t", RD_KAFKA_OFFSET_BEGINNING, 1, false,
                "t [0] @0  1970-01-01T00:00:00.001Z  key k | 2\n"
                "  ce_id: one\n"
                "{\n  \"id\": \"a\",\n  \"at\": \"1970-01-01T00:00:00.001Z\"\n}\n\n");
}

static void shows_records_to_programs(void **state)
{
    (void)state;
    char room[64];
    assert_true(embedded_make_topic(embedded, "t", 1));
    produce("t", SPAN("k"), datum(room, false, 1234));
    assert_tail("t", RD_KAFKA_OFFSET_BEGINNING, 1, true,
                "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":\"1970-01-01T00:00:00.001Z\",\"key\":\"k\","
                "\"headers\":{\"ce_id\":\"one\"},\"value\":{\"id\":\"a\",\"at\":\"1970-01-01T00:00:00.001Z\"}}\n");
}

static void finds_schemas_by_fingerprint(void **state)
{
    (void)state;
    char room[64];
    assert_true(embedded_make_topic(embedded, "t", 1));
    produce("t", SPAN("k"), datum(room, true, 0));
    assert_tail("t", RD_KAFKA_OFFSET_BEGINNING, 1, true,
                "{\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":\"1970-01-01T00:00:00.001Z\",\"key\":\"k\","
                "\"headers\":{\"ce_id\":\"one\"},\"value\":{\"id\":\"a\",\"at\":\"1970-01-01T00:00:00.001Z\"}}\n");
}

static void says_why_a_value_is_not_decoded(void **state)
{
    (void)state;
    char room[64];
    assert_true(embedded_make_topic(embedded, "t", 1));
    produce("t", SPAN("\x1b[2J"), datum(room, false, 77));
    produce("t", SPAN("\xff"), SPAN("plain"));
    produce("t", SPAN("k"), (struct span){datum(room, false, 1234).data, 6});
    produce("t", SPAN("k"), (struct span){NULL, 0});
    assert_tail("t", RD_KAFKA_OFFSET_BEGINNING, 4, false,
                "t [0] @0  1970-01-01T00:00:00.001Z  key ?[2J\n  ce_id: one\n"
                "schema 77 is unknown to the contracts: no registry is asked\n????M?a?\n\n"
                "t [0] @1  1970-01-01T00:00:00.001Z  key /w== (base64)\n  ce_id: one\n"
                "the value has no Avro frame\nplain\n\n"
                "t [0] @2  1970-01-01T00:00:00.001Z  key k\n  ce_id: one\n"
                "the value is not of its schema: the bytes end inside a text\nAAAABNIC (base64)\n\n"
                "t [0] @3  1970-01-01T00:00:00.001Z  key k\n  ce_id: one\nno value: a tombstone\n\n");
}

static void starts_so_many_records_back(void **state)
{
    (void)state;
    assert_true(embedded_make_topic(embedded, "t", 1));
    for (int i = 0; i < 5; i++) produce("t", SPAN("k"), (struct span){NULL, 0});
    assert_tail("t", RD_KAFKA_OFFSET_TAIL(2), 2, true,
                "{\"topic\":\"t\",\"partition\":0,\"offset\":3,\"timestamp\":\"1970-01-01T00:00:00.001Z\",\"key\":\"k\","
                "\"headers\":{\"ce_id\":\"one\"},\"value\":null}\n"
                "{\"topic\":\"t\",\"partition\":0,\"offset\":4,\"timestamp\":\"1970-01-01T00:00:00.001Z\",\"key\":\"k\","
                "\"headers\":{\"ce_id\":\"one\"},\"value\":null}\n");
}

static void waits_for_a_topic(void **state)
{
    (void)state;
    char problem[256], *topics[] = {(char *)(uintptr_t) "later"};
    struct cluster cluster = {.name = "kafka"};
    struct tail_options options = {.cluster = &cluster,
                                   .bootstrap = embedded_bootstrap(embedded),
                                   .topics = topics,
                                   .topic_count = 1,
                                   .from = RD_KAFKA_OFFSET_END,
                                   .tell = tell};
    struct tail_source *source = tail_source_create(&options, problem, sizeof problem);
    assert_non_null(source);
    assert_false(tail_source_at_end(source));
    tail_source_refresh(source, 5000);
    assert_true(tail_source_waits(source));
    assert_true(tail_source_at_end(source)); /* nothing that is there is unread */
    assert_string_equal(told.data, "topic later does not exist yet, or may not be seen; waiting for it\n");
    buffer_clear(&told);
    assert_true(embedded_make_topic(embedded, "later", 1));
    produce("later", SPAN("k"), (struct span){NULL, 0});
    rd_kafka_message_t *message = NULL;
    for (int turn = 0; turn < DEADLINE && message == NULL; turn++) {
        if (tail_source_waits(source)) tail_source_refresh(source, 1000);
        message = tail_source_next(source, TURN_MS);
    }
    assert_non_null(message); /* from the beginning: all that it holds is new */
    assert_int_equal(message->offset, 0);
    assert_string_equal(told.data, "topic later is there now, with 1 partition\n");
    rd_kafka_message_destroy(message);
    tail_source_destroy(source);
}

/* Port 1 of the loopback: nobody listens there. */
static void asks_the_registry(void **state)
{
    (void)state;
    struct tail_schemas *asking = tail_schemas_create("http://127.0.0.1:1");
    const char *problem = NULL;
    assert_non_null(asking);
    assert_null(tail_schemas_by_id(asking, 5, 0, &problem));
    assert_true(span_starts_with(span_of(problem), SPAN("the registry at http://127.0.0.1:1 does not answer: ")));
    problem = NULL;
    assert_null(tail_schemas_by_id(asking, 5, 10, &problem)); /* at once again: not asked, the same answer */
    assert_non_null(problem);
    assert_null(tail_schemas_by_fingerprint(asking, 5, SPAN("t.late"), 0, &problem));
    assert_null(tail_schemas_by_id(asking, 0, 0, &problem));
    assert_string_equal(problem, "no schema has the id 0");
    tail_schemas_destroy(asking);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shows_records_to_people),
        TEST(shows_records_to_programs),
        TEST(finds_schemas_by_fingerprint),
        TEST(says_why_a_value_is_not_decoded),
        TEST(starts_so_many_records_back),
        TEST(waits_for_a_topic),
        TEST(asks_the_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
