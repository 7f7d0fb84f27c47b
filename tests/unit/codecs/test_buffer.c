// link: -Wl,--wrap=realloc
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codecs/buffer.h"

static bool memory_is_out;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size)
{
    return memory_is_out ? NULL : __real_realloc(old, size);
}

static void grows_and_ends_in_a_nul(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    for (size_t i = 0; i < 10000; i++) {
        buffer_append_char(&buffer, (char)('a' + i % 26));
        assert_int_equal(buffer.size, i + 1);
        assert_int_equal(buffer.data[buffer.size], '\0');
        assert_true(buffer.capacity > buffer.size);
    }
    for (size_t i = 0; i < 10000; i++) assert_int_equal(buffer.data[i], (char)('a' + i % 26));
    assert_true(buffer_ok(&buffer));
    buffer_deinit(&buffer);
    assert_null(buffer.data);
    buffer_append_text(&buffer, "again");
    assert_string_equal(buffer.data, "again");
    buffer_deinit(&buffer);
}

static void appends_in_every_way(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    buffer_append(&buffer, "a\0b", 3);
    buffer_append_span(&buffer, SPAN("-"));
    buffer_append_span(&buffer, (struct span){NULL, 0});
    buffer_append_text(&buffer, "");
    buffer_printf(&buffer, "%s=%d;", "n", 42);
    buffer_printf(&buffer, "%s", "");
    assert_true(span_equal(buffer_span(&buffer), (struct span){"a\0b-n=42;", 9}));
    char *to = buffer_reserve(&buffer, 100);
    assert_non_null(to);
    memcpy(to, "xyz", 3);
    buffer_commit(&buffer, 2);
    assert_true(span_equal(buffer_span(&buffer), (struct span){"a\0b-n=42;xy", 11}));
    assert_int_equal(buffer.data[11], '\0');
    buffer_deinit(&buffer);
}

static void prints_more_than_it_has_room_for(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    buffer_printf(&buffer, "%0500d", 7);
    assert_int_equal(buffer.size, 500);
    assert_int_equal(buffer.data[499], '7');
    buffer_deinit(&buffer);
}

static void consumes_from_the_front(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    buffer_consume(&buffer, 0); /* nothing was ever appended */
    buffer_append_text(&buffer, "head and tail");
    buffer_consume(&buffer, 5);
    assert_string_equal(buffer.data, "and tail");
    buffer_consume(&buffer, 0);
    assert_string_equal(buffer.data, "and tail");
    buffer_consume(&buffer, 8);
    assert_int_equal(buffer.size, 0);
    assert_string_equal(buffer.data, "");
    buffer_deinit(&buffer);
}

static void running_out_of_memory_sticks_until_it_is_cleared(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    buffer_append_text(&buffer, "kept");
    memory_is_out = true;
    assert_null(buffer_reserve(&buffer, 1000));
    memory_is_out = false;
    assert_false(buffer_ok(&buffer));
    buffer_append_text(&buffer, "lost");
    buffer_append_char(&buffer, 'x');
    buffer_printf(&buffer, "%d", 1);
    assert_null(buffer_reserve(&buffer, 1));
    assert_string_equal(buffer.data, "kept");
    buffer_clear(&buffer);
    assert_true(buffer_ok(&buffer));
    assert_int_equal(buffer.size, 0);
    buffer_append_text(&buffer, "new");
    assert_string_equal(buffer.data, "new");
    buffer_deinit(&buffer);
}

static void a_size_that_overflows_fails(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_EMPTY;
    buffer_append_text(&buffer, "0123456789");
    assert_null(buffer_reserve(&buffer, SIZE_MAX));
    assert_false(buffer_ok(&buffer));
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "0123456789");
    assert_null(buffer_reserve(&buffer, SIZE_MAX - 10)); /* with the NUL it is 2^64 */
    buffer_deinit(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_ends_in_a_nul),
        cmocka_unit_test(appends_in_every_way),
        cmocka_unit_test(prints_more_than_it_has_room_for),
        cmocka_unit_test(consumes_from_the_front),
        cmocka_unit_test(running_out_of_memory_sticks_until_it_is_cleared),
        cmocka_unit_test(a_size_that_overflows_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
