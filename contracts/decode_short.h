/* decode_short.h - values as senders mostly write them, read at a place in the text.
 *
 * A reader per op, named after it. What is written in another way it hands on to decode_long(). They need not look whether the
 * text has ended: what stands behind it is readable, and a value that reaches there is read again (decode_reader in decode.h). */
#ifndef HEADGATE_CONTRACTS_DECODE_SHORT_H
#define HEADGATE_CONTRACTS_DECODE_SHORT_H

#include "contracts/decode.h"

const char *short_text(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_format(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_shape(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_values(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_codes(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_integer(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_decimal(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_instant(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_real(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;
const char *short_boolean(struct walk *walk, const char *at, const struct decode_node *node, struct frame *frame) MUST_CHECK;

#endif
