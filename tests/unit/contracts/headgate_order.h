/* headgate_order.h - what the library's tests share: the shop's contracts, an order, and what its one record must say. */
#ifndef HEADGATE_TESTS_HEADGATE_ORDER_H
#define HEADGATE_TESTS_HEADGATE_ORDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "contracts/avro_json.h"
#include "contracts/headgate.h"

#define EXAMPLES "contracts/examples"
#define RECEIVED INT64_C(1795355055000000) /* 2026-11-22T13:44:15Z */

static const char order[] = "{\"order_id\":\"o-1001\",\"placed_at\":\"2026-11-22T13:44:13Z\",\"customer_id\":\"c-17\","
                            "\"total_cents\":4250,\"colour\":\"red\"}";

static inline bool is(struct headgate_bytes bytes, const char *text)
{
    return bytes.data != NULL && bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

static inline struct headgate_catalogue *load(const char *dir)
{
    struct headgate_options options = {.passing_keys = true, .now = RECEIVED};
    struct headgate_catalogue *catalogue = NULL;
    assert_int_equal(headgate_load(dir, &options, &catalogue, NULL), HEADGATE_OK);
    assert_non_null(catalogue);
    return catalogue;
}

static inline struct headgate_enforcer *enforcer_of(const struct headgate_catalogue *catalogue)
{
    struct headgate_enforcer *enforcer = NULL;
    assert_int_equal(headgate_enforcer_create(catalogue, &enforcer), HEADGATE_OK);
    return enforcer;
}

static inline struct headgate_event order_event(const char *json)
{
    return (struct headgate_event){
        .type = "order_placed", .json = json, .json_size = strlen(json), .source = "urn:acme:app:checkout", .received = RECEIVED};
}

static inline struct headgate_result *judged(struct headgate_enforcer *enforcer, const char *json)
{
    struct headgate_event event = order_event(json);
    struct headgate_result *result = NULL;
    assert_int_equal(headgate_enforce(enforcer, &event, &result), HEADGATE_OK);
    assert_non_null(result);
    return result;
}

static inline void assert_header(const struct headgate_record *record, const char *name, const char *value)
{
    for (size_t i = 0; i < record->header_count; i++) {
        if (!is(record->headers[i].name, name)) continue;
        assert_int_equal(record->headers[i].value.size, strlen(value));
        assert_memory_equal(record->headers[i].value.data, value, strlen(value));
        return;
    }
    fail_msg("there is no header %s", name);
}

/* What an order's one record says, read with the use's own schema. */
static inline void assert_order(const struct headgate_result *result)
{
    assert_int_equal(result->verdict, HEADGATE_ACCEPTED);
    assert_int_equal(result->outcome_count, 1);
    const struct headgate_outcome *outcome = &result->outcomes[0];
    assert_int_equal(outcome->kind, HEADGATE_DELIVERED);
    assert_int_equal(outcome->reason, HEADGATE_NO_REASON);
    assert_false(outcome->late);
    assert_true(is(outcome->use->id, "urn:acme:sales:use:order_volume"));
    const struct headgate_record *record = outcome->record;
    assert_non_null(record);
    assert_true(is(record->topic, "shop.order-placed.order-volume.v1"));
    assert_true(is(outcome->use->topic, "shop.order-placed.order-volume.v1"));
    assert_header(record, "ce_type", "order_placed");
    assert_header(record, "ce_source", "urn:acme:app:checkout");
    assert_header(record, "ce_specversion", "1.0");

    uint32_t id = 0;
    uint64_t fingerprint;
    struct span datum;
    const char *error = NULL;
    struct buffer text = BUFFER_EMPTY;
    assert_int_equal(avro_frame_open((struct span){record->value.data, record->value.size}, &id, &fingerprint, &datum),
                     AVRO_FRAME_CONFLUENT);
    assert_int_equal(id, outcome->use->schema_id);
    struct avro_json *schema = avro_json_create((struct span){outcome->use->schema.data, outcome->use->schema.size}, &error);
    assert_non_null(schema);
    assert_true(avro_json_write(schema, datum, 0, &text, &error));
    assert_true(
        is((struct headgate_bytes){text.data, text.size}, "{\"placed_at\":\"2026-11-22T13:44:13.000Z\",\"total_cents\":4250}"));
    avro_json_destroy(schema);
    buffer_deinit(&text);
}

#endif
