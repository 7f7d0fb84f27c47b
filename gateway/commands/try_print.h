/* try_print.h - a judgement as JSON for people. */
#ifndef HEADGATE_GATEWAY_COMMANDS_TRY_PRINT_H
#define HEADGATE_GATEWAY_COMMANDS_TRY_PRINT_H

#include "codecs/json_writer.h"
#include "contracts/enforce.h"
#include "contracts/stage.h"

/* One object: verdict, violations, and per use the outcome with topic, key, value and headers; with `all` the fixed headers too.
 * `stage` is the model's: one that has ended is unknown to senders. */
void try_print(struct json_writer *json, const struct model *model, enum stage stage, const struct judgement *judgement,
               bool all);

/* Appends JSON text with names and values coloured. */
void try_colour(struct span json, struct buffer *out);

#endif
