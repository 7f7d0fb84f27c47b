/* proof.h - why a use is permitted what it reads: every check that a field of it stands under, and how it is met.
 *
 *     facts of law (law.h) + limits (limit.h) + the class after handling  -->  holds, or by which waiver and until when
 *
 * Made from a catalogue that loaded: what is refused never gets this far, `check` names its rule. Ownership: everything lives in
 * the caller's arena and points into the catalogue, which outlives it. */
#ifndef HEADGATE_CONTRACTS_PROOF_H
#define HEADGATE_CONTRACTS_PROOF_H

#include "codecs/arena.h"
#include "contracts/catalogue.h"

enum proof_verdict {
    PROOF_HOLDS,
    PROOF_WAIVED, /* somebody signed for it: see waiver */
    PROOF_WARNED  /* it does not hold, and the rule only warns */
};

struct proof_check {
    const char *rule;
    struct span asked_by; /* an article, the model, a field of it, the house */
    struct span permits;
    struct span states;
    enum proof_verdict verdict;
    const struct waiver *waiver; /* NULL unless waived */
    const struct proof_check *next;
};

struct proof_field {
    const struct field *field; /* of the use */
    const struct proof_check *checks;
};

struct proof {
    const struct use *use;
    const struct proof_check *checks; /* of the use as a whole */
    struct proof_field *fields;       /* the leaves of the projection, in declared order */
    size_t field_count;
};

/* "holds", "waived", "warned". */
const char *proof_verdict_word(enum proof_verdict verdict);

/* NULL when the arena is exhausted. */
struct proof *proof_create(const struct catalogue *catalogue, const struct use *use, struct arena *arena) MUST_CHECK;

#endif
