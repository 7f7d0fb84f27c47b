/* config_file.c - `headgate config`: what is in force, and the texts that the option table makes. */
#include "gateway/commands/commands.h"
#include "gateway/config_print.h"
#include "gateway/metrics_manual.h"

#include <unistd.h>

static int show(const char *file, bool json)
{
    struct config_errors errors;
    struct config *config = command_config(file, &errors);
    int code = EXIT_FINE;
    if (config == NULL) {
        code = command_config_errors(&errors);
    } else {
        struct buffer out = BUFFER_EMPTY;
        if (json)
            config_show_json(config, &out);
        else
            config_show(config, &out);
        code = command_print(&out, EXIT_FINE);
    }
    config_destroy(config);
    config_errors_deinit(&errors);
    return code;
}

static int print_text(void (*text)(struct buffer *))
{
    struct buffer out = BUFFER_EMPTY;
    text(&out);
    return command_print(&out, EXIT_FINE);
}

static int run(int argc, char **argv)
{
    bool json = false, sample = false, markdown = false, metrics = false;
    const char *file = NULL;
    const struct flag flags[] = {
        {"config", FLAG_TEXT, "FILE", "read this file (HEADGATE_CONFIG)", NULL, &file},
        {"json", FLAG_SWITCH, NULL, "as JSON", &json, NULL},
        {"sample", FLAG_SWITCH, NULL, "print a file with every option and its default instead", &sample, NULL},
        {"markdown", FLAG_SWITCH, NULL, "print the manual's page of options instead", &markdown, NULL},
        {"metrics", FLAG_SWITCH, NULL, "print the manual's page of metrics instead", &metrics, NULL},
    };
    int positionals, code;
    if (!command_flags(&command_config_file, flags, COUNT_OF(flags), argc, argv, &positionals, &code)) return code;
    if (positionals > 0) return command_usage_error(&command_config_file, "no argument is expected: %s", argv[1]);
    if (sample) return print_text(config_sample);
    if (markdown) return print_text(config_manual);
    if (metrics) return print_text(metrics_manual);
    return show(file, json);
}

const struct command command_config_file = {
    .name = "config",
    .summary = "Show the configuration in force and where each value came from",
    .usage = "config [--config FILE] [--json | --sample | --markdown | --metrics]",
    .details = "Reads the file and the HEADGATE_... variables as serve does, and checks them. Secrets are masked.",
    .run = run,
};
