/* command.c - what all commands share: flags, errors, output, and the way from main() to one of them. */
#include "gateway/commands/command.h"

#include "gateway/nearest.h"
#include "gateway/terminal.h"
#include "gateway/versions.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

/* ---------------------------------------------------------------- messages */

/* What the message names comes from arguments and files, and is cut where it is far too long for one. */
static void say(const char *name, const char *format, va_list arguments)
{
    char message[4096];
    struct buffer text = BUFFER_EMPTY;
    int size = vsnprintf(message, sizeof message, format, arguments);
    size_t kept = size < 0 ? 0 : (size_t)size < sizeof message ? (size_t)size : sizeof message - 1;
    buffer_printf(&text, "headgate%s%s: ", name != NULL ? " " : "", name != NULL ? name : "");
    terminal_text(&text, (struct span){message, kept});
    buffer_append_char(&text, '\n');
    if (!terminal_flush(stderr, &text)) clearerr(stderr); /* there is nobody to tell */
    buffer_deinit(&text);
}

/* A message of no command. */
static void say_plainly(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(NULL, format, arguments);
    va_end(arguments);
}

int command_usage_error(const struct command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(command->name, format, arguments);
    va_end(arguments);
    fprintf(stderr, "usage: headgate %s\n", command->usage);
    return EXIT_USAGE;
}

void command_complain(const struct command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(command->name, format, arguments);
    va_end(arguments);
}

int command_could_not(const struct command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(command->name, format, arguments);
    va_end(arguments);
    return EXIT_COULD_NOT;
}

int command_config_errors(const struct config_errors *errors)
{
    struct buffer text = BUFFER_EMPTY;
    for (size_t i = 0; i < errors->count; i++) {
        config_error_print(&errors->items[i], &text);
        buffer_append_char(&text, '\n');
    }
    bool told = terminal_flush(stderr, &text);
    buffer_deinit(&text);
    return told ? EXIT_USAGE : EXIT_COULD_NOT;
}

int command_print(struct buffer *out, int code)
{
    bool fine = command_flush(out);
    buffer_deinit(out);
    return fine ? code : EXIT_COULD_NOT;
}

bool command_flush(struct buffer *out)
{
    bool whole = buffer_ok(out);
    errno = 0;
    if (terminal_flush(stdout, out)) return true;
    int error = errno;
    say_plainly("standard output: %s", whole ? strerror(error) : "out of memory");
    return false;
}

struct config *command_config(const char *file, struct config_errors *errors)
{
    struct config_input input = {.file = file, .environment = (const char *const *)environ};
    return config_load(&input, errors);
}

/* ---------------------------------------------------------------- flags */

static void help_flag(const struct flag *flag, struct buffer *out)
{
    size_t start = out->size;
    buffer_printf(out, "  --%s", flag->name);
    if (flag->kind == FLAG_TEXT) buffer_printf(out, " %s", flag->argument);
    if (flag->kind == FLAG_OPTIONAL) buffer_printf(out, " [%s]", flag->argument);
    size_t used = out->size - start;
    buffer_printf(out, "%*s%s\n", used < 26 ? (int)(26 - used) : 2, "", flag->help);
}

/* A command of several forms has a line for each. */
static void help_usage(const char *usage, bool colour, struct buffer *out)
{
    while (*usage != '\0') {
        size_t size = strcspn(usage, "\n");
        terminal_style(out, colour, STYLE_BOLD, (struct span){usage, size});
        buffer_append_char(out, '\n');
        usage += size + (usage[size] == '\n' ? 1 : 0);
    }
}

static int print_help(const struct command *command, const struct flag *flags, size_t count)
{
    struct buffer out = BUFFER_EMPTY;
    bool colour = terminal_has_colour(stdout);
    buffer_append_text(&out, "usage: ");
    terminal_style(&out, colour, STYLE_BOLD, SPAN("headgate "));
    help_usage(command->usage, colour, &out);
    buffer_printf(&out, "\n%s.\n", command->summary);
    if (command->details != NULL) buffer_printf(&out, "\n%s\n", command->details);
    if (count > 0) buffer_append_text(&out, "\nflags:\n");
    for (size_t i = 0; i < count; i++) help_flag(&flags[i], &out);
    return command_print(&out, EXIT_FINE);
}

static const struct flag *find_flag(const struct flag *flags, size_t count, struct span name)
{
    for (size_t i = 0; i < count; i++)
        if (span_is(name, flags[i].name)) return &flags[i];
    return NULL;
}

static int unknown_flag(const struct command *command, const struct flag *flags, size_t count, struct span name)
{
    struct nearest nearest = NEAREST_NONE;
    for (size_t i = 0; i < count; i++) nearest_consider(&nearest, name, span_of(flags[i].name));
    if (nearest.name.data != NULL)
        return command_usage_error(command, "there is no flag --%.*s; did you mean --%s?", SPAN_ARGS(name), nearest.name.data);
    return command_usage_error(command, "there is no flag --%.*s", SPAN_ARGS(name));
}

/* Takes argv[*at], and the next where the flag's value is there. False with *code when the use was wrong. */
static bool take_flag(const struct command *command, const struct flag *flags, size_t count, char **argv, int *at, int *code)
{
    const char *text = argv[*at] + 2;
    const char *equals = strchr(text, '=');
    struct span name = {text, equals != NULL ? (size_t)(equals - text) : strlen(text)};
    const struct flag *flag = find_flag(flags, count, name);
    *code = EXIT_USAGE;
    if (flag == NULL) {
        *code = unknown_flag(command, flags, count, name);
        return false;
    }
    if (flag->kind == FLAG_SWITCH) {
        if (equals != NULL) *code = command_usage_error(command, "--%s takes no value", flag->name);
        *flag->on = true;
        return equals == NULL;
    }
    const char *value = equals != NULL ? equals + 1 : argv[*at + 1];
    if (flag->kind == FLAG_OPTIONAL) {
        *flag->on = true;
        if (equals == NULL && (value == NULL || value[0] == '-')) return true;
    } else if (value == NULL) {
        *code = command_usage_error(command, "--%s needs a value: %s", flag->name, flag->argument);
        return false;
    }
    *flag->text = value;
    *at += equals == NULL;
    return true;
}

static bool is_help(const char *text)
{
    return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0;
}

bool command_flags(const struct command *command, const struct flag *flags, size_t count, int argc, char **argv, int *positionals,
                   int *code)
{
    bool only_positionals = false;
    *positionals = 0;
    for (int i = 1; i < argc; i++) {
        bool flag = !only_positionals && argv[i][0] == '-' && argv[i][1] != '\0';
        if (!flag) {
            argv[++*positionals] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            only_positionals = true;
        } else if (is_help(argv[i])) {
            *code = print_help(command, flags, count);
            return false;
        } else if (argv[i][1] != '-') {
            *code = command_usage_error(command, "there is no flag %s", argv[i]);
            return false;
        } else if (!take_flag(command, flags, count, argv, &i, code)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- the program */

static int print_overview(FILE *stream, int code)
{
    struct buffer out = BUFFER_EMPTY;
    bool colour = terminal_has_colour(stream);
    buffer_append_text(&out,
                       "headgate - the gate through which events enter the data platform\n\nusage: headgate COMMAND [...]\n\n");
    size_t count;
    const struct command *const *commands = command_table(&count);
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(&out, "  ");
        terminal_style(&out, colour, STYLE_BOLD, span_of(commands[i]->name));
        buffer_printf(&out, "%*s%s\n", (int)(12 - strlen(commands[i]->name)), "", commands[i]->summary);
    }
    buffer_append_text(&out, "\n`headgate help COMMAND` tells more; `headgate --version` what runs.\n"
                             "exit codes: 0 fine, 1 found problems, 2 wrong use, 3 could not\n");
    if (stream == stdout) return command_print(&out, code);
    bool fine = terminal_flush(stream, &out);
    buffer_deinit(&out);
    return fine ? code : EXIT_COULD_NOT;
}

/* NULL when there is none. */
static const struct command *find(struct span name)
{
    size_t count;
    const struct command *const *commands = command_table(&count);
    for (size_t i = 0; i < count; i++)
        if (span_is(name, commands[i]->name)) return commands[i];
    return NULL;
}

/* Did you mean; NULL when nothing is near. */
static const struct command *find_nearest(struct span name)
{
    size_t count;
    const struct command *const *commands = command_table(&count);
    struct nearest nearest = NEAREST_NONE;
    for (size_t i = 0; i < count; i++) nearest_consider(&nearest, name, span_of(commands[i]->name));
    return nearest.name.data != NULL ? find(nearest.name) : NULL;
}

static int unknown_command(const char *name)
{
    const struct command *nearest = find_nearest(span_of(name));
    if (nearest != NULL)
        say_plainly("there is no command '%s'; did you mean '%s'?", name, nearest->name);
    else
        say_plainly("there is no command '%s'; `headgate --help` lists them", name);
    return EXIT_USAGE;
}

static int run_help(const char *name)
{
    const struct command *command = find(span_of(name));
    if (command == NULL) return unknown_command(name);
    char help[] = "--help";
    char *arguments[] = {(char *)command->name, help, NULL};
    return command->run(2, arguments);
}

int command_main(int argc, char **argv)
{
    if (argc < 2) return print_overview(stderr, EXIT_USAGE);
    if (is_help(argv[1])) return print_overview(stdout, EXIT_FINE);
    if (strcmp(argv[1], "help") == 0) return argc > 2 ? run_help(argv[2]) : print_overview(stdout, EXIT_FINE);
    if (strcmp(argv[1], "--version") == 0) {
        struct buffer out = BUFFER_EMPTY;
        versions_print(&out);
        return command_print(&out, EXIT_FINE);
    }
    const struct command *command = find(span_of(argv[1]));
    if (command == NULL) return unknown_command(argv[1]);
    return command->run(argc - 1, argv + 1);
}
