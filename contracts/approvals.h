/* approvals.h - approvals.yaml: which uses were approved, as what, by whom and when.
 *
 * A YAML file beside the contracts, written by `headgate approve` and reviewed like them; proof of identity is that review:
 *
 *     approvals:
 *       - contract: urn:acme:risk:use:order_risk
 *         model: urn:acme:shop:model:order_placed
 *         purposeSince: "2026-11-22"      the approval that last widened the purpose
 *         approvedBy: [{name, date}, ...]
 *         digest: SHA-256 of what follows, and of the two ids
 *         approved: {the surface: approval_surface.h}
 *
 * The surface itself stands there, since a digest alone could tell that a use has changed, not whether it was narrowed: what is
 * within the approved surface needs no new approval. The digest says that nobody changed the surface by hand. One entry for each
 * contract and model; what was approved before lies in the history of the repository. */
#ifndef HEADGATE_CONTRACTS_APPROVALS_H
#define HEADGATE_CONTRACTS_APPROVALS_H

#include "codecs/buffer.h"
#include "contracts/catalogue.h"
#include "contracts/diff.h"

#define APPROVALS_FILE "approvals.yaml"

struct approver {
    struct span name;
    struct span date; /* 2026-11-22 */
};

struct approval {
    struct place place;
    struct span contract, model;
    struct span purpose_since; /* a date */
    const struct approver *approvers;
    size_t approver_count;
    struct span digest;
    const struct use *surface;
};

struct approvals {
    struct span file;
    bool there; /* the file; a list without one is empty */
    struct approval *items;
    size_t count;
};

/* Reads DIR/approvals.yaml; no such file is an empty list. False with diagnostics (rules `approval-file`, `approval-edited`,
 * `approval-duplicate`) when it cannot be used. Everything lives in the arena. */
bool approvals_read(const char *dir, struct arena *arena, struct diagnostics *diagnostics, struct approvals *out) MUST_CHECK;

/* The same from the file's text; `path` is for diagnostics. */
bool approvals_parse(struct span text, struct span path, struct arena *arena, struct diagnostics *diagnostics,
                     struct approvals *out) MUST_CHECK;

/* The approval of a use; NULL when there is none. */
const struct approval *approvals_find(const struct approvals *approvals, const struct use *use);

/* ---- approval_judge.c: what stands now against what was approved */

enum approval_state {
    APPROVAL_NOT_NEEDED, /* the use is not in service */
    APPROVAL_GIVEN,
    APPROVAL_LEVEL,    /* approved on one level; the contract names approvers of another one too */
    APPROVAL_EXCEEDED, /* the use goes beyond what was approved */
    APPROVAL_MISSING
};

struct approval_verdict {
    enum approval_state state;
    const struct approval *approval; /* NULL: there is none */
    struct diff diff;                /* what changed since; of the approval's surface alone */
    int level;                       /* LEVEL: 1 or 2, the one that lacks */
};

/* Judges a use of the catalogue. False when the arena is exhausted. */
bool approval_judge(const struct approvals *approvals, const struct use *use, struct arena *arena,
                    struct approval_verdict *verdict) MUST_CHECK;

/* given, waiting for ...: for people and programs. */
const char *approval_state_word(enum approval_state state);

/* Every use that may not be served under `approvals: required` becomes errors (rules `approval-missing`, `approval-exceeded`,
 * `approval-level`), entries of what is not there warnings (`approval-unknown`). Texts of the arena are copied. */
void approvals_check(const struct approvals *approvals, const struct catalogue *catalogue, struct arena *arena,
                     struct diagnostics *diagnostics);

/* approvals_read() and approvals_check() at once; errors are counted in the diagnostics. */
void approvals_require(const char *dir, const struct catalogue *catalogue, struct diagnostics *diagnostics);

/* Whether the contract lets this person approve: it names no approvers (of roles[]), or them among others. */
bool approval_may_approve(const struct use *use, struct span name);

/* ---- approvals_write.c */

/* Approves `use` by `name` on `date`: what was approved before is replaced when the use goes beyond it; else the name joins. A
 * name that is there already, for just this surface, changes nothing. False when the arena is exhausted. */
bool approvals_add(struct approvals *approvals, const struct use *use, const struct approval_verdict *verdict, struct span name,
                   struct span date, struct arena *arena, bool *changed) MUST_CHECK;

/* Removes the entries of uses that the catalogue does not have; returns how many. */
size_t approvals_prune(struct approvals *approvals, const struct catalogue *catalogue);

/* The whole file, sorted by contract and model. False when out of memory. */
bool approvals_text(const struct approvals *approvals, struct arena *arena, struct buffer *out) MUST_CHECK;

#endif
