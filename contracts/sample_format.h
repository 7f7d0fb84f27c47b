/* sample_format.h - texts of the string formats that are enforced, and whether a text is of one. */
#ifndef HEADGATE_CONTRACTS_SAMPLE_FORMAT_H
#define HEADGATE_CONTRACTS_SAMPLE_FORMAT_H

#include "codecs/buffer.h"
#include "contracts/catalogue.h"
#include "contracts/dice.h"

/* Appends a text of the format; of about `length` characters where the format leaves a choice. Names and addresses are those
 * reserved for documentation (RFC 2606, 5737, 3849): nobody is meant by them. */
void sample_format_write(enum string_format format, uint64_t length, struct dice *dice, struct buffer *out);

/* FORMAT_NONE is true of every text. */
bool sample_format_fits(enum string_format format, struct span text) MUST_CHECK;

#endif
