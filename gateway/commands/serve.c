#include "gateway/commands/command.h"
#include "gateway/config_print.h"
#include "gateway/log.h"
#include "gateway/server.h"
#include "gateway/terminal.h"

#include <stdio.h>

extern char **environ;

static int run(int argc, char **argv);

const struct command command_serve = {
    .name = "serve",
    .summary = "Run the gateway",
    .usage = "serve [--config FILE] [--contracts DIR] [--kafka BOOTSTRAP | --embedded] [OPTION...]",
    .details = "Takes events over HTTP, judges them by the contracts of DIR, and writes one narrowed record per use to Kafka.\n"
               "SIGHUP reloads contracts, keys and senders; SIGTERM and Ctrl-C stop it once all it acknowledged is delivered.\n"
               "Every option of `headgate config` is also a flag and an environment variable.",
    .run = run,
};

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

static int run(int argc, char **argv)
{
    if (asks_for_help(argc, argv)) {
        struct buffer out = BUFFER_EMPTY;
        buffer_printf(&out, "usage: headgate %s\n\n%s\n\n", command_serve.usage, command_serve.details);
        config_help(terminal_width(stdout), &out);
        return command_print(&out, EXIT_FINE);
    }
    struct config_errors errors = {0};
    struct config_input input = {.arguments = (const char *const *)argv + 1, .environment = (const char *const *)environ};
    struct config *config = config_load(&input, &errors);
    int code = config == NULL ? command_config_errors(&errors) : EXIT_FINE;
    if (config != NULL) {
        log_init((enum log_level)config->log_level, (enum log_format)config->log_format);
        code = server_run(config, &input);
    }
    config_errors_deinit(&errors);
    config_destroy(config);
    return code;
}
