/* diff_bounds.c - what a model and its fields permit uses at most: an owner's promise, so loosening it is a decision. */
#include "contracts/diff_parts.h"

struct span diff_bound(struct diffing *diffing, const struct limit *limit, enum limit_kind kind)
{
    if (limit == NULL || !limit_binds(limit, kind)) return SPAN("anything");
    struct span text = limit_bound(limit, kind, diffing->diff->arena);
    if (text.data != NULL) return text;
    diffing->diff->failed = true;
    return SPAN("");
}

void diff_bounds(struct diffing *diffing, struct span path, const struct limit *old, const struct limit *new)
{
    struct limit nothing;
    limit_init(&nothing);
    if (old == NULL) old = &nothing;
    if (new == NULL) new = &nothing;
    for (int i = 0; i < LIMIT_KINDS; i++) {
        enum limit_kind kind = (enum limit_kind)i;
        bool tighter = limit_within(new, old, kind), looser = !tighter;
        if (tighter && limit_within(old, new, kind)) continue;
        struct span was = diff_bound(diffing, old, kind), is = diff_bound(diffing, new, kind);
        diff_add(diffing, looser ? DIFF_BOUND_LOOSENED : DIFF_BOUND_TIGHTENED, path, "%s: %.*s -> %.*s", limit_word(kind),
                 SPAN_ARGS(was), SPAN_ARGS(is));
    }
}
