/* That the coding is decoded the same however it is cut, and by which rule it is refused; transcripts do the rest. */
#include "gateway/http/chunked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum chunked_status feed_in_pieces(const char *coded, size_t size, size_t piece, size_t limit, struct buffer *body,
                                          size_t *used)
{
    struct chunked chunked = {0};
    enum chunked_status status = CHUNKED_MORE;
    *used = 0;
    while (*used < size && status == CHUNKED_MORE) {
        size_t taken = 0;
        struct span in = {coded + *used, size - *used < piece ? size - *used : piece};
        status = chunked_feed(&chunked, in, limit, body, &taken);
        *used += taken;
        if (status == CHUNKED_MORE) assert_int_equal(taken, in.size);
    }
    return status;
}

static const struct {
    const char *coded;
    enum chunked_status status;
    const char *body;
    size_t left; /* bytes behind the end */
} rows[] = {
    {"0\r\n\r\n", CHUNKED_DONE, "", 0},
    {"4\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\n\r\nGET", CHUNKED_DONE, "Wikipedia in \r\n\r\nchunks.", 3},
    {"3;x=\"y\"\r\nabc\r\n0;z\r\nA: b\r\nC: d\r\n\r\n", CHUNKED_DONE, "abc", 0},
    {"3\r\nabc\r\n", CHUNKED_MORE, "abc", 0},
    {"3\r\nabc\r\n0\r\nA: b\r\n", CHUNKED_MORE, "abc", 0},
    {"3\r\nabcd", CHUNKED_BROKEN, "abc", 0},
    {"3\nabc", CHUNKED_BROKEN, "", 3},
    {";\r\n", CHUNKED_BROKEN, "", 2},
    {"19\r\nabc", CHUNKED_TOO_LARGE, "", 3},
    {"18\r\n012345678901234567890123\r\n1\r\na", CHUNKED_TOO_LARGE, "012345678901234567890123", 1},
};

static void every_cut_gives_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t size = strlen(rows[i].coded);
        for (size_t piece = 1; piece <= size; piece++) {
            struct buffer body = BUFFER_EMPTY;
            size_t used;
            assert_int_equal(feed_in_pieces(rows[i].coded, size, piece, 24, &body, &used), rows[i].status);
            assert_int_equal(size - used, rows[i].left);
            assert_int_equal(body.size, strlen(rows[i].body));
            if (body.size > 0) assert_memory_equal(body.data, rows[i].body, body.size);
            buffer_deinit(&body);
        }
    }
}

/* Every single byte of a valid body replaced by every other: none may make it end elsewhere or lose data unnoticed. (`A` for
 * the first size is another valid body: ten bytes, which hold what were chunk borders.) */
static void no_damage_moves_the_end(void **state)
{
    (void)state;
    static const char valid[] = "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n";
    size_t size = sizeof valid - 1;
    for (size_t at = 0; at < size; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char damaged[sizeof valid];
            struct buffer body = BUFFER_EMPTY;
            size_t used;
            memcpy(damaged, valid, sizeof valid);
            damaged[at] = (char)byte;
            enum chunked_status status = feed_in_pieces(damaged, size, size, 1000, &body, &used);
            if (status == CHUNKED_DONE) {
                assert_int_equal(used, size);
                assert_true(body.size >= 5);
            }
            buffer_deinit(&body);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_cut_gives_the_same), cmocka_unit_test(no_damage_moves_the_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
