// link: -Wl,--wrap=realloc
#include "gateway/ingest/tally.h"

#include "codecs/json_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static bool memory_is_out;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_realloc(void *old, size_t size)
{
    return memory_is_out ? NULL : __real_realloc(old, size);
}

/* The plain twin: member after member. */
static void write_plainly(const struct tally *tally, struct buffer *out)
{
    struct json_writer json;
    json_writer_init(&json, out, 0);
    json_object_begin(&json);
    json_member_int(&json, "accepted", tally->accepted);
    json_member_int(&json, "dropped_fields", (int64_t)tally->undeclared);
    if (tally->discarded > 0) json_member_int(&json, "discarded", tally->discarded);
    if (tally->generated > 0) json_member_int(&json, "generated", tally->generated);
    if (tally->observed > 0) json_member_int(&json, "observed", tally->observed);
    if (tally->duplicates > 0) json_member_int(&json, "duplicates", tally->duplicates);
    json_object_end(&json);
}

static void assert_twins(const struct tally *tally)
{
    struct buffer written = BUFFER_EMPTY, plain = BUFFER_EMPTY;
    tally_write(tally, &written);
    write_plainly(tally, &plain);
    assert_string_equal(written.data, plain.data);
    assert_int_equal(written.size, plain.size);
    buffer_deinit(&written);
    buffer_deinit(&plain);
}

static void writes_what_the_json_writer_would(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 10, 4096, UINT32_MAX};
    enum { KINDS = COUNT_OF(counts) };
    for (unsigned i = 0; i < KINDS * KINDS * KINDS * KINDS * KINDS; i++) {
        unsigned left = i;
        struct tally tally = {.refused = 7, .retry = 8, .by_rate = 9};
        tally.accepted = counts[left % KINDS];
        tally.discarded = counts[(left /= KINDS) % KINDS];
        tally.generated = counts[(left /= KINDS) % KINDS];
        tally.observed = counts[(left /= KINDS) % KINDS];
        tally.duplicates = counts[left / KINDS];
        tally.undeclared = (uint64_t)tally.accepted * tally.generated / 2;
        assert_twins(&tally);
    }
    assert_twins(&(struct tally){UINT32_MAX, 0, 0, 0, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, INT64_MAX});
}

/* docs/protocol.md */
static void the_usual_reply(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    tally_write(&(struct tally){.accepted = 1}, &out);
    assert_string_equal(out.data, "{\"accepted\":1,\"dropped_fields\":0}");
    buffer_deinit(&out);
}

static void without_memory_nothing_is_written(void **state)
{
    (void)state;
    struct buffer out = BUFFER_EMPTY;
    memory_is_out = true;
    tally_write(&(struct tally){.accepted = 1}, &out);
    memory_is_out = false;
    assert_false(buffer_ok(&out));
    assert_int_equal(out.size, 0);
    buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_the_json_writer_would),
        cmocka_unit_test(the_usual_reply),
        cmocka_unit_test(without_memory_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
