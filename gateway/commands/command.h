/* command.h - one subcommand of the `headgate` program, and its flags.
 *
 * A command is one file that exports one const struct command; commands.c lists them. */
#ifndef HEADGATE_GATEWAY_COMMANDS_COMMAND_H
#define HEADGATE_GATEWAY_COMMANDS_COMMAND_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/span.h"
#include "gateway/config.h"

/* Exit codes, the same for every command. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_FOUND = 1,    /* it ran, and found problems */
    EXIT_USAGE = 2,    /* wrong flags or arguments */
    EXIT_COULD_NOT = 3 /* Kafka, a disk, the network */
};

enum flag_kind {
    FLAG_SWITCH,
    FLAG_TEXT,
    FLAG_OPTIONAL /* a switch that takes a text where one follows: --proof, --proof USE, --proof=USE */
};

/* A flag of a command. Switches fill `*on`, texts `*text` (pointing into argv), optional texts both. */
struct flag {
    const char *name; /* without the dashes */
    enum flag_kind kind;
    const char *argument; /* how help calls a text's value: FILE */
    const char *help;
    bool *on;
    const char **text;
};

struct command {
    const char *name;
    const char *summary; /* one line for the list */
    const char *usage;   /* what follows `headgate ` */
    const char *details; /* paragraphs for `headgate help NAME`; may be NULL */
    /* Flags are declared inside run(), so help calls it with argv {name, "--help"}. */
    int (*run)(int argc, char **argv);
};

/* All commands, in the order of the list. */
const struct command *const *command_table(size_t *count);

/* The whole program: what main() calls. */
int command_main(int argc, char **argv);

/* Reads argv[1..): fills the flags, moves positional arguments to the front of argv[1..) and sets *positionals. `--flag value`
 * and `--flag=value` both work; `--` ends flags. Returns true to go on; false when the command is over with *code: --help was
 * printed (0), or the use was wrong and said so on standard error (2). */
bool command_flags(const struct command *command, const struct flag *flags, size_t count, int argc, char **argv, int *positionals,
                   int *code) MUST_CHECK;

/* "headgate NAME: MESSAGE" and how to get help, on standard error; EXIT_USAGE. */
int command_usage_error(const struct command *command, const char *format, ...) PRINTF_LIKE(2, 3);

/* "headgate NAME: MESSAGE" on standard error. */
void command_complain(const struct command *command, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same; EXIT_COULD_NOT. */
int command_could_not(const struct command *command, const char *format, ...) PRINTF_LIKE(2, 3);

/* All errors of a configuration on standard error, one a line; EXIT_USAGE. */
int command_config_errors(const struct config_errors *errors);

/* Writes to standard output and frees the buffer; EXIT_COULD_NOT, having said why, when it cannot, else `code`. */
int command_print(struct buffer *out, int code);

/* Writes to standard output and clears the buffer; false, having said why, when it cannot. */
bool command_flush(struct buffer *out) MUST_CHECK;

/* The configuration as commands other than serve find it: `file` (may be NULL, then HEADGATE_CONFIG) and the environment. */
struct config *command_config(const char *file, struct config_errors *errors) MUST_CHECK;

#endif
