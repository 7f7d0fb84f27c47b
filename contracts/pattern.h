/* pattern.h - the regular expressions of contracts: ECMA-262 5.1, as ODCS and JSON Schema ask, matched without surprises.
 *
 *     text -> pattern_tree (our parser admits it) -> own matcher, where the tree is anchored classes and counts
 *                                                 -> PCRE2, JIT or interpreter, for everything else
 *
 * What ECMA-262 5.1 does not have is refused (look-behind, named groups, flags, possessive quantifiers ...), and so are
 * back-references: they make matching exponential. The subject is well-formed UTF-8 and counts in code points: `.` takes one
 * character, also beyond the basic plane (the reading of ECMAScript's later `u` flag; 5.1 itself counts UTF-16 units). */
#ifndef HEADGATE_CONTRACTS_PATTERN_H
#define HEADGATE_CONTRACTS_PATTERN_H

#include "codecs/attributes.h"
#include "codecs/span.h"
#include "contracts/pattern_shape.h"

struct pattern;         /* read-only once compiled: shared by threads */
struct pattern_scratch; /* of one worker */

enum pattern_verdict {
    PATTERN_MATCH,
    PATTERN_NO_MATCH,
    PATTERN_LIMIT /* given up: too many steps, too deep, out of stack */
};

enum pattern_engine { PATTERN_OWN, PATTERN_JIT, PATTERN_INTERPRETER };

enum { PATTERN_TEXT_MAX = 4096 }; /* bytes of a pattern */

/* On the heap; pattern_destroy() frees. NULL with *error a constant sentence and *offset the byte in `text` where it applies. */
struct pattern *pattern_compile(struct span text, const char **error, size_t *offset) MUST_CHECK;

/* The same by PCRE2 even where our own matcher would do: the twin that tests and fuzzing compare it with. */
struct pattern *pattern_compile_pcre2(struct span text, const char **error, size_t *offset) MUST_CHECK;
void pattern_destroy(struct pattern *pattern);

/* What serves this pattern. PATTERN_INTERPRETER: this process may not have memory that is writable and executable. */
enum pattern_engine pattern_engine(const struct pattern *pattern);
const char *pattern_engine_word(enum pattern_engine engine);

/* Match context with its limits and match data of one pair; the JIT stack is made by the first match that needs it. NULL when
 * out of memory. Serves any number of patterns, one match at a time. */
struct pattern_scratch *pattern_scratch_create(void) MUST_CHECK;
void pattern_scratch_destroy(struct pattern_scratch *scratch);

/* Whether the pattern occurs in `text` (well-formed UTF-8; NULL data reads as empty). */
enum pattern_verdict pattern_match(const struct pattern *pattern, struct pattern_scratch *scratch, struct span text) MUST_CHECK;

/* The shape that says all of the pattern, for those who match often; NULL when it has none. It lives as long as the pattern. */
const struct pattern_shape *pattern_shape(const struct pattern *pattern);

#endif
