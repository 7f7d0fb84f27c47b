/* config_print.h - the option table as people read it: help, a sample file, the manual, and what is in force. */
#ifndef HEADGATE_GATEWAY_CONFIG_PRINT_H
#define HEADGATE_GATEWAY_CONFIG_PRINT_H

#include "codecs/json_writer.h"
#include "gateway/config_table.h"

/* The flags of `serve`: one option a paragraph line, wrapped to `width` columns. */
void config_help(unsigned width, struct buffer *out);

/* A file with every option, its help and its default; all commented out, so that it changes nothing as it is. */
void config_sample(struct buffer *out);

/* The manual: docs/configuration.md is this text. */
void config_manual(struct buffer *out);

/* What is in force, as a YAML file that means the same (but for secrets, which are masked), each line with the origin of its
 * value. */
void config_show(const struct config *config, struct buffer *out);

/* The same as JSON: {"ingest.listen": {"value": ..., "origin": "flag"}, ...}. */
void config_show_json(const struct config *config, struct buffer *out);

/* One option's value as JSON; secrets are masked, unset is null. */
void config_value_print(const struct option *option, const struct config *config, struct json_writer *writer);

/* ADDR:PORT, bytes, duration, ...: what help calls a value. */
const char *option_type_word(const struct option *option);

#endif
