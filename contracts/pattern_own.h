/* pattern_own.h - the matcher for the patterns that contracts mostly hold: ^[A-Z]{3}$, ^pay_[A-Za-z0-9]{16}$, ^(EUR|USD)$.
 *
 * Taken are patterns that begin with ^ and then are a sequence of ASCII classes and characters with counts, where what a varying
 * count may take can never be what follows it: then greedy needs no way back, and one pass over the bytes decides. Or one
 * alternation of literals between ^ and $. Nothing here can reach a limit. */
#ifndef HEADGATE_CONTRACTS_PATTERN_OWN_H
#define HEADGATE_CONTRACTS_PATTERN_OWN_H

#include "contracts/pattern_shape.h"
#include "contracts/pattern_tree.h"

struct own_matcher; /* one block on the heap: free() */

/* NULL when the pattern is not of this kind (or memory is out): PCRE2's then. */
struct own_matcher *own_compile(const struct pattern_branch *branches) MUST_CHECK;

/* Whether `text`, well-formed UTF-8, is matched. Needs no scratch, cannot fail; any thread. */
bool own_match(const struct own_matcher *matcher, struct span text) MUST_CHECK;

/* Its shape; NULL when its texts differ in length. */
const struct pattern_shape *own_shape(const struct own_matcher *matcher);

#endif
