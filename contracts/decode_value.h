/* decode_value.h - the long way of reading a scalar, and what every reader does when something is wrong.
 *
 * What gives a bool is false only with cursor->error set. */
#ifndef HEADGATE_CONTRACTS_DECODE_VALUE_H
#define HEADGATE_CONTRACTS_DECODE_VALUE_H

#include "contracts/decode.h"

/* Reads, checks and stores a scalar whose token is paid, in whatever spelling; what is no value of the node's type is passed over
 * and reported. The other reader of decode_reader, for all types but containers'; of those it takes what is none. */
const char *decode_long(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;

/* The node's value, in what walk->up says, breaks rules: its slot is not to be used. */
bool decode_report(struct walk *walk, const struct decode_node *node, struct frame *frame, uint32_t broken) COLD MUST_CHECK;

/* The same for what has no slot of its own. */
bool decode_report_at(struct walk *walk, uint32_t broken, const struct path *path) COLD MUST_CHECK;

/* Always false. */
bool decode_no_memory(struct walk *walk) COLD;

#endif
