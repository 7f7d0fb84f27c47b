/* Every file of tests/corpus/json against expected.tsv, and every prefix of it; skipped and walked, with padding of all sorts,
 * against a page that must not be touched, and with arenas that are too small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "codecs/json.h"

enum { DEPTH = 512, TOKENS = 2000, FILE_MAX = 128 * 1024, AREA = 256 * 1024 };

#define FOLDER "tests/corpus/json/"

struct expectation {
    char name[80];
    char error[24];
    long offset;
    bool accept;
};

struct outcome {
    enum json_error error;
    size_t offset;
};

static const char *const error_names[] = {
    [JSON_FINE] = "JSON_FINE",
    [JSON_EARLY_END] = "JSON_EARLY_END",
    [JSON_UNEXPECTED] = "JSON_UNEXPECTED",
    [JSON_BAD_LITERAL] = "JSON_BAD_LITERAL",
    [JSON_BAD_NUMBER] = "JSON_BAD_NUMBER",
    [JSON_BAD_ESCAPE] = "JSON_BAD_ESCAPE",
    [JSON_CONTROL] = "JSON_CONTROL",
    [JSON_BAD_UTF8] = "JSON_BAD_UTF8",
    [JSON_TOO_DEEP] = "JSON_TOO_DEEP",
    [JSON_TOO_MANY] = "JSON_TOO_MANY",
    [JSON_NO_MEMORY] = "JSON_NO_MEMORY",
};

/* Room that ends at a page without any access: reading beyond the padding is a crash, with or without a sanitizer. */
static char *area;

static int map_area(void **state)
{
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    area = mmap(NULL, AREA + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return area == MAP_FAILED || mprotect(area + AREA, page, PROT_NONE) != 0 ? -1 : 0;
}

/* A copy at the end of the area, followed by JSON_PADDING bytes `fill`. */
static struct span place(struct span text, char fill)
{
    char *at = area + AREA - JSON_PADDING - text.size;
    memset(area + AREA - JSON_PADDING, fill, JSON_PADDING);
    if (text.size > 0) memcpy(at, text.data, text.size);
    return (struct span){at, text.size};
}

static struct outcome outcome_of(const struct json_cursor *cursor, bool ok)
{
    assert_int_equal(ok, cursor->error == JSON_FINE);
    return (struct outcome){cursor->error, ok ? 0 : json_error_offset(cursor)};
}

static struct outcome skip_text(struct span text)
{
    struct json_cursor cursor;
    json_begin(&cursor, text, DEPTH, TOKENS);
    bool ok = json_skip(&cursor) && json_finish(&cursor);
    return outcome_of(&cursor, ok);
}

static bool walk_value(struct json_cursor *cursor, struct arena *arena);

static bool walk_level(struct json_cursor *cursor, struct arena *arena, char opening, char closing)
{
    struct json_string name;
    bool first = true;
    if (!json_open(cursor, opening)) return false;
    while (json_next(cursor, closing, &first)) {
        if (opening == '{' && (!json_string(cursor, arena, &name) || !json_colon(cursor))) return false;
        if (!walk_value(cursor, arena)) return false;
    }
    return cursor->error == JSON_FINE;
}

static bool walk_value(struct json_cursor *cursor, struct arena *arena)
{
    struct json_string string;
    struct number number;
    enum number_status status;
    enum json_kind kind = json_peek(cursor);
    switch (kind) {
    case JSON_OBJECT: return walk_level(cursor, arena, '{', '}');
    case JSON_ARRAY: return walk_level(cursor, arena, '[', ']');
    case JSON_STRING: return json_string(cursor, arena, &string);
    case JSON_NUMBER: return json_number(cursor, &number, &status);
    default: return json_literal(cursor, kind);
    }
}

static struct outcome walk_text(struct span text, size_t memory)
{
    struct arena *arena = arena_create(memory);
    struct json_cursor cursor;
    json_begin(&cursor, text, DEPTH, TOKENS);
    bool ok = walk_value(&cursor, arena) && json_finish(&cursor);
    arena_destroy(arena);
    return outcome_of(&cursor, ok);
}

static bool same(struct outcome a, struct outcome b)
{
    return a.error == b.error && a.offset == b.offset;
}

static struct span load(const char *name, char *bytes)
{
    char path[160];
    snprintf(path, sizeof path, FOLDER "%s.json", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("%s is missing", path);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    fclose(file);
    return (struct span){bytes, size};
}

typedef void each_file(const struct expectation *expected, struct span text);

static void for_each_file(each_file *check)
{
    static char bytes[FILE_MAX];
    char line[256];
    unsigned files = 0;
    FILE *table = fopen(FOLDER "expected.tsv", "r");
    assert_non_null(table);
    while (fgets(line, sizeof line, table) != NULL) {
        struct expectation expected = {0};
        if (line[0] == '#') continue;
        int fields = sscanf(line, "%79s %23s %ld", expected.name, expected.error, &expected.offset);
        expected.accept = strncmp(expected.name, "accept_", 7) == 0;
        assert_int_equal(fields, expected.accept ? 2 : 3);
        check(&expected, load(expected.name, bytes));
        files++;
    }
    fclose(table);
    assert_true(files > 400);
}

static void check_whole(const struct expectation *expected, struct span text)
{
    static const char fills[] = {'\0', ' ', '"', '\\', '0', '5', '.', 'e', ',', ']', '}', ':', 'l', (char)0x80, (char)0xFF};
    for (size_t i = 0; i < sizeof fills; i++) {
        struct span placed = place(text, fills[i]);
        struct outcome skipped = skip_text(placed), walked = walk_text(placed, 64 * 1024);
        if (strcmp(error_names[skipped.error], expected->error) != 0 || (long)skipped.offset != expected->offset ||
            !same(skipped, walked))
            fail_msg("%s: %s at %ld expected, skip says %s at %zu, walk %s at %zu", expected->name, expected->error,
                     expected->offset, error_names[skipped.error], skipped.offset, error_names[walked.error], walked.offset);
    }
}

static void gives_each_file_its_verdict(void **state)
{
    (void)state;
    for_each_file(check_whole);
}

/* Whether a prefix of a valid document is one as well: numbers at the top, and what lacks only white space. */
static bool is_document(struct span prefix, struct span whole)
{
    static const char white[] = " \t\r\n";
    size_t start = strspn(whole.data, white);
    for (size_t i = prefix.size; i <= whole.size; i++) {
        if (i == whole.size) return true;
        if (strchr(white, whole.data[i]) == NULL) break;
    }
    char first = whole.data[start], last = prefix.size > start ? prefix.data[prefix.size - 1] : 'x';
    return (first == '-' || (first >= '0' && first <= '9')) && last >= '0' && last <= '9';
}

static void check_prefixes(const struct expectation *expected, struct span text)
{
    static const char fills[] = {'\0', '"', '1', '}'};
    size_t step = text.size > 2000 ? 97 : 1;
    for (size_t size = 0; size < text.size; size += step) {
        struct span prefix = place((struct span){text.data, size}, fills[size % sizeof fills]);
        struct outcome skipped = skip_text(prefix), walked = walk_text(prefix, 64 * 1024);
        bool early = skipped.error == JSON_EARLY_END && skipped.offset == size;
        bool known = strcmp(error_names[skipped.error], expected->error) == 0 && (long)skipped.offset == expected->offset;
        bool right = expected->accept                   ? is_document(prefix, text) ? skipped.error == JSON_FINE : early
                     : skipped.error == JSON_FINE       ? size <= (size_t)expected->offset
                     : size <= (size_t)expected->offset ? early
                                                        : early || known;
        if (!right || !same(skipped, walked))
            fail_msg("%s cut to %zu: skip says %s at %zu, walk %s at %zu", expected->name, size, error_names[skipped.error],
                     skipped.offset, error_names[walked.error], walked.offset);
    }
}

static void refuses_each_prefix_at_its_end(void **state)
{
    (void)state;
    for_each_file(check_prefixes);
}

static void check_small_arenas(const struct expectation *expected, struct span text)
{
    struct span placed = place(text, '\0');
    struct outcome whole = skip_text(placed);
    bool ran_out = false;
    for (size_t memory = 0; memory < 48; memory += memory < 4 ? 1 : 11) {
        struct outcome walked = walk_text(placed, memory);
        ran_out |= walked.error == JSON_NO_MEMORY;
        if (!same(walked, whole) && (walked.error != JSON_NO_MEMORY || text.data[walked.offset] != '"'))
            fail_msg("%s with %zu bytes: %s at %zu", expected->name, memory, error_names[walked.error], walked.offset);
    }
    /* Only escapes need memory, and any accepted escape needs some. */
    bool escapes = memchr(text.data, '\\', text.size) != NULL;
    if (expected->accept) assert_int_equal(ran_out, escapes);
}

static void fails_cleanly_with_small_arenas(void **state)
{
    (void)state;
    for_each_file(check_small_arenas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_each_file_its_verdict),
        cmocka_unit_test(refuses_each_prefix_at_its_end),
        cmocka_unit_test(fails_cleanly_with_small_arenas),
    };
    return cmocka_run_group_tests(tests, map_area, NULL);
}
