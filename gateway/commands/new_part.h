/* new_part.h - what `new model` and `new use` share: questions to a person, words in lists, where the text goes. */
#ifndef HEADGATE_GATEWAY_COMMANDS_NEW_PART_H
#define HEADGATE_GATEWAY_COMMANDS_NEW_PART_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"
#include "contracts/fideslang.h"
#include "contracts/infer.h"
#include "gateway/commands/command.h"

/* The parts of `headgate new`: main()'s arguments, the exit code. */
int new_model(int argc, char **argv);
int new_use(int argc, char **argv);

/* Where somebody sits at the terminal and *answer has NULL data: asks, and takes one line (an empty one leaves the question in
 * the file). Elsewhere nothing happens. */
void new_ask(struct arena *arena, const char *question, struct span *answer);

/* The texts between commas, without the space around them; *count 0 for an empty text. NULL when memory is out. */
const struct span *new_list(struct arena *arena, struct span text, size_t *count) MUST_CHECK;

/* False, having said so with the nearest key, when there is no such key of the taxonomy. */
bool new_check_key(const struct command *command, const char *flag, enum fideslang_kind kind, struct span key) MUST_CHECK;

/* Where the page of an observed type comes from: a file, else the gateway at `admin` (ADDRESS:PORT), else the configured one. */
struct new_observed {
    const char *type, *file, *admin, *config;
};

/* Fills the model from it; false, having said why, with *code. */
bool new_observed(const struct command *command, const struct new_observed *source, struct draft_model *model,
                  struct arena *arena, int *code) MUST_CHECK;

/* Prints the text, or writes it to `path` if no file is there yet, whole or not at all; frees it. An exit code. */
int new_give(const struct command *command, const char *path, struct buffer *text);

#endif
