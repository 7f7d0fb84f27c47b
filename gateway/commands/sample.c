/* sample.c - `headgate sample EVENT`: events made from a model, valid ones or ones that break a single rule. */
#include "contracts/sample.h"
#include "codecs/digest.h"
#include "codecs/json_writer.h"
#include "contracts/rule.h"
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* With a seed and no time the bytes shall be the same on any day. */
#define FIXED_CLOCK (INT64_C(1767225600) * US_PER_SECOND) /* 2026-01-01T00:00:00Z */

struct request {
    bool invalid, everywhere, json, ndjson, cloudevents;
    const char *count_text, *seed_text, *at_text, *config, *dir;
    uint64_t count, seed;
    int64_t clock;
};

struct writing {
    const struct request *request;
    const struct model *model;
    struct sampler *sampler;
    struct json_writer writer;
    struct buffer out, event;
    uint64_t seed;   /* of the event at hand */
    uint32_t broken; /* rules that some event broke */
};

/* ---------------------------------------------------------------- what is asked for */

static bool read_number(const char *text, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *out = value;
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value <= most;
}

static bool read_request(struct request *request, int *code)
{
    enum { COUNT_MAX = 10000000 };
    request->clock = clock_wall() / US_PER_SECOND * US_PER_SECOND;
    request->count = 1;
    const char *error = NULL;
    if (request->count_text != NULL && !read_number(request->count_text, COUNT_MAX, &request->count))
        error = "--count takes a number up to ten million";
    if (request->seed_text == NULL && !random_bytes(&request->seed, sizeof request->seed)) error = "no random numbers";
    if (request->seed_text != NULL) request->clock = FIXED_CLOCK;
    if (request->seed_text != NULL && !read_number(request->seed_text, UINT64_MAX, &request->seed))
        error = "--seed takes a whole number";
    if (request->at_text != NULL && timestamp_parse(span_of(request->at_text), ZONE_REQUIRED, &request->clock) != TIMESTAMP_OK)
        error = "--at takes a time such as 2026-11-22T13:44:13Z";
    if (request->everywhere && !request->invalid) error = "--everywhere belongs to --invalid";
    if (request->json && request->ndjson) error = "--json or --ndjson, not both";
    if (error != NULL) *code = command_usage_error(&command_sample, "%s", error);
    return error == NULL;
}

/* ---------------------------------------------------------------- writing */

/* CloudEvents 1.0, structured: https://github.com/cloudevents/spec, JSON event format. */
static void write_envelope(struct writing *writing)
{
    struct json_writer *writer = &writing->writer;
    char time[TIMESTAMP_TEXT_MAX];
    json_object_begin(writer);
    json_member_text(writer, "specversion", SPAN("1.0"));
    struct buffer id = BUFFER_EMPTY;
    buffer_printf(&id, "sample-%016llx", (unsigned long long)writing->seed);
    json_member_text(writer, "id", buffer_span(&id));
    buffer_deinit(&id);
    json_member_text(writer, "source", SPAN("urn:headgate:sample"));
    json_member_text(writer, "type", writing->model->event);
    json_member_text(writer, "time", (struct span){time, timestamp_format(writing->request->clock, 3, true, time)});
    json_member_text(writer, "datacontenttype", SPAN("application/json"));
    json_name(writer, "data");
    json_raw(writer, buffer_span(&writing->event));
    json_object_end(writer);
}

static void write_event(struct writing *writing)
{
    if (writing->request->cloudevents)
        write_envelope(writing);
    else
        json_raw(&writing->writer, buffer_span(&writing->event));
}

/* One event is a line of its own, or an item of the array. */
static void begin_line(struct writing *writing)
{
    if (!writing->request->json) json_writer_init(&writing->writer, &writing->out, 0);
}

static void end_line(struct writing *writing)
{
    if (!writing->request->json) buffer_append_char(&writing->out, '\n');
}

static bool add_valid(struct writing *writing)
{
    const struct field *stuck = NULL;
    buffer_clear(&writing->event);
    if (!sample_event(writing->sampler, writing->seed, &writing->event, &stuck)) {
        struct span path = stuck != NULL ? stuck->path : SPAN("(out of memory)");
        fprintf(stderr, "headgate sample: no value was found that keeps all rules of '%.*s' together\n", SPAN_ARGS(path));
        return false;
    }
    begin_line(writing);
    write_event(writing);
    end_line(writing);
    return true;
}

static void add_broken(struct writing *writing, const struct sample_target *target)
{
    struct span pointer;
    buffer_clear(&writing->event);
    if (!sample_broken(writing->sampler, target, writing->seed, &writing->event, &pointer)) return;
    begin_line(writing);
    json_object_begin(&writing->writer);
    json_member_text(&writing->writer, "rule", span_of(event_rule_name(target->rule)));
    json_member_text(&writing->writer, "pointer", pointer);
    json_name(&writing->writer, "event");
    write_event(writing);
    json_object_end(&writing->writer);
    end_line(writing);
    writing->broken |= BROKEN(target->rule);
}

/* Each rule once: at the first of its places, from one that the seed chooses, where it can be broken alone. */
static void add_each_rule(struct writing *writing)
{
    size_t count;
    const struct sample_target *targets = sampler_targets(writing->sampler, &count);
    for (int rule = 0; rule < EVENT_RULES; rule++) {
        uint32_t bit = BROKEN(rule);
        writing->broken &= ~bit;
        for (size_t i = 0; i < count && (writing->broken & bit) == 0; i++) {
            const struct sample_target *target = &targets[(i + writing->seed) % count];
            if (target->rule == (enum event_rule)rule) add_broken(writing, target);
        }
    }
}

static void add_every_target(struct writing *writing)
{
    size_t count;
    const struct sample_target *targets = sampler_targets(writing->sampler, &count);
    for (size_t i = 0; i < count; i++) add_broken(writing, &targets[i]);
}

/* Rules that the model has and no event broke: worth a line, not an error. */
static void tell_unbroken(const struct writing *writing)
{
    size_t count;
    const struct sample_target *targets = sampler_targets(writing->sampler, &count);
    uint32_t told = writing->broken;
    for (size_t i = 0; i < count; i++) {
        if ((told & BROKEN(targets[i].rule)) != 0) continue;
        told |= BROKEN(targets[i].rule);
        fprintf(stderr, "headgate sample: '%s' cannot be broken alone in this model\n", event_rule_name(targets[i].rule));
    }
}

static bool write_all(struct writing *writing)
{
    const struct request *request = writing->request;
    bool fine = true;
    if (request->json) json_array_begin(&writing->writer);
    for (uint64_t i = 0; i < request->count && fine; i++) {
        writing->seed = request->seed + i;
        if (request->everywhere)
            add_every_target(writing);
        else if (request->invalid)
            add_each_rule(writing);
        else
            fine = add_valid(writing);
        /* Many events go out as they come. */
        if (request->json || writing->out.size < 1 << 20 || !buffer_ok(&writing->out)) continue;
        fine = fine && fwrite(writing->out.data, 1, writing->out.size, stdout) == writing->out.size;
        buffer_clear(&writing->out);
    }
    if (request->json) json_array_end(&writing->writer);
    if (request->json) buffer_append_char(&writing->out, '\n');
    if (request->invalid) tell_unbroken(writing);
    return fine;
}

static int sample(const struct contracts *contracts, const struct request *request, const char *name)
{
    const struct model *model;
    const struct use *use;
    catalogue_find(contracts->catalogue, span_of(name), &model, &use);
    if (model == NULL) {
        contracts_unknown(contracts, &command_sample, CONTRACTS_MODEL, name);
        return EXIT_USAGE;
    }
    struct sample_options options = {request->clock, false};
    struct writing writing = {.request = request, .model = model, .sampler = sampler_create(model, &options)};
    if (writing.sampler == NULL) return command_could_not(&command_sample, "out of memory");
    json_writer_init(&writing.writer, &writing.out, 0);
    int code = write_all(&writing) ? EXIT_FINE : EXIT_FOUND;
    sampler_destroy(writing.sampler);
    buffer_deinit(&writing.event);
    return command_print(&writing.out, code);
}

static int run(int argc, char **argv)
{
    struct request request = {0};
    const struct flag flags[] = {
        {"count", FLAG_TEXT, "N", "so many events, or rounds of --invalid (1)", NULL, &request.count_text},
        {"seed", FLAG_TEXT, "S", "the same seed gives the same bytes", NULL, &request.seed_text},
        {"at", FLAG_TEXT, "TIME", "when the events happened (now; with --seed 2026-01-01T00:00:00Z)", NULL, &request.at_text},
        {"invalid", FLAG_SWITCH, NULL, "one event per rule, each breaking just that rule", &request.invalid, NULL},
        {"everywhere", FLAG_SWITCH, NULL, "with --invalid: one per rule and field", &request.everywhere, NULL},
        {"cloudevents", FLAG_SWITCH, NULL, "in CloudEvents envelopes", &request.cloudevents, NULL},
        {"ndjson", FLAG_SWITCH, NULL, "an event a line, as without this flag", &request.ndjson, NULL},
        {"json", FLAG_SWITCH, NULL, "one JSON array", &request.json, NULL},
        {"contracts", FLAG_TEXT, "DIR", "the same as DIR", NULL, &request.dir},
        {"config", FLAG_TEXT, "FILE", "configuration", NULL, &request.config},
    };
    int positionals, code;
    if (!command_flags(&command_sample, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals < 1 || positionals > 2)
        return command_usage_error(&command_sample, "an event and at most a folder are expected");
    if (!read_request(&request, &code)) return code;
    struct contracts contracts;
    if (contracts_open(&contracts, &command_sample, request.config, positionals == 2 ? argv[2] : request.dir, false, &code))
        code = contracts.catalogue != NULL ? sample(&contracts, &request, argv[1]) : contracts_refuse(&contracts);
    contracts_close(&contracts);
    return code;
}

const struct command command_sample = {
    .name = "sample",
    .summary = "Make events from a model: valid ones, or one per rule that breaks just it",
    .usage = "sample EVENT [DIR] [--count N] [--seed S] [--invalid [--everywhere]] [--cloudevents] [--json|--ndjson]",
    .details =
        "EVENT is a model's event, name or id. Nothing is taken from real events: values come from types, formats, patterns,\n"
        "lists and bounds alone. With --invalid each line is {rule, pointer, event}; a rule that cannot be broken without\n"
        "another (what is too short for ^[A-Z]{3}$ does not match it either) is named on standard error.\n"
        "\n"
        "  headgate sample order_placed | curl --json @- http://localhost:8080/v1/events/order_placed",
    .run = run,
};
