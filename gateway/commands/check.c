/* check.c - `headgate check [DIR]`: what is wrong with the contracts, where, by which rule, and what to do. */
#include "codecs/json_writer.h"
#include "contracts/approvals.h"
#include "contracts/rule.h"
#include "gateway/clock.h"
#include "gateway/commands/check_proof.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/terminal.h"

static void diagnostic_json(struct json_writer *writer, const struct diagnostic *item)
{
    static const char *const words[] = {"note", "warning", "error"};
    json_object_begin(writer);
    json_member_text(writer, "file", item->place.file);
    if (item->place.line > 0) {
        json_member_int(writer, "line", item->place.line);
        json_member_int(writer, "column", item->place.column);
    }
    json_member_text(writer, "severity", span_of(words[item->severity]));
    json_member_text(writer, "rule", span_of(item->rule->name));
    if (item->path.size > 0) json_member_text(writer, "path", item->path);
    json_member_text(writer, "detail", item->detail);
    json_member_text(writer, "remedy", item->remedy.data != NULL ? item->remedy : span_of(item->rule->remedy));
    json_object_end(writer);
}

/* `proof` is NULL when none is asked for, or when there is nothing to prove. */
static bool report_json(const struct contracts *contracts, const struct check_proof *proof, struct buffer *out)
{
    struct json_writer writer;
    const struct catalogue *catalogue = contracts->catalogue;
    json_writer_init(&writer, out, 2);
    json_object_begin(&writer);
    json_member_text(&writer, "contracts", span_of(contracts->dir));
    json_member_bool(&writer, "loads", catalogue != NULL);
    if (catalogue != NULL) {
        json_member_text(&writer, "version", catalogue->version);
        json_member_int(&writer, "files", (int64_t)catalogue->file_count);
        json_member_int(&writer, "models", (int64_t)catalogue->model_count);
        json_member_int(&writer, "uses", (int64_t)catalogue->use_count);
    }
    json_member_int(&writer, "errors", (int64_t)contracts_count(contracts, SEVERITY_ERROR));
    json_member_int(&writer, "warnings", (int64_t)contracts_count(contracts, SEVERITY_WARNING));
    json_name(&writer, "diagnostics");
    json_array_begin(&writer);
    for (size_t i = 0; i < contracts->diagnostics.count; i++) diagnostic_json(&writer, &contracts->diagnostics.items[i]);
    json_array_end(&writer);
    bool fine = proof == NULL || check_proof_json(proof, &writer);
    json_object_end(&writer);
    buffer_append_char(out, '\n');
    return fine;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* One line that says what was loaded, or that nothing was. */
static void summary(const struct contracts *contracts, bool colour, struct buffer *out)
{
    const struct catalogue *catalogue = contracts->catalogue;
    size_t errors = contracts_count(contracts, SEVERITY_ERROR);
    size_t warnings = contracts_count(contracts, SEVERITY_WARNING);
    if (out->size > 0) buffer_append_char(out, '\n');
    if (catalogue == NULL) {
        terminal_style(out, colour, STYLE_RED, SPAN("not usable"));
        buffer_append_text(out, ": ");
        terminal_text(out, span_of(contracts->dir));
        buffer_printf(out, ", %zu error%s, %zu warning%s\n", errors, plural(errors), warnings, plural(warnings));
        return;
    }
    terminal_style(out, colour, STYLE_GREEN, SPAN("ok"));
    buffer_append_text(out, ": ");
    terminal_text(out, span_of(contracts->dir));
    buffer_printf(out, ", %zu model%s, %zu use%s in %zu file%s, %zu warning%s, version %.*s\n", catalogue->model_count,
                  plural(catalogue->model_count), catalogue->use_count, plural(catalogue->use_count), catalogue->file_count,
                  plural(catalogue->file_count), warnings, plural(warnings), SPAN_ARGS(catalogue->version));
}

/* What is not approved is as little usable as what is wrong. */
static void judge_approvals(struct contracts *contracts)
{
    if (contracts->catalogue == NULL || contracts->config->approvals != APPROVALS_REQUIRED) return;
    approvals_require(contracts->dir, contracts->catalogue, &contracts->diagnostics);
    if (contracts->diagnostics.errors == 0) return;
    catalogue_destroy(contracts->catalogue);
    contracts->catalogue = NULL;
}

static bool report_text(const struct contracts *contracts, const struct check_proof *proof, struct buffer *out)
{
    bool colour = terminal_has_colour(stdout);
    struct buffer problems = BUFFER_EMPTY;
    bool fine = proof == NULL || check_proof_text(proof, colour, terminal_width(stdout), out);
    contracts_report(contracts, colour, &problems);
    summary(contracts, colour, &problems);
    fine = fine && buffer_ok(&problems);
    if (fine) buffer_append_span(out, buffer_span(&problems));
    buffer_deinit(&problems);
    return fine;
}

static int report(const struct contracts *contracts, bool json, bool proof, const char *use)
{
    struct buffer out = BUFFER_EMPTY;
    bool loaded = contracts->catalogue != NULL;
    struct check_proof wanted = {contracts->catalogue, contracts->arena, use, SPAN("headgate " HEADGATE_VERSION), clock_wall()};
    const struct check_proof *asked = proof && loaded ? &wanted : NULL;
    if (asked != NULL && !check_proof_finds(asked)) return command_usage_error(&command_check, "there is no use '%s'", use);
    if (json ? report_json(contracts, asked, &out) : report_text(contracts, asked, &out))
        return command_print(&out, loaded ? EXIT_FINE : EXIT_FOUND);
    buffer_deinit(&out);
    return command_could_not(&command_check, "out of memory");
}

static int run(int argc, char **argv)
{
    bool json = false;
    bool strict = false;
    bool proof = false;
    const char *config = NULL;
    const char *dir = NULL, *approvals = NULL, *use = NULL;
    const struct flag flags[] = {
        {"proof", FLAG_OPTIONAL, "USE", "why each use, or this one, is permitted what it reads", &proof, &use},
        {"strict", FLAG_SWITCH, NULL, "judge files without a headgate role by the same rules", &strict, NULL},
        {"json", FLAG_SWITCH, NULL, "as JSON", &json, NULL},
        {"config", FLAG_TEXT, "FILE", "configuration: defaults, house class names, topic template", NULL, &config},
        {"contracts", FLAG_TEXT, "DIR", "the same as DIR", NULL, &dir},
        {"approvals", FLAG_TEXT, "off|required", "whether uses must be approved, in place of the configuration's", NULL,
         &approvals},
    };
    int positionals, code;
    if (!command_flags(&command_check, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 1) return command_usage_error(&command_check, "one folder at a time");
    if (approvals != NULL && strcmp(approvals, "off") != 0 && strcmp(approvals, "required") != 0)
        return command_usage_error(&command_check, "--approvals is off or required");
    struct contracts contracts;
    if (contracts_open(&contracts, &command_check, config, positionals == 1 ? argv[1] : dir, strict, &code)) {
        if (approvals != NULL) contracts.config->approvals = *approvals == 'r' ? APPROVALS_REQUIRED : APPROVALS_OFF;
        judge_approvals(&contracts);
        code = report(&contracts, json, proof, use);
    }
    contracts_close(&contracts);
    return code;
}

const struct command command_check = {
    .name = "check",
    .summary = "Check contracts: what is wrong, where, and what to do about it",
    .usage = "check [DIR] [--proof [USE]] [--strict] [--json] [--approvals off|required] [--config FILE]",
    .details =
        "DIR is a folder (read with all below it) or one file; without it the configuration's contracts, HEADGATE_CONTRACTS or\n"
        "./contracts. Exits 0 when the contracts can be served, warnings or not, and 1 when they cannot.\n"
        "--proof adds, field by field, what permits each use to read it and which waiver it leans on; file it.\n"
        "`headgate explain RULE` says more about a rule.",
    .run = run,
};
