// link: -Wl,--wrap=malloc,--wrap=realloc,--wrap=calloc
/* The corpus of whole events, tests/corpus/events/MODEL: expected.tsv names each file with the rules that it breaks and where.
 * Every file is judged whole, cut at each byte, and with every smaller memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "codecs/buffer.h"
#include "contracts/enforce.h"
#include "tests/out_of_memory.h"

#define RECEIVED (INT64_C(1795305600) * US_PER_SECOND) /* 2026-11-22T00:00:00Z */

enum { LINES_MAX = 1024, VIOLATIONS_MAX = 8, MEMORY = 1 << 20, MEMORY_STEP = 48 };

/* ---------------------------------------------------------------- a model and its events */

struct world {
    const char *folder; /* of events */
    struct arena *arena;
    struct catalogue *catalogue;
    struct program *program;
    struct enforcer *enforcer;
    const struct model_program *model;
};

static void open_world(struct world *world, const char *folder, const char *contracts, struct span event)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    world->folder = folder;
    world->arena = arena_create(MEMORY);
    assert_non_null(world->arena);
    diagnostics_init(&diagnostics, world->arena);
    catalogue_options_init(&options);
    options.now = RECEIVED;
    world->catalogue = catalogue_load(contracts, &options, &diagnostics);
    assert_non_null(world->catalogue);
    world->program = program_compile(world->catalogue, NULL, NULL, &diagnostics);
    assert_non_null(world->program);
    world->enforcer = enforcer_create(world->program);
    world->model = program_model(world->program, event);
    assert_true(world->enforcer != NULL && world->model != NULL);
    diagnostics_deinit(&diagnostics);
}

static void close_world(struct world *world)
{
    enforcer_destroy(world->enforcer);
    program_destroy(world->program);
    catalogue_destroy(world->catalogue);
    arena_destroy(world->arena);
}

/* A file with the lines of expected.tsv that are about it. */
struct sample {
    char name[96];
    struct buffer text;
    struct {
        char rule[48], pointer[96];
    } violations[VIOLATIONS_MAX];
    unsigned count;
    bool syntax;
};

/* Judges a copy with no more behind it than a cursor may look at, which would be an end if it were looked at in earnest. */
static enum enforce_status judge(const struct world *world, struct span text, struct arena *arena, struct judgement *judgement)
{
    static const struct event_context context = {.received = RECEIVED,
                                                 .sent = NO_TIME,
                                                 .envelope_time = NO_TIME,
                                                 .source = {"urn:app", 7},
                                                 .future_tolerance = 5 * US_PER_MINUTE,
                                                 .violation_limit = 32};
    char *copy = malloc(text.size + JSON_PADDING);
    struct json_cursor cursor;
    assert_non_null(copy);
    if (text.size > 0) memcpy(copy, text.data, text.size);
    memset(copy + text.size, '}', JSON_PADDING);
    json_begin(&cursor, (struct span){copy, text.size}, 32, 100000);
    enum enforce_status status = enforce_event(world->enforcer, world->model, &cursor, &context, arena, judgement);
    free(copy);
    return status;
}

static bool is_expected(const struct sample *sample, const struct violation *violation)
{
    for (unsigned i = 0; i < sample->count; i++)
        if (strcmp(sample->violations[i].rule, violation->rule->name) == 0 &&
            span_is(violation->pointer, sample->violations[i].pointer))
            return true;
    return false;
}

/* The verdict and all violations, in whatever order they were found. */
static bool is_as_expected(const struct sample *sample, enum enforce_status status, const struct judgement *judgement)
{
    if (sample->syntax) return status == ENFORCE_SYNTAX;
    if (status != ENFORCE_JUDGED || judgement->violation_count != sample->count || judgement->more_violations) return false;
    if ((judgement->verdict == VERDICT_ACCEPTED) != (sample->count == 0)) return false;
    for (unsigned i = 0; i < judgement->violation_count; i++)
        if (!is_expected(sample, &judgement->violations[i])) return false;
    return true;
}

static void print_difference(const struct world *world, const struct sample *sample, enum enforce_status status,
                             const struct judgement *judgement)
{
    print_error("%s/%s: %.*s\n", world->folder, sample->name, SPAN_ARGS(buffer_span(&sample->text)));
    for (unsigned i = 0; i < sample->count; i++)
        print_error("  expected %s at '%s'\n", sample->violations[i].rule, sample->violations[i].pointer);
    if (status != ENFORCE_JUDGED) print_error("  status %d\n", (int)status);
    for (unsigned i = 0; status == ENFORCE_JUDGED && i < judgement->violation_count; i++)
        print_error("  found %s at '%.*s'\n", judgement->violations[i].rule->name, SPAN_ARGS(judgement->violations[i].pointer));
}

/* ---------------------------------------------------------------- what is done with each */

static bool judged_whole(const struct world *world, const struct sample *sample)
{
    struct judgement judgement = {0};
    arena_reset(world->arena);
    enum enforce_status status = judge(world, buffer_span(&sample->text), world->arena, &judgement);
    if (is_as_expected(sample, status, &judgement)) return true;
    print_difference(world, sample, status, &judgement);
    return false;
}

/* What ends too early is no event: never judged, whatever its beginning holds. */
static bool refused_when_cut(const struct world *world, const struct sample *sample)
{
    struct span text = buffer_span(&sample->text);
    for (size_t size = 0; size < text.size; size++) {
        struct judgement judgement = {0};
        arena_reset(world->arena);
        if (judge(world, (struct span){text.data, size}, world->arena, &judgement) == ENFORCE_SYNTAX) continue;
        print_error("%s/%s is taken for an event after %zu bytes\n", world->folder, sample->name, size);
        return false;
    }
    return true;
}

/* Too little memory is told as that, never as a verdict that is another than the right one. */
static bool right_with_less_memory(const struct world *world, const struct sample *sample)
{
    enum enforce_status status = ENFORCE_NO_MEMORY;
    for (size_t limit = MEMORY_STEP; status == ENFORCE_NO_MEMORY && limit < MEMORY; limit += MEMORY_STEP) {
        struct judgement judgement = {0};
        struct arena *arena = arena_create(limit);
        assert_non_null(arena);
        status = judge(world, buffer_span(&sample->text), arena, &judgement);
        bool right = status == ENFORCE_NO_MEMORY || is_as_expected(sample, status, &judgement);
        arena_destroy(arena);
        if (right) continue;
        print_error("%s/%s is judged differently within %zu bytes of memory\n", world->folder, sample->name, limit);
        return false;
    }
    return status != ENFORCE_NO_MEMORY;
}

/* ---------------------------------------------------------------- the files */

static void read_text(const struct world *world, struct sample *sample)
{
    char path[256];
    buffer_clear(&sample->text);
    snprintf(path, sizeof path, "tests/corpus/events/%s/%s", world->folder, sample->name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail_msg("no %s", path);
    char *room = buffer_reserve(&sample->text, 65536);
    assert_non_null(room);
    buffer_commit(&sample->text, fread(room, 1, 65536, file));
    fclose(file);
}

static void add_line(struct sample *sample, const char *line)
{
    char rule[48] = "", pointer[96] = "";
    assert_true(sscanf(line, "%95[^\t]\t%47[^\t]\t%95[^\n]", sample->name, rule, pointer) >= 2);
    sample->syntax = strcmp(rule, "syntax") == 0;
    if (strcmp(rule, "-") == 0) return;
    assert_true(sample->count < VIOLATIONS_MAX);
    strcpy(sample->violations[sample->count].rule, rule);
    strcpy(sample->violations[sample->count++].pointer, pointer);
}

static bool is_about(const struct sample *sample, const char *line)
{
    size_t size = strlen(sample->name);
    return strncmp(line, sample->name, size) == 0 && line[size] == '\t';
}

/* Calls `check` for every file; how many there are, and how many of them failed. */
static unsigned each_sample(const struct world *world, bool (*check)(const struct world *, const struct sample *),
                            unsigned *wrong)
{
    char path[256], line[512];
    unsigned count = 0;
    struct sample sample = {.name = ""};
    snprintf(path, sizeof path, "tests/corpus/events/%s/expected.tsv", world->folder);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("no %s", path);
    for (bool more = true; more;) {
        more = fgets(line, sizeof line, file) != NULL;
        if (more && (line[0] == '#' || line[0] == '\n')) continue;
        if (sample.name[0] != '\0' && (!more || !is_about(&sample, line))) {
            read_text(world, &sample);
            assert_int_equal(strncmp(sample.name, "valid_", 6) == 0, sample.count == 0);
            *wrong += check(world, &sample) ? 0 : 1;
            count++;
            sample.count = 0;
        }
        if (more) add_line(&sample, line);
    }
    fclose(file);
    buffer_deinit(&sample.text);
    return count;
}

static void each_world(bool (*check)(const struct world *, const struct sample *))
{
    unsigned count = 0, wrong = 0;
    struct world world;
    open_world(&world, "rules", "tests/decisions/contracts/rules", SPAN("rules"));
    count += each_sample(&world, check, &wrong);
    close_world(&world);
    open_world(&world, "closed", "tests/decisions/contracts/reject", SPAN("closed"));
    count += each_sample(&world, check, &wrong);
    close_world(&world);
    assert_int_equal(wrong, 0);
    assert_true(count >= 400);
}

static void every_event_breaks_what_is_expected(void **state)
{
    (void)state;
    each_world(judged_whole);
}

static void no_event_is_judged_before_its_end(void **state)
{
    (void)state;
    each_world(refused_when_cut);
}

static void little_memory_changes_no_verdict(void **state)
{
    (void)state;
    each_world(right_with_less_memory);
}

/* The scratch of a worker is there whole or not at all. */
static void survives_every_failing_allocation(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, "rules", "tests/decisions/contracts/rules", SPAN("rules"));
    bool done = false;
    for (long n = 0; !done; n++) {
        memory_ends_after(n);
        struct enforcer *enforcer = enforcer_create(world.program);
        done = memory_returns();
        assert_int_equal(enforcer != NULL, done);
        enforcer_destroy(enforcer);
        assert_true(n < 100);
    }
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_breaks_what_is_expected),
        cmocka_unit_test(no_event_is_judged_before_its_end),
        cmocka_unit_test(little_memory_changes_no_verdict),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
