/* Replies as servers may send them, cut at every place, and read by llhttp as well (reply_twin.h); and the same with a byte
 * changed, left out or inserted at every place. */
// link: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/out_of_memory.h"
#include "tests/reply_twin.h"

#define OK   "HTTP/1.1 200 OK\r\n"
#define NEXT "HTTP/1.1 429 \r\nContent-Length: 1\r\n\r\nx" /* shows that the reply before it ended where it must */

/* ---------------------------------------------------------------- what is taken */

/* Each whole reply as "CODE SIZE": with '.' behind the connection's last, '!' where the connection's end made it whole. */
static const struct {
    const char *bytes, *replies;
} taken[] = {
    {"", ""},
    /* RFC 9112 section 4: the status line */
    {"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"accepted\":1}" NEXT,
     "202 14, 429 1"},
    {"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n" NEXT, "200 0, 429 1"},
    {"HTTP/1.1 599 \t\xc3\xa9 \r\nContent-Length: 0\r\n\r\n" NEXT, "599 0, 429 1"},
    {"HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", "999 0"},
    /* section 5: field lines */
    {OK "content-length:7\r\nX-Empty:\r\nDate: Mon, 23 Nov 2026 01:00:00 GMT\t \r\n\r\n1234567" NEXT, "200 7, 429 1"},
    {OK "CONTENT-LENGTH: \t 3 \r\n\r\n\r\n\r" NEXT, "200 3, 429 1"},
    {OK "Content-Lengt: 3\r\nxContent-Length: 3\r\nContent-Length: 00000000000000000\r\n\r\n" NEXT, "200 0, 429 1"},
    /* section 6.3, 1: no body, whatever the fields say */
    {"HTTP/1.1 204 No Content\r\n\r\n" NEXT, "204 0, 429 1"},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n" NEXT, "204 0, 429 1"},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n" NEXT, "304 0, 429 1"},
    {"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n" NEXT, "304 0, 429 1"},
    /* interim replies (RFC 9110 section 15.2) */
    {"HTTP/1.1 100 Continue\r\n\r\n" NEXT, "429 1"},
    {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 \r\nContent-Length: 5\r\n\r\n" NEXT, "429 1"},
    {"HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" NEXT, "429 1"},
    {"HTTP/1.1 100 Continue\r\n\r\n", ""},
    /* section 7.1: the chunked coding */
    {OK "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT, "200 0, 429 1"},
    {OK "transfer-encoding:CHUNKED\r\n\r\n5\r\nhello\r\n00b;a=\"b\"\r\n, world\r\n\r\n\r\n0\r\n\r\n" NEXT, "200 16, 429 1"},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n" OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
     "200 2, 200 1"},
    {OK "Transfer-Encoding: chunked\r\n\r\n1\r\n0\r\n0\r\nDigest: x\r\nY:\r\n\r\n" NEXT, "200 1, 429 1"},
    /* section 6.3, 8: until the end of the connection */
    {OK "\r\n", "200 0.!"},
    {OK "Content-Type: text/plain\r\n\r\n" NEXT, "200 37.!"},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nx", "200 1.!"},
    {"HTTP/1.1 204 x\r\n\r\n" OK "\r\n", "204 0, 200 0.!"},
    /* section 9.3: what becomes of the connection */
    {OK "Content-Length: 2\r\nConnection: close\r\n\r\nab" NEXT, "200 2."},
    {OK "Content-Length: 2\r\nConnection: a,\tClose\t\r\n\r\nab" NEXT, "200 2."},
    {OK "Content-Length: 2\r\nConnection: closed\r\n\r\nab" NEXT, "200 2, 429 1"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab" NEXT, "200 2."},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nab" NEXT, "200 2, 429 1"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive, close\r\n\r\nab", "200 2."},
    {"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n", "204 0."},
    /* not whole yet */
    {"HTTP/1.1 202 Acc", ""},
    {OK "Content-Length: 4\r\n\r\nabc", ""},
    {NEXT OK "Content-Length: 4\r\n", "429 1"},
    {OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", ""},
};

static const char *describe(const struct twin_replies *found)
{
    static char text[1024];
    char *to = text;
    *to = '\0';
    for (size_t i = 0; i < found->count; i++) {
        const struct twin_reply *reply = &found->list[i];
        bool at_end = i + 1 == found->count && found->at_end > 0;
        to += sprintf(to, "%s%u %llu%s%s", i > 0 ? ", " : "", reply->code, (unsigned long long)reply->size,
                      reply->closes ? "." : "", at_end ? "!" : "");
    }
    return text;
}

static void reads_replies_cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(taken); i++) {
        struct span bytes = span_of(taken[i].bytes);
        struct twin_replies found;
        for (size_t cut = 0; cut <= bytes.size; cut++) {
            twin_judge(bytes, cut, bytes.size, &found);
            assert_null(found.fault);
            assert_string_equal(describe(&found), taken[i].replies);
            twin_judge((struct span){bytes.data, cut}, 1, 1, &found);
        }
    }
}

/* ---------------------------------------------------------------- what is refused */

static const struct {
    const char *bytes, *fault;
} refused[] = {
    {"\r\n" NEXT, "`HTTP/1.1 NNN `"},
    {"HTTP/1.1 200\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.1  200 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.1 20 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.1 2000 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.1 2x0 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.1 200 O\x01K\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/2.0 200 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.2 200 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"http/1.1 200 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"ICY 200 OK\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"POST / HTTP/1.1\r\n\r\n", "`HTTP/1.1 NNN `"},
    {"HTTP/1.1 099 x\r\n\r\n", "below 100"},
    {"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", "no upgrade"},
    {"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "CR LF"},
    {OK "Content-Length: 0\n\r\n", "CR LF"},
    {OK "X: a\rb\r\n\r\n", "CR LF"},
    {OK "X: a\r\n b\r\n\r\n", "begins with a space"},
    {OK "Content-Length : 0\r\n\r\n", "`name: value`"},
    {OK "Content-Length\r\n\r\n", "`name: value`"},
    {OK ": 0\r\n\r\n", "`name: value`"},
    {OK "X: \x7f\r\n\r\n", "`name: value`"},
    {OK "Content-Length:\r\n\r\n", "one plain number"},
    {OK "Content-Length: +1\r\n\r\na", "one plain number"},
    {OK "Content-Length: 1, 1\r\n\r\na", "one plain number"},
    {OK "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", "one plain number"},
    {OK "Content-Length: 18446744073709551617\r\n\r\na", "one plain number"},
    {OK "Content-Length: 0x1\r\n\r\na", "one plain number"},
    {OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "`chunked` alone"},
    {OK "Transfer-Encoding: identity\r\n\r\n", "`chunked` alone"},
    {OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "`chunked` alone"},
    {OK "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "stands beside"},
    {OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "stands beside"},
    {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0"},
    {OK "Transfer-Encoding: chunked\r\n\r\nx\r\n", "chunks"},
    {OK "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "chunks"},
    {OK "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", "chunks"},
    {OK "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", "chunks"},
};

static void refuses_what_can_be_read_in_two_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct span bytes = span_of(refused[i].bytes);
        struct twin_replies found;
        for (size_t cut = 0; cut <= bytes.size; cut++) {
            twin_judge(bytes, cut, 1, &found);
            assert_int_equal(found.count, 0);
            assert_non_null(found.fault);
            if (strstr(found.fault, refused[i].fault) == NULL) fail_msg("%s for %s", found.fault, refused[i].bytes);
        }
    }
}

/* ---------------------------------------------------------------- a fault at every place */

static const char *const bases[] = {
    "HTTP/1.1 202 Accepted\r\nDate: Mon, 23 Nov 2026 01:00:00 GMT\r\nContent-Length: 14\r\n\r\n{\"accepted\":1}" NEXT,
    "HTTP/1.0 200 OK\r\nconnection: keep-alive, x\r\nContent-Length:2\r\nX:\r\n\r\nab" OK "\r\nabc",
    OK "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0a\r\n0123456789\r\n0\r\nA: b\r\n\r\n" NEXT,
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\nHTTP/1.1 304 x\r\nContent-Length: 3\r\n\r\n" NEXT,
    OK "Connection: Upgrade,\tclose \r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc",
};

static size_t vary(struct span base, size_t place)
{
    char bytes[1024];
    struct twin_replies found;
    size_t whole = 0;
    for (unsigned value = 0; value < 256; value++) { /* changed, then inserted */
        memcpy(bytes, base.data, base.size);
        bytes[place] = (char)value;
        twin_judge((struct span){bytes, base.size}, place, 5, &found);
        whole += found.count;
        memcpy(bytes + place + 1, base.data + place, base.size - place);
        twin_judge((struct span){bytes, base.size + 1}, place + 1, 11, &found);
        whole += found.count;
    }
    memcpy(bytes, base.data, place);
    memcpy(bytes + place, base.data + place + 1, base.size - place - 1);
    twin_judge((struct span){bytes, base.size - 1}, place, 3, &found);
    return whole + found.count;
}

static void reads_variants_as_llhttp_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        struct span base = span_of(bases[i]);
        size_t whole = 0;
        for (size_t place = 0; place < base.size; place++) whole += vary(base, place);
        assert_true(whole > 1000);
    }
}

/* ---------------------------------------------------------------- bounds */

static enum load_reply_status feed_all(struct load_reply *reply, char *bytes, size_t size, size_t step)
{
    enum load_reply_status status = LOAD_REPLY_MORE;
    for (size_t at = 0, used; at < size && status == LOAD_REPLY_MORE; at += used)
        status = load_reply_feed(reply, bytes + at, size - at < step ? size - at : step, &used);
    return status;
}

/* A head of `size` bytes, in one line or in lines of `line` bytes. */
static enum load_reply_status feed_head(size_t size, size_t line, size_t step, const char *fault)
{
    struct load_reply reply = {0};
    struct buffer bytes = BUFFER_EMPTY;
    buffer_append_text(&bytes, "HTTP/1.1 204 \r\n");
    while (bytes.size + line + 2 <= size) {
        size_t begin = bytes.size;
        buffer_append_text(&bytes, "x:");
        while (bytes.size < begin + line - 2) buffer_append_char(&bytes, 'y');
        buffer_append_text(&bytes, "\r\n");
    }
    buffer_append_text(&bytes, "\r\n");
    assert_non_null(buffer_reserve(&bytes, LOAD_REPLY_PADDING));
    enum load_reply_status status = feed_all(&reply, bytes.data, bytes.size, step);
    if (status == LOAD_REPLY_FAULTY) assert_string_equal(reply.fault, fault);
    buffer_deinit(&bytes);
    load_reply_deinit(&reply);
    return status;
}

static void bounds_the_head(void **state)
{
    (void)state;
    static const size_t steps[] = {100, 7000, 1000000};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        assert_int_equal(feed_head(60000, 600, steps[i], ""), LOAD_REPLY_WHOLE);
        assert_int_equal(feed_head(70000, 600, steps[i], "the head is too long"), LOAD_REPLY_FAULTY);
        assert_int_equal(feed_head(69000, 69000 - 17, steps[i], "the head is too long"), LOAD_REPLY_FAULTY);
        assert_int_equal(feed_head(1200, 4, steps[i], "the head is too long"), LOAD_REPLY_FAULTY);
    }
}

/* What a chunk holds is counted and forgotten, also where the head before it came in pieces. */
static void keeps_little_of_large_chunks(void **state)
{
    (void)state;
    enum { CHUNK = 300000 };
    static char bytes[CHUNK + 200];
    struct load_reply reply = {0};
    size_t size = (size_t)sprintf(bytes, OK "Transfer-Encoding: chunked\r\n\r\n%x\r\n", CHUNK);
    memset(bytes + size, 'a', CHUNK);
    size += CHUNK;
    size += (size_t)sprintf(bytes + size, "\r\n0\r\n\r\n");
    for (size_t first = 0; first <= 20; first += 20) {
        assert_int_equal(feed_all(&reply, bytes, first, first), LOAD_REPLY_MORE);
        assert_int_equal(feed_all(&reply, bytes + first, size - first, size), LOAD_REPLY_WHOLE);
        assert_int_equal(reply.size, CHUNK);
        assert_true(reply.held.capacity < (first > 0 ? 128 : 32) * 1024);
    }
    load_reply_deinit(&reply);
}

/* Memory is wanted only by a head that comes in pieces, and by chunks. */
static void says_when_memory_is_out(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t step;
        enum load_reply_status status;
    } cases[] = {
        {OK "Content-Length: 3\r\n\r\nabc", 100, LOAD_REPLY_WHOLE},
        {OK "Content-Length: 3\r\n\r\nabc", 10, LOAD_REPLY_FAULTY},
        {OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", 100, LOAD_REPLY_FAULTY},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct load_reply reply = {0};
        char bytes[128] = "";
        strcpy(bytes, cases[i].bytes);
        memory_ends_after(0);
        enum load_reply_status status = feed_all(&reply, bytes, strlen(cases[i].bytes), cases[i].step);
        assert_true(memory_returns() == (cases[i].status == LOAD_REPLY_WHOLE));
        assert_int_equal(status, cases[i].status);
        if (status == LOAD_REPLY_FAULTY) assert_string_equal(reply.fault, "out of memory");
        load_reply_deinit(&reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_replies_cut_at_every_byte), cmocka_unit_test(refuses_what_can_be_read_in_two_ways),
        cmocka_unit_test(reads_variants_as_llhttp_does),   cmocka_unit_test(bounds_the_head),
        cmocka_unit_test(keeps_little_of_large_chunks),    cmocka_unit_test(says_when_memory_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
