/* matrix.c - `headgate matrix [DIR]`: who gets what, in which form and for how long; for engineers, officers and auditors. */
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/commands/matrix_output.h"
#include "gateway/terminal.h"

struct wishes {
    bool json, html, record, unclaimed;
    const char *find;
    const char *config, *dir;
};

static bool write_form(const struct wishes *wishes, const struct matrix_report *report, struct buffer *out)
{
    struct matrix_look look = {terminal_has_colour(stdout), terminal_width(stdout)};
    if (wishes->html) return matrix_html_write(report, out);
    if (wishes->record) return wishes->json ? matrix_record_json(report, out) : matrix_record_csv(report, out);
    if (wishes->unclaimed) return wishes->json ? matrix_claims_json(report, out) : matrix_claims_text(report, look, out);
    if (wishes->find != NULL) {
        struct span query = span_of(wishes->find);
        return wishes->json ? matrix_search_json(report, query, out) : matrix_search_text(report, query, look, out);
    }
    return wishes->json ? matrix_json_write(report, out) : matrix_text_write(report, look, out);
}

static int write_matrix(const struct contracts *contracts, const struct wishes *wishes)
{
    struct buffer out = BUFFER_EMPTY;
    struct matrix_report report = {matrix_create(contracts->catalogue, contracts->arena), contracts->arena, clock_wall(),
                                   "headgate " HEADGATE_VERSION};
    if (report.matrix != NULL && write_form(wishes, &report, &out)) return command_print(&out, EXIT_FINE);
    buffer_deinit(&out);
    return command_could_not(&command_matrix, "out of memory");
}

static int run(int argc, char **argv)
{
    struct wishes wishes = {0};
    const struct flag flags[] = {
        {"json", FLAG_SWITCH, NULL, "as JSON", &wishes.json, NULL},
        {"html", FLAG_SWITCH, NULL, "one self-contained page, to be filed or printed", &wishes.html, NULL},
        {"record-of-processing", FLAG_SWITCH, NULL, "Art. 30 GDPR, as CSV (or --json)", &wishes.record, NULL},
        {"unclaimed", FLAG_SWITCH, NULL, "fields that no use claims; what may be collected", &wishes.unclaimed, NULL},
        {"find", FLAG_TEXT, "WHAT", "who has it: data category, field or text", NULL, &wishes.find},
        {"contracts", FLAG_TEXT, "DIR", "the same as DIR", NULL, &wishes.dir},
        {"config", FLAG_TEXT, "FILE", "configuration: defaults, house class names", NULL, &wishes.config},
    };
    int positionals, code;
    if (!command_flags(&command_matrix, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 1) return command_usage_error(&command_matrix, "one folder at a time");
    if (wishes.html + wishes.record + wishes.unclaimed + (wishes.find != NULL) > 1)
        return command_usage_error(&command_matrix, "--html, --record-of-processing, --unclaimed and --find exclude each other");
    if (wishes.html && wishes.json) return command_usage_error(&command_matrix, "--html or --json, not both");
    if (wishes.find != NULL && wishes.find[0] == '\0')
        return command_usage_error(&command_matrix, "--find needs something to find");
    struct contracts contracts;
    if (contracts_open(&contracts, &command_matrix, wishes.config, positionals == 1 ? argv[1] : wishes.dir, false, &code))
        code = contracts.catalogue != NULL ? write_matrix(&contracts, &wishes) : contracts_refuse(&contracts);
    contracts_close(&contracts);
    return code;
}

const struct command command_matrix = {
    .name = "matrix",
    .summary = "Show who gets what: each field by each use, and what the law asks about it",
    .usage = "matrix [DIR] [--json | --html] [--record-of-processing | --unclaimed | --find WHAT] [--config FILE]",
    .details = "DIR is the folder of contracts, by default the configuration's. Everything goes to standard output:\n"
               "  headgate matrix --html > matrix.html                    a page for the data protection officer\n"
               "  headgate matrix --record-of-processing > record.csv     its empty columns are for a person to fill in\n"
               "  headgate matrix --find user.contact.email               who already has what I need, and whom to ask",
    .run = run,
};
