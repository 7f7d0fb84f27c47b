/* new.c - `headgate new model|use`: contracts written from what there is, with questions where only a person knows. */
#include "gateway/commands/commands.h"
#include "gateway/commands/new_part.h"

static int run(int argc, char **argv)
{
    int positionals, code;
    if (argc > 1 && strcmp(argv[1], "model") == 0) return new_model(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "use") == 0) return new_use(argc - 1, argv + 1);
    if (!command_flags(&command_new, NULL, 0, argc, argv, &positionals, &code)) return code;
    return command_usage_error(&command_new, "`new model` or `new use` is expected");
}

const struct command command_new = {
    .name = "new",
    .summary = "Write a contract: an event model from events or a schema, a use from a pattern",
    .usage = "new model|use ...",
    .details =
        "new model [EVENT] [--from FILE]                      an event model: empty, or from events.ndjson, a JSON Schema\n"
        "                                                     (.json) or an Avro schema (.avsc)\n"
        "new model --from-observed TYPE                       what a running gateway has seen of an undeclared event\n"
        "new use EVENT --fields a,b --pattern PATTERN         a use of a model: operational-lookup, realtime-automation,\n"
        "                                                     analytics, statutory or ml-features\n"
        "\n"
        "What only a person can say is asked on a terminal, taken from flags, or left in the file as `ANSWER: ...`, which\n"
        "`headgate check` refuses. `headgate new model --help` and `headgate new use --help` list the flags.",
    .run = run,
};
