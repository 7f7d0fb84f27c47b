/* Heads, read by the gateway and by llhttp (head_twin.h): those of all transcripts, and some with a byte changed, left out or
 * inserted at every place. And what is known of the fields that something asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <glob.h>

#include "tests/head_twin.h"

/* ---------------------------------------------------------------- transcripts */

static char *unescape(char *to, const char *from, const char *end)
{
    while (from < end) {
        char byte = *from++;
        if (byte == '\\') {
            byte = *from++;
            if (byte == 'x') {
                char digits[3] = {from[0], from[1], '\0'};
                byte = (char)strtoul(digits, NULL, 16);
                from += 2;
            } else {
                byte = byte == 'r' ? '\r' : byte == 'n' ? '\n' : byte == 't' ? '\t' : byte;
            }
        }
        *to++ = byte;
    }
    return to;
}

/* What a line of a transcript sends (tests/transcripts/README.md), behind `to`; its new end. */
static char *append_line(char *to, const char *line)
{
    const char *end = line + strcspn(line, "\n");
    if (strncmp(line, "C:", 2) == 0) {
        to = unescape(to, line + (line[2] == ' ' ? 3 : 2), end);
        memcpy(to, "\r\n", 2);
        return to + 2;
    }
    if (strncmp(line, "C+ ", 3) == 0) return unescape(to, line + 3, end);
    return to;
}

/* Each head that the client's bytes hold one after the other; the first that is refused ends it. */
static size_t judge_all(struct span bytes)
{
    size_t count = 0, size;
    while (bytes.size > 0 && (size = twin_judge(bytes, 1)) > 0) {
        bytes = (struct span){bytes.data + size, bytes.size - size};
        count++;
    }
    return count;
}

static size_t judge_file(const char *path)
{
    static char bytes[1 << 16];
    char line[4096], *to = bytes;
    size_t count = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "=== ", 4) == 0) {
            count += judge_all((struct span){bytes, (size_t)(to - bytes)});
            to = bytes;
        }
        to = append_line(to, line);
        assert_true(to < bytes + sizeof bytes - sizeof line);
    }
    fclose(file);
    return count + judge_all((struct span){bytes, (size_t)(to - bytes)});
}

static void reads_the_transcripts_as_llhttp_does(void **state)
{
    (void)state;
    glob_t found;
    size_t count = 0;
    assert_int_equal(glob("tests/transcripts/*.txt", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) count += judge_file(found.gl_pathv[i]);
    globfree(&found);
    assert_true(count > 100);
}

/* ---------------------------------------------------------------- heads with a fault at every place */

static const char *const bases[] = {
    "POST /v1/events/payment HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\nContent-Length: 57\r\n\r\n",
    "PUT http://a.example/x?y=1 HTTP/1.0\r\nhost:A.example\r\nconnection: keep-alive, x\r\ncontent-length:0\r\nx-a:\r\n\r\n",
    "POST / HTTP/1.1\r\nHOST: [::1]\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\nCe-Type: a\r\nce-time: b\t \r\n\r\n",
    "GET /a?b HTTP/1.1\r\nHost: b\r\nConnection: Upgrade,\tclose \r\nUpgrade: h2c\r\nAccept: a\r\nACCEPT: b\r\n\r\n",
    "OPTIONS * HTTP/1.0\r\nConnection: close, keep-alive\r\nProxy-Connection: close\r\nUser-Agent: a \"b\" (c)\r\n\r\n",
};

static size_t vary(struct span base, size_t place)
{
    char bytes[1024];
    size_t taken = 0;
    for (unsigned value = 0; value < 256; value++) { /* changed, then inserted */
        memcpy(bytes, base.data, base.size);
        bytes[place] = (char)value;
        taken += twin_judge((struct span){bytes, base.size}, 5) > 0;
        memcpy(bytes + place + 1, base.data + place, base.size - place);
        taken += twin_judge((struct span){bytes, base.size + 1}, 11) > 0;
    }
    memcpy(bytes, base.data, place);
    memcpy(bytes + place, base.data + place + 1, base.size - place - 1);
    return taken + (twin_judge((struct span){bytes, base.size - 1}, 3) > 0);
}

static void reads_variants_as_llhttp_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        struct span base = span_of(bases[i]);
        size_t taken = 0;
        assert_int_equal(twin_judge(base, 1), base.size);
        for (size_t place = 0; place < base.size; place++) taken += vary(base, place);
        assert_true(taken > 1000);
    }
}

/* ---------------------------------------------------------------- the connection */

static bool keeps(const char *version, const char *lines)
{
    static const struct http_limits limits = {.head = 2000, .request_line = 500, .header_lines = 30};
    char bytes[512] = "";
    struct http_header headers[8];
    struct head_scan scan = {0};
    struct head head;
    enum http_fault fault;
    size_t size = 0;
    snprintf(bytes, sizeof bytes - HEAD_PADDING, "GET / HTTP/%s\r\nHost: a\r\n%s\r\n", version, lines);
    assert_int_equal(head_scan(&scan, span_of(bytes), &limits, &size, &fault), HEAD_WHOLE);
    assert_int_equal(head_parse(bytes, size, headers, scan.lines, &head), HTTP_FAULT_NONE);
    return head.request.keep_alive;
}

/* RFC 9112 section 9.3. */
static void knows_what_becomes_of_the_connection(void **state)
{
    (void)state;
    assert_true(keeps("1.1", ""));
    assert_false(keeps("1.0", ""));
    assert_true(keeps("1.0", "Connection: Keep-Alive\r\n"));
    assert_true(keeps("1.0", "Connection: a,\tkeep-alive\t, b\r\n"));
    assert_false(keeps("1.0", "Connection: keep-alive, close\r\n"));
    assert_false(keeps("1.0", "Connection: keep-alive\r\nConnection: close\r\n"));
    assert_false(keeps("1.0", "Proxy-Connection: keep-alive\r\n")); /* RFC 9112 appendix C.2.2 */
    assert_false(keeps("1.1", "Connection: keep-alive ,Close\r\n"));
    assert_false(keeps("1.1", "Connection: ,,close\t\r\n"));
    assert_true(keeps("1.1", "Connection: closed, xclose, clos, close d, \"close\"\r\n"));
    assert_true(keeps("1.1", "Connection:\r\n"));
    assert_true(keeps("1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n"));
}

/* ---------------------------------------------------------------- known fields */

static void finds_each_field_by_its_name_alone(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HTTP_FIELD_COUNT; i++) {
        struct span name = http_field_name((enum http_field)i);
        char text[64];
        assert_int_equal(http_field_find(name), i);
        assert_true(i == 0 || name.size >= http_field_name((enum http_field)(i - 1)).size); /* in order of length */
        for (size_t k = 0; k < name.size; k++) {
            memcpy(text, name.data, name.size);
            text[k] = (char)(text[k] + 1);
            enum http_field other = http_field_find((struct span){text, name.size});
            assert_true(other == HTTP_FIELD_OTHER || span_equal(http_field_name(other), (struct span){text, name.size}));
            assert_int_not_equal(http_field_find((struct span){name.data, k}), i);
        }
    }
    assert_int_equal(http_field_find(SPAN("")), HTTP_FIELD_OTHER);
    assert_int_equal(http_field_find(SPAN("x-transfer-encoding")), HTTP_FIELD_OTHER);
}

/* The look at 16 bytes may give up, but never finds another field than the plain way. */
static void peeks_as_it_finds(void **state)
{
    (void)state;
    struct span known;
    for (unsigned i = 0; i < HTTP_FIELD_COUNT; i++) {
        struct span name = http_field_name((enum http_field)i);
        for (unsigned value = 0; value < 256; value++) {
            for (size_t place = 0; place <= name.size; place++) {
                char line[64] = "", lower[64];
                memcpy(line, name.data, name.size);
                line[name.size] = ':';
                line[place] = (char)value;
                enum http_field found = http_field_peek(line, &known);
                if (found == HTTP_FIELD_OTHER || value == '\r') continue; /* no CR gets here */
                size_t size = strcspn(line, ":");
                for (size_t k = 0; k < size; k++) lower[k] = (char)tolower((unsigned char)line[k]);
                assert_int_equal(found, http_field_find((struct span){lower, size}));
                assert_true(span_equal(known, http_field_name(found)));
            }
        }
    }
#ifdef __SSE2__
    assert_int_equal(http_field_peek("Content-Length: 5\r\n", &known), HTTP_FIELD_CONTENT_LENGTH);
    assert_int_equal(http_field_peek("CE-TYPE: a........", &known), HTTP_FIELD_CE_TYPE);
#endif
    assert_int_equal(http_field_peek("transfer-encoding: ", &known), HTTP_FIELD_OTHER);
    assert_int_equal(http_field_peek("hos: a............", &known), HTTP_FIELD_OTHER);
    assert_int_equal(http_field_peek(": host............", &known), HTTP_FIELD_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_transcripts_as_llhttp_does),
        cmocka_unit_test(reads_variants_as_llhttp_does),
        cmocka_unit_test(knows_what_becomes_of_the_connection),
        cmocka_unit_test(finds_each_field_by_its_name_alone),
        cmocka_unit_test(peeks_as_it_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
