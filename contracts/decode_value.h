/* decode_value.h - the long way of reading a scalar, and what every reader does when something is wrong.
 *
 * All take the cursor at the value and leave it behind; false only with cursor->error set. */
#ifndef HEADGATE_CONTRACTS_DECODE_VALUE_H
#define HEADGATE_CONTRACTS_DECODE_VALUE_H

#include "contracts/decode.h"

/* Reads, checks and stores the value of a scalar node. `up` is the path of what the node lies in; NULL for the root. */
bool decode_scalar(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up) MUST_CHECK;

/* A value of another type than the node's: null is absent, anything else is passed over and reported. */
bool decode_other(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up) COLD MUST_CHECK;

/* The node's value breaks rules: its slot is not to be used. */
bool decode_report(struct walk *walk, const struct decode_node *node, struct frame *frame, const struct path *up,
                   uint32_t broken) COLD MUST_CHECK;

/* The same for what has no slot of its own. */
bool decode_report_at(struct walk *walk, uint32_t broken, const struct path *path) COLD MUST_CHECK;

/* Always false. */
bool decode_no_memory(struct walk *walk) COLD;

#endif
