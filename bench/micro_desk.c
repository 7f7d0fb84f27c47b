#include "bench/micro_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void micro_die(const char *what)
{
    fprintf(stderr, "micro-benchmark: %s\n", what);
    exit(3);
}

static void compile(struct desk *desk, const struct keyring *keyring, struct diagnostics *diagnostics)
{
    if (desk->catalogue == NULL) micro_die("the contracts are not usable (run in the root of the sources)");
    desk->program = program_compile(desk->catalogue, keyring, NULL, diagnostics);
    if (desk->program == NULL) micro_die("the contracts do not compile");
    diagnostics_deinit(diagnostics);
    desk->enforcer = enforcer_create(desk->program);
    desk->model = program_model(desk->program, SPAN("payment"));
    if (desk->enforcer == NULL || desk->model == NULL) micro_die("no enforcer");
}

static void begin(struct desk *desk, struct catalogue_options *options, struct diagnostics *diagnostics)
{
    desk->arena = arena_create(1 << 20);
    if (desk->arena == NULL) micro_die("out of memory");
    catalogue_options_init(options);
    diagnostics_init(diagnostics, desk->arena);
}

void desk_open(struct desk *desk, const char *folder, const struct keyring *keyring)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    begin(desk, &options, &diagnostics);
    desk->catalogue = catalogue_load(folder, &options, &diagnostics);
    compile(desk, keyring, &diagnostics);
}

void desk_open_texts(struct desk *desk, const struct catalogue_text *texts, size_t count)
{
    struct catalogue_options options;
    struct diagnostics diagnostics;
    begin(desk, &options, &diagnostics);
    desk->catalogue = catalogue_load_texts(texts, count, &options, &diagnostics);
    compile(desk, NULL, &diagnostics);
}

void desk_close(struct desk *desk)
{
    enforcer_destroy(desk->enforcer);
    program_destroy(desk->program);
    catalogue_destroy(desk->catalogue);
    arena_destroy(desk->arena);
}

void desk_judge(struct desk *desk, const char *event, struct judgement *judgement)
{
    static const struct event_context context = {
        .received = INT64_C(1795355173512000),
        .sent = NO_TIME,
        .envelope_time = NO_TIME,
        .source = {"urn:acme:app:checkout", 21},
        .future_tolerance = 5 * US_PER_MINUTE,
        .violation_limit = 32,
    };
    struct json_cursor cursor;
    arena_reset(desk->arena);
    json_begin(&cursor, (struct span){event, MICRO_EVENT_SIZE}, 32, 100000);
    if (enforce_event(desk->enforcer, desk->model, &cursor, &context, desk->arena, judgement) != ENFORCE_JUDGED ||
        judgement->verdict != VERDICT_ACCEPTED)
        micro_die("the event was refused");
}

double micro_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int order(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

void micro_sort(double *ns, size_t count)
{
    qsort(ns, count, sizeof *ns, order);
}
