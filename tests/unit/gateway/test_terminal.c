#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "gateway/terminal.h"

static void lines_columns_up_by_code_points(void **state)
{
    (void)state;
    static const char *const names[] = {"NAME", "KIND", "NOTE"};
    struct arena *arena = arena_create(65536);
    struct table *table = table_create(arena, names, 3);
    table_row(table);
    table_cell(table, SPAN("caf\xc3\xa9"));
    table_cell(table, SPAN("server"));
    table_cell(table, SPAN("x"));
    table_row(table);
    table_cell(table, SPAN("b\nad\xc2\x9b[2J"));
    table_cell(table, (struct span){NULL, 0});
    table_cell(table, SPAN("yes"));
    table_row(table);
    table_cell(table, SPAN("short"));
    struct buffer out = BUFFER_EMPTY;
    assert_true(table_print(table, false, &out));
    assert_string_equal(out.data, "NAME      KIND    NOTE\n"
                                  "caf\xc3\xa9      server  x\n"
                                  "b?ad?[2J          yes\n"
                                  "short\n");
    buffer_clear(&out);
    assert_true(table_print(table, true, &out));
    assert_non_null(strstr(out.data, "\033[1mNAME\033[0m      \033[1mKIND"));
    buffer_deinit(&out);
    arena_destroy(arena);
}

static void lines_columns_up_by_what_is_shown(void **state)
{
    (void)state;
    static const char *const names[] = {"NAME", "KIND"};
    struct arena *arena = arena_create(65536);
    struct table *table = table_create(arena, names, 2);
    table_row(table);
    table_cell(table, SPAN("\xe6\xb3\xa8\xe6\x96\x87\xe5\x8f\x97")); /* six columns */
    table_cell(table, SPAN("wide"));
    table_row(table);
    table_cell(table, SPAN("cafe\xcc\x81")); /* four */
    table_cell(table, SPAN("combined"));
    struct buffer out = BUFFER_EMPTY;
    assert_true(table_print(table, false, &out));
    assert_string_equal(out.data, "NAME    KIND\n"
                                  "\xe6\xb3\xa8\xe6\x96\x87\xe5\x8f\x97  wide\n"
                                  "cafe\xcc\x81    combined\n");
    buffer_clear(&out);
    terminal_wrap(&out, SPAN("\xe6\xb3\xa8 \xe6\x96\x87"), 0, 4);
    assert_string_equal(out.data, "\xe6\xb3\xa8\n\xe6\x96\x87\n");
    buffer_deinit(&out);
    arena_destroy(arena);
}

static void tells_when_a_cell_got_lost(void **state)
{
    (void)state;
    static const char *const names[] = {"A"};
    struct arena *arena = arena_create(8192);
    struct table *table = table_create(arena, names, 1);
    static const char long_text[9000] = {'x'};
    table_row(table);
    table_cell(table, (struct span){long_text, sizeof long_text});
    struct buffer out = BUFFER_EMPTY;
    assert_false(table_print(table, false, &out));
    buffer_deinit(&out);
    arena_destroy(arena);
}

static void has_no_colour_off_a_terminal_or_by_wish(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    setenv("TERM", "xterm", 1);
    assert_false(terminal_has_colour(file));
    assert_int_equal(terminal_width(file), 100);
    struct buffer out = BUFFER_EMPTY;
    terminal_style(&out, false, STYLE_RED, SPAN("x"));
    terminal_style(&out, true, STYLE_PLAIN, SPAN("y"));
    terminal_style(&out, true, STYLE_RED, SPAN("z\033"));
    assert_string_equal(out.data, "xy\033[31mz?\033[0m");
    assert_true(terminal_flush(file, &out));
    assert_int_equal(out.size, 0);
    assert_int_equal(ftell(file), 13);
    fclose(file);
    buffer_deinit(&out);
}

/* NO_COLOR of https://no-color.org on a real (pseudo) terminal. */
static void wraps_at_spaces_and_indents(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    buffer_append_text(&out, "key ");
    terminal_wrap(&out, SPAN("caf\xc3\xa9 au lait\nfor  two"), 4, 12);
    assert_string_equal(out.data, "key caf\xc3\xa9 au\n    lait for\n    two\n");
    buffer_clear(&out);
    terminal_wrap(&out, SPAN("a word-that-is-too-long b"), 2, 8);
    assert_string_equal(out.data, "a\n  word-that-is-too-long\n  b\n");
    buffer_clear(&out);
    terminal_wrap(&out, SPAN("e\033[2Jnd\t \xe2\x80\xaetxt.exe"), 0, 20);
    assert_string_equal(out.data, "e?[2Jnd? ?txt.exe\n");
    buffer_clear(&out);
    terminal_json(&out, SPAN("{\n \"\xc2\x9b\": \"\x7f\xe2\x80\xae\xc3\xa9\"}"));
    assert_string_equal(out.data, "{\n \"\\u009b\": \"\\u007f\\u202e\xc3\xa9\"}");
    buffer_clear(&out);
    terminal_wrap(&out, (struct span){NULL, 0}, 4, 20);
    assert_string_equal(out.data, "\n");
    buffer_deinit(&out);
}

static void honours_no_color_on_a_terminal(void **state)
{
    (void)state;
    int master = posix_openpt(2 /* O_RDWR */);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) skip();
    FILE *terminal = fopen(ptsname(master), "r+");
    if (terminal == NULL) skip();
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    assert_true(terminal_has_colour(terminal));
    setenv("NO_COLOR", "", 1);
    assert_true(terminal_has_colour(terminal));
    setenv("NO_COLOR", "1", 1);
    assert_false(terminal_has_colour(terminal));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(terminal_has_colour(terminal));
    fclose(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_columns_up_by_code_points),   cmocka_unit_test(tells_when_a_cell_got_lost),
        cmocka_unit_test(lines_columns_up_by_what_is_shown), cmocka_unit_test(has_no_colour_off_a_terminal_or_by_wish),
        cmocka_unit_test(wraps_at_spaces_and_indents),       cmocka_unit_test(honours_no_color_on_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
