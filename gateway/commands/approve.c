/* approve.c - `headgate approve CONTRACT --by NAME`: who answers for a use, recorded in approvals.yaml beside the contracts.
 *
 *     contracts, approvals.yaml --judge--> rows --show, ask--> approvals_add --> text --read back--> approvals.yaml */
#include "contracts/approvals.h"
#include "contracts/whole_file.h"

#include "gateway/clock.h"
#include "gateway/commands/approve_report.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MEMORY = 512 << 20 };

struct approve_options {
    bool all, list, yes, json;
    const char *by, *config, *dir;
};

struct approving {
    const struct approve_options *options;
    struct contracts contracts;
    struct arena *arena;
    struct approvals approvals;
    struct approve_row *rows;
    size_t count;
    struct span date;
    size_t removed;
    bool changed;
};

static int out_of_memory(void)
{
    return command_could_not(&command_approve, "out of memory");
}

/* ---------------------------------------------------------------- which uses */

static bool is_asked_for(const struct use *use, char **names, int count)
{
    for (int i = 0; i < count; i++)
        if (span_is(use->id, names[i]) || span_is(use->name, names[i])) return true;
    return count == 0;
}

static bool every_name_is_known(const struct contracts *contracts, char **names, int count, int *code)
{
    const struct catalogue *catalogue = contracts->catalogue;
    for (int i = 0; i < count; i++) {
        bool found = false;
        for (size_t use = 0; use < catalogue->use_count && !found; use++)
            found = is_asked_for(catalogue->uses[use], &names[i], 1);
        if (found) continue;
        contracts_unknown(contracts, &command_approve, CONTRACTS_USE, names[i]);
        *code = EXIT_FOUND;
        return false;
    }
    return true;
}

/* Under --all: what waits, for this person among others. */
static bool takes_part(const struct approving *approving, const struct approve_row *row)
{
    if (!approving->options->all) return true;
    if (!approve_waits(&row->before)) return false;
    if (approval_may_approve(row->use, span_of(approving->options->by))) return true;
    fprintf(stderr, "headgate approve: %.*s is left out: its roles name other approvers\n", SPAN_ARGS(row->use->name));
    return false;
}

/* Judges the uses that are asked for; without names all of them, or under --all those that wait. */
static bool gather(struct approving *approving, char **names, int count)
{
    const struct catalogue *catalogue = approving->contracts.catalogue;
    approving->rows = arena_calloc(approving->arena, catalogue->use_count + 1, sizeof *approving->rows);
    for (size_t i = 0; approving->rows != NULL && i < catalogue->use_count; i++) {
        struct approve_row *row = &approving->rows[approving->count];
        if (!is_asked_for(catalogue->uses[i], names, count)) continue;
        row->use = catalogue->uses[i];
        if (!approval_judge(&approving->approvals, row->use, approving->arena, &row->before)) return false;
        row->after = row->before;
        if (takes_part(approving, row)) approving->count++;
    }
    return approving->rows != NULL;
}

/* Who may approve it, and whether there is anything to approve; false with *code. */
static bool may_approve(const struct approving *approving, int *code)
{
    *code = EXIT_FOUND;
    for (size_t i = 0; i < approving->count; i++) {
        const struct use *use = approving->rows[i].use;
        if (approving->rows[i].before.state == APPROVAL_NOT_NEEDED) {
            (void)command_could_not(&command_approve, "%.*s is %s: only a use in service (active, deprecated) is approved",
                                    SPAN_ARGS(use->name), status_word(use->status));
            return false;
        }
        if (approval_may_approve(use, span_of(approving->options->by))) continue;
        (void)command_could_not(&command_approve, "%s is none of the approvers that the roles of %.*s name",
                                approving->options->by, SPAN_ARGS(use->name));
        return false;
    }
    return true;
}

/* ---------------------------------------------------------------- asking */

static bool answers_yes(const char *name)
{
    char *line = NULL;
    size_t room = 0;
    fprintf(stderr, "Approve this as %s? [y/N] ", name);
    ssize_t size = getline(&line, &room, stdin);
    bool yes = size > 0 && (line[0] == 'y' || line[0] == 'Y');
    free(line);
    return yes;
}

/* Shows on standard error what is approved, and asks; false with *code when nobody agreed. */
static bool agree(const struct approving *approving, int *code)
{
    struct buffer out = BUFFER_EMPTY;
    bool fine = true, colour = terminal_has_colour(stderr);
    for (size_t i = 0; fine && i < approving->count; i++) {
        if (i > 0) buffer_append_char(&out, '\n');
        fine = approve_preview(&approving->rows[i], approving->arena, colour, &out);
    }
    fine = fine && terminal_flush(stderr, &out);
    buffer_deinit(&out);
    *code = fine ? EXIT_USAGE : out_of_memory();
    if (!fine || approving->options->yes) return fine;
    if (isatty(STDIN_FILENO) == 0) {
        *code = command_usage_error(&command_approve, "nobody sits at a terminal to be asked: --yes approves without");
        return false;
    }
    *code = EXIT_FOUND;
    return answers_yes(approving->options->by);
}

/* ---------------------------------------------------------------- the file */

/* What was written can be read: a file that is too large for its reader never replaces one that is not. */
static bool reads_back(const struct approving *approving, struct span text)
{
    struct approvals again = {0};
    struct diagnostics diagnostics;
    diagnostics_init(&diagnostics, approving->arena);
    bool fine = approvals_parse(text, approving->approvals.file, approving->arena, &diagnostics, &again);
    for (size_t i = 0; i < diagnostics.count; i++)
        (void)command_could_not(&command_approve, "%.*s: %.*s", SPAN_ARGS(approving->approvals.file),
                                SPAN_ARGS(diagnostics.items[i].detail));
    diagnostics_deinit(&diagnostics);
    return fine;
}

static int write_file(const struct approving *approving)
{
    struct buffer text = BUFFER_EMPTY;
    int code = EXIT_FINE;
    const char *reason = NULL;
    if (!approvals_text(&approving->approvals, approving->arena, &text))
        code = out_of_memory();
    else if (!reads_back(approving, buffer_span(&text)))
        code = EXIT_COULD_NOT;
    else
        reason = whole_file_write(approving->approvals.file.data, buffer_span(&text), WHOLE_SHARED);
    buffer_deinit(&text);
    if (reason == NULL) return code;
    return command_could_not(&command_approve, "%.*s: %s", SPAN_ARGS(approving->approvals.file), reason);
}

static bool add_all(struct approving *approving)
{
    for (size_t i = 0; i < approving->count; i++) {
        bool changed;
        struct approve_row *row = &approving->rows[i];
        if (!approvals_add(&approving->approvals, row->use, &row->before, span_of(approving->options->by), approving->date,
                           approving->arena, &changed))
            return false;
        approving->changed = approving->changed || changed;
    }
    approving->removed = approving->changed ? approvals_prune(&approving->approvals, approving->contracts.catalogue) : 0;
    for (size_t i = 0; i < approving->count; i++)
        if (!approval_judge(&approving->approvals, approving->rows[i].use, approving->arena, &approving->rows[i].after))
            return false;
    return true;
}

/* ---------------------------------------------------------------- what was done */

static int tell_json(const struct approving *approving)
{
    struct buffer out = BUFFER_EMPTY;
    struct json_writer json;
    json_writer_init(&json, &out, 2);
    json_object_begin(&json);
    json_member_text(&json, "file", approving->approvals.file);
    json_member_bool(&json, "written", approving->changed);
    json_member_int(&json, "removed", (int64_t)approving->removed);
    json_name(&json, "uses");
    approve_json(approving->rows, approving->count, &json);
    json_object_end(&json);
    buffer_append_char(&out, '\n');
    return command_print(&out, EXIT_FINE);
}

static int tell(const struct approving *approving)
{
    struct buffer out = BUFFER_EMPTY;
    if (approving->options->json) return tell_json(approving);
    for (size_t i = 0; i < approving->count; i++) {
        const struct approval_verdict *verdict = &approving->rows[i].after;
        buffer_printf(&out, "%.*s on %.*s: %s", SPAN_ARGS(approving->rows[i].use->name),
                      SPAN_ARGS(approving->rows[i].use->model->name), approval_state_word(verdict->state));
        if (verdict->state == APPROVAL_LEVEL)
            buffer_printf(&out, ", waits for its %s-level approver", verdict->level == 1 ? "first" : "second");
        buffer_append_char(&out, '\n');
    }
    if (approving->count == 0) buffer_append_text(&out, "nothing waits for approval\n");
    if (approving->removed > 0)
        buffer_printf(&out, "%zu approval%s of uses that are not here removed\n", approving->removed,
                      approving->removed == 1 ? "" : "s");
    buffer_printf(&out, "%.*s %s\n", SPAN_ARGS(approving->approvals.file),
                  approving->changed ? "written: have it reviewed and merged" : "is unchanged");
    return command_print(&out, EXIT_FINE);
}

static int list(const struct approving *approving)
{
    struct buffer out = BUFFER_EMPTY;
    if (approving->options->json) return tell_json(approving);
    if (approve_list(approving->rows, approving->count, approving->arena, terminal_has_colour(stdout), &out))
        return command_print(&out, EXIT_FINE);
    buffer_deinit(&out);
    return out_of_memory();
}

/* ---------------------------------------------------------------- the command */

static bool set_date(struct approving *approving)
{
    char text[TIMESTAMP_TEXT_MAX];
    size_t size = date_format((int32_t)(clock_wall() / US_PER_DAY), text);
    approving->date = arena_copy(approving->arena, (struct span){text, size});
    return approving->date.data != NULL;
}

static int approve(struct approving *approving, char **names, int count)
{
    int code;
    struct contracts *contracts = &approving->contracts;
    if (!contracts_open(contracts, &command_approve, approving->options->config, approving->options->dir, false, &code))
        return code;
    if (contracts->catalogue == NULL) return contracts_refuse(contracts);
    struct diagnostics *diagnostics = &contracts->diagnostics;
    diagnostics->count = 0; /* warnings about the contracts are those of `check` */
    if (!approvals_read(contracts->dir, approving->arena, diagnostics, &approving->approvals))
        return diagnostics->failed ? out_of_memory() : contracts_refuse(contracts);
    if (!every_name_is_known(contracts, names, count, &code)) return code;
    if (!set_date(approving) || !gather(approving, names, count)) return out_of_memory();
    if (approving->options->list) return list(approving);
    if (!may_approve(approving, &code)) return code;
    if (approving->count > 0 && !agree(approving, &code)) return code;
    if (!add_all(approving)) return out_of_memory();
    code = approving->changed ? write_file(approving) : EXIT_FINE;
    return code == EXIT_FINE ? tell(approving) : code;
}

static int check_use(const struct approve_options *options, int positionals)
{
    if (options->list && (options->by != NULL || options->all || options->yes))
        return command_usage_error(&command_approve, "--list only shows: no --by, --all or --yes");
    if (options->list) return EXIT_FINE;
    if (options->by == NULL || *options->by == '\0') return command_usage_error(&command_approve, "--by says who approves");
    if (options->all == (positionals > 0))
        return command_usage_error(&command_approve, "name the contracts, or --all for those that wait");
    return EXIT_FINE;
}

static int run(int argc, char **argv)
{
    struct approve_options options = {0};
    const struct flag flags[] = {
        {"by", FLAG_TEXT, "NAME", "who approves; one of the roles' approvers where the contract names any", NULL, &options.by},
        {"all", FLAG_SWITCH, NULL, "every use that waits for approval", &options.all, NULL},
        {"list", FLAG_SWITCH, NULL, "show which uses are approved, by whom, and which wait", &options.list, NULL},
        {"yes", FLAG_SWITCH, NULL, "do not ask", &options.yes, NULL},
        {"json", FLAG_SWITCH, NULL, "as JSON", &options.json, NULL},
        {"contracts", FLAG_TEXT, "DIR", "folder of the contracts (HEADGATE_CONTRACTS)", NULL, &options.dir},
        {"config", FLAG_TEXT, "FILE", "configuration (HEADGATE_CONFIG): its defaults count for what is approved", NULL,
         &options.config},
    };
    int positionals, code;
    if (!command_flags(&command_approve, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    code = check_use(&options, positionals);
    if (code != EXIT_FINE) return code;
    struct approving approving = {.options = &options, .arena = arena_create(MEMORY)};
    code = approving.arena != NULL ? approve(&approving, argv + 1, positionals) : out_of_memory();
    contracts_close(&approving.contracts);
    arena_destroy(approving.arena);
    return code;
}

const struct command command_approve = {
    .name = "approve",
    .summary = "Record in approvals.yaml who answers for a use",
    .usage = "approve (CONTRACT... | --all) --by NAME [--yes] [--json] | approve --list [CONTRACT...] [--json]",
    .details =
        "Shows what changed in a use since it was last approved (the first time: all of it), asks, and writes approvals.yaml\n"
        "beside the contracts. Review and merge that file like the contracts: the review is the proof of who approved. CONTRACT\n"
        "is the id or the name of a use. What narrows a use needs no approval: `headgate diff` grades changes. With\n"
        "`approvals: required` nothing else is served; `check --approvals required` tells before.",
    .run = run,
};
