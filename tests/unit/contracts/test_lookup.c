#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "contracts/lookup.h"

/* Whatever follows the text. */
static int32_t find(const struct lookup *lookup, const char *text, size_t size)
{
    char padded[64];
    memset(padded, 'x', sizeof padded);
    memcpy(padded, text, size);
    int32_t found = lookup_find(lookup, (struct span){text, size});
    assert_int_equal(lookup_find_padded(lookup, (struct span){padded, size}), found);
    return found;
}

static void assert_found(const struct span *texts, size_t count)
{
    struct arena *arena = arena_create(1 << 20);
    struct lookup lookup = {0};
    assert_true(lookup_build(&lookup, texts, sizeof *texts, count, arena));
    for (size_t i = 0; i < count; i++) {
        char *copy = malloc(texts[i].size + 1);
        assert_non_null(copy);
        memcpy(copy, texts[i].data, texts[i].size);
        assert_int_equal(find(&lookup, copy, texts[i].size), i);
        for (size_t at = 0; at < texts[i].size; at++) {
            copy[at] ^= 0x20;
            int32_t found = find(&lookup, copy, texts[i].size);
            assert_true(found < 0 || span_equal(texts[found], (struct span){copy, texts[i].size}));
            copy[at] ^= 0x20;
        }
        copy[texts[i].size] = '_';
        assert_int_equal(find(&lookup, copy, texts[i].size + 1), -1);
        free(copy);
    }
    assert_int_equal(lookup_find(&lookup, (struct span){NULL, 0}), -1);
    arena_destroy(arena);
}

static void sets_of_every_size_are_searched(void **state)
{
    (void)state;
    static char room[200][40];
    struct span texts[200];
    for (unsigned i = 0; i < 200; i++) {
        size_t size = 1 + i % 37;
        memset(room[i], (char)('a' + i % 26), size);
        room[i][i % size] = (char)('A' + i / 26);
        room[i][size / 2] = (char)('0' + i % 10);
        texts[i] = (struct span){room[i], size};
    }
    for (size_t count = 0; count <= 36; count++) assert_found(texts, count);
    const struct span few[] = {
        SPAN("EUR"), SPAN("GBP"), SPAN("a"), SPAN("ab"), SPAN("abcd"), SPAN("abcdefgh"), SPAN("abcdefghabcdefgh")};
    assert_found(few, COUNT_OF(few));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sets_of_every_size_are_searched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
