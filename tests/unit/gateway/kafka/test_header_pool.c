#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/kafka/header_pool.h"

#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

static const struct header headers_a[] = {{TEXT("content-type"), TEXT("application/avro")}, {TEXT("ce_type"), TEXT("payment")}};
static const struct header headers_b[] = {{TEXT("content-type"), TEXT("application/avro")}, {TEXT("ce_type"), TEXT("refunds")}};
static const struct fixed_headers fixed_a = {headers_a, 2, 0, 0xA1}, fixed_b = {headers_b, 2, 0, 0xB1};
static const struct fixed_headers unmarked = {headers_a, 2, 0, 0};

/* Names and values of two headers at most. */
struct varying {
    struct span names[2], values[2];
};

static struct record record_of(const struct fixed_headers *fixed, const struct varying *varying, uint16_t count)
{
    return (struct record){.fixed = fixed, .names = varying->names, .values = varying->values, .varying_count = count};
}

/* The plain twin: the headers one by one. */
static void check(const struct header_list *list, const struct record *record)
{
    assert_non_null(list);
    const rd_kafka_headers_t *headers = list->headers;
    assert_int_equal(rd_kafka_header_cnt(headers), (size_t)record->fixed->count + record->varying_count);
    for (size_t i = 0; i < rd_kafka_header_cnt(headers); i++) {
        size_t varying = i - record->fixed->count;
        struct header header =
            i < record->fixed->count ? record->fixed->items[i] : (struct header){record->names[varying], record->values[varying]};
        const char *name;
        const void *value;
        size_t size;
        assert_int_equal(rd_kafka_header_get_all(headers, i, &name, &value, &size), RD_KAFKA_RESP_ERR_NO_ERROR);
        assert_string_equal(name, header.name.data);
        assert_int_equal(size, header.value.size);
        assert_memory_equal(value, header.value.data, size);
    }
}

static void gives_a_list_of_the_kind_again(void **state)
{
    (void)state;
    struct header_pool pool = {0};
    struct varying first = {{TEXT("ce_id"), TEXT("ce_time")}, {TEXT("pay_0001"), TEXT("2026-11-22T13:45:12.345Z")}};
    struct varying second = {{TEXT("ce_id"), TEXT("ce_time")}, {TEXT("pay_0002"), TEXT("2026-11-22T13:45:13.000Z")}};
    struct record one = record_of(&fixed_a, &first, 2), two = record_of(&fixed_a, &second, 2);
    two.names = one.names; /* the use's, as records have them */
    struct header_list *list = header_pool_get(&pool, &one);
    check(list, &one);
    header_pool_put(&pool, list);
    assert_int_equal(pool.kept, 1);
    struct header_list *other = header_pool_get(&pool, &two);
    assert_ptr_equal(other, list);
    assert_int_equal(pool.kept, 0);
    check(other, &two);
    header_list_destroy(other);
    header_pool_deinit(&pool);
}

/* Other fixed headers, other sizes, other names, other numbers of headers: never a list of these. */
static void never_mixes_kinds(void **state)
{
    (void)state;
    static const struct varying varyings[] = {
        {{TEXT("ce_id"), TEXT("ce_time")}, {TEXT("pay_0001"), TEXT("12")}},
        {{TEXT("ce_id"), TEXT("ce_time")}, {TEXT("pay_00011"), TEXT("12")}},
        {{TEXT("ce_id"), TEXT("ce_time")}, {TEXT("pay_0001"), TEXT("123")}},
        {{TEXT("ce_id"), TEXT("ce_time")}, {TEXT(""), TEXT("12")}},
        {{TEXT("ce_ib"), TEXT("ce_time")}, {TEXT("pay_0001"), TEXT("12")}},
    };
    struct header_pool pool = {0};
    uint64_t random = 1;
    for (unsigned i = 0; i < 20000; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        unsigned pick = (unsigned)(random >> 60);
        struct record records[4];
        struct header_list *lists[4];
        for (unsigned k = 0; k < 4; k++) {
            bool a = (pick >> k & 1) != 0;
            unsigned which = (unsigned)(random >> (20 + 8 * k) & 0xFF) % 5;
            records[k] = record_of(a ? &fixed_a : &fixed_b, &varyings[which], (uint16_t)(random >> (10 + k) & 1) + 1);
            lists[k] = header_pool_get(&pool, &records[k]);
        }
        for (unsigned k = 0; k < 4; k++) {
            check(lists[k], &records[k]);
            header_pool_put(&pool, lists[k]);
        }
    }
    header_pool_deinit(&pool);
}

/* Shelves are found by a kind's highest bits: these marks meet. */
static void lets_a_new_kind_take_the_place_of_an_old_one(void **state)
{
    (void)state;
    enum { OLD = 5 };
    struct header_pool pool = {0};
    struct varying varying = {{TEXT("n")}, {TEXT("1")}};
    struct fixed_headers first = {headers_a, 2, 0, 1}, second = {headers_b, 2, 0, 1};
    struct record old = record_of(&first, &varying, 1), new = record_of(&second, &varying, 1);
    struct header_list *lists[OLD], *list;
    for (unsigned i = 0; i < OLD; i++) lists[i] = header_pool_get(&pool, &old);
    uint64_t kind = lists[0]->kind, other;
    for (unsigned i = 0; i < OLD; i++) header_pool_put(&pool, lists[i]);
    assert_int_equal(pool.kept, OLD);
    do {
        second.mark++;
        list = header_pool_get(&(struct header_pool){0}, &new);
        other = list->kind;
        header_list_destroy(list);
    } while (other >> 58 != kind >> 58 || other == kind);
    for (unsigned i = 0; i < OLD + 3; i++) {
        list = header_pool_get(&pool, &new);
        check(list, &new);
        header_pool_put(&pool, list);
    }
    assert_int_equal(pool.kept, 1);
    list = header_pool_get(&pool, &old);
    check(list, &old);
    header_list_destroy(list);
    header_pool_deinit(&pool);
}

static void keeps_only_so_many_and_none_without_a_mark(void **state)
{
    (void)state;
    static struct header_list *lists[HEADER_POOL_KEPT + 10];
    struct header_pool pool = {0};
    struct varying varying = {{TEXT("n")}, {TEXT("1")}};
    struct record record = record_of(&fixed_a, &varying, 1), other = record_of(&unmarked, &varying, 1);
    for (size_t i = 0; i < COUNT_OF(lists); i++) lists[i] = header_pool_get(&pool, &record);
    for (size_t i = 0; i < COUNT_OF(lists); i++) header_pool_put(&pool, lists[i]);
    assert_int_equal(pool.kept, HEADER_POOL_KEPT);
    header_pool_deinit(&pool);
    assert_int_equal(pool.kept, 0);
    struct header_list *list = header_pool_get(&pool, &other);
    check(list, &other);
    assert_int_equal(list->kind, 0);
    header_pool_put(&pool, list);
    assert_int_equal(pool.kept, 0);
    header_pool_deinit(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_a_list_of_the_kind_again),
        cmocka_unit_test(never_mixes_kinds),
        cmocka_unit_test(lets_a_new_kind_take_the_place_of_an_old_one),
        cmocka_unit_test(keeps_only_so_many_and_none_without_a_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
