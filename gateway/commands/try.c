/* try.c - `headgate try [DIR] EVENT.json`: what would become of events, without Kafka.
 *
 *     contracts -> program;  file -> events;  each: its model -> enforce_event() -> JSON */
#include "contracts/enforce.h"
#include "contracts/secret_file.h"
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/commands/try_events.h"
#include "gateway/commands/try_print.h"
#include "gateway/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum { JUDGE_MEMORY = 256 * 1024 * 1024 };

struct request {
    const char *event, *sent, *received, *source, *keys, *config, *dir, *file;
    bool all;
};

struct trial {
    const struct request *request;
    struct contracts contracts;
    struct program *program;
    struct enforcer *enforcer;
    struct arena *arena; /* of one event */
    struct event_context context;
    struct json_writer json;
    bool refused;
};

/* ---------------------------------------------------------------- what is asked for */

static bool read_time(const char *text, int64_t *us)
{
    return text == NULL || timestamp_parse(span_of(text), ZONE_REQUIRED, us) == TIMESTAMP_OK;
}

static bool fill_context(struct trial *trial, int *code)
{
    const struct request *request = trial->request;
    const struct config *config = trial->contracts.config;
    trial->context = (struct event_context){
        .received = clock_wall(),
        .sent = NO_TIME,
        .envelope_time = NO_TIME,
        .source = span_of(request->source != NULL ? request->source : "urn:headgate:try"),
        .future_tolerance = config->clock_tolerance,
        .violation_limit = config->limits.violations,
        .list_undeclared = true,
    };
    if (read_time(request->received, &trial->context.received) && read_time(request->sent, &trial->context.sent)) return true;
    *code = command_usage_error(&command_try, "--received and --sent take a time such as 2026-11-22T13:44:13Z");
    return false;
}

/* 0, or the errno of what went wrong. */
static int read_file(const char *path, struct buffer *text)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (file == NULL) return errno;
    size_t got = 0;
    do {
        char *room = buffer_reserve(text, 64 * 1024);
        got = room != NULL ? fread(room, 1, 64 * 1024, file) : 0;
        if (room != NULL) buffer_commit(text, got);
    } while (got > 0);
    int error = ferror(file) != 0 ? errno : buffer_ok(text) ? 0 : ENOMEM;
    if (file != stdin) fclose(file);
    return error;
}

/* "@now@" as a whole string is the received time: examples that are kept in files would grow old otherwise. */
static bool fill_now(struct buffer *text, int64_t received)
{
    static const char mark[] = "\"@now@\"";
    struct buffer filled = BUFFER_EMPTY;
    char stamp[TIMESTAMP_TEXT_MAX];
    struct span rest = buffer_span(text), now = {stamp, timestamp_format(received, 3, true, stamp)};
    const char *found;
    while (rest.size > 0 && (found = memmem(rest.data, rest.size, mark, sizeof mark - 1)) != NULL) {
        size_t before = (size_t)(found - rest.data);
        buffer_append(&filled, rest.data, before);
        buffer_printf(&filled, "\"%.*s\"", SPAN_ARGS(now));
        rest = (struct span){found + sizeof mark - 1, rest.size - before - (sizeof mark - 1)};
    }
    buffer_append_span(&filled, rest);
    buffer_deinit(text);
    *text = filled;
    return buffer_reserve(text, JSON_PADDING) != NULL && buffer_ok(text);
}

/* ---------------------------------------------------------------- keys and program */

static bool needs_keys(const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->use_count; i++)
        if (catalogue->uses[i]->needs_key) return true;
    return false;
}

/* The keys of a file, or a passing root where none is named; then it says so, as hashes will differ the next time. */
static struct keyring *open_keys(const struct trial *trial, int *code)
{
    const char *path = trial->request->keys, *error = NULL;
    unsigned line = 0;
    struct buffer text = BUFFER_EMPTY;
    struct keyring *keyring = NULL;
    if (path == NULL) {
        if (needs_keys(trial->contracts.catalogue))
            fputs(
                "headgate try: no --keys: hashes, ciphertexts and ce_id are made with a passing key, and differ the next time\n",
                stderr);
        keyring = keyring_create_passing();
        if (keyring == NULL) *code = command_could_not(&command_try, "the system has no random numbers");
        return keyring;
    }
    error = secret_file_read(path, SECRET_PRIVATE, &text);
    if (error == NULL) keyring = keyring_parse(buffer_span(&text), &error, &line);
    secret_wipe(&text);
    buffer_deinit(&text);
    if (keyring == NULL) *code = command_could_not(&command_try, "%s:%u: %s", path, line, error);
    return keyring;
}

static bool compile(struct trial *trial, int *code)
{
    struct keyring *keyring = open_keys(trial, code);
    if (keyring == NULL) return false;
    trial->program = program_compile(trial->contracts.catalogue, keyring, NULL, &trial->contracts.diagnostics);
    keyring_destroy(keyring);
    if (trial->program == NULL) {
        *code = contracts_refuse(&trial->contracts);
        return false;
    }
    trial->enforcer = enforcer_create(trial->program);
    trial->arena = arena_create(JUDGE_MEMORY);
    if (trial->enforcer != NULL && trial->arena != NULL) return true;
    *code = command_could_not(&command_try, "out of memory");
    return false;
}

/* ---------------------------------------------------------------- one event */

static enum enforce_status judge(struct trial *trial, const struct model *model, const struct try_event *event,
                                 struct judgement *judgement)
{
    struct event_context context = trial->context;
    struct json_cursor cursor;
    arena_reset(trial->arena);
    context.envelope_id = event->id;
    if (event->time != INT64_MIN) context.envelope_time = event->time;
    json_begin(&cursor, event->json, JSON_DEPTH_MAX, UINT32_MAX);
    return enforce_event(trial->enforcer, program_model(trial->program, model->event), &cursor, &context, trial->arena,
                         judgement);
}

/* The only model that takes an event of unknown type; NULL when several do, or none. */
static const struct model *guess_model(struct trial *trial, const struct try_event *event)
{
    const struct catalogue *catalogue = trial->contracts.catalogue;
    const struct model *found = NULL;
    if (catalogue->model_count == 1) return catalogue->models[0];
    for (size_t i = 0; i < catalogue->model_count; i++) {
        struct judgement judgement;
        if (judge(trial, catalogue->models[i], event, &judgement) != ENFORCE_JUDGED) continue;
        if (judgement.verdict != VERDICT_ACCEPTED) continue;
        if (found != NULL) return NULL;
        found = catalogue->models[i];
    }
    return found;
}

static int unknown_type(const struct trial *trial, struct span type)
{
    const struct catalogue *catalogue = trial->contracts.catalogue;
    struct buffer events = BUFFER_EMPTY;
    for (size_t i = 0; i < catalogue->model_count; i++)
        buffer_printf(&events, "%s%.*s", i > 0 ? ", " : "", SPAN_ARGS(catalogue->models[i]->event));
    const char *list = events.size > 0 ? events.data : "none";
    int code = type.data != NULL
                   ? command_usage_error(&command_try, "no model declares '%.*s'; declared are: %s", SPAN_ARGS(type), list)
                   : command_usage_error(&command_try, "which event is it? name one with --event: %s", list);
    buffer_deinit(&events);
    return code;
}

/* Prints what becomes of one event; EXIT_FINE also when it is refused. */
static int try_one(struct trial *trial, const struct try_event *event)
{
    struct span type = trial->request->event != NULL ? span_of(trial->request->event) : event->type;
    const struct model *model = type.data != NULL ? catalogue_model(trial->contracts.catalogue, type) : guess_model(trial, event);
    struct judgement judgement;
    if (model == NULL) return unknown_type(trial, type);
    if (judge(trial, model, event, &judgement) != ENFORCE_JUDGED) return command_could_not(&command_try, "out of memory");
    trial->refused |= judgement.verdict == VERDICT_REFUSED;
    try_print(&trial->json, model, stage_of_model(model, trial->context.received), &judgement, trial->request->all);
    return EXIT_FINE;
}

static int try_all(struct trial *trial, const struct try_events *events, struct buffer *out)
{
    struct buffer text = BUFFER_EMPTY;
    int code = EXIT_FINE;
    json_writer_init(&trial->json, &text, 2);
    if (events->many) json_array_begin(&trial->json);
    for (size_t i = 0; i < events->count && code == EXIT_FINE; i++) {
        trial->context.index = (uint32_t)i;
        code = try_one(trial, &events->items[i]);
    }
    if (events->many) json_array_end(&trial->json);
    buffer_append_char(&text, '\n');
    if (terminal_has_colour(stdout))
        try_colour(buffer_span(&text), out);
    else
        terminal_json(out, buffer_span(&text));
    if (!buffer_ok(&text)) code = command_could_not(&command_try, "out of memory");
    buffer_deinit(&text);
    return code;
}

/* ---------------------------------------------------------------- the command */

static int try_text(struct trial *trial, struct buffer *text)
{
    struct buffer out = BUFFER_EMPTY;
    struct try_events events;
    const char *error;
    size_t offset;
    int code = EXIT_FINE;
    if (!fill_context(trial, &code)) return code;
    if (!fill_now(text, trial->context.received)) return command_could_not(&command_try, "out of memory");
    if (!try_events_read(buffer_span(text), trial->contracts.arena, &events, &error, &offset)) {
        fprintf(stderr, "headgate try: %s: byte %zu: %s\n", trial->request->file, offset, error);
        return EXIT_FOUND;
    }
    if (!compile(trial, &code)) return code;
    code = try_all(trial, &events, &out);
    if (code == EXIT_FINE) return command_print(&out, trial->refused ? EXIT_FOUND : EXIT_FINE);
    buffer_deinit(&out);
    return code;
}

static int try_file(const struct request *request)
{
    struct trial trial = {.request = request};
    struct buffer text = BUFFER_EMPTY;
    int code = EXIT_FINE, error;
    if (contracts_open(&trial.contracts, &command_try, request->config, request->dir, false, &code)) {
        if (trial.contracts.catalogue == NULL)
            code = contracts_refuse(&trial.contracts);
        else if ((error = read_file(request->file, &text)) != 0)
            code = command_could_not(&command_try, "%s: %s", request->file, strerror(error));
        else
            code = try_text(&trial, &text);
    }
    enforcer_destroy(trial.enforcer);
    program_destroy(trial.program);
    arena_destroy(trial.arena);
    contracts_close(&trial.contracts);
    buffer_deinit(&text);
    return code;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int run(int argc, char **argv)
{
    struct request request = {0};
    const struct flag flags[] = {
        {"event", FLAG_TEXT, "TYPE", "which event it is, where no envelope says so", NULL, &request.event},
        {"received", FLAG_TEXT, "TIME", "when it comes in; now", NULL, &request.received},
        {"sent", FLAG_TEXT, "TIME", "when the sender sent it: clocks are compared", NULL, &request.sent},
        {"source", FLAG_TEXT, "URI", "the sender's name", NULL, &request.source},
        {"keys", FLAG_TEXT, "FILE", "key file for hashes and ce_id; without it a passing key", NULL, &request.keys},
        {"all", FLAG_SWITCH, NULL, "the headers that are the same for every record too", &request.all, NULL},
        {"contracts", FLAG_TEXT, "DIR", "folder with the contracts", NULL, &request.dir},
        {"config", FLAG_TEXT, "FILE", "configuration: defaults, limits, topic template", NULL, &request.config},
    };
    int positionals, code;
    if (!command_flags(&command_try, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals < 1 || positionals > 2) return command_usage_error(&command_try, "name one file with events, or -");
    if (positionals == 2) request.dir = argv[1];
    request.file = argv[positionals];
    if (is_folder(request.file))
        return command_usage_error(&command_try, "%s is a folder: name a file with events too, or -", request.file);
    return try_file(&request);
}

const struct command command_try = {
    .name = "try",
    .summary = "Show what would become of events: outcomes and records, no Kafka",
    .usage = "try [DIR] EVENT.json|- [--event TYPE] [--keys FILE] [--sent TIME] [--received TIME] [--all]",
    .details =
        "The file holds one event, an array, or NDJSON; each bare or in a CloudEvents envelope. Where neither the envelope nor "
        "--event says which event it is, the only model is taken, or the only one that accepts it. A string \"@now@\" stands "
        "for the time of receipt. Exits with 1 when an event "
        "is refused or is no JSON.",
    .run = run,
};
