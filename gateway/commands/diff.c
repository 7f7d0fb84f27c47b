/* diff.c - `headgate diff OLD NEW`: what a change of contracts means, and for whom. */
#include "contracts/diff.h"

#include "gateway/clock.h"
#include "gateway/commands/approve_report.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/commands/diff_report.h"
#include "gateway/terminal.h"

struct diff_options {
    bool json, markdown;
    const char *config, *old_config, *contracts, *events, *event, *fail_on;
};

/* Everything that a run opens; closed together. */
struct diff_run {
    const struct diff_options *options;
    struct diff_source sources[2];
    struct diff_source old_config; /* of OLD where it is another than NEW's */
    struct contracts contracts[2];
    struct diff diff;
    struct diff_events events;
    struct approve_row *waiting; /* uses of the new side that nobody approved as they are; NULL: approvals are not kept */
    size_t waiting_count;
    enum diff_grade fail_on;
};

static bool open_source(struct diff_source *source, const char *name, int *code)
{
    const char *error;
    if (diff_source_open(source, name, &error)) return true;
    *code = command_could_not(&command_diff, "%s: %s", name, error);
    return false;
}

/* The contracts of one side, `name` NULL for the folder of its configuration; false when the command is over with *code. */
static bool open_side(struct diff_run *run, int side, const char *config, const char *name, int *code)
{
    struct contracts *contracts = &run->contracts[side];
    struct diff_source *source = &run->sources[side];
    if (name != NULL && !open_source(source, name, code)) return false;
    if (!contracts_open(contracts, &command_diff, config, name != NULL ? source->dir : NULL, false, code)) return false;
    if (name == NULL && !open_source(source, contracts->dir, code)) return false;
    if (contracts->catalogue != NULL) return true;
    *code = contracts_refuse(contracts);
    return false;
}

static bool open_old(struct diff_run *run, const char *name, int *code)
{
    const struct diff_options *options = run->options;
    if (options->old_config == NULL) return open_side(run, 0, options->config, name, code);
    return open_source(&run->old_config, options->old_config, code) && open_side(run, 0, run->old_config.dir, name, code);
}

/* What the house changed stands in its configuration. */
static void place_house(struct diff_run *run)
{
    const char *file = run->contracts[1].config->file;
    for (size_t i = 0; i < run->diff.count && file != NULL; i++)
        if (run->diff.items[i].place.file.data == NULL) run->diff.items[i].place.file = span_of(file);
}

static bool replay(struct diff_run *run, int *code)
{
    struct span error;
    if (run->options->events == NULL) return true;
    if (diff_events_replay(run->contracts[0].catalogue, run->contracts[1].catalogue, run->options->events, run->options->event,
                           clock_wall(), run->contracts[1].arena, &run->events, &error))
        return true;
    *code = command_could_not(&command_diff, "%s: %.*s", run->options->events, SPAN_ARGS(error));
    return false;
}

/* Where approvals are kept (required, or the file is there): the uses of the new side that wait for one. */
static bool judge_approvals(struct diff_run *run, int *code)
{
    struct contracts *new = &run->contracts[1];
    struct approvals approvals;
    *code = EXIT_COULD_NOT;
    if (!approvals_read(new->dir, new->arena, &new->diagnostics, &approvals)) {
        *code = contracts_refuse(new);
        return false;
    }
    if (!approvals.there && new->config->approvals == APPROVALS_OFF) return true;
    run->waiting = arena_calloc(new->arena, new->catalogue->use_count + 1, sizeof *run->waiting);
    for (size_t i = 0; run->waiting != NULL && i < new->catalogue->use_count; i++) {
        struct approve_row *row = &run->waiting[run->waiting_count];
        row->use = new->catalogue->uses[i];
        if (!approval_judge(&approvals, row->use, new->arena, &row->before)) run->waiting = NULL;
        row->after = row->before;
        run->waiting_count += approve_waits(&row->before) ? 1 : 0;
    }
    if (run->waiting == NULL) *code = command_could_not(&command_diff, "out of memory");
    return run->waiting != NULL;
}

static int print(const struct diff_run *run)
{
    struct buffer out = BUFFER_EMPTY;
    struct diff_report report = {.old = &run->sources[0],
                                 .new = &run->sources[1],
                                 .diff = &run->diff,
                                 .waiting = run->waiting,
                                 .waiting_count = run->waiting_count,
                                 .events = run->options->events != NULL ? &run->events : NULL,
                                 .fail_on = run->fail_on,
                                 .arena = run->contracts[1].arena};
    bool fine = true;
    if (run->options->json)
        diff_report_json(&report, &out);
    else if (run->options->markdown)
        diff_report_markdown(&report, &out);
    else
        fine = diff_report_text(&report, terminal_has_colour(stdout), &out);
    return command_print(&out, !fine ? EXIT_COULD_NOT : diff_report_fails(&report) ? EXIT_FOUND : EXIT_FINE);
}

/* `new` may be NULL: the configuration's folder. */
static int compare(struct diff_run *run, const char *old, const char *new)
{
    int code;
    if (!open_old(run, old, &code) || !open_side(run, 1, run->options->config, new, &code)) return code;
    if (!diff_catalogues(run->contracts[0].catalogue, run->contracts[1].catalogue, run->contracts[1].arena, &run->diff))
        return command_could_not(&command_diff, "out of memory");
    place_house(run);
    if (!judge_approvals(run, &code) || !replay(run, &code)) return code;
    return print(run);
}

static int run(int argc, char **argv)
{
    struct diff_options options = {0};
    const struct flag flags[] = {
        {"fail-on", FLAG_TEXT, "GRADE", "exit 1 from this grade on: free, approval (default), consumers, senders", NULL,
         &options.fail_on},
        {"json", FLAG_SWITCH, NULL, "as JSON", &options.json, NULL},
        {"markdown", FLAG_SWITCH, NULL, "as a comment on a review", &options.markdown, NULL},
        {"events", FLAG_TEXT, "FILE", "judge these events by both, and show whose outcome changes", NULL, &options.events},
        {"event", FLAG_TEXT, "TYPE", "type of the events in FILE that are no CloudEvents", NULL, &options.event},
        {"contracts", FLAG_TEXT, "DIR", "the same as NEW", NULL, &options.contracts},
        {"config", FLAG_TEXT, "FILE", "configuration: defaults, house class names, topic template, limits of the house", NULL,
         &options.config},
        {"old-config", FLAG_TEXT, "FILE", "configuration of OLD where it is another: its limits are compared too", NULL,
         &options.old_config},
    };
    struct diff_run state = {.options = &options, .fail_on = DIFF_APPROVAL};
    int positionals, code;
    if (!command_flags(&command_diff, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals < 1 || positionals > 2)
        return command_usage_error(&command_diff, "name an old and perhaps a new version of the contracts");
    if (options.json && options.markdown) return command_usage_error(&command_diff, "--json and --markdown exclude each other");
    if (options.fail_on != NULL && !diff_grade_find(span_of(options.fail_on), &state.fail_on))
        return command_usage_error(&command_diff, "'%s' is no grade: free, approval, consumers or senders", options.fail_on);
    code = compare(&state, argv[1], positionals == 2 ? argv[2] : options.contracts);
    for (int side = 0; side < 2; side++) {
        contracts_close(&state.contracts[side]);
        diff_source_close(&state.sources[side]);
    }
    diff_source_close(&state.old_config);
    return code;
}

const struct command command_diff = {
    .name = "diff",
    .summary = "Compare two versions of the contracts: who has to agree, who breaks",
    .usage = "diff OLD [NEW] [--fail-on GRADE] [--json | --markdown] [--events FILE]\n"
             "       [--config FILE [--old-config FILE]]",
    .details =
        "OLD and NEW are folders, or git:REVISION:FOLDER for a folder as it was in a revision of the repository around you.\n"
        "Without NEW it is the folder that the configuration names, ./contracts by default.\n"
        "--old-config compares what the house permits (`governance`) as well; it may be git:REVISION:FILE.\n"
        "Every change has a grade: free, approval, consumers (breaking for them) or senders (breaking for them). Exits 0 when\n"
        "nothing is above free, else 1; --fail-on moves the bar. `headgate explain CHANGE` says why a change has its grade.\n"
        "--events takes a JSON array, or events one after another: CloudEvents, or plain ones whose type is given by --event or\n"
        "begins the file's name (payment.authorized.event.json). Nothing is sent.",
    .run = run,
};
