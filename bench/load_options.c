#include "bench/load_options.h"

#include "bench/load_check.h"
#include "codecs/buffer.h"
#include "gateway/nearest.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { SWITCH, TEXT, WHOLE, FRACTION, CHOICE, HEADER, STEPS };

struct option {
    const char *name;
    enum kind kind;
    size_t offset;
    double low, high; /* of WHOLE and FRACTION */
    const char *const *choices;
    const char *argument, *help;
};

static const char *const shapes[] = {"object", "array", "ndjson", "cloudevents", "binary", NULL};
static const char *const encodings[] = {"identity", "gzip", "zstd", NULL};
static const char *const arrivals[] = {"constant", "poisson", NULL};

#define AT(member) offsetof(struct load_options, member)
static const struct option table[] = {
    {"payload", TEXT, AT(payload), 0, 0, NULL, "FILE",
     "the event to send, a template (below); in FILE.ndjson one a line, in turn"},
    {"contracts", TEXT, AT(contracts), 0, 0, NULL, "DIR", "instead: events made from the contracts in DIR"},
    {"event", TEXT, AT(event), 0, 0, NULL, "NAME", "the event of --contracts"},
    {"bad", TEXT, AT(bad), 0, 0, NULL, "FILE", "templates of events that break the contract; --contracts makes its own"},
    {"bad-percent", FRACTION, AT(bad_percent), 0, 100, NULL, "P", "how many of the events are such; 0"},
    {"late-percent", FRACTION, AT(late_percent), 0, 100, NULL, "P", "how many happened --late-by before; 0"},
    {"late-by", FRACTION, AT(late_by), 0, 1e9, NULL, "S", "seconds; 86400"},
    {"duplicate-percent", FRACTION, AT(duplicate_percent), 0, 100, NULL, "P", "how many have the id of one before; 0"},
    {"undeclared-percent", FRACTION, AT(undeclared_percent), 0, 100, NULL, "P", "how many have a member nobody declared; 0"},
    {"shape", CHOICE, AT(shape), 0, 0, shapes, "SHAPE", "object, array, ndjson, cloudevents or binary; object"},
    {"type", TEXT, AT(type), 0, 0, NULL, "NAME", "the type that CloudEvents name"},
    {"batch", WHOLE, AT(batch), 1, LOAD_BATCH_MAX, NULL, "N", "events per request; 1"},
    {"encoding", CHOICE, AT(encoding), 0, 0, encodings, "NAME", "gzip or zstd: bodies are compressed; identity"},
    {"header", HEADER, AT(headers), 0, 0, NULL, "LINE", "a request header, as 'Name: value'; up to 16 times"},
    {"connections", WHOLE, AT(connections), 1, LOAD_CONNECTIONS_MAX, NULL, "N", "kept alive; 64"},
    {"depth", WHOLE, AT(depth), 1, LOAD_DEPTH_MAX, NULL, "N", "requests under way on each (pipelining); 1"},
    {"rate", STEPS, AT(rate), 0, 0, NULL, "R[,R...]", "events per second (open loop), in steps of equal length; 0 = closed loop"},
    {"arrivals", CHOICE, AT(arrivals), 0, 0, arrivals, "HOW", "of the open loop: constant or poisson; constant"},
    {"duration", FRACTION, AT(duration), 0.1, 1e6, NULL, "S", "seconds that are measured; 10"},
    {"warmup", FRACTION, AT(warmup), 0, 1e6, NULL, "S", "seconds before that; 2"},
    {"pid", WHOLE, AT(pid), 1, 1 << 22, NULL, "PID", "the server's process: its CPU time and memory are reported"},
    {"ledger", TEXT, AT(ledger), 0, 0, NULL, "TOPIC,...",
     "read these topics along: is what was acknowledged there, once, and how soon?"},
    {"kafka", TEXT, AT(kafka), 0, 0, NULL, "BOOTSTRAP", "where the ledger's topics are"},
    {"json", TEXT, AT(json), 0, 0, NULL, "FILE",
     "write the report as JSON too; for one of these three files - is standard output, instead of the table"},
    {"csv", TEXT, AT(csv), 0, 0, NULL, "FILE", "write a line per --interval: throughput, latency, CPU time, memory"},
    {"html", TEXT, AT(html), 0, 0, NULL, "FILE", "write a page with plots: latency by percentile, the course of all figures"},
    {"interval", FRACTION, AT(interval), LOAD_INTERVAL_MIN, 3600, NULL, "S",
     "of the series in --csv, --json and --html; a second, less in a run below 20"},
    {"quiet", SWITCH, AT(quiet), 0, 0, NULL, NULL, "no progress line"},
};
#undef AT

/* Flags that would be ignored without another: somebody forgot it. */
static const struct {
    const char *name, *with;
} company[] = {{"contracts", "event"}, {"event", "contracts"}, {"late-by", "late-percent"},
               {"arrivals", "rate"},   {"ledger", "kafka"},    {"kafka", "ledger"}};

static const char intro[] =
    "usage: headgate-bench [FLAGS] URL\n"
    "\n"
    "Sends events to an HTTP endpoint and measures how long the replies take, and what that costs the server.\n"
    "Closed loop (default): each connection sends its next request when a reply came. Open loop (--rate): requests are due at\n"
    "a rate, and a request's time counts from when it was due, so a slow server cannot hide behind a waiting client.\n"
    "\n"
    "flags:\n";
static const char outro[] =
    "\n"
    "template: the event's text, in which ${now} is the time, ${uuid}, ${ref} and ${seq} name it, "
    "${int:10:900} is a random whole\n"
    "number, ${pick:EUR|SEK} one of these, $$ a dollar sign.\n"
    "\n"
    "example: headgate-bench --payload payment.json --connections 256 --pid $(pidof headgate) "
    "http://127.0.0.1:8080/v1/events/payment\n"
    "ledger: the event's id, in the header ce_id or as the key, must end in ${uuid} or ${ref}.\n"
    "exit codes: 0 fine, 1 some requests were not answered with 2xx or the ledger misses some, 2 wrong use, 3 could not\n";

const char *load_shape_name(int shape)
{
    return shapes[shape];
}

const char *load_encoding_name(int encoding)
{
    return encodings[encoding];
}

const char *load_arrivals_name(int how)
{
    return arrivals[how];
}

static void print_help(void)
{
    fputs(intro, stdout);
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const struct option *option = &table[i];
        char name[64];
        snprintf(name, sizeof name, "--%s %s", option->name, option->argument != NULL ? option->argument : "");
        printf("  %-22s %s\n", name, option->help);
    }
    fputs(outro, stdout);
}

static bool read_number(const struct option *option, const char *value, double *number)
{
    char *end;
    errno = 0;
    *number = strtod(value, &end);
    bool fits = option->kind != WHOLE || *number == floor(*number);
    if (errno == 0 && end != value && *end == '\0' && *number >= option->low && *number <= option->high && fits) return true;
    return load_wrong("--%s: a %s from %.10g to %.10g is expected, not %s", option->name,
                      option->kind == WHOLE ? "whole number" : "number", option->low, option->high, value);
}

static bool read_choice(const struct option *option, const char *value, int *to)
{
    for (int i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(option->choices[i], value) != 0) continue;
        *to = i;
        return true;
    }
    struct buffer known = BUFFER_EMPTY;
    for (int i = 0; option->choices[i] != NULL; i++) buffer_printf(&known, " %s", option->choices[i]);
    struct span names = buffer_span(&known);
    load_wrong("--%s: one of these is expected:%.*s, not %s", option->name, SPAN_ARGS(names), value);
    buffer_deinit(&known);
    return false;
}

static bool add_header(struct load_options *options, const char *value)
{
    if (options->header_count == LOAD_HEADERS_MAX) return load_wrong("--header: at most 16");
    options->headers[options->header_count++] = value;
    return load_check_header(value);
}

static bool set(const struct option *option, const char *value, struct load_options *options)
{
    void *to = (char *)options + option->offset;
    double number = 0;
    switch (option->kind) {
    case SWITCH: *(bool *)to = true; return true;
    case TEXT: *(const char **)to = value; return true;
    case CHOICE: return read_choice(option, value, (int *)to);
    case HEADER: return add_header(options, value);
    case STEPS:
        return load_steps_read(value, to) || load_wrong("--rate: numbers with commas between are expected, not %s", value);
    case FRACTION:
    case WHOLE:
        if (!read_number(option, value, &number)) return false;
        if (option->kind == FRACTION)
            *(double *)to = number;
        else
            *(long *)to = (long)number;
        return true;
    }
    return false;
}

static const struct option *find(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (span_is(name, table[i].name)) return &table[i];
    return NULL;
}

/* Says that there is no such flag, and which one may be meant. */
static bool unknown(const char *argument, struct span name)
{
    struct nearest nearest = NEAREST_NONE;
    for (size_t i = 0; i < COUNT_OF(table); i++) nearest_consider(&nearest, name, span_of(table[i].name));
    if (nearest.name.data == NULL) return load_wrong("there is no flag %s", argument);
    return load_wrong("there is no flag %s; did you mean --%s?", argument, nearest.name.data);
}

/* Takes argv[*at] and, where it is there, the next as its value. */
static bool take(char **argv, int *at, bool *given, struct load_options *options)
{
    const char *argument = argv[*at], *text = argument + 2, *equals = strchr(text, '=');
    struct span name = {text, equals != NULL ? (size_t)(equals - text) : strlen(text)};
    const struct option *option = find(name);
    if (option == NULL) return unknown(argument, name);
    given[option - table] = true;
    if (option->kind == SWITCH)
        return equals == NULL ? set(option, NULL, options) : load_wrong("no value is expected: %s", argument);
    const char *value = equals != NULL ? equals + 1 : argv[++*at];
    if (value == NULL) return load_wrong("a value is expected behind --%s", option->name);
    return set(option, value, options);
}

static bool is_given(const bool *given, const char *name)
{
    return given[find(span_of(name)) - table];
}

static bool check_company(const bool *given)
{
    for (size_t i = 0; i < COUNT_OF(company); i++) {
        if (!is_given(given, company[i].name) || is_given(given, company[i].with)) continue;
        return load_wrong("--%s goes with --%s", company[i].name, company[i].with);
    }
    return true;
}

bool load_options_read(int argc, char **argv, struct load_options *options, int *code)
{
    bool given[COUNT_OF(table)] = {false};
    *options = (struct load_options){.batch = 1, .connections = 64, .depth = 1, .duration = 10, .warmup = 2, .late_by = 86400};
    *code = 2;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help();
            *code = 0;
            return false;
        }
        if (argv[i][0] != '-') {
            if (options->url != NULL) return load_wrong("one URL is enough: %s", argv[i]);
            options->url = argv[i];
        } else if (argv[i][1] != '-') {
            return load_wrong("there is no flag %s", argv[i]);
        } else if (!take(argv, &i, given, options)) {
            return false;
        }
    }
    return check_company(given) && load_check(options);
}
