/* show.c - `headgate show CONTRACT`: the contract with everything inherited and derived stated, or the Avro schema it leads to.
 */
#include "contracts/odcs_writer.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/terminal.h"

/* One schema a line, of each model that the use's contract takes. */
static void write_schemas(const struct catalogue *catalogue, const struct use *use, struct buffer *out)
{
    for (size_t i = 0; i < catalogue->use_count; i++) {
        if (!span_equal(catalogue->uses[i]->id, use->id)) continue;
        terminal_json(out, catalogue->uses[i]->schema);
        buffer_append_char(out, '\n');
    }
}

static int show(const struct contracts *contracts, const char *name, bool avro)
{
    struct buffer out = BUFFER_EMPTY;
    const struct model *model;
    const struct use *use;
    bool fine = true;
    catalogue_find(contracts->catalogue, span_of(name), &model, &use);
    if (model == NULL && use == NULL) {
        contracts_unknown(contracts, &command_show, CONTRACTS_ANY, name);
        return EXIT_USAGE;
    }
    if (avro && use == NULL)
        return command_usage_error(&command_show, "'%s' is an event model: only uses have an Avro schema", name);
    if (avro)
        write_schemas(contracts->catalogue, use, &out);
    else if (use != NULL)
        fine = odcs_write_use(contracts->catalogue, use, contracts->arena, &out);
    else
        fine = odcs_write_model(model, contracts->arena, &out);
    return command_print(&out, fine ? EXIT_FINE : EXIT_COULD_NOT);
}

static int run(int argc, char **argv)
{
    bool avro = false;
    const char *config = NULL;
    const char *dir = NULL;
    const struct flag flags[] = {
        {"avro", FLAG_SWITCH, NULL, "the Avro schema of a use instead; one a line where it takes several models", &avro, NULL},
        {"contracts", FLAG_TEXT, "DIR", "folder with the contracts", NULL, &dir},
        {"config", FLAG_TEXT, "FILE", "configuration: defaults, house class names, topic template", NULL, &config},
    };
    int positionals, code;
    if (!command_flags(&command_show, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals != 1) return command_usage_error(&command_show, "name one contract");
    struct contracts contracts;
    if (contracts_open(&contracts, &command_show, config, dir, false, &code))
        code = contracts.catalogue != NULL ? show(&contracts, argv[1], avro) : contracts_refuse(&contracts);
    contracts_close(&contracts);
    return code;
}

const struct command command_show = {
    .name = "show",
    .summary = "Show a contract with everything inherited and derived stated",
    .usage = "show CONTRACT [--avro] [--contracts DIR] [--config FILE]",
    .details = "CONTRACT is an id, a name or, of a model, its event. The output is an ODCS file for other tools: v3.1.0, or "
               "v3.2.0 where there are maps.",
    .run = run,
};
