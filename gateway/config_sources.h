/* config_sources.h - the sources of a configuration, one function each; config_load() calls them in this order. Each returns
 * false when it added errors, having read all the same as much as it could. */
#ifndef HEADGATE_GATEWAY_CONFIG_SOURCES_H
#define HEADGATE_GATEWAY_CONFIG_SOURCES_H

#include "gateway/config_read.h"

/* Every option's default, as the table spells it. */
bool config_read_defaults(struct config_reader *reader) MUST_CHECK;

/* `file` names the text in errors; its folder is where relative paths start. */
bool config_read_text(struct config_reader *reader, const char *file, struct span text) MUST_CHECK;
bool config_read_file(struct config_reader *reader, const char *file) MUST_CHECK;

/* HEADGATE_... of `NAME=value` strings, and flags without the command's name; each list ends with NULL. */
bool config_read_environment(struct config_reader *reader, const char *const *environment) MUST_CHECK;
bool config_read_flags(struct config_reader *reader, const char *const *arguments) MUST_CHECK;

/* The value of --config; NULL when it is not among the flags. */
const char *config_flag_file(const char *const *arguments);

#endif
