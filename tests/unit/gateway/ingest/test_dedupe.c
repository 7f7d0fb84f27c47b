/* test_dedupe.c - the deduplication window: its states, its bounds in room and age, and many threads at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "gateway/ingest/dedupe.h"

enum { WINDOW = 1000, ENTRIES = 64 * 4 };

static struct dedupe_key key_of(const struct dedupe *dedupe, const char *text)
{
    const struct span parts[] = {SPAN("use"), SPAN("model"), {text, strlen(text)}};
    return dedupe_key_of(dedupe, parts, 3);
}

static enum dedupe_verdict claim(struct dedupe *dedupe, const char *text, int64_t now, uint32_t *ticket)
{
    struct dedupe_key key = key_of(dedupe, text);
    return dedupe_claim(dedupe, &key, now, ticket, NULL);
}

static struct dedupe *create(uint32_t entries)
{
    struct dedupe *dedupe = dedupe_create(WINDOW, entries);
    assert_non_null(dedupe);
    return dedupe;
}

static void a_durable_one_makes_duplicates(void **state)
{
    (void)state;
    uint32_t ticket, none;
    struct dedupe *dedupe = create(ENTRIES);
    assert_int_equal(claim(dedupe, "a", 0, &ticket), DEDUPE_NEW);
    assert_int_equal(claim(dedupe, "b", 0, &none), DEDUPE_NEW);
    dedupe_settle(dedupe, ticket, true, 10);
    assert_int_equal(claim(dedupe, "a", 11, &ticket), DEDUPE_DUPLICATE);
    assert_int_equal(ticket, DEDUPE_NO_TICKET);
    assert_int_equal(claim(dedupe, "a", 10 + WINDOW, &ticket), DEDUPE_DUPLICATE);
    assert_int_equal(claim(dedupe, "b", 11, &ticket), DEDUPE_PENDING);
    dedupe_destroy(dedupe);
}

static void only_a_durable_one_is_known(void **state)
{
    (void)state;
    uint32_t ticket;
    struct dedupe_stats stats;
    struct dedupe *dedupe = create(ENTRIES);
    struct dedupe_key a = key_of(dedupe, "a");
    assert_false(dedupe_is_durable(dedupe, &a, 0));
    assert_int_equal(claim(dedupe, "a", 0, &ticket), DEDUPE_NEW); /* asking has claimed nothing */
    assert_false(dedupe_is_durable(dedupe, &a, 0));
    dedupe_settle(dedupe, ticket, true, 0);
    assert_true(dedupe_is_durable(dedupe, &a, WINDOW));
    assert_false(dedupe_is_durable(dedupe, &a, WINDOW + 1));
    dedupe_stats(dedupe, &stats);
    assert_int_equal(stats.hits, 0);
    dedupe_destroy(dedupe);
}

static void a_failed_one_is_processed_again(void **state)
{
    (void)state;
    uint32_t ticket;
    struct dedupe_stats stats;
    struct dedupe *dedupe = create(ENTRIES);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(claim(dedupe, "a", i, &ticket), DEDUPE_NEW);
        dedupe_settle(dedupe, ticket, false, i);
    }
    dedupe_stats(dedupe, &stats);
    assert_int_equal(stats.entries, 0);
    dedupe_destroy(dedupe);
}

static void the_window_ends(void **state)
{
    (void)state;
    uint32_t ticket;
    struct dedupe *dedupe = create(ENTRIES);
    assert_int_equal(claim(dedupe, "a", 0, &ticket), DEDUPE_NEW);
    dedupe_settle(dedupe, ticket, true, 0);
    assert_int_equal(claim(dedupe, "a", WINDOW + 1, &ticket), DEDUPE_NEW);
    /* What is pending has no age: it can end long after. */
    assert_int_equal(claim(dedupe, "a", 50 * WINDOW, &ticket), DEDUPE_PENDING);
    dedupe_destroy(dedupe);
}

/* An event of two uses: each has its own entry, and a resend completes only what is missing. */
static void each_use_has_its_own_entry(void **state)
{
    (void)state;
    uint32_t first, second;
    struct dedupe *dedupe = create(ENTRIES);
    const struct span one[] = {SPAN("use1"), SPAN("m"), SPAN("id")}, two[] = {SPAN("use2"), SPAN("m"), SPAN("id")};
    struct dedupe_key a = dedupe_key_of(dedupe, one, 3), b = dedupe_key_of(dedupe, two, 3);
    assert_int_equal(dedupe_claim(dedupe, &a, 0, &first, NULL), DEDUPE_NEW);
    assert_int_equal(dedupe_claim(dedupe, &b, 0, &second, NULL), DEDUPE_NEW);
    dedupe_settle(dedupe, first, true, 1);
    dedupe_settle(dedupe, second, false, 1);
    assert_int_equal(dedupe_claim(dedupe, &a, 2, &first, NULL), DEDUPE_DUPLICATE);
    assert_int_equal(dedupe_claim(dedupe, &b, 2, &second, NULL), DEDUPE_NEW);
    dedupe_destroy(dedupe);
}

static void a_key_is_nothing_without_its_secret(void **state)
{
    (void)state;
    struct dedupe *one = create(ENTRIES), *two = create(ENTRIES);
    struct dedupe_key a = key_of(one, "id"), b = key_of(two, "id"), again = key_of(one, "id");
    assert_true(a.high != b.high && a.low != b.low);
    assert_true(a.high == again.high && a.low == again.low);
    dedupe_destroy(one);
    dedupe_destroy(two);
}

/* Room is bounded: the oldest go first, and what is pending is never given up. */
static void a_full_window_forgets_its_oldest(void **state)
{
    (void)state;
    char name[32];
    uint32_t ticket;
    struct dedupe_stats stats;
    struct dedupe *dedupe = create(ENTRIES);
    for (int i = 0; i < 50 * ENTRIES; i++) {
        snprintf(name, sizeof name, "%d", i);
        assert_int_equal(claim(dedupe, name, i / 100, &ticket), DEDUPE_NEW);
        dedupe_settle(dedupe, ticket, true, i / 100);
    }
    assert_int_equal(claim(dedupe, name, 50 * ENTRIES / 100, &ticket), DEDUPE_DUPLICATE);
    assert_int_equal(claim(dedupe, "0", 50 * ENTRIES / 100, &ticket), DEDUPE_NEW);
    dedupe_stats(dedupe, &stats);
    assert_in_range(stats.entries, ENTRIES / 2, ENTRIES);
    assert_in_range(stats.evicted, 40 * ENTRIES, 50 * ENTRIES);
    assert_int_equal(stats.hits, 1);
    dedupe_destroy(dedupe);
}

static void what_finds_only_pending_ones_is_not_tracked(void **state)
{
    (void)state;
    char name[32];
    uint32_t tickets[64 * 40], count = 0, untracked = 0;
    struct dedupe_stats stats;
    struct dedupe *dedupe = create(ENTRIES);
    for (int i = 0; i < 64 * 40; i++) {
        snprintf(name, sizeof name, "%d", i);
        enum dedupe_verdict verdict = claim(dedupe, name, 0, &tickets[count]);
        count += verdict == DEDUPE_NEW;
        untracked += verdict == DEDUPE_UNTRACKED;
    }
    assert_int_equal(count, ENTRIES); /* every shard is full by now */
    assert_int_equal(count + untracked, 64 * 40);
    for (uint32_t i = 0; i < count; i++) dedupe_settle(dedupe, tickets[i], i % 2 == 0, 1);
    dedupe_stats(dedupe, &stats);
    assert_int_equal(stats.entries, ENTRIES / 2);
    assert_int_equal(stats.untracked, untracked);
    assert_int_equal(stats.evicted, 0);
    dedupe_destroy(dedupe);
}

static bool is_readable(const struct dedupe_port *port)
{
    struct pollfd poller = {dedupe_port_fd(port), POLLIN, 0};
    return poll(&poller, 1, 0) == 1;
}

static void waiters_are_told_through_their_port(void **state)
{
    (void)state;
    uint32_t ticket, none;
    struct dedupe *dedupe = create(ENTRIES);
    struct dedupe_port *port = dedupe_port_create(dedupe), *other = dedupe_port_create(dedupe);
    assert_non_null(port);
    assert_non_null(other);
    struct dedupe_waiter waiters[3] = {{.port = port}, {.port = port}, {.port = other}};
    struct dedupe_key key = key_of(dedupe, "a");
    for (int durable = 0; durable < 2; durable++) {
        assert_int_equal(dedupe_claim(dedupe, &key, 0, &ticket, NULL), DEDUPE_NEW);
        for (size_t i = 0; i < 3; i++) assert_int_equal(dedupe_claim(dedupe, &key, 0, &none, &waiters[i]), DEDUPE_PENDING);
        assert_false(is_readable(port));
        dedupe_settle(dedupe, ticket, durable, 0);
        assert_true(is_readable(port) && is_readable(other));
        unsigned told = 0;
        for (struct dedupe_waiter *at = dedupe_port_take(port); at != NULL; at = at->next) {
            assert_int_equal(at->durable, durable);
            told++;
        }
        assert_int_equal(told, 2);
        assert_false(is_readable(port));
        assert_null(dedupe_port_take(port));
        assert_ptr_equal(dedupe_port_take(other), &waiters[2]);
    }
    dedupe_destroy(dedupe);
}

/* ---------------------------------------------------------------- threads */

enum { THREADS = 4, EVENTS = 300, ROUNDS = 20 };

struct arena_of_threads {
    struct dedupe *dedupe;
    _Atomic unsigned stored[EVENTS]; /* how often each event was written */
};

struct player {
    struct arena_of_threads *shared;
    struct dedupe_port *port;
    unsigned number;
    unsigned waiting, told;
    pthread_t thread;
};

static void collect(struct player *player)
{
    struct dedupe_waiter *at = dedupe_port_take(player->port);
    while (at != NULL) {
        struct dedupe_waiter *next = at->next;
        free(at);
        player->told++;
        at = next;
    }
}

/* One event as a worker sees it: claimed, and written or failed by whoever has the ticket. */
static void send_one(struct player *player, unsigned event, bool fails)
{
    char name[32];
    uint32_t ticket;
    struct dedupe *dedupe = player->shared->dedupe;
    struct dedupe_waiter *waiter = calloc(1, sizeof *waiter);
    if (waiter == NULL) abort();
    waiter->port = player->port;
    snprintf(name, sizeof name, "%u", event);
    struct dedupe_key key = key_of(dedupe, name);
    enum dedupe_verdict verdict = dedupe_claim(dedupe, &key, 0, &ticket, waiter);
    player->waiting += verdict == DEDUPE_PENDING;
    if (verdict == DEDUPE_NEW) {
        if (!fails) atomic_fetch_add(&player->shared->stored[event], 1);
        dedupe_settle(dedupe, ticket, !fails, 0);
    }
    if (verdict != DEDUPE_PENDING) free(waiter);
}

static void *play(void *arg)
{
    struct player *player = arg;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < EVENTS; i++) {
            send_one(player, (i * 7 + player->number) % EVENTS, (round + i + player->number) % 3 == 0);
            if (i % 16 == 0) collect(player);
        }
    return NULL;
}

/* Nothing is written twice, and everybody who waited is told. */
static void threads_write_each_event_once(void **state)
{
    (void)state;
    struct arena_of_threads *shared = calloc(1, sizeof *shared);
    struct player players[THREADS];
    assert_non_null(shared);
    shared->dedupe = create(64 * 64);
    for (unsigned i = 0; i < THREADS; i++) {
        players[i] = (struct player){.shared = shared, .port = dedupe_port_create(shared->dedupe), .number = i};
        assert_non_null(players[i].port);
    }
    for (unsigned i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&players[i].thread, NULL, play, &players[i]), 0);
    for (unsigned i = 0; i < THREADS; i++) pthread_join(players[i].thread, NULL);
    for (unsigned i = 0; i < THREADS; i++) {
        collect(&players[i]);
        assert_int_equal(players[i].told, players[i].waiting);
    }
    for (unsigned i = 0; i < EVENTS; i++) assert_int_equal(shared->stored[i], 1);
    dedupe_destroy(shared->dedupe);
    free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_durable_one_makes_duplicates),      cmocka_unit_test(only_a_durable_one_is_known),
        cmocka_unit_test(a_failed_one_is_processed_again),     cmocka_unit_test(the_window_ends),
        cmocka_unit_test(each_use_has_its_own_entry),          cmocka_unit_test(a_key_is_nothing_without_its_secret),
        cmocka_unit_test(a_full_window_forgets_its_oldest),    cmocka_unit_test(what_finds_only_pending_ones_is_not_tracked),
        cmocka_unit_test(waiters_are_told_through_their_port), cmocka_unit_test(threads_write_each_event_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
