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
    header_pool_put(&pool, other);
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

/* A kind whose lists go to the same shelf as those of `kind`, or to another one. */
static uint64_t find_kind(struct fixed_headers *fixed, const struct record *record, uint64_t kind, bool same_shelf)
{
    uint64_t found;
    do {
        struct header_pool pool = {0};
        fixed->mark++;
        struct header_list *list = header_pool_get(&pool, record);
        found = list->kind;
        header_pool_put(&pool, list);
        header_pool_deinit(&pool);
    } while ((found >> 58 == kind >> 58) != same_shelf || found == kind);
    return found;
}

enum { SOME = 70, MOST = HEADER_POOL_KEPT };

static void get(struct header_pool *pool, const struct record *record, struct header_list **lists, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lists[i] = header_pool_get(pool, record);
        check(lists[i], record);
    }
}

static void put(struct header_pool *pool, struct header_list **lists, size_t count)
{
    for (size_t i = 0; i < count; i++) header_pool_put(pool, lists[i]);
}

static void lets_a_new_kind_take_the_slots_of_an_old_one(void **state)
{
    (void)state;
    struct header_pool pool = {0};
    struct varying varying = {{TEXT("n")}, {TEXT("1")}};
    struct fixed_headers first = {headers_a, 2, 0, 1}, second = {headers_b, 2, 0, 1};
    struct record old = record_of(&first, &varying, 1), new = record_of(&second, &varying, 1);
    struct header_list *lists[SOME];
    get(&pool, &old, lists, SOME);
    uint64_t kind = lists[0]->kind;
    put(&pool, lists, SOME);
    assert_int_equal(pool.kept, SOME);
    uint64_t other = find_kind(&second, &new, kind, true);
    get(&pool, &new, lists, SOME - 1);
    assert_int_equal(pool.kept, 1);
    put(&pool, lists, SOME - 1);
    assert_int_equal(pool.kept, SOME);
    get(&pool, &new, lists, SOME - 1);
    for (size_t i = 0; i < SOME - 1; i++) assert_true(lists[i]->kind == other);
    assert_int_equal(pool.kept, 1);
    put(&pool, lists, SOME - 1);
    header_pool_deinit(&pool);
}

/* However they come back: a list that is lower on its shelf was made earlier, and goes first. */
static void gives_lists_in_the_order_in_which_they_were_made(void **state)
{
    (void)state;
    struct header_pool pool = {0};
    struct varying varying = {{TEXT("n")}, {TEXT("1")}};
    struct record record = record_of(&fixed_a, &varying, 1);
    struct header_list *lists[SOME], *again[SOME];
    get(&pool, &record, lists, SOME);
    for (size_t i = 0; i < SOME; i++) header_pool_put(&pool, lists[i * 33 % SOME]);
    get(&pool, &record, again, SOME);
    assert_memory_equal(again, lists, sizeof lists);
    header_pool_put(&pool, again[65]);
    header_pool_put(&pool, again[3]);
    assert_ptr_equal(header_pool_get(&pool, &record), lists[3]);
    assert_ptr_equal(header_pool_get(&pool, &record), lists[65]);
    put(&pool, again, SOME);
    header_pool_deinit(&pool);
}

/* Else the lists of a use that is gone would keep the place for as long as the process lives. */
static void takes_room_from_another_shelf_when_full(void **state)
{
    (void)state;
    static struct header_list *lists[MOST], *others[SOME];
    struct header_pool pool = {0};
    struct varying varying = {{TEXT("n")}, {TEXT("1")}};
    struct fixed_headers first = {headers_a, 2, 0, 1}, second = {headers_b, 2, 0, 1};
    struct record old = record_of(&first, &varying, 1), new = record_of(&second, &varying, 1);
    get(&pool, &old, lists, MOST);
    put(&pool, lists, MOST);
    (void)find_kind(&second, &new, lists[0]->kind, false);
    get(&pool, &new, others, SOME);
    put(&pool, others, SOME);
    assert_int_equal(pool.kept, MOST);
    struct header_list *again[SOME];
    get(&pool, &new, again, SOME);
    assert_memory_equal(again, others, sizeof again);
    put(&pool, again, SOME);
    get(&pool, &old, lists, MOST - SOME);
    assert_int_equal(pool.kept, SOME);
    put(&pool, lists, MOST - SOME);
    assert_int_equal(pool.kept, MOST);
    header_pool_deinit(&pool);
}

/* A message kept its headers: the list goes, its slot does not. */
static void takes_a_list_without_headers(void **state)
{
    (void)state;
    struct header_pool pool = {0};
    struct varying varying = {{TEXT("n")}, {TEXT("1")}};
    struct record record = record_of(&fixed_a, &varying, 1);
    struct header_list *list = header_pool_get(&pool, &record);
    rd_kafka_headers_destroy(list->headers);
    list->headers = NULL;
    header_pool_put(&pool, list);
    assert_int_equal(pool.kept, 0);
    list = header_pool_get(&pool, &record);
    check(list, &record);
    assert_int_equal(list->slot, 0);
    header_pool_put(&pool, list);
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
        cmocka_unit_test(lets_a_new_kind_take_the_slots_of_an_old_one),
        cmocka_unit_test(gives_lists_in_the_order_in_which_they_were_made),
        cmocka_unit_test(takes_room_from_another_shelf_when_full),
        cmocka_unit_test(takes_a_list_without_headers),
        cmocka_unit_test(keeps_only_so_many_and_none_without_a_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
