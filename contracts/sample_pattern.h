/* sample_pattern.h - texts that a pattern was made for. */
#ifndef HEADGATE_CONTRACTS_SAMPLE_PATTERN_H
#define HEADGATE_CONTRACTS_SAMPLE_PATTERN_H

#include "codecs/buffer.h"
#include "contracts/dice.h"
#include "contracts/pattern_tree.h"

/* How many code points the texts of a pattern have; `least` above `most`: there is none. `most` ends at SAMPLE_PATTERN_LONG. */
struct sample_lengths {
    uint64_t least, most;
};

enum { SAMPLE_PATTERN_LONG = 1 << 20 };

/* Of all alternatives together. */
struct sample_lengths sample_pattern_lengths(const struct pattern_branch *branches);

/* Appends one text of about `length` code points (exactly that many where the pattern has such texts and finding them needs no
 * search). Assertions other than ^ and $ are not heeded, and nothing is put around an unanchored pattern: the caller matches the
 * text and rolls again. */
void sample_pattern_write(const struct pattern_branch *branches, uint64_t length, struct dice *dice, struct buffer *out);

#endif
