/* commands.c - the list of all commands; a new one adds a line here and in its own file. */
#include "gateway/commands/commands.h"

/* clang-format off */
static const struct command *const commands[] = {
    &command_serve,
    &command_check,
    &command_show,
    &command_try,
    &command_matrix,
    &command_new,
    &command_sample,
    &command_diff,
    &command_approve,
    &command_keys,
    &command_senders,
    &command_config_file,
    &command_explain,
    &command_lock,
    &command_tail,
};
/* clang-format on */

const struct command *const *command_table(size_t *count)
{
    *count = COUNT_OF(commands);
    return commands;
}
