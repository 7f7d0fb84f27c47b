/* commands.h - what each command's file exports: one const entry of the table in commands.c. */
#ifndef HEADGATE_GATEWAY_COMMANDS_COMMANDS_H
#define HEADGATE_GATEWAY_COMMANDS_COMMANDS_H

#include "gateway/commands/command.h"

extern const struct command command_check;
extern const struct command command_show;
extern const struct command command_try;
extern const struct command command_matrix;
extern const struct command command_new;
extern const struct command command_sample;
extern const struct command command_diff;
extern const struct command command_approve;
extern const struct command command_keys;
extern const struct command command_senders;
extern const struct command command_config_file;
extern const struct command command_explain;
extern const struct command command_serve;
extern const struct command command_lock;
extern const struct command command_tail;

#endif
