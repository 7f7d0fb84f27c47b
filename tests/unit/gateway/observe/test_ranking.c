#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/observe/ranking.h"

enum { SLOTS = 16 };

struct table {
    struct ranking ranking;
    struct ranking_slot slots[SLOTS];
    uint16_t buckets[SLOTS];
};

static void table_init(struct table *table)
{
    ranking_init(&table->ranking, table->slots, table->buckets, SLOTS);
}

/* One sighting, whether the key is there or not; its slot. */
static uint16_t see(struct table *table, uint64_t id)
{
    uint16_t slot = ranking_find(&table->ranking, id);
    if (slot == RANKING_NONE) return ranking_admit(&table->ranking, id);
    ranking_raise(&table->ranking, slot);
    return slot;
}

/* Keys far apart, as hashes are. */
static uint64_t key(uint64_t number)
{
    return number * UINT64_C(0x9E3779B97F4A7C15) ^ number >> 7;
}

static void finds_what_it_was_given(void **state)
{
    (void)state;
    struct table table;
    table_init(&table);
    for (uint64_t i = 1; i <= SLOTS; i++) assert_int_equal(see(&table, key(i)), i - 1);
    for (uint64_t i = 1; i <= SLOTS; i++) assert_int_equal(ranking_find(&table.ranking, key(i)), i - 1);
    assert_int_equal(ranking_find(&table.ranking, key(SLOTS + 1)), RANKING_NONE);
}

static void gives_the_slot_of_the_lightest_away(void **state)
{
    (void)state;
    struct table table;
    table_init(&table);
    for (uint64_t i = 1; i <= SLOTS; i++)
        for (uint64_t times = 0; times <= (i * 5) % SLOTS; times++) (void)see(&table, key(i));
    uint16_t lightest = ranking_find(&table.ranking, key(SLOTS)); /* seen once, all others more often */
    for (int tries = 0; tries < 50 && ranking_find(&table.ranking, key(100)) == RANKING_NONE; tries++) {
        uint16_t slot = ranking_admit(&table.ranking, key(100));
        assert_true(slot == lightest || slot == RANKING_NONE);
    }
    assert_int_equal(ranking_find(&table.ranking, key(100)), lightest);
    assert_int_equal(ranking_find(&table.ranking, key(SLOTS)), RANKING_NONE);
    assert_int_equal(table.slots[lightest].weight, 2);
}

/* One sighting in eight is of a key that only comes up when the table is long full of others. */
static void takes_in_the_frequent_among_ever_new_ones(void **state)
{
    (void)state;
    struct table table;
    table_init(&table);
    for (uint64_t i = 0; i < 100000; i++) (void)see(&table, key(1000 + i));
    for (uint64_t i = 0; i < 100000; i++) (void)see(&table, i % 8 == 0 ? key(7) : key(200000 + i));
    uint16_t slot = ranking_find(&table.ranking, key(7));
    assert_int_not_equal(slot, RANKING_NONE);
    assert_true(table.slots[slot].weight >= 10000);
    assert_int_equal(table.ranking.count, SLOTS);
}

/* A few keys more than slots, in turn: they must not push each other out for ever. */
static void settles_when_a_few_are_too_many(void **state)
{
    (void)state;
    enum { ROUNDS = 2000 };
    struct table table;
    int steady = 0;
    table_init(&table);
    for (uint64_t round = 0; round < ROUNDS; round++)
        for (uint64_t i = 1; i <= SLOTS + 2; i++) (void)see(&table, key(i));
    uint64_t before[SLOTS];
    for (uint16_t slot = 0; slot < SLOTS; slot++) before[slot] = table.slots[slot].id;
    for (uint64_t round = 0; round < 100; round++)
        for (uint64_t i = 1; i <= SLOTS + 2; i++) (void)see(&table, key(i));
    for (uint16_t slot = 0; slot < SLOTS; slot++) steady += before[slot] == table.slots[slot].id;
    assert_true(steady >= SLOTS - 4);
}

static void never_takes_what_is_kept(void **state)
{
    (void)state;
    struct table table;
    table_init(&table);
    for (uint64_t i = 1; i <= SLOTS; i++) ranking_keep(&table.ranking, see(&table, key(i)));
    assert_int_equal(see(&table, key(100)), RANKING_NONE);
    ranking_keep(&table.ranking, 3);
    ranking_release(&table.ranking, 3);
    assert_int_equal(see(&table, key(100)), RANKING_NONE);
    ranking_release(&table.ranking, 3);
    while (see(&table, key(100)) == RANKING_NONE) continue;
    assert_int_equal(ranking_find(&table.ranking, key(100)), 3);
    assert_int_equal(ranking_find(&table.ranking, key(4)), RANKING_NONE);
    for (uint64_t i = 1; i <= SLOTS; i++)
        if (i != 4) assert_int_equal(ranking_find(&table.ranking, key(i)), i - 1);
}

static void takes_a_dropped_slot_first(void **state)
{
    (void)state;
    struct table table;
    table_init(&table);
    for (uint64_t i = 1; i <= SLOTS; i++) (void)see(&table, key(i));
    for (uint64_t i = 1; i <= SLOTS; i++)
        for (int times = 0; times < 5; times++) (void)see(&table, key(i));
    ranking_keep(&table.ranking, 5);
    ranking_drop(&table.ranking, 5);
    assert_int_equal(ranking_find(&table.ranking, key(6)), RANKING_NONE);
    assert_int_equal(see(&table, key(100)), 5);
    assert_int_equal(ranking_find(&table.ranking, key(100)), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_it_was_given),
        cmocka_unit_test(gives_the_slot_of_the_lightest_away),
        cmocka_unit_test(takes_in_the_frequent_among_ever_new_ones),
        cmocka_unit_test(settles_when_a_few_are_too_many),
        cmocka_unit_test(never_takes_what_is_kept),
        cmocka_unit_test(takes_a_dropped_slot_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
